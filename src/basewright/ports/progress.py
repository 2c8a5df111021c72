"""Progress of what takes more than a second: one changing line on a terminal, plain lines elsewhere, both on stderr."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from basewright.ports.terminal import Terminal, printable

PATIENCE = 1.0
"""Seconds without a word; also the least time between two plain lines."""


class Progress(Protocol):
    """Told what is being worked on, in a few words."""

    def __call__(self, what: str) -> None:
        """Take note of `what`."""
        ...


@contextmanager
def progress_on(terminal: Terminal, *, is_wanted: bool) -> Iterator[Progress]:
    """Give the progress of one run; what it shows is gone, or ended by a line feed, when the block ends."""
    if not is_wanted or terminal.is_quiet:
        yield lambda _what: None
    elif terminal.shows_progress:
        yield from _changing_line(terminal)
    else:
        yield _PlainLines(terminal)


class _PlainLines:
    """Says the step at hand at most once a second, and nothing in the first one."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._said_at = time.monotonic()

    def __call__(self, what: str) -> None:
        now = time.monotonic()
        if now - self._said_at >= PATIENCE:
            self._said_at = now
            self._terminal.tell(f"basewright: {what}")


def _changing_line(terminal: Terminal) -> Iterator[Progress]:
    """Show rich's spinner after the first second, from a timer, since a step may take long."""
    line = _ChangingLine(terminal)
    timer = threading.Timer(PATIENCE, line.start)
    timer.daemon = True
    timer.start()
    try:
        yield line
    finally:
        timer.cancel()
        line.stop()


class _ChangingLine:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._what = "working"
        self._lock = threading.Lock()
        self._is_over = False
        self._status: _Status | None = None

    def __call__(self, what: str) -> None:
        with self._lock:
            self._what = printable(what).replace("\n", " ")
            if self._status is not None:
                self._status.update(_escaped(self._what))

    def start(self) -> None:
        from rich.console import Console

        with self._lock:
            if self._is_over:
                return
            console = Console(file=self._terminal.err, force_terminal=True, highlight=False)
            status = console.status(_escaped(self._what))
            status.start()
            self._status = status

    def stop(self) -> None:
        with self._lock:
            self._is_over = True
            if self._status is not None:
                self._status.stop()


class _Status(Protocol):
    def update(self, status: str) -> None: ...

    def stop(self) -> None: ...


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
