"""The documentation is whole: pages, links, commands, options, rules."""

import ast
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from project_files import ROOT, sources, tracked_files
from typer.main import get_command

from basewright.cli.app import app
from basewright.cli.settings import SETTINGS
from basewright.model.need import NeedKind

DOCS = ROOT / "docs"
_PAGES = sorted(DOCS.rglob("*.md"))
_ROOT_PAGES = sorted(ROOT.glob("*.md"))
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _navigation(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values() if isinstance(entry, dict) else [entry]:
            if isinstance(value, list):
                yield from _navigation(value)
            else:
                yield value


def _nav() -> list[str]:
    return list(_navigation(tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]))


def test_every_page_is_in_the_navigation_once() -> None:
    assert sorted(_nav()) == [path.relative_to(DOCS).as_posix() for path in _PAGES]


@pytest.mark.parametrize("page", [*_ROOT_PAGES, *_PAGES], ids=_name)
def test_no_relative_link_is_dead(page: Path) -> None:
    targets = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    local = [target.partition("#")[0] for target in targets if "://" not in target and not target.startswith("#")]

    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "adr" / "index.md").read_text(encoding="utf-8")
    records = [path.name for path in (DOCS / "adr").glob("0*.md")]

    assert records
    assert [name for name in records if f"({name})" not in index] == []


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_reference", ROOT / "tools" / "write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", [*_ROOT_PAGES, *_PAGES], ids=_name)
def test_what_a_page_takes_from_the_code_is_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert _reference().made(text) == text, "run `make reference`"


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


_COMMANDS = dict(_commands(get_command(app)))


@pytest.mark.parametrize("path", _COMMANDS, ids=" ".join)
def test_every_command_and_option_is_in_the_reference_with_help_and_example(path: tuple[str, ...]) -> None:
    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    section = text.partition(f"## {' '.join(('basewright', *path))}\n")[2].partition("\n## ")[0]

    for parameter in _COMMANDS[path].params:
        named = parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar or parameter.name
        assert named in section
        assert getattr(parameter, "help", None), f"{named} has no help"
    assert "basewright " in section.partition("Options:")[0].partition("\n\n")[2], "no example"


def test_every_setting_is_an_option_of_some_command() -> None:
    options = {name for command in _COMMANDS.values() for one in command.params for name in one.opts}

    assert [one.option for one in SETTINGS.values() if one.option not in options] == []


def _console_lines() -> Iterator[tuple[str, str]]:
    for page in [*_ROOT_PAGES, *_PAGES]:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```(?:console|yaml)\n(.*?)```", text, re.DOTALL):
            for line in re.findall(r"(?:^\$ |^ *- )((?:[A-Z_]+=\S+ )*basewright [^\n]*)", block, re.MULTILINE):
                yield _name(page), line
        for line in re.findall(r"`(basewright [a-z][^`\n]*)`", text):
            yield _name(page), line
    for path, command in _COMMANDS.items():
        for line in re.findall(
            r"^ {2,}(?:[A-Z_]+=\S+ )*(basewright \S[^\n]*?)(?: {3,}[^\n]*)?$", command.help or "", re.MULTILINE
        ):
            yield " ".join(("--help of", *path)), line


@pytest.mark.parametrize(("place", "line"), sorted(set(_console_lines())))
def test_a_command_that_is_shown_can_be_run(place: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    words = words[words.index("basewright") + 1 :]
    stops = [index for index, word in enumerate(words) if word.startswith((">", "|", ";", "&")) or word.endswith(";")]
    words = words[: stops[0]] if stops else words
    command: Any = get_command(app)
    context = None
    while True:
        context = command.context_class(command, info_name=command.name, parent=context)
        _, words, _ = command.make_parser(context).parse_args(args=list(words))
        if not getattr(command, "commands", None) or not words:
            break
        assert words[0] in command.commands, f"{place}: no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]


def _rule_ids() -> set[str]:
    """Return the rule ids that findings are made with, wherever in the code."""
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Finding":
                given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "rule")]
                found |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_rule_is_documented() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (DOCS / "reference").rglob("*.md"))

    assert [rule for rule in sorted(_rule_ids()) if f"`{rule}`" not in pages and f"# {rule}\n" not in pages] == []


def test_every_kind_of_need_is_documented() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in _PAGES)

    assert [kind for kind in NeedKind if f"`{kind}`" not in pages] == []


def test_every_exit_code_is_documented() -> None:
    from basewright import errors
    from basewright.cli.gate import GateCode
    from basewright.cli.run import DEFECT, INTERRUPTED

    page = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    codes = {
        one.exit_code
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.BasewrightError)
    }
    codes |= {*map(int, GateCode), DEFECT, INTERRUPTED}

    assert [code for code in sorted(codes) if f"\n| {code} |" not in page] == []


def test_the_tests_see_the_pages_that_git_tracks() -> None:
    assert {path for path in tracked_files() if path.suffix == ".md" and DOCS in path.parents} <= set(_PAGES)
