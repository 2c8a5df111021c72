"""Fuzz target of the layer's two outermost readers, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_tar.py [libFuzzer options] [CORPUS ...]

Each input is unpacked, then walked whole and in pieces. Checksums of headers are put right first, so that the fields
behind them are reached. An exception, another reading in pieces, a name that leaves the root or content that is not
where the index says ends the run with a traceback and a file that holds the input. `-max_total_time=SECONDS` bounds it.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

with atheris.instrument_imports(include=["basewright"]):
    from archives import Walked, walk, with_checksum

    from basewright.errors import UnsupportedError
    from basewright.formats.compression import Budget, Inflation
    from basewright.formats.content import Window

BLOCK = 512
LIMITS = {"entries": 50, "whole_file": 3000, "holes": 1 << 16, "special": 4096, "xattr": 64}
BUDGET = Budget(output=1 << 20, ratio=100, ratio_after=1 << 16, zstd_window=1 << 20)
WISHES = (Window(0, 10), Window(2000, 5000))


def try_one(data: bytes) -> None:
    """Hold one input against what must be true of every one."""
    if not data:
        return
    step, data = data[0] * 7 + 1, data[1:]
    try_stream(data, step)
    archive = with_checksums(data) if step & 8 else data
    whole = walk(archive, wishes=WISHES, **LIMITS)
    pieces = walk(archive, range(step, len(archive), step), wishes=WISHES, **LIMITS)
    if (whole.index, whole.told, whole.seen.files, whole.seen.large) != (
        pieces.index,
        pieces.told,
        pieces.seen.files,
        pieces.seen.large,
    ):
        raise AssertionError("the pieces tell otherwise")
    hold(whole, archive)


def with_checksums(data: bytes) -> bytes:
    """Put right the checksum of every block that is none of zeros."""
    blocks = [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)]
    return b"".join(with_checksum(one) if len(one) == BLOCK and one.strip(b"\0") else one for one in blocks)


def hold(done: Walked, archive: bytes) -> None:
    """Raise where the index says what cannot be."""
    index = done.index
    columns = (index.kinds, index.modes, index.uids, index.gids, index.sizes, index.offsets)
    if any(len(one) != len(index.paths) for one in columns):
        raise AssertionError("columns of different lengths")
    for path in index.paths:
        if path.startswith("/") or path.endswith("/") or "\0" in path or {".", ".."} & set(path.split("/")):
            raise AssertionError(f"a name that is not clean: {path!r}")
    for number, content in done.seen.files.items():
        if len(content) != index.sizes[number]:
            raise AssertionError("a content of another length")
    for number, pieces in done.seen.large.items():
        begin = index.offsets[number]
        if any(archive[begin + offset : begin + offset + len(data)] != data for offset, data in pieces):
            raise AssertionError("a window that shows something else")


def try_stream(data: bytes, step: int) -> None:
    """Unpack the input."""
    inflation = Inflation((data[at : at + step] for at in range(0, len(data), step)), BUDGET)
    try:
        length = sum(len(piece) for piece in inflation)
    except UnsupportedError:
        return
    if length > BUDGET.output or (inflation.is_cut and not inflation.notes):
        raise AssertionError("cut without a word, or not cut")


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
