"""What both SBOM formats say in sentences: what was not looked at, what the image claims, how a package was told."""

from collections.abc import Iterator
from itertools import islice

from basewright.model.image import ImageIdentity
from basewright.model.inventory import Inspection
from basewright.report.inspection.sbom_paths import MOST_FILES, MOST_UNKNOWNS


def remarks(inspection: Inspection) -> list[str]:
    """Return remarks on the image: each unknown, each SBOM that it carries, and what was cut."""
    inventory = inspection.inventory
    unknowns = inspection.all_unknowns
    found = [f"Not looked at: {one.path}: {one.reason}" for one in unknowns[:MOST_UNKNOWNS]]
    if len(unknowns) > MOST_UNKNOWNS:
        found.append(f"Not looked at: {len(unknowns) - MOST_UNKNOWNS} more things, left out here.")
    for claim in islice(inventory.claims, MOST_UNKNOWNS):
        note = f" {claim.note}" if claim.note else ""
        found.append(
            f"The image carries an SBOM, /{claim.path} ({claim.format}, layer {claim.layer}), that names "
            f"{len(claim.packages)} packages. It is the author's claim; nothing was taken from it.{note}"
        )
    if len(inventory.claims) > MOST_UNKNOWNS:
        found.append(f"The image carries {len(inventory.claims) - MOST_UNKNOWNS} more SBOMs, left out here.")
    rest = len(inventory.coverage.unexplained_executables) - MOST_FILES
    if rest > 0:
        found.append(f"{rest} more executables that no package explains are left out here.")
    return found


def image_facts(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Return what is known of the image beyond what the formats have a place for, as names and values."""
    about, inventory = inspection.identity, inspection.inventory
    platform = about.platform or (inspection.config.platform if inspection.config else None)
    yield from _digests(about)
    yield "image:reference", about.reference
    yield "image:transport", about.transport
    if platform:
        yield "image:platform", str(platform)
    yield "image:bytes", str(inventory.bytes)
    yield "image:files", str(inventory.files)
    yield "image:explainedBytes", str(inventory.coverage.explained_bytes)
    yield "image:explainedFiles", str(inventory.coverage.explained_files)


def _digests(about: ImageIdentity) -> Iterator[tuple[str, str]]:
    for name, digest in (("digest", about.digest), ("indexDigest", about.index_digest)):
        if digest:
            yield f"image:{name}", str(digest)
    if about.config_digest:
        yield "image:configDigest", str(about.config_digest)
    for one in about.repository_digests:
        yield "image:repositoryDigest", one
