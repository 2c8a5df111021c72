"""From a build specification to a build: reading, parsing and resolving Dockerfiles, each file once."""

import codecs
from dataclasses import dataclass, field, replace

from basewright.errors import InputError, UnsupportedError
from basewright.model.dockerfile import BaseKind, Build, Dockerfile, Stage, StageBase
from basewright.model.platform import Platform
from basewright.model.reference import ImageReference
from basewright.ports.files import ProjectFiles
from basewright.sources.build_spec import BuildSpec
from basewright.sources.discovery import is_program
from basewright.sources.templates import dockerfile_reason
from basewright.syntax.dockerfile import parse, resolve

DOCKERFILE_LIMIT = 1024 * 1024
"""Bytes of one Dockerfile."""
_IMAGE_CONTEXT = "docker-image://"


class DockerfileError(InputError):
    """A Dockerfile that cannot be read or parsed; the message names file and line."""


@dataclass(slots=True)
class Builder:
    """Makes builds of specifications; equal ones share the build."""

    files: ProjectFiles
    platform: Platform | None = None
    _parsed: dict[str, Dockerfile | DockerfileError] = field(default_factory=dict)
    _programs: set[str] = field(default_factory=set)
    _builds: dict[tuple[object, ...], Build] = field(default_factory=dict)

    def build(self, spec: BuildSpec) -> Build:
        """Return what `spec` would build; raise InputError, with the reason, where that cannot be said."""
        if spec.reason:
            raise DockerfileError(spec.reason)
        arguments = {name: one.value for name, one in spec.arguments.items() if not one.reason}
        key = (*spec.key, spec.platform, tuple(sorted(arguments.items())))
        if key not in self._builds:
            self._builds[key] = self._resolve(spec, arguments)
        return self._builds[key]

    def parse(self, path: str) -> Dockerfile:
        """Return the Dockerfile at `path`; raise DockerfileError where it is missing, a template or broken."""
        known = self._parsed.get(path)
        if known is None:
            known = self._parsed[path] = self._read(path)
        if isinstance(known, DockerfileError):
            raise known
        return known

    def is_program(self, path: str) -> bool:
        """Whether the file, once parsed, turned out to be a program about Dockerfiles rather than one."""
        return path in self._programs

    def _read(self, path: str) -> Dockerfile | DockerfileError:
        try:
            source = self.files.read(path, limit=DOCKERFILE_LIMIT)
        except InputError as error:
            return DockerfileError(str(error))
        if is_program(path, source):
            self._programs.add(path)
        reason = _binary_reason(source) or dockerfile_reason(source)
        if reason:
            return DockerfileError(f"{path}: {reason}")
        return _parse(path, source)

    def _resolve(self, spec: BuildSpec, arguments: dict[str, str]) -> Build:
        if spec.inline is not None:
            file = spec.inline.file
            parsed = _parse(file, spec.inline.source)
            if isinstance(parsed, DockerfileError):
                raise parsed
        else:
            file = spec.dockerfile or "Dockerfile"
            parsed = self.parse(file)
        build = resolve(
            file,
            parsed,
            arguments=arguments,
            target=spec.target,
            context=spec.context,
            platform=self.platform or _platform(spec.platform),
        )
        return with_named_contexts(build, dict(spec.contexts)) if spec.contexts else build


def _binary_reason(source: bytes) -> str | None:
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "in UTF-16, which no builder reads: save it in UTF-8"
    return "a binary file" if b"\0" in source else None


def reason_of(error: InputError) -> str:
    """Return what a reader of the report is told: the message, with the line where only the error has it."""
    line = getattr(error, "line", 0)
    return f"line {line}: {error}" if line else str(error)


def _parse(path: str, source: bytes) -> Dockerfile | DockerfileError:
    try:
        return parse(source)
    except (InputError, UnsupportedError) as error:
        line = getattr(error, "line", 0)
        return DockerfileError(f"{path}{f':{line}' if line else ''}: {error}")


def _platform(text: str | None) -> Platform | None:
    try:
        return Platform.parse(text) if text else None
    except InputError:
        return None


def with_named_contexts(build: Build, contexts: dict[str, str]) -> Build:
    """Return `build` with the bases that named contexts replace; a name wins over a stage and an image.

    See BuildKit, dockerfile2llb/convert.go (``namedContext``).
    """
    names = {name.lower(): value for name, value in contexts.items()}
    stages = tuple(_with_context(stage, build.stages, names) for stage in build.stages)
    return replace(build, stages=stages)


def _with_context(stage: Stage, stages: tuple[Stage, ...], contexts: dict[str, str]) -> Stage:
    base = stage.base
    asked = [base.resolved.lower(), base.resolved.lower().removesuffix(":latest")]
    if base.kind is BaseKind.STAGE and base.stage is not None:
        asked.append(stages[base.stage].name or "")
    value = next((contexts[name] for name in asked if name in contexts), None)
    return stage if value is None else replace(stage, base=_context_base(base, value))


def _context_base(base: StageBase, value: str) -> StageBase:
    if value.startswith(_IMAGE_CONTEXT):
        text = value.removeprefix(_IMAGE_CONTEXT)
        try:
            reference = ImageReference.parse(text)
        except InputError as error:
            return replace(base, kind=BaseKind.UNRESOLVED, reference=None, stage=None, reason=str(error))
        return replace(base, kind=BaseKind.IMAGE, resolved=text, reference=reference, stage=None, reason="")
    scheme, colon, name = value.partition(":")
    if colon and scheme in {"service", "target"}:
        reason = f"the image that {scheme} {name} of this project builds"
    else:
        reason = f"the named context {value[:200]!r}, which is no image of a registry"
    return replace(base, kind=BaseKind.UNRESOLVED, reference=None, stage=None, reason=reason)
