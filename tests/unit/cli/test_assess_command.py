"""`basewright assess` from the outside: streams, files, exit codes."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from basewright.cli import run
from basewright.ports.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left behind."""

    code: int
    out: bytes
    err: str

    @property
    def document(self) -> dict[str, object]:
        return json.loads(self.out)  # type: ignore[no-any-return]  # a JSON object


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_text('FROM node:24-slim\nCMD ["/bin/true"]\n')
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    return folder


def assess(*arguments: str, encoding: str = "utf-8", **environment: str) -> Outcome:
    raw, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(raw, encoding)
    code = run(["assess", *arguments], Terminal(out, err, {"XDG_CONFIG_HOME": "/nowhere", **environment}))
    out.flush()
    return Outcome(code, raw.getvalue(), err.getvalue())


def test_stdout_carries_the_document_and_nothing_else(project: Path) -> None:
    done = assess(".", "--format", "json")

    assert (done.code, done.err) == (0, "")
    assert done.document["schema"] == "basewright/assess/1"


def test_files_are_written_beside_what_stdout_gets(project: Path) -> None:
    done = assess(".", "-o", "json=a.json", "-o", "markdown=b.md", "--format", "json")

    assert done.code == 0
    assert (project / "a.json").read_bytes() == done.out
    assert (project / "b.md").read_text(encoding="utf-8").startswith("# ")


def test_the_same_input_gives_the_same_bytes(project: Path) -> None:
    assert assess(".", "--format", "json").out == assess(".", "--format", "json").out


def test_a_file_that_cannot_be_written_leaves_stdout_empty(project: Path) -> None:
    done = assess(".", "-o", "json=missing/a.json")

    assert (done.code, done.out) == (2, b"")
    assert "create the folder missing first" in done.err


def test_a_gate_that_finds_its_rule_fails_with_its_reasons(project: Path) -> None:
    done = assess(".", "--fail-on", "base-past-support", "--format", "json")

    assert done.code == 1
    assert "Dockerfile:1: base-past-support: " in done.err
    assert done.document["schema"] == "basewright/assess/1"


def test_a_gate_passes_where_its_rule_is_not_met(project: Path) -> None:
    done = assess(".", "--fail-on", "mount-of-docker-socket")

    assert (done.code, done.err) == (0, "")


def test_a_rule_that_does_not_exist_is_refused_before_the_work(project: Path) -> None:
    done = assess(".", "--fail-on", "base-past-suport")

    assert (done.code, done.out) == (2, b"")
    assert "did you mean base-past-support?" in done.err


def test_findings_never_fail_a_command_that_was_not_asked_to(project: Path) -> None:
    assert assess(".").code == 0


def test_a_gate_over_something_unread_cannot_tell(project: Path) -> None:
    (project / "compose.yaml").write_text("services: [")

    assert assess(".", "--fail-on", "mount-of-docker-socket").code == 7
    assert assess(".", "--fail-on", "incomplete").code == 1
    assert assess(".", "--fail-on", "base-past-support").code == 1
    assert assess(".").code == 0


def test_the_projects_own_file_sets_the_gate(project: Path) -> None:
    (project / "basewright.toml").write_text('fail-on = ["base-past-support"]\n')

    assert assess(".").code == 1
    assert assess(".", "--fail-on", "incomplete").code == 0


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("./missing", 2, "no such file or folder"),
        ("", 2, "empty target"),
        ("Not/An Image", 2, "not an image reference"),
        ("docker:node:24", 4, "Docker is not running here"),
        ("oci-dir:out", 2, "out: no such file or folder"),
    ],
)
def test_a_target_that_cannot_be_assessed_says_why(project: Path, target: str, code: int, message: str) -> None:
    done = assess(target)

    assert (done.code, done.out) == (code, b"")
    assert message in done.err


def test_an_empty_folder_is_no_clean_project(project: Path) -> None:
    (project / "empty").mkdir()
    done = assess("./empty")

    assert (done.code, done.out) == (2, b"")
    assert "no Dockerfile" in done.err


def test_an_image_alone_says_what_was_not_looked_at(project: Path) -> None:
    done = assess("debian:12", "--format", "json")

    assert done.code == 0
    assert done.document["incomplete"] is True
    assert "only the catalog was asked" in done.out.decode()


def test_a_declaration_for_no_workload_makes_the_result_incomplete(project: Path) -> None:
    (project / "basewright.toml").write_text(
        "[workload.wbe]\nneeds = { value = 'shell', owner = 'Ops', reason = 'hook' }\n"
    )
    done = assess(".", "--format", "json")

    assert done.document["incomplete"] is True
    assert "basewright.toml:2" in done.out.decode()


def test_a_stdout_without_unicode_gets_ascii(project: Path) -> None:
    done = assess(".", encoding="latin-1")

    assert done.code == 0
    assert done.out.isascii()


def test_colour_comes_only_when_asked(project: Path) -> None:
    assert b"\x1b[" not in assess(".").out
    assert b"\x1b[" in assess(".", "--color", "always").out
    assert b"\x1b[" not in assess(".", "--color", "always", "--format", "json").out


def test_a_written_file_never_has_colour(project: Path) -> None:
    assess(".", "--color", "always", "-o", "table=a.txt")

    assert b"\x1b[" not in (project / "a.txt").read_bytes()


def test_no_socket_is_opened(project: Path) -> None:
    script = (
        "import sys\n"
        "def watch(event, _):\n"
        "    starts = {'subprocess.Popen', 'os.exec', 'os.posix_spawn', 'os.system', 'os.fork'}\n"
        "    if event.startswith('socket.') or event in starts:\n"
        "        raise SystemExit(f'opened: {event}')\n"
        "sys.addaudithook(watch)\n"
        "from basewright.cli import run\n"
        "sys.exit(run(['assess', '.', '--format', 'html', '-o', 'sarif=a.sarif', '-o', 'table=a.txt']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
