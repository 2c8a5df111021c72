"""Sections about the image as a whole: at a glance, its settings, what is not known of it, and how to go on."""

import shlex

from basewright.model.inventory import Inspection
from basewright.report import inert, wording
from basewright.report.document import (
    Bullets,
    Code,
    CodeBlock,
    Column,
    Facts,
    Inline,
    Mark,
    Note,
    Paragraph,
    Section,
    TableBlock,
    Tone,
)
from basewright.report.inspection import contents_view, view

_FIRST_UNKNOWNS = 5
SHOWN = 2_000
"""Rows of one table at most: a page of more is read by nobody; the JSON document holds all of them."""


def subtitle(inspection: Inspection) -> str:
    """Return the line below the title."""
    words = [view.platform(inspection), view.source(inspection.identity), f"read on {inspection.created.date()}"]
    return ", ".join(filter(None, words))


def glance(inspection: Inspection) -> Section:
    """Return what a hurried reader must know."""
    rows = _identity(inspection)
    rows.append(("created", (view.age(inspection),)))
    rows.append(("size", (view.sizes(inspection),)))
    end, is_over = view.support(inspection)
    system: Inline = (f"{view.system(inspection)}{', ' if end and not is_over else ' '}",)
    rows.append(("system", (*system, Mark(end, Tone.BAD) if is_over else end)))
    rows.append(("C library", (view.libc(inspection.inventory),)))
    if inspection.config is not None:
        user, is_root = view.user(inspection.config)
        rows.append(("runs as", (Mark(user, Tone.WARN),) if is_root else (Code(user),)))
        rows.append(("starts", _command(inspection)))
    rows.append(("explained", (contents_view.coverage_sentence(inspection.inventory.coverage),)))
    return Section("glance", "At a glance", (*_incomplete(inspection), Facts(tuple(rows))))


def _identity(inspection: Inspection) -> list[tuple[str, Inline]]:
    identity = inspection.identity
    named = (("digest", identity.digest), ("index digest", identity.index_digest), ("image ID", identity.config_digest))
    return [(term, (Code(str(digest)),)) for term, digest in named if digest is not None]


def _command(inspection: Inspection) -> Inline:
    config = inspection.config
    if config is None or not (config.entrypoint or config.command):
        return ("nothing: neither entrypoint nor command is set",)
    return (Code(view.starts(config)),)


def _incomplete(inspection: Inspection) -> tuple[Note | Bullets, ...]:
    found = inspection.all_unknowns
    if not found:
        return ()
    text = f"Incomplete: {wording.plural(len(found), 'thing')} could not be looked at, so the image may hold more."
    items: list[Inline] = [(Code(one.path), f": {one.reason}") for one in found[:_FIRST_UNKNOWNS]]
    if len(found) > _FIRST_UNKNOWNS:
        items.append((f"and {len(found) - _FIRST_UNKNOWNS} more, below",))
    return Note(Tone.WARN, (text,)), Bullets(tuple(items))


def settings(inspection: Inspection) -> Section | None:
    """Return what the configuration sets, credentials hidden."""
    config = inspection.config
    if config is None:
        return None
    facts: list[tuple[str, Inline]] = [
        ("user", (Code(config.user) if config.user else "not set",)),
        ("entrypoint", (Code(view.words(config.entrypoint)) if config.entrypoint else "not set",)),
        ("command", (Code(view.words(config.command)) if config.command else "not set",)),
    ]
    facts += [(term, (text,)) for term, text in view.settings(config)]
    tables = [
        TableBlock(caption, (Column("name"), Column("value")), _pairs(pairs), is_folded=True)
        for caption, pairs in (("Environment", view.variables(config)), ("Labels", view.labels(config)))
        if pairs
    ]
    return Section("settings", "Settings", (Facts(tuple(facts)), *tables))


def _pairs(pairs: list[tuple[str, str]]) -> tuple[tuple[Inline, ...], ...]:
    return tuple(((Code(name),), (value,)) for name, value in pairs[:SHOWN])


def unknowns(inspection: Inspection) -> Section:
    """Return what could not be looked at, and what never is."""
    found = inspection.all_unknowns
    blocks: list[Bullets | Paragraph | TableBlock] = []
    if found:
        rows: tuple[tuple[Inline, ...], ...] = tuple(((Code(one.path),), (one.reason,)) for one in found[:SHOWN])
        blocks.append(TableBlock("What could not be read or understood", (Column("where"), Column("why")), rows))
    else:
        blocks.append(Paragraph(("Everything that is looked at could be read.",)))
    blocks.append(Paragraph(("An inspection never looks at:",)))
    blocks.append(Bullets(tuple((f"{name}: {sentence}",) for name, sentence in view.NOT_LOOKED_AT)))
    if inspection.identity.notes:
        blocks.append(Paragraph(("How the image was chosen:",)))
        blocks.append(Bullets(tuple((note,) for note in inspection.identity.notes)))
    return Section("unknowns", "What was not looked at", tuple(blocks))


def further(inspection: Inspection) -> Section:
    """Return commands that go on from here."""
    reference = shlex.quote(inert.line(inspection.identity.reference, 300))
    steps = view.next_steps(reference, verbose=False)
    lines = "\n".join(f"# {gives}\n{command}" for command, gives in steps)
    return Section("further", "How to go on", (CodeBlock(lines, "sh"),))
