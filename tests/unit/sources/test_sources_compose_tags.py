"""``!reset`` and ``!override`` on whole services (Compose specification, «Merge»: «Reset value», «Replace value»)."""

from collections.abc import Callable

from basewright.model.workload import Project

Discover = Callable[..., Project]
_BASE = "services:\n  a:\n    image: node:24\n    user: '5'\n    ports: ['80:80']\n  b: {image: 'python:3.13'}\n"


def _of(project: Project) -> dict[str, str]:
    return {one.name: one.base.resolved for one in project.workloads}


def _merged(discover_files: Discover, *overrides: str) -> Project:
    files = {"compose.yaml": _BASE, **{f"o{number}.yaml": text for number, text in enumerate(overrides)}}
    return discover_files(files, compose_files=tuple(files))


def test_a_service_that_is_reset_is_gone(discover_files: Discover) -> None:
    for written in ("!reset null", "!reset", "!reset {}", "!reset {image: x}", "!reset []"):
        project = _merged(discover_files, f"services:\n  b: {written}\n")

        assert _of(project) == {"a": "node:24"}, written
        assert project.unknowns == (), written


def test_a_service_that_is_overridden_keeps_nothing(discover_files: Discover) -> None:
    project = _merged(discover_files, "services:\n  a: !override\n    image: alpine:3.24\n")
    (web,) = [one for one in project.workloads if one.name == "a"]

    assert _of(project) == {"a": "alpine:3.24", "b": "python:3.13"}
    assert web.runtime.user is None
    assert web.runtime.ports == ()
    assert (web.where.file, web.where.line) == ("o0.yaml", 2)


def test_files_are_merged_in_the_order_they_are_named(discover_files: Discover) -> None:
    reset, again = "services:\n  b: !reset null\n", "services:\n  b: {image: 'ruby:4'}\n"

    assert _of(_merged(discover_files, reset, again)) == {"a": "node:24", "b": "ruby:4"}
    assert _of(_merged(discover_files, again, reset)) == {"a": "node:24"}


def test_what_comes_after_an_override_is_merged_upon_it(discover_files: Discover) -> None:
    project = _merged(
        discover_files, "services: {a: !override {image: 'x:1'}}\n", "services: {a: {user: '7', ports: ['90']}}\n"
    )
    (web,) = [one for one in project.workloads if one.name == "a"]

    assert web.base.resolved == "x:1"
    assert web.runtime.user is not None
    assert web.runtime.user.value == "7"
    assert [port.number for port in web.runtime.ports] == [90]


def test_an_overriding_service_still_extends(discover_files: Discover) -> None:
    project = _merged(discover_files, "services:\n  a: !override {extends: c}\n  c: {image: 'c:1', user: '9'}\n")
    (web,) = [one for one in project.workloads if one.name == "a"]

    assert web.base.resolved == "c:1"
    assert web.runtime.user is not None
    assert web.runtime.user.value == "9"
    assert web.runtime.ports == ()


def test_all_services_can_be_reset_or_replaced(discover_files: Discover) -> None:
    assert _of(_merged(discover_files, "services: !reset null\n", "services: {z: {image: 'z:1'}}\n")) == {"z": "z:1"}
    assert _of(_merged(discover_files, "services: !override {z: {image: 'z:1'}}\n")) == {"z": "z:1"}


def test_a_reset_service_of_the_first_file_is_none(discover_files: Discover) -> None:
    project = discover_files({"compose.yaml": "services: {a: !reset null, b: {image: 'b:1'}}\n"})

    assert _of(project) == {"b": "b:1"}
    assert project.unknowns == ()


def test_a_service_that_is_no_mapping_is_still_told(discover_files: Discover) -> None:
    project = _merged(discover_files, "services:\n  b: nonsense\n")

    assert [one.reason for one in project.unknowns] == ["service b is no mapping"]
