"""Fuzz target of the ELF readers, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_elf.py [libFuzzer options] [CORPUS ...]

Each input is read whole and in windows. Anything but the errors of their kinds, or another reading in windows than of
the whole, ends the run with a traceback and a file that holds the input. `-max_total_time=SECONDS` bounds it.
"""

import sys

import atheris

with atheris.instrument_imports(include=["basewright"]):
    import msgspec

    from basewright.formats.content import Content, MalformedError, OutsideWindowsError, Window
    from basewright.formats.elf import first_windows
    from basewright.formats.go_buildinfo import parse_module_info
    from basewright.formats.program import ProgramReading, read_program
    from basewright.formats.rust_audit import parse_audit
    from basewright.formats.shebang import read_shebang

LOOKS = 12
HEAD_BYTES = 512
PIECE_BYTES = 64


def try_one(data: bytes) -> None:
    """Hold one input against what must be true of every one."""
    try_texts(data)
    windows = first_windows(len(data), data[:HEAD_BYTES])
    if any(one.offset < 0 or one.length <= 0 or one.offset + one.length > len(data) for one in windows):
        raise AssertionError("a first window outside of the file")
    whole = reading(Content.whole(data))
    if whole is not None:
        msgspec.json.encode(whole)
    if in_looks(data) != whole:
        raise AssertionError("windows tell otherwise")


def reading(content: Content) -> ProgramReading | None:
    """Return what is read, None where it is no ELF object."""
    try:
        return read_program(content)
    except MalformedError:
        return None


def in_looks(data: bytes) -> ProgramReading | None:
    """Read from a few bytes on, with a look more for each round of wishes."""
    pieces = {0} if data else set()
    for _ in range(LOOKS):
        kept = merged(data, pieces)
        try:
            return reading(kept)
        except OutsideWindowsError:
            before = len(pieces)
            for one in kept.missed:
                pieces.update(pieces_of(one))
            if len(pieces) == before:
                raise AssertionError("nothing new is wished for") from None
    raise AssertionError("too many looks")


def pieces_of(window: Window) -> range:
    """Return the numbers of the pieces that hold `window`."""
    return range(window.offset // PIECE_BYTES, (window.offset + window.length - 1) // PIECE_BYTES + 1)


def merged(data: bytes, pieces: set[int]) -> Content:
    """Return the content of which only `pieces` are kept, neighbours joined."""
    joined: list[tuple[int, bytes]] = []
    for number in sorted(pieces):
        start = number * PIECE_BYTES
        piece = data[start : start + PIECE_BYTES]
        if joined and joined[-1][0] + len(joined[-1][1]) == start:
            joined[-1] = (joined[-1][0], joined[-1][1] + piece)
        else:
            joined.append((start, piece))
    return Content.windows(len(data), joined)


def try_texts(data: bytes) -> None:
    """Read the input as what stands inside of programs, and as a script."""
    msgspec.json.encode((parse_module_info(data.decode("utf-8", "backslashreplace"), "go1"), read_shebang(data)))
    try:
        parse_audit(data)
    except MalformedError:
        return


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
