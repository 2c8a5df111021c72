"""May it open data that today's base wrote: C library, collations and ICU under a database's volume."""

from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.need import Need, NeedKind
from basewright.recommend import references
from basewright.recommend.assembly import writer
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.storage import Provider, collation_provider
from basewright.recommend.subject import Subject

DUMP_AND_RESTORE = (
    "dump and restore: 1. stop the writers; 2. pg_dumpall with today's image; 3. start the new image on a new, empty "
    "volume; 4. restore into it; 5. keep the old volume until the new one is proved. REINDEX alone is not enough: it "
    "repairs neither rows that lie in the wrong range partition nor duplicates that a unique index let in"
)
_ASK = "ask the database to be sure: SELECT datname, datlocprovider, datcollate FROM pg_database"


def check(situation: Situation, _: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse what would order the data of a PostgreSQL volume in another way than it was written."""
    for need in situation.of_kind(NeedKind.STATEFUL_DATA):
        if need.value not in {"postgres", "postgresql"}:
            continue
        old = writer(situation, "postgres")
        if old is None:
            yield Obstacle(
                f"today's base is not known, and so is not the C library that ordered the existing data "
                f"({need.evidence[0].where}): whether text sorts the same on {_system(base)} cannot be told",
                (need,),
                DUMP_AND_RESTORE,
            )
            continue
        yield from _ordering(situation, need, old, base)


def _ordering(situation: Situation, need: Need, old: BaseImage, new: BaseImage) -> Iterator[Obstacle | Caution]:
    provider, told_by = collation_provider(situation)
    change = library_change(old, new)
    if change and provider in {Provider.C, Provider.BUILTIN}:
        yield Caution(
            f"{change}; the cluster's order is {provider} ({told_by}), which no C library changes, as long as no "
            "column "
            f"and no database names another collation: {_ASK}",
            references.COLLATIONS,
        )
    elif change and provider is Provider.LIBC:
        if not (old.libc == new.libc == "musl"):
            yield Obstacle(
                f"{change} under existing data ({need.evidence[0].where}): where text sorts differently afterwards, "
                "indexes, range partitions and unique constraints written by today's image are silently wrong",
                (need,),
                DUMP_AND_RESTORE,
            )
    elif provider is Provider.ICU and (icu := _icu_change(old, new)):
        yield Obstacle(
            f"{icu} under existing data ordered by ICU ({told_by}): indexes and unique constraints may be silently "
            "wrong",
            (need,),
            DUMP_AND_RESTORE,
        )


def library_change(old: BaseImage, new: BaseImage) -> str:
    """Return how the C library changes between two bases, in words; "" where it is the same release."""
    if old.libc != new.libc and old.libc and new.libc:
        return f"the C library changes from {_libc(old)} to {_libc(new)}"
    if old.libc_version and new.libc_version:
        same = old.libc_version == new.libc_version
        return "" if same else f"{new.libc} changes from {old.libc_version} to {new.libc_version}"
    if _release(old) is None:
        return f"the C library changes from that of an unknown release of {_name(old)} to {_libc(new)}"
    if _release(old) != _release(new):
        return f"the distribution's release changes ({_system(old)} to {_system(new)}), and with it the C library"
    return ""


def _icu_change(old: BaseImage, new: BaseImage) -> str:
    if old.icu_major is not None and new.icu_major is not None:
        return "" if old.icu_major == new.icu_major else f"ICU changes from {old.icu_major} to {new.icu_major}"
    if _release(old) is not None and _release(old) == _release(new):
        return ""
    return f"the distribution's release changes ({_system(old)} to {_system(new)}), and ICU may change with it"


def _release(base: BaseImage) -> tuple[str, str] | None:
    """Return what decides the C library of a distribution: debian 12.4 and 12.5 are one release, alpine 3.23.x too."""
    if base.os is None or not base.os.version:
        return None
    parts = base.os.version.split(".")
    return base.os.id, ".".join(parts[: 1 if base.os.id == "debian" else 2])


def _name(base: BaseImage) -> str:
    return (base.os.id if base.os else base.family) or str(base.reference)


def _libc(base: BaseImage) -> str:
    return f"{base.libc} {base.libc_version or ''}".strip()


def _system(base: BaseImage) -> str:
    return f"{base.os.id} {base.os.version or ''}".strip() if base.os else "not known"
