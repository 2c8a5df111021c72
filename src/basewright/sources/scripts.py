"""Scripts of the project that run in the container: what ENTRYPOINT, CMD, a health check or Compose names, and onward.

A script counts when a copy (or a bind mount) brings it to the path that is named: an absolute one, one relative to the
work directory, or a bare name in a folder of PATH. Scripts that these name in turn are followed a few steps.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from posixpath import basename, dirname, normpath
from posixpath import join as join_paths

from basewright.errors import InputError
from basewright.model.workload import MountKind, Process, RuntimeConfig, ScriptFile
from basewright.ports.files import ProjectFiles, normalize
from basewright.sources.copies import Copied, ImageFiles
from basewright.syntax.shell import read_shebang

SCRIPT_LIMIT = 256 * 1024
"""Bytes of one script."""
COUNT_LIMIT = 24
"""Scripts of one workload."""
_DEPTH_LIMIT = 4
_TOKEN_LIMIT = 4000
"""Words of one script that may be names of others."""

_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_TOKEN = re.compile(r"[\w./@%+-]+")
_SHELL_ENDINGS = (".sh", ".bash", ".ash", ".ksh", ".zsh")
_HOOK_FOLDERS = ("/docker-entrypoint-initdb.d", "/docker-entrypoint.d", "/docker-entrypoint-init.d")
"""Folders whose scripts the entrypoints of well-known images run by convention."""


@dataclass(slots=True)
class ScriptFinder:
    """Finds the scripts of one workload."""

    image: ImageFiles
    files: ProjectFiles
    runtime: RuntimeConfig
    _found: dict[str, ScriptFile] = field(default_factory=dict)

    def find(self) -> tuple[ScriptFile, ...]:
        """Return the scripts, in the order of their paths in the image."""
        for word, is_program in dict.fromkeys(_process_words(self.runtime)):
            self._follow(word, is_program=is_program, depth=0)
        for path in self._hooks():
            self._follow(path, is_program=True, depth=0)
        return tuple(self._found[path] for path in sorted(self._found))

    def _follow(self, word: str, *, is_program: bool, depth: int) -> None:
        if depth > _DEPTH_LIMIT or len(self._found) >= COUNT_LIMIT:
            return
        for path in self._paths(word):
            if path in self._found:
                return
            copied = self.image.find(path)
            if copied is None:
                continue
            script = self._read(copied, path, is_program=is_program)
            if script is not None:
                self._found[path] = script
                self._follow_content(script, depth)
            return

    def _follow_content(self, script: ScriptFile, depth: int) -> None:
        text = script.content.decode("utf-8", "replace")
        seen: set[str] = set()
        for number, match in enumerate(_TOKEN.finditer(text)):
            if number >= _TOKEN_LIMIT:
                return
            word = match.group()
            if word not in seen and ("/" in word or word.endswith(_SHELL_ENDINGS)):
                seen.add(word)
                self._follow(word, is_program=False, depth=depth + 1)

    def _paths(self, word: str) -> Iterator[str]:
        """Yield the paths that `word` may mean in the container."""
        if not word or word.startswith("-") or len(word) > 4096:
            return
        if word.startswith("/"):
            yield normpath(word)
            return
        directory = self.runtime.working_directory.value if self.runtime.working_directory else ""
        if "/" in word or word.endswith(_SHELL_ENDINGS):
            yield normpath(join_paths(directory, word))
        if "/" not in word:
            path = self.runtime.environment.get("PATH")
            for folder in f"{path.value if path else ''}:{_DEFAULT_PATH}".split(":")[:64]:
                if folder.startswith("/"):
                    yield normpath(join_paths(folder, word))

    def _read(self, copied: Copied, path: str, *, is_program: bool) -> ScriptFile | None:
        """Return the script; None for what is none: a binary, or a file that is only an argument."""
        if copied.source is None:
            content, source = (copied.content or "").encode("utf-8", "surrogateescape"), copied.where.file
        else:
            source = copied.source
            try:
                content = self.files.read(source, limit=SCRIPT_LIMIT)
            except InputError:
                return None
        interpreter = read_shebang(content)
        is_shell = path.endswith(_SHELL_ENDINGS) or (interpreter is not None and basename(interpreter).endswith("sh"))
        if b"\0" in content[:4096] or not (is_shell or (is_program and interpreter is not None)):
            return None
        return ScriptFile(source, path, content, interpreter)

    def _hooks(self) -> Iterator[str]:
        for entry in self.image.entries:
            if not entry.is_folder and dirname(entry.image_path) in _HOOK_FOLDERS:
                yield entry.image_path
            elif entry.is_folder and entry.source is not None and normpath(entry.image_path) in _HOOK_FOLDERS:
                for name in self.files.list(entry.source):
                    if name.endswith(_SHELL_ENDINGS):
                        yield join_paths(entry.image_path, name)


def _process_words(runtime: RuntimeConfig) -> Iterator[tuple[str, bool]]:
    """Yield the words of every command line, and whether a word is a program to start."""
    check = runtime.health_check.test if runtime.health_check else None
    for process in (runtime.entrypoint, runtime.command, check):
        if process is not None:
            yield from _words(process)


def _words(process: Process) -> Iterator[tuple[str, bool]]:
    if process.is_shell_form:
        for word in _TOKEN.findall(process.words[0] if process.words else "")[:_TOKEN_LIMIT]:
            yield word, word.startswith(("/", "./"))
        return
    for number, word in enumerate(process.words):
        is_text = " " in word or ";" in word
        for part in _TOKEN.findall(word)[:_TOKEN_LIMIT] if is_text else (word,):
            yield part, number == 0 or part.startswith(("/", "./"))


def bind_mounts(runtime: RuntimeConfig, files: ProjectFiles) -> Iterable[Copied]:
    """Yield the project's files and folders that are bind-mounted into the container."""
    for mount in runtime.mounts:
        if mount.kind is not MountKind.BIND or not mount.source or not mount.source.startswith("."):
            continue
        try:
            source = normalize(join_paths(dirname(mount.where.file), mount.source))
        except InputError:
            continue
        is_folder = files.is_directory(source)
        if is_folder or files.is_file(source):
            yield Copied(normpath(mount.target), source, is_folder=is_folder, where=mount.where)
