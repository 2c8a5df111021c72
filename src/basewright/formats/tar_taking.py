"""Gathering a file's content as an archive streams by: all of it, or only windows."""

from collections.abc import Callable, Iterable

from basewright.formats.content import Window

HEAD = 64 << 10
"""Bytes at the start of a large file that are always kept."""
TAIL = 64 << 10
"""Bytes at its end that are."""
ATTEMPTS = 4
"""How often more of a large file may be asked for while it streams by."""

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
    """Takes the windows of a large file: its head, its tail, and what `plan` asks for once it has the head.

    Each time it has all that was asked for, `more` may ask for what is still to come, up to ATTEMPTS times.
    """

    __slots__ = ("_attempts", "_done", "_head", "_more", "_place", "_plan", "_size", "_taker", "left", "what")

    def __init__(
        self,
        size: int,
        what: str,
        plan: Callable[[bytes], Iterable[Window]],
        more: Callable[[Pieces], Iterable[Window]],
        done: Callable[[Pieces], None],
    ) -> None:
        self._size = self.left = size
        self._plan = plan
        self._more = more
        self._done = done
        self._place = 0
        self._head = bytearray()
        self._taker: WindowTaker | None = None
        self._attempts = 0
        self.what = what

    def add(self, data: memoryview) -> None:
        """Take `data`, which is no longer than `left`."""
        self.left -= len(data)
        if self._taker is None:
            missing = min(HEAD, self._size) - len(self._head)
            self._head += data[:missing]
            data = data[missing:]
            if len(self._head) == min(HEAD, self._size):
                self._begin()
        while data and self._taker is not None:
            self._ask_again(self._taker)
            stop = self._taker.stop_before(max(self._size - TAIL, 0))
            step = data[: stop - self._place] if stop > self._place else data
            self._taker.take(self._place, step)
            self._place += len(step)
            data = data[len(step) :]

    def _begin(self) -> None:
        """Ask for the windows, and put the head into the first."""
        head = bytes(self._head)
        size = self._size
        always = (Window(0, len(head)), Window(max(size - TAIL, 0), min(TAIL, size)))
        self._taker = WindowTaker(merged([*self._plan(head), *always], size))
        self._taker.take(0, memoryview(head))
        self._place = len(head)

    def _ask_again(self, taker: "WindowTaker") -> None:
        """Ask for more where only the tail is still to come."""
        tail = max(self._size - TAIL, 0)
        if self._attempts >= ATTEMPTS or self._place > tail or taker.stop_before(tail):
            return
        self._attempts += 1
        asked = [_after(window, self._place) for window in self._more(joined(taker.pieces))]
        wishes = [window for window in asked if window.length > 0]
        if wishes:
            taker.replace_rest(merged([*wishes, Window(tail, self._size - tail)], self._size))
        else:
            self._attempts = ATTEMPTS

    def finish(self) -> None:
        """Hand over; called when nothing is left."""
        self._done(joined(self._taker.pieces) if self._taker else [])


def _after(window: Window, place: int) -> Window:
    """Return the part of a window that lies at or after `place`."""
    start = max(window.offset, place)
    return Window(start, window.offset + window.length - start)


def joined(pieces: Pieces) -> Pieces:
    """Return the pieces, those that touch put together."""
    result: Pieces = []
    run: list[bytes | memoryview] = []
    begin = end = 0
    for offset, data in pieces:
        if run and offset != end:
            result.append((begin, run[0] if len(run) == 1 else b"".join(run)))
            run = []
        if not run:
            begin = offset
        run.append(data)
        end = offset + len(data)
    if run:
        result.append((begin, run[0] if len(run) == 1 else b"".join(run)))
    return result


class WindowTaker:
    """Copies windows, sorted and apart from one another, out of a stream that is shown piece by piece."""

    __slots__ = ("_at", "_windows", "pieces")

    def __init__(self, windows: list[Window]) -> None:
        self._windows = windows
        self._at = 0
        self.pieces: Pieces = []

    @property
    def is_done(self) -> bool:
        """Whether every window has been copied."""
        return self._at >= len(self._windows)

    def stop_before(self, tail: int) -> int:
        """Return where the last window that begins before `tail` ends; 0 where there is none to be copied."""
        waiting = [window for window in self._windows[self._at :] if window.offset < tail]
        return waiting[-1].offset + waiting[-1].length if waiting else 0

    def replace_rest(self, windows: list[Window]) -> None:
        """Take these instead of the windows that have not begun."""
        self._windows[self._at :] = windows

    def take(self, place: int, data: memoryview) -> None:
        """Copy what of `data`, which stands at `place`, lies in the windows."""
        end = place + len(data)
        while self._at < len(self._windows):
            window = self._windows[self._at]
            stop = window.offset + window.length
            if window.offset >= end:
                return
            start = max(window.offset, place)
            if start == window.offset:
                self.pieces.append((start, memoryview(bytearray(window.length))))
            part = data[start - place : stop - place]
            kept, at = self.pieces[-1][1], start - window.offset
            kept[at : at + len(part)] = part  # type: ignore[index]  # a view of a bytearray of ours
            if stop > end:
                return
            self._at += 1


def merged(windows: Iterable[Window], size: int) -> list[Window]:
    """Return the windows as far as they lie in a file of `size` bytes, sorted, joined where they touch."""
    result: list[Window] = []
    for window in sorted(windows):
        start, stop = max(window.offset, 0), min(window.offset + window.length, size)
        if start >= stop:
            continue
        if result and start <= result[-1].offset + result[-1].length:
            last = result[-1]
            result[-1] = Window(last.offset, max(stop, last.offset + last.length) - last.offset)
        else:
            result.append(Window(start, stop - start))
    return result
