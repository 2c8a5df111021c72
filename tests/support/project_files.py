"""The project's own files, for the tests that look at the project itself."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MADE = {".venv", ".git", "site", "out", "build", "dist", "__pycache__", ".cache"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return the files of the project: those that git tracks, all but what is made where there is no git."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        found = [ROOT / name.decode() for name in done.stdout.split(b"\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not _MADE & set(path.relative_to(ROOT).parts)]
        found = [path for path in found if not any(part.endswith("_cache") for part in path.parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def sources() -> list[Path]:
    """Return the modules of the package."""
    return sorted((ROOT / "src" / "basewright").rglob("*.py"))
