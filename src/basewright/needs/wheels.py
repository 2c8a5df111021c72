"""Wheel file names (PEP 427, platform tags of PEP 600 and PEP 656): what they tell of libc and interpreter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PYTHON_TAG = re.compile(r"(cp|py|pp)(\d)(\d{0,3})")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class WheelSupport:
    """What the listed files of one release give an interpreter on Linux x86_64."""

    has_source: bool
    is_pure: bool
    """A wheel for any platform exists."""
    glibc: bool
    musl: bool
    linux_minors: tuple[str, ...]
    """Interpreter tags of all Linux wheels: tells wrong interpreter from wrong libc."""


def supported(artefacts: Iterable[str], python: str | None) -> WheelSupport:
    """Return what the file names `artefacts` give CPython `python` (``3.12``; None: any)."""
    has_source = is_pure = glibc = musl = False
    minors: set[str] = set()
    for name in (path.rsplit("/", 1)[-1] for path in artefacts):
        if not name.endswith(".whl"):
            has_source = has_source or name.endswith((".tar.gz", ".zip", ".tar.bz2", ".tgz"))
            continue
        parts = name[:_LONGEST].removesuffix(".whl").split("-")
        if len(parts) < 5:
            continue
        interpreters, abi, platforms = parts[-3:]
        if platforms == "any":
            is_pure = is_pure or _fits(interpreters, abi, python)
        elif "linux" in platforms and _is_x86_64(platforms):
            minors.update(interpreters.split("."))
            if _fits(interpreters, abi, python):
                glibc = glibc or "manylinux" in platforms or platforms.startswith("linux")
                musl = musl or "musllinux" in platforms
    return WheelSupport(has_source, is_pure, glibc, musl, tuple(sorted(minors)))


def _is_x86_64(platforms: str) -> bool:
    return "x86_64" in platforms


def _fits(interpreters: str, abi: str, python: str | None) -> bool:
    """Whether CPython `python` can use a wheel with these tags."""
    wanted = _minor(python)
    for tag in interpreters.split("."):
        found = _PYTHON_TAG.fullmatch(tag)
        if found is None or found[1] == "pp":
            continue
        if wanted is None or (found[1] == "py" and found[2] == "3" and not found[3]):
            return True
        has = (int(found[2]), int(found[3] or 0))
        is_stable = "abi3" in abi.split(".") or found[1] == "py"
        # cp313t and its kin are for interpreters without the global lock.
        if has == wanted and not abi.endswith("t"):
            return True
        if is_stable and has[0] == wanted[0] and has <= wanted:
            return True
    return False


def _minor(python: str | None) -> tuple[int, int] | None:
    found = re.match(r"(\d)\.(\d{1,3})", python or "")
    return (int(found[1]), int(found[2])) if found else None
