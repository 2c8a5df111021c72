"""Root file systems that rpm itself filled, read without it and held against what rpm and Syft say of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from basewright.formats.content import Content
from basewright.image.interface import DIRECTORY, HARD_LINK, REGULAR, SYMLINK, LayerFacts, LayerIndex
from basewright.image.tree import Tree
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.rpm import RpmAnalyser, RpmCataloger
from basewright.model.inventory import OsFacts

MISSING = [tool for tool in ("rpm", "rpmbuild", "rpmdb") if shutil.which(tool) is None]
SYFT = shutil.which("syft", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.skipif(os.geteuid() != 0, reason="installing into a root needs root"),
]

SPEC = """
Name: {name}
Epoch: {epoch}
Version: 1.2~rc1
Release: 3%{{?dist}}
Summary: Package {name} — größer
License: MIT AND Apache-2.0
Vendor: Nobody
BuildArch: noarch
%description
None.
{sub}
%install
mkdir -p %{{buildroot}}/usr/bin %{{buildroot}}/usr/share/doc/{name} %{{buildroot}}/etc %{{buildroot}}/usr/share/{name}
printf '#!/bin/sh\\n' > %{{buildroot}}/usr/bin/{name}
ln -s {name} %{{buildroot}}/usr/bin/{name}-link
ln %{{buildroot}}/usr/bin/{name} %{{buildroot}}/usr/bin/{name}-again
printf 'read me' > %{{buildroot}}/usr/share/doc/{name}/README
printf 'x=1' > %{{buildroot}}/etc/{name}.conf
cd %{{buildroot}}/usr/share/{name}
for i in $(seq {files}); do printf %%s $i > file-with-a-rather-long-name-$i; done
%files
/usr/bin/*
%doc /usr/share/doc/{name}/README
%config(noreplace) /etc/{name}.conf
/usr/share/{name}
%ghost /var/log/{name}.log
"""
SUB = "%package -n lib{name}\nSummary: A library\n%description -n lib{name}\nNone.\n%files -n lib{name}\n"


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    top = tmp_path_factory.mktemp("rpmbuild")
    for name, epoch, files in (("alpha", "0", 3), ("beta", "2", 700), ("gamma", "", 0)):
        text = SPEC.format(name=name, epoch=epoch, files=files, sub=SUB.format(name=name) if name == "alpha" else "")
        spec = top / f"{name}.spec"
        spec.write_text(text.replace("Epoch: \n", ""))
        run("rpmbuild", "-bb", "--define", f"_topdir {top}", "--define", "dist .t1", str(spec))
    built = sorted((top / "RPMS").rglob("*.rpm"))
    assert len(built) == 4
    return built


@pytest.fixture(scope="module")
def root(packages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    (root / "etc").mkdir()
    (root / "etc/os-release").write_text("ID=fedora\nVERSION_ID=40\n")
    (root / "usr/bin").mkdir(parents=True)
    install = ["rpm", "--root", str(root), "--dbpath", "/var/lib/rpm", "--nodeps", "--excludedocs", "-i"]
    run(*install, *map(str, packages))
    run("rpm", "--root", str(root), "--dbpath", "/var/lib/rpm", "--nodeps", "-e", "gamma")
    return root


def layer_of(root: Path) -> LayerFacts:
    """Return the facts of a directory, links and hard links as they are."""
    index, seen, records = LayerIndex(), {}, {}
    analyser = RpmAnalyser()
    for path in sorted(root.rglob("*")):
        name, status = str(path.relative_to(root)), path.lstat()
        first = seen.setdefault(status.st_ino, name)
        kind = SYMLINK if path.is_symlink() else DIRECTORY if path.is_dir() else REGULAR
        if kind == REGULAR and first != name:
            kind = HARD_LINK
        index.paths.append(name)
        index.kinds.append(kind)
        index.modes.append(status.st_mode & 0o7777)
        index.sizes.append(status.st_size if kind == REGULAR else 0)
        for column in (index.uids, index.gids, index.offsets):
            column.append(0)
        if kind in {SYMLINK, HARD_LINK}:
            index.links[len(index.paths) - 1] = str(path.readlink()) if kind == SYMLINK else first
        if kind == REGULAR and analyser.wants(name, status.st_size, status.st_mode):
            records[name] = analyser.read(name, Content.whole(path.read_bytes()))
    return LayerFacts(None, 0, index, {analyser.name: records})


@pytest.fixture(scope="module")
def catch(root: Path) -> Catch:
    return RpmCataloger().catalog(Scene(Tree([layer_of(root)]), None, OsFacts("fedora", "40")))


def test_every_installed_package_is_found_and_no_removed_one(root: Path, catch: Catch) -> None:
    told = run(
        *["rpm", "--root", str(root), "--dbpath", "/var/lib/rpm", "-qa"],
        *["--queryformat", "%{NAME}|%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}|%{ARCH}|%{LICENSE}|%{VENDOR}\\n"],
    )
    ours = [
        f"{one.name}|{one.version}|{one.architecture}|{'|'.join(one.licenses)}|{one.supplier}" for one in catch.packages
    ]

    assert sorted(ours) == sorted(told.splitlines())
    assert {one.name for one in catch.packages} == {"alpha", "beta", "libalpha"}
    assert not catch.unknowns


def test_owned_files_are_those_that_rpm_lists_and_the_root_holds(root: Path, catch: Catch) -> None:
    for one in catch.packages:
        told = run("rpm", "--root", str(root), "--dbpath", "/var/lib/rpm", "-ql", one.name).splitlines()
        there = {path.lstrip("/") for path in told if path.startswith("/") and os.path.lexists(root / path.lstrip("/"))}
        files = sorted(path for path in there if (root / path).is_symlink() or not (root / path).is_dir())

        assert list(one.files) == files
    alpha, beta, _ = sorted(catch.packages, key=lambda one: one.name)
    assert len(alpha.files) == 3 + 1 + 3
    assert len(beta.files) == 3 + 1 + 700
    assert "usr/share/doc/alpha/README" not in alpha.files
    assert alpha.bytes == len("#!/bin/sh\n") + len("x=1") + 3


@pytest.mark.skipif(SYFT is None, reason="syft is not installed")
def test_syft_finds_the_same_purls(root: Path, catch: Catch) -> None:
    assert SYFT is not None
    environment = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    found = subprocess.run(
        [SYFT, "scan", f"dir:{root}", "-o", "json", "-q"],
        capture_output=True,
        check=True,
        timeout=100,
        env=environment,
    )
    theirs = [one["purl"] for one in json.loads(found.stdout)["artifacts"] if one["type"] == "rpm"]

    assert sorted(one.purl for one in catch.packages) == sorted(theirs)
