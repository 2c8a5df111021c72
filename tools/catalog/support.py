"""End-of-life dates, by product and release line: the gathered ones, and those entered by hand."""

from collections.abc import Iterable
from pathlib import Path

from catalog.lines import Record, keyed, read_lines


def support_records(source: Path, by_hand: Iterable[Record]) -> list[Record]:
    """Return one record for each release line of `eol.jsonl`, in the source's order (newest first), then `by_hand`."""
    entered = [keyed(line["product"], {k: v for k, v in line.items() if k != "product"}) for line in by_hand]
    return entered + [
        keyed(
            line["product"],
            {
                "cycle": line["cycle"],
                "end": line["eol"],
                "extended_end": line.get("eoes"),
            },
        )
        for line in read_lines(source / "eol.jsonl")
    ]
