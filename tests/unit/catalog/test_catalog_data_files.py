"""The data files keep their schema, their order, and the promises of the build script."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from basewright.catalog import Catalog, facts_of
from basewright.catalog.records import (
    TABLES,
    EnteredRecord,
    IndexRecord,
    PackagesRecord,
    ProductRecord,
    Record,
    SupportRecord,
    SystemRecord,
)
from basewright.catalog.store import Store
from basewright.model.base import Access, BaseImage, Kind, Role

DATA = Path(str(resources.files("basewright.catalog") / "data"))


@pytest.fixture(scope="module")
def store() -> Store:
    return Store()


@pytest.fixture(scope="module")
def images(catalog: Catalog) -> tuple[BaseImage, ...]:
    return catalog.list_images()


def _keys(name: str) -> Iterator[str]:
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)["key"]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_line_has_the_form_of_its_table(name: str) -> None:
    records = msgspec.json.Decoder(TABLES[name]).decode_lines((DATA / f"{name}.jsonl").read_bytes())

    assert records
    assert all(isinstance(record, Record) and record.key for record in records)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_lines_of_one_key_stand_together_in_order(name: str) -> None:
    keys = list(_keys(name))

    assert keys == sorted(keys)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_key_is_found_with_all_its_lines(name: str, store: Store) -> None:
    keys = list(_keys(name))

    for key in sorted(set(keys))[:: max(1, len(set(keys)) // 60)]:
        found = store.lines(TABLES[name], key)
        assert len(found) == keys.count(key), key
        assert all(record.key == key for record in found)


@pytest.mark.parametrize(
    "key", ["", "no-such-key", 'node","x":"', "node\n", "nod", "ode", "\ud800".encode("utf-8", "replace").decode()]
)
def test_a_key_that_is_not_there_finds_nothing(key: str, store: Store) -> None:
    for kind in TABLES.values():
        assert store.lines(kind, key) == ()


def test_every_line_begins_with_its_key() -> None:
    for name in TABLES:
        for line in (DATA / f"{name}.jsonl").read_bytes().splitlines():
            assert line.startswith(b'{"key":"')


def test_the_documents_have_their_form() -> None:
    msgspec.json.decode((DATA / "index.json").read_bytes(), type=IndexRecord)
    msgspec.json.decode((DATA / "products.json").read_bytes(), type=dict[str, ProductRecord])
    msgspec.json.decode((DATA / "systems.json").read_bytes(), type=tuple[SystemRecord, ...])


def test_there_are_no_other_data_files() -> None:
    assert {path.name for path in DATA.iterdir()} == {f"{name}.jsonl" for name in TABLES} | {
        "index.json",
        "products.json",
        "systems.json",
    }


def test_the_data_stays_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 3_200_000


def test_every_mapped_end_of_life_product_exists(store: Store) -> None:
    known = set(_keys("support"))
    mapped = {record.support for record in store.products.values() if record.support}
    mapped |= {name for record in store.products.values() for name in record.support_of.values() if name}
    mapped |= {record.support for record in store.systems if record.support}

    assert mapped <= known


def test_every_mapped_repository_exists_and_has_one_product(store: Store) -> None:
    mapped = [one for record in store.products.values() for one in record.repositories]

    assert len(mapped) == len(set(mapped))
    assert set(mapped) <= store.repositories
    for record in store.products.values():
        Role(record.role)
        named = {
            *record.support_of,
            *record.default_variant,
            *(key.partition(":slim")[0] for key in record.default_system),
        }
        assert named <= set(record.repositories)
        assert {rule.repository for rule in record.rules} <= set(record.repositories)


def test_every_release_line_has_a_version_that_the_words_do_not_share(store: Store) -> None:
    words = [word for record in store.systems for word in record.words]

    assert len(words) == len(set(words))


def test_releases_with_support_dates_are_found(store: Store, catalog: Catalog) -> None:
    for record in store.systems:
        if record.support and record.version and not record.unreleased and record.id != "ol":
            assert catalog.end_of_life(record.support, record.version) is not None, record


def test_support_ends_are_dates_or_booleans(store: Store) -> None:
    for record in store.every(SupportRecord):
        for value in (record.end, record.extended_end):
            if isinstance(value, str):
                dt.date.fromisoformat(value)


def test_package_texts_are_names_with_versions(store: Store) -> None:
    for record in store.every(PackagesRecord):
        assert all(re.fullmatch(r"[^\s=]+=[^\s=]+", item) for item in record.packages.split()), record.tag


def test_hand_entered_images_name_source_and_day_and_measure_nothing(store: Store) -> None:
    for record in store.every(EnteredRecord):
        assert record.source
        assert dt.date.fromisoformat(record.date) <= dt.date(2026, 11, 21)
        Role(record.role)
        Access(record.access)
        if record.kind:
            Kind(record.kind)
        assert len(record.tags) == len(set(record.tags))


def test_no_image_stands_twice(images: tuple[BaseImage, ...]) -> None:
    names = [str(base.reference) for base in images]

    assert len(names) == len(set(names))
    assert len(names) > 4500


def test_what_is_not_known_is_none_and_never_zero(images: tuple[BaseImage, ...]) -> None:
    for base in images:
        if str(base.reference) == "scratch":
            continue
        for value in (base.compressed_bytes, base.bytes, base.packages, base.executables, base.setuid):
            assert value is None or value > 0 or base.family == "busybox", base.reference
        if base.packages is not None:
            assert base.package_list is not None
            assert base.package_list.is_complete
            assert base.packages == len(base.package_list.names)
        if base.vendor != "Docker Official Images":
            assert base.compressed_bytes is None
            assert base.bytes is None


def test_every_known_fact_has_a_source_and_a_day(images: tuple[BaseImage, ...]) -> None:
    for base in images:
        assert {"identity"} <= base.provenance.keys(), base.reference
        for source in base.provenance.values():
            assert source.source
            assert isinstance(source.date, dt.date)
        if base.user is not None:
            assert "config" in base.provenance, base.reference
        if base.users:
            assert "users" in base.provenance, base.reference
        if base.compressed_bytes is not None:
            assert "size" in base.provenance, base.reference
        if base.package_list is not None:
            assert "packages" in base.provenance, base.reference
        if base.horizon.earliest(count_lts=True) is not None:
            assert "horizon" in base.provenance, base.reference
        if base.horizon.publisher_end is not None:
            assert "publisher" in base.provenance, base.reference
        assert all(fact.value and fact.provenance.source for fact in facts_of(base))


def test_kind_and_tools_agree_everywhere(images: tuple[BaseImage, ...]) -> None:
    for base in images:
        unusable = any("no shell: a RUN line" in note for note in base.notes)
        bare = base.shell is False and base.package_manager is False and not unusable
        assert bare == (base.kind in {Kind.DISTROLESS, Kind.SCRATCH}), base.reference
        if base.kind is Kind.MINIMAL:
            assert base.shell is not False or base.package_manager is not False
            assert base.role is not Role.BUILD


def test_a_default_user_and_its_id_agree(images: tuple[BaseImage, ...]) -> None:
    for base in images:
        if base.user is None:
            assert base.uid is None
        elif base.user in {"", "root", "0"}:
            assert base.uid == 0
        if base.uid is not None and base.user and base.user.isdigit():
            assert base.uid == int(base.user)


def test_every_recommended_tag_is_recognised_as_itself(catalog: Catalog, images: tuple[BaseImage, ...]) -> None:
    for base in images[::7]:
        found = catalog.recognise(base.reference)
        assert found is not None
        assert found.base == base
