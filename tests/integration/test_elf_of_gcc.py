"""ELF facts of programs that gcc makes with this option and that, against readelf where it tells."""

import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from basewright.formats.content import Content
from basewright.formats.program import ProgramReading, read_program
from basewright.model.executable import ElfFacts

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in ("gcc", "objcopy", "strip", "readelf")),
        reason="needs gcc and binutils",
    ),
]
SOURCE = """
#include <stdio.h>
#include <string.h>
int main(int count, char **words) {
    char text[64];
    strcpy(text, words[0]);
    printf("%d %s\\n", count, text);
    return 0;
}
"""
MAIN = ("-O2", "-U_FORTIFY_SOURCE")


def build(folder: Path, *options: str, source: str = SOURCE, name: str = "program") -> Path:
    (folder / "source.c").write_text(source)
    target = folder / name
    run = subprocess.run(
        ["gcc", "-w", "-o", target, folder / "source.c", *options], capture_output=True, text=True, check=False
    )
    if run.returncode and "cannot find" in run.stderr:
        pytest.skip(f"gcc has no library for {' '.join(options)}")
    assert run.returncode == 0, run.stderr
    return target


def read(path: Path) -> ProgramReading:
    return read_program(Content.whole(path.read_bytes()))


def facts(path: Path) -> ElfFacts:
    found = read(path).facts
    assert found.problems == ()
    return found


def test_position_independence_and_static_linking_are_told(tmp_path: Path) -> None:
    shapes = {
        ("-pie", "-fPIE"): ("executable", True, False, True),
        ("-no-pie",): ("executable", False, False, True),
        ("-static", "-no-pie"): ("executable", False, True, False),
        ("-static-pie", "-fPIE"): ("executable", True, True, False),
        ("-shared", "-fPIC"): ("shared", False, False, False),
        ("-c",): ("relocatable", False, False, False),
    }
    for options, expected in shapes.items():
        found = facts(build(tmp_path, *MAIN, *options))
        assert (found.kind, found.is_pie, found.is_static, bool(found.interpreter)) == expected, options
        assert bool(found.needed) == (found.is_static is False and found.kind != "relocatable"), options


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-Wl,-z,norelro",), "none"),
        (("-Wl,-z,relro,-z,lazy",), "partial"),
        (("-Wl,-z,relro,-z,now",), "full"),
    ],
)
def test_read_only_relocations_are_told(tmp_path: Path, options: tuple[str, ...], expected: str) -> None:
    assert facts(build(tmp_path, *MAIN, *options)).relro == expected


def test_canaries_checked_functions_and_stacks_are_told(tmp_path: Path) -> None:
    safe = facts(build(tmp_path, "-O2", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-fstack-protector-all"))
    bare = facts(build(tmp_path, *MAIN, "-fno-stack-protector", "-z", "execstack"))

    assert (safe.canary, safe.fortified, safe.nx) == (True, True, True)
    assert (bare.canary, bare.fortified, bare.nx) == (False, False, False)


def test_search_paths_and_names_are_told(tmp_path: Path) -> None:
    library = build(
        tmp_path, "-shared", "-fPIC", "-Wl,-soname,libdeep.so.3", source="int deep(void){return 1;}", name="libdeep.so"
    )
    source = "int deep(void); int main(void){return deep();}"
    where = (f"-L{tmp_path}", "-ldeep")
    old = facts(build(tmp_path, *where, "-Wl,-rpath,$ORIGIN/a:/b,--disable-new-dtags", source=source))
    new = facts(build(tmp_path, *where, "-Wl,-rpath,$ORIGIN/a:/b,--enable-new-dtags", source=source))

    assert facts(library).soname == "libdeep.so.3"
    assert "libdeep.so.3" in old.needed
    assert (old.rpath, old.runpath) == ("$ORIGIN/a:/b", None)
    assert (new.rpath, new.runpath) == (None, "$ORIGIN/a:/b")


def test_symbol_versions_are_told(tmp_path: Path) -> None:
    (tmp_path / "map").write_text("DEEP_1 { global: deep; local: *; };\nDEEP_2 { global: deeper; } DEEP_1;\n")
    source = "int deep(void){return 1;} int deeper(void){return 2;}"
    library = build(
        tmp_path, "-shared", "-fPIC", f"-Wl,--version-script={tmp_path}/map", source=source, name="libdeep.so"
    )
    program = build(tmp_path, f"-L{tmp_path}", "-ldeep", source="int deeper(void); int main(){return deeper();}")

    assert facts(library).version_definitions == ("DEEP_1", "DEEP_2")
    assert dict(facts(program).version_needs)["libdeep.so"] == ("DEEP_2",)


def test_stripping_and_debug_information_are_told(tmp_path: Path) -> None:
    full = build(tmp_path, "-g", *MAIN, "-Wl,--build-id=0x0102abcd")
    before = facts(full)
    subprocess.run(["objcopy", "--only-keep-debug", full, tmp_path / "p.debug"], check=True)
    subprocess.run(["strip", full], check=True)
    stripped = facts(full)
    subprocess.run(["objcopy", f"--add-gnu-debuglink={tmp_path}/p.debug", full], check=True)

    assert (before.has_symbols, before.has_debug, before.build_id) == (True, True, "0102abcd")
    assert (stripped.has_symbols, stripped.has_debug, stripped.build_id) == (False, False, "0102abcd")
    assert facts(full).debug_link == "p.debug"


def test_an_object_without_section_headers_is_read_as_the_loader_reads_it(tmp_path: Path) -> None:
    path = build(tmp_path, *MAIN, "-Wl,-rpath,/a")
    whole = facts(path)
    data = bytearray(path.read_bytes())
    data[40:48] = bytes(8)  # e_shoff
    data[60:64] = bytes(4)  # e_shnum, e_shstrndx
    path.write_bytes(data)
    bare = facts(path)

    assert (bare.needed, bare.runpath, bare.version_needs) == (whole.needed, whole.runpath, whole.version_needs)
    assert (bare.build_id, bare.relro, bare.canary) == (whole.build_id, whole.relro, whole.canary)
    assert bare.has_symbols is False


def test_an_audit_section_added_by_objcopy_is_read(tmp_path: Path) -> None:
    path = build(tmp_path, *MAIN)
    (tmp_path / "audit").write_bytes(
        zlib.compress(b'{"packages":[{"name":"a","version":"1.0.0","source":"crates.io","root":true}]}')
    )
    subprocess.run(["objcopy", "--add-section", f".dep-v0={tmp_path}/audit", path], check=True)
    audit = read(path).rust

    assert audit
    assert [(one.name, one.version, one.root) for one in audit.packages] == [("a", "1.0.0", True)]


def test_readelf_tells_the_same_of_libraries_of_this_machine() -> None:
    for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"):
        paths = sorted(path for path in Path(folder).glob("*.so.*") if path.is_file() and not path.is_symlink())
        if paths:
            break
    for path in paths[:: max(1, len(paths) // 20)]:
        if path.read_bytes()[:4] != b"\x7fELF":
            continue
        told = subprocess.run(["readelf", "-dW", path], capture_output=True, text=True, check=True).stdout
        needed = [line.split("[")[1].rstrip("]") for line in told.splitlines() if "(NEEDED)" in line]
        assert list(facts(path).needed) == needed, path
