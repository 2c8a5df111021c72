"""NATIVE_EXTENSION of Ruby, PHP and .NET, and the system libraries that Rust's crates link."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, Need, NeedKind
from basewright.model.workload import Dependency, Manifest
from basewright.needs.evidence import need
from basewright.needs.tables import ecosystems
from basewright.needs.view import WorkloadView

_EXTENSION = re.compile(r"[A-Za-z0-9_]{1,40}(?:-[A-Za-z0-9_.]{1,40})?")
_TOLD_BY_LOCK = frozenset({"openssl-sys", "pq-sys"})
_FEATURES = re.compile(r"\[([A-Za-z0-9_, /+-]{1,400})\]")
_INSTALLERS = frozenset({"docker-php-ext-install", "docker-php-ext-enable", "install-php-extensions"})


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the gems, PHP extensions and .NET packages with native code."""
    yield from _gems(view)
    yield from _php(view)
    yield from _dotnet(view)


def _gems(view: WorkloadView) -> Iterator[Need]:
    table = ecosystems()["gem"]
    native, libraries = frozenset(table["native"]), table["libraries"]
    for manifest, dependency in view.dependencies("gem"):
        if dependency.name not in native and not dependency.is_native:
            continue
        prebuilt = any("musl" in name for name in dependency.artefacts)
        yield need(
            NeedKind.NATIVE_EXTENSION,
            dependency.name,
            dependency.where,
            f"{manifest.path} names {dependency.name}",
            confidence=Confidence.MEDIUM,
            version=dependency.version,
            musl=True if prebuilt else dependency.musl,
            detail="" if prebuilt else "compiled at install where no gem for the platform is published",
        )
        if dependency.name in libraries:
            library = libraries[dependency.name]
            what = f"{dependency.name} loads {library} from the system"
            yield need(NeedKind.LIBRARY, library, dependency.where, what, confidence=Confidence.MEDIUM)


def _php(view: WorkloadView) -> Iterator[Need]:
    for invocation in view.final_build_invocations:
        names: tuple[str, ...] = ()
        if invocation.program in _INSTALLERS:
            names = tuple(word for word in invocation.arguments if not word.startswith("-"))
        elif invocation.program == "pecl" and invocation.arguments[:1] == ("install",):
            names = tuple(word for word in invocation.arguments[1:] if not word.startswith("-"))
        for name in names:
            if _EXTENSION.fullmatch(name) and not name.isdigit():
                bare = name.partition("-")[0]
                what = f"{invocation.program} makes the PHP extension {bare}"
                yield need(
                    NeedKind.NATIVE_EXTENSION,
                    bare,
                    invocation.where,
                    what,
                    detail="compiled against the image's PHP: build it on the same PHP, libc and release",
                )


def _dotnet(view: WorkloadView) -> Iterator[Need]:
    native = frozenset(ecosystems()["nuget"]["native"])
    for manifest, dependency in view.dependencies("nuget"):
        if dependency.name in native or dependency.is_native:
            what = f"{manifest.path} names {dependency.name}"
            yield need(
                NeedKind.NATIVE_EXTENSION,
                dependency.name,
                dependency.where,
                what,
                confidence=Confidence.MEDIUM,
                version=dependency.version,
                musl=dependency.musl,
            )


def crate_libraries(view: WorkloadView) -> Iterator[Need]:
    """Yield the libraries of the system that the crates of a dynamically linked Rust program load.

    Cargo.toml's own lines tell the features. A lock names no features: of the crates that it alone names, only
    openssl-sys and pq-sys count, whose bundled source would stand there too.
    """
    table = ecosystems()["cargo"]
    named = list(view.dependencies("cargo"))
    inside = {table["bundled"].get(dependency.name, "") for _, dependency in named}
    found: list[tuple[str, Manifest, Dependency]] = []
    for manifest, dependency in named:
        for rule in table["links"].get(dependency.name, ()):
            library, features = rule["library"], _features(dependency)
            if features.intersection(rule.get("own", ())):
                inside.add(library)
                continue
            is_asked = "asked" not in rule or features.intersection(rule["asked"])
            if is_asked if dependency.is_direct else dependency.name in _TOLD_BY_LOCK:
                found.append((library, manifest, dependency))
    for library, manifest, dependency in found:
        if library not in inside:
            what = f"{manifest.path} names {dependency.name}, which links {library} of the system"
            detail = "the program loads it when it starts: the same release must be where it runs"
            yield need(NeedKind.LIBRARY, library, dependency.where, what, confidence=Confidence.MEDIUM, detail=detail)


def _features(dependency: Dependency) -> set[str]:
    found = _FEATURES.search(dependency.requirement)
    return {one.strip() for one in found[1].split(",")} if found else set()
