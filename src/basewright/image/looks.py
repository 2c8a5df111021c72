"""Further looks at a layer, for windows of large files that were wished for in vain."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from basewright.errors import IntegrityError
from basewright.formats.content import Content
from basewright.formats.tar_taking import WindowTaker
from basewright.image.recorder import Recorder, Unfinished

Mark = tuple[int, str]
"""A place in the plain bytes and the SHA-256 of what comes before it, from the first look."""


def stop_mark(files: Iterable[Unfinished], recorder: Recorder, marks: list[Mark]) -> Mark | None:
    """Return the first mark behind everything that the files want; None where the first look did not come so far."""
    offsets = recorder.index.offsets
    needed = max(offsets[one.number] + one.windows[-1].offset + one.windows[-1].length for one in files)
    return next((mark for mark in marks if mark[0] >= needed), None)


@dataclass(slots=True)
class Look:
    """Collects the windows of unfinished files from the layer's plain bytes, shown once more from the start.

    No archive is walked: where each file lies is known. The bytes up to the last window are hashed and compared with
    those of the first look, so that nothing else is slipped in.
    """

    recorder: Recorder
    files: list[Unfinished]
    mark: Mark
    _takers: list[tuple[Unfinished, int, WindowTaker]] = field(init=False)

    def __post_init__(self) -> None:
        offsets = self.recorder.index.offsets
        ordered = sorted(self.files, key=lambda one: offsets[one.number])
        self._takers = [(one, offsets[one.number], WindowTaker(one.windows)) for one in ordered]

    def run(self, pieces: Iterator[bytes]) -> None:
        """Read up to the mark; raises IntegrityError where the bytes are not those of the first look."""
        place, found = 0, hashlib.sha256()
        end, expected = self.mark
        for piece in pieces:
            view = memoryview(piece)[: end - place]
            found.update(view)
            self._show(place, view)
            place += len(view)
            if place >= end:
                break
        if found.hexdigest() != expected:
            raise IntegrityError(
                "the layer holds other bytes than when it was read first",
                hint="Let nothing write to the image while it is read, and run again.",
            )

    def _show(self, place: int, view: memoryview) -> None:
        """Let each file have its part; one whose windows are complete is read, and its windows are let go."""
        end = place + len(view)
        waiting = []
        for at, (one, offset, taker) in enumerate(self._takers):
            if offset >= end:
                waiting += self._takers[at:]
                break
            taker.take(place - offset, view)
            if taker.is_done:
                size = self.recorder.index.sizes[one.number]
                self.recorder.read(one.analyser, one.number, Content.windows(size, taker.pieces))
            else:
                waiting.append((one, offset, taker))
        self._takers = waiting
