"""What the file names that a Python lock lists tell of a package (PyPA specification, «Binary distribution format»)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Builds:
    """What is known of the builds of one package."""

    artefacts: tuple[str, ...]
    musl: bool | None
    is_native: bool | None


def builds(names: Iterable[str]) -> Builds:
    """Judge the file names of one package's distributions.

    `musl` is None where the lock names no wheel for Linux: it then builds from source, or is not for Linux.
    """
    artefacts = tuple(sorted({name.rsplit("/", 1)[-1].partition("#")[0].partition("?")[0] for name in names if name}))
    platforms = [name.removesuffix(".whl").rsplit("-", 1)[-1] for name in artefacts if name.endswith(".whl")]
    if not platforms:
        return Builds(artefacts, None, None)
    is_pure = any(platform == "any" for platform in platforms)
    is_native = any(platform != "any" for platform in platforms)
    if is_pure or any("musllinux" in platform for platform in platforms):
        return Builds(artefacts, True, is_native)
    has_glibc = any("linux" in platform for platform in platforms)
    return Builds(artefacts, False if has_glibc else None, is_native)
