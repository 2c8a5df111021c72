"""One run of the command line: errors become text and exit codes in one place."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from basewright import errors
from basewright.cli import run as run_command_line
from basewright.cli.session import Session
from basewright.ports.terminal import Terminal


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def a_run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    raw, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(raw, "utf-8")
    terminal = Terminal(out, err, {"XDG_CONFIG_HOME": str(Path.cwd() / "home"), **environment})
    code = run_command_line(arguments, terminal)
    out.flush()
    return code, raw.getvalue().decode(), err.getvalue()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make `config show` fail with what the test says."""

    def install(error: BaseException) -> None:
        def fail(*_: object) -> object:
            raise error

        monkeypatch.setattr(Session, "layers", fail)

    return install


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InputError("wrong"), 2),
        (errors.ConfigurationError("wrong"), 2),
        (errors.UnsupportedError("not yet"), 3),
        (errors.RemoteError("away"), 4),
        (errors.IntegrityError("differs"), 5),
        (errors.BuildError("refused"), 6),
    ],
)
def test_an_error_is_its_message_and_its_code(
    error: errors.BasewrightError, code: int, failing: Callable[[BaseException], None]
) -> None:
    failing(error)

    assert a_run("config", "show") == (code, "", f"error: {error}\n")


def test_a_hint_says_what_to_do_next(failing: Callable[[BaseException], None]) -> None:
    failing(errors.InputError("no such file", hint="name another"))

    assert a_run("config", "show")[2] == "error: no such file\nhint: name another\n"


def test_several_errors_are_all_told(failing: Callable[[BaseException], None]) -> None:
    inner = ExceptionGroup("inner", [errors.InputError("two")])
    failing(ExceptionGroup("both", [errors.ConfigurationError("one"), inner]))

    assert a_run("config", "show") == (2, "", "error: one\nerror: two\n")


def test_a_defect_is_one_line_and_70(failing: Callable[[BaseException], None]) -> None:
    failing(ZeroDivisionError("by zero"))
    code, out, err = a_run("config", "show")

    assert (code, out) == (70, "")
    assert err.count("\n") == 1
    assert err.startswith("defect: ZeroDivisionError: by zero (basewright ")
    assert "report it" in err


def test_a_defect_among_errors_is_a_defect(failing: Callable[[BaseException], None]) -> None:
    failing(ExceptionGroup("both", [errors.InputError("one"), KeyError("two")]))

    assert a_run("config", "show")[0] == 70


def test_the_traceback_of_a_defect_is_shown_on_request(failing: Callable[[BaseException], None]) -> None:
    failing(ZeroDivisionError("by zero"))

    assert "Traceback" in a_run("config", "show", BASEWRIGHT_DEBUG="1")[2]
    assert "Traceback" not in a_run("config", "show")[2]


def test_an_interruption_is_130_and_says_nothing(failing: Callable[[BaseException], None]) -> None:
    failing(KeyboardInterrupt())

    assert a_run("config", "show") == (130, "", "")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("asess",), "No such command 'asess'"),
        (("config", "show", "--colour"), "No such option"),
        (("config", "show", "--format", "yaml"), "'yaml' is not among"),
        (("config", "show", "--format", "html"), "not among table, json"),
        (("assess",), "Missing argument"),
        (("assess", ".", "--bandwidth", "x"), "--bandwidth"),
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(arguments: tuple[str, ...], what: str) -> None:
    code, out, err = a_run(*arguments)

    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert what in err


def test_no_command_at_all_shows_the_help_and_is_2() -> None:
    code, out, err = a_run()

    assert (code, out) == (2, "")
    assert "basewright assess ." in err


def test_config_show_names_the_origin_of_every_value() -> None:
    Path("basewright.toml").write_text('fail-on = ["error"]\n[workload.db]\nowner = "Ops"\n', encoding="utf-8")
    code, out, err = a_run("config", "show", BASEWRIGHT_OFFLINE="1")

    assert (code, err) == (0, "")
    rows = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert rows["fail-on"].split() == ["error", "basewright.toml:1"]
    assert rows["offline"].split() == ["true", "BASEWRIGHT_OFFLINE"]
    assert rows["format"].split() == ["table", "default"]


def test_config_show_says_that_a_secret_is_set_and_never_to_what() -> None:
    login = {"BASEWRIGHT_REGISTRY": "registry.example:5000", "BASEWRIGHT_REGISTRY_PASSWORD": "pw-of-ada"}
    code, table, err = a_run("config", "show", **login)
    assert (code, err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()}
    assert rows["BASEWRIGHT_REGISTRY_PASSWORD"] == ["set", "environment"]
    assert rows["BASEWRIGHT_REGISTRY_USERNAME"] == ["-", "environment"]

    _, document, _ = a_run("config", "show", "--format", "json", **login)
    assert {"name": "BASEWRIGHT_REGISTRY", "is_set": True} in json.loads(document)["variables"]
    assert "pw-of-ada" not in table + document


def test_config_show_as_json_is_the_same_for_programs() -> None:
    Path("basewright.toml").write_text(
        "[workload.db]\ncriticality = { value = 'high', owner = 'Ops', reason = 'orders' }\n", encoding="utf-8"
    )
    code, out, _ = a_run("config", "show", "--format", "json")

    document = json.loads(out)
    assert code == 0
    assert document["schema"] == "basewright/config/1"
    assert document["declarations"] == [
        {
            "workload": "db",
            "key": "criticality",
            "value": "high",
            "owner": "Ops",
            "reason": "orders",
            "origin": "basewright.toml:2",
        }
    ]
    assert {"key": "format", "value": "json", "origin": "option --format"} in document["settings"]
