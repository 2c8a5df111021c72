"""`basewright inspect` on images that mean harm: survived, in bounded memory and time, and told as incomplete."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hostile_images as hostile
import images
import pytest
from hostile_image_runs import BASE, SECONDS, Inspected, inspect
from images import BuiltLayer, File, Link

pytestmark = [pytest.mark.integration, pytest.mark.timeout(SECONDS * 3)]

MIB = 1 << 20
ALL = ("table", "markdown", "html", "cyclonedx", "spdx")


@dataclass(frozen=True, slots=True)
class Attack:
    """Layers above a small system, and what must be said of them."""

    layers: Callable[[], Sequence[BuiltLayer | images.Files]]
    told: tuple[str, ...] = ()
    """Parts of unknowns; none where the whole image is read all the same."""
    memory: int = BASE
    """Bytes at most."""
    seconds: int = 15
    """Of the processor, at most."""


ATTACKS = {
    "bombs of gzip, twice": Attack(
        lambda: [*[hostile.gzip_bomb(80 * MIB)] * 2, hostile.empty_members(200_000), hostile.many_members(200_000)],
        ("it unpacks to more than 1000 times its size", "too many gzip members"),
    ),
    "bombs of zstd": Attack(
        lambda: [hostile.zstd_bomb(512), hostile.zstd_window(21), hostile.skippable_frames(200_000)],
        ("it unpacks to more than 1000 times", "a larger window than is allowed", "too many zstd members"),
    ),
    "a million entries": Attack(lambda: [hostile.empty_entries(8_000, 125)], memory=640 * MIB, seconds=45),
    "names and headers beyond every length": Attack(
        lambda: [
            hostile.deep_directory(100_000),
            hostile.deeper_and_deeper(1000),
            hostile.long_names(65_536),
            hostile.long_pax_header(50 * MIB),
        ],
        (
            "d/d/d/d/d/d/d/d/d/d/",
            "its path has more than 4096 bytes",
            "it lies more than 128 directories deep",
            "more things are wrong with the archive",
            "link: a link to nothing below the image's root, or with too long a target",
            "an extended header of 52428818 bytes, more than the limit",
        ),
    ),
    "maps of holes without end": Attack(
        lambda: [hostile.sparse_maps()],
        ("huge: it is stored with holes and too large", "package.json: it is stored with holes", "a sparse map beyond"),
    ),
    "names that lead out of the root": Attack(
        lambda: [hostile.escapes()],
        tuple(f"{name}: its path leaves the image's root; it was left out" for name in hostile.ESCAPES),
    ),
    "circles, removal marks, devices and doubles": Attack(
        hostile.odd_tree,
        (
            ".wh.: layer 3: a whiteout that names no file",
            ".wh..: layer 3: a whiteout",
            ".wh...: layer 3: a whiteout",
            "a/below: layer 3: its folder leads in a circle of links",
            "self/below: layer 3: its folder leads in a circle",
            "chain/0/through: layer 3: its folder leads in a circle",
            "hard-outside: ",
            "hard-nothing: layer 2: a hard link to",
            "folder: layer 3: 'folder' is a file, and the layer puts files below it",
        ),
    ),
    "attributes": Attack(
        lambda: [hostile.attributes()], ("huge: its attribute 'user.huge' has 500000 bytes, more than is kept",)
    ),
    "archives that break off or lie": Attack(
        lambda: [hostile.damaged(cut) for cut in hostile.DAMAGES],
        (
            "the archive ends inside a header",
            "second: the archive ends inside its content",
            "its checksum is wrong; what follows was not read",
            "a header whose size is no number or below zero",
            "third: the archive ends inside its content",
            "bytes follow the end of the archive",
            "at byte 0 stands no header",
        ),
    ),
    "jars in jars and bombs of them": Attack(
        lambda: [images.layer(hostile.jars_in_jars(1000))],
        ("app/bomb.jar: more than 10000 archives in one file", "nested more than", "more than the 4194304 that"),
    ),
    "package databases of a hundred megabytes": Attack(
        lambda: [
            hostile.sized("var/lib/dpkg/status", 110 * MIB, b"Package: a"),
            hostile.sized("usr/lib/dpkg/status", 40 * MIB, b"Version: 1\n\n"),
            hostile.sized("usr/lib/apk/db/installed", 60 * MIB, b"C:x\nV:1\n\n"),
        ],
        (
            "var/lib/dpkg/status: 115343360 bytes, of which only the first 67108864 were read",
            "usr/lib/dpkg/status: it describes no package",
            "usr/lib/apk/db/installed: no record of a package in apk's database",
        ),
        memory=512 * MIB,
    ),
    "small files that are large": Attack(
        lambda: [
            hostile.sized("etc/os-release", 10 * MIB, b'ID="$(reboot)`x`;|&"\n'),
            hostile.sized("etc/passwd", 60 * MIB, b"root::0:0:root:/root:/bin/sh\n"),
            hostile.sized("etc/group", 60 * MIB, b"root:x:0:a,b,c,"),
            {
                "srv/node_modules/a/package.json": hostile.deep_json(100_000),
                "srv/composer/installed.json": hostile.deep_json(100_000),
                "srv/app.deps.json": hostile.deep_json(100_000),
            },
        ],
        (
            "etc/os-release: 10485760 bytes, of which only the first 65536 were read",
            "ID is no identifier",
            "etc/passwd: 62914560 bytes, of which only the first 1048576",
            "etc/group: 62914560 bytes",
            "srv/node_modules/a/package.json",
            "srv/composer/installed.json",
            "srv/app.deps.json",
        ),
    ),
    "databases of rpm and programs that are damaged": Attack(
        lambda: [
            hostile.damaged_rpm_databases(),
            {f"usr/lib/{at}.so": File(data, 0o755) for at, data in enumerate(hostile.lying_objects())},
        ],
        ("rpmdb.sqlite", "Packages.db", "rpm/Packages", "usr/lib/0.so", "usr/lib/1.so", "usr/lib/2.so"),
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_survived_bounded_and_told(name: str, tmp_path: Path) -> None:
    attack = ATTACKS[name]
    ran = inspect(tmp_path, hostile.layout(tmp_path, *attack.layers()))

    assert ran.code == 0, ran.err
    for told in attack.told:
        assert any(told in one for one in ran.unknowns), (told, ran.unknowns)
    assert ran.document["incomplete"] is bool(attack.told)
    assert len(ran.unknowns) < 2_000
    assert ran.peak < attack.memory, f"{ran.peak // MIB} MiB"
    assert ran.seconds < attack.seconds


def test_names_that_only_look_as_if_they_led_out_stay_files(tmp_path: Path) -> None:
    ran = inspect(tmp_path, hostile.layout(tmp_path, hostile.escapes()))

    assert ran.document["image"]["files"] == len(hostile.SYSTEM) + len(hostile.HARMLESS)
    assert not (tmp_path.parent / "up").exists()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    lower = images.layer([("out", Link(str(aim))), ("up", Link("../../../../../../../../" + str(aim)))])
    inspect(tmp_path, hostile.layout(tmp_path, lower, {"out": "x"}, {"out/file": "x", "up/file": "x"}))

    assert not aim.exists()


def test_a_page_of_very_many_packages_stays_a_page(tmp_path: Path) -> None:
    stanza = b"Package: a\nStatus: install ok installed\nVersion: 1\n\n"
    image = hostile.layout(tmp_path, hostile.sized("var/lib/dpkg/status", MIB // 2, stanza))

    ran = inspect(tmp_path, image, also=("table", "html", "markdown"))

    assert len(ran.document["packages"]) > 9_000
    assert ran.seconds < 30
    assert max(map(len, ran.written.values())) < 2 * MIB


# What is claimed of the image.


@pytest.mark.parametrize(
    ("user", "rule"),
    [
        ("4294967296", "user-id-out-of-range"),
        ("0:99999999999999999999", "user-id-out-of-range"),
        ("9" * 5000, "unknown-user"),
    ],
)
def test_a_user_beyond_every_number_is_told(user: str, rule: str, tmp_path: Path) -> None:
    ran = inspect(tmp_path, hostile.layout(tmp_path, config={"User": user}))

    assert {one["id"]: one["severity"] for one in ran.document["hardening"]}[rule] == "error"


def test_a_deleted_package_database_is_told(tmp_path: Path) -> None:
    ran = inspect(tmp_path, hostile.layout(tmp_path, {"lib/apk/db/.wh.installed": ""}))

    assert any("no package database of apk" in one for one in ran.unknowns), ran.unknowns
    assert ran.document["packages"] == []


def test_a_renamed_os_release_is_told_or_guessed(tmp_path: Path) -> None:
    ran = inspect(tmp_path, hostile.layout(tmp_path, {"etc/.wh.os-release": "", "etc/os-release.bak": "ID=none\n"}))

    assert ran.document["incomplete"] is True
    assert ran.document["os"]["is_guess"] is True


def test_programs_that_nothing_explains_are_named(tmp_path: Path) -> None:
    program = Path(os.path.realpath("/bin/true")).read_bytes()
    packed = program.replace(b"\0" * 16, b"UPX!" + b"\0" * 12, 1)
    built = images.image([{"app": File(program, 0o755), "packed": File(packed, 0o755)}])
    ran = inspect(tmp_path, f"oci-dir:{images.write_oci_layout(tmp_path / 'scratch', built)}")

    assert any("no package explains this" in one for one in ran.unknowns), ran.unknowns
    assert ran.document["coverage"]["unexplained_executables"] == ["app", "packed"]


def test_what_an_sbom_claims_explains_nothing_and_clears_nothing(tmp_path: Path) -> None:
    ran = inspect(tmp_path, hostile.layout(tmp_path, hostile.poisoned_sbom()), also=("cyclonedx", "spdx"))

    assert [one["name"] for one in ran.document["packages"]] == ["musl"]
    assert any("deep.cdx.json" in one for one in ran.unknowns)
    assert b"not_affected" not in ran.everything
    assert "left-pad" not in {one["name"] for one in json.loads(ran.written["cyclonedx"]).get("components", ())}
    assert "left-pad" not in {one["name"] for one in json.loads(ran.written["spdx"])["packages"]}


# Whoever reads the report.


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Inspected:
    around = tmp_path_factory.mktemp("attacked")
    image = images.write_oci_layout(around / "image", hostile.attacking())
    return inspect(around, f"oci-dir:{image}", "--verbose", also=ALL)


def test_no_text_of_an_image_steers_whoever_reads_of_it(attacked: Inspected) -> None:
    assert attacked.code == 0  # the run itself held every document to what its reader obeys
    assert set(attacked.written) == set(ALL)
    assert attacked.peak < BASE


def test_hostile_texts_stand_unchanged_in_json(attacked: Inspected) -> None:
    names = {one["name"] for one in attacked.document["packages"]}
    assert "a|b`c``d` | @someone #123 GH-4 ![x](http://evil.example/p.png)" in " ".join(names)
    assert attacked.document["image"]["config"]["user"].startswith("\x1b[2J")


def test_no_credential_of_a_configuration_is_shown_in_any_format(attacked: Inspected) -> None:
    for secret in hostile.SECRETS:
        assert secret.encode() not in attacked.everything, secret


def test_two_hostile_images_side_by_side_steer_nobody(tmp_path: Path) -> None:
    old = images.write_oci_layout(tmp_path / "old", images.image([hostile.SYSTEM]))
    new = images.write_oci_layout(tmp_path / "new", hostile.attacking())

    there = inspect(tmp_path, f"oci-dir:{new}", "--against", f"oci-dir:{old}", also=("table", "markdown", "html"))
    back = inspect(tmp_path, f"oci-dir:{old}", "--against", f"oci-dir:{new}", also=("table", "markdown", "html"))

    for ran in (there, back):
        assert ran.code == 0
        assert not any(secret.encode() in ran.everything for secret in hostile.SECRETS)


def test_two_runs_tell_the_same_of_a_hostile_image(tmp_path: Path) -> None:
    again = inspect(tmp_path, hostile.layout(tmp_path, *hostile.odd_tree()))
    once_more = inspect(tmp_path, f"oci-dir:{tmp_path / 'image'}")  # this one knows the layers

    assert again.document["unknowns"] == once_more.document["unknowns"]
    assert again.document["image"]["files"] == once_more.document["image"]["files"]


# Layouts and manifests.


def _layout(folder: Path, built: images.BuiltImage | None = None) -> tuple[Path, images.BuiltImage]:
    built = built or images.image([hostile.SYSTEM])
    return images.write_oci_layout(folder / "image", built), built


def _blob(place: Path, digest: str) -> Path:
    return place / "blobs" / digest.replace(":", "/")


@pytest.mark.parametrize(
    ("which", "kind"),
    [
        ("manifest", "a link"),
        ("config", "a FIFO"),
        ("layer", "a link"),
        ("layer", "a FIFO"),
        ("layer", "nothing"),
        ("layer", "other bytes"),
    ],
)
def test_a_blob_that_is_none_is_refused_at_once(which: str, kind: str, tmp_path: Path) -> None:
    place, built = _layout(tmp_path)
    digest = {"manifest": built.digest, "config": images.sha256(built.config), "layer": built.layers[0].digest}[which]
    blob = _blob(place, digest)
    content = blob.read_bytes()
    blob.unlink()
    outside = tmp_path / "outside"
    outside.write_bytes(content)
    if kind == "a link":
        blob.symlink_to(outside)
    elif kind == "a FIFO":
        os.mkfifo(blob)
    elif kind == "a folder":
        blob.mkdir()
    elif kind == "other bytes":
        blob.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    ran = inspect(tmp_path, f"oci-dir:{place}")
    assert ran.code == (5 if kind == "other bytes" else 2), ran.err
    assert ran.seconds < 5


_ZEROS = "sha256:" + "0" * 64
MANIFESTS: dict[str, tuple[Any, int]] = {
    "layers and manifests at once": ({"manifests": []}, 2),
    "100,000 layers": ({"layers": [{"mediaType": hostile.GZIP, "digest": _ZEROS, "size": 1}] * 100_000}, 3),
    "a size of 2 ** 63": ({"layers": [{"mediaType": hostile.GZIP, "digest": _ZEROS, "size": 2**63}]}, 2),
    "a digest that is a path": ({"layers": [{"mediaType": hostile.GZIP, "digest": "sha256:../../x", "size": 1}]}, 2),
    "levels upon levels": ({"x": json.loads("[" * 900 + "]" * 900)}, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_cannot_be_meant_is_refused(name: str, tmp_path: Path) -> None:
    fields, code = MANIFESTS[name]
    place, _ = _layout(tmp_path, images.image([hostile.SYSTEM], manifest=fields))

    ran = inspect(tmp_path, f"oci-dir:{place}")
    assert ran.code == code, ran.err
    assert ran.peak < BASE


def test_an_index_inside_itself_is_refused_or_ends(tmp_path: Path) -> None:
    inner = images.index([images.image([hostile.SYSTEM])])
    for _ in range(8):
        inner = images.index([inner])

    ran = inspect(tmp_path, f"oci-dir:{images.write_oci_layout(tmp_path / 'image', inner)}")
    assert ran.code in {2, 3}, ran.err


def test_a_configuration_that_counts_other_layers_is_told(tmp_path: Path) -> None:
    fields = {"rootfs": {"type": "layers", "diff_ids": []}}
    place, _ = _layout(tmp_path, images.image([hostile.SYSTEM], top=fields))

    ran = inspect(tmp_path, f"oci-dir:{place}")
    assert ran.code == 0, ran.err
    assert ran.document["incomplete"] is True
