"""``.dockerignore`` with the meaning that BuildKit gives it (moby/patternmatcher; Docker, «.dockerignore files»)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import normpath

from basewright.errors import InputError
from basewright.ports.files import ProjectFiles, normalize

PATTERN_LIMIT = 2000
"""Patterns of one file that count."""
PATTERN_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Ignore:
    """What a build leaves out of its context."""

    patterns: tuple["Pattern", ...] = ()
    path: str | None = None
    """The file that says so; None where there is none."""
    unread: str = ""
    """Why the file could not be read, if so: then nothing counts as left out."""

    def matches(self, path: str) -> bool:
        """Whether `path`, relative to the context, is left out; the last pattern that fits it or a parent decides."""
        parts = tuple(part for part in path.split("/") if part not in {"", "."})
        is_out = False
        for pattern in self.patterns:
            if pattern.is_exception == is_out and pattern.fits_or_holds(parts):
                is_out = not pattern.is_exception
        return is_out


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line: components to match, of which None is ``**``."""

    components: tuple[re.Pattern[str] | None, ...]
    is_exception: bool

    def fits_or_holds(self, parts: tuple[str, ...]) -> bool:
        """Whether the pattern matches the path, or a folder above it."""
        # Positions in the pattern that the parts so far can have reached: path times pattern, nothing is tried again.
        reached = self._past_stars({0})
        for part in parts:
            following = set()
            for index in reached:
                component = self.components[index] if index < len(self.components) else None
                if index < len(self.components) and component is None:
                    following.add(index)
                    following.add(index + 1)
                elif component is not None and component.fullmatch(part):
                    following.add(index + 1)
            reached = self._past_stars(following)
            if len(self.components) in reached:
                return True
            if not reached:
                return False
        return False

    def _past_stars(self, reached: set[int]) -> set[int]:
        """Return `reached` with what is reached by letting a ``**`` stand for no folder, but not the pattern's end."""
        found = set(reached)
        for start in reached:
            index = start
            while index < len(self.components) - 1 and self.components[index] is None:
                index += 1
                found.add(index)
        return found


def read_dockerignore(files: ProjectFiles, context: str, dockerfile_path: str | None = None) -> Ignore:
    """Return what a build leaves out: ``<dockerfile_path>.dockerignore`` counts before the context's own."""
    folder = normalize(context)
    candidates = [f"{dockerfile_path}.dockerignore"] if dockerfile_path else []
    candidates.append(".dockerignore" if folder == "." else f"{folder}/.dockerignore")
    for path in candidates:
        if files.is_file(path):
            try:
                content = files.read(path)
            except InputError as error:
                return Ignore(path=path, unread=str(error))
            return parse_dockerignore(content, path)
    return Ignore()


def parse_dockerignore(content: bytes, path: str | None = None) -> Ignore:
    """Read the lines of an ignore file."""
    text = content.decode("utf-8-sig", "replace")
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    patterns = [pattern for line in lines if not line.startswith("#") for pattern in _pattern(line.strip())]
    return Ignore(tuple(patterns[:PATTERN_LIMIT]), path)


def _pattern(line: str) -> Iterable[Pattern]:
    """Yield the pattern of a line: none for an empty, a senseless or an overlong one."""
    is_exception = line.startswith("!")
    written = line[1:].strip() if is_exception else line
    if not written or len(written) > PATTERN_LENGTH:
        return
    cleaned = normpath(written).lstrip("/")
    if cleaned in {"", "."} or cleaned.startswith("../") or cleaned == "..":
        return
    components: list[re.Pattern[str] | None] = []
    for part in cleaned.split("/"):
        if part == "**":
            components.append(None)
            continue
        if not components and part.startswith("**"):  # the matcher takes ``**x`` for a suffix at any depth
            components.append(None)
        compiled = _component(part)
        if compiled is None:
            return
        components.append(compiled)
    yield Pattern(tuple(components), is_exception)


def _component(part: str) -> re.Pattern[str] | None:
    """Return the expression of one component (Go's filepath.Match); None where it is malformed.

    What follows a star is taken where it stands first, once and for all (an atomic group): no star tries again, so the
    time is path times pattern.
    """
    pieces = [[""]]
    index = 0
    while index < len(part):
        character = part[index]
        if character == "*":
            pieces.append([])
        elif character == "[":
            end = part.find("]", index + 2)
            if end == -1:
                return None
            pieces[-1].append(_class(part[index + 1 : end]))
            index = end
        elif character == "\\" and index + 1 < len(part):
            index += 1
            pieces[-1].append(re.escape(part[index]))
        else:
            pieces[-1].append("." if character == "?" else re.escape(character))
        index += 1
    first, *rest = ("".join(piece) for piece in pieces)
    if rest:
        *middle, last = rest
        first += "".join(f"(?>.*?{piece})" for piece in middle if piece) + f".*{last}"
    try:
        return re.compile(first, re.DOTALL)
    except re.error:
        return None


def _class(inside: str) -> str:
    is_negated = inside.startswith("^")
    escaped = re.sub(r"([\[\]\\^&~|])", r"\\\1", inside[1:] if is_negated else inside)
    escaped = escaped.replace("--", "-\\-")  # in Python's expressions a set difference to come
    return f"[{'^' if is_negated else ''}{escaped}]"
