import json
from collections.abc import Callable
from pathlib import Path

import pytest

from basewright.errors import SyntaxInputError
from basewright.model.workload import Dependency, Manifest
from basewright.ports.files import DirectoryFiles
from basewright.sources.context import read_manifest

Read = Callable[[str, str], Manifest]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(name: str, content: str) -> Manifest:
        (tmp_path / name).write_text(content)
        manifest = read_manifest(DirectoryFiles(tmp_path), name)
        assert manifest is not None
        return manifest

    return reading


def builds(manifest: Manifest) -> dict[str, tuple[bool | None, bool | None]]:
    """Name → (musl, is_native)."""
    return {one.name: (one.musl, one.is_native) for one in manifest.dependencies}


def by_name(manifest: Manifest) -> dict[str, Dependency]:
    return {one.name: one for one in manifest.dependencies}


def test_package_json_tells_scripts_engines_and_sections(read: Read) -> None:
    manifest = read(
        "package.json",
        """{
  "name": "shop", "type": "module", "bin": {"shop": "cli.js"},
  "engines": {"node": ">=22 <25", "npm": ">=10"},
  "scripts": {"start": "node server.js", "build": "vite build"},
  "dependencies": {
    "express": "5.1.0",
    "pg": "^8.16.0"
  },
  "devDependencies": {"vite": "7.x"},
  "optionalDependencies": {"bufferutil": "*"}
}""",
    )

    assert [
        (one.name, one.version, one.requirement, one.where.line, one.is_development) for one in manifest.dependencies
    ] == [
        ("bufferutil", None, "*", 10, False),
        ("express", "5.1.0", "5.1.0", 6, False),
        ("pg", None, "^8.16.0", 7, False),
        ("vite", None, "7.x", 9, True),
    ]
    assert manifest.runtime == ">=22 <25"
    assert manifest.scripts == {"build": "vite build", "start": "node server.js"}
    assert manifest.facts == {"bin.shop": "cli.js", "engines.npm": ">=10", "name": "shop", "type": "module"}


NPM = {
    "lockfileVersion": 3,
    "packages": {
        "": {
            "dependencies": {"sharp": "1", "bcrypt": "6"},
            "devDependencies": {"vite": "7"},
            "engines": {"node": ">=22"},
        },
        "node_modules/@img/sharp-linux-x64": {"version": "1", "cpu": ["x64"], "os": ["linux"], "libc": ["glibc"]},
        "node_modules/@img/sharp-linuxmusl-x64": {"version": "1", "cpu": ["x64"], "os": ["linux"], "libc": ["musl"]},
        "node_modules/@esbuild/linux-x64": {"version": "1", "cpu": ["x64"], "os": ["linux"]},
        "node_modules/bcrypt": {"version": "6", "hasInstallScript": True, "dependencies": {"node-gyp-build": "4"}},
        "node_modules/core-js": {"version": "3", "hasInstallScript": True},
        "node_modules/esbuild": {
            "version": "1",
            "dev": True,
            "hasInstallScript": True,
            "optionalDependencies": {"@esbuild/linux-x64": "1", "@esbuild/win32-x64": "1"},
        },
        "node_modules/node-gyp-build": {"version": "4"},
        "node_modules/old": {"version": "1", "gypfile": True},
        "node_modules/only-glibc": {"version": "1", "optionalDependencies": {"only-glibc-linux-x64-gnu": "1"}},
        "node_modules/rollup": {
            "version": "4",
            "dev": True,
            "optionalDependencies": {"@rollup/rollup-linux-x64-gnu": "4", "@rollup/rollup-linux-x64-musl": "4"},
        },
        "node_modules/sharp": {
            "version": "1",
            "optionalDependencies": {"@img/sharp-linux-x64": "1", "@img/sharp-linuxmusl-x64": "1"},
        },
        "node_modules/sharp/node_modules/semver": {"version": "7"},
        "node_modules/vite": {"version": "7", "dev": True},
        "node_modules/workspace": {"link": True, "resolved": "packages/workspace"},
        "packages/workspace": {"version": "0"},
    },
}


def test_a_lock_of_npm_tells_which_builds_are_published(read: Read) -> None:
    manifest = read("package-lock.json", json.dumps(NPM, indent=1))

    assert builds(manifest) == {
        "bcrypt": (None, True),
        "core-js": (None, None),
        "esbuild": (None, True),
        "node-gyp-build": (None, False),
        "old": (None, True),
        "only-glibc": (False, True),
        "rollup": (True, True),
        "semver": (None, False),
        "sharp": (True, True),
        "vite": (None, False),
    }
    assert manifest.facts == {"lockfileVersion": "3", "unlocked-musl-builds": "rollup"}
    assert manifest.runtime == ">=22"
    found = by_name(manifest)
    assert sorted(name for name, one in found.items() if one.is_direct) == ["bcrypt", "sharp", "vite"]
    assert sorted(name for name, one in found.items() if one.is_development) == ["esbuild", "rollup", "vite"]
    text = json.dumps(NPM, indent=1).split("\n")
    assert all(f'/{name}": {{' in text[one.where.line - 1] for name, one in found.items())


def test_a_lock_of_version_1_nests(read: Read) -> None:
    lock = {
        "dependencies": {
            "a": {"version": "1", "requires": {"bindings": "1"}, "dependencies": {"b": {"version": "2", "dev": True}}}
        }
    }

    manifest = read("package-lock.json", json.dumps(lock))

    assert builds(manifest) == {"a": (None, True), "b": (None, None)}
    assert manifest.facts == {"lockfileVersion": "1"}


YARN = """# yarn lockfile v1


"@img/sharp-linux-x64@0.34.1":
  version "0.34.1"

"@img/sharp-linuxmusl-x64@0.34.1":
  version "0.34.1"

bcrypt@^5.0.0, bcrypt@^5.1.0:
  version "5.1.1"
  resolved "https://example.org/bcrypt-5.1.1.tgz#1"
  dependencies:
    "@mapbox/node-pre-gyp" "^1.0.11"
    node-addon-api "^5.0.0"

sharp@^0.34.0:
  version "0.34.1"
  dependencies:
    color "^4.2.3"
  optionalDependencies:
    "@img/sharp-linux-x64" "0.34.1"
    "@img/sharp-linuxmusl-x64" "0.34.1"
"""


def test_a_lock_of_yarn_1_is_read(read: Read) -> None:
    manifest = read("yarn.lock", YARN)

    assert manifest.format == "yarn"
    assert builds(manifest) == {"bcrypt": (None, True), "sharp": (True, True)}
    assert [(one.version, one.where.line) for one in manifest.dependencies] == [("5.1.1", 10), ("0.34.1", 17)]


BERRY = """__metadata:
  version: 8

"@img/sharp-linux-x64@npm:0.34.1":
  version: 0.34.1
  resolution: "@img/sharp-linux-x64@npm:0.34.1"
  conditions: os=linux & cpu=x64 & libc=glibc
  languageName: node

"sharp@npm:^0.34.0":
  version: 0.34.1
  resolution: "sharp@npm:0.34.1"
  dependencies:
    "@img/sharp-linux-x64": "npm:0.34.1"
    color: "npm:^4.2.3"
  dependenciesMeta:
    "@img/sharp-linux-x64":
      optional: true
  languageName: node

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
"""


def test_a_lock_of_yarn_berry_is_read(read: Read) -> None:
    manifest = read("yarn.lock", "# talk\n" + BERRY)

    assert manifest.format == "yarn-berry"
    assert builds(manifest) == {"sharp": (False, True)}
    assert by_name(manifest)["sharp"].where.line == 11


PNPM = """lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      sharp: {specifier: ^0.34.0, version: 0.34.1}
    devDependencies:
      vite: {specifier: ^7, version: 7.0.0(sharp@0.34.1)}
packages:
  '@img/sharp-linux-x64@0.34.1':
    resolution: {integrity: sha512-1}
    cpu: [x64]
    os: [linux]
    libc: [glibc]
  '@img/sharp-linuxmusl-x64@0.34.1':
    resolution: {integrity: sha512-2}
    cpu: [x64]
    os: [linux]
    libc: [musl]
  sharp@0.34.1:
    resolution: {integrity: sha512-3}
  vite@7.0.0:
    resolution: {integrity: sha512-4}
snapshots:
  sharp@0.34.1:
    dependencies:
      color: 4.2.3
    optionalDependencies:
      '@img/sharp-linux-x64': 0.34.1
      '@img/sharp-linuxmusl-x64': 0.34.1
"""
PNPM_OLD = """lockfileVersion: 5.4
dependencies:
  bcrypt: 5.1.1
devDependencies:
  '@scope/tool': 1.0.0
packages:
  /bcrypt/5.1.1:
    requiresBuild: true
    dependencies:
      node-addon-api: 5.1.0
    dev: false
  /@scope/tool/1.0.0_peer@1:
    dev: true
"""


def test_a_lock_of_pnpm_is_read(read: Read) -> None:
    manifest = read("pnpm-lock.yaml", PNPM)

    shown = [
        (one.name, one.version, one.musl, one.is_native, one.is_direct, one.is_development)
        for one in manifest.dependencies
    ]
    assert shown == [("sharp", "0.34.1", True, True, True, False), ("vite", "7.0.0", None, None, True, True)]
    assert by_name(manifest)["sharp"].where.line == 19


def test_an_old_lock_of_pnpm_is_read(read: Read) -> None:
    manifest = read("pnpm-lock.yaml", PNPM_OLD)

    shown = [(one.name, one.version, one.is_native, one.is_direct, one.is_development) for one in manifest.dependencies]
    assert shown == [("@scope/tool", "1.0.0", None, True, True), ("bcrypt", "5.1.1", True, True, False)]


TWO = """a@^1:
  version "1"
  dependencies:
    b "^1"

b@^1:
  version "1"

c@^1:
  version "1"
"""


@pytest.mark.parametrize(
    ("package", "development", "direct"),
    [
        ({"dependencies": {"a": "1"}, "devDependencies": {"c": "1"}}, ["c"], ["a", "c"]),
        ({"dependencies": {"a": "1"}, "workspaces": ["packages/*"]}, [], []),
        (None, [], []),
    ],
    ids=["package", "workspace", "alone"],
)
def test_the_package_beside_a_lock_of_yarn_tells_what_is_for_development(
    tmp_path: Path, package: object, development: list[str], direct: list[str]
) -> None:
    (tmp_path / "yarn.lock").write_text(TWO)
    if package is not None:
        (tmp_path / "package.json").write_text(json.dumps(package))

    manifest = read_manifest(DirectoryFiles(tmp_path), "yarn.lock")

    assert manifest is not None
    assert [one.name for one in manifest.dependencies if one.is_development] == development
    assert [one.name for one in manifest.dependencies if one.is_direct] == direct


def test_what_only_a_development_dependency_brings_in_is_for_development(read: Read) -> None:
    lock = (
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {version: 1.0.0}\n    devDependencies:\n"
        "      b: {version: 1.0.0}\npackages:\n  a@1.0.0: {}\n  b@1.0.0: {}\n  c@1.0.0: {}\n  d@1.0.0: {}\n"
        "snapshots:\n  a@1.0.0(peer@2.0.0): {dependencies: {other-name: d@1.0.0}}\n"
        "  b@1.0.0: {dependencies: {c: 1.0.0, d: 1.0.0}}\n"
    )

    manifest = read("pnpm-lock.yaml", lock)

    assert {one.name: one.is_development for one in manifest.dependencies} == {
        "a": False,
        "b": True,
        "c": True,
        "d": False,
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("package.json", "{"),
        ("package.json", "[1]"),
        ("package-lock.json", '{"a":' * 200_000),
        ("pnpm-lock.yaml", "a: [1\n"),
        ("pnpm-lock.yaml", ""),
        ("pnpm-lock.yaml", "- 1\n"),
        ("yarn.lock", "\n__metadata: [\n"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(SyntaxInputError):
        read_manifest(DirectoryFiles(tmp_path), name)


def test_values_of_other_kinds_than_expected_count_as_absent(read: Read) -> None:
    package = read("package.json", '{"dependencies": [1], "scripts": "x", "engines": "22", "bin": 1, "name": {}}')
    lock = read(
        "package-lock.json", '{"packages": {"": 1, "node_modules/a": 1, "node_modules/b": {"version": 1, "libc": 2}}}'
    )

    assert (package.dependencies, dict(package.scripts), package.runtime) == ((), {}, None)
    assert [one.name for one in lock.dependencies] == ["a", "b"]
