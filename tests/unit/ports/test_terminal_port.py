"""The terminal: data on stdout, talk on stderr, colour and encodings."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from basewright.ports.terminal import ColorWish, Terminal, printable


class Screen(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding)

    def isatty(self) -> bool:
        return True


def terminal(out: io.TextIOWrapper | None = None, **environment: str) -> Terminal:
    return Terminal(out or io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO(), environment)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain text\nand\ttabs", "plain text\nand\ttabs"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\r\x9b2J\x7f", "\\r\\x9b2J\\x7f"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("caf\u00e9 \u2713", "caf\u00e9 \u2713"),
        ("lone \ud800 half", "lone \\ud800 half"),
    ],
)
def test_nothing_that_steers_a_terminal_passes(text: str, safe: str) -> None:
    assert printable(text) == safe


def test_talk_is_escaped() -> None:
    screen = terminal()
    screen.tell("evil \x1b]0;title\x07")

    assert screen.err.getvalue() == "evil \\x1b]0;title\\x07\n"  # type: ignore[attr-defined]  # StringIO


def test_talk_that_the_encoding_cannot_say_becomes_an_escape() -> None:
    raw = io.BytesIO()
    err = io.TextIOWrapper(raw, "ascii")
    Terminal(io.StringIO(), err, {}).tell("caf\u00e9")

    assert raw.getvalue() == b"caf\\xe9\n"


@pytest.mark.parametrize(
    ("environment", "wish", "is_terminal", "colored"),
    [
        ({}, ColorWish.AUTO, True, True),
        ({}, ColorWish.AUTO, False, False),
        ({"NO_COLOR": "1"}, ColorWish.AUTO, True, False),
        ({"NO_COLOR": ""}, ColorWish.AUTO, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, ColorWish.AUTO, True, False),
        ({"FORCE_COLOR": "1"}, ColorWish.AUTO, False, True),
        ({"FORCE_COLOR": "0"}, ColorWish.AUTO, False, False),
        ({"TERM": "dumb"}, ColorWish.AUTO, True, False),
        ({"NO_COLOR": "1"}, ColorWish.ALWAYS, False, True),
        ({"FORCE_COLOR": "1"}, ColorWish.NEVER, True, False),
    ],
)
def test_colour_follows_the_option_then_the_environment_then_the_terminal(
    environment: dict[str, str], wish: ColorWish, is_terminal: bool, colored: bool
) -> None:
    screen = terminal(Screen() if is_terminal else None, **environment)
    screen.color_wish = wish

    assert screen.is_colored is colored


@pytest.mark.parametrize(
    ("encoding", "is_ascii"), [("utf-8", False), ("UTF8", False), ("ascii", True), ("latin-1", True)]
)
def test_only_a_unicode_stdout_gets_more_than_ascii(encoding: str, is_ascii: bool) -> None:
    assert terminal(Screen(encoding)).is_ascii is is_ascii


def test_text_for_an_ascii_stdout_is_escaped() -> None:
    out = Screen("latin-1")
    terminal(out).write_text("caf\u00e9\n")

    assert out.bytes.getvalue() == b"caf\\xe9\n"


def test_a_pipe_gets_a_hundred_columns() -> None:
    assert terminal().width == 100


def test_a_reader_that_goes_away_is_no_error() -> None:
    script = (
        "import os, sys\n"
        "from basewright.ports.terminal import Terminal\n"
        "screen = Terminal.of_this_process()\n"
        "for _ in range(50): screen.write(b'x' * 65536)\n"
        "sys.exit(7)\n"
    )
    read, write = os.pipe()
    process = subprocess.Popen([sys.executable, "-c", script], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    os.read(read, 10)
    os.close(read)
    _, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (7, b"")


def run_with(script: str, redirection: str, folder: Path) -> tuple[int, str]:
    """Run a command line of the program under a shell's redirection."""
    command = f'"{sys.executable}" -m basewright {script} {redirection}'
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("script", ["--version", "config show", "explain refusal"])
def test_a_full_disk_behind_stdout_is_one_clear_error(script: str, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")

    assert run_with(script, "> /dev/full", tmp_path) == (
        2,
        "error: stdout cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "| true"])
def test_a_stream_that_is_closed_is_no_defect(redirection: str, tmp_path: Path) -> None:
    code, err = run_with("config show", redirection, tmp_path)

    assert (code, err) == (0, "")


def test_a_working_directory_that_is_gone_is_one_clear_error(tmp_path: Path) -> None:
    script = f'mkdir gone && cd gone && rmdir ../gone && "{sys.executable}" -m basewright config show'
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-2:] == [
        "error: the working directory cannot be used: No such file or directory",
        "hint: cd to one that exists",
    ]
