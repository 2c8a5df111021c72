"""Progress is shown only after a second, and only where it is wanted."""

import io
import time

import pytest

from basewright.ports import progress as progress_module
from basewright.ports.progress import progress_on
from basewright.ports.terminal import Terminal


class Clock:
    """Stands for the monotonic clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress_module, "time", clock)
    return clock


def a_terminal() -> Terminal:
    return Terminal(io.StringIO(), io.StringIO(), {})


def said(terminal: Terminal) -> str:
    assert isinstance(terminal.err, io.StringIO)
    return terminal.err.getvalue()


def test_the_first_second_is_silent(clock: Clock) -> None:
    terminal = a_terminal()
    with progress_on(terminal, is_wanted=True) as progress:
        progress("one")
        clock.now = 0.9
        progress("two")

    assert said(terminal) == ""


def test_plain_lines_come_at_most_once_a_second(clock: Clock) -> None:
    terminal = a_terminal()
    with progress_on(terminal, is_wanted=True) as progress:
        for tenth in range(30):
            clock.now = tenth / 10
            progress(f"step {tenth}")

    assert said(terminal) == "basewright: step 10\nbasewright: step 20\n"


def test_nothing_is_said_where_it_is_not_wanted(clock: Clock) -> None:
    for is_wanted, is_quiet in ((False, False), (True, True)):
        terminal = a_terminal()
        terminal.is_quiet = is_quiet
        with progress_on(terminal, is_wanted=is_wanted) as progress:
            clock.now += 5
            progress("step")
        assert said(terminal) == ""


def test_a_terminal_gets_one_changing_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(progress_module, "PATIENCE", 0.01)
    terminal = Terminal(io.StringIO(), Screen(), {"TERM": "xterm"})
    with progress_on(terminal, is_wanted=True) as progress:
        progress("reading [bold]\x1b[31m")
        for _ in range(200):
            if said(terminal):
                break
            time.sleep(0.02)

    assert "reading [bold]\\x1b[31m" in said(terminal)
    assert said(terminal).endswith("\x1b[2K")
