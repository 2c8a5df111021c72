"""dpkg's status: which packages are there, and in which state (deb-src-control(5), dpkg(1) «Package states»)."""

import re
from typing import Final

import msgspec

from basewright.formats.content import Content, MalformedError, Window
from basewright.image.interface import Interest
from basewright.inventory.bounded import STATUS_BYTES, head, head_window, text

PACKAGES: Final = 200_000
"""Packages of one status file that are kept at most."""
_FIELD: Final = re.compile(
    rb"\n(?:(package|status|version|source|architecture|maintainer|license)[ \t]*+:[ \t]*+([^\n]*+)|[ \t\r]*+(?=\n))",
    re.IGNORECASE,
)
"""A field that matters, or the blank line between two stanzas; continuation lines start with a blank."""
_SOURCE: Final = re.compile(r"([^\s(]+)\s*(?:\(([^)]*)\))?")
_GONE: Final = frozenset({"config-files", "not-installed"})
_SCRIPTS: Final = frozenset(
    {"preinst", "postinst", "prerm", "postrm", "config", "conffiles", "list", "triggers", "symbols"}
)
"""Endings of files beside distroless' stanzas that are no stanzas."""


class DpkgPackage(msgspec.Struct, frozen=True, array_like=True):
    """One stanza of a package that has something in the file system, as written."""

    name: str
    version: str | None
    architecture: str | None = None
    source: str | None = None
    source_version: str | None = None
    """Of the source package, where the stanza says that it differs from the binary package's."""
    maintainer: str | None = None
    state: str = ""
    """Last word of Status: ``installed``, ``unpacked``, ``half-installed`` …; empty where no Status stands."""
    needs_reinstallation: bool = False
    license: str | None = None
    """opkg records it; dpkg does not."""


class DpkgStatus(msgspec.Struct, frozen=True, array_like=True):
    """What a status file says."""

    packages: tuple[DpkgPackage, ...] = ()
    """Those with files in the system, in the file's order."""
    gone: tuple[str, ...] = ()
    """Names of packages of which only the configuration, or nothing, is left."""
    problems: tuple[str, ...] = ()


class StatusAnalyser:
    """Reads ``status`` of dpkg and opkg, and the stanzas in distroless' ``status.d``."""

    name = "dpkg-status"
    version = 1
    interest = Interest(names=frozenset({"status"}), directories=frozenset({"status.d"}))
    record = DpkgStatus

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is a package manager's status."""
        if path.endswith(("lib/dpkg/status", "lib/opkg/status")):
            return True
        directory, _, name = path.rpartition("/")
        return directory.endswith("lib/dpkg/status.d") and not name.endswith(".md5sums")

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, STATUS_BYTES)

    def read(self, path: str, content: Content) -> DpkgStatus | None:
        """Return the packages; None for a maintainer script that lies beside distroless' stanzas."""
        data, cut = head(content, STATUS_BYTES)
        status = read_status(data, cut)
        if status.packages or status.gone or not data.strip():
            return status
        if "/status.d/" in path and path.rpartition(".")[2] in _SCRIPTS:
            return None
        raise MalformedError("it describes no package")


def read_status(data: bytes, cut: str = "") -> DpkgStatus:
    """Return what the bytes of a status file say; `cut` says what of it was not read."""
    reader = _Reader()
    fields: dict[bytes, bytes] = {}
    for match in _FIELD.finditer(b"\n" + data + b"\n\n"):
        key = match[1]
        if key:
            fields[key.lower()] = match[2]
        elif fields:
            if not reader.take(fields):
                break
            fields = {}
    if cut:
        reader.problems.append(cut)
    return DpkgStatus(tuple(reader.packages), tuple(reader.gone), tuple(reader.problems))


class _Reader:
    def __init__(self) -> None:
        self.packages: list[DpkgPackage] = []
        self.gone: list[str] = []
        self.problems: list[str] = []
        self._nameless = 0

    def take(self, fields: dict[bytes, bytes]) -> bool:
        """Take one stanza; return whether there is room for another."""
        name = text(fields.get(b"package", b"").strip())
        if not name:
            self._nameless += 1
            if self._nameless == 1:
                self.problems.append("a stanza without a package's name")
            return self._has_room()
        words = text(fields.get(b"status", b"").strip()).lower().split()
        state = words[-1] if words else ""
        if state in _GONE or not (words or fields.get(b"version", b"").strip()):
            self.gone.append(name)
        else:
            self.packages.append(_package(name, fields, words, state))
        return self._has_room()

    def _has_room(self) -> bool:
        if len(self.packages) + len(self.gone) + self._nameless < PACKAGES:
            return True
        self.problems.append(f"more than the {PACKAGES} packages that are kept")
        return False


def _package(name: str, fields: dict[bytes, bytes], words: list[str], state: str) -> DpkgPackage:
    source = _SOURCE.match(text(fields.get(b"source", b"").strip()))
    return DpkgPackage(
        name=name,
        version=_word(fields, b"version"),
        architecture=_word(fields, b"architecture"),
        source=source[1] if source else None,
        source_version=(source[2] or "").strip() or None if source else None,
        maintainer=_word(fields, b"maintainer"),
        state=state,
        needs_reinstallation="reinstreq" in words,
        license=_word(fields, b"license"),
    )


def _word(fields: dict[bytes, bytes], key: bytes) -> str | None:
    return text(fields.get(key, b"").strip()) or None
