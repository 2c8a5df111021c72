"""Sections about two images side by side."""

from collections.abc import Iterable

from basewright.model.comparison import Comparison
from basewright.model.image import LayerSummary
from basewright.report import wording
from basewright.report.document import Code, Column, Facts, Inline, Note, Paragraph, Section, TableBlock, Tone
from basewright.report.inspection import comparison_view, contents_view, steps
from basewright.report.inspection.content_image import SHOWN


def headline(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """Return the differences for the first glance."""
    wanted = {"unpacked", "to download", "packages", "programs and scripts"}
    figures = (one for one in comparison_view.figures(comparison) if one.name in wanted)
    return tuple((change, one.name) for one in figures if (change := comparison_view.change(one)))


def sections(comparison: Comparison) -> tuple[Section, ...]:
    """Return what differs."""
    return (_figures(comparison), _layers(comparison), _packages(comparison), _rest(comparison))


def _figures(comparison: Comparison) -> Section:
    notes = tuple(
        _incomplete(word, len(one.all_unknowns))
        for word, one in (("old", comparison.old), ("new", comparison.new))
        if one.is_incomplete
    )
    rows: list[tuple[Inline, ...]] = []
    for one in comparison_view.figures(comparison):
        told = [wording.size(number) if one.is_size else wording.count(number) for number in (one.old, one.new)]
        rows.append(((one.name,), *((text,) for text in told), (comparison_view.change(one),)))
    columns = (Column(""), *(Column(title, is_number=True) for title in ("old", "new", "change")))
    identities: tuple[tuple[str, Inline], ...] = tuple(
        (word, (Code(one.identity.reference), *((" ", Code(str(one.identity.digest))) if one.identity.digest else ())))
        for word, one in (("old", comparison.old), ("new", comparison.new))
    )
    return Section("figures", "Side by side", (*notes, Facts(identities), TableBlock("Figures", columns, tuple(rows))))


def _incomplete(word: str, number: int) -> Note:
    text = f"The {word} image is incomplete: {wording.plural(number, 'thing')} could not be looked at, so "
    return Note(Tone.WARN, (f"{text}what seems to differ may not.",))


def _layers(comparison: Comparison) -> Section:
    count = comparison.shared.count
    text = Paragraph((f"Shared: {comparison_view.shared(comparison)}.",))
    tables = []
    for word, one in (("old", comparison.old), ("new", comparison.new)):
        rows = tuple(_layer(number, layer) for number, layer in enumerate(one.inventory.layers) if number >= count)
        if rows:
            columns = (Column("layer"), Column("made by"), Column("size", is_number=True))
            tables.append(TableBlock(f"Layers of the {word} image alone", columns, rows))
    return Section("layers-compared", "Layers side by side", (text, *tables))


def _layer(number: int, layer: LayerSummary) -> tuple[Inline, ...]:
    step: Inline = (Code(steps.full(layer.created_by)),) if layer.created_by else (wording.NOT_KNOWN,)
    return ((str(number),), step, (wording.size(layer.bytes),))


def _packages(comparison: Comparison) -> Section:
    tables = [
        _listed(caption, "package", texts)
        for caption, texts in (
            ("Packages of another version", comparison_view.versions(comparison)),
            ("Packages of the new image alone", comparison_view.packages(comparison.added_packages)),
            ("Packages of the old image alone", comparison_view.packages(comparison.removed_packages)),
        )
        if texts
    ]
    return Section("packages-compared", "Packages that changed", tuple(tables) or (Paragraph(("None.",)),))


def _rest(comparison: Comparison) -> Section:
    facts = [
        [comparison_view.fact(one) for one in contents_view.hardening(found)]
        for found in (comparison.added_hardening, comparison.removed_hardening)
    ]
    paths = comparison_view.paths
    tables = [
        _listed(caption, head, texts)
        for caption, head, texts in (
            ("Hardening facts of the new image alone", "fact", facts[0]),
            ("Hardening facts of the old image alone", "fact", facts[1]),
            ("Settings that differ", "setting", comparison_view.settings(comparison)),
            ("Set-uid and set-gid files of the new image alone", "path", paths(comparison.added_setuid)),
            ("Set-uid and set-gid files of the old image alone", "path", paths(comparison.removed_setuid)),
            ("Programs and scripts of the new image alone", "path", paths(comparison.added_executables)),
            ("Programs and scripts of the old image alone", "path", paths(comparison.removed_executables)),
        )
        if texts
    ]
    return Section("rest-compared", "What else changed", tuple(tables) or (Paragraph(("Nothing.",)),))


def _listed(caption: str, head: str, texts: Iterable[str]) -> TableBlock:
    rows: tuple[tuple[Inline, ...], ...] = tuple(((text,),) for text in texts)
    left_out = len(rows) - SHOWN
    told = caption if left_out <= 0 else f"{caption} (the first {SHOWN}; the JSON document holds all)"
    return TableBlock(told, (Column(head),), rows[:SHOWN], is_folded=len(rows) > 15)
