"""Pictures of the reports as inline SVG: bars, kinds, build stages, bytes.

No style attribute and no script: colours are classes of the page's stylesheet, so the pictures follow dark mode and
print. Lengths along the width are percentages and text is in pixels, so a picture stays readable from 320 pixels on.
A number that is not known is written out; it never becomes a bar of length zero.
"""

from typing import assert_never

from markupsafe import Markup

from basewright.model.base import Kind
from basewright.report import inert, svg_bytes, wording
from basewright.report.document import Bar, Bars, KindRow, Kinds, Picture, Stacks, StageGraph, Treemap
from basewright.report.svg_pieces import legend, short, text

_LONGEST_BAR = 68
"""Percent of the width; the rest is for the number beside it."""
_ROW, _BAR_HEIGHT = 68, 12
_KINDS = (Kind.FULL, Kind.SLIM, Kind.MINIMAL, Kind.DISTROLESS, Kind.SCRATCH)


def draw(picture: Picture, identifier: str) -> Markup:
    """Return the picture as an `svg` element; `identifier` is unique in its page."""
    match picture.figure:
        case Bars():
            height, shapes = _bars(picture.figure)
        case Kinds():
            height, shapes = _kinds(picture.figure)
        case StageGraph():
            height, shapes = _stages(picture.figure)
        case Stacks():
            height, shapes = svg_bytes.stacks(picture.figure)
        case Treemap():
            height, shapes = svg_bytes.treemap(picture.figure)
        case _:
            assert_never(picture.figure)
    head = Markup(
        '<svg class="picture" role="img" width="100%" height="{height}" aria-labelledby="{id}-title {id}-desc">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>'
    ).format(height=height, id=identifier, title=inert.line(picture.title), desc=inert.line(picture.description))
    return head + Markup("").join(shapes) + Markup("</svg>")


def _bars(figure: Bars) -> tuple[int, list[Markup]]:
    longest = max((number for row in figure.rows for number in (row.today, row.after) if number), default=1)
    shapes = list(legend((("today", "bar-today"), ("first candidate", "bar-after"))))
    top = 34
    for row in figure.rows:
        shapes.append(text(short(row.label), "0", top + 12, "label"))
        shapes += _bar(row.today, longest, top + 20, "bar-today", is_size=figure.is_size)
        shapes += _after_bar(row, longest, top + 36, is_size=figure.is_size)
        top += _ROW
    return top, shapes


def _after_bar(row: Bar, longest: int, top: int, *, is_size: bool) -> list[Markup]:
    if row.has_after:
        return _bar(row.after, longest, top, "bar-after", is_size=is_size)
    return [text("nothing advised", "0", top + 10, "quiet")]


def _bar(number: int | None, longest: int, top: int, kind: str, *, is_size: bool) -> list[Markup]:
    if number is None:
        return [text(wording.NOT_KNOWN, "0", top + 10, "quiet")]
    share = max(0.4, _LONGEST_BAR * number / longest) if number else 0
    said = wording.size(number) if is_size else wording.count(number)
    shape = Markup('<rect x="0" y="{}" width="{}%" height="{}" rx="2" class="{}"/>').format(
        top, f"{share:.2f}", _BAR_HEIGHT, kind
    )
    return [shape, text(said, f"{share:.2f}%", top + 10, "number", dx=6)]


def _kinds(figure: Kinds) -> tuple[int, list[Markup]]:
    bottom = 60 + 52 * len(figure.rows)
    shapes = [
        Markup('<circle cx="6" cy="9" r="5" class="dot-today"/>'),
        text("today", "18", 13, "quiet"),
        Markup('<circle cx="81" cy="9" r="5" class="dot-after"/>'),
        text("first candidate", "93", 13, "quiet"),
    ]
    for kind in _KINDS:
        shapes.append(text(kind.value, _column(kind), 40, "quiet", anchor="middle"))
        shapes.append(
            Markup('<line x1="{0}" x2="{0}" y1="48" y2="{1}" class="guide"/>').format(_column(kind), bottom - 6)
        )
    for number, row in enumerate(figure.rows):
        shapes += _kind_row(row, 60 + 52 * number)
    return bottom, shapes


def _column(kind: Kind) -> str:
    return f"{10 + 20 * _KINDS.index(kind)}%"


def _kind_row(row: KindRow, top: int) -> list[Markup]:
    missing = []
    if row.today is None:
        missing.append("today not known")
    if not row.has_after:
        missing.append("nothing advised")
    elif row.after is None:
        missing.append("first candidate's not known")
    shapes = [text(short(row.label, 26), "0", top + 10, "label")]
    if missing:
        shapes.append(text(", ".join(missing), "100%", top + 10, "quiet", anchor="end"))
    middle = top + 28
    if row.today and row.after and row.today is not row.after:
        line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="move"/>')
        shapes.append(line.format(_column(row.today), _column(row.after), middle, middle))
    if row.today:
        radius = 10 if row.today is row.after else 6  # a ring around the dot where nothing moves
        circle = Markup('<circle cx="{}" cy="{}" r="{}" class="dot-today"/>')
        shapes.append(circle.format(_column(row.today), middle, radius))
    if row.after:
        shapes.append(Markup('<circle cx="{}" cy="{}" r="6" class="dot-after"/>').format(_column(row.after), middle))
    return shapes


def _stages(figure: StageGraph) -> tuple[int, list[Markup]]:
    order = sorted(range(len(figure.nodes)), key=lambda index: (not figure.nodes[index].is_image, index))
    tops = {index: 4 + 60 * place for place, index in enumerate(order)}
    lanes = _lanes(figure, tops)
    gutter = 18 + 12 * (1 + max(lanes.values(), default=0))
    shapes = []
    for edge, lane in sorted(lanes.items()):
        shapes += _edge(tops, edge, gutter, gutter - 14 - 12 * lane)
    for index in order:
        node, top = figure.nodes[index], tops[index]
        kind = "node node-target" if node.is_target else ("node node-image" if node.is_image else "node")
        # The stylesheet makes it reach the right edge; the attribute is for viewers without it.
        shapes.append(
            Markup('<rect x="{}" y="{}" width="70%" height="48" rx="6" class="{}"/>').format(gutter, top, kind)
        )
        shapes.append(text(short(node.name, 30), str(gutter + 12), top + 20, "label"))
        below = "image that is copied from" if node.is_image else f"FROM {short(node.base, 34)}"
        shapes.append(text(below, str(gutter + 12), top + 37, "quiet"))
    return 8 + 60 * len(order), shapes


def _lanes(figure: StageGraph, tops: dict[int, int]) -> dict[tuple[int, int, bool], int]:
    """Give each edge the nearest lane in which it crosses no other."""
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[tuple[int, int, bool], int] = {}
    for edge in sorted(figure.edges, key=lambda one: (abs(tops[one[0]] - tops[one[1]]), one)):
        low, high = sorted((tops[edge[0]], tops[edge[1]]))
        lane = next(
            (number for number, spans in enumerate(taken) if all(high < a or b < low for a, b in spans)), len(taken)
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        lanes[edge] = lane
    return lanes


def _edge(tops: dict[int, int], edge: tuple[int, int, bool], gutter: int, left: int) -> list[Markup]:
    source, target, is_base = edge
    start, end = tops[source] + 30, tops[target] + 18
    path = Markup('<path d="M{g} {a}H{l}V{b}H{g}" class="{kind}"/>').format(
        g=gutter, a=start, l=left, b=end, kind="edge" if is_base else "edge edge-copy"
    )
    head = Markup('<path d="M{x} {y}l-7 -4v8z" class="arrow"/>').format(x=gutter, y=end)
    return [path, head]
