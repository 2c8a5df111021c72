"""INTERPRETER with its path: Python packages that rely on the interpreter which installed them.

A virtual environment's ``bin/python`` is a link to that interpreter, and the first line of every console script that
pip writes names it (PEP 405; "Entry points", packaging.python.org). Carried to an image that has its Python
elsewhere, neither starts; on another minor version ``lib/python3.N/site-packages`` is not looked at.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from basewright.model.dockerfile import Stage
from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.needs.evidence import need
from basewright.needs.invocation import Invocation
from basewright.needs.packages import installed
from basewright.needs.stages import chain_of
from basewright.needs.taken import release_of
from basewright.needs.view import WorkloadView

_PYTHON = re.compile(r"python(?:3(?:\.\d{1,2})?)?")
_IN_PROJECT = {"poetry": "POETRY_VIRTUALENVS_IN_PROJECT", "pipenv": "PIPENV_VENV_IN_PROJECT"}
_VALUES = frozenset({"--python", "-p", "--prompt", "--pip", "--setuptools", "--wheel", "--cache-dir"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FOLDERS = {
    "docker.io/library/python": "/usr/local/bin",
    "docker.io/library/pypy": "/opt/pypy/bin",
    "dhi.io/python": "/opt/python/bin",
    "cgr.dev/chainguard/python": "/usr/bin",
    "ghcr.io/astral-sh/uv": "/usr/local/bin",
}
"""Repositories → the folder of their Python (their Dockerfiles and configurations)."""
_DISTRIBUTIONS = frozenset({"debian", "ubuntu", "alpine", "fedora", "rockylinux", "almalinux", "amazonlinux"})
_SYSTEM_PYTHON = re.compile(r"python3?(?:\.\d{1,2})?(?:-(?:minimal|full|venv|pip|virtualenv))?|py3-(?:pip|virtualenv)")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment that RUN makes."""

    path: str
    """Its folder, absolute."""
    made: Invocation
    interpreter: str
    """What it links to, absolute; "" where not known."""


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield Python with the path that the environments of the image rely on, and the programs started from them."""
    for one in environments(view):
        holder = _holder(view, one)
        if holder is None:
            continue
        links = f": its bin/python leads to {one.interpreter}" if one.interpreter else ""
        what = f"RUN makes the virtual environment {one.path}{holder}{links}"
        yield _need(one.made.where, what, one.interpreter)
        for call in view.invocations:
            if call.origin is EvidenceKind.FILE and call.path.startswith(f"{one.path}/bin/"):
                yield _need(call.where, f"{call.program} lies in the virtual environment {one.path}", "")
    yield from _console_scripts(view)


def environments(view: WorkloadView) -> Iterator[Environment]:
    """Yield the virtual environments that RUN makes, in whatever stage."""
    for call in view.build_invocations:
        folder = _folder(view, call)
        if folder is not None and "$" not in folder:
            yield Environment(folder, call, _interpreter(view, call))


def _need(where: Location, what: str, path: str) -> Need:
    confidence = Confidence.MEDIUM if path else Confidence.CERTAIN
    detail = f"installed packages rely on {path}, and on its minor version" if path else ""
    found = need(NeedKind.INTERPRETER, "python", where, what, confidence=confidence, detail=detail)
    # Not the evidence's own version: the stage that installs is raised along with the one that runs.
    minor = re.search(r"python(3\.\d{1,2})$", path)
    return replace(found, path=path, version=minor[1] if minor else None)


def _holder(view: WorkloadView, one: Environment) -> str | None:
    """Return how the environment comes into the image, in words; None where it stays in its stage."""
    if one.made.stage in view.final_stages:
        return ""
    for copied in view.copies:
        source = posixpath.normpath(posixpath.join("/", copied.source))
        if copied.stage is not None and _stands_on(view, copied.stage, one.made.stage) and _is_within(one.path, source):
            return f", copied at {copied.placed.where}"
    return None


def _console_scripts(view: WorkloadView) -> Iterator[Need]:
    """Yield the path behind copied packages that pip installed in another stage without an environment."""
    for copied in view.copies:
        if copied.stage is None or not copied.may_hold_packages or not _is_prefix(copied.source):
            continue
        for call in view.build_invocations:
            words = call.words[2:] if call.words[1:2] == ("-m",) else call.words
            is_pip = words[:1] in {("pip",), ("pip3",)} and "install" in words and "/" not in call.path
            interpreter = _interpreter(view, call) if is_pip and _stands_on(view, copied.stage, call.stage) else ""
            if interpreter:
                what = f"{copied.source} holds packages that pip installed for {interpreter}"
                yield _need(copied.placed.where, what, interpreter)
                break


def _is_prefix(source: str) -> bool:
    """Whether packages for the interpreter of their stage lie there: site-packages, or a prefix of ``pip install``."""
    last = source.rstrip("/")
    return last.endswith(("site-packages", "dist-packages", "/.local", "/install", "/usr/local", "/usr/local/lib"))


def _stands_on(view: WorkloadView, stage: int, below: int | None) -> bool:
    build = view.workload.build
    return build is not None and any(one.index == below for one in chain_of(build, build.stages[stage]))


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _folder(view: WorkloadView, call: Invocation) -> str | None:
    """Return the folder of the environment that `call` makes, None where it makes none."""
    words, stage = call.arguments, _stage(view, call)
    if stage is None:
        return None
    named: str | None = None
    if _PYTHON.fullmatch(call.program) and words[:2] in {("-m", "venv"), ("-m", "virtualenv")}:
        named = _last_plain(words[2:])
    elif call.program == "virtualenv":
        named = _last_plain(words)
    elif call.program == "uv" and words[:1] == ("venv",):
        named = _last_plain(words[1:]) or ".venv"
    elif call.program == "uv" and words[:1] == ("sync",):
        named = stage.environment.get("UV_PROJECT_ENVIRONMENT", ".venv")
    elif call.program in _IN_PROJECT and words[:1] in {("install",), ("sync",)}:
        is_in_project = stage.environment.get(_IN_PROJECT[call.program], "").lower() in _TRUE
        named = ".venv" if is_in_project or _is_configured(view) else None
    return posixpath.normpath(posixpath.join(_directory(view, call), named)) if named else None


def _is_configured(view: WorkloadView) -> bool:
    """Whether a RUN calls ``poetry config virtualenvs.in-project true``."""
    wanted = ("config", "virtualenvs.in-project", "true")
    return any(one.program == "poetry" and one.arguments[:3] == wanted for one in view.build_invocations)


def _last_plain(words: tuple[str, ...]) -> str | None:
    plain: list[str] = []
    skips = False
    for word in words:
        if skips or word.startswith("-"):
            skips = not skips and word in _VALUES
        else:
            plain.append(word)
    return plain[-1] if plain else None


def _stage(view: WorkloadView, call: Invocation) -> Stage | None:
    build = view.workload.build
    return build.stages[call.stage] if build is not None and call.stage is not None else None


def _directory(view: WorkloadView, call: Invocation) -> str:
    """Return the work directory in effect at the RUN of `call`."""
    build, directory = view.workload.build, "/"
    if build is None or call.stage is None:
        return directory
    for stage in chain_of(build, build.stages[call.stage]):
        for one in stage.instructions:
            is_before = stage.index != call.stage or one.line < call.where.line
            if one.keyword == "WORKDIR" and one.words and is_before:
                directory = posixpath.normpath(posixpath.join(directory, one.words[0]))
    return directory


def _interpreter(view: WorkloadView, call: Invocation) -> str:
    """Return the absolute path of the Python that `call` runs on; "" where the files do not tell."""
    name = call.program if _PYTHON.fullmatch(call.program) else "python3"
    if call.path.startswith("/") and _PYTHON.fullmatch(call.program):
        return call.path
    build = view.workload.build
    if build is None or call.stage is None or "/" in call.path:
        return ""
    if call.program == "uv" and any(word.startswith(("--python", "-p", "--managed-python")) for word in call.arguments):
        return ""
    chain = chain_of(build, build.stages[call.stage])
    reference = chain[0].base.reference
    folder = _FOLDERS.get(f"{reference.registry}/{reference.repository}", "") if reference is not None else ""
    if folder and reference is not None and reference.repository == "astral-sh/uv":
        folder = folder if (reference.tag or "").startswith("python") else ""
    if not folder and _has_system_python(view, {one.index for one in chain}, reference):
        folder = "/usr/bin"
    return f"{folder}/{_with_minor(name, reference)}" if folder else ""


def _has_system_python(view: WorkloadView, stages: set[int], reference: ImageReference | None) -> bool:
    """Whether the distribution's own Python is what these stages run."""
    calls = (one for one in view.build_invocations if one.stage in stages)
    by_package = any(_SYSTEM_PYTHON.fullmatch(one.name) for one in installed(calls))
    is_plain = reference is not None and reference.is_official and reference.familiar_name in _DISTRIBUTIONS
    return by_package and (is_plain or reference is None or not reference.repository.endswith("python"))


def _with_minor(name: str, reference: ImageReference | None) -> str:
    """Return ``python3.12`` where the tag of a Python image names the release, else the program as it was called."""
    release = release_of(reference) if reference is not None and reference.repository.endswith("python") else None
    if release is None or release.count(".") < 1 or not release.startswith("3.") or "." in name:
        return name
    return f"python{'.'.join(release.split('.')[:2])}"
