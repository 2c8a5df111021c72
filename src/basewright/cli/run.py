"""One run of the command line: the one place where errors become text and exit codes."""

import sys
import traceback
from collections.abc import Iterator, Sequence

from basewright import __version__
from basewright.cli.session import Session
from basewright.cli.settings import DEBUG_VARIABLE
from basewright.errors import BasewrightError
from basewright.ports.terminal import Terminal

DEFECT = 70
INTERRUPTED = 130
REPORT_AT = "the issue tracker (CONTRIBUTING.md says what to include)"


def run(arguments: Sequence[str], terminal: Terminal | None = None) -> int:
    """Run the command that `arguments` name and return the exit code (docs/reference/exit-codes.md)."""
    terminal = terminal or Terminal.of_this_process()
    try:
        return _invoke(arguments, Session(terminal, terminal.environment))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BasewrightError as error:
        return _tell([error], terminal)
    except ExceptionGroup as group:
        errors = list(_leaves(group))
        known = [one for one in errors if isinstance(one, BasewrightError)]
        if len(known) == len(errors):
            return _tell(known, terminal)
        return _tell_defect(group, arguments, terminal)
    except Exception as error:  # noqa: BLE001 - whatever is not of our tree is a defect, and is told as one
        return _tell_defect(error, arguments, terminal)


def _invoke(arguments: Sequence[str], session: Session) -> int:
    import typer
    from typer.main import get_command

    from basewright.cli.app import app

    command = get_command(app)
    try:
        code = command.main(args=list(arguments), prog_name="basewright", standalone_mode=False, obj=session)
    except typer.Abort:
        return INTERRUPTED
    except typer.TyperException as error:
        return _tell_usage(error, session.terminal)
    return code if isinstance(code, int) else 0


def _tell_usage(error: Exception, terminal: Terminal) -> int:
    """Say what is wrong with the arguments, and where their help is."""
    message = getattr(error, "format_message", lambda: str(error))()
    context = getattr(error, "ctx", None)
    terminal.tell(f"error: {message}")
    terminal.tell(f"hint: see {getattr(context, 'command_path', 'basewright')} --help")
    code = getattr(error, "exit_code", 2)
    return code if isinstance(code, int) else 2


def _tell(errors: Sequence[BasewrightError], terminal: Terminal) -> int:
    for error in errors:
        terminal.tell(f"error: {error}")
        if error.hint:
            terminal.tell(f"hint: {error.hint}")
    return min(error.exit_code for error in errors)


def _leaves(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for one in group.exceptions:
        if isinstance(one, ExceptionGroup):
            yield from _leaves(one)
        else:
            yield one


def _tell_defect(error: Exception, arguments: Sequence[str], terminal: Terminal) -> int:
    """Say that it is our fault, and where to report it."""
    is_verbose = any(one in {"-v", "--verbose"} for one in arguments) or bool(terminal.environment.get(DEBUG_VARIABLE))
    if is_verbose:
        terminal.tell("".join(traceback.format_exception(error)).rstrip())
    first = (str(error).splitlines() or [""])[0]
    python = ".".join(map(str, sys.version_info[:3]))
    ask = "with what stands above" if is_verbose else "after running it again with -v"
    terminal.tell(
        f"defect: {type(error).__name__}: {first[:200]} (basewright {__version__}, Python {python}); "
        f"please report it on {REPORT_AT}, {ask}"
    )
    return DEFECT
