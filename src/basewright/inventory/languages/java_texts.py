"""The small texts inside Java archives, and their file names, parsed.

Sources: JAR File Specification (manifest), Maven archiver's pom.properties, Maven's POM reference, OSGi core 8
(Bundle headers).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from basewright.formats.content import MalformedError
from basewright.inventory.languages.reading import decode_text, text

MANIFEST_LINES = 100_000
POM_DEPTH = 64
_POM_FIELDS = {
    "project/groupId", "project/artifactId", "project/version", "project/name", "project/parent/groupId",
    "project/parent/artifactId", "project/parent/version", "project/licenses/license/name",
    "project/organization/name",
}  # fmt: skip
_PROPERTY = re.compile(r"\$\{([^${}]{1,200})\}")
_NAME_AND_VERSION = re.compile(r"(.+?)[-_.](v?\d.*|build\d.*|rc?\d+(?![a-z\d]).*)", re.IGNORECASE)
_DASHED = re.compile(r"(.+?)-(v?\d.*|build\d.*|rc?\d+(?![a-z\d]).*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Coordinates:
    """What names an artifact of Maven; a part that is not known is empty."""

    group: str
    artifact: str
    version: str
    licenses: tuple[str, ...] = ()
    supplier: str = ""


def read_manifest(data: bytes) -> Mapping[str, str]:
    """Return the main section of a MANIFEST.MF: attribute, in lower case, → value. Long lines are put together."""
    attributes: dict[str, str] = {}
    key = ""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", MANIFEST_LINES)
    whole: list[bytes] = []
    for line in lines:
        if not line:
            if whole:
                break  # the sections of single files follow
        elif line.startswith(b" ") and whole:
            whole[-1] += line[1:]
        else:
            whole.append(line)
    for line in whole:
        key, colon, value = decode_text(line).partition(":")
        if colon:
            attributes.setdefault(key.strip().lower(), value.strip())
    return attributes


def read_properties(data: bytes) -> Coordinates | None:
    """Return what a pom.properties says; None where it names no artifact."""
    values: dict[str, str] = {}
    for line in decode_text(data[:65536]).splitlines():
        if line.startswith(("#", "!")):
            continue
        key, separator, value = line.partition("=")
        if not separator:
            key, separator, value = line.partition(":")
        if separator:
            values[key.strip()] = text(value)
    group, artifact, version = (_plain(values.get(key, "")) for key in ("groupId", "artifactId", "version"))
    found = Coordinates(group, artifact, version)
    return found if found.artifact else None


def _plain(value: str) -> str:
    """Return `value`, empty where it still holds a placeholder that nobody filled."""
    return "" if "${" in value or value.startswith("@") else value


def read_pom(data: bytes) -> Coordinates:
    """Return what a pom.xml says; group and version may be its parent's. Raise MalformedError for what is no POM."""
    fields: dict[str, list[str]] = {}
    properties: dict[str, str] = {}
    path: list[str] = []
    parts: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if len(path) >= POM_DEPTH:
            raise MalformedError(f"a POM nested more than {POM_DEPTH} deep")
        path.append(name.rpartition(":")[2])
        parts.clear()

    def end(_: str) -> None:
        place = "/".join(path)
        value = text("".join(parts))
        if place in _POM_FIELDS:
            fields.setdefault(place, []).append(value)
        elif len(path) == 3 and path[1] == "properties":
            properties[path[2]] = value
        path.pop()
        parts.clear()

    def declare(*_: object) -> None:
        raise MalformedError("a POM that declares entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = parts.append
    parser.EntityDeclHandler = declare
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError(f"a POM that is no XML: {error}") from error
    if not any(place.startswith("project/") for place in fields):
        raise MalformedError("a POM without a project")
    return _coordinates(fields, properties)


def _coordinates(fields: dict[str, list[str]], properties: dict[str, str]) -> Coordinates:
    def first(*places: str) -> str:
        return next((value for place in places for value in fields.get(place, ()) if value), "")

    known = dict(properties)
    for key in ("groupId", "version", "parent/groupId", "parent/version"):
        value = first(f"project/{key}", f"project/parent/{key}")
        known.setdefault("project." + key.replace("/", "."), value)
        known.setdefault("pom." + key.replace("/", "."), value)

    def filled(value: str) -> str:
        """Replace placeholders by properties of the same POM, one level deep: a parent's are not at hand."""
        value = _PROPERTY.sub(lambda match: known.get(match[1], match[0]), value)
        return _plain(value)

    return Coordinates(
        filled(first("project/groupId", "project/parent/groupId")),
        filled(first("project/artifactId")),
        filled(first("project/version", "project/parent/version")),
        tuple(name for name in fields.get("project/licenses/license/name", ())[:50] if name),
        first("project/organization/name"),
    )


def split_file_name(name: str) -> tuple[str, str]:
    """Return artifact and version of an archive's file name; the version is empty where it has none.

    A version starts at the first part, after a dash, that begins with a digit or looks like a build or a release
    candidate; after a dot or an underscore where there is no such dash.
    """
    stem = name.rpartition("/")[2].rpartition(".")[0]
    for pattern in (_DASHED, _NAME_AND_VERSION):
        match = pattern.fullmatch(stem)
        if match is not None and match[1][0].isalpha():
            return match[1], match[2].removeprefix("v") if match[2][1:2].isdigit() else match[2]
    return stem, ""
