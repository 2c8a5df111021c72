"""From a process's words to everything that it starts: through shells, wrappers, scripts and package.json scripts."""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from basewright.model.need import Confidence, EvidenceKind
from basewright.model.shell import Command, Condition, ShellText
from basewright.model.span import Location
from basewright.model.workload import Manifest, ScriptFile
from basewright.needs.invocation import Invocation, Source, script_argument, shell_text_of, unwrap
from basewright.needs.tables import programs
from basewright.syntax.shell import parse_shell

_INVOCATIONS = 4000
"""Invocations that one workload is traced for at most: hostile text cannot make it more."""
_DEPTH = 8
_SCRIPT_BYTES = 256 * 1024
_ON_PATH = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})

PlaceOf = Callable[[int, int], Location]
"""(byte offset, line from 1) within a shell text → where it stands in the project."""


@dataclass(frozen=True, slots=True)
class TracedShell:
    """A shell text that runs, and where it begins."""

    text: ShellText
    source: str
    """The text itself."""
    where: Location
    kind: Source


@dataclass(frozen=True, slots=True)
class Context:
    """What the invocations of one text have in common."""

    source: Source
    is_main: bool
    origin: EvidenceKind = EvidenceKind.FILE
    confidence: Confidence = Confidence.CERTAIN
    stage: int | None = None
    depth: int = 0


@dataclass
class Tracer:
    """Collects invocations; one per phase of a workload."""

    scripts: tuple[ScriptFile, ...]
    manifests: tuple[Manifest, ...]
    working_directory: str
    follows: bool = True
    """Whether scripts and package.json scripts are followed."""
    invocations: list[Invocation] = field(default_factory=list)
    shells: list[TracedShell] = field(default_factory=list)
    called: dict[str, Location] = field(default_factory=dict)
    """Project path of each script that is called → where it was first called."""

    def words(
        self,
        words: tuple[str, ...],
        where: Location,
        context: Context,
        *,
        by_shell: Command | None = None,
        known: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        """Trace a command's words; `by_shell` is the command of a shell text that they are.

        The shell parser looks through wrappers and ``sh -c`` itself; `known` are the commands that it found so.
        """
        for depth, inner in enumerate(unwrap(words)):
            if len(self.invocations) >= _INVOCATIONS or (depth and inner in known):
                return
            self.invocations.append(
                Invocation(
                    inner[0],
                    inner[1:],
                    where,
                    context.source,
                    context.is_main,
                    by_shell is not None,
                    context.origin,
                    context.confidence,
                    context.stage,
                    by_shell.assignments if by_shell else (),
                )
            )
            if context.depth < _DEPTH:
                self._below(inner, where, context, is_read=by_shell is not None and not depth)

    def text(self, text: str, place: PlaceOf, context: Context) -> None:
        """Trace a shell text."""
        if len(self.invocations) >= _INVOCATIONS:
            return
        parsed = parse_shell(text)
        self.shells.append(TracedShell(parsed, text, place(0, 1), context.source))
        known = frozenset(_words(command) for command in parsed.commands)
        for command in parsed.commands:
            if command.name.is_static and command.name.text:
                # What the last command wraps ends where it ends.
                is_last = command.span.stop >= parsed.commands[-1].span.stop
                where = place(command.span.start, command.line)
                self.words(
                    _words(command), where, _narrowed(context, command, is_last=is_last), by_shell=command, known=known
                )

    def script(self, script: ScriptFile, context: Context, called_at: Location) -> None:
        """Trace a script file of the project, once."""
        if script.path in self.called:
            return
        self.called[script.path] = called_at
        if not is_shell_script(script) or len(script.content) > _SCRIPT_BYTES:
            return
        text = script.content.decode("utf-8", "surrogateescape")
        self.text(text, lambda _, line: Location(script.path, line), context)

    def find_script(self, path: str) -> ScriptFile | None:
        """Return the script that `path` names in the image."""
        wanted = posixpath.normpath(posixpath.join(self.working_directory or "/", path))
        exact = next((one for one in self.scripts if posixpath.normpath(one.image_path) == wanted), None)
        if exact is not None or path.startswith("/"):
            return exact
        name = posixpath.basename(path)
        same = [one for one in self.scripts if posixpath.basename(one.image_path) == name]
        if "/" not in path:
            return next((one for one in same if posixpath.dirname(one.image_path) in _ON_PATH), None)
        # A relative path below a work directory that is not certain: the one script of that name.
        return same[0] if len(same) == 1 else None

    def _below(self, words: tuple[str, ...], where: Location, context: Context, *, is_read: bool) -> None:
        """Trace what `words` lead to: a text (unless it `is_read`), a script, a package.json script."""
        inner = shell_text_of(words)
        if inner is not None:
            if not is_read:
                self.text(inner, lambda _, __: where, replace(context, depth=context.depth + 1))
        elif self.follows:
            self._follow(words, where, replace(context, depth=context.depth + 1))

    def _follow(self, words: tuple[str, ...], where: Location, context: Context) -> None:
        script = self.find_script(script_argument(words) or words[0])
        if script is not None:
            self.script(script, replace(context, source=Source.SCRIPT), where)
            return
        found = package_script(words, self.manifests)
        if found is not None and found.location not in self.called:
            self.called[found.location] = where
            place = Location(found.manifest.path)
            self.text(found.text, lambda _, __: place, replace(context, source=Source.PACKAGE_SCRIPT))


def _words(command: Command) -> tuple[str, ...]:
    return (command.name.text, *(word.text for word in command.arguments))


def _narrowed(context: Context, command: Command, *, is_last: bool) -> Context:
    """Return `context` for one command of a text.

    In a script, what replaces the shell or stands last is the process itself; everything before is a step.
    """
    is_conditional = command.condition is Condition.CONDITIONAL
    is_main = context.is_main and (command.is_exec or is_last or context.source is not Source.SCRIPT)
    confidence = min(context.confidence, Confidence.MEDIUM) if is_conditional else context.confidence
    if is_main == context.is_main and confidence is context.confidence:
        return context
    return replace(context, is_main=is_main, confidence=confidence)


@dataclass(frozen=True, slots=True)
class PackageScript:
    """A script of package.json that a command line runs."""

    manifest: Manifest
    name: str
    text: str

    @property
    def location(self) -> str:
        """What tells it from others."""
        return f"{self.manifest.path}#{self.name}"


_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_NPM_WORDS = frozenset({"start", "test", "stop", "restart"})
_OWN_WORDS = frozenset(
    {"install", "ci", "add", "exec", "dlx", "cache", "config", "workspace", "workspaces", "global", "set"}
)


def package_script_name(words: tuple[str, ...]) -> str | None:
    """Return the package.json script that ``npm run NAME`` and its kin run, None where `words` is no such command."""
    runner = words[0].rsplit("/", 1)[-1] if words else ""
    rest = [word for word in words[1:] if not word.startswith("-")]
    if runner not in _RUNNERS or not rest:
        return None
    if rest[0] in {"run", "run-script"}:
        return rest[1] if len(rest) > 1 else None
    if rest[0] in _NPM_WORDS or (runner != "npm" and rest[0] not in _OWN_WORDS):
        return rest[0]
    return None


def package_script(words: tuple[str, ...], manifests: tuple[Manifest, ...]) -> PackageScript | None:
    """Return the package.json script that `words` run, as far as the manifests have it."""
    name = package_script_name(words)
    if name is None:
        return None
    having: list[tuple[int, Manifest, Mapping[str, str]]] = [
        (one.path.count("/"), one, one.scripts) for one in manifests if one.ecosystem == "npm" and name in one.scripts
    ]
    if not having:
        return None
    _, manifest, scripts = min(having, key=lambda item: (item[0], item[1].path))
    return PackageScript(manifest, name, scripts[name])


def is_shell_script(script: ScriptFile) -> bool:
    """Whether a shell runs `script`: by its shebang, or by its name where it has none."""
    if script.interpreter is None:
        return script.path.endswith((".sh", ".bash"))
    return shell_of(script) is not None


def shell_of(script: ScriptFile) -> str | None:
    """Return the shell that the shebang of `script` names, None where it names another program or nothing."""
    name = (script.interpreter or "").split()[0].rsplit("/", 1)[-1] if (script.interpreter or "").split() else ""
    return name if name in programs().shells else None
