"""Ignore files as git reads them (gitignore(5)): negation, anchoring, ``**``, directory-only patterns, nested files.

Paths are matched component by component with `fnmatch`, whose patterns cannot backtrack without bound; ``**`` is
handled by a walk over the components. Not read: ``.git/info/exclude``, the user's global ignore file and git's index (a
tracked file below an ignored folder counts as ignored; a Compose file that names it still finds it).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_PATTERN_LIMIT = 1000
"""Patterns of one file that are read; a pattern longer than this many characters is dropped as well."""
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of an ignore file."""

    components: tuple[str, ...]
    """Globs of one path component each, or ``**``."""
    is_negated: bool
    is_directory_only: bool

    def matches(self, path: tuple[str, ...]) -> bool:
        """Whether the whole of `path`, relative to the ignore file's folder, fits."""
        last = self.components[-1]  # never ``**``: most patterns fail here, at once
        return fnmatchcase(path[-1], last) and _fits(self.components, path)


def parse_patterns(text: str) -> tuple[Pattern, ...]:
    """Read the patterns of an ignore file; what git would not understand matches nothing."""
    found = (_pattern(line) for line in text.splitlines()[:_PATTERN_LIMIT] if len(line) <= _PATTERN_LIMIT)
    return tuple(pattern for pattern in found if pattern is not None)


def _pattern(line: str) -> Pattern | None:
    text = _without_trailing_blanks(line)
    if not text or text.startswith("#"):
        return None
    is_negated = text.startswith("!")
    text = text[1:] if is_negated else text
    is_directory_only = text.endswith("/")
    text = text.rstrip("/") if is_directory_only else text
    is_anchored = "/" in text
    components = [_component(one) for one in text.split("/") if one]
    if not components:
        return None
    if not is_anchored:
        components.insert(0, "**")
    if components[-1] == "**":
        components.append("*")  # everything inside: at least one component
    return Pattern(tuple(components), is_negated, is_directory_only)


def _without_trailing_blanks(line: str) -> str:
    """Drop blanks at the end, one that a backslash protects excepted."""
    text = line.rstrip("\r\n")
    stripped = text.rstrip(" \t")
    return stripped + " " if stripped.endswith("\\") and stripped != text else stripped


def _component(text: str) -> str:
    """Return git's glob in fnmatch's words: an escaped star is ``[*]``, ``[^a]`` is ``[!a]``."""
    if text == "**":
        return text
    quoted = _ESCAPE.sub(lambda found: f"[{found[1]}]" if found[1] in "*?[" else found[1], text)
    return quoted.replace("[^", "[!")


def _fits(components: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Match with one point to return to: on a mismatch the last ``**`` takes one component more."""
    at = position = mark = 0
    star = -1
    while position < len(path):
        if at < len(components) and components[at] == "**":
            star, mark = at, position
            at += 1
        elif at < len(components) and fnmatchcase(path[position], components[at]):
            at += 1
            position += 1
        elif star >= 0:
            mark += 1
            at, position = star + 1, mark
        else:
            return False
    return all(one == "**" for one in components[at:])


@dataclass(slots=True)
class IgnoreRules:
    """The ignore files of a project, asked path by path; answers for folders are remembered."""

    files: Mapping[str, tuple[Pattern, ...]]
    """Folder of the ignore file ("" for the root) → its patterns."""
    _folders: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[tuple[str, str]]) -> "IgnoreRules":
        """Take (folder, text) of every ignore file."""
        return cls({folder: parse_patterns(text) for folder, text in texts})

    def ignores(self, path: str) -> bool:
        """Whether the file `path` is ignored, by itself or with a folder above it."""
        parts = tuple(path.split("/"))
        return any(self._ignores_folder(parts[:depth]) for depth in range(1, len(parts))) or self._decide(
            parts, is_folder=False
        )

    def _ignores_folder(self, parts: tuple[str, ...]) -> bool:
        path = "/".join(parts)
        if path not in self._folders:
            self._folders[path] = self._decide(parts, is_folder=True)
        return self._folders[path]

    def _decide(self, parts: tuple[str, ...], *, is_folder: bool) -> bool:
        """Ask the nearest ignore file first; within one file the last pattern that fits wins."""
        for depth in range(len(parts) - 1, -1, -1):
            patterns = self.files.get("/".join(parts[:depth]))
            for pattern in reversed(patterns or ()):
                if (is_folder or not pattern.is_directory_only) and pattern.matches(parts[depth:]):
                    return not pattern.is_negated
        return False
