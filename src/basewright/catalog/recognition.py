"""From a tag of a known repository to what the catalog can say of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from basewright.catalog.near import nearest
from basewright.catalog.scheme import Scheme
from basewright.catalog.shelf import Shelf
from basewright.catalog.systems import Systems, operating_system
from basewright.catalog.tags import read_tag
from basewright.catalog.telling import ended
from basewright.model.base import BaseImage, Horizon, Match, Recognition, Role
from basewright.model.reference import ImageReference

_SHARED_FACTS = ("vendor", "family", "role", "libc", "shell", "package_manager", "hardened", "access")
"""What is said of a repository whose tag is not known, where all its builds agree."""
_SHARED_GROUPS = frozenset({"identity", "horizon", "publisher"})


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Recognises references below one shelf."""

    shelf: Shelf
    systems: Systems
    scheme: Scheme
    by_words: Callable[[str], BaseImage | None] | None
    """Describes an unlisted tag from its words; None where a publisher's tags follow no scheme."""
    today: dt.date
    """The catalog's day."""

    def recognise(self, reference: ImageReference) -> Recognition:
        """Return what is known of `reference`, which names this shelf's repository."""
        tag = reference.effective_tag
        notes = self._digest_notes(reference)
        if tag is None:
            return self._by_digest(reference)
        if (build := self.shelf.tags.get(tag)) is not None:
            if self.shelf.dropped is not None:
                return Recognition(build, Match.RETIRED, (self.shelf.dropped, *notes), is_unpublished=False)
            return Recognition(build, Match.EXACT, (*self._alias_notes(tag, build), *notes), is_unpublished=False)
        if (found := self._retired(tag)) is not None:
            return replace(found, notes=(*found.notes, *notes))
        if (found := self._by_version(tag)) is not None:
            return replace(found, notes=(*found.notes, *notes))
        return Recognition(
            self._common(tag), Match.REPOSITORY, (self._not_listed(tag), *notes), self._is_unpublished(tag)
        )

    def near_tags(self, tag: str) -> tuple[str, ...]:
        """Return the recommended tags nearest to `tag`."""
        return tuple(str(build.reference.tag) for build in nearest(tag, self._choices(), self.systems))

    def _choices(self) -> tuple[BaseImage, ...]:
        return self.shelf.builds or tuple(dict.fromkeys(self.shelf.tags.values()))

    def _by_digest(self, reference: ImageReference) -> Recognition:
        build = self.shelf.digests.get(str(reference.digest))
        if build is not None:
            note = f"this digest was measured as {build.reference}; the tag has been rebuilt since, or will be"
            return Recognition(build, Match.EXACT, (note,))
        note = "a digest without a tag: which build it is cannot be told without asking the registry"
        return Recognition(self._common(None), Match.REPOSITORY, (note,))

    def _digest_notes(self, reference: ImageReference) -> tuple[str, ...]:
        if reference.digest is None or reference.tag is None or str(reference.digest) in self.shelf.digests:
            return ()
        return ("pinned by digest: the facts are those of the tag, the pinned build may be older",)

    def _alias_notes(self, tag: str, build: BaseImage) -> tuple[str, ...]:
        """Tell what an alias leaves open: the release of the distribution, the line, the repository."""
        notes = []
        if self.shelf.leads_to:
            notes.append(
                f"a name without a release leads to {self.shelf.leads_to.rpartition('/')[2]} today and moves one day"
            )
        if tag == "latest" and not self.shelf.leads_to and build.reference.tag != "latest":
            notes.append(f"`latest` moves: today it is {build.reference.tag}")
        elif (release := self._unnamed_release(tag, build)) is not None:
            notes.append(
                f"`{tag}` does not name the release it builds on: today it is {release}, as {build.reference.tag}"
            )
        return tuple(notes)

    def _unnamed_release(self, tag: str, build: BaseImage) -> str | None:
        words = read_tag(tag, self.systems)
        own = read_tag(str(build.reference.tag), self.systems)
        if words.names_release or not own.names_release or build.os is None:
            return None
        return " ".join(
            filter(None, (build.os.id, build.os.version, f"({build.os.codename})" if build.os.codename else ""))
        )

    def _retired(self, tag: str) -> Recognition | None:
        if self.shelf.retired is None or (day := self.shelf.retired.days.get(tag)) is None:
            return None
        if (base := self._described(tag)) is None:
            return None
        retired = dt.date.fromisoformat(day)
        horizon = base.horizon
        base = replace(
            base,
            horizon=Horizon(horizon.security_end, horizon.lts_end, horizon.runtime_end, retired, horizon.publisher_end),
            provenance={**base.provenance, "retirement": self.shelf.retired.provenance[day]},
        )
        notes = [f"`{tag}` was dropped on {day}: it still pulls and is never rebuilt"]
        successors = [one for one in nearest(tag, self._choices(), self.systems) if not one.prerelease]
        if successors:
            notes.append(f"what comes nearest today: {successors[0].reference.tag}")
        else:
            notes.append("its repository lists only pre-releases today")
        return Recognition(base, Match.RETIRED, (*notes, *self._silence(tag, base)), is_unpublished=False)

    def _by_version(self, tag: str) -> Recognition | None:
        """Recognise a tag that is listed nowhere and yet follows the repository's scheme."""
        if tag in self.shelf.windows:
            return None
        if not self.scheme.allows(read_tag(tag, self.systems)):
            return None
        base = self._described(tag)
        is_undated = base is not None and (base.os is None or base.os.version is None)
        if base is None or (base.role is Role.OS and base.family != "busybox" and is_undated):
            # Of a distribution's own image the release is all that there is to know; BusyBox is none.
            return None
        note = f"`{tag}` is not among the tags of today; its facts are those that its words tell"
        return Recognition(base, Match.VERSION, (note, *self._silence(tag, base)))

    def _described(self, tag: str) -> BaseImage | None:
        base = self.by_words(tag) if self.by_words else None
        return replace(base, notes=(*base.notes, *ended(base, self.today))) if base else None

    def _silence(self, tag: str, base: BaseImage) -> tuple[str, ...]:
        if base.os is not None and base.os.version is None:
            return (f"`{tag}` names no release of {base.os.id}: which one it was built on is not known",)
        return ()

    def _is_unpublished(self, tag: str) -> bool | None:
        """Whether `tag` was never published: only a repository whose history is known can be said not to have had it.

        A line newer than all that are known may have come after the list was made.
        """
        if tag in self.shelf.windows:
            return False
        has_history = self.shelf.retired is not None and bool(self.shelf.retired.days)
        return True if has_history and not self.scheme.is_newer(read_tag(tag, self.systems)) else None

    def _not_listed(self, tag: str) -> str:
        if tag in self.shelf.windows:
            return f"`{tag}` is a Windows image; the catalog describes Linux images"
        name = self.shelf.repository.removeprefix("docker.io/library/")
        near = f"nearest: {', '.join(self.near_tags(tag))}"
        if self._is_unpublished(tag):
            return f"`{name}:{tag}` is no published tag; {near}"
        day = self._choices()[0].provenance["identity"].date
        return (
            f"`{name}:{tag}` is not in the list of today's tags (of {day}); "
            f"whether it was published before or since is not known; {near}"
        )

    def _common(self, tag: str | None) -> BaseImage:
        """Return what all builds of the repository have in common."""
        builds = self._choices()
        registry, _, path = self.shelf.repository.partition("/")
        facts = {
            name: getattr(builds[0], name)
            for name in _SHARED_FACTS
            if len({repr(getattr(build, name)) for build in builds}) == 1
        }
        runtime = builds[0].runtime
        return BaseImage(
            reference=ImageReference(registry, path, tag),
            runtime=replace(runtime, version=None) if runtime else None,
            provenance={group: source for group, source in builds[0].provenance.items() if group in _SHARED_GROUPS},
            **facts,
            **self._named_release(builds),
        )

    def _named_release(self, builds: tuple[BaseImage, ...]) -> dict[str, Any]:
        """Return what the repository's own name says of the release: ``distroless/base-debian12``, ``ubi9/ubi``."""
        named = self.systems.named_in(self.shelf.repository)
        if named is None or named.version is None:
            return {}
        horizons = {(one.horizon.security_end, one.horizon.lts_end, one.horizon.publisher_end) for one in builds}
        if len(horizons) != 1:
            return {"os": operating_system(named)}
        ((security, lts, publisher),) = horizons
        return {"os": operating_system(named), "horizon": Horizon(security, lts, publisher_end=publisher)}
