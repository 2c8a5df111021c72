"""Sections about bytes: whose they are, which layer carries them, and which are carried in vain."""

from basewright.model.image import LayerSummary
from basewright.model.inventory import Inspection
from basewright.report import wording
from basewright.report.document import (
    Code,
    Column,
    Inline,
    Paragraph,
    Picture,
    Section,
    Stack,
    Stacks,
    Strong,
    TableBlock,
)
from basewright.report.inspection import contents_view, steps, treemap

_FOLDERS, _PATHS, _LAYERS_DRAWN = 100, 200, 40


def bytes_of_packages(inspection: Inspection) -> Section:
    """Return the treemap, the same as a table, and the largest folders."""
    things = sorted(treemap.things(inspection), key=lambda one: (-one.bytes, one.label, one.layer or -1))
    total = inspection.inventory.bytes
    blocks: list[Paragraph | Picture | TableBlock] = []
    if things:
        rows: tuple[tuple[Inline, ...], ...] = tuple(
            (
                (one.label if one.is_owned else f"{one.label} (no package)",),
                (one.where,),
                (wording.size(one.bytes),),
                (contents_view.share(one.bytes, total),),
            )
            for one in things
        )
        columns = (Column("whose"), Column("layer"), Column("bytes", is_number=True), Column("share", is_number=True))
        picture = Picture(
            treemap.treemap(inspection),
            "Bytes by layer and package",
            "Each rectangle is as large as its bytes are beside those of its layer. A dashed one holds files that no "
            "package owns. Rest the pointer on one to read all of it; the table says the same.",
            TableBlock("Bytes by layer and package, as a table", columns, rows, is_folded=True),
            is_wide=True,
        )
        blocks.append(picture)
    else:
        blocks.append(Paragraph(("The image holds no bytes.",)))
    folders = contents_view.largest_folders(inspection.inventory.directories)[:_FOLDERS]
    if folders:
        told: tuple[tuple[Inline, ...], ...] = tuple(
            ((Code(f"/{one.path}"),), (wording.size(one.bytes),), (wording.count(one.files),)) for one in folders
        )
        heads = (Column("folder"), Column("bytes", is_number=True), Column("files", is_number=True))
        blocks.append(TableBlock("Largest folders", heads, told, is_folded=True))
    return Section("bytes", "Where the bytes are", tuple(blocks))


def layers(inspection: Inspection) -> Section:
    """Return the layers with what each adds, wastes and hides, and the step that made it."""
    found = list(enumerate(inspection.inventory.layers))
    if not found:
        return Section("layers", "Layers", (Paragraph(("The image has no layer.",)),))
    drawn = sorted(found, key=lambda one: (-(one[1].bytes or 0), one[0]))[:_LAYERS_DRAWN]
    rows = tuple(
        Stack(f"{number}  {steps.short(layer.created_by, 56)}".strip(), layer.added_bytes, layer.wasted_bytes)
        for number, layer in sorted(drawn)
    )
    picture = Picture(
        Stacks(rows), "Bytes of each layer", "Unpacked; the lowest layer comes first. The table says the same.", None
    )
    columns = (
        Column("layer"),
        Column("made by"),
        *(Column(title, is_number=True) for title in ("size", "seen", "wasted", "hides", "to download", "files")),
    )
    table = TableBlock("Layers", columns, tuple(_layer(number, layer) for number, layer in found))
    return Section("layers", "Layers", (picture, table))


def _layer(number: int, layer: LayerSummary) -> tuple[Inline, ...]:
    sizes = (layer.bytes, layer.added_bytes, layer.wasted_bytes, layer.removed_bytes, layer.compressed_bytes)
    return (
        (str(number),),
        (Code(steps.full(layer.created_by)) if layer.created_by else wording.NOT_KNOWN,),
        *((wording.size(size),) for size in sizes),
        (wording.count(layer.files),),
    )


def waste(inspection: Inspection) -> Section:
    """Return what is carried and never seen."""
    inventory, efficiency = inspection.inventory, inspection.inventory.efficiency
    carried = sum(layer.bytes or 0 for layer in inventory.layers)
    if not efficiency.wasted_bytes:
        return Section("waste", "Waste", (Paragraph(("No layer hides what another carries.",)),))
    share = contents_view.share(efficiency.wasted_bytes, carried)
    said = (
        f" are carried and never seen in the finished image, {share} of what the layers hold. "
        f"The efficiency score is {100 * efficiency.score:.1f} %, as dive defines it."
    )
    text: Inline = (Strong(wording.size(efficiency.wasted_bytes)), said)
    rows: tuple[tuple[Inline, ...], ...] = tuple(
        ((Code(f"/{one.path}"),), (wording.size(one.bytes),), (", ".join(map(str, one.layers)),))
        for one in efficiency.paths[:_PATHS]
    )
    columns = (Column("path"), Column("hidden bytes", is_number=True), Column("layers"))
    table = TableBlock("Paths that are carried in vain", columns, rows, is_folded=len(rows) > 20)
    return Section("waste", "Waste", (Paragraph(text), table) if rows else (Paragraph(text),))
