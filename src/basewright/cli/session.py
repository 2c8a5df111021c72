"""What one run of the command line has at hand; built once, handed to the command as the context's object."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from basewright.errors import InputError
from basewright.ports.terminal import ColorWish, Terminal

if TYPE_CHECKING:
    from basewright.cli.layers import Layers
    from basewright.ports.progress import Progress


@dataclass(frozen=True, slots=True)
class Session:
    """The terminal and the environment of one run."""

    terminal: Terminal
    environment: Mapping[str, str]

    def layers(self, options: Mapping[str, object], start: Path) -> "Layers":
        """Return the settings of this run, and make the terminal follow them."""
        from basewright.cli.layers import resolve

        _check_working_directory()
        layers = resolve(options, self.environment, start)
        self.terminal.is_quiet = layers.settings.is_on("quiet")
        self.terminal.color_wish = ColorWish(layers.settings.text("color") or "auto")
        return layers

    def progress(self, layers: "Layers") -> "AbstractContextManager[Progress]":
        """Return the progress of this run's work."""
        from basewright.ports.progress import progress_on

        return progress_on(self.terminal, is_wanted=layers.settings.is_on("progress"))


def _check_working_directory() -> None:
    """Raise InputError where the working directory was removed: relative paths mean nothing then."""
    try:
        Path.cwd()
    except OSError as error:
        raise InputError(
            f"the working directory cannot be used: {error.strerror}", hint="cd to one that exists"
        ) from error
