"""Which layer of the configuration wins, and where files are searched."""

from pathlib import Path

import pytest

from basewright.cli.layers import resolve
from basewright.cli.settings import SETTINGS, Sourced
from basewright.errors import ConfigurationError


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home").mkdir()
    return {"XDG_CONFIG_HOME": str(tmp_path / "home")}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "shop" / "api").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def found(key: str, environment: dict[str, str], start: Path, **options: object) -> Sourced:
    return resolve(options, environment, start).settings.sourced[key]


def test_an_option_wins_over_a_variable_over_a_file_over_the_default(repository: Path, home: dict[str, str]) -> None:
    assert found("format", home, repository) == Sourced("table", "default")
    (repository / "basewright.toml").write_text('format = "json"\n')
    assert found("format", home, repository) == Sourced("json", "basewright.toml:1")
    home["BASEWRIGHT_FORMAT"] = "html"
    assert found("format", home, repository) == Sourced("html", "BASEWRIGHT_FORMAT")
    assert found("format", home, repository, format="sarif") == Sourced("sarif", "option --format")


def test_the_search_goes_upward_and_the_nearest_file_wins(repository: Path, home: dict[str, str]) -> None:
    (repository / "basewright.toml").write_text('format = "json"\n')
    start = repository / "shop" / "api"
    assert found("format", home, start).origin == "basewright.toml:1"
    (repository / "shop" / "pyproject.toml").write_text('[tool.basewright]\nformat = "html"\n')
    assert found("format", home, start).origin == "shop/pyproject.toml:2"


def test_the_search_never_leaves_the_repository(repository: Path, home: dict[str, str]) -> None:
    (repository.parent / "basewright.toml").write_text('format = "json"\n')

    assert found("format", home, repository / "shop").origin == "default"


def test_outside_a_repository_only_the_folder_itself_is_searched(tmp_path: Path, home: dict[str, str]) -> None:
    folder = tmp_path / "loose" / "inner"
    folder.mkdir(parents=True)
    (tmp_path / "loose" / "basewright.toml").write_text('format = "json"\n')

    assert found("format", home, folder).origin == "default"
    assert found("format", home, tmp_path / "loose").value == "json"


def test_the_persons_own_file_fills_what_the_project_leaves_open(repository: Path, home: dict[str, str]) -> None:
    own = Path(home["XDG_CONFIG_HOME"]) / "basewright" / "basewright.toml"
    own.parent.mkdir()
    own.write_text('format = "html"\ncolor = "never"\n')
    (repository / "basewright.toml").write_text('format = "json"\n')

    assert found("format", home, repository).value == "json"
    assert found("color", home, repository) == Sourced("never", f"{own}:2")


def test_the_persons_own_file_may_be_a_link(tmp_path: Path, repository: Path, home: dict[str, str]) -> None:
    (tmp_path / "dotfiles.toml").write_text('color = "never"\n')
    own = Path(home["XDG_CONFIG_HOME"]) / "basewright"
    own.mkdir()
    (own / "basewright.toml").symlink_to(tmp_path / "dotfiles.toml")

    assert found("color", home, repository).value == "never"


def test_a_projects_file_may_not_be_a_link_that_leads_elsewhere(
    tmp_path: Path, repository: Path, home: dict[str, str]
) -> None:
    (tmp_path / "secret.toml").write_text('color = "never"\n')
    (repository / "basewright.toml").symlink_to(tmp_path / "secret.toml")

    with pytest.raises(ConfigurationError, match="leads outside"):
        resolve({}, home, repository)


def test_a_named_file_is_the_only_one_that_is_read(tmp_path: Path, repository: Path, home: dict[str, str]) -> None:
    (repository / "basewright.toml").write_text('format = "json"\ncolor = "never"\n')
    other = tmp_path / "other.toml"
    other.write_text('format = "html"\n')
    layers = resolve({"config": str(other)}, home, repository)

    assert layers.settings.text("format") == "html"
    assert layers.settings.text("color") == "auto"
    assert [name for name, _ in layers.files] == [str(other)]


def test_a_named_file_that_is_missing_is_an_error(repository: Path, home: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: no such file"):
        resolve({"config": "nowhere.toml"}, home, repository)


def test_a_broken_pyproject_without_our_table_is_none_of_our_business(repository: Path, home: dict[str, str]) -> None:
    (repository / "pyproject.toml").write_text("= broken")

    assert resolve({}, home, repository).files == ()


def test_an_unknown_variable_is_refused_with_the_nearest_one(repository: Path, home: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="unknown variable BASEWRIGHT_FROMAT") as caught:
        resolve({}, home | {"BASEWRIGHT_FROMAT": "json"}, repository)
    assert caught.value.hint == "did you mean BASEWRIGHT_FORMAT?"


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("BASEWRIGHT_OFFLINE", "1", True),
        ("BASEWRIGHT_OFFLINE", "no", False),
        ("BASEWRIGHT_FAIL_ON", "error, incomplete", ("error", "incomplete")),
        ("BASEWRIGHT_MIRRORS", "a/b=docker.io,c=gcr.io", {"a/b": "docker.io", "c": "gcr.io"}),
        ("BASEWRIGHT_BANDWIDTH", "25", 25),
    ],
)
def test_a_variable_is_read_by_the_shape_of_its_setting(
    variable: str, text: str, value: object, repository: Path, home: dict[str, str]
) -> None:
    key = variable.removeprefix("BASEWRIGHT_").lower().replace("_", "-")

    assert found(key, home | {variable: text}, repository) == Sourced(value, variable)  # type: ignore[arg-type]  # any shape


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("BASEWRIGHT_OFFLINE", "maybe"),
        ("BASEWRIGHT_BANDWIDTH", "-1"),
        ("BASEWRIGHT_BANDWIDTH", "0"),
        ("BASEWRIGHT_BANDWIDTH", "9" * 5000),
        ("BASEWRIGHT_MIRRORS", "a"),
        ("BASEWRIGHT_COLOR", "sometimes"),
    ],
)
def test_a_variable_of_another_shape_is_refused_by_name(
    variable: str, text: str, repository: Path, home: dict[str, str]
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{variable}: "):
        resolve({}, home | {variable: text}, repository)


def test_every_setting_has_its_own_variable_and_option() -> None:
    assert len({one.variable for one in SETTINGS.values()}) == len(SETTINGS)
    assert len({one.option for one in SETTINGS.values()}) == len(SETTINGS)
