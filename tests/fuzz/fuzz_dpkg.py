"""Fuzz target of dpkg's records, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_dpkg.py [libFuzzer options] [CORPUS ...]

Each input is read as a status, lists, diversions, alternatives, a copyright file, Chisel's manifest and an os-release.
Anything but a record that can be kept, or a MalformedError, ends the run with a traceback and a file that holds the
input. `-max_total_time=SECONDS` bounds it.
"""

import contextlib
import sys

import atheris

with atheris.instrument_imports(include=["basewright"]):
    import msgspec

    from basewright.formats.content import Content, MalformedError
    from basewright.inventory.dpkg.chisel import ChiselAnalyser
    from basewright.inventory.dpkg.copyright import CopyrightAnalyser
    from basewright.inventory.dpkg.lists import ListAnalyser, read_diversions
    from basewright.inventory.dpkg.state import read_links
    from basewright.inventory.dpkg.status import StatusAnalyser
    from basewright.inventory.system.os_release import OsReleaseAnalyser

READERS = (
    (StatusAnalyser(), "var/lib/dpkg/status"),
    (StatusAnalyser(), "var/lib/dpkg/status.d/a"),
    (ListAnalyser(), "var/lib/dpkg/info/a.list"),
    (ListAnalyser(), "var/lib/dpkg/info/a.md5sums"),
    (ListAnalyser(), "var/lib/dpkg/info/a.conffiles"),
    (CopyrightAnalyser(), "usr/share/doc/a/copyright"),
    (ChiselAnalyser(), "var/lib/chisel/manifest.wall"),
    (OsReleaseAnalyser(), "etc/os-release"),
)


def try_one(source: bytes) -> None:
    """Hold one input against what must be true of every one."""
    for analyser, path in READERS:
        with contextlib.suppress(MalformedError):
            record = analyser.read(path, Content.whole(source))
            if (
                record is not None
                and msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=analyser.record) != record
            ):
                raise AssertionError(f"{analyser.name}: a record that does not keep")
    moved = read_diversions(source).moved
    if len(moved) * 3 > source.count(b"\n") + 3:
        raise AssertionError("more diversions than lines")
    for _, link in read_links(source, "a"):
        if link.startswith("/"):
            raise AssertionError("a link with a leading slash")


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
