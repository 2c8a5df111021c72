"""Reading the configuration that other tools left on this machine: bounded, and silent where there is none."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from basewright.errors import ConfigurationError


def home(environment: Mapping[str, str]) -> Path | None:
    """Return the user's folder; None where the environment names none."""
    named = environment.get("HOME", "")
    return Path(named) if named else None


def read_local(path: Path, limit: int) -> bytes | None:
    """Return the bytes of a regular file; None where nothing stands there or it is not ours to read.

    Raises ConfigurationError where it is special or longer than `limit` bytes.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ConfigurationError(f"{path} is no regular file")
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ConfigurationError(f"{path}: more than the {limit} bytes that are read")
    return data
