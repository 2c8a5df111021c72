"""On which line each key of a TOML file stands; the standard library's reader does not tell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file."""

_TOKEN = re.compile(
    r'(?P<string>"""(?:[^\\]|\\.)*?"""{1,3}|\'\'\'.*?\'\'\'{1,3}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
    r"|(?P<comment>\#[^\n]*)|(?P<feed>\n)|(?P<mark>[\[\]{}=,.])|(?P<bare>[^\s\[\]{}=,.\"'\#]+)",
    re.DOTALL,
)


@dataclass
class _Frame:
    """A table or a list whose end has not come."""

    path: Path
    is_list: bool
    is_statement: bool = False
    position: int = 0
    key: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def places_of(text: str) -> Mapping[Path, int]:
    """Return path → line (from 1) of every key, table and list item of `text`, which must be valid TOML."""
    places: dict[Path, int] = {}
    lists: dict[Path, int] = {}
    table: Path = ()
    tokens = _tokens(text)
    for token in tokens:
        if token.kind == "feed":
            continue
        if token.text == "[" and token.kind == "mark":
            table = _header(tokens, lists)
            places.setdefault(table, token.line)
        else:
            _statement(token, tokens, table, places)
    return places


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text.replace("\r\n", "\n")):
        kind = match.lastgroup or ""
        if kind != "comment":
            yield _Token(kind, match.group(), line)
        line += match.group().count("\n")


def _header(tokens: Iterator[_Token], lists: dict[Path, int]) -> Path:
    """Return the path of ``[a.b]`` or ``[[a.b]]``; its first bracket has been read."""
    names: list[str] = []
    depth = 1
    is_list = False
    for token in tokens:
        if token.kind == "feed":
            break
        if token.kind == "mark" and token.text in "[]":
            is_list |= token.text == "["
            depth += 1 if token.text == "[" else -1
        elif token.kind != "mark":
            names.append(_name(token))
    path: Path = ()
    for index, name in enumerate(names):
        path = (*path, name)
        if is_list and index == len(names) - 1:
            lists[path] = lists.get(path, -1) + 1
        if path in lists:
            path = (*path, lists[path])
    return path


def _statement(first: _Token, tokens: Iterator[_Token], table: Path, places: dict[Path, int]) -> None:
    """Note the places of one ``key = value``, whose first token is `first`, up to the end of its line."""
    frames = [_Frame(table, is_list=False, is_statement=True)]
    token: _Token | None = first
    in_value = False
    while token is not None:
        frame = frames[-1]
        if token.kind == "feed":
            if len(frames) == 1:
                return
        elif frame.is_list and token.text != "]" and token.text != ",":
            places.setdefault((*frame.path, frame.position), token.line)
        if token.kind == "mark":
            in_value = _mark(token, frames, places, in_value=in_value)
        elif token.kind != "feed" and not in_value and not frame.is_list:
            frame.key.append(_name(token))
            places.setdefault((*frame.path, *frame.key), token.line)
        token = next(tokens, None)


def _mark(token: _Token, frames: list[_Frame], places: dict[Path, int], *, in_value: bool) -> bool:
    """Follow a bracket, brace, comma or equals sign; return whether a value comes next."""
    frame = frames[-1]
    match token.text:
        case "=":
            return True
        case "[" | "{":
            path = (*frame.path, frame.position) if frame.is_list else (*frame.path, *frame.key)
            places.setdefault(path, token.line)
            frames.append(_Frame(path, is_list=token.text == "["))
            return token.text == "["
        case "]" | "}" if len(frames) > 1:
            frames.pop()
            return True
        case ",":
            frame.position += 1
            frame.key.clear()
            return frame.is_list
        case _:
            return in_value


def _name(token: _Token) -> str:
    """Return a key as TOML means it: quotes removed, escapes of a basic string resolved."""
    if token.kind == "string" and token.text.startswith('"'):
        return _unescaped(token.text[1:-1])
    return token.text[1:-1] if token.kind == "string" else token.text


def _unescaped(text: str) -> str:
    import tomllib

    return str(tomllib.loads(f'name = "{text}"')["name"])
