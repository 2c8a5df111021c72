"""The catalog: cheap to make, reading each repository when it is first asked for."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial

from basewright.catalog import chainguard, distroless, entered, hardened, official
from basewright.catalog.mirrors import Mirrors, read_prefixes
from basewright.catalog.products import Products
from basewright.catalog.recognition import Recogniser
from basewright.catalog.scheme import Scheme
from basewright.catalog.scratch import SCRATCH, scratch
from basewright.catalog.shelf import Shelf
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems
from basewright.catalog.telling import told
from basewright.model.base import BaseImage, Kind, Match, Provenance, Recognition, Role
from basewright.model.catalog import EndOfLife
from basewright.model.reference import ImageReference

_ByWords = Callable[[str], BaseImage | None]
_Read = tuple[Shelf, _ByWords | None]
_REMEMBERED = 4096
"""Answers kept at most: a fleet of projects names few distinct bases, and asks for each many times."""


class Catalog:
    """What each base image is and provides; implements `basewright.model.catalog.CatalogView`."""

    def __init__(self, store: Store, mirrors: Mapping[str, str]) -> None:
        self._store = store
        self._configured_mirrors = read_prefixes(mirrors)
        self._recognisers: dict[str, Recogniser] = {}
        self._answers: dict[ImageReference, Recognition | None] = {}
        self._runtimes: dict[str, tuple[BaseImage, ...]] = {}

    @property
    def date(self) -> dt.date:
        """The day on which the catalog's facts were gathered."""
        return dt.date.fromisoformat(self._store.index.date)

    def recognise(self, reference: ImageReference) -> Recognition | None:
        """Return what is known of `reference`; None when not even its repository is known."""
        if reference not in self._answers:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[reference] = self._recognise(reference)
        return self._answers[reference]

    def _recognise(self, reference: ImageReference) -> Recognition | None:
        if (found := self._known(reference)) is not None:
            return found
        origin = self._mirrors.origin(reference)
        if origin is None or (found := self._known(origin)) is None:
            return None
        note = f"{reference.familiar_name} is a mirror of {origin.familiar_name}: the facts are those of the origin"
        how = () if found.match is Match.EXACT else (f"recognised by {found.match.value}",)
        return Recognition(found.base, Match.MIRROR, (note, *how, *found.notes), found.is_unpublished)

    def near_tags(self, reference: ImageReference) -> tuple[str, ...]:
        """Return up to three references to recommend that are nearest to `reference`; empty where it is not known."""
        recogniser = self._recogniser(f"{reference.registry}/{reference.repository}")
        if recogniser is None:
            return ()
        return tuple(str(reference.with_tag(tag)) for tag in recogniser.near_tags(reference.effective_tag or "latest"))

    def namespace_notes(self, reference: ImageReference) -> tuple[tuple[str, Provenance], ...]:
        """Return what is known of the namespace of an image that is not in the catalog (``bitnami/redis``)."""
        name = f"{reference.registry}/{reference.repository}/"
        return tuple(
            (record.note, Provenance(record.source, dt.date.fromisoformat(record.date)))
            for prefix, record in sorted(self._store.index.namespaces.items())
            if name.startswith(f"{prefix}/")
        )

    def of_runtime(self, name: str) -> tuple[BaseImage, ...]:
        """Return the images, of all vendors, lines and variants, that exist for the runtime or service `name`."""
        if name not in self._runtimes:
            self._runtimes[name] = self._builds(self._products.repositories(name))
        return self._runtimes[name]

    def systems(self) -> tuple[BaseImage, ...]:
        """Return the images that are a distribution or less (Role.OS), ``scratch`` included."""
        return self._bare_systems

    def end_of_life(self, product: str, cycle: str) -> EndOfLife | None:
        """Return the end-of-life dates of a product's line (``debian`` ``12``), None where not known."""
        return self._support.find(product, cycle)

    def list_images(
        self,
        *,
        runtime: str | None = None,
        kind: Kind | None = None,
        role: Role | None = None,
        vendor: str | None = None,
        family: str | None = None,
        hardened: bool | None = None,
    ) -> tuple[BaseImage, ...]:
        """Return the images that fit every filter given, sorted by reference; `vendor` is a part of its name."""
        if runtime:
            unoffered = self._builds(self._products.unoffered())
            others = (one for one in unoffered if one.runtime is not None and one.runtime.name == runtime)
            builds = (*self.of_runtime(runtime), *others)
        else:
            builds = (*self._builds(self._store.index.repositories), scratch())
        return _sorted(
            build
            for build in builds
            if (kind is None or build.kind is kind)
            and (role is None or build.role is role)
            and (vendor is None or vendor.lower() in build.vendor.lower())
            and (family is None or build.family == family)
            and (hardened is None or (build.hardened is not None) is hardened)
        )

    def _known(self, reference: ImageReference) -> Recognition | None:
        if (reference.registry, reference.repository) == (SCRATCH.registry, SCRATCH.repository):
            return _scratch(reference)
        recogniser = self._recogniser(f"{reference.registry}/{reference.repository}")
        return recogniser.recognise(reference) if recogniser else None

    def _builds(self, repositories: Iterable[str]) -> tuple[BaseImage, ...]:
        recognisers = (self._recogniser(repository) for repository in repositories)
        return _sorted(build for one in recognisers if one is not None for build in one.shelf.builds)

    def _recogniser(self, repository: str) -> Recogniser | None:
        if repository not in self._recognisers:
            shelf_and_words = (
                self._read(repository) if repository in self._store.repositories else self._dropped(repository)
            )
            if shelf_and_words is None:
                return None
            shelf, by_words = shelf_and_words
            complete = told(shelf, self._systems, self.date)
            product = self._products.of(repository)
            scheme = Scheme(complete, self._systems, product.name, former_words=product.former_words)
            self._recognisers[repository] = Recogniser(complete, self._systems, scheme, by_words, self.date)
        return self._recognisers[repository]

    def _dropped(self, repository: str) -> _Read | None:
        """Return a repository that its publisher once had, where its name still tells what it was."""
        namespace, _, name = repository.rpartition("/")
        if namespace != distroless.NAMESPACE:
            return None
        shelf = distroless.DistrolessReader(self._store, self._systems, self._support).dropped(name)
        return (shelf, None) if shelf is not None else None

    def _read(self, repository: str) -> _Read:
        product = self._products.of(repository)
        by_words: _ByWords | None = None
        match repository.rpartition("/")[0]:
            case official.NAMESPACE:
                reader = official.OfficialReader(self._store, self._systems, self._support)
                shelf = reader.shelf(product)
                by_words = partial(reader.by_words, product=product, shelf=shelf)
            case distroless.NAMESPACE:
                shelf = distroless.DistrolessReader(self._store, self._systems, self._support).shelf(product)
            case hardened.NAMESPACE:
                shelf = hardened.HardenedReader(self._store, self._systems, self._support).shelf(product)
            case chainguard.NAMESPACE:
                shelf = chainguard.ChainguardReader(self._store, self._support).shelf(product)
            case _:
                by_hand = entered.EnteredReader(self._store, self._systems, self._support)
                shelf = by_hand.shelf(product)
                by_words = partial(by_hand.by_words, product=product, shelf=shelf)
        return shelf, by_words

    @cached_property
    def _bare_systems(self) -> tuple[BaseImage, ...]:
        builds = (build for build in self._builds(self._products.systems()) if build.role is Role.OS)
        return _sorted((scratch(), *builds))

    @cached_property
    def _systems(self) -> Systems:
        return Systems(self._store.systems)

    @cached_property
    def _support(self) -> Support:
        return Support(self._store)

    @cached_property
    def _products(self) -> Products:
        return Products(self._store)

    @cached_property
    def _mirrors(self) -> Mirrors:
        return Mirrors(self._store.index.mirrors, self._configured_mirrors)


def _scratch(reference: ImageReference) -> Recognition:
    notes = () if reference.tag is None and reference.digest is None else ("scratch has no tags",)
    return Recognition(scratch(), Match.REPOSITORY if notes else Match.EXACT, notes, bool(notes))


def _sorted(builds: Iterable[BaseImage]) -> tuple[BaseImage, ...]:
    return tuple(sorted(builds, key=lambda build: str(build.reference)))
