"""Java artifacts: jars, wars and their relatives, with what is nested and shaded in them."""

from basewright.formats.content import Content, Window
from basewright.formats.zip import first_windows
from basewright.image.interface import Analyser, Found, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.java_archive import SUFFIXES, JavaArtifact, JavaRecord, read_java
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl
from basewright.model.unknown import Unknown

_SUFFIXES = frozenset(suffix.decode() for suffix in SUFFIXES)


class JavaAnalyser:
    """Reads archives of Java's kinds by their directory and the few members that name artifacts."""

    name = "java"
    version = 1
    interest = Interest(suffixes=_SUFFIXES | {suffix.upper() for suffix in _SUFFIXES})
    record = JavaRecord

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.wants`."""
        return size > 0

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - part of the protocol
        """See `Analyser.first_windows`."""
        return first_windows(size)

    def read(self, path: str, content: Content) -> JavaRecord | None:
        """See `Analyser.read`."""
        if path.endswith((".rar", ".RAR")) and content.read_at(0, 4)[:2] != b"PK":
            return None  # an archive of the other kind of that name
        return read_java(path, content)


class JavaCataloger:
    """See `Cataloger`. An archive inside a file is placed as ``outer.jar!/inner.jar``."""

    name = "java"
    analysers: tuple[Analyser, ...] = (JavaAnalyser(),)

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        found = scene.tree.found("java")
        packages = [_package(artifact, one) for one in found for artifact in one.record.artifacts]
        unknowns = [Unknown(f"{one.path}{inside}", reason) for one in found for inside, reason in one.record.problems]
        return Catch(tuple(packages), tuple(unknowns))


def _package(artifact: JavaArtifact, one: Found) -> Package:
    is_file = not artifact.inside
    notes = [artifact.note] if artifact.note else []
    if artifact.is_shaded:
        notes.append("copied into the archive")
    return Package(
        type="maven",
        name=f"{artifact.group}:{artifact.artifact}" if artifact.group else artifact.artifact,
        version=artifact.version or None,
        purl=purl("maven", artifact.artifact, artifact.version or None, namespace=artifact.group or None),
        location=one.path + artifact.inside,
        layer=one.layer,
        evidence=Evidence.METADATA,
        licenses=artifact.licenses,
        files=(one.path,) if is_file else (),
        supplier=artifact.supplier or None,
        note="; ".join(notes),
    )
