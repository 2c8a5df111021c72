"""Where the program starts; ``--version`` is answered before any library is imported."""

import sys

from basewright import __version__


def main() -> None:
    """Run the command line on the process's arguments and exit with its code."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        sys.stdout.write(f"basewright {__version__}\n")
        return
    from basewright.cli import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
