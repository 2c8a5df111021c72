"""Every error this package raises, by who can act on it.

BasewrightError
    InputError               what the caller gave us is wrong; fix it and run again
        InvalidReferenceError, InvalidDigestError, InvalidPlatformError
        SyntaxInputError     a file that cannot be parsed, with its line
        ConfigurationError
        InvalidImageError    an image whose documents are not what their format says
    UnsupportedError         well formed, yet outside what we handle
    RemoteError              a registry or feed failed us; retrying may help
    IntegrityError           bytes differ from their digest or signature; never retried
    BuildError               the builder refused our plan

The exit codes are those of the contract (docs/reference/exit-codes.md). A message says what, where and what next;
it never holds a secret.
"""

from typing import ClassVar


class BasewrightError(Exception):
    """Root of the tree: one `except` at the command line catches all of it."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        """What the reader can do next; empty when the message already says it."""


class InputError(BasewrightError):
    """What the caller gave us is wrong."""

    exit_code = 2


class InvalidReferenceError(InputError):
    """A text that is no image reference."""


class InvalidDigestError(InputError):
    """A text that is no content digest."""


class InvalidPlatformError(InputError):
    """A text that is no platform."""


class SyntaxInputError(InputError):
    """A file that cannot be parsed; `line` counts from 1, 0 where no line can be named."""

    def __init__(self, message: str, *, line: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line


class ConfigurationError(InputError):
    """A configuration that cannot be used."""


class InvalidImageError(InputError):
    """An image whose documents (manifest, configuration, archive) are not what their format says."""


class UnsupportedError(BasewrightError):
    """Well formed, but outside what we handle."""

    exit_code = 3


class RemoteError(BasewrightError):
    """A registry, a feed or an engine failed us."""

    exit_code = 4

    def __init__(self, message: str, *, hint: str = "", is_temporary: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_temporary = is_temporary
        """Whether the same request may succeed a moment later."""


class IntegrityError(BasewrightError):
    """Bytes differ from their digest or signature."""

    exit_code = 5


class BuildError(BasewrightError):
    """A build refused the plan."""

    exit_code = 6
