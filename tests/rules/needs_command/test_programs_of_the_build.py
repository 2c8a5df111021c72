"""COMMAND, BUILD_TOOL and INIT: what the image's own build put in place is not asked of the base."""

import pytest
from needing import NODE, base, find, needs_of, package_json, values

from basewright.model.need import Confidence, NeedKind, Phase

DEBIAN = base("debian:13", libc="glibc")


@pytest.mark.parametrize(
    "run",
    [
        "RUN go build -o /probe ./cmd",
        "RUN gcc -o/probe probe.c",
        "RUN curl -fsSL https://example.com/probe -o /probe && chmod +x /probe",
        "RUN wget -O /probe https://example.com/probe",
        "RUN ln -s /opt/tool/probe /probe",
        "RUN install -m 755 build/probe /probe",
        "RUN install -m 755 build/probe /",
        "COPY probe /probe",
        "RUN chmod 755 /probe",
    ],
)
def test_what_the_build_puts_in_place_is_no_command_of_the_base(run: str) -> None:
    text = f"FROM debian:13\n{run}\nCMD /probe --wait && /probe\n"
    assert values(needs_of(text, DEBIAN), NeedKind.COMMAND) == []


@pytest.mark.parametrize(
    "run",
    [
        "RUN go build -o /other ./cmd",
        "RUN ln -s /probe /elsewhere",
        "RUN curl -fsSL https://example.com/probe -o -",
        "RUN chmod 644 /probe",
        "RUN true",
    ],
)
def test_what_nothing_puts_in_place_is(run: str) -> None:
    text = f"FROM debian:13\n{run}\nCMD /probe --wait && /probe\n"
    assert values(needs_of(text, DEBIAN), NeedKind.COMMAND) == ["probe"]


def test_a_program_built_in_another_stage_is_not_there_unless_it_is_copied() -> None:
    build = "FROM golang:1.24 AS build\nRUN go build -o /bin/probe .\n"
    rest = "FROM debian:13\n{}HEALTHCHECK CMD probe || exit 1\n"
    used = "COPY --from=build /etc/hosts /hosts\n"
    assert values(needs_of(build + rest.format(used), DEBIAN), NeedKind.COMMAND) == ["probe"]
    copied = "COPY --from=build /bin/probe /bin/probe\n"
    assert values(needs_of(build + rest.format(copied), DEBIAN), NeedKind.COMMAND) == []


def test_make_install_may_have_brought_an_unknown_program_and_no_known_one() -> None:
    text = "FROM debian:13\nRUN make install\nHEALTHCHECK CMD probe && curl x\n"
    assert values(needs_of(text, DEBIAN), NeedKind.COMMAND) == ["curl"]


@pytest.mark.parametrize(("put", "expected"), [("COPY tini /tini", []), ("RUN chmod u+s /bin/ping", ["tini"])])
def test_a_known_tool_that_the_project_brings_is_not_asked_of_the_base(put: str, expected: list[str]) -> None:
    text = f'FROM debian:13\n{put}\nENTRYPOINT ["/tini", "--", "/app/a"]\n'
    assert values(needs_of(text, DEBIAN), NeedKind.COMMAND) == expected


def test_npm_that_runs_is_no_tool_of_the_build_alone() -> None:
    text = 'FROM node:24\nRUN npm ci\nCMD ["npm", "start"]\n'
    needs = needs_of(text, NODE, manifests=(package_json({"start": "node a.js"}),))
    tool = find(needs, NeedKind.BUILD_TOOL, "npm", Phase.BUILD)
    assert tool is not None
    assert "run-time text calls npm too" in tool.detail
    assert tool.avoidable == ""
    assert values(needs, NeedKind.COMMAND) == ["npm"]


def test_npm_that_only_builds_is() -> None:
    tool = find(needs_of('FROM node:24\nRUN npm ci\nCMD ["node", "a.js"]\n', NODE), NeedKind.BUILD_TOOL, "npm",
                Phase.BUILD)  # fmt: skip
    assert tool is not None
    assert "in the final stage" in tool.detail
    assert tool.avoidable


def test_an_init_that_would_help_is_told_as_the_engine_s() -> None:
    need = find(needs_of('FROM node:24\nCMD ["npm", "start"]\n', NODE), NeedKind.INIT)
    assert need is not None
    assert (need.value, need.confidence) == ("init: true", Confidence.MEDIUM)
    assert "none is asked for" in need.detail
