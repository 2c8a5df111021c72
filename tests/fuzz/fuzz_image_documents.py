"""Fuzz target of what an image says of itself, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_image_documents.py [libFuzzer options] [CORPUS ...]

Each input is read as a manifest, a configuration, the list of a docker archive, and an outer archive. Anything but the
errors of their kinds, or another walk in small pieces than in one, ends the run with a traceback and a file that holds
the input. `-max_total_time=SECONDS` bounds it.
"""

import sys
from collections.abc import Iterator
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["basewright"]):
    from basewright.errors import IntegrityError, InvalidImageError, RemoteError, UnsupportedError
    from basewright.image.config import build_steps, parse_config
    from basewright.image.docker_archive import parse_saved
    from basewright.image.interface import OpenOptions
    from basewright.image.manifest import Manifest, parse_document, require_image
    from basewright.image.outer_tar import Member, members
    from basewright.image.passing import Passing

REFUSALS = (IntegrityError, InvalidImageError, RemoteError, UnsupportedError)


def try_one(source: bytes) -> None:
    """Hold one input against what must be true of every one."""
    try_manifest(source)
    try_config(source)
    with suppress(*REFUSALS):
        parse_saved(source, "list", OpenOptions())
    if try_archive(source, len(source) or 1) != try_archive(source, 509):
        raise AssertionError("another walk in small pieces")


def try_manifest(source: bytes) -> None:
    """Read the input as a manifest or an index."""
    try:
        document = parse_document(source, "manifest")
        if isinstance(document, Manifest):
            require_image(document, "manifest")
    except REFUSALS:
        return


def try_config(source: bytes) -> None:
    """Read the input as a configuration."""
    try:
        parsed = parse_config(source, "configuration", layers=1)
    except REFUSALS:
        return
    if len(parsed.config.diff_ids) > 1 or len(build_steps(parsed.config, 1)) != 1:
        raise AssertionError("not as many as layers")


def try_archive(source: bytes, size: int) -> list[Member] | str:
    """Walk the input as an archive that comes in pieces of `size` bytes."""
    pieces: Iterator[bytes] = iter([source[at : at + size] for at in range(0, len(source), size)])
    try:
        return list(members(Passing("archive", pieces, 1 << 30)))
    except REFUSALS as error:
        return str(error)


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
