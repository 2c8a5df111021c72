"""What makes a shell necessary, node by node of the syntax tree (the words of `basewright.model.shell.ShellText`)."""

from typing import TYPE_CHECKING

from basewright.syntax.shell.words import text_of, word_constructs

if TYPE_CHECKING:
    from tree_sitter import Node

_CONSTRUCTS = {
    "pipeline": ("pipeline",),
    "list": ("list",),
    "redirected_statement": ("redirection",),
    "file_redirect": ("redirection",),
    "herestring_redirect": ("redirection", "bashism"),
    "heredoc_redirect": ("redirection", "heredoc"),
    "if_statement": ("compound",),
    "for_statement": ("compound",),
    "while_statement": ("compound",),
    "case_statement": ("compound",),
    "c_style_for_statement": ("compound", "bashism"),
    "function_definition": ("compound",),
    "compound_statement": ("compound",),
    "subshell": ("compound",),
    "negated_command": ("compound",),
    "command_substitution": ("substitution",),
    "process_substitution": ("substitution", "bashism"),
    "simple_expansion": ("variable",),
    "expansion": ("variable",),
    "arithmetic_expansion": ("variable",),
    "variable_assignment": ("assignment",),
    "declaration_command": ("assignment",),
    "unset_command": ("assignment",),
    "array": ("bashism",),
    "subscript": ("bashism",),
    "brace_expression": ("glob", "bashism"),
    "extglob_pattern": ("glob",),
    "ansi_c_string": ("bashism",),
    "translated_string": ("bashism",),
    "&": ("background",),
    "[[": ("bashism", "compound"),
    "((": ("bashism",),
    "|&": ("bashism",),
    "&>": ("bashism",),
    "&>>": ("bashism",),
    "function": ("bashism",),
    "select": ("bashism",),
    "declare": ("bashism",),
    "typeset": ("bashism",),
}
_SEQUENCES = frozenset({"program", "compound_statement", "subshell", "do_group", "command_substitution", "case_item"})
_STATEMENTS = frozenset(
    {
        "command",
        "list",
        "pipeline",
        "redirected_statement",
        "if_statement",
        "for_statement",
        "while_statement",
        "case_statement",
        "c_style_for_statement",
        "function_definition",
        "compound_statement",
        "subshell",
        "negated_command",
        "declaration_command",
        "unset_command",
        "test_command",
        "variable_assignment",
        "variable_assignments",
    }
)
SPEAKING = frozenset(_CONSTRUCTS) | _SEQUENCES | {"command"}
"""Kinds of node that may ask something of the shell; of the others nothing need be asked."""
_BASH_COMMANDS = frozenset(
    {"source", "shopt", "mapfile", "readarray", "pushd", "popd", "compgen", "complete", "disown"}
)
_POSIX_OPERATORS = frozenset({":-", "-", ":=", "=", ":?", "?", ":+", "+", "#", "##", "%", "%%", "${", "}"})


def constructs_of(node: "Node", children: list["Node"], source: bytes) -> set[str]:
    """Return what this node itself asks of the shell; what is below it speaks for itself."""
    kind = node.type
    found = set(_CONSTRUCTS.get(kind, ()))
    if kind in _SEQUENCES and sum(1 for child in children if child.type in _STATEMENTS) > 1:
        found.add("list")
    elif kind == "command":
        for child in children:
            inner = child.children[0] if child.type == "command_name" and child.children else child
            found |= word_constructs(inner, source)
            if child.type == "command_name" and text_of(child, source) in _BASH_COMMANDS:
                found.add("bashism")
    elif kind == "expansion" and any(not child.is_named and child.type not in _POSIX_OPERATORS for child in children):
        found.add("bashism")
    return found
