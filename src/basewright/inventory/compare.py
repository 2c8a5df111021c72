"""Two images side by side: what the new one brings, drops and changes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from basewright.model.candidate import Severity
from basewright.model.comparison import Comparison, Figures, PackageChange, SharedLayers
from basewright.model.executable import ElfFacts
from basewright.model.hardening import HardeningFact
from basewright.model.image import ImageConfig, ImageHealthcheck
from basewright.model.inventory import Executable, Inspection, Inventory
from basewright.model.package import Package
from basewright.model.redaction import redact_value, redact_words

SHELLS: Final = frozenset(
    {"sh", "ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "ksh93", "mksh", "rbash", "tcsh", "toybox", "zsh"}
)
"""Programs that read commands, by their file name."""
_COUNTED: Final = frozenset({Severity.WARNING, Severity.ERROR})


def compare(old: Inspection, new: Inspection) -> Comparison:
    """Return what `new` brings, drops and changes, seen against `old`; everything in it is sorted."""
    packages = _Packages(old.inventory.packages, new.inventory.packages)
    before, after = _programs(old.inventory), _programs(new.inventory)
    old_facts, new_facts = _facts(old.inventory), _facts(new.inventory)
    old_setuid, new_setuid = set(old.inventory.setuid), set(new.inventory.setuid)
    return Comparison(
        old=old,
        new=new,
        old_figures=figures(old),
        new_figures=figures(new),
        shared=_shared(old.inventory, new.inventory),
        added_packages=packages.added(),
        removed_packages=packages.removed(),
        changed_packages=packages.changed(),
        added_executables=tuple(sorted(after - before)),
        removed_executables=tuple(sorted(before - after)),
        added_hardening=tuple(fact for key, fact in new_facts.items() if key not in old_facts),
        removed_hardening=tuple(fact for key, fact in old_facts.items() if key not in new_facts),
        config_changes=tuple(_config_changes(old.config, new.config)),
        added_setuid=tuple(sorted(new_setuid - old_setuid)),
        removed_setuid=tuple(sorted(old_setuid - new_setuid)),
    )


def figures(inspection: Inspection) -> Figures:
    """Return the numbers of one image that are laid side by side."""
    inventory = inspection.inventory
    programs = [one for one in inventory.executables if one.is_program]
    return Figures(
        bytes=inventory.bytes,
        compressed_bytes=inspection.identity.compressed_bytes,
        files=inventory.files,
        layers=len(inventory.layers),
        packages=len(inventory.packages),
        executables=len(programs),
        shared_objects=sum(
            isinstance(one.facts, ElfFacts) and one.facts.kind == "shared" for one in inventory.executables
        ),
        setuid=len(inventory.setuid),
        shells=sum(_is_shell(one) for one in programs),
        wasted_bytes=inventory.efficiency.wasted_bytes,
        hardening=sum(fact.severity in _COUNTED for fact in inventory.hardening),
    )


def _is_shell(one: Executable) -> bool:
    return isinstance(one.facts, ElfFacts) and any(
        path.rpartition("/")[2] in SHELLS for path in (one.path, *one.aliases)
    )


def _programs(inventory: Inventory) -> set[str]:
    return {path for one in inventory.executables if one.is_program for path in (one.path, *one.aliases)}


def _facts(inventory: Inventory) -> dict[tuple[object, ...], HardeningFact]:
    """Return the facts by what makes two the same; a fact that holds for more files than before is another."""
    return {(one.rule, one.severity, one.path, one.count, one.paths): one for one in inventory.hardening}


def _shared(old: Inventory, new: Inventory) -> SharedLayers:
    count = 0
    for before, after in zip(old.layers, new.layers, strict=False):
        if before.diff_id is None or before.diff_id != after.diff_id:
            break
        count += 1
    sizes = [layer.bytes for layer in new.layers[:count]]
    known = [size for size in sizes if size is not None]
    return SharedLayers(
        count=count,
        bytes=sum(known) if len(known) == len(sizes) else None,
        is_whole_old=0 < count == len(old.layers),
    )


class _Packages:
    """The packages of both images by type and name."""

    def __init__(self, old: Iterable[Package], new: Iterable[Package]) -> None:
        self._old = self._grouped(old)
        self._new = self._grouped(new)

    @staticmethod
    def _grouped(packages: Iterable[Package]) -> Mapping[tuple[str, str], list[Package]]:
        groups: dict[tuple[str, str], list[Package]] = {}
        for one in packages:
            groups.setdefault((one.type, one.name), []).append(one)
        return groups

    def added(self) -> tuple[Package, ...]:
        return self._only(self._new, self._old)

    def removed(self) -> tuple[Package, ...]:
        return self._only(self._old, self._new)

    @staticmethod
    def _only(
        here: Mapping[tuple[str, str], list[Package]], there: Mapping[tuple[str, str], list[Package]]
    ) -> tuple[Package, ...]:
        found = [one for key, packages in here.items() if key not in there for one in packages]
        return tuple(sorted(found, key=lambda one: (one.type, one.name, one.version or "", one.location)))

    def changed(self) -> tuple[PackageChange, ...]:
        changes = []
        for key in sorted(self._old.keys() & self._new.keys()):
            before, after = self._versions(self._old[key]), self._versions(self._new[key])
            if before != after:
                changes.append(PackageChange(*key, old=before, new=after))
        return tuple(changes)

    @staticmethod
    def _versions(packages: Iterable[Package]) -> tuple[str, ...]:
        return tuple(sorted({one.version or "" for one in packages}))


def _config_changes(old: ImageConfig | None, new: ImageConfig | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield (aspect, old, new) of what differs; credentials are hidden, and still told to differ."""
    before, after = dict(_aspects(old)), dict(_aspects(new))
    for aspect in sorted(before.keys() | after.keys()):
        one, other = before.get(aspect), after.get(aspect)
        if one != other:
            yield aspect, one[1] if one else None, other[1] if other else None


def _aspects(config: ImageConfig | None) -> Iterator[tuple[str, tuple[object, str]]]:
    """Yield each aspect that is set, with its value for comparing and its text for reading."""
    if config is None:
        return
    yield "platform", (config.platform, str(config.platform))
    plain = {
        "user": config.user,
        "working directory": config.working_directory,
        "stop signal": config.stop_signal or "",
        "ports": ", ".join(config.exposed_ports),
        "volumes": ", ".join(config.volumes),
    }
    for name, text in plain.items():
        if text:
            yield name, (text, text)
    words = {"entrypoint": config.entrypoint, "command": config.command, "shell": config.shell}
    for name, spoken in words.items():
        if spoken is not None:
            yield name, (spoken, _joined(spoken))
    if config.healthcheck is not None:
        yield "health check", (config.healthcheck, _check(config.healthcheck))
    for name, value in config.environment:
        yield f"environment {name}", (value, redact_value(name, value))
    for name, value in config.labels.items():
        yield f"label {name}", (value, redact_value(name, value))


def _joined(words: tuple[str, ...]) -> str:
    return " ".join(redact_words(words))


def _check(check: ImageHealthcheck) -> str:
    times = (("every", check.interval), ("at most", check.timeout), ("after", check.start_period))
    said = [f"{word} {seconds:g} s" for word, seconds in times if seconds is not None]
    if check.retries is not None:
        said.append(f"{check.retries} retries")
    return ", ".join(filter(None, (_joined(check.test), *said)))
