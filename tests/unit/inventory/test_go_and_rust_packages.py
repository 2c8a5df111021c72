"""Go modules and crates, as programs record them."""

import json
import zlib

import pytest
from elf_objects import Elf, go_header
from layer_facts import Program
from packaged_images import inventory, package

from basewright.model.inventory import Inventory
from basewright.model.package import Evidence

MODULES = """path\texample.org/cmd/tool
mod\texample.org/Tool\t(devel)\t
dep\tgithub.com/BurntSushi/toml\tv1.4.0\th1:x
dep\tgithub.com/old/name/v2\tv2.0.0
=>\tgithub.com/new/name/v2\tv2.0.1\th1:y
dep\tgithub.com/local/thing\tv1.0.0
=>\t../thing\t(devel)\t
"""


def go(modules: str = MODULES, version: str = "go1.22.1") -> Inventory:
    elf = Elf()
    elf.writable = go_header(elf, version, modules)
    elf.writable_section = ".go.buildinfo"
    return inventory({"usr/local/bin/tool": Program(elf.build())})


def test_a_program_holds_its_module_its_dependencies_and_the_standard_library() -> None:
    found = go()

    assert [(one.name, one.version, one.note) for one in found.packages] == [
        ("example.org/Tool", None, ""),
        ("github.com/BurntSushi/toml", "v1.4.0", ""),
        ("github.com/local/thing", None, "replaced by a directory, ../thing"),
        ("github.com/new/name/v2", "v2.0.1", "replaces github.com/old/name/v2"),
        ("stdlib", "1.22.1", ""),
    ]
    assert {one.evidence for one in found.packages} == {Evidence.BINARY}
    assert package(found, "example.org/Tool").files == ("usr/local/bin/tool",)
    assert package(found, "stdlib").files == ()
    assert package(found, "github.com/BurntSushi/toml").purl == "pkg:golang/github.com/burntsushi/toml@v1.4.0"
    assert package(found, "github.com/new/name/v2").purl == "pkg:golang/github.com/new/name/v2@v2.0.1"


def test_a_main_module_takes_its_version_from_the_linkers_flags() -> None:
    flags = 'build\t-ldflags="-s -w -X main.version=1.18.1 -X main.commit=abc"\n'
    found = package(go(MODULES + flags), "example.org/Tool")

    assert (found.version, found.note) == ("v1.18.1", "version set by the linker's flags")


@pytest.mark.parametrize(
    ("flags", "version"),
    [
        ("-X main.version=v1.2.3", "v1.2.3"),
        ("-X=example.org/Tool/internal/build.gitVersion=1.2.3-rc.1+abc", "v1.2.3-rc.1+abc"),
        ("-s -X 'main.Version=1.2.3'", "v1.2.3"),
        ("-X main.goVersion=go1.22 -X main.tag=4.5.6", "v4.5.6"),
        ("-X github.com/other/lib.Version=9.9.9", None),
        ("-X main.commit=1.2.3", None),
        ("-X main.version=dev", None),
    ],
)
def test_only_a_version_of_the_module_itself_is_taken_from_the_flags(flags: str, version: str | None) -> None:
    found = package(go(MODULES + f"build\t-ldflags={json.dumps(flags)}\n"), "example.org/Tool")

    assert found.version == version


def test_a_main_module_takes_its_version_from_the_revision_that_was_built() -> None:
    revision = "build\tvcs.revision=9aabfd2a91e7d3c1\nbuild\tvcs.time=2025-02-05T06:13:48Z\n"
    found = package(go(MODULES + revision), "example.org/Tool")

    assert found.version == "v0.0.0-20250205061348-9aabfd2a91e7"
    assert found.note == "version from the revision that was built"


def test_a_go_from_its_own_tree_has_no_version() -> None:
    found = package(go(version="devel go1.23-abcdef Tue Mar 5"), "stdlib")

    assert (found.version, found.note) == (None, "built with devel go1.23-abcdef Tue Mar 5")


def test_an_experiment_is_not_part_of_the_version() -> None:
    assert package(go(version="go1.21.0 X:boringcrypto"), "stdlib").version == "1.21.0"


def test_a_program_outside_of_a_module_is_named_by_its_path() -> None:
    flags = 'build\t-ldflags="-X main.version=1.1.5+ds1"\n'
    found = go("path\tgithub.com/opencontainers/runc\n" + flags)

    assert [(one.name, one.version, one.note) for one in found.packages] == [
        (
            "github.com/opencontainers/runc",
            "v1.1.5+ds1",
            "built outside of a module; version set by the linker's flags",
        ),
        ("stdlib", "1.22.1", ""),
    ]


def test_a_program_of_single_files_is_the_standard_librarys() -> None:
    found = go("path\tcommand-line-arguments\n")

    assert [one.name for one in found.packages] == ["stdlib"]
    assert found.packages[0].files == ("usr/local/bin/tool",)


def test_crates_of_a_rust_program_are_found_without_those_of_its_build() -> None:
    crates = [
        {"name": "tool", "version": "0.1.0", "source": "local", "root": True},
        {"name": "serde", "version": "1.0.1", "source": "crates.io"},
        {"name": "fork", "version": "2.0.0", "source": "git"},
        {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
    ]
    elf = Elf(sections={".dep-v0": zlib.compress(json.dumps({"packages": crates}).encode())})
    found = inventory({"usr/bin/tool": Program(elf.build())})

    assert [(one.purl, one.files, one.note) for one in found.packages] == [
        ("pkg:cargo/fork@2.0.0", (), "not from crates.io: git"),
        ("pkg:cargo/serde@1.0.1", (), ""),
        ("pkg:cargo/tool@0.1.0", ("usr/bin/tool",), ""),
    ]
