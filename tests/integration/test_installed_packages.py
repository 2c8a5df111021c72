"""Packages as real installers leave them: this environment's own, and npm's."""

import importlib.metadata
import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from basewright.image.layer_reader import PassReader
from basewright.inventory import ANALYSERS, take_inventory
from basewright.inventory.languages.python_metadata import normalized
from basewright.model.inventory import Inventory

pytestmark = pytest.mark.integration


def read(root: Path) -> Inventory:
    return take_inventory([PassReader(ANALYSERS).read_directory(str(root))], None)


def test_every_distribution_of_this_environment_is_found_with_its_files() -> None:
    site = Path(sysconfig.get_path("purelib"))
    expected = {(normalized(one.name), one.version): one for one in importlib.metadata.distributions(path=[str(site)])}

    found = {
        (one.name, one.version): one
        for one in read(site).packages
        if one.type == "pypi" and one.location.count("/") == 1
    }

    assert found.keys() == expected.keys()
    for key, distribution in expected.items():
        listed = {str(path) for path in distribution.files or () if not str(path).startswith("..")}
        present = {path for path in listed if (site / path).is_file()}
        assert present <= set(found[key].files)


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_packages_that_npm_installed_are_found(tmp_path: Path) -> None:
    for name, version, needs in (("left", "1.2.3", {}), ("@acme/right", "2.0.0-rc.1", {"left": "file:../left"})):
        folder = tmp_path / "sources" / name.rpartition("/")[2]
        folder.mkdir(parents=True)
        manifest = {"name": name, "version": version, "license": "MIT", "dependencies": needs}
        (folder / "package.json").write_text(json.dumps(manifest))
        (folder / "index.js").write_text("module.exports = 1\n")
    root = tmp_path / "root"
    (root / "app").mkdir(parents=True)
    (root / "app" / "package.json").write_text('{"name": "shop", "version": "0.1.0"}')
    npm = ["npm", "--offline", "--no-audit", "--no-fund", "--no-update-notifier", f"--cache={tmp_path}/cache"]
    subprocess.run(
        [*npm, "install", "--install-links", *(str(path) for path in sorted((tmp_path / "sources").iterdir()))],
        cwd=root / "app",
        check=True,
        capture_output=True,
        timeout=100,
    )

    found = {one.name: one for one in read(root).packages}

    assert {name: one.version for name, one in found.items()} == {
        "@acme/right": "2.0.0-rc.1",
        "left": "1.2.3",
        "shop": "0.1.0",
    }
    assert found["left"].files == ("app/node_modules/left/index.js", "app/node_modules/left/package.json")
    assert found["left"].licenses == ("MIT",)
