"""A real Debian root file system, made once and kept for the tests of one run.

It has what an oracle can be asked about: a diversion of dash and a local one, alternatives, a package on hold, one of
which only the configuration is left, documents that were removed.
"""

import fcntl
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

SUITE = "bookworm"
_TOOLS = ("mmdebstrap", "dpkg-query", "tar")
_HOOKS = (
    'chroot "$1" sh -c "echo bash hold | dpkg --set-selections"',
    'chroot "$1" dpkg-divert --local --rename --add /usr/bin/yes',
    'chroot "$1" dpkg --remove netbase',
    'rm -r "$1/usr/share/doc/bash"',
)
_PACKAGES = "netbase,python3-minimal"


def why_not() -> str:
    """Return why no such root can be made here, empty where it can."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    return "" if os.geteuid() == 0 else "only root can make a root file system"


@functools.cache
def debian_root() -> tuple[Path, Path]:
    """Return (archive, the same as a directory); skip the test where none can be made."""
    if reason := why_not():
        pytest.skip(reason)
    home = Path(tempfile.gettempdir()) / f"basewright-tests-{os.geteuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid-{os.getpid()}")
    archive, root = home / f"debian-{session}.tar", home / f"debian-{session}"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            _remove_old(home)
            _make(archive, root)
    return archive, root


def _make(archive: Path, root: Path) -> None:
    hooks = [f"--customize-hook={hook}" for hook in _HOOKS]
    made = run(
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={_PACKAGES}", *hooks, SUITE, str(archive)],
        timeout=400,
    )
    if made.returncode:
        archive.unlink(missing_ok=True)
        pytest.skip(f"mmdebstrap could not make a root file system: {made.stderr[-300:]}")
    unpacked = root.with_suffix(".part")
    unpacked.mkdir()
    run(["tar", "-xf", str(archive), "-C", str(unpacked), "--exclude=./dev/*"], check=True)
    unpacked.rename(root)


def _remove_old(home: Path) -> None:
    """Remove what earlier runs left."""
    for old in home.glob("debian-*"):
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)


def run(command: Sequence[str], *, check: bool = False, timeout: int = 60) -> subprocess.CompletedProcess[str]:
    """Run a tool of the machine and return what it said."""
    return subprocess.run(
        command, capture_output=True, text=True, errors="surrogateescape", timeout=timeout, check=check
    )
