from collections.abc import Callable
from pathlib import Path

import pytest

from basewright.errors import SyntaxInputError
from basewright.model.workload import Dependency, Manifest
from basewright.ports.files import DirectoryFiles
from basewright.sources.context import read_manifest, read_manifests

Read = Callable[[str, str], Manifest]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(name: str, content: str) -> Manifest:
        (tmp_path / name).write_text(content)
        manifest = read_manifest(DirectoryFiles(tmp_path), name)
        assert manifest is not None
        return manifest

    return reading


def by_name(manifest: Manifest) -> dict[str, Dependency]:
    return {one.name: one for one in manifest.dependencies}


def test_requirements_have_versions_markers_and_lines(read: Read) -> None:
    manifest = read(
        "requirements.txt",
        "# talk\n--no-binary psycopg2\nDjango[argon2]==5.2.1  # note\nnumpy>=2,<3 ; python_version > '3.10'\n"
        "psycopg2==2.9.11 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
        "pywin32==310; sys_platform == 'win32'\nfoo @ https://example.org/foo-1.0-cp312-cp312-musllinux_1_2_x86_64.whl#sha256=1\n"
        "-e .\nhttps://example.org/x.zip\nunpinned\nwild==1.*\n",
    )

    found = by_name(manifest)
    assert sorted(found) == ["django", "foo", "numpy", "psycopg2", "unpinned", "wild"]
    assert (found["django"].version, found["django"].where.line) == ("5.2.1", 3)
    assert (found["numpy"].version, found["numpy"].requirement) == (None, ">=2,<3 ; python_version > '3.10'")
    assert (found["psycopg2"].version, found["psycopg2"].where.line) == ("2.9.11", 5)
    assert (found["foo"].musl, found["foo"].is_native) == (True, True)
    assert found["wild"].version is None
    assert manifest.facts == {"no-binary": "psycopg2"}


def test_included_files_and_constraints_count(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements.txt").write_text(
        "-r requirements/base.txt\n-c constraints.txt\nb\n-r missing.txt\n-r ../../x.txt\n"
    )
    (tmp_path / "requirements" / "base.txt").write_text("a\n-r ../requirements.txt\n--requirement=more.txt\n")
    (tmp_path / "requirements" / "more.txt").write_text("c\n")
    (tmp_path / "constraints.txt").write_text("a==1.0\nunused==2\n")

    manifests, unknowns = read_manifests(DirectoryFiles(tmp_path), ".")

    (manifest,) = manifests
    assert [(one.name, one.version, str(one.where)) for one in manifest.dependencies] == [
        ("a", "1.0", "requirements/base.txt:1"),
        ("b", None, "requirements.txt:3"),
        ("c", None, "requirements/more.txt:1"),
    ]
    assert [one.path for one in unknowns] == ["requirements.txt"]
    assert "../../x.txt, missing.txt" in unknowns[0].reason


@pytest.mark.parametrize(
    ("name", "is_development"),
    [
        ("requirements.txt", False),
        ("requirements-dev.txt", True),
        ("test-requirements.txt", True),
        ("requirements_prod.txt", False),
    ],
)
def test_a_file_for_development_says_so_by_its_name(read: Read, name: str, is_development: bool) -> None:
    assert [one.is_development for one in read(name, "a\n").dependencies] == [is_development]


def test_pyproject_of_every_tool_is_read(read: Read) -> None:
    manifest = read(
        "pyproject.toml",
        """[build-system]
build-backend = "hatchling.build"
[project]
requires-python = ">=3.12"
dependencies = [
  "httpx>=0.27",
  "psycopg[binary]==3.2.1",
]
[project.optional-dependencies]
s3 = ["boto3"]
test = ["pytest"]
[project.scripts]
serve = "app:main"
[dependency-groups]
dev = ["ruff", {include-group = "test"}]
[tool.poetry.dependencies]
python = "^3.11"
uvicorn = {version = "^0.30", extras = ["standard"]}
[tool.poetry.group.dev.dependencies]
mypy = "1.11.0"
""",
    )

    found = by_name(manifest)
    assert {name: one.is_development for name, one in found.items()} == {
        "boto3": False, "httpx": False, "mypy": True, "psycopg": False, "pytest": True, "ruff": True, "uvicorn": False,
    }  # fmt: skip
    assert (found["psycopg"].version, found["psycopg"].where.line) == ("3.2.1", 7)
    assert (found["uvicorn"].requirement, found["uvicorn"].where.line) == ("^0.30", 18)
    assert manifest.runtime == ">=3.12"
    assert manifest.scripts == {"serve": "app:main"}
    assert manifest.facts == {"build-backend": "hatchling.build"}


UV = """requires-python = ">=3.12"
[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "numpy" }, { name = "greenlet" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
[[package]]
name = "greenlet"
version = "3.0"
dependencies = [{ name = "six" }]
wheels = [{ url = "https://x/greenlet-3.0-cp312-cp312-manylinux_2_28_x86_64.whl" }]
[[package]]
name = "numpy"
version = "2.1"
sdist = { url = "https://x/numpy-2.1.tar.gz" }
wheels = [
  { url = "https://x/numpy-2.1-cp312-cp312-manylinux_2_28_x86_64.whl" },
  { url = "https://x/numpy-2.1-cp312-cp312-musllinux_1_2_x86_64.whl" },
]
[[package]]
name = "pytest"
version = "8"
wheels = [{ url = "https://x/pytest-8-py3-none-any.whl" }]
[[package]]
name = "six"
version = "1"
sdist = { url = "https://x/six-1.tar.gz" }
[[package]]
name = "winpty"
version = "1"
wheels = [{ url = "https://x/winpty-1-cp312-cp312-win_amd64.whl" }]
"""


def test_uv_lock_tells_wheels_directness_and_groups(read: Read) -> None:
    manifest = read("uv.lock", UV)

    shown = {one.name: (one.musl, one.is_native, one.is_direct, one.is_development) for one in manifest.dependencies}
    assert shown == {
        "greenlet": (False, True, True, False),
        "numpy": (True, True, True, False),
        "pytest": (True, False, True, True),
        "six": (None, None, False, False),
        "winpty": (None, True, False, True),
    }
    assert by_name(manifest)["numpy"].where.line == 15
    assert by_name(manifest)["numpy"].artefacts[-1] == "numpy-2.1.tar.gz"
    assert manifest.runtime == ">=3.12"


WHEEL = "foo-1-cp312-cp312-manylinux_2_17_x86_64.whl"
FILES = f'files = [{{file = "{WHEEL}"}}]'
LOCKS = {
    "poetry.lock": f'[[package]]\nname = "Foo_Bar"\nversion = "1"\ngroups = ["main", "dev"]\n{FILES}\n',
    "poetry.lock of version 1": '[[package]]\nname = "foo-bar"\nversion = "1"\ncategory = "main"\n'
    f'[metadata.files]\nfoo-bar = [{{file = "{WHEEL}"}}]\n',
    "pdm.lock": f'[[package]]\nname = "foo-bar"\nversion = "1"\ngroups = ["default"]\n{FILES}\n',
    "pylock.toml": f'[[packages]]\nname = "foo-bar"\nversion = "1"\n[[packages.wheels]]\nname = "{WHEEL}"\n',
    "pylock.prod.toml": '[[packages]]\nname = "foo-bar"\nversion = "1"\n'
    f'[[packages.wheels]]\nurl = "https://example.org/{WHEEL}?x#y"\n',
}


@pytest.mark.parametrize(("name", "content"), LOCKS.items(), ids=LOCKS)
def test_each_lock_names_its_wheels(read: Read, name: str, content: str) -> None:
    (one,) = read(name.split(maxsplit=1)[0], content).dependencies

    assert (one.name, one.version, one.musl, one.is_native, one.is_development) == ("foo-bar", "1", False, True, False)


PIPFILE = """[packages]
flask = "==3.0"
redis = "*"
[dev-packages]
pytest = ">=8"
[requires]
python_version = "3.12"
"""
PIPFILE_LOCK = """{"_meta": {"requires": {"python_version": "3.12"}},
"default": {
"flask": {"version": "==3.0", "hashes": ["sha256:1"]}},
"develop": {"pytest": {}}}"""


def test_pipfile_and_its_lock_are_read(read: Read) -> None:
    pipfile = read("Pipfile", PIPFILE)
    lock = read("Pipfile.lock", PIPFILE_LOCK)

    assert [(one.name, one.version, one.is_development, one.where.line) for one in pipfile.dependencies] == [
        ("flask", "3.0", False, 2), ("pytest", None, True, 5), ("redis", None, False, 3),
    ]  # fmt: skip
    assert [(one.name, one.version, one.is_development, one.where.line, one.musl) for one in lock.dependencies] == [
        ("flask", "3.0", False, 3, None), ("pytest", None, True, 4, None),
    ]  # fmt: skip
    assert pipfile.runtime == lock.runtime == "3.12"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "a = " + "[" * 100_000),
        ("pyproject.toml", ".".join("a" * 10_000) + " = 1"),
        ("Pipfile.lock", "["),
        ("Pipfile.lock", "[]"),
        ("Pipfile.lock", '{"a":' * 100_000),
        ("requirements.txt", "a\n" * 60_000),
    ],
    ids=["half", "deep", "dotted", "json", "list", "deep-json", "many"],
)
def test_what_cannot_be_read_is_an_unknown(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SyntaxInputError):
        read_manifest(DirectoryFiles(tmp_path), name)

    manifests, unknowns = read_manifests(DirectoryFiles(tmp_path), ".")

    assert manifests == ()
    assert [one.path.partition(":")[0] for one in unknowns] == [name]


def test_tables_of_other_kinds_than_expected_count_as_absent(read: Read) -> None:
    manifest = read(
        "pyproject.toml", 'project = 1\ndependency-groups = "x"\n[tool]\npoetry = [1]\nuv = {dev-dependencies = "x"}\n'
    )

    assert manifest.dependencies == ()
