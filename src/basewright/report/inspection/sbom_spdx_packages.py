"""The packages of an SPDX document: the image, its layers, the system, what is installed, and single files."""

from typing import Final

from basewright import __version__
from basewright.model.digest import Digest
from basewright.model.image import LayerSummary
from basewright.model.inventory import Executable, Inspection
from basewright.model.package import Package
from basewright.model.redaction import redact
from basewright.report.inspection import sbom_identity as identity
from basewright.report.inspection import sbom_spdx_shapes as shape
from basewright.report.inspection import sbom_words as words
from basewright.report.inspection.sbom_actors import Actor, actor, is_packaged
from basewright.report.inspection.sbom_encoding import timestamp
from basewright.report.inspection.sbom_paths import MOST_FILES, paths_for_each
from basewright.report.inspection.sbom_spdx_licenses import NOT_SAID, Licenses

TOOL: Final = f"Tool: basewright-{__version__}"
_ALGORITHMS: Final = {"sha256": "SHA256", "sha512": "SHA512"}
_NO_BRACKETS: Final = str.maketrans("()", "[]")


def spdx_id(name: str) -> str:
    """Return the identifier of an element (clause 7.2)."""
    return f"SPDXRef-{name}"


class Packages:
    """Makes the packages of one image; their identifiers are unique in the document."""

    def __init__(self, inspection: Inspection) -> None:
        self.inspection = inspection
        self.licenses = Licenses()
        inventory = inspection.inventory
        self.names = [spdx_id(name) for name in identity.package_names(inventory.packages)]
        self._paths = inventory.coverage.unexplained_executables[:MOST_FILES]
        self.file_names = [spdx_id(name) for name in identity.file_names(self._paths)]
        self._most = paths_for_each(inventory.packages)
        self._diff_ids = identity.diff_ids(inspection)
        self._date = timestamp(inspection.created)

    def image(self) -> shape.Package:
        """Return the image, with remarks on what was not looked at and what it claims."""
        about = self.inspection.identity
        digest = about.digest or about.config_digest
        facts = words.image_facts(self.inspection)
        return _package(
            identity.IMAGE,
            about.reference or "image",
            "CONTAINER",
            version=str(digest) if digest else None,
            checksums=_checksums(about.digest),
            purl=identity.image_purl(about),
            comment="\n".join(f"{name}: {value}" for name, value in facts),
            annotations=[self._annotation(text) for text in words.remarks(self.inspection)] or None,
        )

    def layers(self) -> list[shape.Package]:
        """Return the layers, the lowest first."""
        return [_layer(number, one) for number, one in enumerate(self.inspection.inventory.layers)]

    def system(self) -> shape.Package | None:
        """Return the distribution; None where none was recognised."""
        system, end = self.inspection.inventory.os, self.inspection.end_of_life
        if system is None:
            return None
        told = "guessed from" if system.is_guess else "told by"
        return _package(
            identity.SYSTEM,
            system.id or "unnamed",
            "OPERATING_SYSTEM",
            version=system.version_id,
            description=system.pretty_name,
            source_info=f"{told} {system.path}",
            comment=f"end of security support: {end.security_end} ({end.provenance.source}, {end.provenance.date})"
            if end and end.security_end
            else None,
        )

    def packages(self) -> list[shape.Package]:
        """Return the packages in the inventory's order."""
        return [
            self._installed(one, name) for one, name in zip(self.inspection.inventory.packages, self.names, strict=True)
        ]

    def files(self) -> list[shape.Package]:
        """Return the executables that no package explains, each as a package of one file.

        They cannot be SPDX files, which need a SHA-1 that is not computed (clause 8.4).
        """
        known = {one.path: one for one in self.inspection.inventory.executables}
        return [
            self._file(path, name, known.get(path)) for path, name in zip(self._paths, self.file_names, strict=True)
        ]

    def _installed(self, package: Package, name: str) -> shape.Package:
        who = actor(package.supplier) if package.supplier else None
        declared, recorded = self.licenses.declared(package.licenses)
        packaged = is_packaged(package)
        is_purl = identity.is_purl(package.purl)
        return shape.Package(
            spdx_id=name,
            name=package.name or "unnamed",
            version_info=package.version or None,
            supplier=_actor(who) if who and packaged else None,
            originator=_actor(who) if who and not packaged else None,
            download_location=NOT_SAID,
            files_analyzed=False,
            source_info=self._source(package),
            license_concluded=NOT_SAID,
            license_declared=declared,
            license_comments=recorded,
            copyright_text=NOT_SAID,
            comment=package.note or None,
            external_refs=[_purl(package.purl)] if is_purl else None,
            annotations=[self._annotation(self._owned(package))] if package.files else None,
            primary_package_purpose="APPLICATION" if package.is_runtime else "LIBRARY",
        )

    def _source(self, package: Package) -> str:
        parts = [f"told by {package.location} ({package.evidence.value}) in layer {package.layer}"]
        if 0 <= package.layer < len(self._diff_ids) and (diff_id := self._diff_ids[package.layer]):
            parts[0] += f" ({diff_id})"
        if package.source:
            parts.append(f"built from {package.source.name} {package.source.version or ''}".rstrip())
        if package.owner:
            parts.append(f"brought by {package.owner}")
        if package.is_verified is not None:
            parts.append("signed" if package.is_verified else "not signed")
        return "; ".join(parts)

    def _owned(self, package: Package) -> str:
        paths = package.files[: self._most]
        text = "\n".join(paths)
        if text.count("\n") != len(paths) - 1:
            text = "\n".join(path.replace("\n", "\\n") for path in paths)
        cut = f", of which {len(paths)} stand here" if len(paths) < len(package.files) else ""
        return f"Owns {len(package.files)} files{cut}, a path a line:\n{text}"

    def _file(self, path: str, name: str, one: Executable | None) -> shape.Package:
        place = f"layer {one.layer}, {one.bytes} bytes" if one else "the finished image"
        return shape.Package(
            spdx_id=name,
            name=path or "unnamed",
            package_file_name=path or None,
            download_location=NOT_SAID,
            files_analyzed=False,
            source_info=f"an executable of {place}, that no package explains",
            license_concluded=NOT_SAID,
            license_declared=NOT_SAID,
            copyright_text=NOT_SAID,
            primary_package_purpose="FILE",
        )

    def _annotation(self, text: str) -> shape.Annotation:
        return shape.Annotation(annotator=TOOL, annotation_date=self._date, annotation_type="OTHER", comment=text)


def _package(
    name: str,
    title: str,
    purpose: str,
    *,
    version: str | None,
    purl: str | None = None,
    checksums: list[shape.Checksum] | None = None,
    description: str | None = None,
    source_info: str | None = None,
    comment: str | None = None,
    annotations: list[shape.Annotation] | None = None,
) -> shape.Package:
    return shape.Package(
        spdx_id=spdx_id(name),
        name=title,
        version_info=version or None,
        download_location=NOT_SAID,
        files_analyzed=False,
        checksums=checksums,
        source_info=source_info,
        license_concluded=NOT_SAID,
        license_declared=NOT_SAID,
        copyright_text=NOT_SAID,
        description=description or None,
        comment=comment or None,
        external_refs=[_purl(purl)] if purl else None,
        annotations=annotations,
        primary_package_purpose=purpose,
    )


def _layer(number: int, layer: LayerSummary) -> shape.Package:
    digest = layer.digest or layer.diff_id
    comment = (
        f"blob: {layer.digest}" if layer.digest else "the transport has no blob of it; the checksum is the diff ID"
    )
    return _package(
        identity.layer_name(number),
        f"layer {number}",
        "ARCHIVE",
        version=str(layer.diff_id) if layer.diff_id else None,
        checksums=_checksums(digest),
        comment=comment if digest else None,
        source_info=f"made by {redact(layer.created_by)}" if layer.created_by else None,
    )


def _checksums(digest: Digest | None) -> list[shape.Checksum] | None:
    if digest is None:
        return None
    return [shape.Checksum(algorithm=_ALGORITHMS[digest.algorithm], checksum_value=digest.hex)]


def _purl(text: str) -> shape.ExternalReference:
    return shape.ExternalReference(reference_category="PACKAGE-MANAGER", reference_type="purl", reference_locator=text)


def _actor(who: Actor) -> str:
    """Return ``Person: name (mail)`` or ``Organization: …`` (clause 7.5); brackets of the name make room for those."""
    name = who.name.translate(_NO_BRACKETS) or who.email or ""
    mail = f" ({who.email})" if who.email and who.name else ""
    return f"{'Organization' if who.is_group else 'Person'}: {name}{mail}"
