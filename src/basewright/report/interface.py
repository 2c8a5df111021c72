"""What a report format is, and what may be asked of it."""

from collections.abc import Callable
from dataclasses import dataclass

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

    To add one, write a module that holds a `Format` and name it in `basewright.report.ALL`. No other file changes.
    """

    name: str
    """As the user writes it after ``--format``."""
    media_type: str
    description: str
    """A few words for the help."""
    write: Callable[[Assessment, RenderOptions], bytes]
    """A function of its arguments alone: the same assessment gives the same bytes, UTF-8, with a final newline."""
