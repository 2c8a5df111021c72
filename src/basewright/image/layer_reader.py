"""One pass over a layer: digests, unpacking, walk and analysers; and several layers side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from basewright.errors import BasewrightError
from basewright.formats.tar import TarWalk
from basewright.formats.tar_interface import TarLimits
from basewright.image.fact_store import FactStore
from basewright.image.findings import Findings, Told
from basewright.image.interface import Analyser, Layer, LayerFacts, LayerIndex, LayerReader
from basewright.image.layer_stream import Allowance, LayerStream
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.image.looks import Look, stop_mark
from basewright.image.recorder import Recorder
from basewright.model.digest import Digest
from basewright.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class SharedLayer:
    """A layer that is read beside others of its image: they share what they may unpack, and give up together."""

    layer: Layer
    allowance: Allowance
    given_up: Event


class PassReader:
    """`LayerReader` that reads each layer once, from the first byte to the last. Safe to use from several threads."""

    def __init__(
        self, analysers: Sequence[Analyser], *, store: FactStore | None = None, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        self._analysers = tuple(analysers)
        self._store = store
        self.limits = limits

    def cached(self, diff_id: Digest) -> LayerFacts | None:
        """See `LayerReader.cached`."""
        known = self._store.load(diff_id, self._analysers, self.limits) if self._store else None
        return None if known is None or self._missing(known) else known.facts(self._analysers, is_from_cache=True)

    def _missing(self, known: Findings | None) -> tuple[Analyser, ...]:
        return tuple(one for one in self._analysers if known is None or one.name not in known.sections)

    def read(self, layer: Layer) -> LayerFacts:
        """See `LayerReader.read`."""
        return self.read_shared(SharedLayer(layer, _allowance_of(self), Event()))

    def read_shared(self, shared: SharedLayer) -> LayerFacts:
        """Read a layer beside others of its image; raises GivenUpError once these are given up."""
        claimed = shared.layer.diff_id
        known = self._store.load(claimed, self._analysers, self.limits) if self._store and claimed else None
        missing = self._missing(known)
        if known is not None and not missing:
            facts = known.facts(self._analysers, is_from_cache=True)
            return facts if shared.allowance.take_entries(len(facts.index.paths)) else _left_out(facts, self.limits)
        one_pass = _Pass(shared, missing, self.limits)
        found = one_pass.run()
        if self._store and not one_pass.is_cut:
            self._store.save(found, missing, self.limits)
        if known is not None:
            found.sections |= known.sections
        facts = found.facts(self._analysers)
        if one_pass.remarks:  # not for the store: there the same layer of another source would be told of it
            said = {Unknown(f"layer {facts.diff_id}", remark) for remark in one_pass.remarks}
            facts = replace(facts, unknowns=tuple(sorted({*facts.unknowns, *said})))
        return facts

    def read_directory(self, root: str) -> LayerFacts:
        """See `LayerReader.read_directory`."""
        from basewright.image.directory import read_directory

        return read_directory(root, self._analysers, self.limits).facts(self._analysers)


@dataclass(slots=True)
class _Pass:
    """The reading of one layer."""

    shared: SharedLayer
    analysers: Sequence[Analyser]
    limits: Limits
    index: LayerIndex = field(default_factory=LayerIndex)
    told: set[Told] = field(default_factory=set)
    is_cut: bool = False
    remarks: list[str] = field(default_factory=list)

    def run(self) -> Findings:
        """Read it; raises IntegrityError where it is not what the image names."""
        recorder = Recorder(self.analysers, self.index, self.limits)
        limits = self.limits
        walk = TarWalk(
            self.index,
            recorder,
            self._tell,
            TarLimits(
                entries=limits.entries,
                path=limits.path,
                path_depth=limits.path_depth,
                special=limits.pax_header,
                whole_file=limits.whole_file,
            ),
        )
        with self._stream(self.shared.allowance) as stream:
            has_room = self._walk(walk, stream)
            stream.verify()
            self.is_cut = stream.is_cut or not has_room
        self.remarks = stream.remarks
        for note in stream.notes:
            self._tell("", note)
        if not walk.is_over and not self.is_cut and self.shared.layer.diff_id is None:
            self._tell("", "the archive has no end, and nothing tells whether it is whole")
        self._look_again(recorder, stream.marks)
        return Findings(stream.diff_id, stream.bytes, self.index, self.told, recorder.sections)

    def _walk(self, walk: TarWalk, stream: LayerStream) -> bool:
        """Walk to the stream's end, as far as the image may have entries; say whether there was room for all."""
        counted, paths = 0, self.index.paths
        for piece in stream:
            if walk.is_over and not walk.has_end:
                continue
            walk.feed(piece)
            if not self.shared.allowance.take_entries(len(paths) - counted):
                self._tell("", _too_many(self.limits))
                for _ in stream:  # for the digests' sake
                    pass
                return False
            counted = len(paths)
        walk.finish()
        return self.shared.allowance.take_entries(len(paths) - counted)

    def _tell(self, path: str, reason: str) -> None:
        self.told.add((path, reason))

    def _stream(self, allowance: Allowance, *, is_hashed: bool = True) -> LayerStream:
        shared = self.shared
        return LayerStream(shared.layer, self.limits, allowance, shared.given_up.is_set, is_hashed=is_hashed)

    def _look_again(self, recorder: Recorder, marks: list[tuple[int, str]]) -> None:
        """Read the layer again for what was wished for in vain, as often as the limit allows."""
        for _ in range(self.limits.looks):
            if not recorder.unfinished:
                return
            files, recorder.unfinished = recorder.unfinished, []
            mark = stop_mark(files, recorder, marks)
            if mark is None:
                break
            allowance = Allowance(self.limits.image_bytes)
            with self._stream(allowance, is_hashed=False) as stream:
                Look(recorder, files, mark).run(iter(stream))
        for one in recorder.unfinished:
            recorder.tell(one.analyser, self.index.paths[one.number], "ever more parts of it were asked for")


def read_side_by_side(
    reader: LayerReader, layers: Sequence[Layer], told: Callable[[str], None], workers: int = 2
) -> tuple[LayerFacts, ...]:
    """Return the facts of an image's layers, in their order; `workers` of them are read at a time, largest first.

    The first error ends the reading of all; it names the layer by its number, lowest first, from 1.
    """
    allowance, given_up = _allowance_of(reader), Event()
    shared = [SharedLayer(layer, allowance, given_up) for layer in layers]
    order = sorted(range(len(layers)), key=lambda at: (-(layers[at].size or 0), at))
    done: dict[int, LayerFacts] = {}
    with ThreadPoolExecutor(max(1, min(workers, len(layers)))) as pool:
        waiting = {pool.submit(_read_one, reader, shared[at], f"layer {at + 1} of {len(layers)}"): at for at in order}
        try:
            for future in as_completed(waiting):
                done[waiting[future]] = future.result()
                told(f"{len(done)} of {len(layers)} layers read")
        except BaseException:
            given_up.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(done[at] for at in range(len(layers)))


def _allowance_of(reader: LayerReader) -> Allowance:
    limits = reader.limits if isinstance(reader, PassReader) else DEFAULT_LIMITS
    return Allowance(limits.image_bytes, limits.entries)


def _too_many(limits: Limits) -> str:
    return f"the image's layers have more than {limits.entries} entries together, the limit; the rest was not read"


def _left_out(facts: LayerFacts, limits: Limits) -> LayerFacts:
    """Return a remembered layer without its entries, for which the image has no room."""
    unknown = Unknown(f"layer {facts.diff_id}", _too_many(limits))
    nothing: dict[str, dict[str, Any]] = {name: {} for name in facts.records}
    return replace(facts, index=LayerIndex(), records=nothing, unknowns=tuple(sorted({*facts.unknowns, unknown})))


def _read_one(reader: LayerReader, shared: SharedLayer, name: str) -> LayerFacts:
    try:
        return reader.read_shared(shared) if isinstance(reader, PassReader) else reader.read(shared.layer)
    except BasewrightError as error:
        error.args = (f"{name}: {error}", *error.args[1:])
        raise
