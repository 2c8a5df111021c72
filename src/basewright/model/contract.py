"""The runtime contract of a base: what an application relies on without saying so, and how another base differs."""

from dataclasses import dataclass
from enum import StrEnum

from basewright.model.span import Location


class Aspect(StrEnum):
    """The parts of a contract."""

    USER = "user"
    WORKING_DIRECTORY = "working-directory"
    ENTRYPOINT = "entrypoint"
    COMMAND = "command"
    PORTS = "ports"
    VOLUMES = "volumes"
    DATA_DIRECTORY = "data-directory"
    SHELL = "shell"
    PACKAGE_MANAGER = "package-manager"
    LIBC = "libc"
    LIBC_VERSION = "libc-version"
    CA_CERTIFICATES = "ca-certificates"
    TIME_ZONES = "time-zones"
    LOCALE = "locale"
    STOP_SIGNAL = "stop-signal"
    RUNTIME_VERSION = "runtime-version"
    INTERPRETER_PATH = "interpreter-path"
    ENVIRONMENT = "environment"
    ARCHITECTURES = "architectures"
    TOOLS = "tools"


class Effect(StrEnum):
    """What a difference does to this project."""

    BREAK = "break"
    """It will not work until the touched lines are changed."""
    REVIEW = "review"
    """It may matter; a person (or a test) must look."""
    NONE = "none"
    """Nothing of this project is touched."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect in which a candidate differs from today's base."""

    aspect: Aspect
    old: str | None
    """None: not known."""
    new: str | None
    effect: Effect
    touches: tuple[Location, ...] = ()
    """The lines of this project that it touches."""
    explanation: str = ""
    """What happens, and what to change, in a sentence or two."""
    reference: str = ""
    """Where the trap is documented, where it has a reference."""
