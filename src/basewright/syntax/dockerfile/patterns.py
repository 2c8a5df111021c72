"""Shell patterns of ``${X#p}``, ``${X%p}`` and ``${X/p/r}``: ``*``, ``?`` and escaped characters, no brackets.

BuildKit (frontend/dockerfile/shell/lex.go) turns them into regular expressions of a linear engine; here they run as a
set of states in one integer, so that no pattern can take more than (length of value) steps from one start.
"""

from dataclasses import dataclass

from basewright.errors import InputError

STEP_LIMIT = 200_000
"""Characters that substitutions look at, each time that they do: an unanchored search looks at each one many times."""

GROWTH_LIMIT = 64 * 1024
"""Characters that one expansion may add to its text (a value put into itself again and again doubles each time)."""


class ExpansionError(InputError):
    """A word with an open quote, an unknown substitution or pattern, or a variable that it demands and nobody set.

    `is_limit` tells that it may be right, and only went over a limit of ours.
    """

    def __init__(self, message: str, *, is_limit: bool = False) -> None:
        super().__init__(message)
        self.is_limit = is_limit


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: bit i stands for «tokens before i have matched»."""

    length: int
    literals: dict[str, int]
    """Character → the states that go on with it."""
    stars: int
    any: int
    """The states of ``?``."""

    @classmethod
    def compile(cls, text: str, *, is_reversed: bool = False) -> "Pattern":
        """Read `text`; raise ExpansionError for an escape that BuildKit does not know."""
        tokens = _tokens(text)
        if is_reversed:
            tokens.reverse()
        literals: dict[str, int] = {}
        stars = wild = 0
        for index, (kind, char) in enumerate(tokens):
            bit = 1 << index
            if kind == "*":
                stars |= bit
            elif kind == "?":
                wild |= bit
            else:
                literals[char] = literals.get(char, 0) | bit
        return cls(len(tokens), literals, stars, wild)

    def match(self, value: str, start: int, *, longest: bool, steps: "Steps") -> int | None:
        """Return where the match that begins at `start` ends, None where there is none."""
        final = 1 << self.length
        states = self._through_stars(1)
        found: int | None = None
        position = start
        while True:
            if states & final:
                found = position
                if not longest:
                    return found
            if position == len(value) or not states:
                return found
            steps.take(1 + self.length // 256)
            char = value[position]
            position += 1
            kept, wild = (0, 0) if char == "\n" else (states & self.stars, states & self.any)
            states = self._through_stars(kept | (states & self.literals.get(char, 0) | wild) << 1)

    def _through_stars(self, states: int) -> int:
        """Add the states reached by letting a star match nothing."""
        while (reached := states | (states & self.stars) << 1) != states:
            states = reached
        return states


class Steps:
    """Counts what a substitution looks at, and stops it at the limit."""

    __slots__ = ("_left",)

    def __init__(self, limit: int = STEP_LIMIT) -> None:
        self._left = limit

    def take(self, count: int = 1) -> None:
        """Count `count` steps; raise ExpansionError where none is left."""
        self._left -= count
        if self._left < 0:
            raise ExpansionError("the pattern of a substitution takes too long", is_limit=True)


def trim(value: str, pattern: str, *, longest: bool, at_end: bool, steps: Steps) -> str:
    """Return `value` without the prefix (or suffix, `at_end`) that matches `pattern`."""
    compiled = Pattern.compile(pattern, is_reversed=at_end)
    subject = value[::-1] if at_end else value
    stop = compiled.match(subject, 0, longest=longest, steps=steps)
    rest = subject[stop or 0 :]
    return rest[::-1] if at_end else rest


def replace(value: str, pattern: str, replacement: str, *, everywhere: bool, steps: Steps) -> str:
    """Return `value` with the first match of `pattern` (or every one) replaced, the longest at each place."""
    compiled = Pattern.compile(pattern)
    pieces: list[str] = []
    copied = position = grown = 0
    last_stop = -1
    while position <= len(value):
        stop = compiled.match(value, position, longest=True, steps=steps)
        # An empty match right behind another match does not count (Go's regexp, «All»).
        if stop is not None and (stop > position or position != last_stop):
            pieces += value[copied:position], replacement
            copied = last_stop = stop
            grown += len(replacement)
            if grown > GROWTH_LIMIT:
                raise ExpansionError(f"the text grows by more than {GROWTH_LIMIT} characters", is_limit=True)
            if not everywhere:
                break
        position = stop if stop is not None and stop > position else position + 1
        steps.take()
    return "".join([*pieces, value[copied:]])


def _tokens(pattern: str) -> list[tuple[str, str]]:
    """Return (kind, character): kind ``*``, ``?`` or "" for a literal; a run of stars is one star."""
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char in "*?":
            if char == "?" or not tokens or tokens[-1][0] != "*":
                tokens.append((char, char))
            continue
        if char == "\\":
            following = pattern[position : position + 1]
            if following in {"}", "/"}:
                continue  # They had to be escaped for the substitution; the escape is not part of the pattern.
            if following not in {"*", "?", "\\"}:
                raise ExpansionError(f"invalid escape '\\{following}' in the pattern of a substitution")
            char = following
            position += 1
        tokens.append(("", char))
    return tokens
