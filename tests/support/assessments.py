"""Assessments made by hand, for tests of what is done with one: realistic services, unknown bases, hostile names."""

import datetime as dt
from dataclasses import replace

from basewright.model.assessment import AssessedWorkload, Assessment, ExcludedInput
from basewright.model.base import (
    BaseImage,
    Hardened,
    Horizon,
    Kind,
    Match,
    OperatingSystem,
    Provenance,
    Recognition,
    Role,
    Runtime,
)
from basewright.model.candidate import (
    Action,
    ActionKind,
    Candidate,
    Change,
    Expected,
    Finding,
    Gap,
    Recommendation,
    Refusal,
    Severity,
    Suitability,
    TradeOff,
    TradeOffKind,
)
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.dockerfile import BaseKind, Build, Dockerfile, Flag, Instruction, Stage, StageBase
from basewright.model.need import Confidence, Evidence, EvidenceKind, Need, NeedKind, Phase
from basewright.model.reference import ImageReference
from basewright.model.span import Location, Span
from basewright.model.unknown import Unknown
from basewright.model.workload import (
    BaseUse,
    Declaration,
    Dependency,
    HealthCheck,
    Manifest,
    Mount,
    MountKind,
    Origin,
    Port,
    Process,
    RuntimeConfig,
    Setting,
    Workload,
)

DAY = dt.date(2026, 11, 21)
CATALOG_DAY = dt.date(2026, 11, 18)
SOURCE = Provenance("docker-library/official-images: library/node", dt.date(2026, 8, 1), "0" * 40)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "user\u202egnp.exe\u2066",
    "a|b`c`\n::set-output name=x::y @someone #123 ![x](http://evil.example/p.png) [j](javascript:alert(3))",
    "\udcff\udc80-bytes",
    "{{ 7 * 7 }} {% raw %}",
)


def reference(text: str) -> ImageReference:
    return ImageReference.parse(text)


def need(kind: NeedKind, value: str, where: Location, what: str, **rest: object) -> Need:
    defaults: dict[str, object] = {"confidence": Confidence.CERTAIN}
    return Need(kind, value, (Evidence(where, what),), **{**defaults, **rest})  # type: ignore[arg-type] # test shorthand


def instruction(keyword: str, text: str, line: int, *flags: tuple[str, str]) -> Instruction:
    span = Span(0, 0)
    return Instruction(
        keyword, span, line, line, tuple(Flag(*one, span) for one in flags), text, (), tuple(text.split()), False
    )


def stage(index: int, name: str | None, base: StageBase, *instructions: Instruction) -> Stage:
    return Stage(index, name, base, instruction("FROM", base.written, index * 4 + 1), instructions)


def image_base(text: str) -> StageBase:
    return StageBase(BaseKind.IMAGE, text, text, reference(text))


def build(file: str, *stages: Stage) -> Build:
    return Build(file, Dockerfile(b"", (), ()), stages, len(stages) - 1, context=file.rpartition("/")[0] or ".")


DEBIAN12 = OperatingSystem("debian", "12", "bookworm")
DEBIAN13 = OperatingSystem("debian", "13", "trixie")
NODE_END = Horizon(dt.date(2026, 7, 11), dt.date(2028, 6, 30), dt.date(2028, 4, 30))
NODE_FULL = BaseImage(
    reference("node:24-bookworm"),
    ("node:24",),
    "Docker Official Images",
    "debian",
    Role.RUNTIME,
    Runtime("node", "24.19.0"),
    os=DEBIAN12,
    libc="glibc",
    shell=True,
    package_manager=True,
    kind=Kind.FULL,
    user="",
    entrypoint=("docker-entrypoint.sh",),
    command=("node",),
    working_directory="",
    compressed_bytes=397_000_000,
    bytes=1_112_000_000,
    base_layer_compressed_bytes=48_500_000,
    packages=412,
    executables=1804,
    setuid=9,
    horizon=NODE_END,
    notes=("node:24 moves to Debian 13 when node 26 becomes the default.",),
    provenance={"identity": SOURCE, "size": replace(SOURCE, source="measured: layers of the registry")},
)
NODE_SLIM = replace(
    NODE_FULL,
    reference=reference("node:24-trixie-slim"),
    aliases=(),
    os=DEBIAN13,
    kind=Kind.SLIM,
    compressed_bytes=79_400_000,
    bytes=231_000_000,
    base_layer_compressed_bytes=29_800_000,
    packages=89,
    executables=312,
    horizon=Horizon(dt.date(2028, 8, 9), dt.date(2030, 6, 30), dt.date(2028, 4, 30)),
    notes=(),
)
NODE_DISTROLESS = replace(
    NODE_SLIM,
    reference=reference("gcr.io/distroless/nodejs24-debian13:nonroot"),
    vendor="Google distroless",
    kind=Kind.DISTROLESS,
    hardened=Hardened("Google distroless", "no shell, no package manager, non-root user"),
    shell=False,
    package_manager=False,
    user="65532",
    uid=65532,
    entrypoint=("/nodejs/bin/node",),
    compressed_bytes=52_700_000,
    bytes=None,
    packages=21,
    executables=None,
    setuid=0,
)
POSTGRES = replace(
    NODE_FULL,
    reference=reference("postgres:16"),
    aliases=(),
    runtime=Runtime("postgres", "16.10"),
    role=Role.SERVICE,
    os=DEBIAN13,
    kind=Kind.SLIM,
    compressed_bytes=152_000_000,
    bytes=438_000_000,
    packages=145,
    volumes=("/var/lib/postgresql/data",),
    horizon=Horizon(dt.date(2028, 8, 9), dt.date(2030, 6, 30), dt.date(2028, 11, 9)),
    notes=(),
)
GO_FULL = replace(
    NODE_FULL,
    reference=reference("golang:1.25"),
    runtime=Runtime("golang", "1.25.3"),
    role=Role.BUILD,
    compressed_bytes=308_000_000,
    bytes=852_000_000,
    packages=None,
    executables=None,
    setuid=None,
    notes=(),
)
STATIC = BaseImage(
    reference("gcr.io/distroless/static-debian13:nonroot"),
    vendor="Google distroless",
    family="debian",
    libc="none",
    shell=False,
    package_manager=False,
    kind=Kind.DISTROLESS,
    hardened=Hardened("Google distroless", "no shell, no package manager, non-root user"),
    user="65532",
    uid=65532,
    entrypoint=(),
    command=(),
    compressed_bytes=760_000,
    packages=4,
    setuid=0,
    horizon=Horizon(dt.date(2028, 8, 9)),
    provenance={"identity": replace(SOURCE, source="GoogleContainerTools/distroless: static")},
)


def expected(today: BaseImage | None, after: BaseImage) -> Expected:
    def change(name: str) -> Change:
        return Change(getattr(today, name) if today else None, getattr(after, name))

    return Expected(
        change("compressed_bytes"), change("bytes"), change("packages"), change("executables"), change("setuid")
    )


def frontend() -> AssessedWorkload:
    """A Node service on the full image, built in two stages."""
    file = "frontend/Dockerfile"
    built = build(
        file,
        stage(0, "build", image_base("node:24"), instruction("RUN", "npm ci", 3)),
        stage(
            1,
            None,
            image_base("node:24-bookworm"),
            instruction("COPY", "/app/dist /app", 9, ("from", "build")),
            instruction("CMD", "node server.js", 12),
        ),
    )
    workload = Workload(
        "frontend",
        Origin.COMPOSE,
        Location("compose.yaml", 4),
        BaseUse(
            "node:24-bookworm", "node:24-bookworm", reference("node:24-bookworm"), Location(file, 5), Location(file, 5)
        ),
        service="frontend",
        build=built,
        runtime=RuntimeConfig(
            command=Process(("node server.js",), True, Location(file, 12)),
            environment={"API_TOKEN": Setting("do-not-print-me", Location("compose.yaml", 9))},
            ports=(Port(3000, "tcp", Location("compose.yaml", 7), "8080"),),
            health_check=HealthCheck(
                Process(("curl -f http://localhost:3000/",), True, Location(file, 11)), Location(file, 11)
            ),
        ),
        depends_on=("api",),
        manifests=(
            Manifest(
                "frontend/package.json",
                "npm",
                "package.json",
                (Dependency("express", "5.1.0", "^5", Location("frontend/package.json", 8)),),
                runtime=">=24",
            ),
        ),
    )
    needs = (
        need(NeedKind.INTERPRETER, "node", Location(file, 12), "CMD starts node", version="24"),
        need(
            NeedKind.SHELL,
            "sh",
            Location(file, 12),
            "CMD is in shell form",
            avoidable="exec form works: no variable, no pipe",
        ),
        need(NeedKind.HEALTH_CHECK, "curl", Location(file, 11), "HEALTHCHECK calls curl"),
        need(NeedKind.BUILD_TOOL, "npm", Location(file, 3), "RUN npm ci", phase=Phase.BUILD),
    )
    breaks = (
        Difference(
            Aspect.SHELL,
            "sh",
            "none",
            Effect.BREAK,
            (Location(file, 12),),
            'CMD in shell form needs /bin/sh; write it in exec form: CMD ["server.js"].',
        ),
        Difference(
            Aspect.ENTRYPOINT,
            "docker-entrypoint.sh",
            "/nodejs/bin/node",
            Effect.BREAK,
            (Location(file, 12),),
            "The image's ENTRYPOINT is node itself, so the command names only the script.",
            "GoogleContainerTools/distroless README",
        ),
        Difference(
            Aspect.USER, "root", "65532", Effect.REVIEW, (Location(file, 9),), "Files copied in belong to root."
        ),
    )
    slim = Candidate(
        NODE_SLIM,
        1,
        Suitability.IN_PLACE,
        "no contract break; supported until 2028-04-30; 80 % less to download than today",
        (
            Difference(
                Aspect.TOOLS, "curl", "not there", Effect.REVIEW, (Location(file, 11),), "HEALTHCHECK calls curl."
            ),
            Difference(Aspect.LIBC_VERSION, "2.36", "2.41", Effect.NONE),
        ),
        expected(NODE_FULL, NODE_SLIM),
        (TradeOff(TradeOffKind.COMPATIBILITY, "No compiler and no git in the image.", "Build in an earlier stage."),),
        evidence=("docker-library/official-images: library/node (2026-08-01)",),
    )
    distroless = Candidate(
        NODE_DISTROLESS,
        2,
        Suitability.WITH_CHANGES,
        "two contract breaks with known repairs; smallest",
        breaks,
        expected(NODE_FULL, NODE_DISTROLESS),
        (
            TradeOff(TradeOffKind.DEBUGGING, "No shell in the container.", "kubectl debug, or the :debug image."),
            TradeOff(TradeOffKind.LEARNING, "The team learns to work without docker exec."),
        ),
        warnings=("HEALTHCHECK without curl: use node's own fetch.",),
    )
    refusals = (
        Refusal("node:24-alpine", "sharp 0.34 has no prebuilt binary for musl in package-lock.json", ("native:sharp",)),
        Refusal("gcr.io/distroless/nodejs22-debian12", "node 22 is older than engines.node asks for (>=24)"),
    )
    actions = (
        Action(
            1,
            ActionKind.CHANGE_BASE,
            "Move the runtime stage to node:24-trixie-slim",
            "Debian 12 left security support on 2026-07-11, and 317 MB of the base are not used.",
            "- FROM node:24-bookworm\n+ FROM node:24-trixie-slim",
            Location(file, 5),
        ),
        Action(
            2,
            ActionKind.REPAIR,
            "Write CMD in exec form",
            "A process that is not a shell's child gets SIGTERM.",
            '- CMD node server.js\n+ CMD ["node", "server.js"]',
            Location(file, 12),
        ),
        Action(
            3,
            ActionKind.HARDEN,
            "Run as a user of its own",
            "Root in a container is root in the kernel.",
            "+ USER node",
        ),
    )
    findings = (
        Finding(
            "base-past-support",
            Severity.WARNING,
            "node:24-bookworm stands on Debian 12, whose security support ended on 2026-07-11",
            Location(file, 5),
            "Move to a base on Debian 13.",
        ),
        Finding("runs-as-root", Severity.WARNING, "no USER is set, so it runs as root", Location(file, 5)),
    )
    gap = (
        Gap("Shell in the image", "none", "sh, bash", False),
        Gap("User", "not root", "root", False),
        Gap("Pinned by digest", "yes", "no", False),
        Gap("Read-only root file system", "yes", "not known", None),
    )
    return AssessedWorkload(
        workload,
        needs,
        Recommendation(Recognition(NODE_FULL, Match.EXACT), (slim, distroless), refusals, gap, actions, findings),
    )


def database() -> AssessedWorkload:
    """PostgreSQL with a volume: nothing may move under the data without a plan."""
    file = "compose.yaml"
    workload = Workload(
        "db",
        Origin.COMPOSE,
        Location(file, 30),
        BaseUse("postgres:16", "postgres:16", reference("postgres:16"), Location(file, 31), Location(file, 31)),
        service="db",
        runtime=RuntimeConfig(
            mounts=(Mount(MountKind.NAMED, "/var/lib/postgresql/data", "pgdata", False, Location(file, 36)),),
            environment={"POSTGRES_PASSWORD": Setting("hunter2", Location(file, 34))},
        ),
    )
    needs = (
        need(NeedKind.SERVICE, "postgres", Location(file, 31), "image: postgres:16", version="16"),
        need(NeedKind.STATEFUL_DATA, "postgres", Location(file, 36), "its data directory is the volume pgdata"),
    )
    refusals = (
        Refusal(
            "postgres:16-alpine",
            "the volume pgdata was written under glibc; musl orders text otherwise, so indexes would be wrong",
            ("stateful-data:postgres",),
            (Location(file, 36),),
            "pg_dump under the old image, a new volume, pg_restore under the new one; REINDEX alone is not enough.",
        ),
        Refusal("gcr.io/distroless/cc-debian13", "no postgres user, and no shell for the entrypoint and initdb"),
        Refusal("debian:slim", "is no published tag; debian:trixie-slim is"),
    )
    return AssessedWorkload(
        workload,
        needs,
        Recommendation(
            Recognition(POSTGRES, Match.EXACT, ("postgres:16 is on Debian 13 since 2025-08.",)),
            (),
            refusals,
            (Gap("Pinned by digest", "yes", "no", False), Gap("Data on a volume", "yes", "yes", True)),
            (Action(1, ActionKind.PIN, "Pin the image by its digest", "A moved libc breaks text indexes in silence."),),
        ),
    )


def pricing() -> AssessedWorkload:
    """A Go service on the full image, whose binary needs nothing."""
    file = "pricing/Dockerfile"
    workload = Workload(
        "pricing",
        Origin.COMPOSE,
        Location("compose.yaml", 40),
        BaseUse("golang:1.25", "golang:1.25", reference("golang:1.25"), Location(file, 1), Location(file, 1)),
        service="pricing",
        build=build(file, stage(0, None, image_base("golang:1.25"), instruction("RUN", "go build", 3))),
    )
    candidate = Candidate(
        STATIC,
        1,
        Suitability.MULTI_STAGE,
        "no contract break; smallest; nothing in it but certificates and time zones",
        (Difference(Aspect.USER, "root", "65532", Effect.NONE),),
        expected(GO_FULL, STATIC),
        (TradeOff(TradeOffKind.DEBUGGING, "No shell in the container.", "docker debug, or the :debug image."),),
    )
    return AssessedWorkload(
        workload,
        (
            need(NeedKind.STATIC_BINARY, "/pricing", Location(file, 3), "go build with CGO_ENABLED=0"),
            need(
                NeedKind.CA_CERTIFICATES,
                "system",
                Location("pricing/main.go", 20),
                "calls https",
                confidence=Confidence.LOW,
            ),
        ),
        Recommendation(
            Recognition(GO_FULL, Match.EXACT),
            (candidate,),
            (Refusal("scratch", "HTTPS is called, and scratch has no CA certificates"),),
            (),
            (
                Action(
                    1,
                    ActionKind.ADD_STAGE,
                    "Add a runtime stage",
                    "The compiler is not needed to run.",
                    "- FROM golang:1.25\n+ FROM golang:1.25 AS build\n"
                    "+ FROM gcr.io/distroless/static-debian13:nonroot\n+ COPY --from=build /pricing /pricing",
                    Location(file, 1),
                ),
            ),
        ),
    )


def unresolved() -> AssessedWorkload:
    """A base that hangs on a build argument without a value."""
    file = "worker/Dockerfile"
    where = Location(file, 2)
    reason = "BASE has no default and no value is given"
    return AssessedWorkload(
        Workload("worker", Origin.DOCKERFILE, where, BaseUse("${BASE}", "", None, where, where, reason=reason)),
        (
            Need(
                NeedKind.LIBC,
                "glibc",
                (Evidence(where, "COPY brings a glibc binary", EvidenceKind.FILE),),
                Confidence.MEDIUM,
            ),
        ),
        Recommendation(None, (), (), (), ()),
        (Unknown(str(where), reason),),
    )


def declared(assessed: AssessedWorkload, **more: str) -> AssessedWorkload:
    """Return `assessed` with what people declare of it."""
    said = {
        "environment": ("production", "customers use it"),
        "criticality": ("high", "it takes the orders"),
        "familiarity": ("debian", "we patch it"),
        **{key: (value, "so it is") for key, value in more.items()},
    }
    entries = tuple(
        Declaration(key, value, "Ops", reason, Location("basewright.toml", number))
        for number, (key, (value, reason)) in enumerate(said.items(), 2)
    )
    return replace(assessed, workload=replace(assessed.workload, declarations=entries))


def on_scratch(*findings: Finding) -> AssessedWorkload:
    """A service on no image at all."""
    where = Location("static/Dockerfile", 4)
    workload = Workload("static", Origin.DOCKERFILE, where, BaseUse("scratch", "scratch", None, where, where))
    return AssessedWorkload(workload, (), Recommendation(None, (), (), (), (), findings))


def hostile(texts: tuple[str, ...] = HOSTILE) -> AssessedWorkload:
    """Every text of it attacks its reader."""
    everything = " ".join(texts)
    long = "L" * 10_000
    where = Location(f"{texts[0]} {texts[4]} ü/../%zz/Dockerfile", 7)
    workload = Workload(
        everything,
        Origin.COMPOSE,
        where,
        BaseUse(everything, everything, reference("node:24-bookworm"), where, where, reason=everything),
        service=texts[0],
        build=build("x/Dockerfile", stage(0, texts[1], image_base("node:24"), instruction("RUN", everything, 3))),
        runtime=RuntimeConfig(
            command=Process((everything,), True, where),
            user=Setting(everything, where),
            environment={texts[1]: Setting("do-not-print-me", where)},
            mounts=(Mount(MountKind.NAMED, everything, texts[2], False, where),),
        ),
        depends_on=texts,
    )
    candidate = Candidate(
        NODE_SLIM,
        1,
        Suitability.IN_PLACE,
        everything,
        (Difference(Aspect.USER, everything, long, Effect.BREAK, (where,), everything, everything),),
        expected(NODE_FULL, NODE_SLIM),
        (TradeOff(TradeOffKind.DEBUGGING, everything, everything),),
        texts,
        texts,
    )
    return AssessedWorkload(
        workload,
        (
            Need(
                NeedKind.COMMAND,
                everything,
                (Evidence(where, everything),),
                Confidence.LOW,
                detail=long,
                avoidable=everything,
            ),
        ),
        Recommendation(
            Recognition(replace(NODE_FULL, notes=texts), Match.MIRROR, texts),
            (candidate,),
            (Refusal(everything, everything, texts, (where,), long),),
            (Gap(everything, everything, everything, None),),
            (Action(1, ActionKind.CHANGE_BASE, everything, everything, f"- {everything}\n+ ```\n{long}", where),),
            (Finding("base-past-support", Severity.ERROR, everything, where, everything, {everything: everything}),),
        ),
        (Unknown(everything, everything),),
    )


def assessment(*workloads: AssessedWorkload, **rest: object) -> Assessment:
    defaults: dict[str, object] = {
        "target": "examples/shop",
        "created": dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC),
        "inputs": (("compose.yaml", "a" * 64), ("frontend/Dockerfile", "b" * 64)),
        "catalog_date": CATALOG_DAY,
        "excluded": (ExcludedInput("legacy/Dockerfile", "matches exclude pattern legacy/**"),),
    }
    return Assessment(workloads=workloads, **{**defaults, **rest})  # type: ignore[arg-type] # test shorthand


def shop() -> Assessment:
    """A small project with the cases of the field."""
    return assessment(
        frontend(), database(), pricing(), unresolved(), unknowns=(Unknown("chart/", "Helm charts are not rendered"),)
    )


def empty() -> Assessment:
    """A project in which nothing was found."""
    return assessment(inputs=(), excluded=())


def attacked() -> Assessment:
    """A project whose every name attacks its reader."""
    return assessment(
        hostile(),
        target=" ".join(HOSTILE),
        inputs=((HOSTILE[0], "c" * 64),),
        unknowns=(Unknown(HOSTILE[4], HOSTILE[1]),),
        excluded=(ExcludedInput(HOSTILE[2], HOSTILE[3]),),
    )


CASES = {"shop": shop, "empty": empty, "attacked": attacked}
