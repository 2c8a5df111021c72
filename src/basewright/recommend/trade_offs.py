"""What a choice costs or gives beyond bytes, and how each cost is met: one table, asked of every candidate."""

from collections.abc import Callable
from dataclasses import dataclass

from basewright.model.base import Access, BaseImage, Kind
from basewright.model.candidate import TradeOff, TradeOffKind
from basewright.recommend.situation import Situation
from basewright.recommend.substitution import substitutes

_OPEN_FAMILIES = frozenset({"debian", "alpine", "ubuntu", "none", "busybox"})


@dataclass(frozen=True, slots=True)
class _Row:
    kind: TradeOffKind
    applies: Callable[[Situation, BaseImage], bool]
    what: str
    met_by: str


def _loses(attribute: str) -> Callable[[Situation, BaseImage], bool]:
    def applies(situation: Situation, base: BaseImage) -> bool:
        had = situation.base is None or getattr(situation.base, attribute) is not False
        return had and getattr(base, attribute) is False

    return applies


def _to_musl(situation: Situation, base: BaseImage) -> bool:
    return base.libc == "musl" and (situation.base is None or situation.base.libc != "musl")


def _from_musl(situation: Situation, base: BaseImage) -> bool:
    return base.libc == "glibc" and situation.base is not None and situation.base.libc == "musl"


def _new_vendor(situation: Situation, base: BaseImage) -> bool:
    return bool(base.vendor) and (situation.base is None or situation.base.vendor != base.vendor)


def _moves_often(_: Situation, base: BaseImage) -> bool:
    return base.vendor == "Chainguard" and base.reference.tag == "latest"


_TABLE: tuple[_Row, ...] = (
    _Row(
        TradeOffKind.DEBUGGING,
        _loses("shell"),
        "no shell inside: docker exec … sh does not work",
        "docker debug, kubectl debug or a container that shares its namespaces; the vendor's debug variant "
        "outside production",
    ),
    _Row(
        TradeOffKind.DEBUGGING,
        _loses("package_manager"),
        "no tool can be installed into a running container",
        "bring tools along in a debug container",
    ),
    _Row(
        TradeOffKind.COMPATIBILITY,
        _to_musl,
        "musl in place of glibc: binary wheels, prebuilt modules and locales may be missing",
        "install in a build stage of the same distribution and run the whole test suite there",
    ),
    _Row(
        TradeOffKind.COMPATIBILITY,
        _from_musl,
        "glibc in place of musl: everything native is installed anew",
        "install in a build stage of the same distribution",
    ),
    _Row(
        TradeOffKind.PERFORMANCE,
        _to_musl,
        "musl's allocator and thread stacks behave differently under many threads; how much is to be measured",
        "measure throughput and latency of both images under the same load before deciding",
    ),
    _Row(
        TradeOffKind.MAINTENANCE,
        _moves_often,
        "one moving tag: releases of the runtime come with the next pull",
        "pin the digest, and let an update bot propose the next one to the tests",
    ),
    _Row(
        TradeOffKind.MAINTENANCE,
        lambda situation, base: any(situation.lines("RUN")) and base.kind in {Kind.DISTROLESS, Kind.SCRATCH},
        "what the application needs is copied file by file from a build stage",
        "keep the copies few and tested: a missing file shows at the start or not at all",
    ),
    _Row(
        TradeOffKind.LOCK_IN,
        lambda situation, base: _new_vendor(situation, base) and base.hardened is not None,
        "tags, rebuilds and fixes come from one vendor's own build",
        "keep the Dockerfile free of the vendor's tools, so that the FROM line alone goes back",
    ),
    _Row(
        TradeOffKind.LOCK_IN,
        lambda situation, base: substitutes(situation.base, base),
        "another vendor's build of the same runtime: its fixes, its support dates and its defaults",
        "run the whole test suite on it, and ask the vendor's terms before relying on its support",
    ),
    _Row(
        TradeOffKind.ENTITLEMENT,
        lambda _, base: base.access is Access.LOGIN,
        "pulling needs a login, in the pipeline too",
        "a service account's token in the pipeline, or a mirror of your own",
    ),
    _Row(
        TradeOffKind.ENTITLEMENT,
        lambda _, base: base.access is Access.ENTITLED,
        "pulling needs a contract",
        "ask for its price and end before building on it",
    ),
    _Row(
        TradeOffKind.LEARNING,
        lambda situation, base: (
            base.kind in {Kind.DISTROLESS, Kind.SCRATCH}
            and (situation.base is None or situation.base.kind not in {Kind.DISTROLESS, Kind.SCRATCH})
        ),
        "the team must know multi-stage builds and debugging from outside",
        "one page in the runbook, tried once before the first night shift",
    ),
    _Row(
        TradeOffKind.LEARNING,
        lambda situation, base: (
            situation.base is not None and base.family != situation.base.family and base.family not in _OPEN_FAMILIES
        ),
        "another distribution: other package names, paths and update rhythm",
        "a list of the packages in use with their names there",
    ),
)


def trade_offs(situation: Situation, base: BaseImage) -> tuple[TradeOff, ...]:
    """Return the trade-offs of `base` against today's, in the order of their kinds."""
    found = [TradeOff(row.kind, row.what, row.met_by) for row in _TABLE if row.applies(situation, base)]
    order = list(TradeOffKind)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.what)))
