"""What to do, in the order in which to do it: repair, change the base, harden, pin, look."""

from collections.abc import Iterator
from dataclasses import replace

from basewright.model.base import BaseImage, Kind, Role
from basewright.model.candidate import Action, ActionKind, Candidate, Finding, Severity, Suitability
from basewright.model.redaction import redact
from basewright.recommend.candidates import footprint, like_today
from basewright.recommend.change_text import from_change, stage_change
from basewright.recommend.findings.base_state import bases
from basewright.recommend.fit import judge
from basewright.recommend.hardening import HARDENING_RULES, hardening, is_move_of_data, runs_next
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Move, Subject, SubjectKind
from basewright.recommend.succession import succession_of

_BASE_RULES = frozenset(
    {
        "base-past-support",
        "base-retired",
        "tag-unpublished",
        "base-near-support-end",
        "runtime-past-support",
        "full-base",
        "build-tools-in-final-image",
    }
)
"""Findings that a change of the base answers; they become its reason."""
_SERVICE_RULES = frozenset(
    {"path-absent-in-base", "copied-service-incomplete", "user-absent-in-base", "shell-absent-in-base"}
)
"""Findings that an image of the service answers, where it was put together by hand."""


def actions(
    situation: Situation, subject: Subject | None, candidates: tuple[Candidate, ...], findings: tuple[Finding, ...]
) -> tuple[Action, ...]:
    """Return the steps, numbered from 1."""
    steps = [
        *_repairs(findings, _answered(situation, subject, candidates)),
        *_next_line(situation, subject, candidates),
        *_build_lines(situation, subject),
        *_name_release(situation, findings),
        *_base(situation, subject, candidates, findings),
        *hardening(situation, subject, candidates, findings),
    ]
    steps += [*_pin(situation, subject, candidates, steps), *_look(situation, findings)]
    return tuple(
        replace(step, rank=number, why=redact(step.why), change=redact(step.change))
        for number, step in enumerate(steps, 1)
    )


def _answered(situation: Situation, subject: Subject | None, candidates: tuple[Candidate, ...]) -> frozenset[str]:
    """Return the rules whose errors another step answers: a change of the base, where there is a candidate."""
    answered = {*HARDENING_RULES, "moving-tag"}
    if not candidates:
        later = _later(situation, subject)
        return frozenset({*answered, *(_BASE_RULES if later else {"runtime-past-support"})})
    brings_service = subject is not None and subject.kind is SubjectKind.SERVICE
    return frozenset({*answered, *_BASE_RULES, *(_SERVICE_RULES if brings_service else ())})


def _repairs(findings: tuple[Finding, ...], answered: frozenset[str]) -> Iterator[Action]:
    """Yield the errors that no other step answers."""
    for one in findings:
        matters = one.severity is Severity.ERROR or one.rule == "base-past-support"
        if matters and one.rule not in answered:
            yield Action(0, ActionKind.REPAIR, one.remedy or one.message, one.message, where=one.where)


def _next_line(situation: Situation, subject: Subject | None, candidates: tuple[Candidate, ...]) -> Iterator[Action]:
    """Yield the move to the next release where today's is past its end of life: apart from the base, on purpose."""
    later, move = _later(situation, subject), subject.move if subject else None
    if subject is None or later is None or move is None or (candidates and candidates[0].base is later):
        return
    until = f" and supported until {move.supported_until}" if move.supported_until else ""
    why = (
        f"{subject.name} {move.new} is the next line with support ahead{until}. This changes what the application "
        "runs on: test it apart from the base"
    )
    if situation.is_stateful:
        why += ". The data is of the old release: dump and restore, or the server's own upgrade tool"
    for pin in move.pins:
        why += f". {pin}: change that with it"
    yield Action(
        0,
        ActionKind.CHANGE_BASE,
        _first_move(subject.name, move),
        why,
        from_change(situation, later, subject),
        situation.from_line,
    )


def _build_lines(situation: Situation, subject: Subject | None) -> Iterator[Action]:
    """Yield the move of each image that only builds, where its release is past its end of life."""
    for reference, recognition, where in bases(situation):
        base = recognition.base
        moved = succession_of(situation, base)
        if moved is None or moved.move is None or _moves_along(subject, moved.name, moved.move):
            continue
        if where == situation.workload.base.where and base.role is not Role.BUILD:
            continue
        later = like_today(situation, moved, moved.move.new, today=base)
        if later is not None:
            move = moved.move
            yield Action(
                0,
                ActionKind.REPAIR,
                f"build on {moved.name} {move.new}: {move.old} is past its end of life since {move.ended}",
                f"no fix reaches {reference}, and what it links in or leaves behind ends in the image",
                f"- {reference}\n+ {later.reference}",
                where,
            )


def _moves_along(subject: Subject | None, name: str, move: Move) -> bool:
    """Whether the move of what runs takes this stage along already."""
    return subject is not None and subject.move is not None and (subject.name, subject.move.old) == (name, move.old)


def _first_move(name: str, move: Move) -> str:
    return f"move to {name} {move.new} first: {move.old} is past its end of life since {move.ended}"


def _later(situation: Situation, subject: Subject | None) -> BaseImage | None:
    """Return the image of the next supported release that is most like today's, where today's is past its end."""
    if subject is None or subject.move is None:
        return None
    return like_today(situation, subject, subject.move.new)


def _name_release(situation: Situation, findings: tuple[Finding, ...]) -> Iterator[Action]:
    """Yield the name of what runs today, where the tag leaves it open: no byte changes, and none does by itself."""
    base, reference = situation.base, situation.workload.base.reference
    moving = next((one for one in findings if one.rule == "moving-tag"), None)
    if moving is None or base is None or base.reference == reference or not base.reference.tag:
        return
    change = from_change(situation, base)
    yield Action(0, ActionKind.PIN, f"name the release: {base.reference}", moving.message, change, moving.where)


def _base(
    situation: Situation, subject: Subject | None, candidates: tuple[Candidate, ...], findings: tuple[Finding, ...]
) -> Iterator[Action]:
    if not candidates or subject is None:
        return
    best = candidates[0]
    answered = _answered(situation, subject, candidates) - {*HARDENING_RULES, "moving-tag"}
    file = situation.workload.base.where.file
    reasons = [one.message for one in findings if one.rule in answered and one.where.file == file]
    if not reasons and not brings(situation, subject, best):
        return
    why = "; ".join([*dict.fromkeys(reasons), *_gains(best)]) or best.rank_reason
    breaks = "; ".join(f"{one.explanation}" for one in best.breaks)
    if breaks:
        why += f". Change with it: {breaks}"
    before = _before(situation, subject, best)
    if best.suitability is Suitability.MULTI_STAGE:
        yield Action(
            0,
            ActionKind.ADD_STAGE,
            f"{before}build in a stage of its own, and run on {best.base.reference}",
            why,
            stage_change(situation, subject, best),
            situation.workload.base.where,
        )
    else:
        yield Action(
            0,
            ActionKind.CHANGE_BASE,
            f"{before}{_verb(situation, best)} {best.base.reference}",
            why,
            from_change(situation, best.base, subject),
            situation.from_line,
        )


def _before(situation: Situation, subject: Subject, best: Candidate) -> str:
    """Return the head of the sentence where the release changes too: that step comes first, or is this one."""
    move = subject.move
    if move is None or not move.is_taken:
        return ""
    later = _later(situation, subject)
    is_told = later is not None and later is not best.base
    return "then " if is_told else f"{_first_move(subject.name, move)}; "


def _verb(situation: Situation, best: Candidate) -> str:
    if is_move_of_data(situation, (best,)):
        return "plan the move, with its data, to"
    return "run on"


def brings(situation: Situation, subject: Subject, best: Candidate) -> bool:
    """Whether a candidate is better in something that can be told: a lateral move is no step to take."""
    today = situation.base
    if today is None or today.kind is None or footprint(best.base) < footprint(today) or _gains(best):
        return True
    if today.is_root is not False and best.base.is_root is False:
        return True
    is_bare = today.kind in {Kind.DISTROLESS, Kind.SCRATCH}
    hardens = best.base.hardened is not None and today.hardened is None and not is_bare
    return hardens or not judge(situation, subject, today).fits


def _gains(candidate: Candidate) -> list[str]:
    told = []
    saved = candidate.expected.compressed_bytes.saved
    if saved is not None and saved > 0:
        told.append(f"saves {saved / 1_000_000:.1f} MB of download")
    packages = candidate.expected.packages.saved
    if packages is not None and packages > 0:
        told.append(f"{packages} packages fewer")
    return told


def _pin(
    situation: Situation, subject: Subject | None, candidates: tuple[Candidate, ...], steps: list[Action]
) -> Iterator[Action]:
    reference = situation.workload.base.reference
    if reference is None or reference.digest is not None:
        return
    later = _later(situation, subject)
    changes = any(step.kind in {ActionKind.CHANGE_BASE, ActionKind.ADD_STAGE} for step in steps)
    best = runs_next(situation, candidates) if candidates else later
    chosen = best.reference if best is not None and (changes or is_move_of_data(situation, candidates)) else reference
    line = f"FROM {chosen}@sha256:…" if situation.build is not None else f"image: {chosen}@sha256:…"
    yield Action(
        0,
        ActionKind.PIN,
        f"pin {chosen} by digest: ask for it, and write it behind the tag",
        "the same commit then builds on the same base; an update bot brings its fixes as reviewed changes",
        f"$ docker buildx imagetools inspect {chosen} --format '{{{{.Manifest.Digest}}}}'\n+ {line}",
        situation.from_line,
    )


def _look(situation: Situation, findings: tuple[Finding, ...]) -> Iterator[Action]:
    for one in findings:
        if one.rule in {"base-unresolved", "base-unknown"}:
            yield Action(0, ActionKind.LOOK, one.remedy, one.message, where=one.where)
    for unknown in situation.workload.unknowns:
        yield Action(0, ActionKind.LOOK, f"look at {unknown.path}", unknown.reason)
