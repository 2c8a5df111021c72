"""The variables of a build: arguments before the first FROM, and ARG and ENV of each stage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from basewright.errors import InputError
from basewright.model.dockerfile import Instruction
from basewright.model.platform import Platform
from basewright.syntax.dockerfile.lexer import Style
from basewright.syntax.dockerfile.patterns import GROWTH_LIMIT, ExpansionError, Steps
from basewright.syntax.dockerfile.variables import Expansion, expansion

COST_LIMIT = 8 * 1024 * 1024
"""What all variables of a build may cost: characters set, and ENTRY_COST for each one copied into another stage."""
ENTRY_COST = 64
_AS_BUILDKIT = Style()
_KEEP_UNSET = Style(keep_unset=True)


class Budget:
    """Stops a file whose variables double, or are inherited, beyond all measure."""

    __slots__ = ("_left", "steps")

    def __init__(self) -> None:
        self._left = COST_LIMIT
        self.steps = Steps()
        """What the patterns of all substitutions may take together."""

    def take(self, cost: int) -> None:
        """Count `cost`; raise InputError where it is more than is left."""
        self._left -= cost
        if self._left < 0:
            raise InputError("the variables of this Dockerfile grow beyond what is followed")

    def expansion(self, text: str, values: Mapping[str, str], escape: str, *, style: Style = _AS_BUILDKIT) -> Expansion:
        """Return `text` expanded with `values`; its growth counts, also where it fails."""
        try:
            found = expansion(text, values, escape=escape, style=style, steps=self.steps)
        except ExpansionError as error:
            self.take(GROWTH_LIMIT if error.is_limit else len(text))
            raise
        self.take(len(found.text))
        return found


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text of FROM, expanded."""

    text: str
    used: frozenset[str]
    """Arguments that took part, those that a default value is made of included."""
    missing: frozenset[str]
    """Variables without a value, those inside a default value included."""


class GlobalArguments:
    """The scope of FROM: platform arguments, and each ARG before the first FROM with its default or override."""

    def __init__(
        self,
        instructions: Iterable[Instruction],
        overrides: Mapping[str, str],
        platform: Platform,
        target: str,
        *,
        escape: str,
        budget: Budget,
    ) -> None:
        self.overrides = overrides
        self.escape = escape
        self.budget = budget
        self.values = _platform_arguments(platform, target, overrides)
        self._definitions: list[_Definition] = []
        self._current: dict[str, int] = {}
        for instruction in instructions:
            for word in instruction.words:
                self._declare(word)

    def _declare(self, word: str) -> None:
        """Take ``name[=default]``: the caller's value wins, no value at all leaves what was there."""
        name, equals, default = word.partition("=")
        if name in self.overrides:
            self.values[name] = self.overrides[name]
            self._current.pop(name, None)
        elif equals:
            try:
                found = self._expansion(default)
            except ExpansionError:
                self.values.pop(name, None)
                self._current.pop(name, None)
                return
            uses = tuple([self._current[used] for used in sorted(found.used) if used in self._current])
            self._definitions.append(_Definition(found.used | found.unset, found.missing, uses))
            self.values[name] = found.text
            self._current[name] = len(self._definitions) - 1

    def expand(self, text: str) -> Expanded:
        """Return `text` expanded in this scope; raise ExpansionError where BuildKit does."""
        if "$" not in text and "'" not in text and '"' not in text and self.escape not in text:
            return Expanded(text, _NONE, _NONE)
        found = self._expansion(text)
        used, missing = set(found.used | found.unset), set(found.missing)
        left = [self._current[name] for name in found.used if name in self._current]
        seen = set(left)
        while left:
            definition = self._definitions[left.pop()]
            self.budget.take(ENTRY_COST)
            used |= definition.names
            missing |= definition.missing
            fresh = [index for index in definition.uses if index not in seen]
            seen.update(fresh)
            left += fresh
        return Expanded(found.text, frozenset(used), frozenset(missing))

    def _expansion(self, text: str) -> Expansion:
        return self.budget.expansion(text, self.values, self.escape)


_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Definition:
    """What one default value was made of."""

    names: frozenset[str]
    missing: frozenset[str]
    uses: tuple[int, ...]
    """Indexes of the definitions whose values it holds."""


def _platform_arguments(platform: Platform, target: str, overrides: Mapping[str, str]) -> dict[str, str]:
    """Return the arguments that every build has (platform.go); it builds on the platform that it builds for."""
    values = {"TARGETSTAGE": target}
    for prefix in ("BUILD", "TARGET"):
        values[f"{prefix}PLATFORM"] = str(platform)
        values[f"{prefix}OS"] = platform.os
        values[f"{prefix}OSVERSION"] = ""
        values[f"{prefix}ARCH"] = platform.architecture
        values[f"{prefix}VARIANT"] = platform.variant or ""
    return {name: overrides.get(name, value) for name, value in values.items()}


class StageEnvironment:
    """ENV and ARG of one stage, taken in order."""

    def __init__(self, inherited: Mapping[str, str], global_arguments: GlobalArguments) -> None:
        self.values = inherited
        self.problems: list[tuple[int, str]] = []
        self._global = global_arguments
        self._own: dict[str, str] | None = None

    def take(self, instruction: Instruction) -> None:
        """Set what `instruction` sets; anything but ENV and ARG sets nothing."""
        if instruction.keyword == "ENV":
            self._take_env(instruction)
        elif instruction.keyword == "ARG":
            self._take_arg(instruction)

    def _take_env(self, instruction: Instruction) -> None:
        # All values of one ENV see the environment before it.
        words = instruction.words
        pairs = [
            (self._expand(name, instruction.line), self._expand(value, instruction.line))
            for name, value in zip(words[::2], words[1::2], strict=True)
        ]
        for (name, value), written in zip(pairs, words[::2], strict=True):
            self._set(name if name is not None else written, value)

    def _take_arg(self, instruction: Instruction) -> None:
        for word in instruction.words:
            name, equals, default = word.partition("=")
            if name in self._global.overrides:
                self._set(name, self._global.overrides[name])
            elif equals:
                self._set(name, self._expand(default, instruction.line))
            elif name in self._global.values:
                self._set(name, self._global.values[name])

    def _expand(self, text: str, line: int) -> str | None:
        """Return `text` expanded, None (and a problem noted) where it cannot be."""
        escape = self._global.escape
        if "$" not in text and "'" not in text and '"' not in text and escape not in text:
            return text
        try:
            return self._global.budget.expansion(text, self.values, escape, style=_KEEP_UNSET).text
        except ExpansionError as error:
            self.problems.append((line, str(error)))
            return None

    def _set(self, name: str, value: str | None) -> None:
        if self._own is None:
            self._global.budget.take(len(self.values) * ENTRY_COST)
            self._own = dict(self.values)
            self.values = self._own
        if value is None:
            self._own.pop(name, None)
        else:
            self._global.budget.take(len(value))
            self._own[name] = value
