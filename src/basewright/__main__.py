"""Where the program starts; ``--version`` is answered before any library is imported."""

import gc
import os
import sys

from basewright import __version__


def main() -> None:
    """Run the command line on the process's arguments and exit with its code."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        sys.exit(_print_version())
    from basewright.cli import run

    # One short run that keeps nearly all it makes: looking for garbage so often costs a sixth of its time.
    gc.set_threshold(200_000, 50, 50)
    # Threads that unpack and hash hold the interpreter for moments only; with the usual five milliseconds they would
    # wait longer for the walk over a layer than they work.
    sys.setswitchinterval(0.0005)
    sys.exit(run(arguments))


def _print_version() -> int:
    """Write past the buffers, so that a stdout which cannot be written fails here and not at the interpreter's end."""
    try:
        os.write(1, f"basewright {__version__}\n".encode())
    except BrokenPipeError:
        return 0
    except OSError as error:
        print(f"error: stdout cannot be written: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    main()
