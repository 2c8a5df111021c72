"""Notes that follow from the facts: support that is over, tags whose release differs from line to line."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from basewright.catalog.shelf import Shelf
from basewright.catalog.systems import Systems
from basewright.catalog.tags import TagWords, read_tag
from basewright.model.base import BaseImage


def told(shelf: Shelf, systems: Systems, today: dt.date) -> Shelf:
    """Return `shelf` with the notes of its builds completed; `today` is the catalog's own day."""
    defaults = _moving_defaults(shelf, systems)
    noted = {
        id(build): replace(build, notes=(*build.notes, *defaults.get(str(build.reference), ()), *ended(build, today)))
        for build in {id(one): one for one in (*shelf.builds, *shelf.tags.values())}.values()
    }
    return replace(
        shelf,
        builds=tuple(noted[id(build)] for build in shelf.builds),
        tags={tag: noted[id(build)] for tag, build in shelf.tags.items()},
        digests={digest: noted[id(build)] for digest, build in shelf.digests.items()},
    )


def ended(build: BaseImage, today: dt.date) -> tuple[str, ...]:
    """Return what is over on `today`: a tag that is listed is not yet a tag that is alive."""
    horizon = build.horizon
    notes = []
    if horizon.security_end and horizon.security_end < today and build.os:
        release = " ".join(filter(None, (build.os.id, build.os.version)))
        lts = horizon.lts_end
        if lts is None:
            after = ""
        elif lts < today:
            after = f", long-term support on {lts}"
        else:
            after = f"; long-term support until {lts}"
        notes.append(f"security support of {release} ended on {horizon.security_end}{after}")
    if horizon.runtime_end and horizon.runtime_end < today and build.runtime:
        name = f"{build.runtime.name} {build.runtime.version}"
        notes.append(f"{name} is past the end of life that its maker gives: {horizon.runtime_end}")
    if horizon.publisher_end and horizon.publisher_end < today:
        notes.append(f"its publisher's support ended on {horizon.publisher_end}")
    return tuple(notes)


def _moving_defaults(shelf: Shelf, systems: Systems) -> Mapping[str, tuple[str, ...]]:
    """Return, by reference, the note on tags of one shape whose release differs from line to line."""
    shapes: dict[object, dict[str, tuple[str, BaseImage]]] = defaultdict(dict)
    for tag, build in shelf.tags.items():
        words = read_tag(tag, systems)
        line = _line_tag(words, build)
        names_other = line and not words.names_release and build.runtime is not None and not build.prerelease
        if line and names_other and build.os and build.os.version:
            family = words.system.family if words.system else None
            shapes[words.is_slim, words.rest, family].setdefault(line, (tag, build))
    notes: dict[str, tuple[str, ...]] = {}
    for lines in shapes.values():
        releases = {(build.os.id, build.os.version) for _, build in lines.values() if build.os}
        if len(releases) > 1:
            examples = _one_of_each(lines.values())
            for _, build in lines.values():
                notes[str(build.reference)] = (f"tags without a release differ by line: {examples}",)
    return notes


def _line_tag(words: TagWords, build: BaseImage) -> str | None:
    """Return the version of a tag that names a release line only: ``24``, not ``24.19.0``, not ``lts``."""
    own = read_tag(str(build.reference.tag), _NO_SYSTEMS).version
    return words.version if words.version is not None and words.version == own and not words.channels else None


def _one_of_each(items: Iterable[tuple[str, BaseImage]]) -> str:
    newest: dict[tuple[str, str | None], str] = {}
    for tag, build in sorted(items, key=lambda item: _numbers(item[0]), reverse=True):
        if build.os:
            newest.setdefault((build.os.id, build.os.version), f"`{tag}` is {build.os.id} {build.os.version}")
    return ", ".join(newest.values())


def _numbers(tag: str) -> tuple[int, ...]:
    version = read_tag(tag, _NO_SYSTEMS).version or "0"
    return tuple(int(part) for part in version.split("."))


_NO_SYSTEMS = Systems(())
