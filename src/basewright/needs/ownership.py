"""Which programs are the project's own: copied in, built in a stage, or brought by its packages."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from basewright.needs.invocation import Invocation
from basewright.needs.stages import Placed, stage_index
from basewright.needs.view import WorkloadView

_PACKAGE_FOLDERS = re.compile(r"(?:^|/)(?:\.?venv|env|node_modules|vendor/bundle|\.local)/")
_APPLICATION_FOLDERS = ("/app/", "/usr/src/", "/opt/", "/srv/", "/home/", "/code/", "/workspace/", "/root/")


@dataclass(frozen=True, slots=True)
class Brought:
    """A path that COPY or ADD brings into the final chain."""

    source: str
    destination: str
    """Absolute; ends in ``/`` for a folder."""
    stage: int | None
    """The stage that it comes from; None for the context or an image."""
    image: str | None
    """``--from`` where it names no stage."""
    placed: Placed

    def holds(self, path: str) -> bool:
        """Whether the image path `path` may come from here."""
        if self.destination.endswith("/"):
            inside = path.startswith(self.destination)
            name = posixpath.basename(self.source.rstrip("/"))
            return inside and (path == self.destination + name or "/" in self.source or name in {".", "*"})
        return path == self.destination or path.startswith(self.destination + "/")


def brought(view: WorkloadView) -> Iterator[Brought]:
    """Yield what COPY and ADD bring, in order, one for each source."""
    directory = _start(view)
    for placed in view.chain:
        instruction = placed.instruction
        if instruction.keyword == "WORKDIR" and instruction.words:
            directory = posixpath.normpath(posixpath.join(directory, instruction.words[0]))
        elif instruction.keyword in {"COPY", "ADD"} and len(instruction.words) > 1:
            *sources, target = instruction.words
            name = instruction.flag("from")
            stage = stage_index(placed.build, name, placed.stage.index)
            image = name if name is not None and stage is None else None
            for source in sources:
                yield Brought(source, _destination(directory, source, target, len(sources)), stage, image, placed)


def _start(view: WorkloadView) -> str:
    return (view.base.working_directory if view.base else None) or "/"


def _destination(directory: str, source: str, target: str, sources: int) -> str:
    """Return where `source` lands; a target without a slash is taken as a folder where it cannot be a file."""
    joined = posixpath.normpath(posixpath.join(directory, target))
    is_folder = target.endswith(("/", "/.")) or target in {".", "./"} or sources > 1
    if is_folder or joined == "/":
        return joined.rstrip("/") + "/"
    del source
    return joined


def image_path(view: WorkloadView, path: str) -> str:
    """Return `path` as an absolute path of the image."""
    setting = view.workload.runtime.working_directory
    directory = setting.value if setting else _start(view)
    return posixpath.normpath(posixpath.join(directory or "/", path))


def source_of(view: WorkloadView, path: str) -> Brought | None:
    """Return the COPY that brings the program `path` (a bare name is looked for on the search path)."""
    found = None
    if "/" in path:
        wanted = image_path(view, path)
        for one in brought(view):
            if one.holds(wanted):
                found = one
        return found
    for one in brought(view):
        folder, name = posixpath.split(one.destination)
        name = name or posixpath.basename(one.source)
        if name == path and folder.endswith("/bin"):
            found = one
    return found


def is_own(view: WorkloadView, invocation: Invocation) -> bool:
    """Whether `invocation` starts a program of the project: a file that it brings, or one of its packages' programs."""
    path = invocation.path
    if path.startswith(("./", "../")) or _PACKAGE_FOLDERS.search(path) or path.startswith(_APPLICATION_FOLDERS):
        return True
    if path in view.workload.static_paths or source_of(view, path) is not None:
        return True
    if any(one.script.image_path.rsplit("/", 1)[-1] == invocation.program for one in view.scripts):
        return True
    return is_packaged(view, invocation.program)


def is_packaged(view: WorkloadView, program: str) -> bool:
    """Whether an application package, or the project itself, brings a program of this name."""
    for manifest in view.workload.manifests:
        if manifest.ecosystem != "npm" and program in manifest.scripts:
            return True
        if any(dependency.name == program for dependency in manifest.dependencies):
            return True
    return False
