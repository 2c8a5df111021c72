"""Every way of attacking by an image that is documented has tests, and these are there."""

import ast
import json
import re
from functools import cache

import pytest
from project_files import ROOT

CASES = json.loads((ROOT / "tests" / "support" / "hostile_images.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "explanation" / "hostile-images.md").read_text(encoding="utf-8")
COUNTS = {"A": 16, "B": 6, "C": 17, "D": 7}
"""How many cases there are of archives, compression, registries and layouts, and files."""


@cache
def _tests_and_texts(path: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the tests of a module, and its texts, of which parameters are named."""
    nodes = list(ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))))
    tests = frozenset(one.name for one in nodes if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))
    texts = frozenset(one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return tests, texts


@pytest.mark.parametrize(("case", "test"), [(case, test) for case in CASES for test in CASES[case]["tests"]])
def test_a_test_that_a_case_names_is_there(case: str, test: str) -> None:
    path, _, name = test.partition("::")
    name, _, parameter = name.removesuffix("]").partition("[")
    tests, texts = _tests_and_texts(path)
    assert name in tests, f"{case}: no {name} in {path}"
    assert not parameter or parameter in texts, f"{case}: no case {parameter!r} in {path}"


def test_every_case_has_a_test() -> None:
    assert [
        case for case, about in CASES.items() if not about["tests"] or len(set(about["tests"])) < len(about["tests"])
    ] == []
    expected = {f"{letter}{number:02}" for letter, count in COUNTS.items() for number in range(1, count + 1)}
    assert expected <= set(CASES)
    assert list(CASES) == sorted(CASES)


def test_the_page_lists_every_case_in_the_same_words() -> None:
    listed = dict(re.findall(r"^\| ([A-F]\d\d) \| (.+) \|$", PAGE, re.MULTILINE))
    assert listed == {case: about["what"] for case, about in CASES.items()}


def test_every_attack_through_the_command_line_belongs_to_a_case() -> None:
    path = "tests/integration/test_hostile_images.py"
    tests, _ = _tests_and_texts(path)
    named = {
        test.partition("::")[2].partition("[")[0]
        for about in CASES.values()
        for test in about["tests"]
        if test.startswith(path)
    }
    assert tests - named == {"test_two_runs_tell_the_same_of_a_hostile_image"}
