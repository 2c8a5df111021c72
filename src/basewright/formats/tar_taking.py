"""Gathering a file's content as an archive streams by: all of it, or only windows."""

from collections.abc import Callable, Iterable

from basewright.formats.content import Window

HEAD = 64 << 10
"""Bytes at the start of a large file that are always kept."""
TAIL = 64 << 10
"""Bytes at its end that are."""

Pieces = list[tuple[int, bytes | memoryview]]


class Gather:
    """Takes the next `size` bytes and gives them to `done` as one."""

    __slots__ = ("_data", "_done", "_filled", "left", "what")

    def __init__(self, size: int, what: str, done: Callable[[memoryview], None]) -> None:
        self._data = bytearray(size)
        self._filled = 0
        self.left = size
        self.what = what
        self._done = done

    def add(self, data: memoryview) -> None:
        """Take `data`, which is no longer than `left`."""
        stop = self._filled + len(data)
        self._data[self._filled : stop] = data
        self._filled = stop
        self.left -= len(data)

    def finish(self) -> None:
        """Hand over; called when nothing is left."""
        self._done(memoryview(self._data).toreadonly())


class GatherWindows:
    """Takes the windows of a large file: its head, then those that `plan` asks for once it has the head."""

    __slots__ = ("_done", "_place", "_plan", "_size", "_taker", "left", "what")

    def __init__(
        self,
        size: int,
        what: str,
        plan: Callable[[bytes], Iterable[Window]],
        done: Callable[[Pieces], None],
    ) -> None:
        self._size = self.left = size
        self._plan = plan
        self._done = done
        self._place = 0
        self._taker = WindowTaker([Window(0, min(size, HEAD))])
        self.what = what

    def add(self, data: memoryview) -> None:
        """Take `data`, which is no longer than `left`."""
        head = min(self._size, HEAD)
        if self._place < head:
            first = data[: head - self._place]
            self._step(first)
            if self._place == head:
                self._taker.add_windows(self._plan(bytes(self._taker.pieces[0][1])), head, self._size)
            data = data[len(first) :]
        self._step(data)

    def _step(self, data: memoryview) -> None:
        self._taker.take(self._place, data)
        self._place += len(data)
        self.left -= len(data)

    def finish(self) -> None:
        """Hand over; called when nothing is left."""
        self._done(self._taker.pieces)


class WindowTaker:
    """Copies windows out of a stream that is shown piece by piece; windows are merged and kept in order."""

    __slots__ = ("_at", "_windows", "pieces")

    def __init__(self, windows: list[Window]) -> None:
        self._windows = windows
        self._at = 0
        self.pieces: Pieces = []

    def add_windows(self, windows: Iterable[Window], begin: int, size: int) -> None:
        """Ask for more of what comes at or after `begin`, in a file of `size` bytes; parts before are left out."""
        self._windows += merged(windows, begin, size)

    @property
    def is_done(self) -> bool:
        """Whether every window has been copied."""
        return self._at >= len(self._windows)

    def take(self, place: int, data: memoryview) -> None:
        """Copy what of `data`, which stands at `place`, lies in the windows."""
        end = place + len(data)
        while self._at < len(self._windows):
            window = self._windows[self._at]
            stop = window.offset + window.length
            if window.offset >= end:
                return
            start = max(window.offset, place)
            if start < stop:
                self._put(window, start, data[start - place : stop - place])
            if stop > end:
                return
            self._at += 1

    def _put(self, window: Window, start: int, part: memoryview) -> None:
        if start == window.offset:
            whole = bytearray(window.length)
            self.pieces.append((window.offset, memoryview(whole)))
        kept = self.pieces[-1][1]
        at = start - window.offset
        kept[at : at + len(part)] = part  # type: ignore[index]  # a view of a bytearray of ours


def merged(windows: Iterable[Window], begin: int, size: int) -> list[Window]:
    """Return the windows inside ``begin:size``, sorted, joined where they touch."""
    result: list[Window] = []
    for window in sorted(windows):
        start, stop = max(window.offset, begin), min(window.offset + window.length, size)
        if start >= stop:
            continue
        if result and start <= result[-1].offset + result[-1].length:
            last = result[-1]
            result[-1] = Window(last.offset, max(stop, last.offset + last.length) - last.offset)
        else:
            result.append(Window(start, stop - start))
    return result
