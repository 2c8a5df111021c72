"""What of the build context belongs to a workload: copied paths, scripts, package manifests."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from posixpath import join as join_paths

from basewright.model.dockerfile import Build
from basewright.model.unknown import Unknown
from basewright.model.workload import Manifest, Workload
from basewright.ports.files import ProjectFiles
from basewright.sources.context import Ignore, read_dockerignore, read_manifests
from basewright.sources.copies import Copied, CopyTrace, ImageFiles
from basewright.sources.scripts import ScriptFinder, bind_mounts

_FOLDER_LIMIT = 40
"""Copied folders in which manifests are looked for."""


@dataclass(frozen=True, slots=True)
class _Traced:
    """What one build brings."""

    entries: tuple[Copied, ...]
    manifests: tuple[Manifest, ...]
    unknowns: tuple[Unknown, ...]
    is_ignored: Callable[[str], bool]


@dataclass(slots=True)
class ContextReader:
    """Reads build contexts; builds that are the same are read once."""

    files: ProjectFiles
    _traced: dict[int, tuple[Build, _Traced]] = field(default_factory=dict)
    _ignores: dict[tuple[str, str], Ignore] = field(default_factory=dict)
    _manifests: dict[tuple[str, tuple[str, ...]], tuple[tuple[Manifest, ...], tuple[Unknown, ...]]] = field(
        default_factory=dict
    )

    def add(self, workload: Workload) -> Workload:
        """Return `workload` with its copied paths, scripts and manifests."""
        traced = self._trace(workload.build) if workload.build is not None else _NOTHING
        entries = (*traced.entries, *bind_mounts(workload.runtime, self.files))
        image = ImageFiles(entries, self.files, traced.is_ignored)
        scripts = ScriptFinder(image, self.files, workload.runtime).find() if entries else ()
        paths = {one.image_path: one.source for one in traced.entries if one.source is not None}
        return replace(
            workload,
            static_paths=dict(sorted(paths.items())),
            scripts=scripts,
            manifests=traced.manifests,
            unknowns=(*workload.unknowns, *traced.unknowns),
        )

    def _trace(self, build: Build) -> _Traced:
        known = self._traced.get(id(build))
        if known is None:
            # The build is kept beside the answer, so that its identity stays its own.
            known = self._traced[id(build)] = (build, self._read(build))
        return known[1]

    def _read(self, build: Build) -> _Traced:
        context = build.context
        if context is None or not self.files.is_directory(context):
            missing = () if context is None else (Unknown(context, "the build context: no such folder"),)
            return replace(_NOTHING, entries=CopyTrace(build, self.files, _nothing_ignored).trace(), unknowns=missing)
        is_ignored = self._ignore(context, build.file)
        trace = CopyTrace(build, self.files, is_ignored)
        entries = trace.trace()
        manifests, unknowns = self._read_manifests(context, tuple(self._copied_files(trace, is_ignored)))
        ignore = self._ignores[context, build.file]
        if ignore.path is not None and ignore.unread:
            unknowns = (*unknowns, Unknown(ignore.path, ignore.unread))
        return _Traced(entries, manifests, unknowns, is_ignored)

    def _ignore(self, context: str, dockerfile: str) -> Callable[[str], bool]:
        key = (context, dockerfile)
        if key not in self._ignores:
            self._ignores[key] = read_dockerignore(self.files, context, dockerfile)
        ignore = self._ignores[key]
        prefix = "" if context == "." else f"{context}/"
        if not ignore.patterns:
            return _nothing_ignored
        return lambda path: path.startswith(prefix) and ignore.matches(path[len(prefix) :])

    def _copied_files(self, trace: CopyTrace, is_ignored: Callable[[str], bool]) -> list[str]:
        """Return the copied files, and those that stand directly in copied folders."""
        found: set[str] = set()
        folders = [path for path, is_folder in trace.copied.items() if is_folder]
        found.update(path for path, is_folder in trace.copied.items() if not is_folder)
        for folder in sorted(folders)[:_FOLDER_LIMIT]:
            names = self.files.list(folder)
            found.update(name if folder == "." else join_paths(folder, name) for name in names)
        return sorted(path for path in found if not is_ignored(path))

    def _read_manifests(self, context: str, extra: tuple[str, ...]) -> tuple[tuple[Manifest, ...], tuple[Unknown, ...]]:
        key = (context, extra)
        if key not in self._manifests:
            self._manifests[key] = read_manifests(self.files, context, extra)
        return self._manifests[key]


def _nothing_ignored(_path: str) -> bool:
    return False


_NOTHING = _Traced((), (), (), _nothing_ignored)
