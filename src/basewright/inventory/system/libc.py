"""The C library: which one, and which version, from its own bytes, its package or its symbol versions."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from basewright.formats.content import Content, Window
from basewright.formats.program import ProgramReading
from basewright.image.interface import Found, Interest, TreeView
from basewright.inventory.bounded import head, head_window
from basewright.model.inventory import Libc
from basewright.model.package import Package

_BYTES: Final = 16 * 1024 * 1024
_GLIBC: Final = re.compile(rb"GNU C Library \([^)\n]{0,200}\) [a-z]{1,20} release version (\d{1,3}(?:\.\d{1,4}){1,2})")
_MUSL: Final = re.compile(rb"\0(\d{1,2}\.\d{1,3}\.\d{1,3}(?:-git-[0-9a-z-]{1,40})?)\0")
"""musl's version stands in its read-only data as a string of its own, beside the loader's usage text."""
_MUSL_USAGE: Final = b"musl libc ("
_SYMBOL_VERSION: Final = re.compile(r"GLIBC_(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?")
_UPSTREAM: Final = re.compile(r"(?:\d+:)?(\d{1,3}(?:\.\d{1,4}){1,3})")
_FILES: Final = re.compile(r"libc\.so\.6|libc-2\.\d+\.so|libc\.so|ld-musl-[\w-]+\.so\.1|libc\.musl-[\w-]+\.so\.1")
_BANNER: Final = "its own banner"


class LibcMarker(msgspec.Struct, frozen=True, array_like=True):
    """What the bytes of a C library say."""

    name: str
    version: str | None


class LibcAnalyser:
    """Reads the banner of glibc and the version of musl."""

    name = "libc"
    version = 1
    interest = Interest(names=frozenset({"libc.so.6", "libc.so"}), suffixes=frozenset({".so", ".1"}))
    record = LibcMarker

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether the name is a C library's."""
        return _FILES.fullmatch(path.rpartition("/")[2]) is not None

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, _BYTES)

    def read(self, path: str, content: Content) -> LibcMarker | None:  # noqa: ARG002 - the protocol's shape
        """Return what the bytes say; None where they are no C library's (a linker script, another library)."""
        data = head(content, _BYTES)[0]
        if not data.startswith(b"\x7fELF"):
            return None
        if match := _GLIBC.search(data):
            return LibcMarker("glibc", match[1].decode("ascii"))
        if _MUSL_USAGE in data:
            versions = {match[1] for match in _MUSL.finditer(data)}
            return LibcMarker("musl", versions.pop().decode("ascii") if len(versions) == 1 else None)
        return None


def c_libraries(tree: TreeView, owners: Mapping[str, str], packages: Mapping[str, Package]) -> tuple[Libc, ...]:
    """Return every C library that the image holds, sorted by path; none where all programs are static.

    `packages` maps PURLs to packages.
    """
    found: dict[str, Libc] = {}
    for one in tree.found("libc"):
        marker: LibcMarker = one.record
        version, evidence = marker.version, _BANNER
        if version is None:
            version, evidence = _from_package(one, owners, packages)
        found[one.path] = Libc(marker.name, version, one.path, evidence)
    for one in tree.found("programs"):
        if one.path not in found and (libc := _from_elf(one, owners, packages)) is not None:
            found[one.path] = libc
    return tuple(found[path] for path in sorted(found))


def _from_elf(one: Found, owners: Mapping[str, str], packages: Mapping[str, Package]) -> Libc | None:
    """Return the C library that an ELF object is by its name and what it defines."""
    reading: ProgramReading = one.record
    facts = reading.facts
    if facts.soname == "libc.so.6" and (highest := max(_glibc_versions(facts.version_definitions), default=None)):
        version, evidence = _from_package(one, owners, packages)
        if version is not None:
            return Libc("glibc", version, one.path, evidence)
        told = ".".join(str(number) for number in highest)
        return Libc("glibc", told, one.path, f"its highest symbol version, GLIBC_{told}")
    if facts.soname in {"libc.so.0", "libc.so.1"} and "uClibc" in one.path:
        return Libc("other", None, one.path, "its name: uClibc")
    return None


def _glibc_versions(definitions: tuple[str, ...]) -> Iterator[tuple[int, ...]]:
    for name in definitions:
        if match := _SYMBOL_VERSION.fullmatch(name):
            yield tuple(int(number) for number in match.groups() if number is not None)


def _from_package(one: Found, owners: Mapping[str, str], packages: Mapping[str, Package]) -> tuple[str | None, str]:
    """Return the upstream version of the package that owns the file, and how that was told."""
    package = packages.get(owners.get(one.path, ""))
    match = _UPSTREAM.match(package.version or "") if package else None
    if package is None or match is None:
        return None, "its name"
    return match[1], f"the package {package.name} {package.version}"
