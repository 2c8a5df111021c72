"""The real command line on a project that means harm, and what must be true of whatever it answers."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes

import jsonschema_rs
from markdown_it import MarkdownIt
from project_files import ROOT

from basewright.report import references

SECONDS = 20
MEMORY = 1536 * 1024 * 1024
"""Bytes of address space; the interpreter and the libraries alone take about a third."""
FORMATS = ("json", "markdown", "html", "sarif")
"""Written to files beside the table on stdout."""

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
_RUNNER = re.compile(r"^\s*::|##\[|##vso\[", re.MULTILINE)
_LEADING = frozenset({"href", "src", "action", "formaction", "srcdoc", "xlink:href"})
_EVENT_HANDLER = re.compile(r"on[a-z]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run gave."""

    code: int
    out: bytes
    err: str
    documents: Mapping[str, bytes]
    """By format; empty where the run ended with an error."""
    peak_bytes: int

    @property
    def assessment(self) -> dict:
        """The JSON document."""
        return json.loads(self.documents["json"])

    @property
    def unknowns(self) -> list[str]:
        """Everything that was said not to be known, of the project and of each workload."""
        found = self.assessment
        every = [*found["unknowns"], *(one for workload in found["workloads"] for one in workload["unknowns"])]
        return [f"{one['path']}: {one['reason']}" for one in every]


def command(*arguments: str) -> list[str]:
    """Return the argument vector of the command line as users start it."""
    return [sys.executable, "-m", "basewright", *arguments]


def environment(folder: Path, **changes: str | None) -> dict[str, str]:
    """Return an environment whose home and temporary folder lie in `folder`, so that what is left there is seen."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    (folder / "home").mkdir(parents=True, exist_ok=True)
    values: dict[str, str | None] = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def limit_memory() -> None:
    """Hold this process to `MEMORY`; for the child alone."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def assess(project: Path, around: Path, *options: str, target: str = ".", seconds: int = SECONDS) -> Outcome:
    """Run ``basewright assess`` in `project` in every format, within bounds; `around` takes what it writes."""
    folder = around / "written"
    folder.mkdir(parents=True)
    wanted = [part for name in FORMATS for part in ("-o", f"{name}={folder / name}")]
    code, out, err, peak = _measured(
        command("assess", target, *wanted, *options), project, environment(around), seconds
    )
    documents = {path.name: path.read_bytes() for path in folder.iterdir()}
    check_clean(around)
    return Outcome(code, out, err.decode("utf-8", "strict"), documents, peak)


def _measured(words: list[str], cwd: Path, env: dict[str, str], seconds: int) -> tuple[int, bytes, bytes, int]:
    """Run a program; return its exit code, what it printed, and the most memory that it itself took, in bytes.

    What the system keeps of ended children tells of the largest that any test ever started, this process before it
    became the program included; so the program's own peak is read while it runs.
    """
    peak = 0
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(  # no thread of this process holds a lock that the child could miss
            words,
            cwd=cwd,
            env=env,
            stdout=out,
            stderr=err,
            preexec_fn=limit_memory,  # noqa: PLW1509
        )
        end = time.monotonic() + seconds
        while child.poll() is None:
            peak = max(peak, _peak_of(child.pid))
            if time.monotonic() > end:
                child.kill()
                child.wait()
                raise subprocess.TimeoutExpired(words, seconds)
            time.sleep(0.01)
        out.seek(0)
        err.seek(0)
        return child.returncode, out.read(), err.read(), peak


def _peak_of(process: int) -> int:
    """Return the most memory that a running process has taken so far, in bytes; 0 where it just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def run(
    around: Path, *arguments: str, seconds: int = SECONDS, **changes: str | None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in the project of `around`, and look that it left nothing behind."""
    done = subprocess.run(
        command(*arguments), cwd=around / "p", env=environment(around, **changes), capture_output=True,
        timeout=seconds, preexec_fn=limit_memory, check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    check_clean(around)
    return done


def check(outcome: Outcome) -> None:
    """Hold what every answer to a hostile project must be."""
    assert "Traceback" not in outcome.err
    assert "defect:" not in outcome.err, outcome.err
    assert outcome.code in {0, 2}, (outcome.code, outcome.err)
    check_text(outcome.err)
    if outcome.code == 2:
        errors = [line for line in outcome.err.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1, outcome.err
        assert outcome.out == b""
        assert not outcome.documents
        return
    assert set(outcome.documents) == set(FORMATS)
    check_table(outcome.out)
    check_json(outcome.documents["json"])
    check_sarif(outcome.documents["sarif"])
    check_markdown(outcome.documents["markdown"])
    check_html(outcome.documents["html"])


def check_clean(around: Path) -> None:
    """Nothing stays behind in the temporary folder or at home."""
    assert sorted(path.name for path in (around / "tmp").iterdir()) == []
    assert sorted(path.name for path in (around / "home").iterdir()) == []


def check_text(text: str) -> None:
    """No character that a terminal obeys or that turns the direction, and no line that a CI runner obeys."""
    found = _OBEYED.search(text)
    assert found is None, (
        found and hex(ord(found[0])),
        text[max(0, found.start() - 80) : found.end()] if found else "",
    )
    runner = _RUNNER.search(text)
    assert runner is None, text[max(0, runner.start() - 80) : runner.end() + 80] if runner else ""
    assert not any(unicodedata.category(one) == "Cs" for one in text)


def check_table(data: bytes) -> None:
    """The page for the terminal is whole UTF-8 that steers nothing."""
    check_text(data.decode("utf-8"))
    assert data.endswith(b"\n")


@cache
def _validator(path: Path) -> Callable[[object], None]:
    return jsonschema_rs.validator_for(json.loads(path.read_bytes())).validate


def check_json(data: bytes) -> None:
    """The document is what its schema says."""
    check_text(data.decode("utf-8"))
    document = json.loads(data)
    _validator(ROOT / "docs" / "schemas" / "assess-1.json")(document)
    assert document["incomplete"] == bool(
        document["unknowns"] or any(workload["unknowns"] for workload in document["workloads"])
    )


def check_sarif(data: bytes) -> None:
    """The log is SARIF, and each of its URIs is relative, percent-encoded and below the root."""
    check_text(data.decode("utf-8"))
    log = json.loads(data)
    _validator(ROOT / "tests" / "conformance" / "schemas" / "sarif-2.1.0.json")(log)
    for result in log["runs"][0]["results"]:
        for location in result["locations"]:
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"(?:[A-Za-z0-9/._~-]|%[0-9A-F]{2})+", uri), uri
            assert not uri.startswith("/")
            assert b".." not in unquote_to_bytes(uri).split(b"/"), uri


def check_markdown(data: bytes) -> None:
    """The document renders to inert HTML whose tables are whole, without a mention or a reference to an issue."""
    text = data.decode("utf-8")
    check_text(text)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    widths: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            widths.append(0)
        elif token.type in {"td_open", "th_open"}:
            widths[-1] += 1
        elif token.type == "html_block":
            assert re.fullmatch(r'<a id="[a-z0-9-]+"></a>\n?', token.content), token.content
        elif token.type == "inline":
            _check_inline(token)
        elif token.type == "table_close":
            assert len(set(widths)) == 1, widths
            widths = []


def _check_inline(token: object) -> None:
    for child in token.children or ():
        assert child.type != "image", child
        if child.type == "html_inline":
            assert re.fullmatch(r'<a id="[a-z0-9-]+">|</a>', child.content), child.content
        elif child.type == "link_open":
            assert _is_own_link(child.attrs["href"]), child.attrs
        elif child.type == "text":
            assert not re.search(r"(?<![\w/@`])@[A-Za-z0-9]|(?:^|\W)(?:#|GH-)\d", child.content), child.content
            addresses = re.findall(r"(?i)(?:https?://|www\.)\S*", child.content)
            assert all(map(_is_own_link, addresses)), child.content


def _is_own_link(target: str) -> bool:
    """Whether a link stays on the page, or leads to a reference of Basewright's own (see docs/reference)."""
    return target.startswith("#") or references.is_ours(target)


class _Page(HTMLParser):
    """Collects what a page could do."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.faults: list[str] = []
        self.policies: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "meta" and ("http-equiv", "Content-Security-Policy") in attributes:
            self.policies.append(dict(attributes)["content"] or "")
        for name, value in attributes:
            if _EVENT_HANDLER.fullmatch(name):
                self.faults.append(f"{tag} {name}")
            is_safe = _is_own_link(value or "") if (tag, name) == ("a", "href") else (value or "").startswith("#")
            if name in _LEADING and not is_safe:
                self.faults.append(f"{tag} {name}={value}")


def check_html(data: bytes) -> None:
    """The page runs nothing, loads nothing and leads nowhere."""
    text = data.decode("utf-8")
    check_text(text)
    page = _Page()
    page.feed(text)
    page.close()
    assert not page.tags & {"script", "iframe", "object", "embed", "base", "form", "img", "link", "foreignobject"}
    assert page.faults == []
    assert len(page.policies) == 1
    assert page.policies[0].startswith("default-src 'none'")
