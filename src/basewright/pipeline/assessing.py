"""Assess: sources → needs → recommendation, workload by workload."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from basewright.catalog import load as load_catalog
from basewright.catalog.overlay import Overlay
from basewright.errors import InputError
from basewright.model.assessment import AssessedWorkload, Assessment, ImagesSeen
from basewright.model.base import BaseImage
from basewright.model.catalog import CatalogView
from basewright.model.platform import Platform
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import BaseUse, Declaration, Origin, Project, Workload
from basewright.needs import evaluate, misunderstood
from basewright.pipeline.inspecting import ImageServices
from basewright.pipeline.looking import NOT_ASKED, ImageSearch
from basewright.pipeline.target import Target, parse_target
from basewright.ports.clock import Clock, SystemClock
from basewright.ports.files import DirectoryFiles, ProjectFiles
from basewright.recommend import RecommendOptions, recommend
from basewright.sources import SourceOptions, discover


@dataclass(frozen=True, slots=True)
class AssessRequest:
    """What to assess, and how; the defaults are those of the command line."""

    targets: tuple[str, ...]
    """Folders, files or image references (see `pipeline.target`)."""
    compose_files: tuple[str, ...] = ()
    """Compose files to merge, in order, relative to the project; empty: found by themselves."""
    profiles: tuple[str, ...] = ()
    """Compose profiles; empty: all."""
    platform: Platform | None = None
    exclude: tuple[str, ...] = ()
    """Globs of paths not to look at."""
    mirrors: Mapping[str, str] = field(default_factory=dict)
    """Prefix of a mirror → prefix that it stands for."""
    declarations: Mapping[str, tuple[Declaration, ...]] = field(default_factory=dict)
    """By workload name."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """For the interpolation of Compose files, above their `.env`; the process environment is not read."""
    recommend: RecommendOptions = field(default_factory=RecommendOptions)
    read_images: bool = True
    """Whether images that a local engine has are looked at."""


@dataclass(frozen=True, slots=True)
class Services:
    """The doors to the outside that a pipeline uses."""

    clock: Clock
    open_files: Callable[[Path], ProjectFiles]
    progress: Callable[[str], None]
    """Told what is being worked on, in a few words."""
    images: ImageServices | None = None
    """How images are opened; None: none is."""
    engines: tuple[str, ...] = ()
    """The local engines that are there, as transports."""
    measured: tuple[BaseImage, ...] = ()
    """Bases that were measured before, preferred to the catalog's facts."""

    @classmethod
    def of_this_machine(cls, progress: Callable[[str], None] = lambda _: None) -> Self:
        """Return the real ones."""
        return cls(SystemClock(), DirectoryFiles, progress)


def assess(request: AssessRequest, services: Services) -> Assessment:
    """Return the assessment of all targets; raise InputError where a target holds nothing to assess."""
    targets = [parse_target(text) for text in request.targets]
    if not targets:
        raise InputError("nothing to assess", hint="name a folder, a Dockerfile, a Compose file or an image")
    search = ImageSearch(services.images, services.engines, services.progress)
    projects = [_read(target, request, services, search) for target in targets]
    workloads = tuple(_workloads(projects))
    seen = search.look(workloads) if request.read_images else ImagesSeen(note=NOT_ASKED)
    services.progress("reading the catalog")
    catalog: CatalogView = Overlay(load_catalog(mirrors=request.mirrors), services.measured)
    catalog = Overlay(catalog, search.measured(workloads, catalog))
    created = services.clock.now()
    assessed: list[AssessedWorkload] = []
    for workload in workloads:
        services.progress(f"assessing {workload.name}")
        assessed.append(_assess_one(workload, catalog, created.date(), request.recommend))
    return Assessment(
        target=" ".join(request.targets),
        created=created,
        workloads=tuple(assessed),
        inputs=tuple(sorted({item for project in projects for item in project.files.items()})),
        catalog_date=catalog.date,
        bandwidth_bits_per_second=request.recommend.bandwidth_bits_per_second,
        images=seen,
        unknowns=tuple(sorted({*_stray_declarations(request, assessed), *(u for p in projects for u in p.unknowns)})),
    )


def _assess_one(
    workload: Workload, catalog: CatalogView, today: dt.date, options: RecommendOptions
) -> AssessedWorkload:
    recognition = catalog.recognise(workload.base.reference) if workload.base.reference else None
    needs = evaluate(workload, recognition.base if recognition else None)
    recommendation = recommend(workload, needs, catalog, today=today, options=options)
    return AssessedWorkload(workload, needs, recommendation, (*workload.unknowns, *misunderstood(workload)))


def _read(target: Target, request: AssessRequest, services: Services, search: ImageSearch) -> Project:
    """Return what `target` names, as a project; an image alone is a project of one workload without files."""
    if target.place is None:
        return _image_alone(target, search)
    services.progress(f"reading {target.text}")
    files = services.open_files(target.place.root)
    options = SourceOptions(
        target=target.place.file,
        compose_files=request.compose_files,
        profiles=request.profiles,
        environment=request.environment,
        platform=request.platform,
        declarations=request.declarations,
        exclude=request.exclude,
        name=target.place.root.resolve().name or "app",
    )
    project = discover(files, options)
    if not project.workloads and not project.unknowns:
        raise InputError(
            f"{target.text}: no Dockerfile, and no Compose, Bake or Kubernetes file that names a workload",
            hint="name a folder that holds one, or the file itself",
        )
    return replace(project, root=target.text)


def _image_alone(target: Target, search: ImageSearch) -> Project:
    where = Location(target.text)
    reference = search.named(target.text) if target.image is None else target.image
    if search.has(reference):
        unknown = Unknown(target.text, "the image was read, and no project: what the application needs is not known")
    else:
        unknown = Unknown(target.text, "only the catalog was asked: the image itself was not read, nor any project")
    use = BaseUse(target.text, str(reference), reference, where, where)
    workload = Workload(target.text, Origin.IMAGE, where, use, unknowns=(unknown,))
    return Project(target.text, (workload,), {})


def _workloads(projects: list[Project]) -> Iterator[Workload]:
    """Yield every workload; with several projects, its project's name stands before its own."""
    for project in projects:
        for workload in project.workloads:
            if len(projects) == 1 or workload.origin is Origin.IMAGE:
                yield workload
            else:
                yield replace(workload, name=f"{project.root.rstrip('/')}: {workload.name}")


def _stray_declarations(request: AssessRequest, assessed: list[AssessedWorkload]) -> Iterator[Unknown]:
    """Yield an unknown for each declaration whose workload was not found: a typing error must not pass in silence."""
    used = {one.where for item in assessed for one in item.workload.declarations}
    for name, declarations in request.declarations.items():
        for declaration in declarations:
            if declaration.where not in used:
                reason = f"[workload.{name}] is declared, but no workload of that name was found"
                yield Unknown(str(declaration.where), reason)
