"""ELF facts of the objects of this machine, against pyelftools."""

import os
from pathlib import Path

import pytest
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection
from elftools.elf.sections import NoteSection

from basewright.formats.content import Content
from basewright.formats.elf import read_elf

FOLDERS = ("/usr/lib", "/usr/bin", "/usr/sbin", "/usr/libexec")
OBJECTS = 300
LARGEST = 8 * 1024 * 1024


def objects() -> list[Path]:
    """Return some objects from all over the machine, the same ones each time."""
    found = []
    for top in FOLDERS:
        for folder, _, names in os.walk(top):
            for name in names:
                path = Path(folder, name)
                if not path.is_symlink() and path.is_file() and path.stat().st_size <= LARGEST:
                    with path.open("rb") as file:
                        if file.read(4) == b"\x7fELF":
                            found.append(path)
    found.sort()
    return found[:: max(1, len(found) // OBJECTS)]


def oracle(file) -> dict:
    elf = ELFFile(file)
    segments = list(elf.iter_segments())
    dynamic = next((one for one in segments if isinstance(one, DynamicSegment)), None)
    tags = list(dynamic.iter_tags()) if dynamic else []
    of = {tag.entry.d_tag: tag for tag in tags}
    flags = of["DT_FLAGS_1"].entry.d_val if "DT_FLAGS_1" in of else 0
    binds_now = "DT_BIND_NOW" in of or bool(flags & 1) or bool("DT_FLAGS" in of and of["DT_FLAGS"].entry.d_val & 8)
    relro = any(one["p_type"] == "PT_GNU_RELRO" for one in segments)
    stack = [one["p_flags"] for one in segments if one["p_type"] == "PT_GNU_STACK"]
    needs: dict[str, set[str]] = {}
    definitions: set[str] = set()
    names = set()
    build_id = None
    for section in elf.iter_sections():
        names.add(section.name)
        if isinstance(section, GNUVerNeedSection):
            for library, versions in section.iter_versions():
                needs.setdefault(library.name, set()).update(one.name for one in versions)
        elif isinstance(section, GNUVerDefSection):
            for definition, parts in section.iter_versions():
                if not definition["vd_flags"] & 1:
                    definitions.add(next(parts).name)
        elif isinstance(section, NoteSection):
            for note in section.iter_notes():
                if note["n_name"] == "GNU" and note["n_type"] == "NT_GNU_BUILD_ID":
                    build_id = note["n_desc"]
    return {
        "bits": elf.elfclass,
        "byte_order": "little" if elf.little_endian else "big",
        "type": elf["e_type"],
        "interpreter": next((one.get_interp_name() for one in segments if one["p_type"] == "PT_INTERP"), None),
        "needed": tuple(tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"),
        "soname": of["DT_SONAME"].soname if "DT_SONAME" in of else None,
        "rpath": of["DT_RPATH"].rpath if "DT_RPATH" in of else None,
        "runpath": of["DT_RUNPATH"].runpath if "DT_RUNPATH" in of else None,
        "version_needs": tuple((library, tuple(sorted(needs[library]))) for library in sorted(needs)),
        "version_definitions": tuple(sorted(definitions)),
        "relro": (None if elf["e_type"] in {"ET_REL", "ET_CORE"} else "none")
        if not relro
        else ("full" if binds_now else "partial"),
        "nx": not stack[-1] & 1 if stack else None,
        "build_id": build_id,
        "has_symbols": ".symtab" in names,
        "has_debug": ".debug_info" in names or ".zdebug_info" in names,
        "debug_link": ".gnu_debuglink" in names,
    }


KINDS = {"ET_EXEC": {"executable"}, "ET_DYN": {"shared", "executable"}, "ET_REL": {"relocatable"}, "ET_CORE": {"core"}}


def test_the_objects_of_this_machine_are_read_as_pyelftools_reads_them() -> None:
    paths = objects()
    if len(paths) < 50:
        pytest.skip("fewer than 50 ELF objects on this machine")
    beyond = []
    for path in paths:
        facts = read_elf(Content.whole(path.read_bytes()))
        try:
            with path.open("rb") as file:
                expected = oracle(file)
        except UnicodeDecodeError:  # pyelftools takes every note for text
            beyond.append(path)
            continue

        assert facts.kind in KINDS[expected.pop("type")], path
        assert (facts.debug_link is not None) == expected.pop("debug_link"), path
        assert {name: getattr(facts, name) for name in expected} == expected, path
        assert facts.problems == (), path
    assert len(beyond) < len(paths) / 20, beyond
