"""Format ``markdown``: the report for people as Markdown that CommonMark and GitHub render alike.

Untrusted text cannot leave its place: block and inline syntax, table bars, HTML, mentions, issue references, bare links
and images are escaped; code spans get a fence longer than any run of backticks inside (CommonMark 0.31 §6.1).
"""

import re
from collections.abc import Iterator
from typing import assert_never

from basewright.model.assessment import Assessment
from basewright.report import inert, references
from basewright.report.content import compose
from basewright.report.document import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Document,
    Facts,
    Inline,
    Link,
    Mark,
    Note,
    Paragraph,
    Picture,
    Reference,
    Section,
    Strong,
    TableBlock,
    Tone,
)
from basewright.report.interface import RenderOptions

_SYNTAX = re.compile(r"[\\`*_\[\]<>|~!#$&{}]")
_LINK_LIKE = re.compile(r"(?i)(https?|ftp|mailto|xmpp|javascript|data|vbscript):|(www)\.")
_REFERENCE_LIKE = re.compile(r"(?i)\b(GH-)(?=\d)|(@)")
_LINE_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_BREAK = "\u200b"
"""A zero-width space: keeps a mention, an issue reference or a bare link from being one."""
_LISTED = 5
"""Columns up to which a table of the appendix is a list."""
_NOTES = {Tone.GOOD: "TIP", Tone.WARN: "WARNING", Tone.BAD: "CAUTION", Tone.PLAIN: "NOTE"}


def write(assessment: Assessment, options: RenderOptions) -> bytes:
    """Return the report as Markdown."""
    del options  # width and colour are the reader's
    return inert.log(render(compose(assessment))).encode()


def render(document: Document) -> str:
    """Return `document` as Markdown, with one final newline; what other formats fold stands in an appendix."""
    parts = [f"# {_escaped(document.title)}", _inline(document.subtitle)]
    if document.headline:
        parts.append("\n".join(f"- **{_escaped(value)}** {_escaped(label)}" for value, label in document.headline))
    body = [part for section in document.sections for part in _section(section, 2)]
    appendix = [part for section in document.sections for part in _appendix(section)]
    contents = [(one.title, one.anchor) for one in document.sections]
    if appendix:
        contents.append(("Appendix", "appendix"))
        appendix.insert(0, '## <a id="appendix"></a>Appendix')
    parts.append(" · ".join(f"[{_escaped(title)}](#{anchor})" for title, anchor in contents))
    parts += [*body, *appendix, "---", _inline(document.footer)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section, level: int) -> Iterator[str]:
    marks = "".join(f" · {_escaped(mark.text)}" for mark in section.marks)
    yield f'{"#" * level} <a id="{section.anchor}"></a>{_escaped(section.title)}{marks}'
    tables = [one for one in section.blocks if isinstance(one, TableBlock) and not one.is_folded]
    for block in section.blocks:
        if isinstance(block, TableBlock) and tables == [block] and not section.is_card:
            yield _table(block, is_captioned=False)  # the heading says it
        elif _folded(block) is None:
            yield _block(block)
    folded = [one for one in map(_folded, section.blocks) if one is not None]
    if folded:
        captions = "; ".join(f"{_escaped(one.caption)} ({len(one.rows)})" for one in folded)
        yield f"In the [appendix](#more-{section.anchor}): {captions}."
    for below in section.sections:
        yield from _section(below, level + 1)


def _folded(block: Block) -> TableBlock | None:
    """Return what of a block goes to the appendix."""
    if isinstance(block, Picture):
        return block.table
    return block if isinstance(block, TableBlock) and block.is_folded else None


def _appendix(section: Section) -> Iterator[str]:
    folded = [one for one in map(_folded, section.blocks) if one is not None]
    if folded:
        yield f'### <a id="more-{section.anchor}"></a>{_escaped(section.title)}'
        yield from map(_unfolded, folded)
    for below in section.sections:
        yield from _appendix(below)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _inline(text)
        case Note(tone, text):
            return f"> [!{_NOTES[tone]}]\n> {_inline(text)}"
        case Bullets(items, is_ordered):
            signs = (f"{number}." if is_ordered else "-" for number in range(1, len(items) + 1))
            return "\n".join(f"{sign} {_inline(item)}" for sign, item in zip(signs, items, strict=True))
        case Facts(rows):
            return "\n".join(f"- **{_escaped(term)}:** {_inline(text)}" for term, text in rows)
        case TableBlock():
            return _table(block)
        case CodeBlock(text, language):
            return _fenced(text, language)
        case Picture():
            return ""
        case _:
            assert_never(block)


def _table(table: TableBlock, *, is_captioned: bool = True) -> str:
    head = " | ".join(_escaped(column.title) or " " for column in table.columns)
    rule = " | ".join("---:" if column.is_number else "---" for column in table.columns)
    rows = [f"| {' | '.join(_inline(cell) for cell in row)} |" for row in table.rows]
    caption = [f"**{_escaped(table.caption)}**\n"] if is_captioned else []
    return "\n".join((*caption, f"| {head} |", f"| {rule} |", *rows))


def _unfolded(table: TableBlock) -> str:
    """Return a table of the appendix: in one paragraph, as a list, or as a table where it has many columns."""
    if not table.is_dense and len(table.columns) > _LISTED:
        return _table(table)
    heads = ", ".join(_escaped(column.title, at_start=False) for column in table.columns)
    caption = f"**{_escaped(table.caption)}** ({heads})"
    separator = ", " if table.is_dense else " · "
    rows = [separator.join(filter(None, (_inline(cell, at_start=False) for cell in row))) for row in table.rows]
    if table.is_dense:
        return f"{caption}: {' · '.join(rows)}"
    return "\n".join((f"{caption}:\n", *(f"- {row}" for row in rows)))


def _fenced(text: str, language: str) -> str:
    clean = inert.lines(text).rstrip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", clean)), default=0))
    return f"{fence}{language}\n{clean}\n{fence}"


def _inline(text: Inline, *, at_start: bool = True) -> str:
    pieces: list[str] = []
    for piece in text:
        match piece:
            case str():
                pieces.append(_words(piece, at_start=at_start and not pieces))
            case Code():
                pieces.append(_code(piece.text))
            case Strong():
                pieces.append(f"**{_escaped(piece.text).strip()}**")
            case Mark():
                pieces.append(_escaped(piece.text))
            case Link():
                pieces.append(f"[{_escaped(piece.text)}](#{piece.anchor})")
            case Reference():
                pieces.append(_reference(piece.address))
            case _:
                assert_never(piece)
    return "".join(pieces)


def _words(text: str, *, at_start: bool) -> str:
    """Return a text, its addresses as code: nothing that a reader could follow by a slip, and copied as it is."""
    parts = references.split(text)
    return "".join(
        _code(part) if is_address and "`" not in text else _escaped(part, at_start=at_start and number == 0)
        for number, (part, is_address) in enumerate(parts)
    )


def _reference(address: str) -> str:
    """Return an address of our own as a link; a thread of a forge as code, which leaves no note on that thread."""
    if not references.is_ours(address):
        return _escaped(address)
    return _code(address) if references.is_thread(address) else f"<{address}>"


def _code(text: str) -> str:
    """Return a code span; the bar is escaped for tables (GFM 4.10), so elsewhere a text with bars is plain text."""
    clean = inert.line(text)
    if not clean.strip():
        return ""
    if "|" in clean:
        return _escaped(clean)
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", clean)), default=0))
    pad = " " if clean[0] in "` " or clean[-1] in "` " else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def _escaped(text: str, *, at_start: bool = True) -> str:
    clean = inert.line(text).lstrip() if at_start else inert.line(text)  # blanks would indent it to code
    clean = _SYNTAX.sub(lambda match: f"\\{match[0]}", clean)
    clean = _LINK_LIKE.sub(lambda match: f"{match[1] or match[2]}{_BREAK}{':' if match[1] else '.'}", clean)
    clean = _REFERENCE_LIKE.sub(lambda match: f"{match[0]}{_BREAK}", clean)
    clean = clean.replace("\\#", f"\\#{_BREAK}") if re.search(r"#\d", text) else clean
    return _LINE_START.sub(r"\\\1" if not clean[:1].isdigit() else r"\1\\", clean) if at_start else clean
