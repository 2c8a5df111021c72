"""What the project's files may hold, and what must agree between them."""

import re
import shutil
import subprocess
import tomllib
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from project_files import ROOT, tracked_files

import basewright

# Written in pieces, so that this file holds none of them.
_MACHINE_PATHS = ("/" + r"work/(?:main|shared)\b", "/" + r"home/[a-z]+/", re.escape(f"{ROOT}/"))
_REGISTRY_HOSTS = ("pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)", "deb" + r"\.debian\.org")
_UNFINISHED = (
    "TO" + "DO",
    "FIX" + "ME",
    "XX" + "X",
    "NotImplemented" + "Error",
    "pragma: no" + " cover",
    "assert " + "True",
)


def _texts(*endings: str) -> dict[str, str]:
    found = {}
    for path in tracked_files():
        if not endings or path.suffix in endings:
            content = path.read_bytes()
            if b"\0" not in content[:4096]:
                found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8", "replace")
    return found


def _hits(texts: dict[str, str], patterns: tuple[str, ...]) -> list[str]:
    pattern = re.compile("|".join(patterns))
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts.items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_a_machine() -> None:
    texts = {name: text for name, text in _texts().items() if "/data/" not in name and "/golden/" not in name}
    assert _hits(texts, _MACHINE_PATHS) == []


def test_no_file_names_a_host_of_a_package_registry() -> None:
    assert _hits(_texts(), _REGISTRY_HOSTS) == []


def test_no_code_is_left_unfinished() -> None:
    assert _hits(_texts(".py"), tuple(rf"\b{re.escape(word)}\b" for word in _UNFINISHED)) == []


def test_the_version_is_one_and_the_changelog_has_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == basewright.__version__
    assert f"## [{basewright.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_constraints_hold_a_version_of_everything_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    held = dict(line.split("==") for line in lines if not line.startswith("#"))
    texts = project["project"]["dependencies"] + list(chain(*project["dependency-groups"].values()))

    wrong = [text for text in texts if not _is_held(Requirement(text), held)]
    assert wrong == [], "tools/write_constraints.py writes the versions of a working environment"


def _is_held(asked: Requirement, held: dict[str, str]) -> bool:
    version = held.get(canonicalize_name(asked.name))
    return version is not None and version in asked.specifier


def test_the_tools_that_tests_look_for_are_installed_where_that_may_be() -> None:
    script = (ROOT / "tools" / "install_tools.sh").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z][a-z-]+", script)) | {"rpm", "syft", "trivy"}  # brought by rpmbuild's, by a group
    tests = [text for name, text in _texts(".py").items() if name.startswith(("tests/integration/", "tests/support/"))]
    calls = [one for text in tests for one in re.findall(r"\b(?:shutil\.which|need|tool)\(([^()]*)\)", text)]

    wanted = {name for one in calls for name in re.findall(r'"([a-z-]+)"', one)}
    assert {"skopeo", "strace", "docker-registry"} <= wanted
    assert sorted(wanted - named) == []


def test_the_targets_that_the_readme_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", readme))

    assert {"demo", "test"} <= named
    assert [name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_continuous_integration_runs_what_people_run() -> None:
    run = ROOT / ".ci" / "run"
    assert run.stat().st_mode & 0o111
    assert re.search(r"^exec make test\b", run.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.integration
def test_shell_scripts_are_clean() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    scripts = [str(path) for path in tracked_files() if path.suffix == ".sh" and "examples" not in path.parts]
    scripts = [one for one in scripts if "/tests/" not in one]
    done = subprocess.run(
        ["shellcheck", str(ROOT / ".ci" / "run"), *scripts], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
