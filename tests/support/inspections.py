"""Inspections made by hand, for tests of what is done with one: an image and its successor, hostile, empty."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from assessments import HOSTILE

from basewright.model.base import Provenance
from basewright.model.candidate import Severity
from basewright.model.catalog import EndOfLife
from basewright.model.digest import Digest
from basewright.model.executable import ElfFacts, ScriptFacts
from basewright.model.hardening import BenchmarkSection, HardeningFact
from basewright.model.image import HistoryEntry, ImageConfig, ImageHealthcheck, ImageIdentity, LayerSummary
from basewright.model.inventory import (
    ByteShare,
    Coverage,
    DirectorySize,
    Efficiency,
    Executable,
    Inspection,
    Inventory,
    Libc,
    OsFacts,
    SbomClaim,
    WastedPath,
)
from basewright.model.package import Evidence, Package, SourcePackage
from basewright.model.platform import Platform
from basewright.model.unknown import Unknown

NOW = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
SECRET = "hunter2-do-not-print"
"""What no report may show."""
STEPS = (
    "/bin/sh -c #(nop) ADD file:2c1d0e5a9b8f7766554433221100ffeeddccbbaa99887766554433221100aabb in / ",
    "RUN /bin/sh -c set -eux; apt-get update; apt-get install -y --no-install-recommends curl; rm -rf /x # buildkit",
    "COPY app /srv/app # buildkit",
)


def digest(letter: str) -> Digest:
    return Digest("sha256", letter * 64)


def package(name: str, version: str | None, size: int | None, *, kind: str = "deb", **changes: object) -> Package:
    made = Package(
        type=kind,
        name=name,
        version=version,
        purl=f"pkg:{kind}/{name}" + (f"@{version}" if version else ""),
        location="var/lib/dpkg/status" if kind == "deb" else f"srv/app/node_modules/{name}/package.json",
        layer=0 if kind == "deb" else 2,
        evidence=Evidence.DATABASE if kind == "deb" else Evidence.METADATA,
        bytes=size,
    )
    return replace(made, **changes)  # type: ignore[arg-type] # names of the dataclass


def program(path: str, *, owner: str | None = None, mode: int = 0o755, layer: int = 0, **facts: object) -> Executable:
    told: dict[str, object] = {
        "bits": 64,
        "byte_order": "little",
        "kind": "executable",
        "machine": "x86_64",
        "is_pie": True,
    }
    elf = ElfFacts(**told | facts)  # type: ignore[arg-type] # names of the struct
    return Executable(path, layer, 100_000, mode, elf, owner)


def fact(rule: str, severity: Severity, reason: str, *paths: str, **changes: object) -> HardeningFact:
    made = HardeningFact(
        rule, severity, reason, f"Do something about {rule}.", paths[0] if paths else None, paths, max(1, len(paths))
    )
    return replace(made, **changes)  # type: ignore[arg-type] # names of the dataclass


def config(**changes: object) -> ImageConfig:
    made = ImageConfig(
        platform=Platform("linux", "amd64"),
        diff_ids=(digest("a"), digest("b"), digest("c")),
        created=dt.datetime(2026, 10, 2, 8, 0, tzinfo=dt.UTC),
        user="",
        environment=(("PATH", "/usr/local/bin:/usr/bin"), ("DB_PASSWORD", SECRET), ("NODE_VERSION", "24.1.0")),
        entrypoint=("docker-entrypoint.sh",),
        command=("node", "server.js", "--api-token", SECRET),
        working_directory="/srv/app",
        exposed_ports=("8080/tcp",),
        labels={"org.opencontainers.image.source": "https://example.test/shop", "ci.token": SECRET},
        healthcheck=ImageHealthcheck(("CMD-SHELL", f"curl -u shop:{SECRET} localhost:8080"), interval=30.0),
        history=(HistoryEntry(STEPS[0]), HistoryEntry(STEPS[1]), HistoryEntry(STEPS[2])),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # names of the dataclass


def inventory(**changes: object) -> Inventory:
    packages = (
        package("bash", "5.2.15-2", 7_164_000),
        package("libc6", "2.36-9+deb12u10", 12_986_000, source=SourcePackage("glibc", "2.36-9+deb12u10")),
        package("python3-pip", "23.0.1", None),
        package("express", "4.21.0", 220_000, kind="npm"),
        package("left-pad", None, 4_000, kind="npm"),
        package("pip", "23.0.1", 5_000_000, kind="pypi", owner="pkg:deb/python3-pip@23.0.1"),
    )
    executables = (
        Executable("docker-entrypoint.sh", 2, 400, 0o755, ScriptFacts("/bin/sh")),
        program("opt/tool", is_static=True, is_go=True, is_pie=False, layer=2),
        program("usr/bin/bash", owner=packages[0].purl),
        program("usr/bin/passwd", owner="pkg:deb/passwd@4", mode=0o4755),
        program("usr/lib/libc.so.6", owner=packages[1].purl, kind="shared", is_pie=False),
    )
    made = Inventory(
        os=OsFacts(
            "debian", "12", codename="bookworm", pretty_name="Debian GNU/Linux 12 (bookworm)", path="etc/os-release"
        ),
        libc=(Libc("glibc", "2.36", "usr/lib/libc.so.6", "its name"),),
        packages=packages,
        executables=executables,
        hardening=(
            fact(
                "runs-as-root",
                Severity.WARNING,
                "The image sets no user.",
                benchmark=(BenchmarkSection("4.1", "1.6.0"),),
            ),
            fact("setuid-file", Severity.NOTE, "Files run as their owner.", "/usr/bin/passwd", "/usr/bin/su"),
            fact("private-key", Severity.ERROR, "The image carries a private key.", "/srv/app/key.pem", layer=2),
        ),
        coverage=Coverage(1_000, 90_000_000, 950, 80_000_000, ("docker-entrypoint.sh", "opt/tool")),
        efficiency=Efficiency(0.934, 8_000_000, (WastedPath("var/cache/apt/pkgcache.bin", 8_000_000, (0, 1)),)),
        layers=(
            LayerSummary(digest("a"), digest("1"), "", 30_000_000, 75_000_000, 800, 67_000_000, 8_000_000, 0, STEPS[0]),
            LayerSummary(
                digest("b"), digest("2"), "", 9_000_000, 20_000_000, 150, 20_000_000, 0, 8_000_000, STEPS[1], 1
            ),
            LayerSummary(digest("c"), digest("3"), "", 1_000_000, 3_000_000, 50, 3_000_000, 0, 0, STEPS[2]),
        ),
        claims=(SbomClaim("srv/app/bom.json", "cyclonedx 1.5", 2, ("pkg:npm/express@4.21.0",)),),
        directories=(
            DirectorySize("usr", 70_000_000, 700),
            DirectorySize("usr/lib", 60_000_000, 500),
            DirectorySize("srv/app", 3_000_000, 50),
        ),
        shares=(
            ByteShare(0, 40_000_000, package="pkg:deb/libc6@2.36-9+deb12u10"),
            ByteShare(0, 27_000_000, package="pkg:deb/bash@5.2.15-2"),
            ByteShare(1, 20_000_000, folder="usr/lib"),
            ByteShare(2, 2_000_000, folder="srv/app"),
            ByteShare(2, 1_000_000, package="pkg:npm/express@4.21.0"),
        ),
        bytes=90_000_000,
        files=1_000,
        setuid=("usr/bin/passwd",),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # names of the dataclass


def inspection(**changes: object) -> Inspection:
    """Return an image that says of itself all that an image can say."""
    made = Inspection(
        created=NOW,
        identity=ImageIdentity(
            "registry.test/shop/web:1.4",
            "registry",
            Platform("linux", "amd64"),
            digest("d"),
            digest("e"),
            digest("f"),
            annotations={"com.example.token": SECRET},
            compressed_bytes=40_000_000,
        ),
        config=config(),
        inventory=inventory(),
        end_of_life=EndOfLife(
            "debian",
            "12",
            dt.date(2026, 6, 10),
            None,
            dt.date(2028, 6, 30),
            Provenance("a source", dt.date(2026, 8, 1)),
        ),
        diff_ids=(digest("a"), digest("b"), digest("c")),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # names of the dataclass


def successor() -> Inspection:
    """Return a later image of the same base layer: other versions, a user, no more set-uid file."""
    before = inventory()
    return inspection(
        identity=replace(
            inspection().identity,
            reference="registry.test/shop/web:1.5",
            digest=digest("9"),
            compressed_bytes=35_000_000,
        ),
        config=config(user="shop", environment=(("PATH", "/usr/bin"), ("DB_PASSWORD", f"{SECRET}2")), command=None),
        inventory=inventory(
            packages=(
                replace(before.packages[0], version="5.2.21-1", purl="pkg:deb/bash@5.2.21-1"),
                *before.packages[1:4],
                package("zod", "3.23.0", 900_000, kind="npm"),
            ),
            executables=(*before.executables[:3], program("usr/bin/jq")),
            hardening=before.hardening[1:],
            layers=(before.layers[0], replace(before.layers[1], diff_id=digest("8"))),
            shares=before.shares[:3],
            setuid=(),
            bytes=80_000_000,
        ),
    )


def incomplete() -> Inspection:
    """Return an image of which little could be read."""
    unread = LayerSummary(digest("b"), digest("2"))
    found = inventory()
    return inspection(
        inventory=replace(found, os=None, libc=(), layers=(found.layers[0], unread, found.layers[2])),
        end_of_life=None,
        unknowns=tuple(Unknown(f"layer {number}", "the blob ends early") for number in range(8)),
    )


def empty() -> Inspection:
    """Return an image that holds nothing: FROM scratch, without configuration."""
    return Inspection(
        created=NOW,
        identity=ImageIdentity("dir:/empty", "dir"),
        config=None,
        inventory=Inventory(None, (), (), (), (), Coverage(0, 0, 0, 0), Efficiency(1.0, 0), ()),
    )


def attacked(texts: tuple[str, ...] = HOSTILE) -> Inspection:
    """Return an image every text of which attacks its reader."""
    every = " ".join(texts)
    labels: Mapping[str, str] = dict.fromkeys(texts, every)
    return inspection(
        identity=replace(inspection().identity, reference=every, annotations=labels, notes=(every,)),
        config=config(
            user=every,
            environment=tuple((text, every) for text in texts),
            entrypoint=texts,
            command=texts,
            working_directory=every,
            exposed_ports=(every,),
            volumes=texts,
            labels=labels,
            stop_signal=every,
            author=every,
            healthcheck=ImageHealthcheck(("CMD-SHELL", every)),
        ),
        inventory=inventory(
            os=OsFacts(every, every, pretty_name=every, path=every, is_guess=True),
            libc=(Libc(every, every, every, every),),
            packages=tuple(
                package(
                    text,
                    every,
                    1_000_000 * (number + 1),
                    kind="npm",
                    note=every,
                    purl=f"pkg:npm/{text}",
                    supplier=every,
                )
                for number, text in enumerate(texts)
            ),
            executables=tuple(program(text) for text in texts),
            hardening=tuple(fact(text, Severity.ERROR, every, *texts, remedy=every) for text in texts),
            coverage=Coverage(10, 10, 1, 1, texts),
            efficiency=Efficiency(0.5, 10, tuple(WastedPath(text, 10, (0, 1)) for text in texts)),
            layers=tuple(LayerSummary(None, None, every, 1, 10, 1, 5, 5, 0, text) for text in texts),
            claims=tuple(SbomClaim(text, every, 0, texts, every) for text in texts),
            directories=tuple(DirectorySize(text, 10, 1) for text in texts),
            shares=(
                *(ByteShare(number, 1_000_000, package=f"pkg:npm/{text}") for number, text in enumerate(texts)),
                *(ByteShare(number, 900_000, folder=text) for number, text in enumerate(texts)),
            ),
            setuid=texts,
        ),
        unknowns=tuple(Unknown(text, every) for text in texts),
    )


CASES = {"shop": inspection, "incomplete": incomplete, "empty": empty, "attacked": attacked}
