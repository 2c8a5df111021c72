"""The rules as a whole: order, tables, documentation, and what they cost."""

import json
import re
import time
from importlib.resources import files
from pathlib import Path

import pytest
from hardened_images import PASSWD, config, inspected
from layer_facts import Program

from basewright.cli.pages import sections
from basewright.image.interface import REGULAR, LayerFacts, LayerIndex
from basewright.inventory import take_inventory
from basewright.inventory.hardening import ANALYSERS, RULES
from basewright.inventory.hardening.interface import BENCHMARK, Rule
from basewright.model.candidate import Severity

DATA = files("basewright.inventory") / "data"
PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "hardening.md").read_text(encoding="utf-8")
ORDER = [Severity.ERROR, Severity.WARNING, Severity.NOTE]


def test_every_rule_has_an_id_of_its_own_in_kebab_case() -> None:
    ids = [one.id for one in RULES]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one) for one in ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.id)
def test_every_rule_is_documented_with_reason_and_remedy(rule: Rule) -> None:
    (section,) = (one for one in sections() if one.name == rule.id and one.page.endswith("hardening.md"))

    assert re.search(r"\b(Error|Warning|Note)\b", section.text), "its severity"
    assert "**Remedy.**" in section.text
    assert "```" in section.text or "`" in section.text.partition("**Remedy.**")[2], "an example"
    for number in rule.sections:
        assert number in section.text, f"section {number} of the benchmark"


def test_the_page_documents_no_rule_that_is_none_and_names_the_benchmark() -> None:
    known = {one.id for one in RULES}

    assert (
        set(re.findall(r"^### `([a-z-]+)`", PAGE, re.MULTILINE)) - {"moving-reference", "signatures-not-read"} == known
    )
    assert f"CIS Docker Benchmark {BENCHMARK}" in PAGE


def test_facts_come_gravest_first_then_by_rule_and_path() -> None:
    nodes = {
        "etc/passwd": PASSWD + "x::0:0::/:/bin/sh\n",
        "srv/b": Program(b"x", 0o666),
        "srv/a": Program(b"x", 0o4757),
    }

    found = inspected(nodes, config=config(environment=(("DB_PASSWORD", "hunter2hunter2"),))).hardening

    keys = [(ORDER.index(one.severity), one.rule, one.path or "") for one in found]
    assert keys == sorted(keys)
    assert {one.severity for one in found} == set(ORDER)
    assert found == inspected(nodes, config=config(environment=(("DB_PASSWORD", "hunter2hunter2"),))).hardening


def test_paths_start_at_the_root_and_the_first_is_the_path() -> None:
    for fact in inspected({"srv/b": Program(b"x", 0o4766), "tmp/x": "1"}).hardening:
        assert all(path.startswith("/") for path in fact.paths)
        assert fact.path == (fact.paths[0] if fact.paths else None)
        assert fact.count >= len(fact.paths)


def test_an_empty_image_has_no_facts_and_an_empty_root_folder_no_unknowns() -> None:
    assert take_inventory([], None).hardening == ()
    assert inspected({}).unknowns == ()


def test_programs_are_of_one_kind_each_and_sorted() -> None:
    table = json.loads((DATA / "programs.json").read_bytes())
    names = [name for kind in table.values() for name in kind]

    assert len(set(names)) == len(names)
    assert all(kind == sorted(kind) for kind in table.values())
    assert all(re.fullmatch(r"[A-Za-z0-9][\w.+-]*", name) for name in names)


def test_privileged_programs_are_names_and_sorted() -> None:
    names = json.loads((DATA / "privileged-programs.json").read_bytes())

    assert names == sorted(set(names))
    assert all(re.fullmatch(r"[A-Za-z0-9][\w.+-]*", name) for name in names)


def test_files_of_credentials_are_found_by_their_names() -> None:
    for row in json.loads((DATA / "credential-files.json").read_bytes()):
        assert set(row) <= {"kind", "names", "path", "pattern"}
        assert row["names"]
        re.compile(row["path"])
        if "pattern" in row:
            assert "value" in re.compile(row["pattern"].encode()).groupindex
            plain = re.sub(r"\\.|\[[^\]]*\]", "", row["pattern"])
            assert not re.search(r"[*+]", plain), "every repetition is bounded"


def test_the_analysers_are_those_whose_records_were_weighed_for_secrets() -> None:
    assert [one.name for one in ANALYSERS] == ["accounts", "loose-repositories", "secret-files"]


def test_two_hundred_thousand_files_take_less_than_a_second() -> None:
    index = LayerIndex()
    for number in range(200_000):
        index.paths.append(f"srv/{number % 500}/{number}")
        index.kinds.append(REGULAR)
        index.modes.append(0o644 if number % 100 else 0o666)
        for column in (index.uids, index.gids, index.sizes, index.offsets):
            column.append(0)
    layer = LayerFacts(None, 0, index, {})
    found = take_inventory([layer], config(user="1000"))
    assert {one.rule: one.count for one in found.hardening}["world-writable"] == 2_000

    from basewright.image.tree import Tree
    from basewright.inventory.hardening import harden
    from basewright.inventory.interface import Scene

    scene = Scene(Tree([layer]), config(user="1000"), None)
    assert len(scene.files.sizes) == 200_000
    started = time.process_time()
    harden(scene, (), (), {})
    assert time.process_time() - started < 1
