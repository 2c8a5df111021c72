"""Fuzz target of the zip reader and of Java archives, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_zip.py [libFuzzer options] [CORPUS ...]

Each input is read whole and in windows; both must say the same. Anything but MalformedError ends the run.
"""

import sys

import atheris

with atheris.instrument_imports(include=["basewright"]):
    from basewright.formats.content import Content, MalformedError, OutsideWindowsError
    from basewright.formats.zip import first_windows, read_archive
    from basewright.inventory.languages.java_archive import read_java

LIMIT = 1024 * 1024


def try_one(data: bytes) -> None:
    """Hold one input against what must be true of every one."""
    whole = told(Content.whole(data))
    spans = {(one.offset, one.length) for one in first_windows(len(data))}
    for _ in range(64):
        content = Content.windows(len(data), pieces(data, spans))
        try:
            parts = told(content)
        except OutsideWindowsError:
            if not content.missed:
                raise AssertionError("outside of the windows, and no wish") from None
            spans |= {(one.offset, one.length) for one in content.missed}
            continue
        if parts != whole:
            raise AssertionError("another answer in windows")
        break
    else:
        raise AssertionError("wishes without end")
    try:
        read_java("fuzz-1.0.jar", Content.whole(data))
    except MalformedError:
        return


def told(content: Content) -> object:
    """Return what the archive holds, or that it is none."""
    try:
        archive = read_archive(content)
    except MalformedError as error:
        return str(error)
    read = archive.read_all(archive.members[:50], limit=LIMIT)
    return [(member, str(value) if isinstance(value, MalformedError) else value) for member, value in read.items()]


def pieces(data: bytes, spans: set[tuple[int, int]]) -> list[tuple[int, bytes]]:
    """Return the windows of `data`, those that touch put together."""
    united: list[list[int]] = []
    for start, length in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1][1] = max(united[-1][1], start + length)
        else:
            united.append([start, start + length])
    return [(start, data[start:stop]) for start, stop in united]


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
