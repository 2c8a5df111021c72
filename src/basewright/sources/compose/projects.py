"""Which Compose files of a folder belong together.

- The main file is the first of ``compose.yaml``, ``compose.yml``, ``docker-compose.yml``, ``docker-compose.yaml``; the
  first override file (``compose.override.yml`` …) is merged upon it: what `docker compose` does without ``-f``.
- Every other Compose file of the folder is a *variant*. One that names services without image and build, and so cannot
  stand alone, is laid upon the main file (without its override, as ``-f main -f variant`` does); without a main file,
  upon the one other file of the folder that has those services. One that can stand alone is a project of its own.
- Of a variant only what is new counts: a service with another build or image than the same service of the main file and
  of the variants before it.
  Settings that a variant adds to a service are not laid upon the main file's.
- A file that another one includes is no project; a service that another file extends is a fragment, not a service.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname

from basewright.sources.compose.load import Loader
from basewright.sources.compose.service import Service, read_service
from basewright.sources.compose.tree import Table

_MAIN = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDE = (
    "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ComposeProject:
    """Compose files that are read together, and their services."""

    files: tuple[str, ...]
    services: tuple[Service, ...]
    is_variant: bool = False

    @property
    def label(self) -> str:
        """The file that tells it apart: the last one of a variant, else the first."""
        return self.files[-1] if self.is_variant else self.files[0]


def read_projects(loader: Loader, paths: Iterable[str], explicit: Sequence[str] = ()) -> list[ComposeProject]:
    """Return the projects of `paths`, or the one of the `explicit` files; main files come before variants."""
    if explicit:
        return [_read(loader, explicit, dirname(explicit[0]) or ".")]
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(dirname(path), []).append(path)
    mains: dict[str, ComposeProject] = {}
    for folder, names in folders.items():
        main = _main_files(names)
        if main:
            included = set(loader.included)
            mains[folder] = _read(loader, main, folder or ".")
            if main[0] in included:  # of files that include each other, the first one stays a project
                loader.included = included
    projects = [one for one in mains.values() if one.files[0] not in loader.included]
    for folder, names in folders.items():
        projects.extend(_variants(loader, folder, names, mains.get(folder)))
    return [_without_fragments(loader, one) for one in projects if one.files[0] not in loader.included]


def _main_files(names: Iterable[str]) -> tuple[str, ...]:
    by_name = {basename(path): path for path in names}
    main = next((by_name[name] for name in _MAIN if name in by_name), None)
    override = next((by_name[name] for name in _OVERRIDE if name in by_name), None)
    return tuple(path for path in (main, override) if path) if main else ()


def _read(loader: Loader, paths: Sequence[str], folder: str, *, is_variant: bool = False) -> ComposeProject:
    table, variables = loader.load(paths, folder)
    services = tuple(
        read_service(name, one, where=table.where_of(name), sources=loader.sources, variables=variables)
        for name, one in table.entries.items()
        if isinstance(one, Table)
    )
    return ComposeProject(tuple(paths), services, is_variant)


def _variants(loader: Loader, folder: str, names: list[str], main: ComposeProject | None) -> Iterator[ComposeProject]:
    taken = set(main.files) if main else set()
    others = [path for path in names if path not in taken and path not in loader.included]
    alone = {path: _read(loader, [path], folder or ".", is_variant=main is not None) for path in others}
    before: list[ComposeProject] = []
    for path in others:
        if path in loader.included:
            continue
        project = alone[path]
        lacking = {service.name for service in project.services if _lacks_base(service)}
        if lacking:
            below = _below(lacking, main, [alone[other] for other in others if other != path])
            if below is not None:
                project = _read(loader, (below.files[0], path), folder or ".", is_variant=True)
                project = _only_new(project, below)
        project = _only_new(project, *([main] if main is not None else []), *before)
        before.append(project)
        if project.services:
            yield project


def _lacks_base(service: Service) -> bool:
    return service.image is None and service.build is None


def _below(lacking: set[str], main: ComposeProject | None, others: list[ComposeProject]) -> ComposeProject | None:
    """Return the project that has the services which a variant only refines."""
    if main is not None:
        return main if lacking & {service.name for service in main.services} else None
    fit = [one for one in others if lacking <= {service.name for service in one.services if not _lacks_base(service)}]
    return fit[0] if len(fit) == 1 else None


def _only_new(project: ComposeProject, *known_projects: ComposeProject) -> ComposeProject:
    known = {(service.name, base_key(service)) for one in known_projects for service in one.services}
    new = tuple(service for service in project.services if (service.name, base_key(service)) not in known)
    return ComposeProject(project.files, new, project.is_variant)


def _without_fragments(loader: Loader, project: ComposeProject) -> ComposeProject:
    if basename(project.files[0]) in _MAIN:
        return project
    kept = tuple(one for one in project.services if (project.files[0], one.name) not in loader.extended)
    return ComposeProject(project.files, kept, project.is_variant)


def base_key(service: Service) -> object:
    """Return what decides the base of a service: its build with its arguments, or its image."""
    if service.build is not None:
        arguments = tuple(sorted((name, one.value) for name, one in service.build.arguments.items()))
        return (*service.build.key, arguments)
    return service.image.value if service.image else None
