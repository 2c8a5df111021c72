"""Programs of real linkers, read as the linkers' own tools read them."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from basewright.formats.content import Content
from basewright.formats.go_buildinfo import GoModule
from basewright.formats.program import ProgramReading, read_program

FOLDER = Path(__file__).parent / "programs"


def read(name: str) -> ProgramReading:
    return read_program(Content.whole(gzip.decompress((FOLDER / f"{name}.elf.gz").read_bytes())))


@pytest.mark.parametrize(
    ("name", "machine", "bits", "order", "ldflags"),
    [
        ("go1.27-mips", "mips", 32, "big", "-s -w"),
        ("go1.27-386", "i386", 32, "little", "-s -w"),
        ("go1.27-amd64-pie", "x86_64", 64, "little", "-s -w"),
    ],
)
def test_programs_of_go_name_their_modules(name: str, machine: str, bits: int, order: str, ldflags: str) -> None:
    reading = read(name)
    facts, info = reading.facts, reading.go

    assert (facts.machine, facts.bits, facts.byte_order, facts.is_go) == (machine, bits, order, True)
    assert (facts.kind, facts.is_pie, facts.is_static) == ("executable", "pie" in name, "pie" not in name)
    assert facts.has_symbols is False
    assert facts.build_id
    assert facts.problems == ()
    assert info
    assert (info.go_version, info.path, info.main) == ("go1.27.3", "example.com/app", GoModule("example.com/app"))
    assert info.dependencies == (GoModule("example.com/dep", "v1.2.3", None, GoModule("../dep")),)
    assert dict(info.settings)["-ldflags"] == ldflags
    assert dict(info.settings)["GOARCH"] == name.split("-")[1]
    assert reading.rust is None


GO_PROGRAMS = [Path("/usr/bin", name) for name in ("skopeo", "podman", "buildah", "docker-registry")]


@pytest.mark.integration
def test_modules_are_told_as_go_itself_tells_them() -> None:
    go = shutil.which("go")
    present = [path for path in GO_PROGRAMS if path.is_file()]
    if go is None or not present:
        pytest.skip("needs the go command and a program that was built with Go")
    for path in present:
        lines = subprocess.run([go, "version", "-m", path], capture_output=True, text=True, check=True).stdout.split(
            "\n"
        )
        info = read_program(Content.whole(path.read_bytes())).go

        assert info
        assert lines[0] == f"{path}: {info.go_version}"
        rows = [line.strip().split("\t") for line in lines[1:]]
        assert [row[1] for row in rows if row[0] == "dep"] == [one.path for one in info.dependencies]
        assert sum(row[0] == "build" for row in rows) == len(info.settings)
