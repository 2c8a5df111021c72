"""Write the versions of this environment to requirements/constraints.txt: names and versions, nothing of where from.

Only what the project's dependencies and groups lead to is written, so that what somebody installed beside is left out.
"""

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "requirements" / "constraints.txt"
_HEAD = """\
# Versions that the checks last passed with, so that a run tomorrow is the run of today; not what users must have.
# Made from a working environment by tools/write_constraints.py.
"""


def wanted(project: dict[str, Any]) -> Iterator[Requirement]:
    """Yield what the project's file asks for: the program's own dependencies, every group's, and pip itself."""
    yield Requirement("pip")
    for texts in (project["project"]["dependencies"], *project["dependency-groups"].values()):
        yield from map(Requirement, texts)


def versions(requirements: Iterator[Requirement]) -> dict[str, str]:
    """Return the installed version of each of `requirements` and of all that these need here, by name."""
    found: dict[str, str] = {}
    waiting = [(one, "") for one in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add(key)
        installed = _installed(name)
        if installed is None:
            print(f"{name} is not installed: no version of it is written", file=sys.stderr)
            continue
        found[name] = installed.version
        for text in installed.requires or ():
            waiting += [(Requirement(text), one) for one in ("", *requirement.extras)]
    return found


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def main() -> None:
    """Write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = versions(wanted(project))
    FILE.write_text(_HEAD + "".join(f"{name}=={version}\n" for name, version in sorted(found.items())), "utf-8")
    print(f"{len(found)} versions written", file=sys.stderr)


if __name__ == "__main__":
    main()
