"""What a Node lock tells of a package's compiled code: platform packages, C library fields, build tools it needs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from basewright.model.span import Location
from basewright.model.workload import Dependency

BUILD_TOOLS = frozenset(
    {"node-gyp", "node-gyp-build", "node-gyp-build-optional-packages", "node-pre-gyp", "@mapbox/node-pre-gyp",
     "prebuild-install", "bindings", "nan", "node-addon-api", "cmake-js", "@neon-rs/load"}
)  # fmt: skip
"""Packages that only packages with native code depend on."""

_LINUX = re.compile(r"(?:^|[-/])linux")


@dataclass(slots=True)
class LockedPackage:
    """One package as a lock describes it."""

    name: str
    version: str | None
    where: Location
    needs: set[str] = field(default_factory=set)
    """Names of its dependencies."""
    optional: set[str] = field(default_factory=set)
    """Names of its optional dependencies."""
    libc: frozenset[str] = frozenset()
    """The C libraries that it is for; empty for any."""
    is_for_platform: bool = False
    """The lock ties it to an operating system or a processor."""
    is_native: bool = False
    """The lock says that it is compiled (``gypfile``)."""
    has_install_script: bool | None = None
    """Whether something runs when it is installed; None where the lock does not tell."""
    is_development: bool = False
    is_direct: bool = False


def dependencies(packages: Iterable[LockedPackage]) -> list[Dependency]:
    """Return the dependencies of a lock; builds for one platform are told on the package that they belong to."""
    listed = list(packages)
    platform = {one.name: one for one in listed if one.is_for_platform}
    owned = {name for one in listed for name in one.optional if name in platform}
    return [_dependency(one, platform) for one in listed if one.name not in owned]


def mark_development(packages: Iterable[LockedPackage], wanted: set[str]) -> None:
    """Mark as development what the packages `wanted` at run time do not bring in.

    Versions are not told apart: of two versions of a package both count as brought in.
    """
    listed = list(packages)
    below: dict[str, set[str]] = {}
    for one in listed:
        below.setdefault(one.name, set()).update(one.needs, one.optional)
    reached = set(wanted)
    pending = list(wanted)
    while pending:
        for name in below.get(pending.pop(), ()):
            if name not in reached:
                reached.add(name)
                pending.append(name)
    for one in listed:
        one.is_development = one.name not in reached


def unlocked_musl_builds(packages: Iterable[LockedPackage]) -> str:
    """Return the packages whose builds for musl are published, but left out of the lock, as npm/cli#4828 does it.

    An installation by such a lock on a musl system lacks them. Sorted, comma-separated.
    """
    listed = list(packages)
    locked = {one.name for one in listed}
    lacking = {
        one.name
        for one in listed
        if (builds := {name for name in one.optional if _is_linux_build(name) and "musl" in name})
        and not builds & locked
    }
    return ", ".join(sorted(lacking))


def _is_linux_build(name: str) -> bool:
    """Whether a package is a build for Linux, by its name: ``@img/sharp-linuxmusl-x64``, ``@esbuild/linux-x64``."""
    return _LINUX.search(name) is not None


def _dependency(one: LockedPackage, platform: Mapping[str, LockedPackage]) -> Dependency:
    linux = tuple(sorted(name for name in one.optional if _is_linux_build(name)))
    libc = {name for build in linux if build in platform for name in platform[build].libc}
    return Dependency(
        name=one.name,
        version=one.version,
        requirement="",
        where=one.where,
        is_development=one.is_development,
        is_direct=one.is_direct,
        musl=_musl(linux, libc),
        is_native=_is_native(one, has_builds=bool(linux)),
        artefacts=linux,
    )


def _musl(builds: Iterable[str], libc: set[str]) -> bool | None:
    """Whether one of the platform builds is for musl; None where none says which C library it is for.

    What a package lists as optional is published with it, whether or not the lock has the entry.
    """
    names = list(builds)
    if "musl" in libc or any("musl" in name for name in names):
        return True
    return False if libc or any("gnu" in name or "glibc" in name for name in names) else None


def _is_native(one: LockedPackage, *, has_builds: bool) -> bool | None:
    """Whether it has compiled code; an install script alone proves nothing (core-js only prints)."""
    if one.is_native or has_builds:
        return True
    if one.name not in BUILD_TOOLS and BUILD_TOOLS & (one.needs | one.optional):
        return True
    return False if one.has_install_script is False else None
