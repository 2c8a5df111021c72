"""Fuzz target of the rpm database readers, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_rpm.py [libFuzzer options] [CORPUS ...]

Each input is read as a database of any kind, as a single header and as a manifest. Anything but a MalformedError or a
told problem ends the run with a traceback and a file that holds the input. `-max_total_time=SECONDS` bounds it.
"""

import contextlib
import sys

import atheris

with atheris.instrument_imports(include=["basewright"]):
    from basewright.formats.content import MalformedError
    from basewright.formats.openpgp import issuer_of
    from basewright.formats.problems import BORNE, Problems
    from basewright.formats.rpm_database import read_rpm_database
    from basewright.formats.rpm_header import RpmHeader, read_header
    from basewright.formats.rpm_manifest import read_manifest


def try_one(source: bytes) -> None:
    """Hold one input against what must be true of every one."""
    problems = Problems()
    with contextlib.suppress(MalformedError):
        for header in read_rpm_database(source, problems):
            check(header)
    if problems.count > BORNE:
        raise AssertionError("read on after giving up")
    with contextlib.suppress(MalformedError):
        check(read_header(source, Problems()))
    for header in read_manifest(source, Problems()):
        check(header)
    if len(issuer_of(source)) not in {0, 16}:
        raise AssertionError("half a key id")


def check(header: RpmHeader) -> None:
    """Hold a package against what its readers rely on."""
    if not (header.name and header.version and header.release):
        raise AssertionError("a package without a name or version")
    header.name.encode()
    if header.files is None:
        return
    paths = header.files.paths()
    if len(paths) != len(header.files) or len(list(header.files.owned())) > len(paths):
        raise AssertionError("columns that do not fit")


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
