"""``[workload.NAME]``: what people know of a workload and files cannot tell, each entry with owner and reason."""

from collections.abc import Callable, Mapping

from basewright.cli.shapes import did_you_mean
from basewright.errors import ConfigurationError
from basewright.model.need import NeedKind
from basewright.model.span import Location
from basewright.model.workload import Declaration

KEYS: Mapping[str, str] = {
    "needs": "what it needs at run time: a kind of need, or `kind:value` (`shell:bash`, `command:curl`); "
    "behind `no-` what it does not need",
    "environment": "where it runs: `production`, `staging`, a cluster's name",
    "criticality": "what depends on it: `low`, `medium`, `high`",
    "familiarity": "what its people know: a distribution (`alpine`), a vendor, a tool",
    "constraints": "what must or must not be: `glibc`, `musl`, `vendor:NAME`, `no-vendor:NAME`, `family:NAME`, "
    "`no-family:NAME`, `no-shell`, `no-package-manager`, `non-root`, `read-only`; "
    "any other text is told in the report and left to people",
}
"""Key → what it declares, in the words of the reference."""

_LEVELS = ("low", "medium", "high")
_PARTS = ("value", "owner", "reason")

LineOf = Callable[..., int]
"""Line of a path of keys and positions."""


def declarations_of(raw: object, file: str, line: LineOf) -> Mapping[str, tuple[Declaration, ...]]:
    """Return workload name → declarations; raise an ExceptionGroup of ConfigurationErrors for all that is wrong."""
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{file}:{line('workload')}: workload must hold tables, as [workload.NAME]")
    reader = _Reader(file, line)
    found = {str(name): tuple(reader.workload(str(name), table)) for name, table in sorted(raw.items())}
    if reader.problems:
        raise ExceptionGroup(f"{file} cannot be used", reader.problems)
    return found


class _Reader:
    """Reads the tables of one file and collects what is wrong with them."""

    def __init__(self, file: str, line: LineOf) -> None:
        self._file = file
        self._line = line
        self.problems: list[ConfigurationError] = []

    def workload(self, name: str, table: object) -> list[Declaration]:
        """Return the declarations of one ``[workload.NAME]``."""
        if not isinstance(table, dict):
            self._refuse(f"workload.{name} must be a table", "workload", name)
            return []
        owner = table.get("owner", "")
        if not isinstance(owner, str):
            self._refuse("owner must be a text", "workload", name, "owner")
            owner = ""
        found: list[Declaration] = []
        for key, raw in table.items():
            if key == "owner":
                continue
            if key not in KEYS:
                hint = did_you_mean(key, [*KEYS, "owner"])
                self._refuse(f"unknown key {key!r} in [workload.{name}]", "workload", name, key, hint=hint)
                continue
            entries = raw if isinstance(raw, list) else [raw]
            for index, entry in enumerate(entries):
                place = ("workload", name, key, index) if isinstance(raw, list) else ("workload", name, key)
                declaration = self._entry(key, entry, owner, place)
                if declaration is not None:
                    found.append(declaration)
        return found

    def _entry(self, key: str, raw: object, owner: str, place: tuple[str | int, ...]) -> Declaration | None:
        if not isinstance(raw, dict) or not all(isinstance(part, str) for part in raw.values()):
            self._refuse(
                f"an entry of {key} must be a table of texts", *place, hint='write { value = "…", reason = "…" }'
            )
            return None
        for part in raw:
            if part not in _PARTS:
                self._refuse(f"unknown key {part!r} in {key}", *place, part, hint=did_you_mean(part, _PARTS))
                return None
        whole = {"owner": owner, **raw}
        for part in _PARTS:
            if not whole.get(part, "").strip():
                self._refuse(f"an entry of {key} has no {part}", *place, hint=_why(part))
                return None
        if not self._is_known(key, whole["value"], place):
            return None
        where = Location(self._file, self._line(*place))
        return Declaration(key, whole["value"], whole["owner"], whole["reason"], where)

    def _is_known(self, key: str, value: str, place: tuple[str | int, ...]) -> bool:
        """Whether `value` is among the words that `key` takes; refuse it otherwise."""
        known: tuple[str, ...] = ()
        word = value
        if key == "needs":
            known, word = tuple(NeedKind), value.removeprefix("no-").partition(":")[0]
        elif key == "criticality":
            known = _LEVELS
        if not known or word in known:
            return True
        self._refuse(f"{word[:80]!r} is not among the words for {key}", *place, hint=did_you_mean(word, known))
        return False

    def _refuse(self, what: str, *place: str | int, hint: str = "") -> None:
        self.problems.append(ConfigurationError(f"{self._file}:{self._line(*place)}: {what}", hint=hint))


def _why(part: str) -> str:
    if part == "owner":
        return "name who answers for it, in the entry or once as owner of the workload"
    return "a declaration without a reason cannot be reviewed" if part == "reason" else ""
