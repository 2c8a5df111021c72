"""The components of a CycloneDX document: the image with its layers, the system, the packages, the files."""

from typing import Final

from basewright.model.digest import Digest
from basewright.model.executable import ElfFacts
from basewright.model.image import LayerSummary
from basewright.model.inventory import Executable, Inspection
from basewright.model.package import Evidence, Package
from basewright.model.redaction import redact
from basewright.report.inspection import sbom_cyclonedx_shapes as shape
from basewright.report.inspection import sbom_identity as identity
from basewright.report.inspection import sbom_words as words
from basewright.report.inspection.sbom_actors import actor, is_packaged
from basewright.report.inspection.sbom_licenses import license_of
from basewright.report.inspection.sbom_paths import MOST_FILES, paths_for_each

_METHODS: Final = {
    Evidence.DATABASE: ("manifest-analysis", 1.0),
    Evidence.METADATA: ("manifest-analysis", 0.9),
    Evidence.BINARY: ("binary-analysis", 0.9),
    Evidence.MARKER: ("other", 0.6),
    Evidence.CLAIM: ("attestation", 0.3),
}
"""Technique and confidence by what a package rests on; the numbers say the order, no probability."""
_ALGORITHMS: Final = {"sha256": "SHA-256", "sha512": "SHA-512"}
_LONGEST_NAME: Final = 200
"""Characters of a licence's name; a longer one is the licence's text."""


class Components:
    """Makes the components of one image; their names are unique in the document."""

    def __init__(self, inspection: Inspection) -> None:
        self.inspection = inspection
        inventory = inspection.inventory
        self.names = identity.package_names(inventory.packages)
        self._paths = inventory.coverage.unexplained_executables[:MOST_FILES]
        self.file_names = identity.file_names(self._paths)
        self._most = paths_for_each(inventory.packages)
        self._diff_ids = identity.diff_ids(inspection)
        self._layers: dict[int, list[shape.Property]] = {}
        self._licenses: dict[tuple[str, ...], list[shape.LicenseChoice]] = {}

    def image(self) -> shape.Component:
        """Return the image, its layers within it."""
        about = self.inspection.identity
        digest = about.digest or about.config_digest
        return shape.Component(
            type="container",
            bom_ref=identity.IMAGE,
            name=about.reference or "image",
            version=str(digest) if digest else None,
            hashes=_hashes(about.digest),
            purl=identity.image_purl(about),
            components=[_layer(number, one) for number, one in enumerate(self.inspection.inventory.layers)] or None,
            properties=[
                shape.Property(f"basewright:{name}", value) for name, value in words.image_facts(self.inspection)
            ],
        )

    def system(self) -> shape.Component | None:
        """Return the distribution; None where none was recognised."""
        system, end = self.inspection.inventory.os, self.inspection.end_of_life
        if system is None:
            return None
        confidence = 0.6 if system.is_guess else 1.0
        properties = []
        if end and end.security_end:
            properties = [
                shape.Property("basewright:endOfLife:security", end.security_end.isoformat()),
                shape.Property("basewright:endOfLife:source", f"{end.provenance.source}, {end.provenance.date}"),
            ]
        method = shape.Method(technique="manifest-analysis", confidence=confidence, value=system.path)
        return shape.Component(
            type="operating-system",
            bom_ref=identity.SYSTEM,
            name=system.id,
            version=system.version_id,
            description=system.pretty_name,
            evidence=shape.Evidence(
                identity=shape.IdentityEvidence(field="name", confidence=confidence, methods=[method]),
                occurrences=[shape.Occurrence(system.path)],
            ),
            properties=properties or None,
        )

    def packages(self) -> list[shape.Component]:
        """Return the packages in the inventory's order."""
        return [
            self._package(one, name) for one, name in zip(self.inspection.inventory.packages, self.names, strict=True)
        ]

    def files(self) -> list[shape.Component]:
        """Return the executables that no package explains."""
        known = {one.path: one for one in self.inspection.inventory.executables}
        return [
            shape.Component(
                type="file",
                bom_ref=name,
                name=path,
                evidence=shape.Evidence(occurrences=[shape.Occurrence(path)]),
                properties=self._of_file(known.get(path)) or None,
            )
            for path, name in zip(self._paths, self.file_names, strict=True)
        ]

    def _package(self, package: Package, name: str) -> shape.Component:
        (group, title), who = identity.group_of(package), actor(package.supplier) if package.supplier else None
        packaged = who is not None and is_packaged(package)
        contact = shape.Contact(name=who.name or None, email=who.email) if who else None
        return shape.Component(
            type="application" if package.is_runtime else "library",
            bom_ref=name,
            supplier=_organization(who.name or who.email or "", who.email) if who and packaged else None,
            authors=[contact] if contact and not packaged else None,
            group=group,
            name=title,
            version=package.version,
            licenses=self._licenses_of(package.licenses) or None,
            purl=package.purl if identity.is_purl(package.purl) else None,
            evidence=self._evidence(package),
            properties=self._of_package(package),
        )

    def _licenses_of(self, texts: tuple[str, ...]) -> list[shape.LicenseChoice]:
        if texts not in self._licenses:
            self._licenses[texts] = _licenses(texts)
        return self._licenses[texts]

    def _evidence(self, package: Package) -> shape.Evidence:
        technique, confidence = _METHODS[package.evidence]
        method = shape.Method(technique=technique, confidence=confidence, value=package.location)
        field = "purl" if identity.is_purl(package.purl) else "name"
        told = shape.IdentityEvidence(field=field, confidence=confidence, methods=[method])
        paths = package.files[: self._most] or (package.location,)
        return shape.Evidence(identity=told, occurrences=[shape.Occurrence(path) for path in paths])

    def _of_package(self, package: Package) -> list[shape.Property]:
        found = [
            *self._layer(package.layer),
            shape.Property("basewright:location", package.location),
            shape.Property("basewright:evidence", package.evidence.value),
        ]
        told: list[tuple[str, object]] = [
            ("source:name", package.source.name if package.source else None),
            ("source:version", package.source.version if package.source else None),
            ("owner", package.owner),
            ("bytes", package.bytes),
            ("files", len(package.files) or None),
            ("filesLeftOut", max(0, len(package.files) - self._most) or None),
            ("verified", None if package.is_verified is None else str(package.is_verified).lower()),
            ("note", package.note or None),
        ]
        return found + [shape.Property(f"basewright:{name}", str(value)) for name, value in told if value is not None]

    def _of_file(self, one: Executable | None) -> list[shape.Property]:
        if one is None:
            return []
        facts = one.facts
        found = [*self._layer(one.layer), shape.Property("basewright:bytes", str(one.bytes))]
        if not isinstance(facts, ElfFacts):
            return [*found, shape.Property("basewright:executable:kind", "script")]
        found.append(shape.Property("basewright:executable:kind", facts.kind))
        if facts.build_id:
            found.append(shape.Property("basewright:executable:buildID", facts.build_id))
        return found

    def _layer(self, index: int) -> list[shape.Property]:
        """Return in which layer something lies."""
        found = self._layers.get(index)
        if found is None:
            found = [shape.Property("basewright:layer:index", str(index))]
            if 0 <= index < len(self._diff_ids) and (diff_id := self._diff_ids[index]):
                found.append(shape.Property("basewright:layer:diffID", diff_id))
            self._layers[index] = found
        return found


def _layer(number: int, layer: LayerSummary) -> shape.Component:
    told = (
        ("layer:index", str(number)),
        ("layer:diffID", str(layer.diff_id) if layer.diff_id else None),
        ("layer:digest", str(layer.digest) if layer.digest else None),
        ("layer:createdBy", redact(layer.created_by) if layer.created_by else None),
    )
    return shape.Component(
        type="file",
        bom_ref=identity.layer_name(number),
        name=f"layer {number}",
        version=str(layer.diff_id) if layer.diff_id else None,
        hashes=_hashes(layer.digest or layer.diff_id),
        properties=[shape.Property(f"basewright:{name}", value) for name, value in told if value is not None],
    )


def _hashes(digest: Digest | None) -> list[shape.Hash] | None:
    return [shape.Hash(_ALGORITHMS[digest.algorithm], digest.hex)] if digest else None


def _organization(name: str, email: str | None) -> shape.Organization:
    return shape.Organization(name=name, contact=[shape.Contact(email=email)] if email else None)


def _licenses(texts: tuple[str, ...]) -> list[shape.LicenseChoice]:
    """Return licences: an expression alone, or any number of identifiers and names (the schema allows no mixture)."""
    known = [license_of(text) for text in dict.fromkeys(texts) if text.strip()]
    if len(known) == 1 and known[0].expression and not known[0].is_identifier:
        return [shape.LicenseChoice(expression=known[0].expression, acknowledgement="declared")]
    found = dict.fromkeys((one.expression if one.is_identifier else None, one.text) for one in known)
    chosen = {identifier or text: _license(identifier, text) for identifier, text in found}
    return list(chosen.values())


def _license(identifier: str | None, text: str) -> shape.LicenseChoice:
    if identifier:
        named = shape.LicenseName(id=identifier, acknowledgement="declared")
    elif len(text) <= _LONGEST_NAME:
        named = shape.LicenseName(name=text, acknowledgement="declared")
    else:
        named = shape.LicenseName(
            name=f"{text[:_LONGEST_NAME]}…", acknowledgement="declared", text=shape.LicenseText(content=text)
        )
    return shape.LicenseChoice(license=named)
