"""What people say: declared needs (certain), declarations that the files contradict, and hints of documents (weak)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind, Phase
from basewright.model.unknown import Unknown
from basewright.model.workload import Declaration, Workload
from basewright.needs.evidence import need, shortened
from basewright.needs.view import WorkloadView

_KINDS = {kind.value: kind for kind in NeedKind}
_SHELL_WORDS = re.compile(r"\b(?:exec|bash|sh|shell|attach|debug|console)\b", re.IGNORECASE)
_DEFAULTS = {NeedKind.SHELL: "sh", NeedKind.INIT: "init: true"}


@dataclass(frozen=True, slots=True)
class _Declared:
    kind: NeedKind
    value: str
    """"" for any value of the kind."""
    is_needed: bool
    version: str | None = None
    """What follows an ``@``: ``interpreter:python@3.12``."""


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield what is declared as needed, and what documents hint at."""
    for declaration in view.workload.declarations:
        found = _read(declaration)
        if found is not None and found.is_needed:
            value = found.value or _DEFAULTS.get(found.kind, found.kind.value)
            phase = Phase.BUILD if found.kind is NeedKind.BUILD_TOOL else Phase.RUN
            yield need(
                found.kind,
                value,
                declaration.where,
                _said(declaration, f"declared as needed: {declaration.value}"),
                origin=EvidenceKind.DECLARED,
                phase=phase,
                version=found.version,
            )
    for hint in view.workload.hints:
        if _SHELL_WORDS.search(hint.what):
            yield need(
                NeedKind.DEBUGGING,
                hint.where.file,
                hint.where,
                shortened(hint.what),
                confidence=Confidence.LOW,
                origin=EvidenceKind.DOCUMENT,
            )


def contradicted(needs: tuple[Need, ...], workload: Workload) -> tuple[Need, ...]:
    """Return `needs`, those that someone declared not needed saying so; the files' evidence stays."""
    denied = [(one, found) for one in workload.declarations if (found := _read(one)) and not found.is_needed]
    return tuple(_with_denials(one, denied) for one in needs)


def misunderstood(workload: Workload) -> tuple[Unknown, ...]:
    """Return the declared needs that name no kind of need: a typing error must not pass in silence."""
    kinds = ", ".join(sorted(_KINDS))
    return tuple(
        Unknown(str(one.where), f"declared need {one.value[:80]!r} names no kind of need ({kinds})")
        for one in workload.declarations
        if one.key == "needs" and _read(one) is None
    )


def _read(declaration: Declaration) -> _Declared | None:
    """Read ``kind``, ``kind:value``, ``kind:value@version``, each also behind ``no-``; None where it names no kind."""
    if declaration.key != "needs":
        return None
    text = declaration.value.strip()
    is_needed = not text.startswith("no-")
    name, _, value = text.removeprefix("no-").partition(":")
    kind = _KINDS.get(name.strip())
    value, _, version = value.strip().partition("@")
    return _Declared(kind, value, is_needed, version or None) if kind is not None else None


def _with_denials(one: Need, denied: list[tuple[Declaration, _Declared]]) -> Need:
    told: list[str] = []
    for declaration, found in denied:
        first = next((e for e in one.evidence if e.kind is not EvidenceKind.DECLARED), None)
        if found.kind is one.kind and found.value in {"", one.value} and first is not None and one.phase is Phase.RUN:
            told.append(f"declared not needed at {declaration.where}, yet {first.what} ({first.where})")
    return replace(one, detail="; ".join(filter(None, (one.detail, *told)))) if told else one


def _said(declaration: Declaration, what: str) -> str:
    owner = f" by {shortened(declaration.owner)}" if declaration.owner else ""
    return f"{what}{owner}" + (f" ({shortened(declaration.reason)})" if declaration.reason else "")
