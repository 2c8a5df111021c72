"""From a draft to a workload: its build, its base, its configuration and what of the context belongs to it."""

from dataclasses import dataclass, replace

from basewright.errors import InputError
from basewright.model.dockerfile import Build
from basewright.model.unknown import Unknown
from basewright.model.workload import RuntimeConfig, Workload
from basewright.ports.files import ProjectFiles
from basewright.sources.base_use import base_of_build, base_of_image, no_base
from basewright.sources.build_context import ContextReader
from basewright.sources.build_spec import BuildSpec
from basewright.sources.dockerfiles import Builder, reason_of
from basewright.sources.draft import Draft
from basewright.sources.runtime import overlay, runtime_of_build


@dataclass(slots=True)
class Completer:
    """Completes drafts; builds are shared between them."""

    files: ProjectFiles
    builder: Builder
    contexts: ContextReader

    def complete(self, draft: Draft, name: str) -> Workload:
        """Return the workload; what is missing or broken is among its unknowns."""
        return self.contexts.add(self._base(draft, name))

    def _base(self, draft: Draft, name: str) -> Workload:
        workload = Workload(
            name=name,
            origin=draft.origin,
            where=draft.where,
            base=no_base(draft.where, "neither an image nor a build"),
            service=draft.service,
            runtime=draft.runtime,
            profiles=draft.profiles,
            depends_on=draft.depends_on,
            unknowns=draft.unknowns,
            is_job=draft.is_job,
            built_as=draft.image.value if draft.build and draft.image and not draft.image.reason else None,
        )
        if draft.build is not None:
            return self._built(workload, draft.build, draft.runtime)
        if draft.image is None:
            return workload
        base = base_of_image(draft.image, platform=draft.platform)
        return replace(workload, base=base, unknowns=(*workload.unknowns, *_unresolved(base.reason, str(base.where))))

    def _built(self, workload: Workload, spec: BuildSpec, outer: RuntimeConfig) -> Workload:
        try:
            build = self.builder.build(spec)
        except InputError as error:
            unknown = Unknown(str(spec.where), f"the build cannot be read: {reason_of(error)}")
            base = no_base(spec.where, reason_of(error), spec.dockerfile or "")
            return replace(workload, base=base, unknowns=(*workload.unknowns, unknown))
        base = base_of_build(build, spec)
        inner, shell = runtime_of_build(build)
        unknowns = (*workload.unknowns, *_unresolved(base.reason, str(base.where)), *self._missing_context(spec, build))
        return replace(workload, base=base, build=build, runtime=overlay(inner, outer, shell), unknowns=unknowns)

    def _missing_context(self, spec: BuildSpec, build: Build) -> tuple[Unknown, ...]:
        if build.context is None or self.files.is_directory(build.context):
            return ()
        return (Unknown(str(spec.where), f"build context {build.context}: no such folder"),)


def _unresolved(reason: str, path: str) -> tuple[Unknown, ...]:
    return (Unknown(path, f"the base is not known: {reason}"),) if reason else ()
