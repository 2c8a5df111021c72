"""Stages, bases, build arguments, environments and targets."""

import pytest

from basewright.errors import InputError, SyntaxInputError
from basewright.model.dockerfile import BaseKind, Build, Stage
from basewright.model.platform import Platform
from basewright.syntax.dockerfile import find_stage, parse, resolve


def build(text: str, **options: str) -> Build:
    """Resolve `text`, `options` being build arguments."""
    return resolve("Dockerfile", parse(text.encode()), arguments=options)


def last(text: str, **options: str) -> Stage:
    """Return the last stage of `text`."""
    return build(text, **options).stages[-1]


IMAGES: list[tuple[str, str, dict[str, str]]] = [
    ("FROM node", "node", {}),
    ("FROM gcr.io/distroless/base-debian12:nonroot", "gcr.io/distroless/base-debian12:nonroot", {}),
    ("FROM docker.io/library/node:20 AS x", "node:20", {}),
    ("ARG V=20\nFROM node:$V", "node:20", {}),
    ("ARG V=20\nFROM node:${V}-slim", "node:22-slim", {"V": "22"}),
    ("ARG V=20\nARG T=$V-slim\nFROM node:$T", "node:20-slim", {}),
    ("ARG V=20\nARG V=22\nFROM node:$V", "node:22", {}),
    ("ARG V\nFROM node:${V:-20}", "node:20", {}),
    ("ARG V\nFROM node${V:+:$V}", "node", {}),
    ("ARG R=\nFROM ${R}node", "node", {}),
    ('ARG V="20"\nFROM "node:$V"', "node:20", {}),
    ("ARG V=20.1.2\nFROM node:${V%%.*}", "node:20", {}),
    ("FROM node:${V:-20}", "node:20", {"V": "22"}),
    ("FROM base-$TARGETARCH", "base-amd64", {}),
    ("FROM base-$TARGETARCH", "base-s390x", {"TARGETARCH": "s390x"}),
    ("FROM alpine AS alpine", "alpine", {}),
    ("FROM alpine AS x\nFROM x:1", "x:1", {}),
    ("FROM a AS x\nFROM 0", "0", {}),
]


@pytest.mark.parametrize(("text", "reference", "options"), IMAGES)
def test_a_base_is_an_image(text: str, reference: str, options: dict[str, str]) -> None:
    base = last(text, **options).base

    assert base.kind is BaseKind.IMAGE
    assert str(base.reference) == reference
    assert base.reason == ""


UNRESOLVED: list[tuple[str, str]] = [
    ("FROM $BASE", "variable BASE without a value"),
    ("ARG BASE\nFROM $BASE:1", "variable BASE without a value"),
    ("ARG R\nARG I=${R}node\nFROM $I", "variable R without a value"),
    ("FROM $A-$B", "variables A, B without a value"),
    ("FROM node:20\nARG V=1\nFROM node:$V", "variable V without a value"),
    ("FROM ${BASE:?choose a base}", "choose a base"),
    ("ARG V=${X\nFROM node:$V", "variable V without a value"),
    ("FROM Node:20", "not an image reference"),
    ("FROM node:", "not a tag"),
    ("FROM node@sha256:12", "not a digest"),
    ("FROM", "FROM names no base"),
    ("FROM node as", "FROM takes one name"),
    ("FROM {{ base }}", "template"),
    ("FROM {{ base }} AS x", "template"),
    ("FROM {{base}}:1", "template"),
    ("FROM %%BASE%%", "template"),
    ("FROM ${docker.image}", "template"),
    ("FROM __REGISTRY__/node", "template"),
    ("FROM @BASE@", "template"),
    ("FROM ${A", "ends before"),
]


@pytest.mark.parametrize(("text", "reason"), UNRESOLVED)
def test_a_base_that_is_not_known_says_why(text: str, reason: str) -> None:
    base = last(text).base

    assert base.kind is BaseKind.UNRESOLVED
    assert base.reference is None
    assert reason in base.reason


def test_a_base_is_an_earlier_stage_in_any_case_of_letters() -> None:
    stages = build("FROM a AS Base\nFROM base AS two\nFROM BASE\nFROM two\nFROM later\nFROM b AS later").stages

    assert [stage.name for stage in stages] == ["base", "two", None, None, None, "later"]
    assert [stage.base.stage for stage in stages] == [None, 0, 0, 1, None, None]
    assert stages[4].base.kind is BaseKind.IMAGE


def test_a_stage_name_given_twice_means_the_last_one_before() -> None:
    stages = build("FROM a AS x\nFROM x AS x\nFROM x").stages

    assert [stage.base.stage for stage in stages] == [None, 0, 1]


def test_scratch_is_no_image() -> None:
    base = last("FROM scratch").base

    assert (base.kind, base.reference, base.written) == (BaseKind.SCRATCH, None, "scratch")


def test_a_stage_named_by_an_argument_is_found() -> None:
    text = "FROM a AS build-amd64\nFROM b AS build-arm64\nFROM build-$TARGETARCH"

    assert last(text).base.stage == 0
    arm = resolve("Dockerfile", parse(text.encode()), platform=Platform("linux", "arm64"))
    assert arm.stages[-1].base.stage == 1


def test_the_arguments_that_took_part_are_named_with_those_behind_them() -> None:
    base = last("ARG A=1\nARG B=$A\nARG C=3\nFROM x:$B$C AS y").base

    assert base.arguments == ("A", "B", "C")
    assert (base.written, base.resolved) == ("x:$B$C", "x:13")


def test_an_argument_means_its_value_at_that_place() -> None:
    base = last("ARG A\nARG B=b$A\nARG A=1\nFROM x:$B").base

    assert (base.kind, base.resolved) == (BaseKind.UNRESOLVED, "x:b")
    assert base.reason == "variable A without a value"


PLATFORMS: list[tuple[str, Platform | None, str | None]] = [
    ("FROM a", None, None),
    ("FROM --platform=linux/arm64 a", None, "linux/arm64"),
    ("FROM --platform=$BUILDPLATFORM a", None, "linux/amd64"),
    ("FROM --platform=$TARGETPLATFORM a", Platform("linux", "arm", "v7"), "linux/arm/v7"),
    ("FROM --platform=$TARGETOS/$TARGETARCH/$TARGETVARIANT a", Platform("linux", "arm", "v7"), "linux/arm/v7"),
    ("ARG P=linux/s390x\nFROM --platform=${P} a", None, "linux/s390x"),
    ("FROM --platform=$NOPE a", None, "$NOPE"),
    ("FROM --platform=${NOPE a", None, "${NOPE"),
]


@pytest.mark.parametrize(("text", "platform", "expected"), PLATFORMS)
def test_the_platform_of_a_base_is_expanded(text: str, platform: Platform | None, expected: str | None) -> None:
    resolved = resolve("Dockerfile", parse(text.encode()), platform=platform)

    assert resolved.stages[0].base.platform == expected


ENVIRONMENTS: list[tuple[str, dict[str, str]]] = [
    ("FROM a\nENV A=1 B=$A\nENV C=$A", {"A": "1", "B": "$A", "C": "1"}),
    ("FROM a\nENV A 1 2\nENV B='x y' C=\"$A\"", {"A": "1 2", "B": "x y", "C": "1 2"}),
    ("FROM a\nENV A=1\nENV A=$A:2", {"A": "1:2"}),
    ("FROM a\nENV PATH=/app/bin:$PATH", {"PATH": "/app/bin:$PATH"}),
    ("FROM a\nENV A=${B:-1}", {"A": "${B:-1}"}),
    ("ARG V=1\nFROM a\nENV A=$V", {"A": "$V"}),
    ("ARG V=1\nFROM a\nARG V\nENV A=$V", {"V": "1", "A": "1"}),
    ("ARG V=1\nFROM a\nARG V=2 W=$V", {"V": "2", "W": "2"}),
    ("FROM a\nARG V\nENV A=$V", {"A": "$V"}),
    ("FROM a\nARG TARGETARCH", {"TARGETARCH": "amd64"}),
    ("FROM a AS b\nENV A=1\nFROM b\nENV B=$A\nENV A=2", {"A": "2", "B": "1"}),
    ("FROM a AS b\nARG V=1\nFROM b", {"V": "1"}),
    ("FROM a\nENV A=1\nFROM b", {}),
    ("FROM a\nRUN x\nONBUILD ENV A=1", {}),
    ("# escape=`\nFROM a\nENV A=C:\\x B=`$y", {"A": "C:\\x", "B": "$y"}),
]


@pytest.mark.parametrize(("text", "environment"), ENVIRONMENTS)
def test_the_environment_of_a_stage_is_env_and_arg_in_order(text: str, environment: dict[str, str]) -> None:
    stage = last(text)

    assert dict(stage.environment) == environment
    assert stage.problems == ()


def test_build_arguments_win_over_defaults_where_they_are_declared() -> None:
    text = "ARG V=1\nFROM a:$V\nARG V\nARG W=2\nENV X=$V$W$U"

    stage = last(text, V="5", W="6", U="7")

    assert stage.base.resolved == "a:5"
    assert dict(stage.environment) == {"V": "5", "W": "6", "X": "56$U"}


def test_a_value_that_cannot_be_expanded_is_a_problem_and_no_value() -> None:
    stage = last("FROM a\nENV A=1\nENV A=${B:=1} C=2\nARG D=${E")

    assert dict(stage.environment) == {"C": "2"}
    assert [line for line, _ in stage.problems] == [3, 4]


def test_a_stage_that_sets_nothing_shares_the_environment_of_its_base() -> None:
    stages = build("FROM a AS b\nENV A=1\nFROM b\nRUN x").stages

    assert stages[1].environment is stages[0].environment


def test_the_target_is_the_last_stage_or_the_one_that_is_named() -> None:
    dockerfile = parse(b"FROM a AS One\nFROM b\nFROM one AS three")

    targets = [resolve("D", dockerfile, target=name).target for name in (None, "", "one", "ONE", "1", "three", "2")]

    assert targets == [2, 2, 0, 0, 1, 2, 2]
    assert [stage.index for stage in resolve("D", dockerfile).final_chain] == [0, 2]


def test_an_unknown_target_names_the_stages() -> None:
    with pytest.raises(InputError, match=r"no stage 'x' \(the stages are: one, two\)"):
        resolve("D", parse(b"FROM a AS one\nFROM b AS two\nFROM c"), target="x")
    with pytest.raises(InputError, match="no stage has a name; they count from 0 to 1"):
        resolve("D", parse(b"FROM a\nFROM b"), target="2")


def test_the_target_is_an_argument_too() -> None:
    dockerfile = parse(b"FROM a-$TARGETSTAGE AS one\nFROM b AS two")

    assert resolve("D", dockerfile).stages[0].base.resolved == "a-two"
    assert resolve("D", dockerfile, target="one").stages[0].base.resolved == "a-one"


def test_a_stage_is_found_by_name_and_by_number() -> None:
    stages = build("FROM a AS one\nFROM b AS 1\nFROM c").stages

    found = [find_stage(stages, name) for name in ("ONE", "1", "0", "2", "3", "-1", "²", "nginx", "9" * 40)]

    assert found == [0, 1, 0, 2, None, None, None, None, None]


def test_what_stands_before_the_first_from_is_arg_only() -> None:
    with pytest.raises(SyntaxInputError, match="RUN stands before") as caught:
        build("ARG A\nRUN x\nFROM a")
    assert caught.value.line == 2
    with pytest.raises(SyntaxInputError, match="no FROM"):
        build("ARG A")


def test_a_build_keeps_what_it_was_asked_for() -> None:
    dockerfile = parse(b"FROM a\nRUN b\nCMD c")

    result = resolve("app/Dockerfile", dockerfile, arguments={"A": "1"}, context="app")

    assert (result.file, result.context, dict(result.arguments)) == ("app/Dockerfile", "app", {"A": "1"})
    assert result.dockerfile is dockerfile
    assert result.stages[0].instruction is dockerfile.instructions[0]
    assert result.stages[0].instructions == dockerfile.instructions[1:]
