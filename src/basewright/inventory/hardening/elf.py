"""How programs and libraries were linked: executable stacks, search paths that others may write, protections."""

from collections.abc import Callable, Iterator
from typing import Final

from basewright.image.interface import DIRECTORY
from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import FOR_ALL, SET_GID, SET_UID, STICKY, Site
from basewright.model.candidate import Severity
from basewright.model.executable import ElfFacts
from basewright.model.inventory import Executable

_ORIGIN: Final = ("$ORIGIN", "${ORIGIN}")
_PLACEHOLDERS: Final = ("$LIB", "${LIB}", "$PLATFORM", "${PLATFORM}")
_SCRATCH: Final = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 - what is looked for
_LARGE: Final = 256 * 1024
"""Bytes from which a C program has some function that a canary belongs to."""
_DIRECTORIES: Final = 100
"""Of one search path that are looked at."""


def _objects(site: Site) -> Iterator[tuple[Executable, ElfFacts]]:
    for one in site.executables:
        if isinstance(one.facts, ElfFacts):
            yield one, one.facts


def _executable_stack(site: Site) -> Iterator[Observation]:
    found = [one for one, facts in _objects(site) if facts.nx is False]
    if found:
        yield Observation(
            Severity.WARNING,
            "ask for an executable stack: an overflow there runs code, in every process that loads them",
            "Link with `-Wl,-z,noexecstack` (assembly needs a `.note.GNU-stack` section), or clear it: "
            f"`RUN patchelf --clear-execstack /{found[0].path}`.",
            tuple(one.path for one in found),
            layer=found[0].layer,
        )


def _library_path(site: Site) -> Iterator[Observation]:
    known: dict[str, bool] = {}
    rows = []
    for one, facts in _objects(site):
        path = facts.runpath if facts.runpath is not None else facts.rpath
        if path and (loose := _loose_directories(path, site, known)):
            rows.append((one, loose))
    for severity, is_privileged in ((Severity.ERROR, True), (Severity.WARNING, False)):
        found = [row for row in rows if bool(row[0].mode & (SET_UID | SET_GID)) is is_privileged]
        if found:
            told = named([f"{one.path.rpartition('/')[2]} ({named(loose, 2)})" for one, loose in found])
            yield Observation(
                severity,
                f"look for libraries where others may put them: {told}",
                "Link without it, or with a path below $ORIGIN; to mend a file: "
                f"`RUN patchelf --remove-rpath /{found[0][0].path}`.",
                tuple(one.path for one, _ in found),
                layer=found[0][0].layer,
            )


def _loose_directories(path: str, site: Site, known: dict[str, bool]) -> list[str]:
    """Return the entries of a search path that are empty, relative, or writable by everybody."""
    found = []
    for entry in path.split(":")[:_DIRECTORIES]:
        if not entry:
            found.append("an empty entry")
        elif entry.startswith(_ORIGIN):
            continue  # beside the program itself
        elif not entry.startswith(("/", *_PLACEHOLDERS)):
            found.append(f"{entry[:80]}, relative")
        elif f"{entry}/".startswith(_SCRATCH) or _is_open(entry, site, known):
            found.append(f"{entry[:80]}, writable by everybody")
    return found


def _is_open(directory: str, site: Site, known: dict[str, bool]) -> bool:
    if directory not in known:
        entry = site.tree.lookup(directory)
        known[directory] = (
            entry is not None and entry.kind == DIRECTORY and bool(entry.mode & FOR_ALL) and not entry.mode & STICKY
        )
    return known[directory]


_PROTECTIONS: Final[tuple[tuple[str, Callable[[ElfFacts], bool]], ...]] = (
    ("at a fixed address (no PIE)", lambda facts: not facts.is_pie),
    ("with writable relocations (no RELRO)", lambda facts: facts.relro == "none"),
    ("that do not say whether their stack is executable", lambda facts: facts.nx is None),
)


def _weak_programs(site: Site) -> Iterator[Observation]:
    programs = [(one, facts) for one, facts in _objects(site) if facts.kind == "executable" and one.is_runnable]
    counts = [(what, sum(1 for _, facts in programs if lacks(facts))) for what, lacks in _PROTECTIONS]
    weak = [one for one, facts in programs if any(lacks(facts) for _, lacks in _PROTECTIONS)]
    # The compiler gives a canary only to functions with buffers: a small program without one may need none.
    bare = [one for one, facts in programs if facts.canary is False and not facts.is_go and one.bytes >= _LARGE]
    counts.append(("without stack canaries", len(bare)))
    weak += [one for one in bare if one not in weak]
    if weak:
        weak.sort(key=lambda one: (one.package is not None, one.path))
        told = ", ".join(f"{count} {what}" for what, count in counts if count)
        yield Observation(
            Severity.NOTE,
            f"{len(weak)} of {len(programs)} programs were linked without a protection that compilers offer: {told}",
            "Build your own with `-fPIE -pie -fstack-protector-strong -Wl,-z,relro,-z,now` (Go: `-buildmode=pie`).",
            tuple(one.path for one in weak),
        )


RULES: Final = (
    Rule("executable-stack", _executable_stack),
    Rule("loose-library-path", _library_path),
    Rule("unprotected-programs", _weak_programs),
)
