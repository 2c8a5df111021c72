"""End-of-life dates, by product and release line."""

from pathlib import Path

from catalog.lines import Record, keyed, read_lines


def support_records(source: Path) -> list[Record]:
    """Return one record for each release line of `eol.jsonl`, in the source's order (newest first)."""
    return [
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
