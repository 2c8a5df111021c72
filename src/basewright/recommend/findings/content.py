"""Rules about what is in the image and need not be, or must not be."""

import re
from collections.abc import Iterator

from basewright.model.base import Kind, Role
from basewright.model.candidate import Finding, Severity
from basewright.model.dockerfile import Instruction
from basewright.model.need import NeedKind
from basewright.model.redaction import is_secret_name, switches
from basewright.recommend import references
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation, places

_FOREIGN = re.compile(r"node_modules|site-packages|dist-packages|\.?venv\b|/opt/venv|vendor/bundle")


def _build_tools(situation: Situation) -> Iterator[Finding]:
    needs = situation.idle_tools
    if needs:
        names = ", ".join(sorted({need.value for need in needs})[:8])
        yield Finding(
            "build-tools-in-final-image",
            Severity.WARNING,
            f"tools that only build end in the image: {names}",
            places(*needs)[0],
            "build in a stage of its own, and copy only the result into the stage that runs",
            {"tools": names},
        )


def _full_base(situation: Situation) -> Iterator[Finding]:
    base = situation.base
    if base is None or base.role is Role.SERVICE:
        return
    if base.kind is Kind.FULL or base.role is Role.BUILD:
        what = "a build image" if base.role is Role.BUILD else "a full image"
        held = f" with {base.packages} packages" if base.packages else ""
        yield Finding(
            "full-base",
            Severity.WARNING,
            f"{situation.workload.base.resolved} is {what}{held}: shell, package manager and tools or compilers "
            "that nothing needs when it runs",
            situation.workload.base.where,
            "run on a slim, minimal or distroless base, and keep this one to build",
        )


def _secrets(situation: Situation) -> Iterator[Finding]:
    if situation.build is None:
        return
    for stage in situation.build.stages[: situation.build.target + 1]:
        for instruction in stage.instructions:
            for name in _assigned(instruction):
                if is_secret_name(name):
                    yield Finding(
                        "secret-in-build",
                        Severity.ERROR if instruction.keyword == "ENV" else Severity.WARNING,
                        f"{instruction.keyword} {name} looks like a secret: its value stays readable in the "
                        "image's history",
                        situation.build.location(instruction),
                        f"hand {name} over with RUN --mount=type=secret, or when the container starts; "
                        f"{references.BUILD_SECRETS}",
                        {"name": name},
                    )


def _assigned(instruction: Instruction) -> Iterator[str]:
    """Yield the names that an ENV gives a value, or that an ARG takes one for."""
    if instruction.keyword == "ENV":
        pairs = zip(instruction.words[::2], instruction.words[1::2], strict=False)
        yield from (name for name, value in pairs if not switches(value))
    elif instruction.keyword == "ARG":
        yield from (word.partition("=")[0] for word in instruction.words)


def _libc_mismatch(situation: Situation) -> Iterator[Finding]:
    base = situation.base
    if base is None or base.libc is None:
        return
    for need in situation.of_kind(NeedKind.LIBC):
        if need.value != base.libc:
            yield Finding(
                "libc-mismatch-between-stages",
                Severity.ERROR,
                f"{need.detail or need.evidence[0].what}: linked against {need.value}, and "
                f"{situation.workload.base.resolved} has {'none' if base.libc == 'none' else base.libc}",
                places(need)[0],
                "build on the same C library as the stage that runs, or link statically",
            )
    yield from _copied_packages(situation, base.libc)


def _copied_packages(situation: Situation, libc: str) -> Iterator[Finding]:
    """Yield copies of installed packages from a stage with another C library: their native parts would not load."""
    build = situation.build
    if build is None:
        return
    for instruction, where in situation.lines("COPY"):
        origin = instruction.flag("from")
        if origin is None or not _FOREIGN.search(instruction.text[:4096]):
            continue
        stage = next((one for one in build.stages if origin in {one.name, str(one.index)}), None)
        while stage is not None and stage.base.stage is not None:
            stage = build.stages[stage.base.stage]
        reference = stage.base.reference if stage is not None else None
        recognition = situation.catalog.recognise(reference) if reference is not None else None
        other = recognition.base.libc if recognition else None
        if other in {"glibc", "musl"} and libc in {"glibc", "musl"} and other != libc:
            yield Finding(
                "libc-mismatch-between-stages",
                Severity.WARNING,
                f"packages installed on {other} ({reference}) are copied to {libc}: their native parts do not load",
                where,
                "install them on the same C library as the stage that runs",
            )


RULES = (
    Rule("build-tools-in-final-image", _build_tools),
    Rule("full-base", _full_base),
    Rule("secret-in-build", _secrets),
    Rule("libc-mismatch-between-stages", _libc_mismatch),
)
