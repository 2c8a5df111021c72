"""The documentation as `explain` reads it: sections by their headings.

A wheel carries the pages in ``basewright/cli/pages``; in a checkout they stand in ``docs``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_FENCE = re.compile(r"(```|~~~)")
_FOLDERS = ("reference", "explanation")
_FILES = ("glossary.md",)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it, sections of lower level included."""

    name: str
    """The heading's text without marks, in lower case."""
    page: str
    text: str


def folder() -> Path | None:
    """Return where the pages are, None where this installation has none."""
    here = Path(__file__).resolve()
    places = (here.parent / "pages", here.parents[3] / "docs")
    return next((one for one in places if (one / _FILES[0]).is_file()), None)


def sections() -> Iterator[Section]:
    """Yield every section of the pages that explain things, the rules' own pages first."""
    root = folder()
    if root is None:
        return
    pages = [page for name in _FOLDERS for page in sorted((root / name).rglob("*.md"))]
    pages += [root / name for name in _FILES]
    for page in sorted(pages, key=lambda one: "rules" not in one.parts):
        yield from sections_of(page.read_text(encoding="utf-8"), page.relative_to(root).as_posix())


def sections_of(text: str, page: str) -> Iterator[Section]:
    """Yield the sections of one page, in order."""
    lines = text.splitlines()
    headings = list(_headings(lines))
    for index, (number, level, name) in enumerate(headings):
        ends = (other for other, its_level, _ in headings[index + 1 :] if its_level <= level)
        stop = next(ends, len(lines))
        yield Section(name, page, "\n".join(lines[number:stop]).strip() + "\n")


def _headings(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (line number, level, name) of each heading outside of code."""
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line.strip())
        if mark:
            fence = "" if fence == mark[1] else fence or mark[1]
        elif not fence and (match := _HEADING.fullmatch(line)):
            yield number, len(match[1]), match[2].replace("`", "").lower()
