"""``-o FORMAT=FILE``: which documents are written where."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from basewright.cli.shapes import did_you_mean
from basewright.errors import InputError
from basewright.ports.terminal import Terminal

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Output:
    """One document to write; `file` None for stdout."""

    format: str
    file: Path | None

    @classmethod
    def parse(cls, text: str, formats: Sequence[str]) -> "Output":
        """Read ``FORMAT=FILE``, or raise InputError where the format is not among `formats`."""
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise InputError(f"-o: not FORMAT=FILE: {text[:80]!r}", hint="write it as html=report.html")
        if name not in formats:
            raise InputError(f"-o: no format {name[:40]!r}", hint=did_you_mean(name, formats))
        return cls(name, None if file == STDOUT else Path(file))


def plan_outputs(texts: Iterable[str], stdout_format: str, formats: Sequence[str]) -> tuple[Output, ...]:
    """Return the documents to write; `stdout_format` goes to stdout unless an output claims that.

    Raises InputError where two documents would go to the same place.
    """
    outputs = [Output.parse(text, formats) for text in texts]
    if all(one.file is not None for one in outputs):
        outputs.insert(0, Output(stdout_format, None))
    seen: set[Path | None] = set()
    for one in outputs:
        place = None if one.file is None else Path(os.path.realpath(one.file))  # a link is written through
        if place in seen:
            raise InputError(f"-o: two documents would go to {one.file or 'stdout'}", hint="name another file for one")
        seen.add(place)
    return tuple(outputs)


def write_documents(documents: Sequence[tuple[Output, bytes]], terminal: Terminal) -> None:
    """Write the files first: stdout is whole or empty, also where a file cannot be written."""
    from basewright.ports.files import write_atomically

    for output, content in documents:
        if output.file is not None:
            write_atomically(output.file, content)
    for output, content in documents:
        if output.file is None:
            terminal.write(content)
