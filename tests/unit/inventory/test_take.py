"""The inventory as a whole."""

from layer_facts import layer_facts
from packaged_images import alpine, debian, inventory

from basewright.image.interface import LayerFacts
from basewright.inventory import ANALYSERS, CATALOGERS, take_inventory
from basewright.model.unknown import Unknown


def test_every_analyser_and_cataloger_has_a_name_of_its_own() -> None:
    names = [one.name for one in ANALYSERS]

    assert names == sorted(set(names))
    assert len({one.name for one in CATALOGERS}) == len(CATALOGERS)
    assert all(one.version >= 1 for one in ANALYSERS)


def test_an_analyser_is_found_by_the_name_of_its_cataloger() -> None:
    for cataloger in CATALOGERS:
        for analyser in cataloger.analysers:
            assert analyser in ANALYSERS, f"{cataloger.name}: {analyser.name}"


def test_an_image_without_layers_is_empty() -> None:
    found = take_inventory([], None)

    assert (found.files, found.bytes, found.packages, found.unknowns) == (0, 0, (), ())
    assert found.coverage.files == 0


def test_what_the_pass_could_not_read_is_told_once() -> None:
    facts = layer_facts({"a": "1"}, ANALYSERS)
    odd = LayerFacts(None, 0, facts.index, facts.records, (Unknown("a", "odd"), Unknown("a", "odd")))

    assert take_inventory([odd], None).unknowns == (Unknown("a", "odd"),)


def test_each_layer_tells_its_bytes() -> None:
    found = inventory(debian({"a": ["usr/bin/a"]}), {"usr/bin/a": "changed", "new": "1"})

    assert [one.wasted_bytes for one in found.layers] == [len("a usr/bin/a"), 0]
    assert found.efficiency.wasted_bytes == len("a usr/bin/a")


def test_two_databases_of_two_kinds_are_both_read() -> None:
    found = inventory(alpine({"musl": []}), {"var/lib/dpkg/status": "Package: a\nVersion: 1\nArchitecture: all\n"})

    assert [one.type for one in found.packages] == ["apk", "deb"]
