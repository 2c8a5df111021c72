import os
import subprocess
import sys
import textwrap
from array import array
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from archives import END, BytesLayer, Words, entry, layer_of, pax, tar_of, unknown_reasons

from basewright.formats.content import Content, MalformedError
from basewright.image import fact_store
from basewright.image.fact_store import FactStore
from basewright.image.interface import Interest, LayerFacts
from basewright.image.layer_reader import PassReader, read_side_by_side
from basewright.image.limits import DEFAULT_LIMITS
from basewright.ports.cache import Cache

ARCHIVE = (
    entry(b"./d/", kind=b"5")
    + pax({b"SCHILY.xattr.user.\xfe": b"\0\xff", b"uid": b"4294967295"})
    + entry(b"d/a.txt", b"text", mode=b"0004755\0")
    + entry(b"d/\xff\n.txt", b"odd")
    + entry(b"link\xfe", kind=b"2", link=b"../\xfd")
    + entry(b"hard", kind=b"1", link=b"d/a.txt")
    + entry(b"null", kind=b"3", device=b"0000001\x000000003\0")
    + entry(b"../gone\xff")
    + END
)


@dataclass
class InMemory:
    values: dict[str, bytes] = field(default_factory=dict)
    gets: int = 0

    def get(self, key: str) -> bytes | None:
        self.gets += 1
        return self.values.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.values[key] = value


class Paths(Words):
    """Its records are structures."""

    def read(self, path: str, content: Content) -> Any:
        self.calls += 1
        return Seen(content.size, ("a", "b"))


class Seen(msgspec.Struct, frozen=True):
    size: int
    names: tuple[str, ...]


def as_read(facts: LayerFacts) -> LayerFacts:
    return replace(facts, is_from_cache=False)


@pytest.mark.parametrize("archive", [ARCHIVE, END, b"junk" * 1000], ids=["full", "empty", "damaged"])
def test_what_comes_from_the_store_is_what_was_read(archive: bytes) -> None:
    values = InMemory()
    analysers = [Words(), Paths(name="paths", record=Seen)]
    layer = layer_of(archive)

    first = PassReader(analysers, store=FactStore(values)).read(layer)
    second = PassReader(analysers, store=FactStore(values)).read(layer)

    assert not first.is_from_cache
    assert second.is_from_cache
    assert as_read(second) == first
    assert PassReader([]).read(layer).index == first.index
    assert layer.opened == 2
    assert layer.diff_id is not None
    assert PassReader(analysers, store=FactStore(values)).cached(layer.diff_id) == second


def test_only_what_is_missing_is_read_again() -> None:
    store = FactStore(InMemory())
    layer = layer_of(ARCHIVE)
    words, paths = Words(), Paths(name="paths", record=Seen)
    PassReader([words], store=store).read(layer)
    calls = words.calls
    both = PassReader([words, paths], store=store)

    assert layer.diff_id is not None
    assert both.cached(layer.diff_id) is None
    second = both.read(layer)

    assert (words.calls, paths.calls, layer.opened) == (calls, 2, 2)
    assert not second.is_from_cache
    assert list(second.records) == ["words", "paths"]
    assert second.records["words"] == PassReader([words], store=store).read(layer).records["words"]
    assert as_read(both.read(layer)) == second
    assert layer.opened == 2


def test_another_version_of_an_analyser_is_read_anew_and_loses_its_old_unknowns() -> None:
    class Failing(Words):
        def read(self, path: str, content: Content) -> Any:
            raise MalformedError("too new")

    store = FactStore(InMemory())
    layer = layer_of(tar_of({"a.txt": b"x"}))
    assert unknown_reasons(PassReader([Failing()], store=store).read(layer)) == ["too new"]
    assert unknown_reasons(PassReader([Failing()], store=store).read(layer)) == ["too new"]

    repaired = PassReader([Words(version=2)], store=store).read(layer)

    assert (repaired.unknowns, repaired.records) == ((), {"words": {"a.txt": b"x"}})
    assert unknown_reasons(PassReader([Failing()], store=store).read(layer)) == ["too new"]
    assert layer.opened == 2


def test_only_the_newest_versions_of_an_analyser_are_kept() -> None:
    values = InMemory()
    layer = layer_of(tar_of({"a.txt": b"x"}))
    for version in (1, 2, 3):
        PassReader([Words(version=version)], store=FactStore(values)).read(layer)

    (stored,) = values.values.values()
    sections = msgspec.msgpack.decode(stored, type=fact_store._StoredLayer).sections
    assert [(one.name, one.version) for one in sections] == [("words", 3), ("words", 2)]


def test_other_limits_are_another_reading() -> None:
    store = FactStore(InMemory())
    layer = layer_of(tar_of({"a/b/c.txt": b"x"}))

    assert len(PassReader([], store=store, limits=replace(DEFAULT_LIMITS, path_depth=2)).read(layer).index) == 0
    assert len(PassReader([], store=store).read(layer).index) == 1


def test_a_layer_that_was_cut_is_not_remembered() -> None:
    values = InMemory()
    limits = replace(DEFAULT_LIMITS, layer_bytes=2000)
    layer = replace(layer_of(tar_of({"a.txt": b"x" * 5000})), size=None)

    PassReader([Words()], store=FactStore(values), limits=limits).read(layer)

    assert values.values == {}


def test_a_layer_that_claims_no_diff_id_is_read_and_remembered_under_its_own() -> None:
    store = FactStore(InMemory())
    layer = layer_of(ARCHIVE)
    PassReader([Words()], store=store).read(BytesLayer(layer.blob))

    assert PassReader([Words()], store=store).read(layer).is_from_cache
    assert layer.opened == 0


@pytest.mark.parametrize("value", [b"", b"\xc1", b"\x94", msgspec.msgpack.encode([1, 2, 3]), b"\x93" * 5000])
def test_what_cannot_be_understood_is_read_anew(value: bytes) -> None:
    values = InMemory()
    layer = layer_of(ARCHIVE)
    reader = PassReader([Words()], store=FactStore(values))
    first = reader.read(layer)
    (key,) = values.values
    values.values[key] = value

    assert reader.read(layer) == first
    assert reader.read(layer).is_from_cache


def test_columns_and_records_that_do_not_fit_are_read_anew() -> None:
    values = InMemory()
    layer = layer_of(ARCHIVE)
    reader = PassReader([Words()], store=FactStore(values))
    first = reader.read(layer)
    (key,) = values.values
    true = msgspec.msgpack.decode(values.values[key], type=fact_store._StoredLayer)
    replaced = msgspec.structs.replace
    far = msgspec.Raw(msgspec.msgpack.encode({99: b"x"}))
    for index, sections in (
        (replaced(true.index, kinds=b"0"), true.sections),
        (replaced(true.index, modes=true.index.modes[:-1]), true.sections),
        (replaced(true.index, links=b"a\0b\0c\0"), true.sections),
        (true.index, [replaced(true.sections[0], records=far)]),
        (true.index, [replaced(true.sections[0], records=msgspec.Raw(b"\xa1x"))]),
    ):
        values.values[key] = msgspec.msgpack.encode(replaced(true, index=index, sections=sections))
        found = reader.read(layer)
        assert (found, found.is_from_cache) == (first, False)


def test_a_record_with_text_that_is_none_is_not_kept_and_changes_nothing() -> None:
    class Odd(Words):
        def read(self, path: str, content: Content) -> Any:
            return Seen(1, ("\ud800",))

    values = InMemory()
    layer = layer_of(tar_of({"a.txt": b"x"}))
    reader = PassReader([Odd(name="odd", record=Seen), Words()], store=FactStore(values))

    assert reader.read(layer) == reader.read(layer)
    assert layer.opened == 2


def test_numbers_are_stored_in_one_byte_order(monkeypatch: pytest.MonkeyPatch) -> None:
    little = fact_store._little(array("H", [0o644]))
    monkeypatch.setattr(sys, "byteorder", "big" if sys.byteorder == "little" else "little")

    assert fact_store._little(array("H", [0o644])) == little[::-1]
    assert fact_store._array("H", little[::-1])[0] == 0o644


def test_layers_side_by_side_share_a_cache_on_disk(tmp_path: Path) -> None:
    layers = [layer_of(tar_of({f"{number}.txt": os.urandom(50_000)})) for number in range(8)]
    analyser = Words(interest=Interest(suffixes=frozenset({".txt"})))

    def run() -> tuple[LayerFacts, ...]:
        reader = PassReader([analyser], store=FactStore(Cache(tmp_path / "cache")))
        return read_side_by_side(reader, layers, lambda _: None, workers=4)

    first, second = run(), run()

    assert not any(one.is_from_cache for one in first)
    assert all(one.is_from_cache for one in second)
    assert tuple(as_read(one) for one in second) == first


PROGRAM = """
    import sys
    from pathlib import Path
    sys.path[:0] = [sys.argv[2]]
    from archives import Words, layer_of, tar_of
    from basewright.image.fact_store import FactStore
    from basewright.image.layer_reader import PassReader, read_side_by_side
    from basewright.ports.cache import Cache

    layers = [layer_of(tar_of({f"{n}.txt": b"x" * 100_000 * n})) for n in range(12)]
    reader = PassReader([Words()], store=FactStore(Cache(Path(sys.argv[1]), told=print)))
    print("ready", flush=True)
    facts = read_side_by_side(reader, layers, lambda _: None)
    print([len(record) for one in facts for record in one.records["words"].values()])
"""


def test_processes_on_one_cache_may_run_together_and_be_killed_half_way(tmp_path: Path) -> None:
    support = Path(__file__).parents[2] / "support"
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(tmp_path / "cache"), str(support)]
    for _ in range(3):
        killed = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert killed.stdout is not None
        killed.stdout.readline()
        killed.kill()
        killed.wait()
        killed.stdout.close()
    together = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    outputs = [one.communicate()[0] for one in together]

    assert [one.returncode for one in together] == [0, 0]
    assert outputs == ["ready\n" + str([100_000 * number for number in range(12)]) + "\n"] * 2


def test_remembered_layers_share_how_many_entries_an_image_may_have() -> None:
    layers = [layer_of(tar_of({f"{layer}-{at}": b"" for at in range(30)})) for layer in range(6)]
    store = FactStore(InMemory())
    for layer in layers:
        PassReader([Words()], store=store, limits=replace(DEFAULT_LIMITS, entries=100)).read(layer)

    facts = read_side_by_side(
        PassReader([Words()], store=store, limits=replace(DEFAULT_LIMITS, entries=100)), layers, lambda _: None
    )

    assert all(one.is_from_cache for one in facts)
    assert sorted(len(one.index.paths) for one in facts) == [0, 0, 0, 30, 30, 30]
    assert sum("entries together" in " ".join(unknown_reasons(one)) for one in facts) == 3
