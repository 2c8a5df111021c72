"""What an installed Python distribution says of itself, parsed.

Sources: core metadata specification 2.4, recording installed packages (RECORD, direct_url.json), setuptools' egg-info
(PKG-INFO, installed-files.txt), Conda's conda-meta.
"""

import csv
import re
from typing import Any

import msgspec

from basewright.formats.content import MalformedError
from basewright.inventory.languages.reading import decode_json, decode_text, text

HEADER_BYTES = 1024 * 1024
"""Of the headers of one METADATA; the description follows them."""
LICENSE_BYTES = 200
"""A longer License field is a licence's text, not its name."""
RECORDED_FILES = 500_000
_SEPARATORS = re.compile(r"[-_.]+")
_NAME = re.compile(r"[^\s/@?#%]+")
_NO_LICENSE = {"", "unknown", "none", "n/a"}


class PythonMetadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one METADATA, PKG-INFO, or file of conda-meta."""

    name: str
    version: str | None = None
    licenses: tuple[str, ...] = ()
    supplier: str | None = None
    conda_build: str | None = None
    conda_subdir: str | None = None
    conda_channel: str | None = None
    conda_files: tuple[str, ...] = ()


class PythonOrigin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one direct_url.json (PEP 610)."""

    url: str
    vcs: str | None = None
    commit: str | None = None
    is_editable: bool = False


def normalized(name: str) -> str:
    """Return the name of a distribution as PyPI compares it (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def read_metadata(data: bytes) -> PythonMetadata | None:
    """Return what the headers of METADATA or PKG-INFO say; None for CPython's own egg-info of old, no package.

    Raises MalformedError where they name no package.
    """
    headers = _headers(data)
    name = text(headers.get("name", [""])[0])
    if not _NAME.fullmatch(name):
        raise MalformedError("a Python package's metadata without a name that could be one")
    if name == "Python":
        return None
    version = text(headers.get("version", [""])[0])
    supplier = next(
        (value for key in ("author", "author-email", "maintainer", "maintainer-email")
         if (value := text(headers.get(key, [""])[0])) and value.lower() != "unknown"),
        None,
    )  # fmt: skip
    return PythonMetadata(name, version or None, _licenses(headers), supplier)


def _headers(data: bytes) -> dict[str, list[str]]:
    """Return lower-case field → its values, continuation lines put to them.

    They end at the first empty line; the description follows. Where it is a field instead (old setuptools), empty
    lines inside it end nothing.
    """
    headers: dict[str, list[str]] = {}
    values: list[str] = []
    for line in decode_text(data[:HEADER_BYTES]).splitlines():
        if not line:
            if "description" not in headers:
                break
        elif line[0] in " \t":
            if values and len(values[-1]) < LICENSE_BYTES:
                values[-1] += "\n" + line.strip()
        else:
            key, colon, value = line.partition(":")
            if colon:
                values = headers.setdefault(key.strip().lower(), [])
                values.append(value.strip())
    return headers


def _licenses(headers: dict[str, list[str]]) -> tuple[str, ...]:
    expression = text(headers.get("license-expression", [""])[0])
    if expression:
        return (expression,)
    declared = text(headers.get("license", [""])[0])
    if declared.lower() not in _NO_LICENSE and len(declared) <= LICENSE_BYTES:
        return (declared,)
    return tuple(value for value in headers.get("classifier", ()) if value.startswith("License ::") and text(value))


def read_record(data: bytes) -> tuple[str, ...]:
    """Return the paths of a RECORD, as written; bytecode, which need not exist, among them."""
    lines = decode_text(data).splitlines()
    if len(lines) > RECORDED_FILES:
        raise MalformedError(f"a RECORD of {len(lines)} files")
    if b'"' not in data:
        return tuple(path for line in lines if (path := line.split(",", 1)[0]))
    try:
        return tuple(row[0] for row in csv.reader(lines) if row and row[0])
    except csv.Error as error:
        raise MalformedError(f"a RECORD that is no CSV: {error}") from error


def read_installed_files(data: bytes) -> tuple[str, ...]:
    """Return the paths of setuptools' installed-files.txt, relative to the egg-info directory."""
    lines = decode_text(data).splitlines()
    if len(lines) > RECORDED_FILES:
        raise MalformedError(f"a list of {len(lines)} installed files")
    return tuple(line.strip() for line in lines if line.strip())


class _Direct(msgspec.Struct):
    url: Any = None
    vcs_info: Any = None
    dir_info: Any = None


def read_origin(data: bytes) -> PythonOrigin | None:
    """Return where a distribution was installed from, where that was no index."""
    document = decode_json(data, _Direct)
    url = text(document.url)
    if not url:
        return None
    vcs = document.vcs_info if isinstance(document.vcs_info, dict) else {}
    directory = document.dir_info if isinstance(document.dir_info, dict) else {}
    return PythonOrigin(
        url,
        text(vcs.get("vcs")) or None,
        text(vcs.get("commit_id")) or None,
        directory.get("editable") is True,
    )


class _Conda(msgspec.Struct):
    name: Any = None
    version: Any = None
    build: Any = None
    subdir: Any = None
    channel: Any = None
    license: Any = None
    files: Any = None


def read_conda(data: bytes) -> PythonMetadata:
    """Return what one file of conda-meta says (conda's PrefixRecord)."""
    document = decode_json(data, _Conda)
    name = text(document.name)
    if not name:
        raise MalformedError("a Conda package's record without a name")
    license_ = text(document.license)
    files = document.files if isinstance(document.files, list) else []
    return PythonMetadata(
        name,
        text(document.version) or None,
        (license_,) if license_ else (),
        conda_build=text(document.build) or None,
        conda_subdir=text(document.subdir) or None,
        conda_channel=text(document.channel) or None,
        conda_files=tuple(file for file in files[:RECORDED_FILES] if isinstance(file, str)),
    )
