"""What COPY and ADD bring from the context into an image, followed through stages, as far as the files tell.

What a RUN makes, moves or deletes is not followed. A relative destination below a base's own work directory, which only
the base knows, stays relative.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from posixpath import basename, normpath
from posixpath import join as join_paths

from basewright.errors import InputError
from basewright.model.dockerfile import BaseKind, Build, Instruction, Stage
from basewright.model.span import Location
from basewright.ports.files import ProjectFiles, normalize
from basewright.sources.build_spec import is_remote
from basewright.syntax.dockerfile import ExpansionError, expand, find_stage

ENTRY_LIMIT = 2000
"""Copied paths that are kept for one stage."""
LOOK_UP_LIMIT = 1_000_000
"""Comparisons that the copies of one build, or the scripts of one workload, may take."""
_GLOB = frozenset("*?[")
_ARCHIVES = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".txz", ".tbz2", ".tar.zst")


@dataclass(frozen=True, slots=True)
class Copied:
    """A file, or a folder with everything in it, at a path of the image."""

    image_path: str
    source: str | None
    """Path relative to the project's root; None where `content` is it."""
    is_folder: bool
    where: Location
    content: str | None = None
    """Of a here-document."""


@dataclass(frozen=True, slots=True)
class _StageCopies:
    entries: tuple[Copied, ...]
    working_directory: str


@dataclass(slots=True)
class ImageFiles:
    """Answers which file of the project stands at a path of the image; later copies win."""

    entries: tuple[Copied, ...]
    files: ProjectFiles
    is_ignored: Callable[[str], bool]
    """Whether ``.dockerignore`` keeps a project's path out of the context."""
    room: int = LOOK_UP_LIMIT
    """Entries that may still be compared; with none left nothing more is found."""
    _single: dict[str, int] = field(init=False)
    _folders: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._single = {one.image_path: number for number, one in enumerate(self.entries) if not one.is_folder}
        self._folders = [number for number, one in enumerate(self.entries) if one.is_folder]

    def find(self, image_path: str) -> Copied | None:
        """Return the file at `image_path`, None where no copy of the project's files is known to bring one."""
        self.room -= 1 + len(self._folders)
        if self.room < 0:
            return None
        single = self._single.get(image_path, -1)
        for number in reversed(self._folders):
            if number < single:
                break
            entry = self.entries[number]
            rest = _below(image_path, entry.image_path)
            if rest and entry.source is not None:
                source = join_paths(entry.source, rest) if entry.source != "." else rest
                if self.files.is_file(source) and not self.is_ignored(source):
                    return Copied(image_path, source, is_folder=False, where=entry.where)
        return self.entries[single] if single >= 0 else None


@dataclass(slots=True)
class CopyTrace:
    """Follows the copies of one build."""

    build: Build
    files: ProjectFiles
    is_ignored: Callable[[str], bool]
    room: int = LOOK_UP_LIMIT
    """Comparisons that are left; with none, further copies are not followed."""
    _done: dict[int, _StageCopies] = field(default_factory=dict)
    copied: dict[str, bool] = field(default_factory=dict)
    """Every project path that a stage of this build copies → whether it is a folder."""

    def trace(self) -> tuple[Copied, ...]:
        """Return the copies of the final chain."""
        for index in sorted(needed_stages(self.build)):
            self._done[index] = self._stage(self.build.stages[index])
        return self._done[self.build.target].entries

    def _stage(self, stage: Stage) -> _StageCopies:
        below = self._done.get(stage.base.stage) if stage.base.stage is not None else None
        entries = list(below.entries) if below else []
        directory = below.working_directory if below else ""
        for instruction in stage.instructions:
            if instruction.keyword == "WORKDIR":
                path = _expand(" ".join(instruction.words), stage)
                directory = normpath(join_paths(directory, path)) if path else directory
            elif instruction.keyword in {"COPY", "ADD"} and len(entries) < ENTRY_LIMIT:
                entries.extend(self._copy(instruction, stage, directory))
        return _StageCopies(tuple(entries[:ENTRY_LIMIT]), directory)

    def _copy(self, instruction: Instruction, stage: Stage, directory: str) -> Iterator[Copied]:
        words = [_expand(word, stage) for word in instruction.words]
        if len(words) < 2 or not words[-1]:
            return
        destination = _image_path(directory, words[-1])
        is_into = words[-1].endswith(("/", "/.")) or words[-1] == "." or len(words) > 2
        where = self.build.location(instruction)
        heredocs = {f"<<{'-' if one.chomp else ''}{one.name}": one for one in instruction.heredocs}
        origin = instruction.flag("from")
        for word, written in zip(words[:-1], instruction.words, strict=False):
            heredoc = heredocs.get(written.replace('"', "").replace("'", ""))
            if heredoc is not None:
                path = join_paths(destination, heredoc.name) if is_into else destination
                yield Copied(path, None, is_folder=False, where=where, content=heredoc.content)
            elif word and origin is not None:
                yield from self._from_stage(origin, word, destination, stage=stage, is_into=is_into, where=where)
            elif word:
                keeps = instruction.flag("parents") is not None
                yield from self._from_context(word, destination, is_into=is_into, keeps_parents=keeps, where=where)

    def _from_context(
        self, word: str, destination: str, *, is_into: bool, keeps_parents: bool, where: Location
    ) -> Iterator[Copied]:
        if self.build.context is None or is_remote(word):
            return
        sources = self._sources(word)
        for source in sources:
            is_folder = self.files.is_directory(source)
            if (not is_folder and not self.files.is_file(source)) or self.is_ignored(source):
                continue
            self.copied[source] = is_folder
            if source.endswith(_ARCHIVES):
                continue
            into = is_into or len(sources) > 1
            path = destination
            if keeps_parents:
                path = join_paths(destination, normpath(word).lstrip("/"))
            elif into and not is_folder:
                path = join_paths(destination, basename(source))
            yield Copied(normpath(path), source, is_folder=is_folder, where=where)

    def _sources(self, word: str) -> tuple[str, ...]:
        """Return the project's paths that a source of COPY names, wildcards resolved."""
        try:
            inner = normalize(word.lstrip("/") or ".")
            context = self.build.context or "."
            if not _GLOB & set(inner):
                return (normalize(join_paths(context, inner)),)
        except InputError:
            return ()
        found = [context]
        for part in inner.split("/"):
            found = [path for folder in found for path in self._matches(folder, part)][:ENTRY_LIMIT]
        return tuple(found)

    def _matches(self, folder: str, part: str) -> Iterator[str]:
        names = self.files.list(folder) if _GLOB & set(part) and self.room > 0 else (part,)
        self.room -= 100 + len(names)  # a folder's listing costs more than a comparison
        for name in names:
            if name == part or fnmatchcase(name, part):
                yield name if folder == "." else join_paths(folder, name)

    def _from_stage(
        self, origin: str, word: str, destination: str, *, stage: Stage, is_into: bool, where: Location
    ) -> Iterator[Copied]:
        index = find_stage(self.build.stages[: stage.index], _expand(origin, stage))
        copies = self._done.get(index) if index is not None else None
        if copies is None or self.room < 0:
            return
        self.room -= 2 * len(copies.entries)
        path = _image_path("/", word)
        image = ImageFiles(copies.entries, self.files, self.is_ignored)
        single = image.find(path)
        if single is not None:
            target = join_paths(destination, basename(path)) if is_into else destination
            yield Copied(target, single.source, is_folder=False, where=where, content=single.content)
            return
        for entry in copies.entries:
            rest = "" if entry.image_path == path else _below(entry.image_path, path)
            if rest or entry.image_path == path:
                target = normpath(join_paths(destination, rest))
                yield Copied(target, entry.source, is_folder=entry.is_folder, where=where, content=entry.content)
            elif entry.is_folder and entry.source is not None and (inner := _below(path, entry.image_path)):
                source = normpath(join_paths(entry.source, inner))
                if self.files.is_directory(source):
                    yield Copied(destination, source, is_folder=True, where=where)


def needed_stages(build: Build) -> set[int]:
    """Return the stages that the target is made of: by FROM, and by ``COPY --from``."""
    needed: set[int] = set()
    waiting = [build.target]
    while waiting:
        index = waiting.pop()
        if index in needed:
            continue
        needed.add(index)
        stage = build.stages[index]
        if stage.base.kind is BaseKind.STAGE and stage.base.stage is not None:
            waiting.append(stage.base.stage)
        for origin in _origins(stage.instructions):
            found = find_stage(build.stages[:index], _expand(origin, stage))
            if found is not None:
                waiting.append(found)
    return needed


def _origins(instructions: Iterable[Instruction]) -> Iterator[str]:
    for instruction in instructions:
        origin = instruction.flag("from")
        if origin:
            yield origin


def _expand(text: str, stage: Stage) -> str:
    """Return `text` expanded, "" where it cannot be."""
    try:
        return expand(text, stage.environment)
    except ExpansionError:
        return ""


def _image_path(directory: str, path: str) -> str:
    return normpath(join_paths(directory, path))


def _below(path: str, folder: str) -> str:
    """Return what follows `folder` in `path`, "" where `path` is not below it."""
    if folder == ".":
        return "" if path.startswith("/") else path
    prefix = folder if folder.endswith("/") else f"{folder}/"
    return path[len(prefix) :] if path.startswith(prefix) else ""
