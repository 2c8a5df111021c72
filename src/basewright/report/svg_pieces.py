"""Words in pictures: labels and legends."""

from collections.abc import Iterable

from markupsafe import Markup

from basewright.report import inert

_LABEL_CHARS = 38


def text(words: str, x: str, y: float, kind: str = "", *, dx: int = 0, anchor: str = "start") -> Markup:
    """Return a text; `x` in percent or pixels, `kind` its class."""
    return Markup('<text x="{}" y="{}" dx="{}" class="{}" text-anchor="{}">{}</text>').format(
        x, y, dx, kind, anchor, inert.line(words, 80)
    )


def short(words: str, limit: int = _LABEL_CHARS) -> str:
    """Return words that are no longer than `limit`."""
    clean = inert.line(words, 200)
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"


def legend(entries: Iterable[tuple[str, str]]) -> Iterable[Markup]:
    """Yield a row of squares and what they mean; `entries` are words and the class of a colour."""
    left = 0
    for words, kind in entries:
        yield Markup('<rect x="{}" y="3" width="12" height="12" rx="2" class="{}"/>').format(left, kind)
        yield text(words, str(left + 18), 13, "quiet")
        left += 40 + 7 * len(words)
