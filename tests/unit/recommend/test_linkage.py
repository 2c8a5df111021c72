"""On which C library compiled code is built, and where it starts; which interpreter installed packages name."""

from dataclasses import replace
from typing import Any

import pytest
from advising import (
    ALPINE_BASE,
    BOOKWORM,
    DEBIAN_SLIM,
    GOLANG,
    IMAGES,
    NODE,
    NODE_ALPINE,
    NODE_SLIM,
    PYTHON,
    PYTHON_SLIM,
    advice,
    candidate,
    difference,
    image,
    need,
    references,
    refusal,
    shellless,
    situation,
)
from needing import package_json, requirements, workload

from basewright.model.base import BaseImage, Horizon, Kind
from basewright.model.contract import Aspect, Effect
from basewright.model.need import Confidence, NeedKind
from basewright.model.workload import Manifest
from basewright.recommend.fit.libc import reference_of
from basewright.recommend.linkage import built_on

BINARY = need(NeedKind.DYNAMIC_BINARY, "/app", line=2)
SUPPORTED = Horizon(security_end=DEBIAN_SLIM.horizon.security_end)
OLDER = replace(image("example/debian:bookworm-slim", os=BOOKWORM, kind=Kind.SLIM), horizon=SUPPORTED, vendor="Example")
COMPILED = (
    'FROM golang:1.27-trixie AS b\nRUN go build -o /app\nFROM debian:sid-slim\nCOPY --from=b /app /app\nCMD ["/app"]\n'
)
SID = replace(DEBIAN_SLIM, reference=replace(DEBIAN_SLIM.reference, tag="sid-slim"), libc_version="2.43")


def test_a_binary_may_not_start_on_an_older_glibc_than_it_was_built_on() -> None:
    found = advice(workload(COMPILED), BINARY, images=(GOLANG, SID, DEBIAN_SLIM, OLDER))

    old = difference(candidate(found, OLDER), Aspect.LIBC_VERSION)
    assert (old.effect, old.old, old.new) == (Effect.BREAK, "2.41", "2.36")
    assert [str(one) for one in old.touches] == ["Dockerfile:1", "Dockerfile:2"]
    assert "golang:1.27-trixie" in old.explanation
    same = difference(candidate(found, DEBIAN_SLIM), Aspect.LIBC_VERSION)
    assert (same.effect, same.explanation) == (
        Effect.NONE,
        "no compiled code of this project is known to be linked on the newer release",
    )


def test_a_newer_release_runs_what_was_built_on_an_older_one() -> None:
    app = workload(COMPILED.replace("debian:sid-slim", "example/debian:bookworm-slim"))

    found = advice(app, BINARY, images=(GOLANG, OLDER, DEBIAN_SLIM))

    assert (
        difference(candidate(found, DEBIAN_SLIM), Aspect.LIBC_VERSION).explanation
        == "what was built on the older release runs on the newer one"
    )


def test_packages_are_built_where_they_are_copied_from() -> None:
    text = (
        "FROM python:3.12-trixie AS b\nRUN pip install x\nFROM python:3.12-slim-trixie\nCOPY --from=b /venv /venv\n"
        'CMD ["python", "a.py"]\n'
    )
    python = need(NeedKind.INTERPRETER, "python", version="3.12")
    native = need(NeedKind.NATIVE_EXTENSION, "numpy", file="requirements.txt", musl=True)

    found = situation(workload(text), python, native, images=(PYTHON, PYTHON_SLIM))

    built = built_on(found, "glibc")
    assert built is not None
    assert (built.version, built.reference, str(built.where)) == ("2.41", "python:3.12-trixie", "Dockerfile:1")
    assert built_on(found, "musl") is None
    assert built_on(situation(workload("FROM scratch\n")), "glibc") is None


def test_an_image_that_is_copied_from_tells_its_release() -> None:
    app = workload(
        "FROM example/debian:bookworm-slim\nCOPY --from=golang:1.27-trixie /x /x\nCOPY --from=UPPER!! /y /y\n"
    )

    built = built_on(situation(app, BINARY, images=(GOLANG, OLDER)), "glibc")

    assert built is not None
    assert str(built.where) == "Dockerfile:2"


def test_a_mismatch_that_stands_today_is_told_and_refuses_nothing() -> None:
    what = "/node_modules holds packages installed on musl"
    weak = need(NeedKind.LIBC, "musl", what=what, confidence=Confidence.LOW)
    node = need(NeedKind.INTERPRETER, "node", version="24.19.0")
    app = workload('FROM node:24-trixie\nCMD ["node", "s.js"]\n')

    found = advice(app, node, weak, images=(NODE, NODE_SLIM, NODE_ALPINE))

    told = [text for text in candidate(found, NODE_SLIM).warnings if what in text]
    assert told == [f"glibc is there, as it is today, and musl is needed: {what} (Dockerfile:1)"]
    strong = advice(app, node, replace(weak, confidence=Confidence.CERTAIN), images=(NODE, NODE_SLIM, NODE_ALPINE))
    assert references(strong) == [str(NODE_ALPINE.reference)]
    cause = refusal(strong, str(NODE_SLIM.reference)).cause
    assert cause == f"its C library is glibc, and musl is needed: {what} (Dockerfile:1)"


def test_a_base_without_a_c_library_says_so() -> None:
    linked = need(NeedKind.LIBC, "glibc", what="it is linked")
    app = workload('FROM debian:trixie-slim\nCOPY server /app/\nCMD ["/app/server"]\n')
    static = shellless("gcr.io/distroless/base:nonroot", libc="none", libc_version=None)

    found = advice(app, need(NeedKind.DYNAMIC_BINARY, "/app/server"), linked, images=(*IMAGES, static))

    assert "it has no C library, and glibc is needed" in refusal(found, str(static.reference)).cause
    assert "C library is musl" in refusal(found, str(ALPINE_BASE.reference)).cause


@pytest.mark.parametrize(
    ("manifest", "kind", "reference"),
    [
        (requirements("numpy==2"), "requirements.txt", "https://peps.python.org/pep-0656/"),
        (package_json({}, "bcrypt"), "package.json", ""),
    ],
)
def test_wheels_are_of_python_alone(manifest: Manifest, kind: str, reference: str) -> None:
    app = workload("FROM node:24-trixie\n", manifests=(manifest,))

    assert reference_of(situation(app), need(NeedKind.NATIVE_EXTENSION, "x", file=kind)) == reference


PYTHON_NEED = need(NeedKind.INTERPRETER, "python", version="3.12.14", line=2, path="/usr/local/bin/python3")
VENV = workload('FROM python:3.12-trixie\nCOPY --from=b /venv /venv\nCMD ["/venv/bin/python", "a.py"]\n')


def _python(reference: str, **facts: Any) -> BaseImage:
    return shellless(reference, "python 3.12.14", **facts)


def test_an_environment_of_another_interpreter_breaks() -> None:
    distroless = _python("gcr.io/distroless/python3-debian13:nonroot", entrypoint=("/usr/bin/python3.12",))
    hardened = _python("dhi.io/python:3.12", vendor="DHI", environment={"PATH": "/opt/python/bin:/usr/bin"})
    unknown = _python("example/python:3.12", vendor="Example")

    found = advice(VENV, PYTHON_NEED, images=(PYTHON, PYTHON_SLIM, distroless, hardened, unknown))

    for base, path in ((distroless, "/usr/bin/python3.12"), (hardened, "/opt/python/bin/python3")):
        moved = difference(candidate(found, base), Aspect.INTERPRETER_PATH)
        assert (moved.effect, moved.old, moved.new) == (Effect.BREAK, "/usr/local/bin/python3", path)
        assert [str(one) for one in moved.touches] == ["Dockerfile:2"]
    assert difference(candidate(found, unknown), Aspect.INTERPRETER_PATH).effect is Effect.REVIEW
    assert all(one.aspect is not Aspect.INTERPRETER_PATH for one in candidate(found, PYTHON_SLIM).contract)
    assert references(found)[0] == str(PYTHON_SLIM.reference)


def test_another_minor_release_at_the_same_path_breaks_too() -> None:
    other = replace(PYTHON_SLIM, reference=replace(PYTHON_SLIM.reference, tag="3-slim"))
    asked = replace(PYTHON_NEED, version=None, path="/usr/local/bin/python3.11")

    found = advice(VENV, asked, images=(PYTHON, other))

    moved = difference(candidate(found, other), Aspect.INTERPRETER_PATH)
    assert moved.effect is Effect.BREAK
    assert "of 3.12" in moved.explanation


def test_a_locale_that_a_line_makes_is_there() -> None:
    text = 'FROM node:24-trixie\nRUN localedef -i de_DE -f UTF-8 de_DE.UTF-8\nCMD ["node", "s.js"]\n'
    node, german = need(NeedKind.INTERPRETER, "node", version="24.19.0"), need(NeedKind.LOCALE, "de_DE.UTF-8", line=2)

    found = advice(workload(text), node, german, images=(NODE, NODE_SLIM, NODE_ALPINE))

    made = difference(candidate(found, NODE_SLIM), Aspect.LOCALE)
    assert (made.effect, made.explanation) == (Effect.NONE, "a line of the project makes it (Dockerfile:2)")
    assert difference(candidate(found, NODE_ALPINE), Aspect.LOCALE).effect is Effect.REVIEW


def test_an_init_of_the_engine_is_no_program_of_the_image() -> None:
    node = need(NeedKind.INTERPRETER, "node", version="24.19.0")
    app = workload('FROM node:24-trixie\nCMD ["node", "s.js"]\n')
    wanted = need(NeedKind.INIT, "signal-forwarding")

    found = advice(app, node, wanted, images=(NODE, NODE_SLIM))

    assert all(one.aspect is not Aspect.TOOLS for one in candidate(found, NODE_SLIM).contract)
