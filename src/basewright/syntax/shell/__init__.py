"""Shell text: the one place that extracts commands from it (RUN bodies, shell forms, Compose commands, scripts)."""

from basewright.syntax.shell.commands import parse_shell
from basewright.syntax.shell.plain import is_plain_command
from basewright.syntax.shell.shebang import read_shebang

__all__ = ["is_plain_command", "parse_shell", "read_shebang"]
