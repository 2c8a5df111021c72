"""What every format for people says of two images side by side: the same facts in the same order and words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from basewright.model.comparison import Comparison
from basewright.model.hardening import HardeningFact
from basewright.model.package import Package
from basewright.report import wording
from basewright.report.inspection import contents_view


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of both images."""

    name: str
    old: int | None
    new: int | None
    is_size: bool = False
    """Bytes; else a count."""


def figures(comparison: Comparison) -> tuple[Figure, ...]:
    """Return the numbers of both images."""
    old, new = comparison.old_figures, comparison.new_figures
    return (
        Figure("unpacked", old.bytes, new.bytes, is_size=True),
        Figure("to download", old.compressed_bytes, new.compressed_bytes, is_size=True),
        Figure("wasted", old.wasted_bytes, new.wasted_bytes, is_size=True),
        Figure("files", old.files, new.files),
        Figure("layers", old.layers, new.layers),
        Figure("packages", old.packages, new.packages),
        Figure("programs and scripts", old.executables, new.executables),
        Figure("shared objects", old.shared_objects, new.shared_objects),
        Figure("shells", old.shells, new.shells),
        Figure("set-uid or set-gid files", old.setuid, new.setuid),
        Figure("hardening warnings and errors", old.hardening, new.hardening),
    )


def change(figure: Figure) -> str:
    """Return the difference with its sign: ``+3``, ``−1.2 MB``, ``same``; empty where a number is not known."""
    if figure.old is None or figure.new is None:
        return ""
    difference = figure.new - figure.old
    if not difference:
        return "same"
    amount = wording.size(abs(difference)) if figure.is_size else wording.count(abs(difference))
    return f"{'+' if difference > 0 else '−'}{amount}"


def shared(comparison: Comparison) -> str:
    """Return in a sentence which layers both images have."""
    found, total = comparison.shared, len(comparison.new.inventory.layers)
    if not found.count:
        return "no layer"
    said = f"{found.count} of {wording.plural(total, 'layer')}, {wording.size(found.bytes)} unpacked"
    return f"{said}; the new image stands on the whole old one" if found.is_whole_old else said


def packages(found: Iterable[Package]) -> list[str]:
    """Return packages with version, type and size, the largest first; equal ones in one line."""
    lines = Counter[tuple[int, str]]()
    for one in sorted(found, key=lambda one: (-(one.bytes or 0), one.type, one.name, one.version or "")):
        size = f", {wording.size(one.bytes)}" if one.bytes else ""
        lines[-(one.bytes or 0), f"{one.name} {one.version or 'of unknown version'} ({one.type}{size})"] += 1
    return [text if number == 1 else f"{text}, {number} times" for (_, text), number in lines.items()]


def paths(found: Iterable[str]) -> list[str]:
    """Return paths with their leading slash."""
    return [f"/{path}" for path in found]


def versions(comparison: Comparison) -> list[str]:
    """Return the packages of which the images hold different versions."""
    return [f"{one.name} {_listed(one.old)} → {_listed(one.new)} ({one.type})" for one in comparison.changed_packages]


def _listed(found: tuple[str, ...]) -> str:
    return wording.listing([version or "unknown" for version in found])


def fact(one: HardeningFact) -> str:
    """Return a hardening fact in one line."""
    where = contents_view.place(one)
    return f"{one.severity.value} {one.rule}: {one.reason}{f' ({where})' if where else ''}"


def settings(comparison: Comparison) -> list[str]:
    """Return what differs in the configurations; a hidden credential is only said to differ."""
    told = []
    for aspect, old, new in comparison.config_changes:
        if old == new:
            told.append(f"{aspect}: another value, which is hidden")
        else:
            told.append(f"{aspect}: {_set(old)} → {_set(new)}")
    return told


def _set(value: str | None) -> str:
    return "not set" if value is None else (value or "empty")


def differs(comparison: Comparison) -> bool:
    """Whether anything beyond the numbers and the layers differs."""
    return any(
        (
            comparison.added_packages,
            comparison.removed_packages,
            comparison.changed_packages,
            comparison.added_executables,
            comparison.removed_executables,
            comparison.added_setuid,
            comparison.removed_setuid,
            comparison.added_hardening,
            comparison.removed_hardening,
            comparison.config_changes,
        )
    )
