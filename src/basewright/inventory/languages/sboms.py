"""SBOMs that an image carries: claims of whoever built it, never proof that something is installed.

Formats: CycloneDX JSON 1.2 and later, SPDX 2.2 and later as JSON or tag-value, SPDX 3 JSON-LD.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from basewright.formats.content import MalformedError
from basewright.image.interface import Analyser, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.reading import FileAnalyser, decode_json, decode_text, text
from basewright.model.inventory import SbomClaim
from basewright.model.package import Evidence, Package

SBOM_BYTES = 16 * 1024 * 1024
PACKAGES = 200_000
COMPONENT_DEPTH = 32
_NAME = re.compile(
    r"(?:^|/)(?:[^/]+\.(?:spdx|cdx)(?:\.json)?|\.spdx-[^/]+\.spdx|s?bom(?:\.(?:spdx|cdx))?\.json|[^/]*[._-]s?bom\.json"
    r"|[^/]+\.(?:spdx|cdx|cyclonedx)\.json)$",
    re.IGNORECASE,
)
_FOLDER = re.compile(
    r"(?:^|/)(?:var/lib/db/sbom|[^/]+\.dist-info/sboms|usr/share/sbom|usr/local/share/sbom|sbom)/[^/]+$"
)
_TAG_PURL = re.compile(r"^ExternalRef: PACKAGE[-_]MANAGER purl (\S{1,2000})", re.MULTILINE)
_TAG_VERSION = re.compile(r"^SPDXVersion: (SPDX-[\d.]{1,10})", re.MULTILINE)


class SbomRecord(msgspec.Struct, frozen=True):
    """Of one file: the format with its version, and the PURLs that it names, sorted."""

    format: str
    packages: tuple[str, ...]


class _Document(msgspec.Struct):
    bom_format: Any = msgspec.field(name="bomFormat", default=None)
    spec_version: Any = msgspec.field(name="specVersion", default=None)
    metadata: Any = None
    components: Any = None
    spdx_version: Any = msgspec.field(name="spdxVersion", default=None)
    packages: Any = None
    context: Any = msgspec.field(name="@context", default=None)
    graph: Any = msgspec.field(name="@graph", default=None)


def read_sbom(_path: str, data: bytes) -> SbomRecord | None:
    """Return the claims of an SBOM; None for another document that is called like one."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] != b"{":
        return _read_tags(data) if b"SPDXVersion:" in head else None
    document = decode_json(data, _Document)
    if document.bom_format == "CycloneDX":
        version = text(document.spec_version)
        return _record(f"cyclonedx {version}".strip(), _cyclonedx(document))
    if isinstance(document.spdx_version, str):
        return _record(f"spdx {document.spdx_version.removeprefix('SPDX-')[:10]}", _spdx(document.packages))
    if isinstance(document.context, str) and "spdx.org" in document.context:
        return _record("spdx 3", _spdx3(document.graph))
    return None


def _record(form: str, purls: Iterable[str]) -> SbomRecord:
    found = set()
    for one in purls:
        if one.startswith("pkg:"):
            found.add(one)
        if len(found) > PACKAGES:
            raise MalformedError(f"an SBOM of more than {PACKAGES} packages")
    return SbomRecord(form, tuple(sorted(found)))


def _read_tags(data: bytes) -> SbomRecord:
    source = decode_text(data)
    version = _TAG_VERSION.search(source)
    return _record(
        f"spdx {version[1].removeprefix('SPDX-')}" if version else "spdx",
        (match[1] for match in _TAG_PURL.finditer(source)),
    )


def _cyclonedx(document: _Document) -> Iterator[str]:
    """Yield the PURLs of all components, those inside others too."""
    metadata = document.metadata if isinstance(document.metadata, dict) else {}
    level: list[object] = [metadata.get("component"), *_entries(document.components)]
    for _ in range(COMPONENT_DEPTH):
        inner: list[object] = []
        for component in level:
            if isinstance(component, dict):
                yield text(component.get("purl"))
                inner += _entries(component.get("components"))
        level = inner


def _spdx(packages: object) -> Iterator[str]:
    for package in _entries(packages):
        for reference in _entries(package.get("externalRefs")) if isinstance(package, dict) else ():
            if isinstance(reference, dict) and reference.get("referenceType") == "purl":
                yield text(reference.get("referenceLocator"))


def _spdx3(graph: object) -> Iterator[str]:
    for element in _entries(graph):
        if not isinstance(element, dict):
            continue
        yield text(element.get("software_packageUrl") or element.get("packageUrl"))
        for identifier in _entries(element.get("externalIdentifier")):
            if isinstance(identifier, dict) and identifier.get("externalIdentifierType") == "packageUrl":
                yield text(identifier.get("identifier"))


def _entries(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


class SbomCataloger:
    """A `Cataloger` of claims alone: what only an SBOM names is no installed package."""

    name = "sboms"
    analysers: tuple[Analyser, ...] = (
        FileAnalyser(
            "sboms",
            1,
            Interest(suffixes=frozenset({".json", ".spdx", ".cdx"})),
            SbomRecord,
            lambda path: _NAME.search(path) is not None or _FOLDER.search(path) is not None,
            read_sbom,
            SBOM_BYTES,
        ),
    )

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        claims = [
            SbomClaim(one.path, one.record.format, one.layer, one.record.packages) for one in scene.tree.found("sboms")
        ]
        return Catch(claims=tuple(claims))


def compared(claims: Iterable[SbomClaim], packages: Iterable[Package]) -> tuple[SbomClaim, ...]:
    """Return `claims`, each with a note of how many of its packages nothing else in the image shows.

    PURLs are compared without qualifiers and subpath, which writers choose freely.
    """
    shown = {_bare(package.purl) for package in packages if package.evidence is not Evidence.CLAIM}
    told = []
    for claim in claims:
        missing = [one for one in claim.packages if _bare(one) not in shown]
        note = f"{len(missing)} of {len(claim.packages)} packages are shown by nothing else" if missing else ""
        told.append(SbomClaim(claim.path, claim.format, claim.layer, claim.packages, note))
    return tuple(told)


def _bare(purl: str) -> str:
    return purl.partition("#")[0].partition("?")[0]
