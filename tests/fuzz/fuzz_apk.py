"""Fuzz target of apk's database, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_apk.py [libFuzzer options] [CORPUS ...]

Anything but packages with names, of which each file's line made one path, ends the run with a traceback and a file
that holds the input. `-max_total_time=SECONDS` bounds it.
"""

import sys

import atheris

with atheris.instrument_imports(include=["basewright"]):
    import msgspec

    from basewright.formats.content import Content, MalformedError
    from basewright.inventory.apk.cataloger import apk_purl
    from basewright.inventory.apk.database import ApkAnalyser, ApkDatabase


def try_one(source: bytes) -> None:
    """Hold one input against what must be true of every one."""
    try:
        database = ApkAnalyser().read("lib/apk/db/installed", Content.whole(source))
    except MalformedError:
        return
    if msgspec.msgpack.decode(msgspec.msgpack.encode(database), type=ApkDatabase) != database:
        raise AssertionError("a record that does not keep")
    files = 0
    for one in database.packages:
        if not one.name or not apk_purl(one, None).startswith("pkg:apk/"):
            raise AssertionError("a package without a name")
        files += one.files.count(b"\n") + 1 if one.files else 0
    if files > source.count(b"R:"):
        raise AssertionError("more files than lines")


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
