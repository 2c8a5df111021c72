"""What wheel names tell."""

import pytest

from basewright.needs.wheels import supported

MANY = "x-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
MUSL = "x-1-cp312-cp312-musllinux_1_2_x86_64.whl"


def test_each_libc_is_read_by_its_platform_tag() -> None:
    assert supported([MANY, MUSL], "3.12").glibc
    assert supported([MANY, MUSL], "3.12").musl
    assert not supported([MANY], "3.12").musl


@pytest.mark.parametrize(
    ("name", "python", "fits"),
    [
        ("x-1-cp312-cp312-musllinux_1_2_x86_64.whl", "3.12", True),
        ("x-1-cp312-cp312-musllinux_1_2_x86_64.whl", "3.13", False),
        ("x-1-cp38-abi3-musllinux_1_2_x86_64.whl", "3.13", True),
        ("x-1-cp313-abi3-musllinux_1_2_x86_64.whl", "3.12", False),
        ("x-1-cp313-cp313t-musllinux_1_2_x86_64.whl", "3.13", False),
        ("x-1-py3-none-musllinux_1_2_x86_64.whl", "3.12", True),
        ("x-1-py2.py3-none-musllinux_1_1_x86_64.whl", "3.12", True),
        ("x-1-py2-none-musllinux_1_1_x86_64.whl", "3.12", False),
        ("x-1-py311-none-musllinux_1_1_x86_64.whl", "3.12", True),
        ("x-1-py313-none-musllinux_1_1_x86_64.whl", "3.12", False),
        ("x-1-pp310-pypy310_pp73-musllinux_1_2_x86_64.whl", "3.10", False),
        ("x-1-cp312-cp312-musllinux_1_2_aarch64.whl", "3.12", False),
        ("x-1-1build-cp312-cp312-musllinux_1_2_x86_64.whl", "3.12", True),
        ("x-1-cp312-cp312-musllinux_1_2_x86_64.whl", None, True),
    ],
)
def test_a_wheel_fits_an_interpreter_or_does_not(name: str, python: str | None, fits: bool) -> None:
    assert supported([name], python).musl is fits


def test_a_pure_wheel_and_a_source_are_told() -> None:
    found = supported(["x-1-py3-none-any.whl", "x-1.tar.gz"], "3.12")
    assert found.is_pure
    assert found.has_source
    assert not found.linux_minors


@pytest.mark.parametrize(
    "name", ["", "x.whl", "-.whl", "x-1-cp312.whl", "x" * 100_000 + ".whl", "x-1-c\0p-y-linux.whl"]
)
def test_names_that_are_none_tell_nothing(name: str) -> None:
    found = supported([name], "3.12")
    assert (found.glibc, found.musl, found.is_pure) == (False, False, False)
