"""Write the versions of this environment to requirements/constraints.txt: names and versions, nothing of where from."""

import sys
from importlib.metadata import distributions
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "requirements" / "constraints.txt"
_LEFT_OUT = frozenset({"basewright", "setuptools"})
_HEAD = """\
# Versions that the checks last passed with, so that a run tomorrow is the run of today; not what users must have.
# Made from a working environment by tools/write_constraints.py.
"""


def main() -> None:
    """Write the file."""
    found = {one.name.lower().replace("_", "-"): one.version for one in distributions()}
    lines = [f"{name}=={version}\n" for name, version in sorted(found.items()) if name not in _LEFT_OUT]
    FILE.write_text(_HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(lines)} versions written", file=sys.stderr)


if __name__ == "__main__":
    main()
