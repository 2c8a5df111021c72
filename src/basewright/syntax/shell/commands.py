"""Commands of shell text, read off its syntax tree without recursion."""

import dataclasses
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from basewright.model.shell import Command, Condition, ShellText, Word
from basewright.model.span import Span
from basewright.syntax.shell.constructs import SPEAKING, constructs_of
from basewright.syntax.shell.grammar import parse
from basewright.syntax.shell.words import inner_text, text_of, word
from basewright.syntax.shell.wrappers import shell_text, wrapped

if TYPE_CHECKING:
    from tree_sitter import Node

NESTING_LIMIT = 6
"""Levels of ``sh -c`` and of wrappers in one command that are looked through."""

_REMEMBERED = 4096
"""Bytes of the longest text whose commands are kept."""
_CONDITIONAL_INSIDE = frozenset(
    {
        "command_substitution",
        "process_substitution",
        "function_definition",
        "case_item",
        "elif_clause",
        "else_clause",
        "c_style_for_statement",
    }
)
_COMMANDS = frozenset({"command", "declaration_command", "unset_command", "test_command"})
_TURNS = {
    "list": frozenset({"&&", "||"}),
    "heredoc_redirect": frozenset({"&&", "||"}),
    "if_statement": frozenset({"then"}),
    "while_statement": frozenset({"do_group"}),
    "for_statement": frozenset({"do_group"}),
}
"""After which child the rest of a node is conditional."""


def parse_shell(text: bytes | str) -> ShellText:
    """Return the commands of `text`; never raises. Text that cannot be followed within bounds has `has_errors` set."""
    source = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _remembered(source) if len(source) <= _REMEMBERED else _parsed(source)


def _parsed(source: bytes) -> ShellText:
    found = _Found()
    _read(source, found, depth=0)
    commands = tuple(one for one in found.commands if one.name.text not in found.functions)
    return ShellText(commands, frozenset(found.functions), frozenset(found.constructs), found.has_errors)


_remembered = functools.lru_cache(maxsize=256)(_parsed)
"""Several services of one Dockerfile, and several rules about one text, ask for the same."""


@dataclass(slots=True)
class _Found:
    commands: list[Command] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    constructs: set[str] = field(default_factory=set)
    has_errors: bool = False


@dataclass(frozen=True, slots=True)
class _Reach:
    """How the walk came to a node."""

    is_conditional: bool = False
    in_pipeline: bool = False


_REACHES = {
    (conditional, piped): _Reach(conditional, piped) for conditional in (False, True) for piped in (False, True)
}


def _read(source: bytes, found: _Found, depth: int) -> None:
    # A carriage return before a line's end becomes a space: same length, no word ends in it, and continuations hold.
    source = source.replace(b"\\\r\n", b" \\\n").replace(b"\r\n", b" \n")
    root = parse(source)
    if root is None:
        found.has_errors = True
        return
    found.has_errors |= root.has_error
    stack: list[tuple[Node, _Reach]] = [(root, _Reach())]
    while stack:
        node, reach = stack.pop()
        children, kind = node.children, node.type
        if kind in SPEAKING:
            found.constructs |= constructs_of(node, children, source)
        if not children:
            continue
        if kind == "function_definition" and (name := node.child_by_field_name("name")) is not None:
            found.functions.add(text_of(name, source))
        command = _command(node, source, reach) if kind in _COMMANDS else None
        if command is not None:
            _add(command, source, found=found, depth=depth)
        reached = zip(reversed(children), reversed(_reaches(kind, children, reach)), strict=True)
        # A leaf that asks nothing of the shell is not visited: most nodes are such.
        stack.extend(pair for pair in reached if pair[0].child_count or pair[0].type in SPEAKING)


def _reaches(kind: str, children: list["Node"], reach: _Reach) -> list[_Reach]:
    """Return how each child is reached, in one pass: blocks of hostile text have many children."""
    conditional = reach.is_conditional or kind in _CONDITIONAL_INSIDE
    in_pipeline = kind == "pipeline" or (reach.in_pipeline and kind not in _CONDITIONAL_INSIDE)
    turns = _TURNS.get(kind)
    if turns is None:
        return [_REACHES[conditional, in_pipeline]] * len(children)
    found = []
    for child in children:
        conditional = conditional or child.type in turns
        found.append(_REACHES[conditional, in_pipeline])
    return found


def _command(node: "Node", source: bytes, reach: _Reach) -> Command | None:
    """Return the simple command that `node` is; None where it is something else."""
    if node.type == "command":
        words, assignments = _simple(node, source)
    elif node.type in {"declaration_command", "unset_command"}:
        words, assignments = [word(child, source) for child in node.children], ()
    elif node.type == "test_command" and node.children[0].type in {"[", "[["}:
        words, assignments = _test(node, source), ()
    else:
        return None
    if not words or not words[0].span.stop > words[0].span.start:  # the parser invents a word to end a broken text
        return None
    return Command(
        name=words[0],
        arguments=tuple(words[1:]),
        assignments=assignments,
        span=Span(node.start_byte, node.end_byte),
        line=node.start_point.row + 1,
        condition=Condition.CONDITIONAL if reach.is_conditional else Condition.ALWAYS,
        in_pipeline=reach.in_pipeline,
    )


def _simple(node: "Node", source: bytes) -> tuple[list[Word], tuple[tuple[str, str], ...]]:
    words: list[Word] = []
    assignments: list[tuple[str, str]] = []
    cursor = node.walk()
    more = cursor.goto_first_child()
    while more:
        child = cursor.node
        if child is not None and child.type == "variable_assignment":
            assignments.append(_assignment(child, source))
        elif child is not None and cursor.field_name in {"name", "argument"}:
            _append(words, word(child, source), source)
        more = cursor.goto_next_sibling()
    return words, tuple(assignments)


def _append(words: list[Word], one: Word, source: bytes) -> None:
    """Add a word; one that a line continuation alone parts from the word before belongs to it (POSIX, 2.2.1)."""
    last = words[-1] if words else None
    if last is None or source[last.span.stop : one.span.start] != b"\\\n":
        words.append(one)
        return
    is_static = last.is_static and one.is_static
    words[-1] = Word(last.text + one.text, Span(last.span.start, one.span.stop), is_static)


def _assignment(node: "Node", source: bytes) -> tuple[str, str]:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    return (text_of(name, source) if name is not None else "", word(value, source).text if value is not None else "")


def _test(node: "Node", source: bytes) -> list[Word]:
    """Return the words of ``[ … ]``: the grammar has made an expression of them."""
    words: list[Word] = []
    stack = list(reversed(node.children))
    while stack:
        one = stack.pop()
        if one.type.endswith("_expression") and one.type != "brace_expression":
            stack.extend(reversed(one.children))
        else:
            words.append(word(one, source))
    return words


def _add(command: Command, source: bytes, *, found: _Found, depth: int) -> None:
    """Record a command, and the commands that it runs in its turn."""
    is_exec = False
    for _ in range(NESTING_LIMIT):
        one = dataclasses.replace(command, is_exec=True) if is_exec else command
        found.commands.append(one)
        text = shell_text(one.program, one.arguments)
        if text is not None and one.name.is_static:
            _inner(one, text, source=source, found=found, depth=depth)
            return
        index = wrapped(one.program, one.arguments) if one.name.is_static else None
        if index is None:
            return
        # Of the wrappers behind an exec some are replaced in their turn (gosu), some stay (sudo): either way no more of
        # the shell runs after them.
        is_exec = is_exec or one.program == "exec"
        name, *rest = one.arguments[index:]
        command = dataclasses.replace(
            one,
            name=name,
            arguments=tuple(rest),
            assignments=(),
            span=Span(name.span.start, one.span.stop),
            line=one.line + source.count(b"\n", one.span.start, name.span.start),
            condition=Condition.CONDITIONAL if one.program == "xargs" else one.condition,
        )


def _inner(command: Command, text: Word, *, source: bytes, found: _Found, depth: int) -> None:
    """Read the shell text that a command is given; its commands stand where the argument stands."""
    written = inner_text(text, source)
    if written is None:
        return
    if depth >= NESTING_LIMIT:
        found.has_errors = True
        return
    inside = _Found()
    _read(written.encode("utf-8", "surrogatepass"), inside, depth + 1)
    found.has_errors |= inside.has_errors
    first = command.line + source.count(b"\n", command.span.start, text.span.start)
    is_sure = command.condition is Condition.ALWAYS
    for one in inside.commands:
        if one.name.text in inside.functions:
            continue
        found.commands.append(
            dataclasses.replace(
                one,
                name=dataclasses.replace(one.name, span=text.span),
                arguments=tuple(dataclasses.replace(argument, span=text.span) for argument in one.arguments),
                span=text.span,
                line=first + one.line - 1,
                condition=one.condition if is_sure else Condition.CONDITIONAL,
                in_pipeline=one.in_pipeline or command.in_pipeline,
            )
        )
