"""A project of a few files, discovered."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from basewright.model.workload import Project, Workload
from basewright.ports.files import DirectoryFiles
from basewright.sources import SourceOptions, discover


@pytest.fixture
def discover_files(tmp_path: Path) -> Callable[..., Project]:
    """Write files and discover them; options as keywords."""

    def run(files: Mapping[str, str | bytes], **options: object) -> Project:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return discover(DirectoryFiles(tmp_path), SourceOptions(**options))  # type: ignore[arg-type]  # any option

    return run


@pytest.fixture
def deciding_text(tmp_path: Path) -> Callable[[Workload], str | None]:
    """Return the text that `changed_span` covers in the file on disk."""

    def read(workload: Workload) -> str | None:
        base = workload.base
        if base.changed_span is None:
            return None
        return base.changed_span.of((tmp_path / base.changed_at.file).read_bytes()).decode()

    return read
