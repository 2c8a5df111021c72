"""Small pieces that every section is made of."""

import re
import shlex
from collections.abc import Iterable

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage, Kind
from basewright.model.span import Location
from basewright.report import inert, references, urgency, wording
from basewright.report.document import Code, Column, Inline, Link, Mark, Paragraph, Reference, Strong, TableBlock, Tone

_CODE_SPAN = re.compile(r"(`+)([^`]+)\1")
_NO_ANCHOR = re.compile(r"[^a-z0-9]+")
_KIND_TONES = {
    Kind.FULL: Tone.WARN,
    Kind.SLIM: Tone.PLAIN,
    Kind.MINIMAL: Tone.GOOD,
    Kind.DISTROLESS: Tone.GOOD,
    Kind.SCRATCH: Tone.GOOD,
}


def workloads(assessment: Assessment) -> tuple[AssessedWorkload, ...]:
    """Return the workloads in the order in which to turn to them; by name where nobody declared anything."""
    return urgency.by_urgency(assessment)


def anchor(number: int, name: str) -> str:
    """Return the anchor of the `number`-th service."""
    slug = _NO_ANCHOR.sub("-", name[:60].lower()).strip("-")[:40]
    return f"service-{number}{'-' if slug else ''}{slug}"


def prose(text: str) -> Inline:
    """Return a sentence, what stands in backticks as code and what is an address of our own as a reference."""
    pieces: list[str | Code | Reference] = []
    cursor = 0
    for match in _CODE_SPAN.finditer(text):
        pieces += [*_referring(text[cursor : match.start()]), Code(match[2])]
        cursor = match.end()
    return (*pieces, *_referring(text[cursor:]))


def _referring(text: str) -> tuple["str | Reference", ...]:
    pieces: list[str | Reference] = []
    for piece, is_address in references.split(text):
        if is_address and references.is_ours(piece):
            pieces.append(Reference(piece))
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return tuple(pieces)


def joined(parts: Iterable[Inline], separator: str = ", ") -> Inline:
    """Return the parts in one line, `separator` between them."""
    line: list[str | Code | Strong | Link | Reference | Mark] = []
    for part in parts:
        line += [separator, *part] if line else part
    return tuple(line)


def paragraph(text: str) -> Paragraph:
    """Return a paragraph of prose."""
    return Paragraph(prose(text))


def plain(text: str) -> Inline:
    """Return a text as it is."""
    return (text,) if text else ()


def code(text: str) -> Inline:
    """Return a text as code."""
    return (Code(text),)


def place(where: Location | None) -> Inline:
    """Return a place as code."""
    return (Code(str(where)),) if where else ()


def places(where: Iterable[Location], limit: int = 6) -> Inline:
    """Return places with commas, the end of a long list counted."""
    found = sorted(set(where))
    pieces: list[str | Code] = []
    for one in found[:limit]:
        pieces += [", " if pieces else "", Code(str(one))]
    if len(found) > limit:
        pieces.append(f" and {len(found) - limit} more")
    return tuple(piece for piece in pieces if piece)


def kind(value: Kind | None) -> Inline:
    """Return a kind as a label."""
    return (Mark(value.value, _KIND_TONES[value]),) if value else (wording.NOT_KNOWN,)


def system(base: BaseImage | None) -> str:
    """Return the distribution and its release."""
    if base is None or base.os is None:
        return wording.NOT_KNOWN
    return " ".join(filter(None, (base.os.id, base.os.version)))


def user(base: BaseImage | None) -> str:
    """Return who it runs as by default."""
    if base is None or base.is_root is None:
        return wording.NOT_KNOWN
    return "root" if base.is_root else (base.user or str(base.uid))


def sentence(text: str) -> str:
    """Return `text` with a full stop, so that another sentence can follow; empty stays empty."""
    stripped = text.strip()
    return stripped if not stripped or stripped.endswith((".", "!", "?", ":")) else f"{stripped}."


def heading(text: str) -> str:
    """Return a step's words as a heading: with a capital, unless they start with a name, and without a full stop."""
    first = text.partition(" ")[0]
    capital = text[:1].upper() if first.isalpha() else text[:1]
    return f"{capital}{text[1:]}".removesuffix(".")


def table(
    caption: str,
    heads: Iterable[str],
    rows: Iterable[tuple[Inline, ...]],
    *,
    folded: bool = False,
    dense: bool = False,
) -> TableBlock:
    """Return a table; a head that ends in ``#`` is of a column of numbers. Columns without any text are left out."""
    columns, cells = tuple(heads), tuple(rows)
    kept = [place for place in range(len(columns)) if any(row[place] for row in cells)] if cells else []
    return TableBlock(
        caption,
        tuple(Column(columns[place].removesuffix("#"), columns[place].endswith("#")) for place in kept),
        tuple(tuple(row[place] for place in kept) for row in cells),
        folded,
        dense,
    )


def word(text: str) -> str:
    """Return `text` as one word of a shell command, whatever it holds (a name may be made to become a command)."""
    return shlex.quote(inert.line(text, 200))
