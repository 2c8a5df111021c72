"""Variables that an image sets, and ICU, which one of them switches off for .NET."""

from dataclasses import replace
from typing import Any

import pytest
from advising import (
    ALPINE,
    NODE,
    NODE_SLIM,
    PYTHON,
    PYTHON_SLIM,
    advice,
    candidate,
    difference,
    image,
    need,
    packages,
    references,
    shellless,
)
from needing import setting, workload

from basewright.model.base import BaseImage
from basewright.model.contract import Aspect, Effect
from basewright.model.need import NeedKind
from basewright.recommend.globalization import has_icu

MICROSOFT: dict[str, Any] = {"vendor": "Microsoft", "variant": "aspnet", "environment": {"APP_UID": "1654"}}
_INVARIANT = {"APP_UID": "1654", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "true"}
ASPNET = image("mcr.microsoft.com/dotnet/aspnet:10.0-noble", "dotnet 10.0.11", icu_major=74, **MICROSOFT)
CHISELED = shellless(
    "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled",
    "dotnet 10.0.11",
    **{**MICROSOFT, "environment": _INVARIANT},
)
EXTRA = shellless(
    "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra",
    "dotnet 10.0.11",
    **{**MICROSOFT, "variant": "aspnet-extra", "icu_major": 74},
)
ON_ALPINE = image(
    "mcr.microsoft.com/dotnet/aspnet:10.0-alpine3.24",
    "dotnet 10.0.11",
    ALPINE,
    **{**MICROSOFT, "environment": _INVARIANT},
)
APP = workload('FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble\nENTRYPOINT ["dotnet", "x.dll"]\n')
DOTNET = need(NeedKind.INTERPRETER, "dotnet", version="10.0.11")
ICU = need(NeedKind.ICU, "icu", avoidable="InvariantGlobalization does without")


def test_an_image_that_switches_icu_off_breaks_what_needs_cultures() -> None:
    found = advice(APP, DOTNET, ICU, images=(ASPNET, CHISELED, ON_ALPINE))

    for base in (CHISELED, ON_ALPINE):
        lost = difference(candidate(found, base), Aspect.ENVIRONMENT)
        assert lost.effect is Effect.BREAK
        assert [str(one) for one in lost.touches] == ["Dockerfile:1"]
        assert "-extra variant" in lost.explanation
        assert "InvariantGlobalization" in lost.explanation
    assert "install ICU there" in difference(candidate(found, ON_ALPINE), Aspect.ENVIRONMENT).explanation


def test_the_variant_with_icu_is_taken_where_icu_is_needed() -> None:
    images = (ASPNET, CHISELED, EXTRA, ON_ALPINE)

    assert references(advice(APP, DOTNET, ICU, images=images))[0] == str(EXTRA.reference)
    assert references(advice(APP, DOTNET, images=images))[0] == str(CHISELED.reference)
    assert candidate(advice(APP, DOTNET, ICU, images=images), EXTRA).breaks == ()


def test_without_the_need_the_switch_is_told_and_breaks_nothing() -> None:
    lost = difference(candidate(advice(APP, DOTNET, images=(ASPNET, CHISELED)), CHISELED), Aspect.ENVIRONMENT)

    assert (lost.effect, lost.new) == (Effect.NONE, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true")


def test_a_project_that_sets_the_switch_itself_has_decided() -> None:
    app = replace(
        APP, runtime=replace(APP.runtime, environment={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": setting("true")})
    )

    found = candidate(advice(app, DOTNET, ICU, images=(ASPNET, CHISELED)), CHISELED)
    assert all(one.aspect is not Aspect.ENVIRONMENT for one in found.contract)


def test_an_image_without_icu_and_without_the_switch_does_not_start() -> None:
    bare = shellless("example/aspnet:10", "dotnet 10.0.11", variant="aspnet", package_list=packages("libc6"))

    lost = difference(candidate(advice(APP, DOTNET, ICU, images=(ASPNET, bare)), bare), Aspect.ENVIRONMENT)
    assert (lost.effect, lost.new) == (Effect.BREAK, "no ICU")
    unknown = replace(bare, package_list=None)
    told = difference(candidate(advice(APP, DOTNET, ICU, images=(ASPNET, unknown)), unknown), Aspect.ENVIRONMENT)
    assert (told.effect, told.new) == (Effect.REVIEW, None)


@pytest.mark.parametrize(
    ("base", "present"),
    [(ASPNET, True), (CHISELED, False), (EXTRA, True), (replace(ASPNET, icu_major=None), True), (NODE, None)],
)
def test_whether_icu_is_there_is_read_from_facts(base: BaseImage, present: bool | None) -> None:
    assert has_icu(base) is present


def test_a_variable_that_a_line_uses_is_to_be_set() -> None:
    old = replace(NODE, environment={"NODE_VERSION": "24.19.0", "PATH": "/usr/bin"})
    new = replace(NODE_SLIM, environment={"NODE_VERSION": "24.18.0", "PATH": "/usr/bin"})
    app = workload('FROM node:24-trixie\nLABEL a=b\nRUN echo $NODE_VERSION\nCMD ["node", "s.js"]\n')

    found = advice(app, need(NeedKind.INTERPRETER, "node", version="24.19.0"), images=(old, new))

    used = difference(candidate(found, new), Aspect.ENVIRONMENT)
    assert (used.effect, used.new) == (Effect.REVIEW, "24.18.0")
    assert [str(one) for one in used.touches] == ["Dockerfile:3"]


def test_a_variable_that_decides_without_a_line_is_told() -> None:
    old = replace(PYTHON, environment={"PYTHONPATH": "/opt", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin"})
    new = replace(PYTHON_SLIM, environment={"PATH": "/usr/bin"})
    app = workload('FROM python:3.12-trixie\nCMD ["python3", "a.py"]\n')

    found = candidate(advice(app, need(NeedKind.INTERPRETER, "python", version="3.12"), images=(old, new)), new)

    told = {(one.old, one.effect) for one in found.contract if one.aspect is Aspect.ENVIRONMENT}
    assert told == {
        ("PYTHONPATH=/opt", Effect.REVIEW),
        ("LANG=C.UTF-8", Effect.NONE),
        ("PATH with /usr/local/bin", Effect.NONE),
    }


def test_what_a_project_sets_or_no_source_tells_is_no_difference() -> None:
    old = replace(PYTHON, environment={"LANG": "C.UTF-8", "PATH": "/usr/bin"})
    app = workload('FROM python:3.12-trixie\nENV LANG=de\nCMD ["python3", "a.py"]\n')
    app = replace(app, runtime=replace(app.runtime, environment={"LANG": setting("de")}))
    python = need(NeedKind.INTERPRETER, "python", version="3.12")

    silent = candidate(advice(app, python, images=(old, PYTHON_SLIM)), PYTHON_SLIM)
    assert all(one.aspect is not Aspect.ENVIRONMENT for one in silent.contract)
    own = replace(PYTHON_SLIM, environment={"PATH": "/usr/bin"})
    assert all(
        one.aspect is not Aspect.ENVIRONMENT for one in candidate(advice(app, python, images=(old, own)), own).contract
    )
