"""What COPY and ADD bring into the final chain, and from where."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from basewright.needs.stages import Placed, stage_index

_HOLDING = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.?venv|v?env|\.local|install|bundle|usr/local(?:/lib|/bundle)?"
    r"|lib/python3\.\d{1,2}|opt/[^/]{1,80}|app|code|srv|workspace|usr/src/[^/]{1,80}|\.)$|^/$"
)
"""Where packages are installed: environments, prefixes, and the folders that people give to an application."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A path that COPY or ADD brings into the final chain."""

    source: str
    destination: str
    """Absolute; ends in ``/`` for a folder."""
    stage: int | None
    """The stage that it comes from; None for the context or an image."""
    image: str | None
    """``--from`` where it names no stage."""
    placed: Placed

    @property
    def may_hold_packages(self) -> bool:
        """Whether what is copied may hold packages that were installed there, not only what was built with them."""
        return _HOLDING.search(self.source.rstrip("/") or "/") is not None

    def holds(self, path: str) -> bool:
        """Whether the image path `path` may come from here."""
        if self.destination.endswith("/"):
            inside = path.startswith(self.destination)
            name = posixpath.basename(self.source.rstrip("/"))
            return inside and (path == self.destination + name or "/" in self.source or name in {".", "*"})
        return path == self.destination or path.startswith(self.destination + "/")


def brought(chain: tuple[Placed, ...], directory: str) -> Iterator[Brought]:
    """Yield what COPY and ADD of `chain` bring, in order, one for each source; `directory` is the first WORKDIR."""
    for placed in chain:
        instruction = placed.instruction
        if instruction.keyword == "WORKDIR" and instruction.words:
            directory = posixpath.normpath(posixpath.join(directory, instruction.words[0]))
        elif instruction.keyword in {"COPY", "ADD"} and len(instruction.words) > 1:
            *sources, target = instruction.words
            name = instruction.flag("from")
            stage = stage_index(placed.build, name, placed.stage.index)
            image = name if name is not None and stage is None else None
            for source in sources:
                yield Brought(source, _destination(directory, target, len(sources)), stage, image, placed)


def _destination(directory: str, target: str, sources: int) -> str:
    """Return where a source lands; a target without a slash is taken as a folder where it cannot be a file."""
    joined = posixpath.normpath(posixpath.join(directory, target))
    is_folder = target.endswith(("/", "/.")) or target in {".", "./"} or sources > 1
    if is_folder or joined == "/":
        return joined.rstrip("/") + "/"
    return joined
