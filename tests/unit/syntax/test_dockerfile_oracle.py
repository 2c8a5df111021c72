"""Our parser against a port of BuildKit's, on our own cases."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from basewright.syntax.dockerfile import parse


def load_tool() -> ModuleType:
    """Return tools/compare_dockerfiles.py, which holds the comparison."""
    path = Path(__file__).parents[3] / "tools" / "compare_dockerfiles.py"
    spec = importlib.util.spec_from_file_location("compare_dockerfiles", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()
FILES: dict[str, bytes] = {
    "a service in two stages": b"""\
# syntax=docker/dockerfile:1
ARG GO=1.24

FROM --platform=$BUILDPLATFORM golang:${GO} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/root/.cache \\
    # the modules first
    go mod download

COPY . .
RUN CGO_ENABLED=0 go build -o /out/app ./cmd/app

FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="app" \\
      org.opencontainers.image.licenses='Apache-2.0'
COPY --from=build --chown=65532:65532 --link /out/app /app
EXPOSE 8080/tcp 9090
USER 65532:65532
ENTRYPOINT ["/app"]
CMD ["--listen", ":8080"]
""",
    "scripts in heredocs": b"""\
FROM debian:12-slim
RUN <<EOF
set -e
apt-get update
EOF
COPY <<'one.conf' <<-two.conf /etc/app/
a = $b
one.conf
\t\tc = d
two.conf
RUN python3 <<PY && echo done
print("<<X")
PY
ENV A=1 B="2 3" \\

    C=4
""",
    "a Windows file": (
        b'# escape=`\r\nFROM mcr.microsoft.com/windows/nanoserver\r\nRUN dir `\r\n  C:\\\r\nSHELL ["cmd"]\r\n'
    ),
    "old and odd": b"""\
FROM ubuntu
MAINTAINER Some One
ENV LANG C.UTF-8
LABEL vendor some one
ENV x=a\\ b y='c\\' z="d\\"e" \\
    last=1
ADD ["a b", "/c"]
VOLUME /a\t/b
HEALTHCHECK --interval=5s CMD curl x
HEALTHCHECK NONE
CMD [ 'not', 'json' ]
CMD echo \\\\
STOPSIGNAL 9
RUN a \\
""",
    "JSON that is not": b'FROM a\nRUN ["a"\nCMD ["a", b]\nENTRYPOINT ["a"] b\nVOLUME ["a" "b"]\nSHELL []\n',
    "no instruction": b"# nothing\n",
    "an unknown instruction": b"FROM a\nGO b\n",
    "a value is missing": b"FROM a\nENV b\n",
    "an open heredoc": b"FROM a\nRUN <<A\n",
    "a directive twice": b"# escape=`\n# escape=`\nFROM a\n",
    "not only strings": b"FROM a\nCMD [1]\n",
}


@pytest.mark.parametrize("name", FILES)
def test_both_parsers_agree(name: str) -> None:
    found = TOOL.compare(FILES[name])

    assert [kind for kind in found if kind.startswith("!")] == []


def test_quoted_words_of_copy_are_a_known_difference() -> None:
    assert TOOL.compare(b'FROM a\nCOPY "b c" d\n')["copy-quotes"] == 1


def test_a_heredoc_inside_onbuild_is_a_known_difference() -> None:
    """The oracle takes the body for instructions; BuildKit reads it as a body, as we do."""
    assert TOOL.compare(b"FROM a\nONBUILD RUN <<E\nUSER x\nE\n")["onbuild-heredoc"] == 1


def test_the_tool_tells_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    other = parse(b"FROM a\nRUN c\n")
    monkeypatch.setattr(TOOL, "ours_of", lambda source: (other, ""))

    found = TOOL.compare(b"FROM a\nRUN b\n")

    assert any(kind.startswith("! words") for kind in found)
