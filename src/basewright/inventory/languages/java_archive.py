"""Java archives, read with what lies inside them: classes' own artifact, shaded ones, archives in archives."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from basewright.formats.content import Content, MalformedError, OutsideWindowsError
from basewright.formats.zip import STORED, Member, Part, Readable, ZipArchive, read_archive
from basewright.inventory.languages.java_identity import identify
from basewright.inventory.languages.java_texts import Coordinates, read_manifest, read_pom, read_properties

DEPTH = 16
"""Archives in archives; real ones nest three deep (an ear with wars with jars)."""
INFLATED_BYTES = 512 * 1024 * 1024
"""Of all archives inside one file that are inflated."""
WISHED_BYTES = 48 * 1024 * 1024
"""Of compressed archives inside one file of which only windows are kept."""
ARCHIVES = 10_000
ARTIFACTS = 50_000
TEXT_BYTES = 4 * 1024 * 1024
PROBLEMS = 100
SUFFIXES = (b".jar", b".war", b".ear", b".par", b".sar", b".nar", b".rar", b".kar", b".jpi", b".hpi", b".lpkg", b".zap")


class JavaArtifact(msgspec.Struct, frozen=True, omit_defaults=True):
    """One artifact that an archive is or carries."""

    artifact: str
    group: str = ""
    version: str = ""
    inside: str = ""
    """Where in the file: ``!/BOOT-INF/lib/inner.jar``; empty for the file itself."""
    is_shaded: bool = False
    """Whether only its pom.properties tells that it was copied into the archive."""
    licenses: tuple[str, ...] = ()
    supplier: str = ""
    note: str = ""


class JavaRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one file told."""

    artifacts: tuple[JavaArtifact, ...]
    problems: tuple[tuple[str, str], ...] = ()
    """Where inside, and what could not be read."""


@dataclass(slots=True)
class _Reading:
    """What is found of one file, and how much of it was inflated so far."""

    is_whole: bool
    artifacts: list[JavaArtifact] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    left: int = field(default_factory=lambda: INFLATED_BYTES)
    wished: int = 0
    archives: int = 0
    lacks_bytes: bool = False

    def note(self, inside: str, problem: str) -> None:
        if len(self.problems) < PROBLEMS:
            self.problems.append((inside[:1000], problem))

    def add(self, artifact: JavaArtifact) -> None:
        if len(self.artifacts) >= ARTIFACTS:
            raise MalformedError(f"a Java archive with more than {ARTIFACTS} artifacts")
        self.artifacts.append(artifact)


def read_java(path: str, content: Content) -> JavaRecord | None:
    """Return the artifacts of the archive at `path`; None where it tells of none.

    Raises MalformedError where it is no archive, OutsideWindowsError after all was asked for that can be.
    """
    reading = _Reading(content.is_whole)
    _read(reading, content, path, "", 0)
    if reading.lacks_bytes:
        raise OutsideWindowsError("some of the archive is not kept")
    if not reading.artifacts and not reading.problems:
        return None
    return JavaRecord(tuple(reading.artifacts), tuple(reading.problems))


def _is_wanted(name: bytes) -> bool:
    return (
        name.endswith(SUFFIXES)
        or name == b"META-INF/MANIFEST.MF"
        or name.endswith(b"/pom.properties")
        or (name.endswith(b"/pom.xml") and b"META-INF/maven/" in name)
    )


def _read(reading: _Reading, content: Readable, path: str, inside: str, depth: int) -> None:
    reading.archives += 1
    if reading.archives > ARCHIVES:
        raise MalformedError(f"more than {ARCHIVES} archives in one file")
    try:
        archive = read_archive(content, _is_wanted)
    except OutsideWindowsError:
        reading.lacks_bytes = True
        return
    _read_texts(reading, archive, path, inside)
    for member in archive.members:
        if member.name.endswith(_TEXT_SUFFIXES):
            _read_inner(reading, archive, member, inside, depth)


_TEXT_SUFFIXES = tuple(suffix.decode() for suffix in SUFFIXES)


def _read_texts(reading: _Reading, archive: ZipArchive, path: str, inside: str) -> None:
    """Tell the archive's own artifact and those shaded into it."""
    try:
        texts = archive.read_all(
            [member for member in archive.members if not member.name.endswith(_TEXT_SUFFIXES)], limit=TEXT_BYTES
        )
    except OutsideWindowsError:
        reading.lacks_bytes = True
        return
    manifest = None
    properties: dict[str, Coordinates] = {}
    poms: dict[str, Coordinates] = {}
    for member, data in texts.items():
        if isinstance(data, MalformedError):
            reading.note(inside, str(data))
            continue
        try:
            if member.name == "META-INF/MANIFEST.MF":
                manifest = read_manifest(data)
            elif member.name.endswith(".xml"):
                poms[member.name] = read_pom(data)
            elif (found := read_properties(data)) is not None:
                properties[member.name] = found
        except MalformedError as error:
            reading.note(inside, f"{member.name}: {error}")
    identity = identify((inside or path).rpartition("/")[2], manifest, tuple(properties.values()), tuple(poms.values()))
    if identity is not None and identity.coordinates.artifact:
        reading.add(_artifact(identity.coordinates, inside, note=identity.note))
    _add_shaded(reading, inside, properties, poms, identity.pom if identity else None)


def _add_shaded(
    reading: _Reading,
    inside: str,
    properties: dict[str, Coordinates],
    poms: dict[str, Coordinates],
    own: Coordinates | None,
) -> None:
    told = {(own.group, own.artifact, own.version)} if own is not None else set()
    for name, one in sorted(properties.items()):
        pom = poms.get(name.removesuffix(".properties") + ".xml")
        group = one.group or (pom.group if pom else "")
        if one is own or (group, one.artifact, one.version) in told:
            continue
        told.add((group, one.artifact, one.version))
        whole = Coordinates(group, one.artifact, one.version, pom.licenses if pom else ())
        reading.add(_artifact(whole, f"{inside}!/{name}", is_shaded=True))


def _artifact(found: Coordinates, inside: str, *, note: str = "", is_shaded: bool = False) -> JavaArtifact:
    return JavaArtifact(
        found.artifact, found.group, found.version, inside, is_shaded, found.licenses, found.supplier, note
    )


def _read_inner(reading: _Reading, archive: ZipArchive, member: Member, inside: str, depth: int) -> None:
    """Read an archive that is a member of another one."""
    place = f"{inside}!/{member.name}"
    try:
        _read(reading, _opened(reading, archive, member, depth), member.name, place, depth + 1)
    except OutsideWindowsError:
        reading.lacks_bytes = True
    except MalformedError as error:
        if reading.archives > ARCHIVES or len(reading.artifacts) >= ARTIFACTS:
            raise
        reading.note(place, str(error))
        for artifact in _by_name(member.name, place):
            reading.add(artifact)


def _opened(reading: _Reading, archive: ZipArchive, member: Member, depth: int) -> Readable:
    """Return the bytes of an inner archive, in place where they are stored; raise MalformedError beyond a bound."""
    if depth + 1 >= DEPTH:
        raise MalformedError(f"nested more than {DEPTH} deep")
    if member.method == STORED:
        return archive.part(member)
    if isinstance(archive.content, Part) or not archive.content.is_whole:
        reading.wished += 0 if reading.is_whole else member.packed_bytes
        if reading.wished > WISHED_BYTES:
            raise MalformedError("too large to be inflated from windows")
    if member.bytes > reading.left:
        raise MalformedError("more than is inflated of one file")
    reading.left -= member.bytes
    return Content.whole(archive.read(member, limit=INFLATED_BYTES))


def _by_name(name: str, place: str) -> Iterator[JavaArtifact]:
    """Yield what the name of an archive tells that could not be read."""
    identity = identify(name.rpartition("/")[2], None, (), ())
    if identity is not None:
        yield _artifact(identity.coordinates, place, note="from its file's name alone: it could not be read")
