"""What analysers find in one layer, gathered as its files stream by."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from basewright.formats.content import Content, MalformedError, OutsideWindowsError, Window
from basewright.formats.tar_taking import Pieces, merged
from basewright.image.dispatch import compile_interests
from basewright.image.findings import Section
from basewright.image.interface import Analyser, LayerIndex
from basewright.image.limits import Limits

Ticket = tuple[Analyser, ...]


@dataclass(slots=True)
class Unfinished:
    """A large file that an analyser could not read from the windows that were kept."""

    number: int
    """Of its entry."""
    analyser: Analyser
    windows: list[Window]
    """What it wants to see at once: merged, sorted."""


@dataclass(slots=True)
class Recorder:
    """`formats.tar_interface.Visitor` that lets analysers read, and keeps their records by entry.

    An analyser that fails on what it reads costs its record, never the run: the file becomes an unknown.
    """

    analysers: Sequence[Analyser]
    index: LayerIndex
    limits: Limits
    sections: dict[str, Section] = field(init=False)
    """Analyser → what it found."""
    unfinished: list[Unfinished] = field(default_factory=list)
    choose: Callable[[str, int, int, bytes], Ticket | None] = field(init=False)
    _count: int = 0
    _done_early: dict[int, set[str]] = field(default_factory=dict)
    """Large file that streams by → who has read it already."""

    def __post_init__(self) -> None:
        self.choose = compile_interests(self.analysers, self._failed)
        self.sections = {one.name: Section() for one in self.analysers}

    def whole(self, ticket: Ticket, number: int, data: bytes | memoryview) -> None:
        """See `Visitor.whole`."""
        for analyser in ticket:
            self.read(analyser, number, Content.whole(data))

    def plan(self, ticket: Ticket, number: int, size: int, head: bytes) -> Iterable[Window]:
        """See `Visitor.plan`. One analyser's wish that goes beyond the limit is not met."""
        wishes: list[Window] = []
        for analyser in ticket:
            try:
                asked = merged([*wishes, *analyser.first_windows(size, head)], size)
            except Exception as error:  # noqa: BLE001 - hostile bytes must not end the run
                self._failed(self.index.paths[number], analyser, error)
                continue
            if _total(asked) <= self.limits.window:
                wishes = asked
        return wishes

    def more(self, ticket: Ticket, number: int, size: int, pieces: Pieces) -> Iterable[Window]:
        """See `Visitor.more`: let those read who can, and ask for what the others miss."""
        done = self._done_early.setdefault(number, set())
        wishes: list[Window] = []
        for analyser in ticket:
            if analyser.name not in done:
                content = Content.windows(size, pieces)
                if self.read(analyser, number, content, is_last=False):
                    done.add(analyser.name)
                else:
                    wishes += content.missed
        kept = sum(len(data) for _, data in pieces)
        wishes = merged(wishes, size)
        return wishes if kept + _total(wishes) <= self.limits.window else ()

    def windows(self, ticket: Ticket, number: int, size: int, pieces: Pieces) -> None:
        """See `Visitor.windows`."""
        done = self._done_early.pop(number, set())
        for analyser in ticket:
            if analyser.name not in done:
                self.read(analyser, number, Content.windows(size, pieces))

    def read(self, analyser: Analyser, number: int, content: Content, *, is_last: bool = True) -> bool:
        """Let one analyser read one file; keep its record, or note why there is none.

        False where it asked for what is not kept; that is noted for another look, unless this one is not the last.
        """
        path = self.index.paths[number]
        try:
            record = analyser.read(path, content)
        except MalformedError as error:
            self.tell(analyser, path, str(error))
        except OutsideWindowsError as error:
            if content.is_whole:
                self._failed(path, analyser, error)
                return True
            if is_last:
                self._wish(analyser, number, content)
            return False
        except Exception as error:  # noqa: BLE001 - hostile bytes must not end the run
            self._failed(path, analyser, error)
        else:
            if record is not None:
                self._keep(analyser, number, record)
        return True

    def _keep(self, analyser: Analyser, number: int, record: Any) -> None:  # noqa: ANN401 - the analyser's own type
        self._count += 1
        if self._count <= self.limits.findings:
            self.sections[analyser.name].records[number] = record
        elif self._count == self.limits.findings + 1:
            self.tell(
                analyser,
                "",
                f"its files hold more than {self.limits.findings} records, the limit; the rest was left out",
            )

    def _wish(self, analyser: Analyser, number: int, content: Content) -> None:
        """Note that a file has to be looked at again, with more of it kept."""
        kept = [Window(offset, len(data)) for offset, data in content.pieces]
        windows = merged([*kept, *content.missed], content.size)
        if _total(windows) > self.limits.window:
            windows = merged(content.missed, content.size)
        if _total(windows) > self.limits.window:
            limit = self.limits.window
            self.tell(
                analyser, self.index.paths[number], f"more than {limit} bytes of it are needed at once, the limit"
            )
        elif len(self.unfinished) < _UNFINISHED:
            self.unfinished.append(Unfinished(number, analyser, windows))
        else:
            self.tell(
                analyser, self.index.paths[number], "too many large files of its layer have to be looked at again"
            )

    def _failed(self, path: str, analyser: Analyser, error: Exception) -> None:
        self.tell(analyser, path, f"{analyser.name} could not read it ({type(error).__name__})")

    def tell(self, analyser: Analyser, path: str, reason: str) -> None:
        """Note what an analyser could not read."""
        self.sections[analyser.name].unknowns.add((path, reason))


_UNFINISHED = 10_000
"""Large files of one layer that are looked at again."""


def _total(windows: Iterable[Window]) -> int:
    return sum(window.length for window in windows)
