"""Temporary folders whose path is short and can stand in an image's name: Buildah and Podman ask for both."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def plain_folder() -> Iterator[Path]:
    """Give a new folder for us alone; `tempfile` may put ``-_`` into a name, which no image reference has."""
    folder = Path(tempfile.gettempdir()) / f"bw{uuid.uuid4().hex[:10]}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
