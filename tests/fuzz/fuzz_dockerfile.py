"""Fuzz target of the Dockerfile parser, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_dockerfile.py [libFuzzer options] [CORPUS ...]

Each input is parsed, printed back and resolved. Anything but the one error of its kind, or another byte than was read,
ends the run with a traceback and a file that holds the input. `-max_total_time=SECONDS` bounds it.
"""

import sys

import atheris

with atheris.instrument_imports(include=["basewright"]):
    from basewright.errors import InputError, SyntaxInputError
    from basewright.syntax.dockerfile import ExpansionError, expand, parse, resolve, to_bytes


def try_one(source: bytes) -> None:
    """Hold one input against what must be true of every one."""
    try_expansion(source)
    try:
        dockerfile = parse(source)
    except SyntaxInputError:
        return
    if to_bytes(dockerfile) != source:
        raise AssertionError("not the same bytes")
    for one in dockerfile.instructions:
        text = one.text.encode("utf-8", "surrogateescape")
        if bytes(source[one.file_offset(index)] for index in range(len(text))) != text:
            raise AssertionError(f"line {one.line}: the text is not where its offsets say")
    try:
        resolve("Dockerfile", dockerfile)
    except InputError:
        return


def try_expansion(source: bytes) -> None:
    """Expand the input as a word."""
    try:
        expand(source.decode("utf-8", "surrogateescape"), {"A": "a.b.c", "B": ""})
    except ExpansionError:
        return


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
