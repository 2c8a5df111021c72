"""Sections about what an image holds: packages, executables, hardening facts, claims."""

from basewright.model.candidate import Severity
from basewright.model.hardening import HardeningFact
from basewright.model.inventory import Inspection
from basewright.model.package import Package
from basewright.report import wording
from basewright.report.content.pieces import prose
from basewright.report.document import Code, Column, Facts, Inline, Mark, Paragraph, Section, TableBlock, Tone
from basewright.report.inspection import contents_view
from basewright.report.inspection.content_image import SHOWN

_BIGGEST = 15
_TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.WARN, Severity.NOTE: Tone.PLAIN}


def packages(inspection: Inspection) -> Section:
    """Return the packages by type, the biggest, and all of them."""
    found = inspection.inventory.packages
    if not found:
        return Section("packages", "Packages", (Paragraph(("No package was found.",)),))
    groups: tuple[tuple[Inline, ...], ...] = tuple(
        (
            (one.title,),
            (wording.count(one.count),),
            (_size(one.bytes) or one.lacking,),
            (wording.count(one.owned) if one.owned else "",),
        )
        for one in contents_view.groups(inspection.inventory)
    )
    heads = (
        Column("type"),
        *(Column(title, is_number=True) for title in ("packages", "bytes", "brought by the distribution")),
    )
    biggest = tuple(_package(one) for one in contents_view.biggest(found)[:_BIGGEST])
    blocks = [TableBlock("Packages by type", heads, groups)]
    columns = (Column("package"), Column("version"), Column("type"), Column("layer"), Column("bytes", is_number=True))
    if biggest:
        blocks.append(TableBlock("The biggest packages", columns, biggest))
    caption = "All packages" if len(found) <= SHOWN else f"The first {SHOWN} packages; the JSON document holds all"
    blocks.append(TableBlock(caption, columns, tuple(_package(one) for one in found[:SHOWN]), is_folded=True))
    return Section("packages", "Packages", tuple(blocks))


def _package(one: Package) -> tuple[Inline, ...]:
    note = f" ({one.note})" if one.note else ""
    return (
        (one.name,),
        (f"{one.version or wording.NOT_KNOWN}{note}",),
        (one.type,),
        (str(one.layer),),
        (_size(one.bytes),),
    )


def _size(size: int | None) -> str:
    return "" if size is None else wording.size(size)


def executables(inspection: Inspection) -> Section:
    """Return how many executables of which kind there are, and those that no package explains."""
    inventory = inspection.inventory
    counts = tuple((name, (wording.count(number),)) for name, number in contents_view.executables(inventory))
    if not counts:
        return Section("executables", "Executables", (Paragraph(("The image holds nothing to execute.",)),))
    blocks: list[Facts | TableBlock] = [Facts(counts)]
    for caption, paths in (
        ("Set-uid and set-gid files", inventory.setuid),
        ("Executables that no package explains", inventory.coverage.unexplained_executables),
    ):
        rows: tuple[tuple[Inline, ...], ...] = tuple(((Code(f"/{path}"),),) for path in paths[:SHOWN])
        if rows:
            blocks.append(TableBlock(caption, (Column("path"),), rows, is_folded=True, is_dense=True))
    return Section("executables", "Executables", tuple(blocks))


def hardening(inspection: Inspection) -> Section:
    """Return the hardening facts, the gravest first, each with its remedy."""
    found = contents_view.hardening(inspection.inventory.hardening)
    if not found:
        return Section("hardening", "Hardening facts", (Paragraph(("Nothing was noticed.",)),))
    columns = (Column("rule"), Column("severity"), Column("what"), Column("where"), Column("remedy"))
    table = TableBlock("Hardening facts", columns, tuple(_fact(one) for one in found))
    return Section("hardening", "Hardening facts", (table,))


def _fact(fact: HardeningFact) -> tuple[Inline, ...]:
    checks = f" ({contents_view.benchmark(fact)})" if fact.benchmark else ""
    where = contents_view.place(fact)
    return (
        (Code(fact.rule),),
        (Mark(fact.severity.value, _TONES[fact.severity]),),
        (*prose(fact.reason), checks),
        (where,) if where else (),
        prose(fact.remedy),
    )


def claims(inspection: Inspection) -> Section | None:
    """Return the SBOMs that the image carries; nothing where it carries none."""
    found = inspection.inventory.claims
    if not found:
        return None
    rows: tuple[tuple[Inline, ...], ...] = tuple(
        ((Code(f"/{one.path}"),), (one.format,), (wording.count(len(one.packages)),), (one.note,))
        for one in found[:SHOWN]
    )
    columns = (Column("path"), Column("format"), Column("packages named", is_number=True), Column("note"))
    text = "What these files name was not checked: they are claims of whoever built the image."
    return Section("claims", "SBOMs that the image carries", (Paragraph((text,)), TableBlock("Claims", columns, rows)))
