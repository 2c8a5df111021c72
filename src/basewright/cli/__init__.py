"""The command line: the composition root. Only here are arguments and the environment read and exit codes decided."""

from basewright.cli.run import run

__all__ = ["run"]
