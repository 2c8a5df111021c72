"""Joining what the files say: a service with its Dockerfile, a Dockerfile that nobody references as a workload of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from posixpath import dirname

from basewright.errors import InputError
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import Origin, Workload
from basewright.ports.files import ProjectFiles
from basewright.sources.build_spec import BuildSpec
from basewright.sources.completion import Completer
from basewright.sources.compose.projects import ComposeProject
from basewright.sources.compose.service import Service
from basewright.sources.draft import Draft
from basewright.sources.names import Names, name_of_dockerfile


@dataclass(slots=True)
class Assembly:
    """Collects the drafts of one project, in the order in which names are given out."""

    files: ProjectFiles
    profiles: tuple[str, ...] = ()
    root_name: str = "app"
    drafts: list[Draft] = field(default_factory=list)
    unknowns: set[Unknown] = field(default_factory=set)
    dockerfiles: set[str] = field(default_factory=set)
    """Every Dockerfile that was found or is referenced."""
    _referenced: set[str] = field(default_factory=set)

    def add_compose(self, projects: Iterable[ComposeProject]) -> None:
        """Add the services of the Compose projects."""
        for project in projects:
            images = dict(_built_images(project))
            for service in project.services:
                draft = _service_draft(service, project, images)
                if draft.build is not None:
                    self._reference(draft.build)
                if draft.build is None and draft.image is None:
                    reason = f"service {service.name} names neither an image nor a build"
                    self.unknowns.add(Unknown(str(service.where), reason))
                elif not self.profiles or not service.profiles or set(service.profiles) & set(self.profiles):
                    self.drafts.append(draft)

    def add_dockerfiles(self, paths: Iterable[str]) -> None:
        """Add the Dockerfiles that nothing references, each with its own folder as context."""
        for path in paths:
            self.dockerfiles.add(path)
            if path not in self._referenced:
                where = Location(path)
                spec = BuildSpec(where, dirname(path) or ".", path)
                name = name_of_dockerfile(path, self.root_name)
                self.drafts.append(Draft(name, path, Origin.DOCKERFILE, where, spec, None))

    def workloads(self, completer: Completer) -> Iterator[Workload]:
        """Yield the workloads of the drafts."""
        names = Names()
        for draft in self.drafts:
            yield completer.complete(draft, names.give(draft.name, draft.label))

    def _reference(self, spec: BuildSpec) -> None:
        if spec.dockerfile is not None:
            self._referenced.add(spec.dockerfile)
            if self.files.is_file(spec.dockerfile):
                self.dockerfiles.add(spec.dockerfile)


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
    """Return the draft; a service that runs an image which another one of the project builds shares that build."""
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
        unknowns=service.unknowns,
    )
