"""The layers of the house, its exports and its sizes."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from project_files import ROOT, sources

_MODULES = sources()
_LONGEST = 450


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_layers_of_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", _MODULES, ids=_name)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_bytes())), f"{_name(path)} has no docstring"


@pytest.mark.parametrize("path", _MODULES, ids=_name)
def test_a_public_name_says_what_it_gives(path: Path) -> None:
    nameless = [
        node.name
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert nameless == []


@pytest.mark.parametrize("path", _MODULES, ids=_name)
def test_a_module_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_bytes().splitlines()) <= _LONGEST


_PACKAGES = [path for path in _MODULES if path.name == "__init__.py" and len(ast.parse(path.read_bytes()).body) > 1]


@pytest.mark.parametrize("path", _PACKAGES, ids=_name)
def test_a_package_that_imports_names_exports_them_by_name(path: Path) -> None:
    imports = any(isinstance(node, ast.ImportFrom) for node in ast.parse(path.read_bytes()).body)
    module = importlib.import_module(".".join(path.parent.relative_to(ROOT / "src").parts))
    exported = getattr(module, "__all__", None)

    assert not imports or exported is not None
    assert [name for name in exported or () if not hasattr(module, name)] == []
    assert list(exported or ()) == sorted(
        set(exported or ()), key=lambda name: (not name.isupper(), name.islower(), name)
    )


def test_stages_are_pure_of_the_environment() -> None:
    """Only `cli` and the ports read the environment, the arguments or print."""
    offenders = []
    for path in _MODULES:
        room = path.relative_to(ROOT / "src" / "basewright").parts[0]
        if room in {"cli", "ports", "__main__.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "argv", "getenv"}:
                offenders.append(f"{_name(path)}:{node.lineno}: {node.attr}")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                offenders.append(f"{_name(path)}:{node.lineno}: print")
    assert offenders == []


def test_nothing_but_a_port_fetches_addresses() -> None:
    """import-linter knows only whole external packages, and urllib.parse is harmless."""
    offenders = []
    for path in _MODULES:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import | ast.ImportFrom) and "ports" not in path.parts:
                named = {one.name for one in node.names} | {getattr(node, "module", None)}
                if "urllib.request" in named:
                    offenders.append(f"{_name(path)}:{node.lineno}")
    assert offenders == []
