import time

import pytest

from basewright.model.shell import Condition
from basewright.syntax.shell import is_plain_command, parse_shell, read_shebang


def shown(text: str) -> list[str]:
    """Each command as ``[flags] name arguments``: ``?`` conditional, ``|`` in a pipeline, ``!`` reached by exec."""
    found = []
    for one in parse_shell(text).commands:
        flags = "?" * (one.condition is Condition.CONDITIONAL) + "|" * one.in_pipeline + "!" * one.is_exec
        found.append(f"{flags} {' '.join([one.name.text, *(word.text for word in one.arguments)])}".strip())
    return found


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("npm start", ["npm start"]),
        ("", []),
        ("# only talk", []),
        ("a && b || c; d", ["a", "? b", "? c", "d"]),
        ("a | b | c", ["| a", "| b", "| c"]),
        ("a && b | c", ["a", "?| b", "?| c"]),
        ("if a; then b; elif c; then d; else e; fi; f", ["a", "? b", "? c", "? d", "? e", "f"]),
        ("while a; do b; done", ["a", "? b"]),
        ("for x in 1 2; do b; done", ["? b"]),
        ('case "$1" in x) a;; *) b;; esac', ["? a", "? b"]),
        ("(a; b) && { c; }", ["a", "b", "? c"]),
        ('a "$(b "$(c)")" `d`', ['a "$(b "$(c)")" `d`', '? b "$(c)"', "? c", "? d"]),
        ("X=$(a)", ["? a"]),
        ("cat <<EOF && b\nx $(c)\nEOF\nd", ["cat", "? b", "? c", "d"]),
        ("f() { a; }; g=1; f x; b", ["? a", "b"]),
        ("function f { a; }\nf", ["? a"]),
        ("[ -f /x ] && a", ["[ -f /x ]", "? a"]),
        ('[[ -n "$X" ]] && a', ['[[ -n "$X" ]]', "? a"]),
        ("export A=1; unset B", ["export A=1", "unset B"]),
        ("a 'b c' \"d e\" f\\ g h\"i\"'j'", ["a b c d e f g hij"]),
        ("a\\\n  b\\\n  c", ["a b c"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a \\\r\n  b\r\nc", ["a b", "c"]),
        ("a b\\\nc d", ["a bc d"]),
        ("a &&", ["a"]),
        (
            "/usr/bin/curl -f http://localhost:8080/health || exit 1",
            ["/usr/bin/curl -f http://localhost:8080/health", "? exit 1"],
        ),
    ],
)
def test_commands_are_found_with_how_they_are_reached(text: str, commands: list[str]) -> None:
    assert shown(text) == commands


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("exec java -jar a.jar", ["exec java -jar a.jar", "! java -jar a.jar"]),
        (
            "exec gosu postgres tini -- pg -c x",
            ["exec gosu postgres tini -- pg -c x", "! gosu postgres tini -- pg -c x", "! tini -- pg -c x", "! pg -c x"],
        ),
        ("sudo -u x -E env A=1 b=2 a -u", ["sudo -u x -E env A=1 b=2 a -u", "env A=1 b=2 a -u", "a -u"]),
        ("timeout -k 5 10 curl -f x", ["timeout -k 5 10 curl -f x", "curl -f x"]),
        ("nice -n 5 nohup a &", ["nice -n 5 nohup a", "nohup a", "a"]),
        ("find . | xargs -I {} rm {}", ["| find .", "| xargs -I {} rm {}", "?| rm {}"]),
        ("command -v curl", ["command -v curl"]),
        ("su-exec app:app node x", ["su-exec app:app node x", "node x"]),
        ("setpriv --reuid 70 --clear-groups -- pg", ["setpriv --reuid 70 --clear-groups -- pg", "pg"]),
        ("su postgres -c 'psql -l'", ["su postgres -c psql -l", "psql -l"]),
        ("runuser -u app -- a b", ["runuser -u app -- a b", "a b"]),
        ("runuser app", ["runuser app"]),
        ("dumb-init --rewrite 15:3 a", ["dumb-init --rewrite 15:3 a", "a"]),
        ("./wait-for-it.sh db:5432 -t 30 -- a b", ["./wait-for-it.sh db:5432 -t 30 -- a b", "a b"]),
        ("poetry run gunicorn x", ["poetry run gunicorn x", "gunicorn x"]),
        ("poetry install", ["poetry install"]),
        ("env -S 'node --x'", ["env -S node --x", "node --x"]),
        ("busybox wget x", ["busybox wget x", "wget x"]),
        ("gosu app", ["gosu app"]),
        ('gosu "$USER" a', ['gosu "$USER" a', "a"]),
        ('env A=$B "C=$D" "--chdir=$E" a', ['env A=$B "C=$D" "--chdir=$E" a', "a"]),
        ("env $(cat .env) a", ["env $(cat .env) a", "a", "? cat .env"]),
        ('exec "$@"', ['exec "$@"', '! "$@"']),
        ("exec 3>&1", ["exec"]),
        ("env", ["env"]),
    ],
)
def test_wrappers_are_looked_through(text: str, commands: list[str]) -> None:
    assert shown(text) == commands


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("sh -c 'a && b'", ["sh -c a && b", "a", "? b"]),
        ('bash -lc "exec java $OPTS"', ['bash -lc "exec java $OPTS"', "exec java $OPTS", "! java $OPTS"]),
        ("bash -o pipefail -c 'a | b'", ["bash -o pipefail -c a | b", "| a", "| b"]),
        ("bash -eo pipefail -c 'a'", ["bash -eo pipefail -c a", "a"]),
        ("bash -ec -o pipefail 'a'", ["bash -ec -o pipefail a", "a"]),
        ("x && sh -c 'f() { a; }; f; b'", ["x", "? sh -c f() { a; }; f; b", "? a", "? b"]),
        ("sh script.sh", ["sh script.sh"]),
        ("sh -c", ["sh -c"]),
        ("sh -c $TEXT", ["sh -c $TEXT"]),
        ("eval 'a b'", ["eval a b", "a b"]),
    ],
)
def test_text_for_an_inner_shell_is_read_too(text: str, commands: list[str]) -> None:
    assert shown(text) == commands


def test_inner_commands_stand_where_their_argument_stands() -> None:
    source = b"true\nsh -c 'a\nb c'"

    commands = parse_shell(source).commands

    assert [(one.name.text, one.line) for one in commands] == [("true", 1), ("sh", 2), ("a", 2), ("b", 3)]
    assert commands[3].span.of(source) == b"'a\nb c'"
    assert commands[3].arguments[0].span.of(source) == b"'a\nb c'"


def test_spans_and_assignments_are_those_of_the_text() -> None:
    source = "A=1 B='x y' café \"$X\" *.c # talk\n".encode()

    (command,) = parse_shell(source).commands

    assert command.assignments == (("A", "1"), ("B", "x y"))
    assert [word.span.of(source).decode() for word in (command.name, *command.arguments)] == ["café", '"$X"', "*.c"]
    assert [word.is_static for word in command.arguments] == [False, False]


@pytest.mark.parametrize(
    ("text", "constructs"),
    [
        ("a b", set()),
        ("a;", set()),
        ("a; b", {"list"}),
        ("a\nb", {"list"}),
        ("a && b", {"list"}),
        ("a | b", {"pipeline"}),
        ("a > b", {"redirection"}),
        ("a &", {"background"}),
        ("a $B", {"variable"}),
        ("a ~/b", {"variable"}),
        ("a $(b)", {"substitution"}),
        ("a *.c", {"glob"}),
        ("a '*.c' \\*", set()),
        ("A=1 b", {"assignment"}),
        ("! a", {"compound"}),
        ("if a; then b; fi", {"compound"}),
        ("cat <<E\nx\nE\n", {"redirection", "heredoc"}),
        ("[[ a ]]", {"bashism", "compound"}),
        ("a <(b)", {"bashism", "substitution"}),
        ("a <<< b", {"bashism", "redirection"}),
        ("source x", {"bashism"}),
        ("a ${B:-c}", {"variable"}),
        ("a ${B^^}", {"variable", "bashism"}),
        ("a ${B/x/y}", {"variable", "bashism"}),
        ("A=(1 2)", {"assignment", "bashism"}),
        ("a {b,c}", {"glob", "bashism"}),
    ],
)
def test_what_needs_a_shell_is_named(text: str, constructs: set[str]) -> None:
    assert parse_shell(text).constructs == constructs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("npm start", ("npm", "start")),
        ("exec node 'a b'", ("node", "a b")),
        ("gunicorn -b 0.0.0.0:80 app:app # talk", ("gunicorn", "-b", "0.0.0.0:80", "app:app")),
        ("gosu app node x", ("gosu", "app", "node", "x")),
        ("exec -a x node", None),
        ("exec", None),
        ("node $X", None),
        ("a && b", None),
        ("a; b", None),
        ("a > b", None),
        ("A=1 b", None),
        ("cd /app", None),
        (". ./x", None),
        ("sh -c 'a | b'", None),
        ("sudo sh -c 'a | b'", None),
        ("a &", None),
        ("", None),
        ("a '", None),
        ("f() { a; }", None),
    ],
)
def test_a_shell_is_avoidable_for_one_command_alone(text: str, words: tuple[str, ...] | None) -> None:
    assert is_plain_command(parse_shell(text)) == words


@pytest.mark.parametrize(
    "text",
    [
        b"\0" * 100, b"x" * 10_000_000, b"a |" * 40_000, b"a|b|" * 500, b"x) " * 4900, b"$[" * 60_000, b"a=(" * 40_000,
        b"(" * 120_000, b"$(" * 4900, b"if " * 40_000, b"<<A\n" * 30_000, b"f() " * 4900, b"{ " * 60_000,
        b"${" * 30_000, b"`" * 120_000, b"[[ a && " * 8000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_hostile_text_takes_no_long_time_and_is_told(text: bytes) -> None:
    start = time.monotonic()
    found = parse_shell(text)
    assert time.monotonic() - start < 15
    assert found.has_errors


def test_deep_but_whole_text_is_followed() -> None:
    text = "( " * 2000 + "a" + " )" * 2000 + "\n" + "b && " * 5000 + "c"

    found = parse_shell(text)

    assert len(found.commands) == 5002


def test_inner_shells_have_a_depth() -> None:
    text = "a"
    for _ in range(9):
        text = "sh -c " + "'" + text.replace("'", "'\\''") + "'"

    found = parse_shell(text)

    assert found.has_errors
    assert {one.name.text for one in found.commands} == {"sh"}


@pytest.mark.parametrize(
    ("content", "interpreter"),
    [
        (b"#!/bin/sh -e\n", "/bin/sh"),
        (b"#! /bin/bash\r\n", "/bin/bash"),
        (b"#!/usr/bin/env bash\n", "bash"),
        (b"#!/usr/bin/env -S node --x\n", "node"),
        (b"#!/usr/bin/env -Snode --x\n", "node"),
        (b"#!/usr/bin/env -u X A=1 python3\n", "python3"),
        (b"#!/usr/bin/env\n", None),
        (b"#!\n/bin/sh", None),
        (b"echo", None),
        (b"", None),
        (b"#!" + b" " * 300 + b"/bin/sh\n", None),
        (b"#!/bin/sh", "/bin/sh"),
    ],
)
def test_the_first_line_names_the_interpreter(content: bytes, interpreter: str | None) -> None:
    assert read_shebang(content) == interpreter
