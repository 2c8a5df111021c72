"""`basewright.toml`: what it may hold, and how it says what is wrong."""

import pytest

from basewright.cli.configuration import Configuration, parse
from basewright.errors import ConfigurationError
from basewright.model.span import Location
from basewright.model.workload import Declaration


def read(text: str) -> Configuration:
    found = parse(text.encode(), "basewright.toml")
    assert found is not None
    return found


def refusal(text: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    return caught.value


def test_a_setting_knows_its_line() -> None:
    found = read('# first\nformat = "json"\n\nfail-on = ["error"]\n').values

    assert (found["format"].value, found["format"].origin) == ("json", "basewright.toml:2")
    assert (found["fail-on"].value, found["fail-on"].origin) == (("error",), "basewright.toml:4")


def test_a_table_is_read_with_its_pairs() -> None:
    found = read('[mirrors]\n"registry.example/hub" = "docker.io"\n').values["mirrors"]

    assert (found.value, found.origin) == ({"registry.example/hub": "docker.io"}, "basewright.toml:1")


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    error = refusal('\nfromat = "json"\n')

    assert str(error) == "basewright.toml:2: unknown key 'fromat'"
    assert error.hint == "did you mean format?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format = 1", "format must be a text, not 1"),
        ('count-lts = "yes"', "count-lts must be a true or false, not a text"),
        ("fail-on = 'error'", "fail-on must be a list of texts, not a text"),
        ("fail-on = [1]", "fail-on must be a list of texts, not a list"),
        ("bandwidth = 0", "bandwidth must be a whole number, not 0"),
        ("bandwidth = true", "bandwidth must be a whole number, not true or false"),
        ("mirrors = { a = 1 }", "mirrors must be a table of texts, not a table"),
        ("format = 'yaml'", "format: 'yaml' is not among table, json, markdown, html, sarif, cyclonedx, spdx"),
        ("access = ['fre']", "access: 'fre' is not among free, login, entitled"),
        ("workload = 1", "workload must hold tables, as [workload.NAME]"),
    ],
)
def test_a_value_of_another_shape_is_refused_with_its_line(text: str, message: str) -> None:
    assert str(refusal("\n" + text)) == f"basewright.toml:2: {message}"


def test_a_project_cannot_decide_where_files_are_written() -> None:
    error = refusal('output = ["html=/etc/passwd"]')

    assert str(error) == "basewright.toml:1: output cannot be set in a file"
    assert error.hint == "use -o or BASEWRIGHT_OUTPUT"


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        read("format = 1\nbandwith = 5\n[workload.web]\nneeds = [{ value = 'shell' }]\n")

    assert [str(one).partition(": ")[0] for one in caught.value.exceptions] == [
        "basewright.toml:1",
        "basewright.toml:2",
        "basewright.toml:4",
    ]


@pytest.mark.parametrize(
    "content",
    [b"a = ", b"\xff\xfe", b"a = 1\na = 2", b"a = " + b"[" * 100_000, b"a = " + b"9" * 10_000, b"\0"],
    ids=["no value", "not UTF-8", "twice", "nested", "long number", "NUL"],
)
def test_what_is_no_toml_is_one_clear_error(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"^basewright\.toml: not "):
        parse(content, "basewright.toml")


def test_the_table_of_another_file_is_read_and_its_lines_are_the_files_own() -> None:
    text = b'[project]\nname = "x"\n[tool.basewright]\nformat = "json"\n'
    found = parse(text, "pyproject.toml", ("tool", "basewright"))

    assert found is not None
    assert found.values["format"].origin == "pyproject.toml:4"
    assert parse(b"[project]\n", "pyproject.toml", ("tool", "basewright")) is None


def test_a_declaration_has_value_owner_reason_and_line() -> None:
    found = read(
        "[workload.db]\nowner = 'Data team'\ncriticality = { value = 'high', reason = 'orders' }\n"
        "needs = [\n  { value = 'shell:bash', owner = 'Ops', reason = 'backup hook' },\n]\n"
    ).declarations

    assert found == {
        "db": (
            Declaration("criticality", "high", "Data team", "orders", Location("basewright.toml", 3)),
            Declaration("needs", "shell:bash", "Ops", "backup hook", Location("basewright.toml", 5)),
        )
    }


@pytest.mark.parametrize(
    ("entry", "message", "hint"),
    [
        ("needs = { value = 'shell', owner = 'x' }", "an entry of needs has no reason", "cannot be reviewed"),
        ("needs = { value = 'shell', reason = 'x' }", "an entry of needs has no owner", "name who answers"),
        ("needs = { value = 'shel', owner = 'x', reason = 'y' }", "'shel' is not among", "did you mean shell?"),
        ("needs = 'shell'", "must be a table of texts", "write {"),
        ("needs = { value = 'shell', ownr = 'x' }", "unknown key 'ownr' in needs", "did you mean owner?"),
        ("need = { value = 'shell' }", "unknown key 'need' in [workload.web]", "did you mean needs?"),
        ("criticality = { value = 'hi', owner = 'x', reason = 'y' }", "'hi' is not among", "did you mean high?"),
        ("owner = 1", "owner must be a text", ""),
    ],
)
def test_a_declaration_that_cannot_be_used_says_why(entry: str, message: str, hint: str) -> None:
    error = refusal(f"[workload.web]\n{entry}\n")

    assert str(error).startswith("basewright.toml:2: ")
    assert message in str(error)
    assert hint in error.hint
