"""Compare our Dockerfile parser with another one on a folder of Dockerfiles, and print what differs.

    python tools/compare_dockerfiles.py FOLDER [--list]

Each file of the folder (by its bytes: doubles count once) is parsed by `basewright.syntax.dockerfile`, printed back,
and parsed by the oracle, e2b-dockerfile-utils, a port of BuildKit's parser. Differences that docs/explanation/
dockerfile-parser.md explains are counted under their name; any other one is listed, and makes the exit code 1.
"""

import argparse
import collections
import hashlib
import sys
import time
from pathlib import Path

from e2b_dockerfile_utils.lexer import ShellLex
from e2b_dockerfile_utils.syntax import (
    DockerfileHeredoc,
    DockerfileInstruction,
    DockerfileSyntaxError,
    chomp_heredoc_content,
    parse_dockerfile_ast,
)

from basewright.errors import InputError, SyntaxInputError
from basewright.model.dockerfile import Dockerfile, Instruction
from basewright.syntax.dockerfile import parse, resolve, to_bytes

SAME = "same"


def words_of(one: Instruction) -> list[str]:
    """Return the words of `one` as the oracle gives them: a delimiter behind each value of ENV and LABEL."""
    if one.keyword not in {"ENV", "LABEL"}:
        return list(one.words)
    sign = "" if one.is_legacy else "="
    return [part for pair in zip(one.words[::2], one.words[1::2], strict=True) for part in (*pair, sign)]


def flags_of(one: Instruction) -> list[str]:
    """Return the flags of `one` as the oracle gives them."""
    return [f"--{flag.name}" + ("" if flag.value is None else f"={flag.value}") for flag in one.flags]


def difference(ours: Instruction, theirs: DockerfileInstruction) -> str:
    """Return what differs between two readings of one instruction: a known name, or a text that starts with ``!``."""
    if ours.keyword != theirs.name:
        return f"! keyword {ours.keyword} / {theirs.name}"
    if flags_of(ours) != theirs.flags:
        return f"! flags {flags_of(ours)} / {theirs.flags}"
    if ours.is_json != theirs.json:
        return f"! form {ours.is_json} / {theirs.json}"
    if words_of(ours) != theirs.args:
        if ours.keyword in {"COPY", "ADD"} and not ours.is_json and " ".join(ours.words).split() == joined(theirs.args):
            return "copy-quotes"
        return f"! words {words_of(ours)} / {theirs.args}"
    if ours.line != theirs.start_line or ours.end_line != theirs.end_line:
        return f"! lines {ours.line}-{ours.end_line} / {theirs.start_line}-{theirs.end_line}"
    documents = [(one.name, one.expand, one.chomp, one.content) for one in ours.heredocs]
    if documents != [(one.name, one.expand, one.chomp, chomped(one)) for one in theirs.heredocs]:
        return f"! here-documents {documents} / {theirs.heredocs}"
    if not theirs.original.strip().endswith(ours.text):
        return f"! text {ours.text!r} / {theirs.original!r}"
    return SAME


def chomped(heredoc: DockerfileHeredoc) -> str:
    """Return the body as BuildKit hands it on; the oracle keeps the tabs that ``<<-`` drops."""
    return chomp_heredoc_content(heredoc.content) if heredoc.chomp else str(heredoc.content)


def joined(words: list[str]) -> list[str]:
    """Part words again at white space, so that quoted ones compare with unquoted ones."""
    return " ".join(words).split()


def compare(source: bytes) -> collections.Counter[str]:
    """Return what was found for one file: names of known differences, or texts that start with ``!``."""
    found: collections.Counter[str] = collections.Counter()
    ours, our_error = ours_of(source)
    try:
        theirs = parse_dockerfile_ast(source.decode("utf-8", "surrogateescape")).instructions
        their_error = ""
    except (DockerfileSyntaxError, ValueError, RecursionError) as error:
        theirs, their_error = [], str(error)
    if ours is None:
        if their_error:
            found["both refuse"] += 1
        elif any(one.name == "ONBUILD" and f"line {one.start_line}: " in our_error for one in theirs):
            found["onbuild-inside"] += 1
        elif not theirs and "no instructions" in our_error:
            found["no-instructions"] += 1
        elif "is longer than" in our_error:
            found["line-limit"] += 1
        else:
            found[f"! only ours refuses: {our_error}"] += 1
        return found
    if to_bytes(ours) != source:
        found["! printed back otherwise"] += 1
    if any(one.keyword == "ONBUILD" and one.heredocs for one in ours.instructions):
        # The oracle goes on with the body as if it were instructions: nothing behind it can be compared.
        found["onbuild-heredoc"] += 1
        return found
    if their_error:
        found[f"! only theirs refuses: {their_error}"] += 1
        return found
    if len(ours.instructions) != len(theirs):
        found[f"! {len(ours.instructions)} / {len(theirs)} instructions"] += 1
        return found
    for mine, other in zip(ours.instructions, theirs, strict=True):
        kind = difference(mine, other)
        if kind != SAME:
            found[f"{kind} (line {mine.line})" if kind.startswith("!") else kind] += 1
    found["resolved" if resolves(ours) else "not resolved"] += 1
    found["instructions"] += len(theirs)
    return found


def their_expansion(text: str, environment: dict[str, str]) -> str | None:
    """Return `text` expanded by the oracle, None where it refuses."""
    try:
        return str(ShellLex("\\", env=environment, skip_unset_env=False).process_word(text))
    except ValueError:
        return None


def their_words(text: str) -> list[str] | None:
    """Return the words of `text`, everything as written, None where the oracle refuses."""
    try:
        return list(ShellLex("\\", raw_quotes=True, raw_escapes=True).process_words(text))
    except ValueError:
        return None


def ours_of(source: bytes) -> tuple[Dockerfile | None, str]:
    """Return our reading, or why there is none."""
    try:
        return parse(source), ""
    except SyntaxInputError as error:
        return None, f"line {error.line}: {error}"


def resolves(dockerfile: Dockerfile) -> bool:
    """Whether stages can be made of `dockerfile`."""
    try:
        resolve("Dockerfile", dockerfile)
    except InputError:
        return False
    return True


def main() -> int:
    """Compare every file of the folder; return the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--list", action="store_true", help="name the file of every known difference too")
    options = arguments.parse_args()
    total: collections.Counter[str] = collections.Counter()
    seen: set[str] = set()
    seconds = 0.0
    for path in sorted(one for one in options.folder.rglob("*") if one.is_file()):
        source = path.read_bytes()
        digest = hashlib.sha256(source).hexdigest()
        if digest in seen:
            continue
        seen.add(digest)
        started = time.perf_counter()
        ours_of(source)
        seconds += time.perf_counter() - started
        found = compare(source)
        for kind, count in sorted(found.items()):
            if kind.startswith("!") or (options.list and kind not in {"instructions", "resolved"}):
                print(f"{path.name}: {kind}")
            total["! unexplained" if kind.startswith("!") else kind] += count
    print(f"{len(seen)} distinct files, parsed in {seconds:.2f} s")
    for kind, count in sorted(total.items()):
        print(f"{count:8} {kind}")
    return 1 if total["! unexplained"] else 0


if __name__ == "__main__":
    sys.exit(main())
