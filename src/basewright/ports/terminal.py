"""The terminal: data on stdout, talk on stderr, and what the two can show."""

import contextlib
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self, TextIO

from basewright.errors import InputError

_NARROWEST = 40
_WIDEST = 160
_WIDTH_OF_A_PIPE = 100
_HARMLESS_CONTROLS = frozenset("\n\t")
_DIRECTION_CONTROLS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))


class ColorWish(StrEnum):
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def printable(text: str) -> str:
    """Return `text` with every character that could steer a terminal or turn its direction written as an escape."""
    return "".join(one if _is_harmless(one) else one.encode("unicode_escape").decode("ascii") for one in text)


def _is_harmless(character: str) -> bool:
    if character in _HARMLESS_CONTROLS:
        return True
    code = ord(character)
    is_control = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000
    return not is_control and character not in _DIRECTION_CONTROLS


@dataclass
class Terminal:
    """The two streams of one run. Data is written whole: a failure before that leaves stdout empty."""

    out: TextIO
    err: TextIO
    environment: Mapping[str, str]
    color_wish: ColorWish = ColorWish.AUTO
    is_quiet: bool = False
    _is_closed: bool = field(default=False, repr=False)

    @classmethod
    def of_this_process(cls) -> Self:
        """Return the terminal on the process's own streams and environment; a closed stream swallows what it gets."""
        return cls(sys.stdout or _nowhere(), sys.stderr or _nowhere(), os.environ)

    @property
    def width(self) -> int:
        """Columns to lay a table out for: the terminal's (COLUMNS wins), 100 where stdout is no terminal."""
        if not self.out.isatty() and not self.environment.get("COLUMNS", "").isdigit():
            return _WIDTH_OF_A_PIPE
        return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDTH_OF_A_PIPE, 24)).columns))

    @property
    def is_colored(self) -> bool:
        """Whether stdout takes colour: the option, then NO_COLOR, FORCE_COLOR (no-color.org), TERM, a terminal."""
        return self._takes_color(self.out)

    @property
    def is_ascii(self) -> bool:
        """Whether stdout's encoding cannot show more than ASCII for certain."""
        return (self.out.encoding or "ascii").lower().replace("_", "-") not in {"utf-8", "utf8", "utf-8-sig", "utf-16"}

    @property
    def shows_progress(self) -> bool:
        """Whether stderr can show a line that changes."""
        return self.err.isatty() and self.environment.get("TERM") != "dumb"

    def write(self, data: bytes) -> None:
        """Write `data` to stdout, or raise InputError; a reader that went away (``| head``) is no error."""
        if self._is_closed:
            return
        try:
            self.out.flush()
            buffer = getattr(self.out, "buffer", None)
            if buffer is None:
                self.out.write(data.decode("utf-8", "replace"))
            else:
                buffer.write(data)
            self.out.flush()
        except BrokenPipeError:
            self._close()
        except OSError as error:
            self._close()
            raise InputError(f"stdout cannot be written: {error.strerror}") from error

    def write_text(self, text: str) -> None:
        """Write `text` to stdout in its encoding; what that cannot say becomes an escape."""
        encoding = "ascii" if self.is_ascii else "utf-8"
        self.write(text.encode(encoding, "backslashreplace"))

    def tell(self, text: str) -> None:
        """Write a line of talk to stderr; control characters come out as escapes."""
        with contextlib.suppress(OSError, ValueError):
            safe = printable(text)
            encoding = self.err.encoding or "ascii"
            self.err.write(safe.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self.err.flush()

    def _takes_color(self, stream: TextIO) -> bool:
        if self.color_wish is not ColorWish.AUTO:
            return self.color_wish is ColorWish.ALWAYS
        if self.environment.get("NO_COLOR"):
            return False
        if self.environment.get("FORCE_COLOR", "0") not in {"", "0"}:
            return True
        return stream.isatty() and self.environment.get("TERM") != "dumb"

    def _close(self) -> None:
        """Send what else comes nowhere, so that the interpreter's flush at exit stays quiet."""
        self._is_closed = True
        with contextlib.suppress(OSError, ValueError), _nowhere() as nowhere:
            os.dup2(nowhere.fileno(), self.out.fileno())


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - lives as long as the process
