"""Variables in Compose files and ``.env`` values, as compose-go's template package substitutes them.

Grammar (Compose specification, «Interpolation»): ``$NAME``, ``${NAME}``, ``${NAME:-text}``, ``${NAME-text}``,
``${NAME:?message}``, ``${NAME?message}``, ``${NAME:+text}``, ``${NAME+text}``; ``$$`` is a dollar. The text after an
operator is interpolated itself. Any other dollar is an error, as it is for Compose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from basewright.errors import SyntaxInputError

DEPTH_LIMIT = 32
"""Levels of nesting that are followed."""
SIZE_LIMIT = 1024 * 1024
"""Characters that one text may hold, or become."""

_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_OPERATOR = re.compile(r":?[-?+]")


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A text after substitution, and the variables that took part in it; each tuple is sorted."""

    text: str
    names: tuple[str, ...]
    """Every variable that was looked up."""
    unset: tuple[str, ...]
    """Those that had no value and no default: they became the empty text."""
    defaulted: tuple[str, ...]
    """Those whose default was taken."""


@dataclass(slots=True)
class _State:
    environment: Mapping[str, str]
    line: int
    room: int = SIZE_LIMIT
    names: set[str] = field(default_factory=set)
    unset: set[str] = field(default_factory=set)
    defaulted: set[str] = field(default_factory=set)

    def take(self, text: str) -> str:
        self.room -= len(text)
        if self.room < 0:
            raise SyntaxInputError(f"interpolation makes more than {SIZE_LIMIT} characters", line=self.line)
        return text

    def look_up(self, name: str) -> str | None:
        self.names.add(name)
        return self.environment.get(name)


def interpolate(text: str, environment: Mapping[str, str], *, line: int = 0) -> Interpolated:
    """Substitute the variables of `text` by `environment`; `line` is where the text stands, for errors.

    Raises SyntaxInputError for a malformed expression, a required variable without value, and too much of anything.
    """
    if "$" not in text:
        return Interpolated(text, (), (), ())
    if len(text) > SIZE_LIMIT:
        raise SyntaxInputError(f"a text of {len(text)} characters is too long to interpolate", line=line)
    state = _State(environment, line)
    result = _substitute(text, state, 0)
    return Interpolated(result, *(tuple(sorted(found)) for found in (state.names, state.unset, state.defaulted)))


def _substitute(text: str, state: _State, depth: int) -> str:
    if depth > DEPTH_LIMIT:
        raise SyntaxInputError(f"variables are nested more than {DEPTH_LIMIT} deep", line=state.line)
    pieces: list[str] = []
    position = 0
    while (dollar := text.find("$", position)) != -1:
        pieces.append(state.take(text[position:dollar]))
        following = text[dollar + 1 : dollar + 2]
        if following == "$":
            pieces.append(state.take("$"))
            position = dollar + 2
        elif following == "{":
            stop = _closing_brace(text, dollar, state.line)
            pieces.append(_braced(text[dollar + 2 : stop], state, depth))
            position = stop + 1
        elif name := _NAME.match(text, dollar + 1):
            pieces.append(state.take(_plain(name.group(), state)))
            position = name.end()
        else:
            raise _malformed(text[dollar:], state.line)
    pieces.append(state.take(text[position:]))
    return "".join(pieces)


def _braced(expression: str, state: _State, depth: int) -> str:
    name = _NAME.match(expression)
    if name is None:
        raise _malformed("${" + expression + "}", state.line)
    if name.end() == len(expression):
        return state.take(_plain(expression, state))
    operator = _OPERATOR.match(expression, name.end())
    if operator is None:
        raise _malformed("${" + expression + "}", state.line)
    return _operate(name.group(), operator.group(), expression[operator.end() :], state=state, depth=depth)


def _operate(name: str, operator: str, argument: str, *, state: _State, depth: int) -> str:
    """Apply one operator; with a colon an empty value counts as no value."""
    value = state.look_up(name)
    has_value = bool(value) if operator.startswith(":") else value is not None
    if operator.endswith("+"):
        return _substitute(argument, state, depth + 1) if has_value else ""
    if has_value:
        return state.take(value or "")
    if operator.endswith("?"):
        message = _substitute(argument, state, depth + 1)[:200]
        reason = f": {message}" if message else ""
        raise SyntaxInputError(f"required variable {name[:100]} is missing a value{reason}", line=state.line)
    state.defaulted.add(name)
    return _substitute(argument, state, depth + 1)


def _plain(name: str, state: _State) -> str:
    value = state.look_up(name)
    if value is None:
        state.unset.add(name)
        return ""
    return value


def _closing_brace(text: str, start: int, line: int) -> int:
    """Return where the ``${`` at `start` ends; only ``${`` opens a level, as in compose-go."""
    level = 0
    position = start
    while position < len(text):
        if text.startswith("${", position):
            level += 1
            position += 2
            continue
        if text[position] == "}":
            level -= 1
            if level == 0:
                return position
        position += 1
    raise _malformed(text[start:], line)


def _malformed(expression: str, line: int) -> SyntaxInputError:
    return SyntaxInputError(
        f"not a variable expression: {expression[:60]!r}", line=line, hint="write $$ where a dollar is meant"
    )
