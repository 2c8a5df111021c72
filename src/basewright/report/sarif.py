"""Format ``sarif``: findings for code scanning, each at the line that decides the base (SARIF 2.1.0, OASIS).

Code scanning services take at most 25 000 results of a run and keep 5 000; more are left out here, the least severe
first, and a notification says so.
"""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from basewright import __version__
from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Severity
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.report import inert, verdicts, view
from basewright.report.interface import RenderOptions

SMALLER_BASE = "smaller-base-available"
RESULTS_LIMIT = 5_000
_NOTIFICATIONS_LIMIT = 500
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_UNRESERVED = frozenset(b"/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""RFC 3986 §2.3, and the separator."""
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_TEXTS = {SMALLER_BASE: "A smaller base image, still supported, gives the service everything it needs"}


@dataclass(frozen=True, slots=True)
class _Result:
    rule: str
    severity: Severity
    message: str
    where: Location
    workload: str
    subject: str
    """What the finding is about: with rule, workload and file it makes the fingerprint."""


def write(assessment: Assessment, options: RenderOptions) -> bytes:
    """Return the SARIF log."""
    del options  # a document for programs looks the same everywhere
    text = msgspec.json.format(msgspec.json.encode(log(assessment)), indent=2).decode()
    return inert.json_text(text).encode() + b"\n"


def log(assessment: Assessment) -> dict[str, Any]:
    """Return the log with its one run."""
    found = sorted(_all_results(assessment), key=_order)
    kept = sorted(found[:RESULTS_LIMIT], key=lambda one: (one.where, one.rule, one.workload, one.message))
    rules = sorted({one.rule for one in kept})
    driver = {
        "name": "Basewright",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(name) for name in rules],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"basewright/assess/{_uri(assessment.target)}/"},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the project that was assessed."}}},
        "invocations": [_invocation(assessment, len(found) - len(kept))],
        "results": list(_results(kept, rules)),
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _order(result: _Result) -> tuple[int, Location, str, str, str]:
    return _ORDER[result.severity], result.where, result.rule, result.workload, result.message


def _all_results(assessment: Assessment) -> Iterator[_Result]:
    for assessed in assessment.workloads:
        name = assessed.workload.name
        for one in assessed.recommendation.findings:
            message = f"{one.message}. {one.remedy}" if one.remedy else one.message
            yield _Result(one.rule, one.severity, message, one.where, name, assessed.workload.base.written)
        yield from _smaller_base(assessed, assessment)


def _smaller_base(assessed: AssessedWorkload, assessment: Assessment) -> Iterator[_Result]:
    candidate = view.first_candidate(assessed)
    if candidate is None or not verdicts.is_smaller(assessed, candidate):
        return
    if view.is_supported(candidate.base, assessment.created.date()) is False:
        return
    use = assessed.workload.base
    message = f"{verdicts.verdict(assessed).sentence} Why: {candidate.rank_reason}"
    yield _Result(SMALLER_BASE, Severity.NOTE, message, use.where, assessed.workload.name, use.written)


def _rule(name: str) -> dict[str, Any]:
    text = _TEXTS.get(name) or name.replace("-", " ").capitalize()
    return {
        "id": name,
        "shortDescription": {"text": _message(text)},
        "properties": {"tags": ["base-image", "container"]},
    }


def _results(found: list[_Result], rules: list[str]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for one in found:
        fingerprint = _fingerprint(one)
        seen[fingerprint] += 1
        yield {
            "ruleId": one.rule,
            "ruleIndex": rules.index(one.rule),
            "level": one.severity.value,
            "message": {"text": _message(one.message)},
            "locations": [
                {
                    "physicalLocation": _place(one.where),
                    "logicalLocations": [{"name": inert.line(one.workload, 500), "kind": "resource"}],
                }
            ],
            "partialFingerprints": {"basewright/v1": f"{fingerprint}:{seen[fingerprint]}"},
            "properties": {"workload": inert.line(one.workload, 500)},
        }


def _fingerprint(result: _Result) -> str:
    """Return what stays the same when lines move: rule, workload, file and the base as written."""
    parts = (result.rule, result.workload, result.where.file, result.subject)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _place(where: Location) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(where.file), "uriBaseId": _ROOT}}
    if where.line:
        place["region"] = {"startLine": where.line}
    return place


def _uri(path: str) -> str:
    """Return a path as a relative URI reference that stays below the root (RFC 3986 §4.2)."""
    inside = posixpath.normpath("/" + path[:4000]).lstrip("/")
    return "".join(map(_percent_encoded, inside.encode("utf-8", "surrogateescape"))) or "."


def _percent_encoded(byte: int) -> str:
    return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"


def _message(text: str) -> str:
    """Return plain text in which a bracket starts no embedded link (§3.11.6)."""
    return inert.line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _invocation(assessment: Assessment, left_out: int) -> dict[str, Any]:
    unknowns = {*assessment.unknowns, *(one for assessed in assessment.workloads for one in assessed.unknowns)}
    notes = [_notification(one) for one in sorted(unknowns)[:_NOTIFICATIONS_LIMIT]]
    if len(unknowns) > _NOTIFICATIONS_LIMIT:
        more = len(unknowns) - _NOTIFICATIONS_LIMIT
        notes.append({"level": "warning", "message": {"text": f"{more} more places could not be looked at"}})
    if left_out:
        notes.append({"level": "warning", "message": {"text": f"{left_out} results of least severity were left out"}})
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _notification(unknown: Unknown) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": _message(f"not looked at: {unknown.path}: {unknown.reason}")}}
