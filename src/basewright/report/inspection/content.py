"""The pages for people: what the document says of images, section by section, written once for Markdown and HTML."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from basewright import __version__
from basewright.model.candidate import Severity
from basewright.model.comparison import Comparison
from basewright.model.inventory import Inspection
from basewright.report import wording
from basewright.report.document import Document, Section
from basewright.report.inspection import content_bytes, content_comparison, content_image, content_inventory, view

SECTIONS: tuple[Callable[[Inspection], Section | None], ...] = (
    content_image.glance,
    content_bytes.bytes_of_packages,
    content_bytes.layers,
    content_bytes.waste,
    content_inventory.packages,
    content_inventory.executables,
    content_inventory.hardening,
    content_inventory.claims,
    content_image.settings,
    content_image.unknowns,
    content_image.further,
)
"""Every section of an image, in reading order; to add one, write its function and name it here."""


def compose(inspections: Sequence[Inspection], comparison: Comparison | None = None) -> Document:
    """Return the whole page: of one image, of the images of several platforms, or of two side by side."""
    if comparison is not None:
        return _compared(comparison)
    if len(inspections) == 1:
        return _single(inspections[0])
    return _several(inspections)


def sections_of(inspection: Inspection, prefix: str = "") -> tuple[Section, ...]:
    """Return the sections of one image; `prefix` keeps anchors apart where a document holds several images."""
    made = (section(inspection) for section in SECTIONS)
    return tuple(replace(one, anchor=f"{prefix}{one.anchor}") for one in made if one is not None)


def _single(inspection: Inspection) -> Document:
    return Document(
        f"What is inside {inspection.identity.reference}",
        (content_image.subtitle(inspection),),
        _headline(inspection),
        sections_of(inspection),
        _footer(inspection),
    )


def _several(inspections: Sequence[Inspection]) -> Document:
    first = inspections[0]
    parts = tuple(
        Section(f"platform-{number}", view.platform(one), (), sections_of(one, f"platform-{number}-"))
        for number, one in enumerate(inspections, 1)
    )
    return Document(
        f"What is inside {first.identity.reference}",
        (f"{wording.plural(len(inspections), 'platform')}, read on {first.created.date()}",),
        tuple((wording.size(one.inventory.bytes), view.platform(one)) for one in inspections[:8]),
        parts,
        _footer(first),
    )


def _compared(comparison: Comparison) -> Document:
    new, old = comparison.new, comparison.old
    inside = tuple(
        Section(anchor, title, (), sections_of(one, f"{anchor}-"))
        for anchor, title, one in (("new", "The new image", new), ("old", "The old image", old))
    )
    return Document(
        f"{new.identity.reference} against {old.identity.reference}",
        (f"{view.platform(new)} against {view.platform(old)}, read on {new.created.date()}",),
        content_comparison.headline(comparison),
        (*content_comparison.sections(comparison), *inside),
        _footer(new),
    )


def _headline(inspection: Inspection) -> tuple[tuple[str, str], ...]:
    inventory, packed = inspection.inventory, inspection.identity.compressed_bytes
    grave = sum(fact.severity in {Severity.ERROR, Severity.WARNING} for fact in inventory.hardening)
    numbers = [(wording.size(inventory.bytes), "unpacked")]
    if packed is not None:
        numbers.append((wording.size(packed), "to download"))
    numbers += [
        (wording.count(len(inventory.packages)), "packages"),
        (wording.count(len(inventory.executables)), "executables, libraries and scripts"),
        (wording.size(inventory.efficiency.wasted_bytes), "carried in vain"),
        (str(grave), "hardening warnings and errors"),
    ]
    return tuple(numbers)


def _footer(inspection: Inspection) -> tuple[str]:
    return (f"Basewright {__version__}, {inspection.created.isoformat(timespec='minutes')}",)
