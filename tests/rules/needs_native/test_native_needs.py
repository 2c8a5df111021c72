"""NATIVE_EXTENSION: positives and negatives, by lock, by pin and by name."""

import pytest
from needing import NODE, PYTHON, base, find, lines, needs_of, package_json, requirements, values

from basewright.model.base import BaseImage
from basewright.model.need import Confidence, Need, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest

TEXT = 'FROM python:3.12\nCMD ["python", "a.py"]\n'


def _native(*lines_: str, image: BaseImage = PYTHON) -> tuple[Need, ...]:
    return needs_of(TEXT, image, manifests=(requirements(*lines_),))


def _locked(name: str, *files: str, image: BaseImage = PYTHON) -> Need | None:
    one = Dependency(name, "1.0", "", Location("uv.lock", 7), artefacts=files)
    return find(
        needs_of(TEXT, image, manifests=(Manifest("uv.lock", "pypi", "uv.lock", (one,)),)), NeedKind.NATIVE_EXTENSION
    )


def test_a_well_known_native_package_is_told_with_its_line_and_date() -> None:
    need = find(_native("flask", "numpy"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert (need.value, need.musl, need.confidence) == ("numpy", True, Confidence.MEDIUM)
    assert lines(need) == ["requirements.txt:2"]
    assert "as of 20" in need.detail


def test_a_package_without_any_musllinux_wheel_is_told() -> None:
    need = find(_native("confluent-kafka==2.6.0"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is False
    assert need.version == "2.6.0"
    assert "no release of confluent-kafka has a musllinux wheel" in need.detail


def test_a_pinned_release_is_judged_by_itself() -> None:
    need = find(_native("psycopg2-binary==2.9.9"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is True


def test_a_pinned_release_older_than_the_interpreter_is_compiled() -> None:
    need = find(_native("numpy==1.19.0"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is None
    assert "compiled at build" in need.detail


def test_a_release_whose_musl_wheels_ended_is_told() -> None:
    need = find(_native("duckdb"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is False
    assert "1.3.2 has one" in need.detail


def test_source_alone_is_no_matter_of_the_libc() -> None:
    needs = _native("psycopg2")
    need = find(needs, NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is None
    assert "source alone" in need.detail
    assert values(needs, NeedKind.LIBRARY) == ["libpq"]


def test_what_works_without_its_compiled_part_refuses_nothing() -> None:
    need = find(_native("pymongo"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert (need.musl, need.confidence) == (None, Confidence.LOW)


def test_facts_of_another_interpreter_are_told_as_such() -> None:
    image = base("python:3.14", runtime="python 3.14.0")
    need = find(_native("duckdb", image=image), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is None
    assert "the base has 3.14" in need.detail


@pytest.mark.parametrize("line", ["flask", "requests==2.32.0", "click"])
def test_pure_packages_are_no_native_code(line: str) -> None:
    assert values(_native(line), NeedKind.NATIVE_EXTENSION) == []


def test_names_are_compared_normalised() -> None:
    assert values(_native("Psycopg2_Binary"), NeedKind.NATIVE_EXTENSION) == ["psycopg2-binary"]


def test_extras_and_thin_packages_bring_compiled_ones() -> None:
    needs = _native("psycopg[binary]", "pydantic", "uvicorn[standard]")
    assert values(needs, NeedKind.NATIVE_EXTENSION) == [
        "httptools",
        "psycopg-binary",
        "pydantic-core",
        "uvloop",
        "watchfiles",
    ]


def test_development_dependencies_do_not_count() -> None:
    one = Dependency("numpy", None, "", Location("pyproject.toml", 3), is_development=True)
    needs = needs_of(TEXT, PYTHON, manifests=(Manifest("pyproject.toml", "pypi", "pyproject", (one,)),))
    assert values(needs, NeedKind.NATIVE_EXTENSION) == []


def test_a_lock_that_lists_a_musllinux_wheel_is_certain() -> None:
    need = _locked("x", "x-1.0-cp312-cp312-musllinux_1_2_x86_64.whl", "x-1.0-cp312-cp312-manylinux_2_17_x86_64.whl")
    assert need is not None
    assert (need.musl, need.confidence) == (True, Confidence.CERTAIN)


def test_a_lock_without_one_refuses_musl() -> None:
    need = _locked("x", "x-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", "x-1.0.tar.gz")
    assert need is not None
    assert need.musl is False
    assert "no musllinux wheel for cp312 in uv.lock" in need.detail


def test_a_musllinux_wheel_for_another_interpreter_does_not_count() -> None:
    need = _locked("x", "x-1.0-cp311-cp311-musllinux_1_2_x86_64.whl", "x-1.0-cp312-cp312-manylinux_2_17_x86_64.whl")
    assert need is not None
    assert need.musl is False


def test_a_stable_abi_wheel_counts_for_later_interpreters() -> None:
    need = _locked("x", "x-1.0-cp38-abi3-musllinux_1_2_x86_64.whl", "x-1.0-cp38-abi3-manylinux_2_17_x86_64.whl")
    assert need is not None
    assert need.musl is True


def test_wheels_for_other_interpreters_alone_mean_compiling() -> None:
    need = _locked("x", "x-1.0-cp310-cp310-manylinux_2_17_x86_64.whl", "x-1.0.tar.gz")
    assert need is not None
    assert need.musl is None
    assert "no Linux wheel for cp312" in need.detail


def test_a_pure_wheel_in_a_lock_is_no_native_code() -> None:
    assert _locked("x", "x-1.0-py3-none-any.whl", "x-1.0.tar.gz") is None


def test_the_lock_wins_over_what_is_known_by_name() -> None:
    lock = Manifest(
        "uv.lock",
        "pypi",
        "uv.lock",
        (
            Dependency(
                "numpy",
                "9.9",
                "",
                Location("uv.lock", 3),
                artefacts=("numpy-9.9-cp312-cp312-manylinux_2_28_x86_64.whl",),
            ),
        ),
    )
    need = find(needs_of(TEXT, PYTHON, manifests=(lock, requirements("numpy"))), NeedKind.NATIVE_EXTENSION, "numpy")
    assert need is not None
    assert (need.musl, need.version) == (False, "9.9")
    assert lines(need) == ["uv.lock:3"]


def _node(*names: str) -> tuple[Need, ...]:
    return needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE, manifests=(package_json({}, *names),))


def test_node_packages_with_native_code_are_told() -> None:
    needs = _node("bcrypt", "sharp", "sqlite3", "express")
    assert values(needs, NeedKind.NATIVE_EXTENSION) == ["bcrypt", "sharp", "sqlite3"]
    assert [one.musl for one in needs if one.kind is NeedKind.NATIVE_EXTENSION] == [True, True, None]


def test_a_prebuilt_binary_for_glibc_alone_refuses_musl() -> None:
    need = find(_node("onnxruntime-node"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is False


def test_prismas_engine_depends_on_the_libc() -> None:
    need = find(_node("@prisma/client"), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert "binaryTargets" in need.detail


def test_a_lock_that_marks_an_install_script_is_believed() -> None:
    one = Dependency("frob", "1.2.0", "", Location("package-lock.json", 9), is_native=True)
    manifests = (Manifest("package-lock.json", "npm", "package-lock", (one,)),)
    need = find(needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE, manifests=manifests), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert (need.value, need.version) == ("frob", "1.2.0")


def test_a_driven_browser_is_a_library_and_draws() -> None:
    needs = _node("puppeteer")
    assert values(needs, NeedKind.LIBRARY) == ["browser"]
    assert values(needs, NeedKind.FONTS) == ["fonts"]


def test_gems_with_native_code_and_their_libraries() -> None:
    found = tuple(Dependency(name, "1", "", Location("Gemfile.lock", 4)) for name in ("pg", "rake", "nokogiri"))
    needs = needs_of(
        'FROM ruby:3.4\nCMD ["puma"]\n', manifests=(Manifest("Gemfile.lock", "gem", "Gemfile.lock", found),)
    )
    assert values(needs, NeedKind.NATIVE_EXTENSION) == ["nokogiri", "pg"]
    assert values(needs, NeedKind.LIBRARY) == ["libpq"]


def test_php_extensions_of_the_final_chain() -> None:
    text = "FROM php:8.4-fpm\nRUN docker-php-ext-install -j4 pdo_mysql intl && pecl install redis-6.0.2\n"
    needs = needs_of(text, base("php:8.4-fpm", runtime="php 8.4", command=("php-fpm",), entrypoint=()))
    assert values(needs, NeedKind.NATIVE_EXTENSION) == ["intl", "pdo_mysql", "redis"]
    assert values(needs, NeedKind.ICU) == ["icu"]
