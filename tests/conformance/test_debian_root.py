"""A real Debian, held against dpkg itself and python-debian."""

import functools
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from debian.deb822 import Packages
from debian_root import debian_root, run
from layer_facts import layer_facts, tar_facts

from basewright.image.tree import Tree
from basewright.inventory import ANALYSERS, take_inventory
from basewright.inventory.dpkg import Dpkg
from basewright.inventory.dpkg.status import read_status
from basewright.inventory.interface import Scene
from basewright.model.inventory import Inventory

pytestmark = [pytest.mark.integration, pytest.mark.timeout(500)]
QUERY = "${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\t${db:Status-Status}\\n"


@functools.cache
def found() -> Inventory:
    return take_inventory([tar_facts(debian_root()[0], ANALYSERS)], None)


@functools.cache
def claimed() -> Mapping[str, str]:
    """Return path → PURL of what belongs to a package though no list says so."""
    tree = Tree([tar_facts(debian_root()[0], ANALYSERS)])
    catch = Dpkg().catalog(Scene(tree, None, found().os))
    return dict(catch.extra_owned) | {path: one.purl for one in catch.packages for path in one.files}


def query(*arguments: str) -> str:
    database = debian_root()[1] / "var/lib/dpkg"
    return run(["dpkg-query", f"--admindir={database}", *arguments], check=True).stdout


def test_the_packages_are_those_that_dpkg_tells() -> None:
    told = [line.split("\t") for line in query("-W", "-f", QUERY).splitlines()]
    states = {fields[0]: fields[5] for fields in told}

    assert states["netbase"] == "config-files"
    assert {
        (one.name, one.version, one.architecture, one.source.name, one.source.version)
        for one in found().packages
        if one.type == "deb" and one.source
    } == {tuple(fields[:5]) for fields in told if fields[5] == "installed"}


def test_the_files_of_each_package_are_those_that_dpkg_lists() -> None:
    root = debian_root()[1]
    packages = [one for one in found().packages if one.type == "deb"]
    assert len(packages) > 80

    for package in packages:
        # Where a link merges a folder, dpkg's list has the folder.
        files = {path for path in package.files if "/" in path or not (root / path).is_dir()}
        assert files == listed(root, f"{package.name}:{package.architecture}"), package.name


def listed(root: Path, package: str) -> set[str]:
    """Return what `package` owns in `root` as dpkg lists it: diverted, parents resolved, no directories."""
    paths: list[str] = []
    for line in query("-L", package).splitlines():
        for words in ("locally diverted to: ", "diverted by "):
            if line.startswith(words):
                paths[-1] = line.rpartition(": ")[2]
                break
        else:
            if not line.startswith("package diverts others to: "):
                paths.append(line)
    return {where for path in paths if (where := place(root, path)) is not None}


def place(root: Path, path: str) -> str | None:
    """Return where `path` is in `root`, None for directories and what is gone."""
    here = root / path.lstrip("/")
    real = Path(os.path.realpath(here.parent)) / here.name
    if not real.is_relative_to(root) or not os.path.lexists(real) or (real.is_dir() and not real.is_symlink()):
        return None
    return None if real.is_symlink() and real.parent == root else str(real.relative_to(root))


def test_owners_are_those_that_dpkg_finds() -> None:
    owned = {one.path: one.package for one in found().executables}
    root = debian_root()[1]
    names = {one.purl: one.name for one in found().packages}
    asked = [path for path in owned if path.startswith(("usr/bin/", "usr/sbin/")) and path != "usr/bin/yes.distrib"]
    assert len(asked) > 300

    answer = run(["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-S", *(f"/{path}" for path in asked)]).stdout
    answer += run(
        ["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-S", *(f"/{path.removeprefix('usr/')}" for path in asked)]
    ).stdout
    owners: dict[str, str] = {}
    for line in answer.splitlines():
        package, _, path = line.rpartition(": ")
        if not package.startswith(("diversion by", "local diversion")):
            where = path.lstrip("/")
            owners[where if where.startswith("usr/") else f"usr/{where}"] = package.partition(":")[0]

    assert {path: names.get(owned[path] or "") for path in asked} == {path: owners.get(path) for path in asked}


def test_a_locally_diverted_file_keeps_its_package() -> None:
    owned = {one.path: one.package for one in found().executables}

    assert owned["usr/bin/yes.distrib"] == next(one.purl for one in found().packages if one.name == "coreutils")
    assert "usr/bin/yes" not in owned


def test_a_package_on_hold_is_installed_and_removed_documents_are_no_files() -> None:
    (bash,) = (one for one in found().packages if one.name == "bash" and one.type == "deb")

    assert bash.note == ""
    assert bash.licenses == (), "its copyright file was removed"
    assert not any(path.startswith("usr/share/doc/bash/") for path in bash.files)


def test_the_alternatives_belong_to_whom_they_lead() -> None:
    shown = run(["readlink", str(debian_root()[1] / "etc/alternatives/awk")], check=True).stdout.strip()

    assert shown == "/usr/bin/mawk"
    assert "usr/bin/awk" in claimed()
    assert claimed()["usr/bin/awk"] == claimed()["etc/alternatives/awk"] == claimed()["usr/bin/mawk"]


def test_only_what_a_removed_package_left_is_unexplained() -> None:
    assert found().coverage.unexplained_executables == ("var/lib/dpkg/info/netbase.postrm",)


def test_the_distribution_and_the_c_library_are_told() -> None:
    os = found().os
    (libc,) = found().libc

    assert os is not None
    assert (os.id, os.version_id, os.codename, os.is_guess) == ("debian", "12", "bookworm", False)
    assert (libc.name, libc.version) == ("glibc", "2.36")


def test_nothing_is_unknown_and_nearly_everything_is_explained() -> None:
    coverage = found().coverage

    assert found().unknowns == ()
    assert coverage.explained_bytes > 0.98 * coverage.bytes
    states = [path.lstat() for path in debian_root()[1].rglob("*")]
    sizes = {state.st_ino: state.st_size for state in states if stat.S_ISREG(state.st_mode)}
    assert (found().files, found().bytes) == (len(sizes), sum(sizes.values()))


def test_the_status_is_read_as_python_debian_reads_it() -> None:
    data = (debian_root()[1] / "var/lib/dpkg/status").read_bytes()
    stanzas = Packages.iter_paragraphs(data, use_apt_pkg=False)

    status = read_status(data)

    assert [(one.name, one.version, one.architecture, one.maintainer) for one in status.packages] == [
        (one["Package"], one["Version"], one["Architecture"], one["Maintainer"])
        for one in stanzas
        if one["Status"].split()[-1] == "installed"
    ]
    assert list(status.gone) == ["netbase"]


@pytest.mark.parametrize("path", ["var/lib/dpkg/status", "var/lib/dpkg/info"])
def test_a_database_that_a_later_layer_deletes_makes_the_result_incomplete(path: str) -> None:
    folder, _, name = path.rpartition("/")
    base = tar_facts(debian_root()[0], ANALYSERS)

    later = take_inventory([base, layer_facts({f"{folder}/.wh.{name}": ""}, ANALYSERS)], None)

    assert any(one.path.startswith("var/lib/dpkg") for one in later.unknowns)
