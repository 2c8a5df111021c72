"""Rule about what people declared and the files or the base contradict."""

from collections.abc import Iterator

from basewright.model.candidate import Finding, Severity
from basewright.model.need import Confidence, EvidenceKind, NeedKind
from basewright.model.workload import Declaration
from basewright.recommend.findings.identity import is_root
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation


def _contradicting(situation: Situation) -> Iterator[Finding]:
    for declaration in situation.workload.declarations:
        told = _contradiction(situation, declaration)
        if told:
            yield Finding(
                "contradicting-declaration",
                Severity.WARNING,
                f"{declaration.owner} declares {declaration.key} {declaration.value}, and {told}",
                declaration.where,
                "correct the declaration or the project: until then the stricter of the two counts",
                {"key": declaration.key, "value": declaration.value},
            )


def _contradiction(situation: Situation, declaration: Declaration) -> str:
    if declaration.key == "needs":
        return _of_need(situation, declaration.value)
    if declaration.key == "constraints":
        return _of_constraint(situation, declaration.value)
    return ""


def _of_need(situation: Situation, value: str) -> str:
    """Tell of a declared need that today's base cannot meet, or one that the files give otherwise."""
    if value.startswith("no-"):
        return _of_absence(situation, value.removeprefix("no-"))
    kind, _, name = value.partition(":")
    base = situation.base
    if kind == NeedKind.SHELL and base is not None and base.shell is False:
        return f"{situation.workload.base.resolved} has no shell"
    if kind == NeedKind.PACKAGE_MANAGER and base is not None and base.package_manager is False:
        return f"{situation.workload.base.resolved} has no package manager"
    for need in situation.needs:
        in_files = [one for one in need.evidence if one.kind is EvidenceKind.FILE]
        other = need.kind == kind == NeedKind.INTERPRETER and name.partition("@")[0] == need.value
        if other and "@" in name and need.version and in_files and not need.version.startswith(name.partition("@")[2]):
            return f"{in_files[0].where} says {need.value} {need.version}"
    return ""


def _of_absence(situation: Situation, value: str) -> str:
    """Tell the line that needs what is declared not to be needed."""
    kind, _, name = value.partition(":")
    for need in situation.needs:
        if need.kind == kind and name in {"", need.value} and need.confidence >= Confidence.MEDIUM:
            in_files = [one for one in need.evidence if one.kind is EvidenceKind.FILE]
            if in_files:
                return f"{in_files[0].where}: {in_files[0].what}"
    return ""


def _of_constraint(situation: Situation, value: str) -> str:
    name = value.partition(":")[0].strip().lower()
    base = situation.base
    if name in {"glibc", "musl"}:
        for need in situation.of_kind(NeedKind.LIBC):
            if need.value != name and need.confidence is Confidence.CERTAIN:
                return f"{need.evidence[0].where} needs {need.value}"
        if base is not None and base.libc not in {name, None}:
            return f"{situation.workload.base.resolved} has {base.libc}"
    if name in {"no-shell", "no-package-manager"}:
        kind = NeedKind(name.removeprefix("no-"))
        has = base is not None and (base.shell if kind is NeedKind.SHELL else base.package_manager)
        standing = f"{situation.workload.base.resolved} has a {kind.value.replace('-', ' ')}" if has else ""
        return _of_absence(situation, kind) or standing
    if name == "non-root" and is_root(situation):
        return "the container starts as root"
    if name == "read-only" and situation.workload.runtime.read_only is None and situation.workload.service:
        return "the service does not set read_only"
    return ""


RULES = (Rule("contradicting-declaration", _contradicting),)
