"""Node packages in images: roots, nested ones, pnpm's links, Plug'n'Play, licences, damaged files."""

import json

import pytest
from layer_facts import Symlink
from packaged_images import inventory, package, reasons
from zips import zip_of

from basewright.formats.content import MalformedError
from basewright.inventory.languages.node import read_package_json


def manifest(name: str, version: str = "1.0.0", **fields: object) -> str:
    return json.dumps({"name": name, "version": version} | fields)


def test_installed_packages_own_their_folders_without_what_is_nested() -> None:
    nodes = {
        "app/node_modules/a/package.json": manifest("a"),
        "app/node_modules/a/index.js": "1",
        "app/node_modules/a/node_modules/@scope/b/package.json": manifest("@scope/b", "2.0.0"),
        "app/node_modules/a/node_modules/@scope/b/lib/x.js": "2",
        "app/node_modules/.bin/a": "3",
    }

    found = inventory(nodes)

    assert package(found, "a").files == ("app/node_modules/a/index.js", "app/node_modules/a/package.json")
    assert package(found, "@scope/b").purl == "pkg:npm/%40scope/b@2.0.0"
    assert package(found, "@scope/b").files == (
        "app/node_modules/a/node_modules/@scope/b/lib/x.js",
        "app/node_modules/a/node_modules/@scope/b/package.json",
    )


def test_global_packages_and_applications_are_told_apart() -> None:
    nodes = {
        "usr/local/lib/node_modules/npm/package.json": manifest("npm", "10.9.0"),
        "app/package.json": manifest("shop"),
        "app/node_modules/a/test/fixtures/b/package.json": manifest("fixture"),
        "usr/share/nodejs/acorn/package.json": manifest("acorn", "8.8.0"),
        "usr/share/nodejs/acorn/dist/x/package.json": manifest("inner"),
    }

    assert {one.name: one.note for one in inventory(nodes).packages} == {
        "acorn": "",
        "fixture": "inside another package",
        "inner": "inside another package",
        "npm": "",
        "shop": "an application, or code copied into one",
    }


def test_pnpms_links_are_counted_once() -> None:
    real = "app/node_modules/.pnpm/a@1.0.0/node_modules/a"
    nodes = {
        f"{real}/package.json": manifest("a"),
        "app/node_modules/a": Symlink(".pnpm/a@1.0.0/node_modules/a"),
        "app/node_modules/.pnpm/b@1.0.0/node_modules/a": Symlink("../../a@1.0.0/node_modules/a"),
    }

    assert [one.location for one in inventory(nodes).packages] == [f"{real}/package.json"]


def test_a_package_json_that_only_says_how_to_load_files_is_none() -> None:
    nodes = {"app/node_modules/a/esm/package.json": '{"type": "module"}', "x/package.json": manifest("", "1")}

    assert inventory(nodes).packages == ()


def test_an_installed_package_without_a_name_is_called_after_its_folder() -> None:
    found = inventory({"app/node_modules/@s/odd/package.json": '{"main": "x.js"}'}).packages[0]

    assert (found.name, found.version, found.note) == ("@s/odd", None, "named after its folder")


def test_a_name_that_cannot_be_one_is_not_believed() -> None:
    found = inventory({"app/node_modules/odd/package.json": manifest("../../etc/passwd")}).packages[0]

    assert found.name == "odd"


@pytest.mark.parametrize(
    ("fields", "licenses"),
    [
        ({"license": "MIT"}, ("MIT",)),
        ({"license": "(MIT OR Apache-2.0)"}, ("(MIT OR Apache-2.0)",)),
        ({"license": {"type": "ISC", "url": "u"}}, ("ISC",)),
        ({"licenses": [{"type": "MIT"}, "BSD", {"x": 1}, 5]}, ("MIT", "BSD")),
        ({"license": ["MIT", "ISC"]}, ("MIT", "ISC")),
        ({"license": 5}, ()),
        ({"license": ""}, ()),
        ({}, ()),
    ],
)
def test_licences_in_every_form_that_npm_took(fields: dict[str, object], licenses: tuple[str, ...]) -> None:
    found = read_package_json("x/package.json", manifest("a", **fields).encode())

    assert found is not None
    assert found.licenses == licenses


@pytest.mark.parametrize("author", ["Ann <a@b.c>", {"name": "Ann <a@b.c>", "email": "x"}])
def test_the_author_is_the_supplier(author: object) -> None:
    found = read_package_json("x/package.json", manifest("a", author=author).encode())

    assert found is not None
    assert found.supplier == "Ann <a@b.c>"


def test_damaged_manifests_are_unknowns_but_for_those_among_tests() -> None:
    nodes = {
        "app/node_modules/a/package.json": "{",
        "app/node_modules/a/test/malformed/package.json": "{",
        "app/node_modules/b/package.json": "[" * 100_000,
        "app/node_modules/c/package.json": '"text"',
        "srv/package.json": '{"name": NaN}',
    }

    told = reasons(inventory(nodes))

    assert [reason.partition(":")[0] for reason in told] == [
        "app/node_modules/a/package.json",
        "app/node_modules/b/package.json",
        "app/node_modules/c/package.json",
        "srv/package.json",
    ]


def test_a_byte_order_mark_is_no_damage() -> None:
    assert read_package_json("x/package.json", b"\xef\xbb\xbf" + manifest("a").encode()) is not None


def test_fields_of_another_type_leave_the_others_alone() -> None:
    found = read_package_json("app/node_modules/a/package.json", b'{"name": "a", "version": 5, "author": []}')

    assert found is not None
    assert (found.name, found.version, found.supplier) == ("a", None, None)


def test_yarns_cache_holds_packages() -> None:
    archive = zip_of({"node_modules/@s/a/package.json": manifest("@s/a", "3.1.0"), "node_modules/@s/a/x.js": "1"})
    nodes = {"app/.pnp.cjs": "x", "app/.yarn/cache/@s-a-npm-3.1.0-abc.zip": archive, "other.zip": b"no zip"}

    found = inventory(nodes)

    assert package(found, "@s/a").version == "3.1.0"
    assert package(found, "@s/a").files == ("app/.yarn/cache/@s-a-npm-3.1.0-abc.zip",)
    assert reasons(found) == []


def test_plug_n_play_without_its_cache_is_an_unknown() -> None:
    assert reasons(inventory({"app/.pnp.cjs": "x"})) == [
        "app/.pnp.cjs: packages of Yarn's Plug'n'Play, whose cache the image does not hold"
    ]


def test_a_deep_manifest_at_a_package_root_is_refused_in_words() -> None:
    with pytest.raises(MalformedError, match="nested too deeply"):
        read_package_json("node_modules/a/package.json", b'{"a":' * 100_000)
