"""Software that no package manager recorded: marks in files, environment, JVMs, and the table itself."""

import json
import random
import re
from importlib.resources import files

import pytest
from elf_objects import Elf
from layer_facts import Node, Program, layer_facts
from packaged_images import debian, inventory, package
from zips import in_windows

from basewright.formats.elf import first_windows
from basewright.inventory import ANALYSERS, take_inventory
from basewright.inventory.languages.marks import candidates, runtimes, stems
from basewright.inventory.languages.runtimes import RuntimeAnalyser, prefix_of
from basewright.model.image import ImageConfig
from basewright.model.inventory import Inventory
from basewright.model.package import Evidence
from basewright.model.platform import Platform


def program(text: bytes) -> Program:
    return Program(Elf(sections={".rodata": b"\0some\0" + text + b"\0more\0"}).build())


def configured(nodes: dict[str, Node], **environment: str) -> Inventory:
    config = ImageConfig(Platform("linux", "amd64"), environment=tuple(environment.items()))
    return take_inventory([layer_facts(nodes, ANALYSERS)], config)


PYTHON: dict[str, Node] = {
    "usr/local/bin/python3.12": program(b"\x003.12.3\0"),
    "usr/local/lib/libpython3.12.so.1.0": program(b"\x003.12.3\0"),
    "usr/local/include/python3.12/patchlevel.h": '#define PY_VERSION              "3.12.3"\n',
    "usr/local/lib/python3.12/os.py": "x",
    "usr/local/lib/python3.12/site-packages/other.py": "y",
}


def test_what_several_files_show_is_one_runtime_with_its_own_files() -> None:
    (found,) = inventory(PYTHON).packages

    assert (found.purl, found.evidence, found.is_runtime) == ("pkg:generic/python@3.12.3", Evidence.MARKER, True)
    assert found.location == "usr/local/bin/python3.12"
    assert found.files == tuple(sorted(set(PYTHON) - {"usr/local/lib/python3.12/site-packages/other.py"}))


def test_two_prefixes_are_two_installations() -> None:
    nodes = dict(PYTHON) | {"opt/python/bin/python3.12": program(b"\x003.12.3\0")}

    assert [one.location for one in inventory(nodes).packages] == [
        "opt/python/bin/python3.12",
        "usr/local/bin/python3.12",
    ]


def test_what_lies_in_the_library_of_a_runtime_is_the_same_installation() -> None:
    nodes: dict[str, Node] = {
        "usr/local/lib/erlang/releases/26/OTP_VERSION": "26.2.4\n",
        "usr/local/lib/erlang/erts-14.2.4/bin/beam.smp": program(b"/usr/src/otp_src_26.2.4/erts/x"),
    }

    assert package(inventory(nodes), "erlang").files == (
        "usr/local/lib/erlang/erts-14.2.4/bin/beam.smp",
        "usr/local/lib/erlang/releases/26/OTP_VERSION",
    )


def test_a_distributions_own_program_is_not_told_twice() -> None:
    found = inventory(debian({"bash": ["usr/bin/bash"]}) | {"usr/bin/bash": program(b"@(#)Bash version 5.2.15(1) rel")})

    assert [one.name for one in found.packages] == ["bash"]
    assert found.packages[0].type == "deb"


def test_the_environment_alone_needs_the_program() -> None:
    nodes: dict[str, Node] = {"usr/local/bin/node": program(b"nothing")}

    found = configured(nodes, NODE_VERSION="20.11.0")

    assert package(found, "node").version == "20.11.0"
    assert package(found, "node").note == "version from NODE_VERSION alone"
    assert package(found, "node").location == "usr/local/bin/node"
    assert configured({"etc/x": "y"}, NODE_VERSION="20.11.0").packages == ()
    assert configured(nodes, NODE_VERSION="latest").packages == ()


def test_the_environment_adds_nothing_to_what_the_program_says() -> None:
    nodes: dict[str, Node] = {"usr/local/bin/node": program(b"node.js/v20.11.0")}

    assert package(configured(nodes, NODE_VERSION="18.0.0"), "node").version == "20.11.0"


def test_texts_and_names_of_files_are_marks_too() -> None:
    nodes: dict[str, Node] = {
        "usr/local/go/VERSION": "go1.22.1\ntime 2024-02-29T18:18:48Z\n",
        "usr/local/go/bin/gofmt": "x",
        "usr/local/include/node/node_version.h": (
            "#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 11\n#define NODE_PATCH_VERSION 1\n"
        ),
        "usr/share/maven/lib/maven-core-3.9.6.jar": b"",
        "usr/share/maven/lib/maven-core-3.9.6.jar.txt": b"",
        "srv/wp-includes/version.php": "<?php\n$wp_version = '6.4.2';\n",
        "VERSION": "go1.0",
    }

    found = {one.name: one.version for one in inventory(nodes).packages}

    assert found == {"go": "1.22.1", "maven": "3.9.6", "node": "20.11.1", "wordpress": "6.4.2"}
    assert package(inventory(nodes), "go").files == ("usr/local/go/VERSION", "usr/local/go/bin/gofmt")


def test_a_text_of_that_name_is_no_program() -> None:
    assert inventory({"usr/bin/bash": "@(#)Bash version 5.2.15(1) release GNU"}).packages == ()


def test_a_large_program_is_searched_in_its_constants_alone() -> None:
    noise = random.Random(3).randbytes(200_000)
    data = Elf(sections={".data.x": noise * 180, ".rodata": noise + b"\0node.js/v22.1.0\0" + noise}).build()
    analyser = RuntimeAnalyser()

    record, looks, kept = in_windows(
        data, lambda content: analyser.read("bin/node", content), first=first_windows(len(data), data[:4096])
    )

    assert record.found == (("node", "22.1.0", ""),)
    assert looks <= 3
    assert kept < len(data) / 2


def test_a_version_that_could_not_be_one_is_none() -> None:
    assert inventory({"usr/include/node/node_version.h": "#define NODE_MAJOR_VERSION x\n"}).packages == ()


def test_a_java_runtime_owns_its_folder() -> None:
    release = (
        'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_RUNTIME_VERSION="21.0.4+7-LTS"\nJAVA_VERSION="21.0.4"\n'
        'SOURCE_REPO="https://example.org/jdk21u.git"\n'
    )
    nodes: dict[str, Node] = {"opt/java/openjdk/release": release, "opt/java/openjdk/lib/modules": "x", "release": "y"}

    found = package(inventory(nodes), "oracle/openjdk")

    assert found.purl == (
        "pkg:generic/oracle/openjdk@21.0.4%2B7-LTS?repository_url=https:%2F%2Fexample.org%2Fjdk21u.git"
    )
    assert (found.supplier, found.is_runtime, len(found.files)) == ("Eclipse Adoptium", True, 2)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('IMPLEMENTOR="Azul Systems, Inc."\nJAVA_VERSION="17"\n', "azul/zulu"),
        ('IMPLEMENTOR="Oracle Corporation"\nJAVA_VERSION="22"\n', "oracle/jdk"),
        ('IMPLEMENTOR="IBM Corporation"\nJAVA_VERSION="1.8.0"\n', "ibm/java"),
        ('JAVA_VERSION="1.8.0_422"\nIMAGE_TYPE="JRE"\n', "oracle/openjdk"),
    ],
)
def test_java_runtimes_are_named_by_their_maker(text: str, name: str) -> None:
    (found,) = inventory({"opt/jdk/release": text}).packages

    assert found.name == name


def test_other_files_called_release_are_none() -> None:
    found = inventory({"etc/lsb/release": "DISTRIB=x\n", "opt/jdk/release": 'JAVA_VERSION=""\n'})

    assert found.packages == ()
    assert [one.path for one in found.unknowns if "without a version" in one.reason] == ["opt/jdk/release"]


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("usr/local/bin/node", "usr/local"),
        ("bin/busybox", ""),
        ("usr/lib/postgresql/16/bin/postgres", "usr/lib/postgresql/16"),
        ("usr/local/include/python3.12/patchlevel.h", "usr/local"),
        ("usr/lib/x86_64-linux-gnu/libcrypto.so.3", "usr"),
        ("opt/tool/VERSION", "opt/tool"),
    ],
)
def test_a_prefix_is_what_stands_before_the_usual_folders(path: str, prefix: str) -> None:
    assert prefix_of(path) == prefix


def test_every_row_of_the_table_is_whole() -> None:
    document = json.loads(files("basewright.inventory").joinpath("data/runtimes.json").read_bytes())

    assert set(document) == {"about", "rows"}
    names = [row["name"] for row in document["rows"]]
    assert names == sorted(set(names))
    for row in document["rows"]:
        assert set(row) <= {"name", "source", "namespace", "environment", "marks", "owns", "apart"}
        assert row["source"]
        for mark in row["marks"]:
            assert set(mark) <= {"path", "kind", "near", "version", "reach", "names"}
            assert mark["path"].endswith("$")
            assert (mark.get("kind", "binary") in {"text", "file"}) == bool(mark.get("names"))
            assert mark.get("kind") == "name" or re.compile(mark["version"].replace("{short}", "1")).groups >= 1
            assert all(stem for stem in stems(mark["path"]))
    assert len(runtimes()) == len(names)


def test_files_that_no_row_is_about_cost_one_look() -> None:
    assert candidates("usr/bin/ls") == []
    assert candidates("usr/share/doc/nginx") != []


def test_a_go_installation_inside_a_python_package_owns_its_own_folder_alone() -> None:
    nodes: dict[str, Node] = {
        "usr/local/lib/python3.11/dist-packages/go/VERSION": "go1.27.3\ntime 2026-01-01T00:00:00Z\n",
        "usr/local/lib/python3.11/dist-packages/go/src/fmt/print.go": "package fmt\n",
        "usr/local/lib/python3.11/dist-packages/other/x.py": "",
        "usr/local/share/other": "",
    }

    found = package(inventory(nodes), "go")

    assert found.files == (
        "usr/local/lib/python3.11/dist-packages/go/VERSION",
        "usr/local/lib/python3.11/dist-packages/go/src/fmt/print.go",
    )
