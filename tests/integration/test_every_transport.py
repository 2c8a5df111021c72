"""One image through every transport: the same packages, programs, hardening facts and bytes."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import images
import pytest
from images import Directory, File, HardLink, Link
from inspect_runs import Runs, check_document
from packaged_images import DEBIAN, stanza
from plain_folders import plain_folder
from podman_service import podman_service
from real_registries import fill, running

from basewright.pipeline.reference_facts import REFERENCE_RULES

pytestmark = pytest.mark.integration
NAME = "shop/web:1.0"
PROGRAM = Path("/bin/true")
WHEEL = "usr/lib/python3/dist-packages/shop-1.0.dist-info"
BASE = images.layer([
    ("usr", Directory()), ("usr/bin", Directory()), ("bin", Link("usr/bin")),
    ("etc/os-release", DEBIAN), ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
    ("var/lib/dpkg/status", "\n".join([stanza("tools"), stanza("gone")])),
    ("var/lib/dpkg/info/tools.list", "/bin/tool\n/usr/bin/twin\n"), ("var/lib/dpkg/info/gone.list", "/usr/bin/gone\n"),
    ("usr/bin/tool", File(PROGRAM.read_bytes(), 0o4755)), ("usr/bin/gone", File(PROGRAM.read_bytes() + b"1", 0o755)),
    ("tmp", Directory(0o1777)), ("old/a", "1" * 1000), ("old/b", "1" * 1000),
])  # fmt: skip
UPPER = images.layer([
    ("bin/script", File("#!/bin/sh\n", 0o755)), ("usr/bin/.wh.gone", ""), ("var/lib/dpkg/status", stanza("tools")),
    ("var/lib/dpkg/info/.wh.gone.list", ""), ("old", Directory()), ("old/.wh..wh..opq", ""), ("old/new", "2"),
    (f"{WHEEL}/METADATA", "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n"),
    (f"{WHEEL}/RECORD", f"{WHEEL.rpartition('/')[2]}/METADATA,,\n"),
    ("srv/open", File("x", 0o666)), ("srv/mine", File("x", 0o600, 1000, 1000)),
])  # fmt: skip
LAST = images.layer([("srv/first", File(PROGRAM.read_bytes() + b"2", 0o755)), ("srv/second", HardLink("srv/first"))])
APP = images.image([BASE, UPPER, LAST], config={"User": "1000", "Env": ["PATH=/usr/bin"]})
ABOUT_TRANSPORT = {"digest", "media_type", "compressed_bytes", "created_by", "diff_id"}


def inspected(runs: Runs, reference: str, **variables: str) -> dict[str, Any]:
    ran = runs.inspect(reference, "--format", "json", **variables)
    assert ran.code == 0, ran.err
    check_document(ran.out)
    return json.loads(ran.out)  # type: ignore[no-any-return]  # an object, by its schema


def told(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a document tells of the image's content, without how it was found and carried."""
    kept = ("os", "packages", "executables", "hardening", "coverage", "efficiency", "setuid", "unknowns")
    layers = [{key: one[key] for key in one.keys() - ABOUT_TRANSPORT} for one in document["image"]["layers"]]
    whole = {key: document["image"][key] for key in ("bytes", "files")}
    found = {key: document[key] for key in kept} | whole | {"layers": layers}
    found["hardening"] = [one for one in found["hardening"] if one["id"] not in REFERENCE_RULES]
    return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("transports"))


@pytest.fixture(scope="module")
def expected(runs: Runs) -> dict[str, Any]:
    images.write_oci_layout(runs.folder / "layout", {"1.0": APP})
    found = told(inspected(runs, "oci-dir:layout:1.0"))
    assert {(one["type"], one["name"]) for one in found["packages"]} == {("deb", "tools"), ("pypi", "shop")}
    assert {one["path"] for one in found["executables"]} == {"usr/bin/tool", "usr/bin/script", "srv/first"}
    assert found["setuid"] == ["usr/bin/tool"]
    assert found["unknowns"] == []
    return found


@pytest.fixture
def fresh(tmp_path: Path) -> Runs:
    """Runs with a cache of their own, so that each transport reads for itself."""
    return Runs(tmp_path)


def test_an_oci_archive_tells_the_same(fresh: Runs, expected: dict[str, Any]) -> None:
    images.write_oci_archive(fresh.folder / "a.tar", {"1.0": APP})
    assert told(inspected(fresh, "oci-archive:a.tar:1.0")) == expected


@pytest.mark.parametrize("style", ["new", "legacy", "podman", "gzip"])
def test_a_docker_archive_tells_the_same(fresh: Runs, expected: dict[str, Any], style: str) -> None:
    images.write_docker_archive(fresh.folder / "a.tar", {NAME: APP}, style)
    assert told(inspected(fresh, "docker-archive:a.tar")) == expected


def test_a_registry_tells_the_same(fresh: Runs, expected: dict[str, Any]) -> None:
    with running(fresh.folder, fresh.folder / "storage", {}) as registry:
        fill(registry, {NAME: APP}, fresh.folder)
        assert told(inspected(fresh, f"registry:{registry.host}/{NAME}")) == expected


def test_podmans_socket_tells_the_same(fresh: Runs, expected: dict[str, Any]) -> None:
    with podman_service({NAME: APP}) as socket:
        found = inspected(fresh, f"podman:localhost/{NAME}", CONTAINER_HOST=f"unix://{socket}")
    assert told(found) == expected


@pytest.fixture
def unpacked() -> Iterator[Path]:
    """The image as Buildah unpacks it."""
    if shutil.which("buildah") is None or os.getuid() != 0:
        pytest.skip("buildah is not installed, or this is not root: nothing can unpack the image")
    with plain_folder() as folder:
        images.write_oci_layout(folder / "layout", {"1.0": APP})
        buildah = ("buildah", "--root", f"{folder}/root", "--runroot", f"{folder}/run", "--storage-driver", "vfs")
        made = subprocess.run(
            [*buildah, "from", "-q", f"oci:{folder}/layout:1.0"], capture_output=True, text=True, check=True, timeout=60
        )
        mounted = subprocess.run(
            [*buildah, "mount", made.stdout.strip()], capture_output=True, text=True, check=True, timeout=60
        )
        yield Path(mounted.stdout.strip())


def test_the_unpacked_image_tells_the_same_but_for_layers_and_configuration(
    fresh: Runs, expected: dict[str, Any], unpacked: Path
) -> None:
    found = told(inspected(fresh, f"dir:{unpacked}"))

    for key in ("os", "coverage", "bytes", "files", "setuid", "unknowns"):
        assert found[key] == expected[key], key
    for key in ("packages", "executables"):
        assert [without(one, "layer") for one in found[key]] == [without(one, "layer") for one in expected[key]]
    # A folder has no configuration: what is said of its user, labels, history and health check goes.
    config_only = {one["id"] for one in expected["hardening"]} - {one["id"] for one in found["hardening"]}
    by_rule = {one["id"]: one for one in expected["hardening"]}
    for one in found["hardening"]:
        assert without(one, "layer") == without(by_rule[one["id"]], "layer")
    assert config_only == {"built-on", "no-health-check", "publisher", "root-group"}
    # And one layer, in which nothing is wasted.
    assert (found["efficiency"]["wasted_bytes"], len(found["layers"])) == (0, 1)


def without(one: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != key}
