"""Which release of a server or runtime the project itself names: in a package, a path, a program, a set-up script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from basewright.model.span import Location
from basewright.needs.evidence import shortened
from basewright.needs.packages import InstalledPackage
from basewright.needs.tables import services
from basewright.needs.taken import release_of, taken_from
from basewright.needs.view import WorkloadView, runtime_of_reference

_PACKAGES = {
    "postgres": (r"postgresql-(\d+)", r"postgresql(\d{2})(?:-server)?"),
    "mysql": (r"mysql-(?:community-)?server-(\d+\.\d+)",),
    "mariadb": (r"mariadb-server-(\d+\.\d+)",),
    "mongo": (r"mongodb(\d+)(?:-server)?",),
    "php": (r"php(\d\.\d)(?:-(?:fpm|cli|cgi|common))?", r"libapache2-mod-php(\d\.\d)", r"php(8)(\d)(?:-(?:fpm|cli))?"),
    "java": (
        r"openjdk-?(\d+)(?:-(?:jre|jdk)(?:-headless)?)?",
        r"java-(\d+)-openjdk(?:-headless)?",
        r"(?:temurin|zulu|msopenjdk)-?(\d+)(?:-(?:jre|jdk))?(?:-headless)?",
    ),
    "python": (r"python(3\.\d{1,2})(?:-minimal)?",),
    "node": (r"nodejs-?(\d{2})",),
    "ruby": (r"ruby(\d\.\d)",),
    "dotnet": (r"(?:dotnet|aspnetcore)-runtime-(\d+\.\d)",),
}
"""Packages that carry the release line in their name: Debian's, Ubuntu's, the projects' own (apt), Alpine's, Fedora's.

Entered by hand from the distributions' package names; a pattern must fit the whole name. Two groups are two numbers.
"""
_PINNED = {"nodejs": "node", "redis-server": "redis", "redis": "redis", "postgresql": "postgres", "nginx": "nginx"}
"""Packages whose name tells no release, and whose pinned version does."""
_PATTERNS = {name: tuple(re.compile(one) for one in patterns) for name, patterns in _PACKAGES.items()}
_PATHS = (
    ("postgres", re.compile(r"/usr/(?:lib|share)/postgresql/(\d{1,3})(?:/|\b)")),
    ("postgres", re.compile(r"/usr/pgsql-(\d{1,3})(?:/|\b)")),
    ("java", re.compile(r"/usr/lib/jvm/(?:java|jdk|temurin|zulu)-?(\d{1,2})\b")),
)
"""Where the packages of a release put their programs."""
_PROGRAMS = re.compile(r"(python|php|php-fpm|ruby)(\d\.\d{1,2})")
_NODESOURCE = re.compile(r"nodesource\.com/(?:setup_|node_)(\$?\{?\w{1,40}\}?)\.x")
_EPOCH = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)*)")
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Told:
    """A version, and what tells it."""

    version: str
    where: Location
    what: str


def told_versions(view: WorkloadView, name: str) -> Iterator[Told]:
    """Yield what the files themselves say of the version of server or runtime `name`."""
    for package in view.finally_installed:
        version = _of_package(package, name)
        if version is not None and not package.is_removed:
            yield Told(version, package.where, f"{package.manager} installs {package.name}{_pin(package)}")
    yield from _of_programs(view, name)
    yield from _of_paths(view, name)
    yield from _of_image(view, name)
    if name == "node":
        yield from _of_nodesource(view)


def _of_package(package: InstalledPackage, name: str) -> str | None:
    for pattern in _PATTERNS.get(name, ()):
        found = pattern.fullmatch(package.name)
        if found is not None:
            return ".".join(found.groups())
    if package.version and _PINNED.get(package.name) == name:
        pinned = _EPOCH.match(package.version)
        return pinned[1] if pinned else None
    return None


def _pin(package: InstalledPackage) -> str:
    return f" at version {shortened(package.version)}" if package.version else ""


def _of_programs(view: WorkloadView, name: str) -> Iterator[Told]:
    for one in view.invocations:
        found = _PROGRAMS.fullmatch(one.program)
        if found is not None and found[1].removesuffix("-fpm") == name:
            yield Told(found[2], one.where, f"{one.source.value} calls {shortened(one.program)}")


def _of_paths(view: WorkloadView, name: str) -> Iterator[Told]:
    texts = [(" ".join(one.words), one.where) for one in view.invocations]
    texts += [(one.instruction.text, one.where) for one in view.instructions("ENV", "COPY")]
    for text, where in texts:
        for product, pattern in _PATHS:
            found = pattern.search(text[:_LONGEST]) if product == name else None
            if found is not None:
                yield Told(found[1], where, f"{found[0].rstrip('/')} is named")


def _of_image(view: WorkloadView, name: str) -> Iterator[Told]:
    """Yield the release of the image of `name` that a COPY takes the programs from."""
    service = services().get(name)
    programs = frozenset(service.programs) if service is not None else frozenset({name})
    paths = tuple(one.path for one in view.invocations if one.is_main and one.program in programs)
    taken = taken_from(view, name, paths)
    if taken is None or runtime_of_reference(taken.image) != name:
        return
    version = release_of(taken.image)
    if version is not None:
        yield Told(version, taken.copy.placed.where, f"{taken.copy.source} is taken from {taken.image}")


def _of_nodesource(view: WorkloadView) -> Iterator[Told]:
    for one in view.instructions("RUN"):
        found = _NODESOURCE.search(one.instruction.text[:_LONGEST])
        if found is None:
            continue
        word = found[1]
        value = one.stage.environment.get(word.strip("${}"), "") if word.startswith("$") else word
        if value.isascii() and value.isdigit() and len(value) <= 3:
            yield Told(value, one.where, f"NodeSource's packages of node {value} are set up")
