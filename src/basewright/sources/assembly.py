"""Joining what the files say.

- A service that runs an image which another service of its project builds shares that build.
- A Bake target with the Dockerfile, context, target and base of a Compose service is that service's build.
- A Kubernetes container whose image (repository and tag) a build of the project names runs that build. Where it sets no
  command of its own it is joined with the workload: its settings fill in what that one leaves open.
- A Dockerfile that nothing references is a workload of its own.
- A FROM that names what the project builds is told as such: the base to change is the other workload's.

A build that is named like its own base (`image: nginx` built FROM nginx) is nothing to join by: it may mean
either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from basewright.errors import InputError
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import Mount, Origin, RuntimeConfig, Workload
from basewright.ports.files import ProjectFiles
from basewright.sources.build_spec import BuildSpec
from basewright.sources.completion import Completer
from basewright.sources.compose.projects import ComposeProject
from basewright.sources.compose.service import Service
from basewright.sources.draft import Draft
from basewright.sources.lone import context_of
from basewright.sources.names import name_of_dockerfile, unique_names
from basewright.sources.unread import unread

WORKLOAD_LIMIT = 2000
"""Workloads of one project; the largest monorepos have a few hundred."""


@dataclass(slots=True)
class Assembly:
    """Collects the drafts of one project, and makes workloads of them."""

    files: ProjectFiles
    completer: Completer
    profiles: tuple[str, ...] = ()
    root_name: str = "app"
    drafts: list[Draft] = field(default_factory=list)
    unknowns: set[Unknown] = field(default_factory=set)
    dockerfiles: set[str] = field(default_factory=set)
    """Every Dockerfile that was found or is referenced."""
    _referenced: set[str] = field(default_factory=set)

    def add_compose(self, projects: Iterable[ComposeProject]) -> None:
        """Add the services of the Compose projects."""
        lacking: dict[str, list[str]] = {}
        for project in projects:
            images = dict(_built_images(project))
            for service in project.services:
                draft = _service_draft(service, project, images)
                if draft.build is not None:
                    self._reference(draft.build)
                if draft.build is None and draft.image is None:
                    lacking.setdefault(service.where.file, []).append(service.name)
                elif not self.profiles or not service.profiles or set(service.profiles) & set(self.profiles):
                    self.drafts.append(draft)
        for file, names in lacking.items():
            listed = ", ".join(sorted(set(names)))
            reason = f"neither an image nor a build for {listed}: laid upon another file, which nothing names"
            self.unknowns.add(Unknown(file, reason))

    def add(self, drafts: Iterable[Draft]) -> None:
        """Add Bake targets and Kubernetes containers."""
        for draft in drafts:
            if draft.build is not None:
                self._reference(draft.build)
            self.drafts.append(draft)

    def add_dockerfiles(self, paths: Iterable[str]) -> None:
        """Add those of the Dockerfiles that nothing references; to be called last.

        One that cannot be read, a template or a fragment without FROM is an unknown: nobody says that it is a workload.
        """
        for path in paths:
            if path in self._referenced:
                continue
            builder = self.completer.builder
            try:
                dockerfile = builder.parse(path)
                spec = BuildSpec(Location(path), context_of(path, dockerfile, self.files), path)
                build = builder.build(spec)
            except InputError as error:
                if not builder.is_program(path):
                    self.dockerfiles.add(path)
                    self.unknowns.add(unread(path, error))
                continue
            self.dockerfiles.add(path)
            name = name_of_dockerfile(path, self.root_name)
            # A person looks for the FROM of what runs, not for the file's first line.
            where = build.location(build.stages[build.target].instruction)
            self.drafts.append(Draft(name, path, Origin.DOCKERFILE, where, spec, None))

    def workloads(self) -> list[tuple[Workload, Draft]]:
        """Return the workloads, each with the draft that it was made of; what is over the limit is told."""
        if len(self.drafts) > WORKLOAD_LIMIT:
            reason = (
                f"{len(self.drafts)} workloads, more than the {WORKLOAD_LIMIT} that are assessed: the rest is left out"
            )
            self.unknowns.add(Unknown(".", reason))
            del self.drafts[WORKLOAD_LIMIT:]
        pairs = [
            (self.completer.complete(draft, name), draft)
            for draft, name in zip(self.drafts, unique_names(self.drafts), strict=True)
        ]
        pairs = list(_without_bake_doubles(pairs))
        built = _names_of_builds(pairs)
        pairs = list(self._with_kubernetes(pairs, built))
        return [(_told_as_own(workload, built), draft) for workload, draft in pairs]

    def _reference(self, spec: BuildSpec) -> None:
        if spec.dockerfile is not None:
            self._referenced.add(spec.dockerfile)
            if self.files.is_file(spec.dockerfile):
                self.dockerfiles.add(spec.dockerfile)

    def _with_kubernetes(
        self, pairs: list[tuple[Workload, Draft]], built: dict[str, Workload]
    ) -> Iterator[tuple[Workload, Draft]]:
        """Join Kubernetes containers with the workloads whose image they run."""
        joined: dict[str, list[Workload]] = {}
        rest: list[tuple[Workload, Draft]] = []
        for workload, draft in pairs:
            owner = built.get(image_key(draft.image.value)) if draft.image and not draft.image.reason else None
            if workload.origin is not Origin.KUBERNETES or owner is None:
                rest.append((workload, draft))
            elif draft.runtime.entrypoint is None and draft.runtime.command is None:
                joined.setdefault(owner.name, []).append(workload)
            else:
                build = next(one.build for pair, one in pairs if pair.name == owner.name)
                rest.append((self.completer.complete(replace(draft, build=build), workload.name), draft))
        for workload, draft in rest:
            for other in joined.get(workload.name, ()):
                workload = replace(workload, runtime=_filled(workload.runtime, other.runtime))  # noqa: PLW2901
            yield workload, draft


def image_key(text: str) -> str:
    """Return one spelling for an image's name: ``app`` and ``docker.io/library/app:latest`` are the same."""
    try:
        reference = ImageReference.parse(text)
    except InputError:
        return text
    return str(replace(reference, tag=reference.effective_tag))


def _built_images(project: ComposeProject) -> Iterator[tuple[str, BuildSpec]]:
    for service in project.services:
        if service.build is not None and service.image is not None and not service.image.reason:
            yield image_key(service.image.value), service.build


def _service_draft(service: Service, project: ComposeProject, images: dict[str, BuildSpec]) -> Draft:
    build = service.build
    if build is None and service.image is not None and not service.image.reason:
        build = images.get(image_key(service.image.value))
    return Draft(
        service.name,
        project.label,
        Origin.COMPOSE,
        service.where,
        build,
        service.image,
        service=service.name,
        runtime=service.runtime,
        platform=service.platform,
        profiles=service.profiles,
        depends_on=service.depends_on,
        aliases=(service.container_name,) if service.container_name else (),
        is_variant=project.is_variant,
        unknowns=service.unknowns,
    )


def _without_bake_doubles(pairs: list[tuple[Workload, Draft]]) -> Iterator[tuple[Workload, Draft]]:
    known = {
        (draft.build.key, workload.base.resolved)
        for workload, draft in pairs
        if draft.build is not None and workload.origin is Origin.COMPOSE
    }
    for workload, draft in pairs:
        is_double = draft.build is not None and (draft.build.key, workload.base.resolved) in known
        if workload.origin is not Origin.BAKE or not is_double:
            yield workload, draft


def _names_of_builds(pairs: list[tuple[Workload, Draft]]) -> dict[str, Workload]:
    """Return image name → the workload that builds it."""
    found: dict[str, Workload] = {}
    for workload, draft in pairs:
        if workload.build is None or draft.image is None or draft.image.reason:
            continue
        key = image_key(draft.image.value)
        own = workload.base.reference
        if own is None or image_key(str(own)) != key:
            found.setdefault(key, workload)
    return found


def _told_as_own(workload: Workload, built: dict[str, Workload]) -> Workload:
    """Return `workload`; where its FROM names what the project builds, without a reference and with the reason."""
    reference = workload.base.reference
    owner = built.get(image_key(str(reference))) if reference is not None and workload.build is not None else None
    if owner is None or owner.build is workload.build:
        return workload
    reason = f"this project builds it: see the base of {owner.name}"
    return replace(workload, base=replace(workload.base, reference=None, reason=reason))


def _filled(own: RuntimeConfig, other: RuntimeConfig) -> RuntimeConfig:
    """Return `own` with what only `other` sets."""
    ports = {(one.number, one.protocol): one for one in (*other.ports, *own.ports)}
    mounts: dict[str, Mount] = {one.target: one for one in (*other.mounts, *own.mounts)}
    return replace(
        own,
        user=own.user or other.user,
        working_directory=own.working_directory or other.working_directory,
        environment=dict(sorted({**other.environment, **own.environment}.items())),
        ports=tuple(ports[key] for key in sorted(ports)),
        mounts=tuple(mounts[key] for key in sorted(mounts)),
        health_check=own.health_check or other.health_check,
        read_only=own.read_only or other.read_only,
        privileged=own.privileged or other.privileged,
        cap_add=own.cap_add or other.cap_add,
        cap_drop=own.cap_drop or other.cap_drop,
        security_opt=own.security_opt or other.security_opt,
    )
