import bz2
import gzip
import lzma
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Thread, active_count
from typing import Any

import pytest
from archives import (
    END,
    GZIP,
    PLAIN,
    ZSTD,
    BytesLayer,
    Words,
    entry,
    header,
    layer_of,
    sha256,
    tar_of,
    unknown_reasons,
)
from backports import zstd

from basewright.errors import IntegrityError, RemoteError, UnsupportedError
from basewright.formats.content import Content, MalformedError, Window
from basewright.formats.tar_taking import HEAD, TAIL
from basewright.image.interface import Interest, LayerFacts
from basewright.image.layer_reader import PassReader, read_side_by_side
from basewright.image.limits import DEFAULT_LIMITS
from basewright.model.digest import Digest

FILES = {"a.txt": b"first", "d/b.txt": b"second" * 1000, "c.bin": b"third"}
OTHER = Digest("sha256", "0" * 64)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = active_count()
    yield
    assert active_count() == before


@pytest.mark.parametrize("media_type", [GZIP, ZSTD, PLAIN])
@pytest.mark.parametrize("piece", [100, 1 << 20])
def test_a_layer_is_read_to_its_facts(media_type: str, piece: int) -> None:
    archive = tar_of(FILES)
    layer = replace(layer_of(archive, media_type), piece=piece)

    facts = PassReader([Words()]).read(layer)

    assert facts.diff_id == sha256(archive)
    assert facts.bytes == len(archive)
    assert facts.index.paths == list(FILES)
    assert facts.records == {"words": {"a.txt": b"first", "d/b.txt": b"second" * 1000}}
    assert facts.unknowns == ()
    assert not facts.is_from_cache
    assert layer.opened == 1


def test_what_the_archive_does_wrong_becomes_unknowns_under_the_diff_id() -> None:
    archive = entry(b"../x") + entry(b"a.txt", b"x") + bytes(512) + entry(b"b") + END

    facts = PassReader([Words()]).read(layer_of(archive))

    assert facts.records == {"words": {"a.txt": b"x"}}
    assert [(one.path, one.reason[:20]) for one in facts.unknowns] == [
        ("../x", "its path leaves the "),
        (f"layer {sha256(archive)}", "at byte 1536 stands "),
    ]


@pytest.mark.parametrize("media_type", [GZIP, ZSTD, PLAIN])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"digest": OTHER}, "the digest is sha256:"),
        ({"diff_id": OTHER}, "the diff ID"),
        ({"size": 10}, "more than the 10 bytes"),
        ({"size": 1 << 40}, "bytes came"),
        ({"digest": Digest("sha512", "0" * 128)}, "the digest is sha512:"),
        ({"diff_id": Digest("sha512", "0" * 128)}, "the diff ID"),
    ],
)
def test_what_is_not_what_the_image_names_is_refused(media_type: str, wrong: dict[str, Any], message: str) -> None:
    layer = replace(layer_of(tar_of(FILES), media_type), **wrong)

    with pytest.raises(IntegrityError, match=message) as caught:
        PassReader([Words()]).read(layer)

    assert caught.value.hint


def test_a_changed_byte_is_refused() -> None:
    layer = layer_of(tar_of(FILES), PLAIN)
    changed = bytearray(layer.blob)
    changed[600] ^= 1

    with pytest.raises(IntegrityError, match=layer.digest.hex):
        PassReader([Words()]).read(replace(layer, blob=bytes(changed)))


def test_a_layer_without_any_claim_is_read_and_its_diff_id_computed() -> None:
    archive = tar_of(FILES)
    bare = BytesLayer(gzip.compress(archive))

    facts = PassReader([]).read(bare)

    assert facts.diff_id == sha256(archive)
    assert facts.unknowns == ()


def test_an_archive_without_end_is_told_only_where_nothing_says_that_it_is_whole() -> None:
    archive = entry(b"a")

    assert PassReader([]).read(layer_of(archive)).unknowns == ()
    assert unknown_reasons(PassReader([]).read(BytesLayer(archive))) == [
        "the archive has no end, and nothing tells whether it is whole"
    ]


def test_an_empty_blob_is_a_layer_without_entries() -> None:
    facts = PassReader([]).read(layer_of(b"", PLAIN))

    assert (len(facts.index), facts.unknowns) == (0, ())


@pytest.mark.parametrize(
    ("declared", "packed", "found"),
    [
        (GZIP, zstd.compress, "zstd"),
        (GZIP, bytes, "none"),
        (ZSTD, gzip.compress, "gzip"),
        (PLAIN, gzip.compress, "gzip"),
    ],
)
def test_the_body_wins_over_the_media_type_and_that_is_told(declared: str, packed, found: str) -> None:
    archive = tar_of(FILES)
    blob = packed(archive)

    facts = PassReader([Words()]).read(BytesLayer(blob, declared, sha256(blob), len(blob), sha256(archive)))

    assert list(facts.records["words"]) == ["a.txt", "d/b.txt"]
    assert [f"its bytes are {found}" in reason for reason in unknown_reasons(facts)] == [True]


@pytest.mark.parametrize(("pack", "name"), [(bz2.compress, "bzip2"), (lzma.compress, "xz")])
def test_a_compression_that_is_not_read_is_an_error_with_its_name(pack, name: str) -> None:
    blob = pack(tar_of(FILES))

    with pytest.raises(UnsupportedError, match=name):
        PassReader([]).read(BytesLayer(blob, GZIP, sha256(blob), len(blob)))


def test_double_compression_is_no_archive_and_told() -> None:
    inner = gzip.compress(tar_of({"noise": os.urandom(5000)}))

    facts = PassReader([]).read(layer_of(inner))

    assert len(facts.index) == 0
    assert "stands no header" in unknown_reasons(facts)[0]


def test_a_truncated_or_damaged_stream_is_told_when_its_own_digest_is_right() -> None:
    archive = tar_of({f"{number}.txt": b"x" * 3000 for number in range(200)})
    for blob in (gzip.compress(archive)[:1500], zstd.compress(archive)[:300]):
        facts = PassReader([Words()]).read(BytesLayer(blob, "", sha256(blob), len(blob), sha256(archive)))
        assert "ends too early" in " ".join(unknown_reasons(facts))


def test_garbage_behind_the_compressed_archive_is_told() -> None:
    archive = tar_of(FILES)
    blob = gzip.compress(archive) + b"garbage"

    facts = PassReader([]).read(BytesLayer(blob, GZIP, sha256(blob), len(blob), sha256(archive)))

    assert unknown_reasons(facts) == ["7 bytes that are no gzip follow the compressed archive"]


@pytest.mark.parametrize("media_type", [GZIP, ZSTD])
def test_a_bomb_is_cut_and_told_within_its_memory(media_type: str) -> None:
    archive = entry(b"a.txt", b"before") + header(b"zeros.txt", 400 << 20) + bytes(400 << 20) + END
    layer = layer_of(archive, media_type)
    limits = replace(DEFAULT_LIMITS, ratio=100, ratio_after=1 << 20)
    del archive

    tracemalloc.start()
    try:
        facts = PassReader([Words()], limits=limits).read(layer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert facts.records["words"]["a.txt"] == b"before"
    assert "it unpacks to more than 100 times its size; the rest was not read" in unknown_reasons(facts)
    assert peak < 40 << 20


def test_a_layer_beyond_its_bytes_is_cut_and_told_and_its_blob_still_verified() -> None:
    archive = tar_of({f"{number}.txt": b"x" * 300_000 for number in range(30)})
    limits = replace(DEFAULT_LIMITS, layer_bytes=4 << 20)
    layer = layer_of(archive)

    facts = PassReader([Words()], limits=limits).read(layer)

    assert 0 < len(facts.records["words"]) < 30
    assert "more than 4194304 bytes, the limit" in " ".join(unknown_reasons(facts))
    with pytest.raises(IntegrityError):
        PassReader([Words()], limits=limits).read(replace(layer, digest=OTHER))


def test_what_the_transport_raises_comes_through() -> None:
    @dataclass
    class Broken(BytesLayer):
        @contextmanager
        def open(self) -> Iterator[Iterator[bytes]]:
            def pieces() -> Iterator[bytes]:
                yield self.blob[:1000]
                raise RemoteError("the line went dead")

            yield pieces()

    with pytest.raises(RemoteError, match="the line went dead"):
        PassReader([]).read(Broken(layer_of(tar_of(FILES)).blob))


@dataclass
class Reading(Words):
    """An analyser made of a function."""

    run: Any = None
    first: tuple[Window, ...] = ()

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:
        assert len(head) >= 512
        return self.first

    def read(self, path: str, content: Content) -> Any:
        self.calls += 1
        return self.run(path, content)


def test_a_malformed_file_is_an_unknown_with_the_analysers_reason() -> None:
    def run(path: str, content: Content) -> None:
        raise MalformedError("it is no such thing")

    facts = PassReader([Reading(run=run)]).read(layer_of(tar_of(FILES)))

    assert [(one.path, one.reason) for one in facts.unknowns] == [
        ("a.txt", "it is no such thing"),
        ("d/b.txt", "it is no such thing"),
    ]


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError, KeyError, AssertionError])
def test_an_analyser_that_fails_costs_its_record_and_not_the_run(error: type[Exception]) -> None:
    def run(path: str, content: Content) -> bytes:
        if path == "a.txt":
            raise error("secret detail")
        return b"fine"

    facts = PassReader([Reading(run=run, name="fragile"), Words()]).read(layer_of(tar_of(FILES)))

    assert facts.records["fragile"] == {"d/b.txt": b"fine"}
    assert facts.records["words"].keys() == {"a.txt", "d/b.txt"}
    assert unknown_reasons(facts) == [f"fragile could not read it ({error.__name__})"]


def test_an_analyser_that_fails_in_its_question_is_told_too() -> None:
    class Asking(Words):
        def wants(self, path: str, size: int, mode: int) -> bool:
            raise ZeroDivisionError

    facts = PassReader([Asking(name="asking")]).read(layer_of(tar_of({"a.txt": b"x"})))

    assert unknown_reasons(facts) == ["asking could not read it (ZeroDivisionError)"]


def test_a_record_of_none_is_no_record() -> None:
    facts = PassReader([Reading(run=lambda path, content: None)]).read(layer_of(tar_of(FILES)))

    assert facts.records == {"words": {}}
    assert facts.unknowns == ()


@pytest.mark.parametrize(
    ("interest", "expected"),
    [
        (Interest(names=frozenset({"status"})), {"var/lib/dpkg/status"}),
        (Interest(suffixes=frozenset({".list"})), {"info/a.list", ".list"}),
        (Interest(directories=frozenset({"status.d"})), {"var/lib/dpkg/status.d/base"}),
        (Interest(directories=frozenset({""})), {"status.d", ".list", "elf", "script", "x"}),
        (Interest(magics=frozenset({b"\x7fELF"})), {"elf"}),
        (Interest(magics=frozenset({b"#!"})), {"script", "var/lib/dpkg/status.d/base"}),
        (Interest(names=frozenset({"elf"}), magics=frozenset({b"#!", b"\x7fELF"})), {"elf", "script"}
         | {"var/lib/dpkg/status.d/base"}),
        (Interest(), set()),
    ],
)  # fmt: skip
def test_an_interest_decides_what_is_offered(interest: Interest, expected: set[str]) -> None:
    files = {
        "var/lib/dpkg/status": b"a",
        "var/lib/dpkg/status.d/base": b"#!",
        "info/a.list": b"",
        ".list": b"b",
        "status.d": b"c",
        "elf": b"\x7fELF\x02",
        "script": b"#!/bin/sh",
        "x": b"\x7fEL",
    }

    facts = PassReader([Words(interest=interest)]).read(layer_of(tar_of(files)))

    assert facts.records["words"].keys() == expected


def test_only_what_an_analyser_wants_reaches_it() -> None:
    class Choosy(Words):
        def wants(self, path: str, size: int, mode: int) -> bool:
            return mode == 0o644 and size < 100 and path != "d/b.txt"

    facts = PassReader([Choosy()]).read(layer_of(tar_of(FILES)))

    assert facts.records["words"].keys() == {"a.txt"}


def test_of_a_path_that_comes_twice_the_last_entry_counts() -> None:
    archive = entry(b"a.txt", b"old") + entry(b"b.txt", b"old") + entry(b"a.txt", b"new")
    archive += entry(b"b.txt", kind=b"2", link=b"a.txt") + END

    facts = PassReader([Words()]).read(layer_of(archive))

    assert facts.records == {"words": {"a.txt": b"new"}}
    assert facts.unknowns == ()


def test_a_replaced_file_that_lives_on_under_a_hard_link_is_told() -> None:
    archive = entry(b"a.txt", b"hidden") + entry(b"status", kind=b"1", link=b"a.txt") + entry(b"a.txt", b"shown") + END

    facts = PassReader([Words()]).read(layer_of(archive))

    assert [(one.path, "has twice" in one.reason) for one in facts.unknowns] == [("status", True)]


LARGE = bytes(range(256)) * 1000
SMALL_WHOLE = replace(DEFAULT_LIMITS, whole_file=10_000)


def read_large(run: Any, *, limits: Any = SMALL_WHOLE, **options: Any) -> tuple[LayerFacts, BytesLayer, Reading]:
    layer = layer_of(tar_of({"big.txt": LARGE, "small.txt": b"x"}))
    analyser = Reading(run=run, **options)
    return PassReader([analyser], limits=limits).read(layer), layer, analyser


def test_head_tail_and_first_windows_of_a_large_file_are_kept_in_the_first_look() -> None:
    def run(path: str, content: Content) -> bytes:
        if path == "small.txt":
            return bytes(content.all())
        assert not content.is_whole
        assert content.read_at(0, HEAD) == LARGE[:HEAD]
        assert content.read_at(len(LARGE) - TAIL, TAIL) == LARGE[-TAIL:]
        return content.read_at(100_000, 500)

    facts, layer, _ = read_large(run, first=(Window(100_000, 500),))

    assert facts.records == {"words": {"big.txt": LARGE[100_000:100_500], "small.txt": b"x"}}
    assert layer.opened == 1


def test_what_is_still_to_come_is_kept_without_another_look() -> None:
    facts, layer, _ = read_large(lambda path, content: content.read_at(HEAD - 5, 30_000) if "big" in path else None)

    assert facts.records["words"]["big.txt"] == LARGE[HEAD - 5 :][:30_000]
    assert layer.opened == 1


def test_what_has_gone_by_is_kept_in_another_look() -> None:
    def run(path: str, content: Content) -> bytes:
        if "big" not in path:
            return b""
        last = content.read_at(len(LARGE) - 2, 2)
        middle = content.read_at(100_000, 300)
        before = content.read_at(90_000, 300)
        return last + middle + before

    layer = layer_of(tar_of({"big.txt": LARGE}))
    analyser = Reading(run=run, first=(Window(120_000, 10),))

    facts = PassReader([analyser], limits=SMALL_WHOLE).read(layer)

    assert layer.opened == 3
    assert facts.records["words"]["big.txt"] == LARGE[-2:] + LARGE[100_000:100_300] + LARGE[90_000:90_300]
    assert facts.unknowns == ()


def test_an_analyser_that_never_has_enough_is_told() -> None:
    wanted = iter(range(180_000, 70_000, -1000))

    def run(path: str, content: Content) -> None:
        while "big" in path:
            content.read_at(next(wanted), 10)

    facts, layer, _ = read_large(run)

    assert unknown_reasons(facts) == ["ever more parts of it were asked for"]
    assert layer.opened == 1 + DEFAULT_LIMITS.looks


def test_more_than_the_limit_of_windows_is_told_and_not_kept() -> None:
    limits = replace(SMALL_WHOLE, window=100_000)

    facts, layer, _ = read_large(
        lambda path, content: content.all() and None, limits=limits, first=(Window(0, len(LARGE)),)
    )

    assert unknown_reasons(facts) == ["more than 100000 bytes of it are needed at once, the limit"]
    assert layer.opened == 1


def test_a_large_file_may_be_wanted_whole_within_the_limit() -> None:
    facts, layer, _ = read_large(lambda path, content: bytes(content.all()), first=(Window(0, 1 << 40),))

    assert facts.records["words"]["big.txt"] == LARGE
    assert layer.opened == 1


@pytest.mark.parametrize("media_type", [GZIP, PLAIN])
def test_other_bytes_in_the_second_look_are_refused(media_type: str) -> None:
    @dataclass
    class Changing(BytesLayer):
        second: bytes = b""

        @contextmanager
        def open(self) -> Iterator[Iterator[bytes]]:
            self.opened += 1
            yield iter([self.blob if self.opened == 1 else self.second])

    def run(path: str, content: Content) -> bytes:
        content.read_at(len(LARGE) - 1, 1)
        return content.read_at(100_000, 10)

    true = layer_of(tar_of({"big.txt": LARGE}), media_type)
    false = layer_of(tar_of({"big.txt": LARGE[:100_001] + b"!" + LARGE[100_002:]}), media_type)
    layer = Changing(**{**vars(true), "second": false.blob, "opened": 0})
    reader = PassReader([Reading(run=run, first=(Window(150_000, 9),))], limits=SMALL_WHOLE)

    assert layer_reads(reader, Changing(**{**vars(true), "second": true.blob, "opened": 0}))
    with pytest.raises(IntegrityError, match=r"other bytes than when it was read first|bytes came"):
        reader.read(layer)


def layer_reads(reader: PassReader, layer: BytesLayer) -> bool:
    return reader.read(layer).records["words"]["big.txt"] == LARGE[100_000:100_010]


def test_records_are_limited_together() -> None:
    limits = replace(DEFAULT_LIMITS, findings=5)

    facts = PassReader([Words()], limits=limits).read(layer_of(tar_of({f"{n}.txt": b"" for n in range(20)})))

    assert len(facts.records["words"]) == 5
    assert "more than 5 records" in unknown_reasons(facts)[0]


def test_layers_side_by_side_come_in_order() -> None:
    layers = [layer_of(tar_of({f"{number}.txt": b"x" * number * 1000})) for number in range(6)]
    told: list[str] = []

    facts = read_side_by_side(PassReader([Words()]), layers, told.append)

    assert [one.index.paths for one in facts] == [[f"{number}.txt"] for number in range(6)]
    assert told == [f"{number} of 6 layers read" for number in range(1, 7)]
    assert read_side_by_side(PassReader([]), [], told.append) == ()


def test_the_first_error_ends_the_others_and_names_the_layer() -> None:
    started = Event()

    @dataclass
    class Endless(BytesLayer):
        @contextmanager
        def open(self) -> Iterator[Iterator[bytes]]:
            def pieces() -> Iterator[bytes]:
                yield entry(b"a")
                started.set()
                while True:
                    yield header(b"b", 512) + bytes(512)

            yield pieces()

    @dataclass
    class Wrong(BytesLayer):
        @contextmanager
        def open(self) -> Iterator[Iterator[bytes]]:
            started.wait(10)
            yield iter([b"x" * 512])

    layers = [Endless(b"", size=1 << 50), Wrong(b"", size=512, digest=OTHER), *(layer_of(b"") for _ in range(50))]

    with pytest.raises(IntegrityError, match=r"^layer 2 of 52: layer sha256:0{64}: the digest is"):
        read_side_by_side(PassReader([]), layers, lambda _: None)


def test_layers_share_what_an_image_may_become() -> None:
    layers = [layer_of(tar_of({f"{number}": bytes(1 << 20)})) for number in range(8)]
    limits = replace(DEFAULT_LIMITS, image_bytes=5 << 20)

    facts = read_side_by_side(PassReader([], limits=limits), layers, lambda _: None)

    cut = [
        reason for one in facts for reason in unknown_reasons(one) if "the image's layers unpack to more than" in reason
    ]
    assert len(cut) >= 3
    assert sum(one.bytes for one in facts) <= 5 << 20


def test_layers_share_how_many_entries_an_image_may_have() -> None:
    layers = [layer_of(tar_of({f"{layer}-{at}": b"" for at in range(3000)})) for layer in range(6)]
    few = PassReader([Words()], limits=replace(DEFAULT_LIMITS, entries=10_000))
    told = "the image's layers have more than 10000 entries together, the limit; the rest was not read"

    facts = read_side_by_side(few, layers, lambda _: None)

    assert sum(told in unknown_reasons(one) for one in facts) >= 2
    assert sum(len(one.index.paths) for one in facts) < 10_000 + 6 * 2048  # what stands in one piece is walked whole
    assert {one.bytes for one in facts} == {len(tar_of({f"0-{at}": b"" for at in range(3000)}))}


def test_one_reader_serves_several_threads() -> None:
    reader = PassReader([Words()])
    layer = layer_of(tar_of({f"{number}.txt": bytes(10) for number in range(2000)}))
    found: list[LayerFacts] = []
    threads = [Thread(target=lambda: found.append(reader.read(layer))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert all(one == found[0] for one in found)


@dataclass
class Alien:
    """Some other reader of layers."""

    seen: list[Any] = field(default_factory=list)

    def read(self, layer: Any) -> Any:
        self.seen.append(layer)
        return layer

    def cached(self, diff_id: Digest) -> None:
        return None

    def read_directory(self, root: str) -> Any:
        raise AssertionError


def test_any_reader_of_layers_can_read_side_by_side() -> None:
    layers = [layer_of(b""), layer_of(b"x" * 512, PLAIN)]

    assert read_side_by_side(Alien(), layers, lambda _: None) == tuple(layers)
