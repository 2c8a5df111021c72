"""NATIVE_EXTENSION of Node: packages with compiled code, how they bring it, and whether for musl."""

from collections.abc import Iterator

from basewright.model.need import Confidence, Need, NeedKind
from basewright.model.workload import Dependency
from basewright.needs.evidence import need
from basewright.needs.tables import NodeNative, ecosystems, node_natives
from basewright.needs.view import WorkloadView

_DELIVERIES = {
    "optional": "its binary comes as one package per platform",
    "bundled": "its prebuilt binaries come inside the package",
    "download": "its install script downloads a prebuilt binary, or compiles one where none fits",
    "build": "node-gyp compiles it at install",
}


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield a need for each run-time dependency with native code."""
    helpers = frozenset(ecosystems()["npm"]["helpers"])
    prisma = frozenset(ecosystems()["npm"]["prisma"])
    # A lock knows the exact versions; package.json then adds nothing.
    for manifest, dependency in sorted(view.dependencies("npm"), key=lambda item: item[1].version is None):
        facts = node_natives().packages.get(dependency.name)
        what = f"{manifest.path} names {dependency.name}" + (f" {dependency.version}" if dependency.version else "")
        if facts is not None:
            yield _known(dependency, facts, what)
        elif dependency.name in prisma:
            yield _native(
                dependency, what, True, "Prisma's engine is made per libc and OpenSSL: name the target in binaryTargets"
            )
        elif dependency.is_native and dependency.name not in helpers:
            detail = "its install compiles or downloads native code" if dependency.musl is None else "told by the lock"
            yield _native(dependency, what, dependency.musl, detail)


def _known(dependency: Dependency, facts: NodeNative, what: str) -> Need:
    date = node_natives().date
    musl = dependency.musl if dependency.musl is not None else facts.musl
    detail = _DELIVERIES[facts.delivery]
    if facts.musl is not None:
        detail += f"; {facts.version} {'has one' if facts.musl else 'has none'} for musl (as of {date})"
    return _native(dependency, what, musl, detail)


def _native(dependency: Dependency, what: str, musl: bool | None, detail: str) -> Need:
    return need(
        NeedKind.NATIVE_EXTENSION,
        dependency.name,
        dependency.where,
        what,
        confidence=Confidence.CERTAIN if dependency.musl is not None else Confidence.MEDIUM,
        version=dependency.version,
        musl=musl,
        detail=detail,
    )
