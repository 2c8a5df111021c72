"""What a change of base must respect: data that persists, configuration, dependencies."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.need import NeedKind
from basewright.model.redaction import redact
from basewright.model.span import Location
from basewright.model.workload import Manifest, Mount, Process, RuntimeConfig, Setting
from basewright.report import view, wording
from basewright.report.content import pieces
from basewright.report.content.pieces import code, paragraph, place, plain, table
from basewright.report.document import Block, Code, Facts, Inline, Note, Section, Tone


def persistence(assessment: Assessment) -> Section:
    """Return the section: where data lives, and what must not move under it."""
    rows: list[tuple[Inline, ...]] = []
    stateful: list[str] = []
    for assessed in pieces.workloads(assessment):
        rows += [
            _mount(assessed.workload.name, one) for one in sorted(assessed.workload.runtime.mounts, key=_mount_order)
        ]
        if any(need.kind is NeedKind.STATEFUL_DATA for need in assessed.needs):
            stateful.append(assessed.workload.name)
    blocks: list[Block] = []
    if stateful:
        text = (
            f"{wording.listing(stateful)}: a database's files depend on the C library and its sorting rules. Back up "
            "before any change of base, and move between C libraries by dump and restore only."
        )
        blocks.append(Note(Tone.WARN, plain(text)))
    if rows:
        blocks.append(
            paragraph("A new base may run as another user: files on a volume keep their owner, so check it first.")
        )
        blocks.append(table("Mounts", ("Service", "Path", "Kind", "Source", "Data", "Where"), rows))
    else:
        blocks.append(paragraph("No mount and no volume was found in the files that were read."))
    return Section("persistence", "Data persistence", tuple(blocks))


def _mount_order(mount: Mount) -> tuple[str, Location]:
    return mount.target, mount.where


def _mount(service: str, mount: Mount) -> tuple[Inline, ...]:
    return (
        plain(service),
        code(mount.target),
        plain(mount.kind.value),
        code(mount.source) if mount.source else plain("none named"),
        plain("outlives the container" if mount.is_persistent else "goes with the container"),
        place(mount.where),
    )


def configuration(assessment: Assessment) -> Section:
    """Return the section: what the project sets, and what comes from the base and so changes with it."""
    rows = [(plain(one.workload.name), *_settings(one)) for one in pieces.workloads(assessment)]
    text = (
        "What the project does not set comes from the base, and may change with it. Values of environment variables "
        "are never shown."
    )
    blocks: list[Block] = [paragraph(text)]
    if rows:
        heads = ("Service", "User", "Work directory", "Start", "Health check", "Ports", "Variables#")
        blocks.append(table("What the project sets", heads, rows))
    return Section("configuration", "Configuration", tuple(blocks))


def _settings(assessed: AssessedWorkload) -> tuple[Inline, ...]:
    config, base = assessed.workload.runtime, view.current_base(assessed)
    directory = base.working_directory if base else None
    ports = ", ".join(
        f"{one.number}/{one.protocol}" for one in sorted(config.ports, key=lambda x: (x.number, x.protocol))
    )
    health: Inline = plain("none set")
    if config.health_check is not None:
        health = _process(config.health_check.test, "switched off")
    return (
        _setting(config.user, pieces.user(base)),
        _setting(config.working_directory, wording.NOT_KNOWN if directory is None else directory or "/"),
        _start(config),
        health,
        plain(ports or "none set"),
        plain(str(len(config.environment))),
    )


def _setting(setting: Setting | None, inherited: str) -> Inline:
    if setting is None:
        return plain(f"{inherited} (from the base)")
    return (Code(setting.value), " at ", Code(str(setting.where)))


def _start(config: RuntimeConfig) -> Inline:
    set_here = [one for one in (config.entrypoint, config.command) if one is not None]
    if not set_here:
        return plain("from the base")
    first, *rest = (_process(one, "") for one in set_here)
    return first if not rest else (*first, ", then ", *rest[0])


def _process(process: Process | None, otherwise: str) -> Inline:
    """Say form and place of a command line, its first word alone: arguments may hold secrets."""
    if process is None:
        return plain(otherwise)
    first = process.words[0].split(maxsplit=1)[0] if process.words and process.words[0].strip() else "nothing"
    first = redact(first)
    form = "shell form" if process.is_shell_form else "exec form"
    return (Code(first), f" in {form} at ", Code(str(process.where)))


def dependencies(assessment: Assessment) -> Section:
    """Return the section: what services depend on: one another, and packages that care about the base."""
    facts: list[tuple[str, Inline]] = []
    rows: list[tuple[Inline, ...]] = []
    for assessed in pieces.workloads(assessment):
        workload = assessed.workload
        if workload.depends_on:
            facts.append((workload.name, plain(f"starts after {wording.listing(sorted(workload.depends_on))}")))
        names = {one.value for one in assessed.needs if one.kind is NeedKind.NATIVE_EXTENSION}
        native = wording.listing(sorted(names)) if names else "none found"
        rows += [_manifest(workload.name, one, native) for one in sorted(workload.manifests, key=lambda one: one.path)]
    blocks: list[Block] = []
    if facts:
        blocks += [paragraph("Services that wait for others; after a change start them together:"), Facts(tuple(facts))]
    if rows:
        heads = ("Service", "Manifest", "Ecosystem", "Packages#", "With native code", "Asks for runtime")
        blocks.append(table("Packages of the application", heads, rows))
    if not blocks:
        blocks.append(paragraph("No dependency between services and no package manifest was found."))
    return Section("dependencies", "Dependencies", tuple(blocks))


def _manifest(service: str, manifest: Manifest, native: str) -> tuple[Inline, ...]:
    return (
        plain(service),
        code(manifest.path),
        plain(manifest.ecosystem),
        plain(str(len(manifest.dependencies))),
        plain(native),
        plain(manifest.runtime or "not said"),
    )
