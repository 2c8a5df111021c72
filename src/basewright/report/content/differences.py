"""What changes under which candidate: every difference of the contracts, what several candidates share said once."""

from basewright.model.candidate import Candidate
from basewright.model.contract import Difference, Effect
from basewright.report import wording
from basewright.report.content import pieces
from basewright.report.content.pieces import code, plain, prose, table
from basewright.report.document import Block, Inline, Mark, Paragraph, TableBlock, Tone

_EFFECTS = {
    Effect.BREAK: Mark("break", Tone.BAD),
    Effect.REVIEW: Mark("review", Tone.WARN),
    Effect.NONE: Mark("none", Tone.PLAIN),
}
_HEADS = ("Aspect", "Today", "After", "Effect", "Touches", "What to know")


def of_first(candidate: Candidate) -> Block:
    """Return what the first candidate breaks, or leaves to be looked at."""
    found = [one for one in candidate.contract if one.effect is not Effect.NONE]
    name = str(candidate.base.reference)
    if not found:
        text = "No difference between it and today's base is known to touch this project."
        return Paragraph((*code(name), f": {text}"))
    return table(f"What changes under {name}", _HEADS, [_row(one) for one in sorted(found, key=_order)])


def of_all(candidates: tuple[Candidate, ...]) -> list[Block]:
    """Return the other differences: those of later candidates, and those that touch nothing."""
    found: dict[Difference, list[int]] = {}
    for candidate in candidates:
        for one in candidate.contract:
            if candidate.rank > 1 or one.effect is Effect.NONE:
                found.setdefault(one, []).append(candidate.rank)
    touching = {one: ranks for one, ranks in found.items() if one.effect is not Effect.NONE}
    blocks: list[Block] = []
    if touching:
        rows = [(_ranks(touching[one]), *_row(one)) for one in sorted(touching, key=lambda x: (found[x], _order(x)))]
        blocks.append(table("What changes under the other candidates", ("Rank", *_HEADS), rows, folded=True))
    quiet = _quiet({one: ranks for one, ranks in found.items() if one.effect is Effect.NONE})
    return [*blocks, quiet] if quiet else blocks


def _quiet(found: dict[Difference, list[int]]) -> TableBlock | None:
    if not found:
        return None
    rows: list[tuple[Inline, ...]] = [
        (_ranks(found[one]), *_row(one)[:3], _row(one)[5]) for one in sorted(found, key=lambda x: (_order(x), found[x]))
    ]
    heads = ("Rank", *_HEADS[:3], _HEADS[5])
    return table("Differences that touch nothing of this project", heads, rows, folded=True, dense=True)


def _ranks(ranks: list[int]) -> Inline:
    return plain(", ".join(map(str, sorted(set(ranks)))))


def _order(difference: Difference) -> tuple[int, str, str, str]:
    return (
        list(_EFFECTS).index(difference.effect),
        difference.aspect.value,
        difference.new or "",
        difference.explanation,
    )


def _row(difference: Difference) -> tuple[Inline, ...]:
    see: Inline = (" See ", *prose(difference.reference), ".") if difference.reference else ()
    return (
        plain(difference.aspect.value.replace("-", " ")),
        code(difference.old) if difference.old else plain(wording.NOT_KNOWN),
        code(difference.new) if difference.new else plain(wording.NOT_KNOWN),
        (_EFFECTS[difference.effect],),
        pieces.places(difference.touches),
        (*prose(pieces.sentence(difference.explanation)), *see),
    )
