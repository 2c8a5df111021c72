"""Ruby, PHP, .NET, R, Lua, Erlang, WordPress, Homebrew, and the stores of Arch, Gentoo and Nix."""

import json
import struct

import pytest
from layer_facts import Node
from packaged_images import inventory, package, reasons

from basewright.formats.content import MalformedError
from basewright.inventory.languages.ruby import read_gemspec
from basewright.model.inventory import Inventory
from basewright.model.package import Evidence

GEMS = "usr/local/bundle"


def only(nodes: dict[str, Node]) -> Inventory:
    found = inventory(nodes)
    assert reasons(found) == []
    return found


def test_a_gem_owns_its_folder_and_its_specification() -> None:
    spec = (
        "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.16.0 x86_64-linux lib\n\nGem::Specification.new do |s|\n"
        '  s.name = "nokogiri".freeze\n  s.version = "1.16.0"\n  s.licenses = ["MIT".freeze, "Apache-2.0"]\n'
        '  s.authors = ["Mike".freeze]\nend\n'
    )
    nodes: dict[str, Node] = {
        f"{GEMS}/specifications/nokogiri-1.16.0-x86_64-linux.gemspec": spec,
        f"{GEMS}/gems/nokogiri-1.16.0-x86_64-linux/lib/n.rb": "1",
        f"{GEMS}/gems/nokogiri-1.16.0-x86_64-linux/nokogiri.gemspec": spec,
    }

    found = package(only(nodes), "nokogiri")

    assert found.purl == "pkg:gem/nokogiri@1.16.0?platform=x86_64-linux"
    assert (found.licenses, found.supplier, len(found.files)) == (("MIT", "Apache-2.0"), "Mike", 3)


def test_a_default_gem_says_that_it_comes_with_ruby() -> None:
    nodes: dict[str, Node] = {
        "usr/lib/ruby/gems/3.2.0/specifications/default/json-2.6.3.gemspec": "# stub: json 2.6.3 ruby lib\n"
    }

    assert package(only(nodes), "json").note == "comes with Ruby itself"


def test_a_gemspec_that_would_have_to_be_run_is_told_by_its_file_name() -> None:
    told = read_gemspec(
        "x/specifications/foo-bar-1.2.gemspec", b"Gem::Specification.new do |s|\n  s.version = VERSION\n"
    )

    assert (told.name, told.version) == ("foo-bar", "1.2")


def test_a_gemspec_without_any_name_is_refused() -> None:
    with pytest.raises(MalformedError, match="names none"):
        read_gemspec("elsewhere.gemspec", b'  s.name = "#{x}"\n')


@pytest.mark.parametrize("version", [1, 2])
def test_composers_packages_own_their_folders(version: int) -> None:
    entries = [
        {"name": "Symfony/Console", "version": "v7.0.1", "license": ["MIT"], "install-path": "../symfony/console"},
        {"name": "acme/odd", "version": "1.0", "install-path": "../../../../.."},
        {"version": "nameless"},
    ]
    if version == 1:
        del entries[0]["install-path"]
        entries[0]["name"] = "symfony/console"
    document = entries if version == 1 else {"packages": entries, "dev": False}
    nodes: dict[str, Node] = {
        "app/vendor/composer/installed.json": json.dumps(document),
        "app/vendor/symfony/console/App.php": "1",
        "etc/passwd": "x",
    }

    found = {one.purl: one for one in only(nodes).packages}

    assert sorted(found) == ["pkg:composer/acme/odd@1.0", "pkg:composer/symfony/console@v7.0.1"]
    assert found["pkg:composer/symfony/console@v7.0.1"].files == ("app/vendor/symfony/console/App.php",)
    assert found["pkg:composer/acme/odd@1.0"].files == ()


def test_a_composer_record_without_packages_is_an_unknown() -> None:
    nodes: dict[str, Node] = {"app/vendor/composer/installed.json": '{"dev": true}'}

    assert reasons(inventory(nodes)) == [
        "app/vendor/composer/installed.json: php-composer: an installed.json without a list of packages"
    ]


DEPS = {
    "targets": {
        ".NETCoreApp,Version=v8.0": {
            "App/1.0.0": {"runtime": {"App.dll": {}}},
            "Newtonsoft.Json/13.0.3": {"runtime": {"lib/net6.0/Newtonsoft.Json.dll": {}}},
            "Odd/1.0.0": {"resources": {"lib/net6.0/de/Odd.resources.dll": {}}, "runtime": 5},
        }
    },
    "libraries": {
        "App/1.0.0": {"type": "project"},
        "Newtonsoft.Json/13.0.3": {"type": "package", "sha512": "x"},
        "Odd/1.0.0": {"type": "package"},
        "NoVersion": {"type": "package"},
        "Later/1.0": {"type": "something-new"},
    },
}


def test_libraries_of_a_dotnet_application_own_their_assemblies() -> None:
    nodes: dict[str, Node] = {
        "app/App.deps.json": json.dumps(DEPS),
        "app/App.dll": "1",
        "app/Newtonsoft.Json.dll": "22",
        "app/de/Odd.resources.dll": "3",
    }

    found = only(nodes)

    assert [(one.purl, one.files) for one in found.packages] == [
        ("pkg:nuget/App@1.0.0", ("app/App.dll",)),
        ("pkg:nuget/Newtonsoft.Json@13.0.3", ("app/Newtonsoft.Json.dll",)),
        ("pkg:nuget/Odd@1.0.0", ("app/de/Odd.resources.dll",)),
    ]


def test_a_shared_framework_and_a_development_kit_own_their_folders() -> None:
    home = "usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1"
    nodes: dict[str, Node] = {
        f"{home}/Microsoft.NETCore.App.deps.json": json.dumps({"libraries": {}}),
        f"{home}/System.dll": "MZ not one",
        "usr/share/dotnet/sdk/8.0.101/.version": "hash\n",
        "usr/share/dotnet/sdk/8.0.101/x.txt": "1",
    }

    found = only(nodes)

    framework = package(found, "Microsoft.NETCore.App")
    assert (framework.version, framework.is_runtime, len(framework.files)) == ("8.0.1", True, 2)
    assert package(found, "dotnet-sdk").purl == "pkg:generic/dotnet-sdk@8.0.101"


def assembly(texts: dict[str, str], *, is_clr: bool = True) -> bytes:
    """Return a portable executable with a version resource, laid out by hand."""
    strings = b"".join(_node(key, 1, value.encode("utf-16-le") + b"\0\0") for key, value in texts.items())
    table = _node("040904b0", 1, b"", strings)
    info = _node("StringFileInfo", 1, b"", table)
    fixed = b"\xbd\x04\xef\xfe" + b"\0" * 48
    version = _node("VS_VERSION_INFO", 0, fixed, _node("VarFileInfo", 1, b"", b"") + info)
    tree = b""
    for level, (name, place) in enumerate(((16, 24), (1, 48), (1033, 72))):
        tree += struct.pack("<12xHH", 0, 1) + struct.pack("<II", name, place | (0x80000000 if level < 2 else 0))
    tree += struct.pack("<II8x", 0x1000 + 88, len(version))
    resources = tree + version
    directories = [(0, 0)] * 16
    directories[2] = (0x1000, len(resources))
    directories[14] = (0x1000, 72) if is_clr else (0, 0)
    optional = struct.pack("<H", 0x10B) + b"\0" * 90 + struct.pack("<I", 16)
    optional += b"".join(struct.pack("<II", *one) for one in directories)
    coff = struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, len(optional), 0)
    section = struct.pack("<8sIIII16x", b".rsrc", len(resources), 0x1000, len(resources), 0x400)
    head = b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + coff + optional + section
    return head.ljust(0x400, b"\0") + resources + b"\0" * 4096


def _node(key: str, kind: int, value: bytes, children: bytes = b"") -> bytes:
    text = key.encode("utf-16-le") + b"\0\0"
    head = b"\0" * 6 + text
    body = head + b"\0" * (-len(head) % 4) + value
    body += b"\0" * (-len(body) % 4) + children
    length = struct.pack("<HHH", len(body), len(value) // 2 if kind else len(value), kind)
    whole = length + body[6:]
    return whole + b"\0" * (-len(whole) % 4)


def test_an_assembly_that_nothing_lists_is_named_by_its_version_resource() -> None:
    texts = {"CompanyName": "Acme", "InternalName": "Clr.Loader.dll", "ProductVersion": "1.2.0+abc", "FileVersion": "9"}
    nodes: dict[str, Node] = {"opt/renamed.dll": assembly(texts), "opt/native.dll": assembly(texts, is_clr=False)}

    (found,) = only(nodes).packages

    assert (found.purl, found.supplier, found.evidence) == ("pkg:nuget/Clr.Loader@1.2.0", "Acme", Evidence.BINARY)


def test_an_assembly_of_an_application_is_not_told_twice() -> None:
    nodes: dict[str, Node] = {
        "app/App.deps.json": json.dumps(DEPS),
        "app/Newtonsoft.Json.dll": assembly({"InternalName": "Newtonsoft.Json.dll", "FileVersion": "13.0.3.27908"}),
    }

    assert [one.name for one in only(nodes).packages] == ["App", "Newtonsoft.Json", "Odd"]


def test_an_r_package_owns_its_folder() -> None:
    description = "Package: stringr\nVersion: 1.5.1\nLicense: MIT + file LICENSE\nBuilt: R 4.3.0\nTitle: a\n  b: c\n"
    nodes: dict[str, Node] = {
        "usr/local/lib/R/site-library/stringr/DESCRIPTION": description,
        "usr/local/lib/R/site-library/stringr/R/stringr.rdb": "1",
        "srv/DESCRIPTION": "A text: of no package\n",
    }

    found = package(only(nodes), "stringr")

    assert (found.purl, found.licenses, len(found.files)) == ("pkg:cran/stringr@1.5.1", ("MIT + file LICENSE",), 2)


def test_rocks_otp_applications_plugins_and_kegs_are_found() -> None:
    nodes: dict[str, Node] = {
        "usr/local/lib/luarocks/rocks-5.4/lpeg/1.1.0-1/lpeg-1.1.0-1.rockspec": 'description = {license = "MIT"}\n',
        "opt/lib/jiffy-1.1.1/ebin/jiffy.app": '{application, jiffy,\n [{vsn,"1.1.1"}]}.\n',
        "srv/wp-content/plugins/akismet/akismet.php": "<?php\n/**\n * Plugin Name: Akismet\n * Version: 5.3\n */\n",
        "srv/wp-content/plugins/akismet/views/x.php": "<?php\n// Plugin Name: no\n",
        "home/linuxbrew/.linuxbrew/Cellar/jq/1.7.1/INSTALL_RECEIPT.json": "{}",
    }

    assert [one.purl for one in only(nodes).packages] == [
        "pkg:brew/jq@1.7.1",
        "pkg:luarocks/lpeg@1.1.0-1",
        "pkg:otp/jiffy@1.1.1",
        "pkg:wordpress-plugin/akismet@5.3",
    ]


def test_pacmans_records_are_packages_of_the_distribution() -> None:
    desc = "%NAME%\nbash\n\n%VERSION%\n5.2.037-1\n\n%BASE%\nbash\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL-3.0-or-later\n"
    nodes: dict[str, Node] = {
        "etc/os-release": "ID=arch\n",
        "var/lib/pacman/local/bash-5.2.037-1/desc": desc,
        "var/lib/pacman/local/bash-5.2.037-1/files": "%FILES%\nusr/\nusr/bin/\nusr/bin/bash\n\n%BACKUP%\netc/x\t1\n",
        "usr/bin/bash": "x",
    }

    found = package(inventory(nodes), "bash")

    assert found.purl == "pkg:alpm/arch/bash@5.2.037-1?arch=x86_64"
    assert (found.files, found.evidence) == (("usr/bin/bash",), Evidence.DATABASE)


def test_portages_records_are_packages() -> None:
    contents = "dir /usr/bin\nobj /usr/bin/a b 0123456789abcdef0123456789abcdef 1\nsym /usr/bin/c -> a b 1\n"
    nodes: dict[str, Node] = {"var/db/pkg/app-misc/tool-x-1.2.3-r1/CONTENTS": contents, "usr/bin/a b": "1"}

    found = package(inventory(nodes), "app-misc/tool-x")

    assert found.purl == "pkg:ebuild/app-misc/tool-x@1.2.3-r1"
    assert found.files == ("usr/bin/a b",)


def test_paths_of_the_nix_store_name_packages() -> None:
    store = "nix/store/0c9sxnbpgr6h9vlcd9ghjdr5gy3xc1bi"
    nodes: dict[str, Node] = {
        f"{store}-openssl-3.0.14-bin/bin/openssl": "1",
        f"{store}-hook.sh/x": "2",
        f"{store}-src-1.0.tar.gz/x": "3",
        "nix/store/short-1.0/x": "4",
    }

    found = inventory(nodes).packages

    assert [one.purl for one in found] == [
        "pkg:nix/openssl@3.0.14?output=bin&outputhash=0c9sxnbpgr6h9vlcd9ghjdr5gy3xc1bi"
    ]


def test_damaged_records_are_unknowns() -> None:
    nodes: dict[str, Node] = {
        "app/x.deps.json": "{",
        "app/y.deps.json": '{"libraries": []}',
        "var/lib/pacman/local/a/desc": "%VERSION%\n1\n\n%NAME%",
        "var/db/pkg/cat/noversion/CONTENTS": "",
        "usr/share/php/.registry/x.reg": "a:0:{}",
        "opt/ebin/x.app": "%% nothing",
        "a.dll": b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0" + b"\0" * 3000,
    }

    assert [reason.partition(":")[0] for reason in reasons(inventory(nodes)) if "database" not in reason] == sorted(
        nodes
    )
