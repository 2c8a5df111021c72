"""The image that `make demo` inspects: made without root and network, of what the machine has."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from inspect_runs import Runs, check_document
from packaged_images import DEBIAN, stanza
from project_files import ROOT

pytestmark = pytest.mark.integration


def made(runs: Runs, root: Path) -> subprocess.CompletedProcess[str]:
    """Run the tool on the machine at `root`."""
    tool = [sys.executable, str(ROOT / "tools" / "make_demo_image.py"), "image", "--root", str(root)]
    return subprocess.run(
        tool, cwd=runs.folder, env=runs.environment(), capture_output=True, text=True, timeout=120, check=False
    )


def inspected(runs: Runs) -> Any:
    ran = runs.inspect("oci-dir:image", "--format", "json")
    assert ran.code == 0, ran.err
    check_document(ran.out)
    return ran.document


def test_where_no_distribution_is_found_python_and_its_packages_make_the_image(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    (tmp_path / "machine").mkdir()
    assert made(runs, tmp_path / "machine").returncode == 0
    found = inspected(runs)

    packages = {(one["type"], one["name"]) for one in found["packages"]}
    assert {("generic", "python"), ("pypi", "typer"), ("pypi", "msgspec")} <= packages
    assert found["os"] is None
    steps = {one["path"]: one["layers"] for one in found["efficiency"]["paths"]}
    assert steps["root/.cache/pip/http/of-the-build"] == [1, 3]
    assert steps["srv/shop/compose.yaml"] == [2, 3]


def test_a_debians_required_packages_come_first_and_nothing_private(tmp_path: Path) -> None:
    machine, runs = tmp_path / "machine", Runs(tmp_path)
    status = [
        stanza("bash", Priority="required", Depends="libc6 (>= 2.36), nowhere | none"),
        stanza("libc6", Priority="optional"),
        stanza("editor", Priority="optional"),
    ]
    listed = (".", "bin/bash", "etc/secret.conf", "usr/share/doc/bash/copyright", "usr/bin/closed", "usr/gone")
    files = {
        "var/lib/dpkg/status": "\n".join(status),
        "var/lib/dpkg/info/bash.list": "".join(f"/{one}\n" for one in listed),
        "var/lib/dpkg/info/libc6:amd64.list": "/usr/lib/libc.so.6\n",
        "var/lib/dpkg/info/editor.list": "/usr/bin/editor\n",
        "usr/lib/os-release": DEBIAN,
        **dict.fromkeys(
            ("usr/bin/bash", "usr/bin/closed", "usr/bin/editor", "usr/lib/libc.so.6", "etc/secret.conf"), "x"
        ),
        "usr/share/doc/bash/copyright": "License: GPL-3+\n",
    }
    for name, text in files.items():
        (machine / name).parent.mkdir(parents=True, exist_ok=True)
        (machine / name).write_text(text)
    (machine / "bin").symlink_to("usr/bin")
    (machine / "etc/os-release").symlink_to("../usr/lib/os-release")
    (machine / "usr/bin/closed").chmod(0o600)
    assert made(runs, machine).returncode == 0

    assert _first_layer(runs) == {
        "bin", "etc/os-release", "etc/passwd", "usr/bin/bash", "usr/lib/libc.so.6", "usr/share/doc/bash/copyright",
        "var/lib/dpkg/status", "var/lib/dpkg/info/bash.list", "var/lib/dpkg/info/libc6:amd64.list",
    }  # fmt: skip
    found = inspected(runs)
    assert found["os"]["id"] == "debian"
    assert {one["name"] for one in found["packages"] if one["type"] == "deb"} == {"bash", "libc6"}


def _first_layer(runs: Runs) -> set[str]:
    index = json.loads((runs.folder / "image/index.json").read_bytes())
    blobs = runs.folder / "image/blobs/sha256"
    manifest = json.loads((blobs / index["manifests"][0]["digest"][7:]).read_bytes())
    with tarfile.open(blobs / manifest["layers"][0]["digest"][7:]) as archive:
        return set(archive.getnames())


def test_what_is_no_image_is_not_overwritten(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    (tmp_path / "image").mkdir()
    (tmp_path / "image/precious").write_text("x")

    done = made(runs, tmp_path)
    assert done.returncode == 1
    assert "nothing is written" in done.stderr
    assert [one.name for one in (tmp_path / "image").iterdir()] == ["precious"]
