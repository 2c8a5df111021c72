"""Fuzz target of the readers of package metadata, for atheris (coverage-guided, libFuzzer).

    python tests/fuzz/fuzz_manifests.py [libFuzzer options] [CORPUS ...]

Each input is given to every reader. A record must survive the cache; anything but MalformedError ends the run.
"""

import sys

import atheris
import msgspec

with atheris.instrument_imports(include=["basewright"]):
    from basewright.formats.content import Content, MalformedError
    from basewright.formats.pe_version import read_pe_version
    from basewright.inventory.languages import (
        dotnet,
        java_texts,
        jvm,
        others,
        php,
        python_metadata,
        ruby,
        sboms,
        stores,
    )
    from basewright.inventory.languages.marks import runtimes
    from basewright.inventory.languages.node import read_package_json

PATHS = {
    "a/node_modules/b/package.json": read_package_json,
    "a/x.deps.json": dotnet.read_deps,
    "vendor/composer/installed.json": php.read_installed,
    ".registry/x.reg": php.read_registry,
    "specifications/a-1.gemspec": ruby.read_gemspec,
    "x.dist-info/METADATA": lambda _, data: python_metadata.read_metadata(data),
    "x.dist-info/RECORD": lambda _, data: python_metadata.read_record(data),
    "x.dist-info/direct_url.json": lambda _, data: python_metadata.read_origin(data),
    "conda-meta/x.json": lambda _, data: python_metadata.read_conda(data),
    "library/x/DESCRIPTION": others.read_description,
    "rocks/a/1/a-1.rockspec": others.read_rockspec,
    "ebin/x.app": others.read_otp_application,
    "wp-content/plugins/a/a.php": others.read_plugin,
    "var/lib/pacman/local/a/desc": stores.read_pacman,
    "var/lib/pacman/local/a/files": stores.read_pacman,
    "var/db/pkg/a/b-1/CONTENTS": stores.read_portage,
    "jdk/release": jvm.read_release,
    "bom.json": sboms.read_sbom,
}


def try_one(data: bytes) -> None:
    """Hold one input against what must be true of every one."""
    for path, read in PATHS.items():
        try:
            record = read(path, data)
        except MalformedError:
            continue
        if record is not None:
            encoded = msgspec.msgpack.encode(record)
            if msgspec.msgpack.encode(msgspec.msgpack.decode(encoded)) != encoded:
                raise AssertionError(f"{path}: another record out of the cache")
    for read_text in (java_texts.read_manifest, java_texts.read_properties, java_texts.read_pom):
        try:
            read_text(data)
        except MalformedError:
            continue
    java_texts.split_file_name(data.decode("utf-8", "replace"))
    for runtime in runtimes().values():
        for mark in runtime.marks:
            mark.find("usr/bin/python3.12", data)
    try:
        read_pe_version(Content.whole(data))
    except MalformedError:
        return


def main() -> None:
    """Hand over to libFuzzer, which does not return."""
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
