"""The report for people as a structure: sections of blocks, written once, rendered as Markdown and as HTML.

Every text in it is untrusted; each renderer escapes all of it for its own language.
"""

from dataclasses import dataclass
from enum import StrEnum

from basewright.model.base import Kind


@dataclass(frozen=True, slots=True)
class Code:
    """A word of a file, a command or a name, set in the fixed-width face."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that a hurried reader must see."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a section of this document."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An address of this project's own sentences; `references.is_ours` holds for it."""

    address: str


class Tone(StrEnum):
    """How a mark or a note is meant."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Mark:
    """A few words set as a label, such as a kind or a severity."""

    text: str
    tone: Tone = Tone.PLAIN


Inline = tuple["str | Code | Strong | Link | Reference | Mark", ...]
"""A line of text in pieces."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Inline


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph that stands out."""

    tone: Tone
    text: Inline


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Inline, ...]
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what is to be said of each."""

    rows: tuple[tuple[str, Inline], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table; the first cell of each row names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Inline, ...], ...]
    is_folded: bool = False
    """Whether a reader has to open it first; a format that cannot fold puts it into an appendix."""
    is_dense: bool = False
    """Whether a format that cannot fold may write its rows one after the other in a paragraph."""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of a file or commands."""

    text: str
    language: str = ""
    """``diff``, ``sh`` or nothing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart; a number that is not known is None and is drawn as that."""

    label: str
    today: int | None
    after: int | None
    has_after: bool = True
    """False where nothing is advised, so there is no bar for it."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers today and after."""

    rows: tuple[Bar, ...]
    is_size: bool
    """Bytes; else a count."""


@dataclass(frozen=True, slots=True)
class KindRow:
    """The footprint of one base today and after."""

    label: str
    today: Kind | None
    after: Kind | None
    has_after: bool = True


@dataclass(frozen=True, slots=True)
class Kinds:
    """Where the bases stand between full and scratch."""

    rows: tuple[KindRow, ...]


@dataclass(frozen=True, slots=True)
class StageNode:
    """A build stage or an image outside of the build."""

    name: str
    base: str
    is_target: bool = False
    is_image: bool = False
    """An image that a stage copies from without standing on it."""


@dataclass(frozen=True, slots=True)
class StageGraph:
    """Build stages and what flows between them: (from, to, whether it is a base; else a copy)."""

    nodes: tuple[StageNode, ...]
    edges: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """One row of bytes that are partly of use."""

    label: str
    seen: int | None
    hidden: int | None


@dataclass(frozen=True, slots=True)
class Stacks:
    """Bytes of layers: what the finished image shows of them, and what later layers hide."""

    rows: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of a treemap."""

    label: str
    said: str
    """The whole of what there is to say."""
    size: str
    """The bytes in words; empty where the label says them."""
    x: float
    y: float
    width: float
    height: float
    color: int
    """From 0 to 5."""
    is_group: bool = False
    """Whether it stands behind the rectangles that follow."""
    is_plain: bool = False
    """Whether it is drawn as something that nobody answers for."""


@dataclass(frozen=True, slots=True)
class Treemap:
    """Bytes as areas; `width` and `height` are the unit of the tiles' places."""

    tiles: tuple[Tile, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, with the words and the table that say the same; a format without pictures leaves it out."""

    figure: Bars | Kinds | StageGraph | Stacks | Treemap
    title: str
    description: str
    table: TableBlock | None
    """None where a table of the same section says the same."""
    is_wide: bool = False
    """Whether it takes all the room there is."""


Block = Paragraph | Note | Bullets | Facts | TableBlock | CodeBlock | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the document."""

    anchor: str
    """Unique in the document; ASCII letters, digits and hyphens."""
    title: str
    blocks: tuple[Block, ...]
    sections: tuple["Section", ...] = ()
    is_card: bool = False
    """Whether it is about one service, set apart from its neighbours."""
    marks: tuple[Mark, ...] = ()
    """Labels beside the title."""


@dataclass(frozen=True, slots=True)
class Document:
    """The report."""

    title: str
    subtitle: Inline
    headline: tuple[tuple[str, str], ...]
    """Numbers for the first glance, each with what it counts."""
    sections: tuple[Section, ...]
    footer: Inline
