"""What a report format is, and what may be asked of it."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from basewright.model.assessment import Assessment


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How to render; nothing here comes from the environment, so the same options give the same bytes."""

    width: int = 100
    """Columns of the terminal; only the table asks for it."""
    color: bool = False
    """Whether the table may use colours and weights (the caller knows of NO_COLOR and of the terminal)."""
    ascii_only: bool = False
    """Whether the table must stay within ASCII."""
    verbose: bool = False
    """Whether the table shows every contract difference and every refusal."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an assessment down.

    To add one, write a module with a function `write` as here, and name it in `basewright.report.ALL`. No other
    file changes. A module is imported when its format is asked for: start-up stays lean.
    """

    name: str
    """As the user writes it after ``--format``."""
    media_type: str
    description: str
    """A few words for the help."""
    module: str
    """The module of this package that holds `write`."""

    def write(self, assessment: "Assessment", options: RenderOptions) -> bytes:
        """Return `assessment` in this format, in UTF-8 with a final newline: the same assessment, the same bytes."""
        written: bytes = import_module(f"basewright.report.{self.module}").write(assessment, options)
        return written
