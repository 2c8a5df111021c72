"""The stage: a project's files → its workloads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from posixpath import basename, dirname

from basewright.errors import InputError
from basewright.model.platform import Platform
from basewright.model.unknown import Unknown
from basewright.model.workload import Declaration, Hint, Project, Workload
from basewright.ports.files import ProjectFiles
from basewright.sources.assembly import Assembly
from basewright.sources.bake import BakeReader
from basewright.sources.build_context import ContextReader
from basewright.sources.completion import Completer
from basewright.sources.compose.load import Loader
from basewright.sources.compose.projects import read_projects
from basewright.sources.discovery import Found, find, is_bake_name, is_compose_name, is_dockerfile_name
from basewright.sources.dockerfiles import Builder
from basewright.sources.draft import Draft
from basewright.sources.hints import hints_by_workload, read_hints
from basewright.sources.kubernetes import ManifestReader

_SERVICES = re.compile(rb"(?m)^(?:services|include)[ \t]*:")


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
    name: str = "app"
    """What the project is called; a Dockerfile in its root that nothing references is named so."""
    exclude: tuple[str, ...] = ()
    """Globs, in the grammar of ignore files, of paths not to look at."""


def discover(files: ProjectFiles, options: SourceOptions) -> Project:
    """Return the workloads of the project below `files`, sorted by name, and what could not be read.

    Raises InputError where a file that `options` names is not there; anything wrong inside a file is an unknown.
    """
    found = _found(files, options)
    loader = Loader(files, options.environment)
    bake, manifests = BakeReader(files, options.environment), ManifestReader(files)
    completer = Completer(files, Builder(files, options.platform), ContextReader(files))
    assembly = Assembly(files, completer, options.profiles, options.name)
    assembly.add_compose(read_projects(loader, found.compose, options.compose_files))
    assembly.add(bake.read(found.bake))
    assembly.add(manifests.read(found.yaml))
    assembly.add_dockerfiles(found.dockerfiles)
    pairs = assembly.workloads()
    hints = _hints(files, found, pairs)
    workloads = [
        replace(one, declarations=options.declarations.get(one.name, ()), hints=hints.get(one.name, ()))
        for one, _ in pairs
    ]
    unknowns = {*found.unknowns, *loader.unknowns, *bake.unknowns, *manifests.unknowns, *assembly.unknowns}
    return Project(
        root=".",
        workloads=tuple(sorted(workloads, key=lambda one: one.name)),
        files={path: digest for path, digest in sorted(files.digests.items()) if path not in manifests.passed_over},
        unknowns=tuple(sorted(unknowns)),
        dockerfiles=len(assembly.dockerfiles),
        compose_files=len(loader.sources),
    )


def _hints(files: ProjectFiles, found: Found, pairs: list[tuple[Workload, Draft]]) -> dict[str, tuple[Hint, ...]]:
    names: dict[str, tuple[frozenset[str], str]] = {}
    for workload, draft in pairs:
        called = {draft.name, workload.service or draft.name, *draft.aliases}
        if draft.image is not None:
            called.add(draft.image.value)
        names[workload.name] = (frozenset(called), dirname(workload.where.file))
    return hints_by_workload(read_hints(files, found.documents), names)


def _found(files: ProjectFiles, options: SourceOptions) -> Found:
    for path in (*options.compose_files, *((options.target,) if options.target else ())):
        if not files.is_file(path):
            raise InputError(f"{path}: no such file in the project", hint="name a file below the project's folder")
    if options.target is None:
        return find(files, options.exclude)
    return _one(files, options.target)


def _one(files: ProjectFiles, path: str) -> Found:
    """Return the one file that the caller named, by what its name says it is, or a YAML file by what it holds."""
    found = Found()
    is_yaml = basename(path).lower().endswith((".yml", ".yaml"))
    if is_compose_name(path) or (is_yaml and _SERVICES.search(files.read(path))):
        found.compose.append(path)
    elif is_bake_name(path):
        found.bake.append(path)
    elif is_yaml:
        found.yaml.append(path)
    elif is_dockerfile_name(path) or "." not in basename(path):
        found.dockerfiles.append(path)
    else:
        found.unknowns.append(Unknown(path, "no Dockerfile, Compose, Bake or Kubernetes file by its name"))
    return found
