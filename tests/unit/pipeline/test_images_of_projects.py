"""`assess` and `catalog refresh` on images that were read."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import images as built
import pytest

from basewright.catalog import load
from basewright.catalog.overlay import Overlay
from basewright.cli import run
from basewright.image.engine_api import NoSuchImageError
from basewright.image.interface import Image, OpenOptions
from basewright.image.open import Doors, open_images
from basewright.model.assessment import Assessment, ImageRole
from basewright.model.base import Kind, Match
from basewright.model.reference import ImageReference
from basewright.pipeline import AssessRequest, ImageServices, InspectRequest, Services, Surroundings, assess, inspect
from basewright.pipeline.images import image_services
from basewright.pipeline.measuring import measured_base
from basewright.ports.terminal import Terminal

ALPINE = {
    "etc/os-release": b'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\n',
    "etc/passwd": b"root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/app:/sbin/nologin\n",
    "lib/apk/db/installed": b"P:musl\nV:1.2.5-r10\nA:x86_64\no:musl\n\nP:app\nV:1.0-r0\nA:x86_64\no:app\n\n",
    "bin/sh": built.File(b"#!/bin/busybox\n", mode=0o4755),
}


def an_image(**config: Any) -> built.BuiltImage:
    return built.image([built.layer(ALPINE)], **config)


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    return built.write_oci_layout(tmp_path / "app", an_image(config={"User": "app", "Cmd": ["/bin/sh"]}))


def services_of_engine(layout: Path, names: frozenset[str]) -> ImageServices:
    """Return services whose engine has the image of `layout` under each of `names`."""
    real = image_services(Surroundings())

    def opened(text: str, options: OpenOptions) -> tuple[Image, ...]:
        transport, _, name = text.partition(":")
        if transport != "docker":
            return open_images(text, options, Doors(registry=lambda *_: ()))
        if name not in names:
            raise NoSuchImageError(f"no {name}")
        return open_images(f"oci-dir:{layout}", options, Doors(registry=lambda *_: ()))

    return ImageServices(real.clock, opened, real.new_reader, real.end_of_life, real.progress)


def assessed(folder: Path, images: ImageServices, engines: tuple[str, ...] = ("docker",)) -> Assessment:
    ready = Services.of_this_machine()
    services = Services(ready.clock, ready.open_files, ready.progress, images, engines)
    return assess(AssessRequest((str(folder),)), services)


def a_project(folder: Path) -> Path:
    folder.mkdir()
    (folder / "Dockerfile").write_text('FROM registry.example/team/base:7\nCMD ["/app"]\n')
    (folder / "compose.yaml").write_text("services:\n  web:\n    build: .\n    image: team/web:1\n")
    return folder


def test_the_images_that_an_engine_has_are_read(tmp_path: Path, layout: Path) -> None:
    images = services_of_engine(layout, frozenset({"team/web:1", "registry.example/team/base:7"}))
    found = assessed(a_project(tmp_path / "p"), images)

    assert {(one.role, one.packages, one.setuid) for one in found.images.read} == {
        (ImageRole.BASE, 2, 1),
        (ImageRole.BUILT, 2, 1),
    }
    (current,) = [one.recommendation.current for one in found.workloads]
    assert current is not None
    assert (current.match, current.base.family, current.base.user) == (Match.EXACT, "alpine", "app")


def test_an_image_that_no_engine_has_is_told_as_unread(tmp_path: Path, layout: Path) -> None:
    found = assessed(a_project(tmp_path / "p"), services_of_engine(layout, frozenset()))

    assert found.images.read == ()
    assert {one.reference for one in found.images.unread} == {"team/web:1", "registry.example/team/base:7"}
    assert {one.reason for one in found.images.unread} == {"docker has no such image"}


def test_without_an_engine_it_is_said_that_no_image_was_looked_for(tmp_path: Path, layout: Path) -> None:
    found = assessed(a_project(tmp_path / "p"), services_of_engine(layout, frozenset()), ())

    assert "no container engine" in found.images.note


def test_a_measured_base_is_what_the_image_shows(layout: Path) -> None:
    (inspection,) = inspect(InspectRequest(f"oci-dir:{layout}"), image_services(Surroundings()))
    base = measured_base(inspection, ImageReference.parse("team/base:1"))

    assert (base.family, base.kind, base.shell, base.package_manager) == ("alpine", Kind.MINIMAL, True, False)
    assert (base.user, base.uid, base.packages, base.setuid) == ("app", 1000, 2, 1)
    assert base.provenance["size"].date == inspection.created.date()
    assert str(inspection.identity.digest) in base.provenance["size"].source


def test_what_was_measured_goes_before_what_the_catalog_says(layout: Path) -> None:
    (inspection,) = inspect(InspectRequest(f"oci-dir:{layout}"), image_services(Surroundings()))
    known = load()
    reference = ImageReference.parse("alpine:3.22")
    listed = known.recognise(reference)
    assert listed is not None
    overlay = Overlay(known, [measured_base(inspection, reference, listed.base)])
    found = overlay.recognise(reference)

    assert found is not None
    assert (found.base.packages, found.base.user) == (2, "app")
    assert found.base.vendor == listed.base.vendor, "an image does not show its vendor"
    assert any(one.packages == 2 for one in overlay.systems())


def test_refreshing_keeps_the_facts_for_show_and_assess(tmp_path: Path, layout: Path) -> None:
    environment = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def command(*words: str) -> tuple[int, bytes, str]:
        raw, err = io.BytesIO(), io.StringIO()
        out = io.TextIOWrapper(raw, "utf-8")
        code = run(list(words), Terminal(out, err, {"XDG_CONFIG_HOME": "/nowhere", **environment}))
        out.flush()
        return code, raw.getvalue(), err.getvalue()

    assert command("catalog", "refresh", f"oci-dir:{layout}", "--as", "registry.example/team/base:7")[0] == 0
    code, out, _ = command("catalog", "show", "registry.example/team/base:7", "--format", "json")
    shown = json.loads(out)

    assert code == 0
    assert shown["image"]["packages"] == 2
    assert shown["match"] == "exact"
    assert (tmp_path / "data" / "basewright" / "measured.json").stat().st_size < 10_000


def test_a_file_that_is_measured_has_to_be_named(layout: Path) -> None:
    err = io.StringIO()
    code = run(["catalog", "refresh", f"oci-dir:{layout}"], Terminal(io.StringIO(), err, {"XDG_CONFIG_HOME": "/x"}))

    assert code == 2
    assert "--as" in err.getvalue()


def test_a_damaged_file_of_measured_bases_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{}")
    err = io.StringIO()
    words = ["catalog", "show", "alpine:3.22", "--catalog-file", str(tmp_path / "m.json")]
    code = run(words, Terminal(io.StringIO(), err, {"XDG_CONFIG_HOME": "/x"}))

    assert code == 2
    assert "catalog refresh" in err.getvalue()


def test_the_day_of_a_measurement_is_the_day_of_the_inspection(layout: Path) -> None:
    (inspection,) = inspect(InspectRequest(f"oci-dir:{layout}"), image_services(Surroundings()))

    assert inspection.created.tzinfo is dt.UTC
