"""The checked-in data files are what the build script makes of the gathered facts."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCE = ROOT.parent / "shared" / "data" / "catalog"
DATA = ROOT / "src" / "basewright" / "catalog" / "data"


@pytest.mark.shared_data
@pytest.mark.skipif(not SOURCE.is_dir(), reason="the gathered facts are not beside this checkout")
def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "build_catalog.py"), "--from", str(SOURCE), "--to", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)

    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in DATA.iterdir()}
    assert made.keys() == kept.keys()
    for name, content in made.items():
        assert content == kept[name], f"{name} differs: run tools/build_catalog.py"
