"""The page of limits says what the code does."""

from pathlib import Path

import pytest

from basewright.ports import files
from basewright.report import content, sarif
from basewright.sources import assembly, bake, discovery, scripts
from basewright.sources.compose import load
from basewright.syntax import yaml
from basewright.syntax.dockerfile import lexer, lines, parser, patterns
from basewright.syntax.shell import commands, grammar

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "limits.md").read_text()
MIB, KIB = 1024 * 1024, 1024


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
