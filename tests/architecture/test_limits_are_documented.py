"""The page of limits says what the code does."""

from dataclasses import fields
from pathlib import Path

import pytest

from basewright.formats import (
    compression,
    elf_dynamic,
    go_buildinfo,
    problems,
    rpm_database,
    rust_audit,
    tar_pax,
    tar_rows,
)
from basewright.formats import zip as zip_format
from basewright.formats.tar_interface import TarLimits
from basewright.image.limits import DEFAULT_LIMITS as IMAGE
from basewright.image.registry import blob, challenge, exchange, referrers, refusals
from basewright.inventory import bounded
from basewright.inventory.apk import database as apk
from basewright.inventory.dpkg import status as dpkg
from basewright.inventory.hardening import account_files
from basewright.inventory.languages import java_archive, reading, sboms
from basewright.ports import files
from basewright.ports.http import Pace
from basewright.report import content, sarif
from basewright.report.inspection import content_image, sbom_paths
from basewright.sources import assembly, bake, discovery, scripts
from basewright.sources.compose import load
from basewright.syntax import yaml
from basewright.syntax.dockerfile import lexer, lines, parser, patterns
from basewright.syntax.shell import commands, grammar

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "limits.md").read_text()
GIB, MIB, KIB = 1024**3, 1024**2, 1024
TAR = TarLimits()
PACE = Pace()


@pytest.mark.parametrize(
    "told",
    [
        f"| one file of a project | {files.FILE_LIMIT // MIB} MiB;",
        f"{files.TREE_LIMIT:,} entries, {files.DEPTH_LIMIT} folders deep",
        f"| workloads of one run | {assembly.WORKLOAD_LIMIT:,} |",
        f"| a Dockerfile | {parser.SIZE_LIMIT // MIB} MiB, {parser.INSTRUCTION_LIMIT:,} instructions, ",
        f"{lines.LINE_LIMIT // KIB} KiB a logical line (BuildKit's own), {lexer.NESTING_LIMIT} nested substitutions |",
        f"| {patterns.GROWTH_LIMIT // KIB} KiB an expansion |",
        f"| {yaml.NODE_LIMIT:,} nodes with aliases expanded, {yaml.DEPTH_LIMIT} levels |",
        f"| a Compose file | {load.COMPOSE_FILE_LIMIT // MIB} MiB; {load.CHAIN_LIMIT} files in a chain",
        f"| a Kubernetes manifest, a Bake file | {bake.BAKE_LIMIT // MIB} MiB |",
        f"| documents that are searched for hints | {discovery.DOCUMENT_LIMIT} of ",
        f"| shell text | {grammar.TEXT_LIMIT // KIB} KiB;",
        f"| {scripts.COUNT_LIMIT} of {scripts.SCRIPT_LIMIT // KIB} KiB |",
        f"the first {content.SERVICES_SHOWN}, the rest counted",
        f"| results in SARIF | {sarif.RESULTS_LIMIT:,},",
    ],
)
def test_a_limit_is_told_as_it_is(told: str) -> None:
    assert told in PAGE


def test_the_depth_of_shells_in_shells_is_told() -> None:
    assert commands.NESTING_LIMIT == 6
    assert "six levels deep" in PAGE


@pytest.mark.parametrize(
    "told",
    [
        f"| a manifest or an index | {IMAGE.manifest // MIB} MiB, {IMAGE.json_depth} levels of JSON |",
        f"| an image's configuration | {IMAGE.config // MIB} MiB, {IMAGE.json_depth} levels of JSON |",
        f"| layers of an image | {IMAGE.layers:,} |",
        f"| indexes inside indexes | {IMAGE.index_depth} levels, {IMAGE.index_entries} entries together |",
        (
            f"| what a layer unpacks to | {IMAGE.layer_bytes // GIB} GiB, and {IMAGE.ratio:,} times its size once "
            f"that is {IMAGE.ratio_after // MIB} MiB |"
        ),
        f"| what all layers of an image unpack to | {IMAGE.image_bytes // GIB} GiB |",
        f"| {compression.MEMBERS:,}, of which {compression.EMPTY_MEMBERS:,} without content may follow",
        f"| the window of a zstd frame | {IMAGE.zstd_window // MIB} MiB |",
        f"| entries of all layers of an image | {IMAGE.entries:,} |",
        f"| a path in a layer | {IMAGE.path:,} bytes, {IMAGE.path_depth} directories deep |",
        f"| a PAX header, a GNU long name | {IMAGE.pax_header // MIB} MiB |",
        f"| an extended attribute | {TAR.xattr // KIB} KiB |",
        f"| long names, links and attributes of a layer | {TAR.text // MIB} MiB together |",
        f"| {tar_pax.MAP_LIMIT // MIB} MiB; {TAR.holes // GIB} GiB in a layer |",
        f"| things that are told of one archive | {tar_rows.TOLD}, the rest counted |",
        f"| symbolic links on the way to one file | {IMAGE.symlink_hops} |",
        f"| {IMAGE.whole_file // MIB} MiB; of a larger one windows of {IMAGE.window // MIB} MiB together |",
        f"| looks at a layer for windows of large files | {IMAGE.looks} more |",
        f"| records of files of a layer | {IMAGE.findings:,} |",
        f"(dpkg, apk) | {bounded.STATUS_BYTES // MIB} MiB, {dpkg.PACKAGES:,} records |",
        f"(dpkg, apk) | {bounded.STATUS_BYTES // MIB} MiB, {apk.PACKAGES:,} records |",
        f"| a list of a package's files | {bounded.LIST_BYTES // MIB} MiB |",
        (
            f"| a database of rpm | {rpm_database.MOST_PACKAGES:,} packages, {rpm_database.MOST_FILES:,} files, "
            f"given up after {problems.BORNE:,} damaged places |"
        ),
        f"| os-release and its relatives | {bounded.MARKER_BYTES // KIB} KiB |",
        f"`/etc/shadow` | {account_files.FILE_BYTES // MIB} MiB, {account_files.LINES:,} lines |",
        f"| metadata of a language's package | {reading.FILE_BYTES // MIB} MiB |",
        (
            f"| a zip file | {zip_format.MEMBERS:,} members, a directory of {zip_format.DIRECTORY_BYTES // MIB} MiB, "
            f"members of {zip_format.MEMBER_BYTES // MIB} MiB |"
        ),
        (
            f"| jars in jars | {java_archive.DEPTH} levels, {java_archive.ARCHIVES:,} archives, "
            f"{java_archive.INFLATED_BYTES // MIB} MiB unpacked in one file |"
        ),
        f"the image carries | {sboms.SBOM_BYTES // MIB} MiB, components {sboms.COMPONENT_DEPTH} levels deep |",
        f"dynamic section | {elf_dynamic.STRINGS_BYTES // MIB} MiB, {elf_dynamic.NAMES:,} names |",
        f"| Go's build information | {go_buildinfo.INFO_BYTES // MIB} MiB, {go_buildinfo.MODULES:,} modules |",
        f"| Rust's list of crates | {rust_audit.AUDIT_BYTES // MIB} MiB |",
        f"| rows of a table in Markdown and HTML | {content_image.SHOWN:,}, with",
        f"| paths of packages' files in an SBOM | {sbom_paths.MOST_PATHS:,} |",
        f"| redirects of one request | {exchange._REDIRECTS} |",
        f"continuations of one blob | {exchange.TRIES}; {blob._RESUMES} |",
        f"| a wait that a registry asks for | {refusals.LONGEST_WAIT} seconds |",
        f"| pages of a list; tags; referrers | {referrers.PAGES}; {referrers.TAGS:,}; {referrers.REFERRERS} |",
        f"| {challenge._LONGEST // KIB} KiB, {challenge._CHALLENGES} schemes |",
        f"| time to connect; until the next byte | {PACE.connect:.0f} seconds; {PACE.silence:.0f} seconds |",
        f"| {PACE.window_bytes / PACE.window / KIB:.0f} KiB a second, over {PACE.window:.0f} seconds |",
    ],
)
def test_a_limit_of_images_is_told_as_it_is(told: str) -> None:
    assert told in PAGE


def test_every_limit_of_images_is_told() -> None:
    """A limit that is new has to be written down above, and here."""
    assert {one.name for one in fields(IMAGE)} == {
        *("manifest", "config", "layers", "index_depth", "index_entries", "entries", "path", "path_depth"),
        *("symlink_hops", "pax_header", "whole_file", "window", "looks", "layer_bytes", "image_bytes", "ratio"),
        *("ratio_after", "zstd_window", "json_depth", "findings"),
    }
