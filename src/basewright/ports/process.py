"""Running a small program: bounded in time and output, never through a shell."""

import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from basewright.errors import BasewrightError

_PIECE: Final = 64 * 1024


class ProgramError(BasewrightError):
    """A program that did not run to its end: missing, too slow, too talkative. The message shows none of its output."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program left. Its representation shows no output: it may hold credentials."""

    status: int
    """Exit status; negative the signal that ended it."""
    output: bytes = field(repr=False)
    complaints: bytes = field(repr=False)
    """Its standard error."""


def find_program(name: str, environment: Mapping[str, str]) -> str | None:
    """Return the path of the program `name` in the absolute folders of ``PATH``; None where there is none."""
    folders = [folder for folder in environment.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder)]  # noqa: PTH117
    return shutil.which(name, path=os.pathsep.join(folders)) if folders else None


def run_program(
    arguments: Sequence[str],
    *,
    given: bytes = b"",
    environment: Mapping[str, str],
    seconds: float = 30.0,
    limit: int = 1024 * 1024,
) -> Finished:
    """Run a program with `given` on its standard input, and return what it left.

    Raises ProgramError where it cannot be started, takes more than `seconds` or writes more than `limit` bytes; it and
    what it started are ended then.
    """
    name = os.path.basename(arguments[0])  # noqa: PTH119
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the caller checked the name
            list(arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise ProgramError(f"{name} cannot be started: {error.strerror}") from error
    with process:
        try:
            output, complaints = _talk(process, given, time.monotonic() + seconds, limit)
            status = process.wait(max(0.1, seconds))
        except (ProgramError, subprocess.TimeoutExpired) as error:
            _end(process)
            if isinstance(error, ProgramError):
                raise ProgramError(f"{name} {error}") from error
            raise ProgramError(f"{name} takes more than {seconds:.0f} seconds") from error
        except BaseException:
            _end(process)
            raise
    return Finished(status, output, complaints)


def _talk(process: "subprocess.Popen[bytes]", given: bytes, deadline: float, limit: int) -> tuple[bytes, bytes]:
    """Write and read until the program closed both of its outputs."""
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    if stdin is None or stdout is None or stderr is None:
        raise ProgramError("has no pipes")
    parts: dict[int, bytearray] = {stdout.fileno(): bytearray(), stderr.fileno(): bytearray()}
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        selector.register(stderr, selectors.EVENT_READ)
        os.set_blocking(stdin.fileno(), False)
        selector.register(stdin, selectors.EVENT_WRITE)
        left = memoryview(given)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise ProgramError("takes too long")
            for key, _ in ready:
                if key.fileobj is stdin:
                    left = _write(stdin.fileno(), left)
                    if not left:
                        selector.unregister(stdin)
                        with suppress(BrokenPipeError):
                            stdin.close()
                    continue
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fileobj)
                parts[key.fd] += piece
                if len(parts[key.fd]) > limit:
                    raise ProgramError(f"writes more than {limit} bytes")
    return bytes(parts[stdout.fileno()]), bytes(parts[stderr.fileno()])


def _write(descriptor: int, left: memoryview) -> memoryview:
    """Return what is left to be written; nothing where the program does not want it."""
    try:
        return left[os.write(descriptor, left[:4096]) :]
    except BrokenPipeError:
        return left[:0]


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
