"""The stage: a project's files → its workloads."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from posixpath import basename

from basewright.errors import InputError
from basewright.model.platform import Platform
from basewright.model.unknown import Unknown
from basewright.model.workload import Declaration, Project, Workload
from basewright.ports.files import ProjectFiles
from basewright.sources.assembly import Assembly
from basewright.sources.completion import Completer
from basewright.sources.compose.load import Loader
from basewright.sources.compose.projects import read_projects
from basewright.sources.discovery import Found, find, is_bake_name, is_compose_name, is_dockerfile_name
from basewright.sources.dockerfiles import Builder


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What to look at, and what is given from outside."""

    target: str | None = None
    """One Dockerfile, Compose, Bake or Kubernetes file inside the root; None for the whole folder."""
    compose_files: tuple[str, ...] = ()
    """Compose files to merge, in this order, in place of those that would be found."""
    profiles: tuple[str, ...] = ()
    """Compose profiles that are active; empty: every service is looked at."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """For interpolation, above ``.env``. The process environment is not read."""
    platform: Platform | None = None
    declarations: Mapping[str, tuple[Declaration, ...]] = field(default_factory=dict)
    """What people declared, by workload name."""
    exclude: tuple[str, ...] = ()
    """Globs, in the grammar of ignore files, of paths not to look at."""


def discover(files: ProjectFiles, options: SourceOptions) -> Project:
    """Return the workloads of the project below `files`, sorted by name, and what could not be read.

    Raises InputError where a file that `options` names is not there; anything wrong inside a file is an unknown.
    """
    found = _found(files, options)
    loader = Loader(files, options.environment)
    assembly = Assembly(files, options.profiles)
    projects = read_projects(loader, found.compose, options.compose_files)
    assembly.add_compose(projects)
    assembly.add_dockerfiles(found.dockerfiles)
    workloads = [
        _declared(one, options.declarations)
        for one in assembly.workloads(Completer(files, Builder(files, options.platform)))
    ]
    return Project(
        root=".",
        workloads=tuple(sorted(workloads, key=lambda one: one.name)),
        files=dict(sorted(files.digests.items())),
        unknowns=tuple(sorted({*found.unknowns, *loader.unknowns, *assembly.unknowns})),
        dockerfiles=len(assembly.dockerfiles),
        compose_files=len(loader.sources),
    )


def _found(files: ProjectFiles, options: SourceOptions) -> Found:
    for path in (*options.compose_files, *((options.target,) if options.target else ())):
        if not files.is_file(path):
            raise InputError(f"{path}: no such file in the project", hint="name a file below the project's folder")
    if options.target is None:
        return find(files, options.exclude)
    return _one(options.target)


def _one(path: str) -> Found:
    """Return the one file that the caller named, by what its name says it is."""
    found = Found()
    if is_compose_name(path):
        found.compose.append(path)
    elif is_bake_name(path):
        found.bake.append(path)
    elif basename(path).lower().endswith((".yml", ".yaml")):
        found.yaml.append(path)
    elif is_dockerfile_name(path) or "." not in basename(path):
        found.dockerfiles.append(path)
    else:
        found.unknowns.append(Unknown(path, "no Dockerfile, Compose, Bake or Kubernetes file by its name"))
    return found


def _declared(workload: Workload, declarations: Mapping[str, tuple[Declaration, ...]]) -> Workload:
    own = declarations.get(workload.name, ())
    return replace(workload, declarations=own) if own else workload
