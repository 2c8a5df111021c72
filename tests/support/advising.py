"""A small catalog made by hand, and situations on it, for tests of what is recommended."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from basewright.model.base import (
    Access,
    BaseImage,
    Hardened,
    Horizon,
    Kind,
    Match,
    OperatingSystem,
    PackageList,
    Provenance,
    Recognition,
    Role,
    Runtime,
    User,
)
from basewright.model.candidate import Candidate, Recommendation, Refusal
from basewright.model.catalog import EndOfLife
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import Confidence, Evidence, EvidenceKind, Need, NeedKind, Phase
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.model.workload import Workload
from basewright.recommend import RecommendOptions, recommend
from basewright.recommend.situation import Situation

TODAY = dt.date(2026, 11, 21)
PROVENANCE = Provenance("made by hand", TODAY)
OFFICIAL, DISTROLESS, DHI, CHAINGUARD = (
    "Docker Official Images",
    "Google distroless",
    "Docker Hardened Images",
    "Chainguard",
)
TRIXIE = OperatingSystem("debian", "13", "trixie")
BOOKWORM = OperatingSystem("debian", "12", "bookworm")
ALPINE = OperatingSystem("alpine", "3.24.2")
_GLIBC = {"13": "2.41", "12": "2.36"}
_SYSTEM_END = {"13": dt.date(2028, 8, 9), "12": dt.date(2026, 7, 11), "3.24.2": dt.date(2028, 6, 1)}


def image(reference: str, runtime: str = "", os: OperatingSystem = TRIXIE, **facts: Any) -> BaseImage:
    """Return an image with the facts that its distribution gives, changed by `facts`."""
    name, _, version = runtime.partition(" ")
    is_alpine = os.id == "alpine"
    defaults: dict[str, Any] = {
        "vendor": OFFICIAL,
        "family": os.id,
        "os": os,
        "role": Role.RUNTIME if runtime else Role.OS,
        "runtime": Runtime(name, version or None) if runtime else None,
        "libc": "musl" if is_alpine else "glibc",
        "libc_version": "1.2.6" if is_alpine else _GLIBC.get(os.version or ""),
        "shell": True,
        "package_manager": True,
        "kind": Kind.MINIMAL if is_alpine else Kind.FULL,
        "user": "",
        "uid": 0,
        "users": (User("root", 0),),
        "working_directory": "",
        "entrypoint": (),
        "command": (),
        "ca_certificates": True,
        "time_zones": not is_alpine,
        "architectures": ("amd64", "arm64"),
        "horizon": Horizon(
            security_end=_SYSTEM_END.get(os.version or ""),
            lts_end=dt.date(2028, 6, 30) if os is BOOKWORM else None,
            runtime_end=dt.date(2028, 4, 30) if runtime else None,
        ),
        "provenance": {"identity": PROVENANCE},
    }
    return BaseImage(ImageReference.parse(reference), **{**defaults, **facts})


def shellless(reference: str, runtime: str = "", os: OperatingSystem = TRIXIE, **facts: Any) -> BaseImage:
    """Return a distroless image for a user of its own."""
    bare: dict[str, Any] = {
        "vendor": DISTROLESS,
        "kind": Kind.DISTROLESS,
        "shell": False,
        "package_manager": False,
        "hardened": Hardened("Google", "no shell, no package manager"),
        "user": "65532",
        "uid": 65532,
        "users": (User("root", 0), User("nobody", 65534), User("nonroot", 65532)),
        "time_zones": True,
        "environment": {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
    }
    return image(reference, runtime, os, **{**bare, **facts})


_NODE_USERS = (User("root", 0), User("node", 1000, 1000))
_NODE: dict[str, Any] = {"entrypoint": ("docker-entrypoint.sh",), "command": ("node",), "users": _NODE_USERS}
NODE = image("node:24-trixie", "node 24.19.0", compressed_bytes=400_000_000, packages=413, **_NODE)
NODE_SLIM = image(
    "node:24-trixie-slim", "node 24.19.0", kind=Kind.SLIM, compressed_bytes=85_000_000, packages=100, **_NODE
)
NODE_ALPINE = image("node:24-alpine3.24", "node 24.19.0", ALPINE, compressed_bytes=58_000_000, **_NODE)
NODE_22 = replace(
    image("node:22-trixie", "node 22.23.2", **_NODE),
    horizon=Horizon(security_end=dt.date(2028, 8, 9), runtime_end=dt.date(2027, 4, 30)),
)
NODE_18 = replace(
    image("node:18-bookworm", "node 18.20.8", BOOKWORM, **_NODE),
    horizon=Horizon(security_end=dt.date(2026, 7, 11), runtime_end=dt.date(2025, 4, 30)),
)
NODE_DISTROLESS = shellless(
    "gcr.io/distroless/nodejs24-debian13:nonroot", "node 24.19.0", entrypoint=("/nodejs/bin/node",)
)
NODE_DHI_DEV = image(
    "dhi.io/node:24-debian13-dev", "node 24.19.0", vendor=DHI, role=Role.BUILD, variant="dev", access=Access.LOGIN
)
PYTHON = image("python:3.12-trixie", "python 3.12.14", command=("python3",))
PYTHON_SLIM = image("python:3.12-slim-trixie", "python 3.12.14", kind=Kind.SLIM, command=("python3",))
PYTHON_ALPINE = image("python:3.12-alpine3.24", "python 3.12.14", ALPINE, command=("python3",))
PYTHON_DISTROLESS = shellless(
    "gcr.io/distroless/python3-debian13:nonroot", "python 3.13.5", entrypoint=("/usr/bin/python3.13",)
)
PYTHON_13 = image("python:3.13-trixie", "python 3.13.9", command=("python3",))
_POSTGRES: dict[str, Any] = {
    "role": Role.SERVICE,
    "entrypoint": ("docker-entrypoint.sh",),
    "command": ("postgres",),
    "ports": ("5432/tcp",),
    "volumes": ("/var/lib/postgresql/data",),
    "environment": {"PGDATA": "/var/lib/postgresql/data", "LANG": "en_US.utf8"},
    "stop_signal": "SIGINT",
}
POSTGRES = image(
    "postgres:16-trixie", "postgres 16.15", users=(User("root", 0), User("postgres", 999, 999)), **_POSTGRES
)
POSTGRES_BOOKWORM = replace(
    image("postgres:16-bookworm", "postgres 16.15", BOOKWORM, users=POSTGRES.users, **_POSTGRES),
    horizon=Horizon(security_end=dt.date(2029, 1, 1)),
)
POSTGRES_ALPINE = image(
    "postgres:16-alpine3.24", "postgres 16.15", ALPINE, users=(User("postgres", 70, 70),), **_POSTGRES
)
POSTGRES_DHI = image(
    "dhi.io/postgres:16-debian13",
    "postgres 16.15",
    **{
        **_POSTGRES,
        "vendor": DHI,
        "access": Access.LOGIN,
        "kind": Kind.MINIMAL,
        "user": "postgres",
        "uid": 70,
        "users": (User("postgres", 70, 70),),
        "environment": {"PGDATA": "/var/lib/postgresql/16/data"},
        "package_manager": False,
    },
)
_NGINX: dict[str, Any] = {
    "role": Role.SERVICE,
    "entrypoint": ("/docker-entrypoint.sh",),
    "command": ("nginx", "-g", "daemon off;"),
    "ports": ("80/tcp",),
    "volumes": (),
}
NGINX = image("nginx:1.30-alpine3.24", "nginx 1.30.4", ALPINE, **_NGINX)
NGINX_DHI = shellless(
    "dhi.io/nginx:1.30-alpine3.24",
    "nginx 1.30.4",
    ALPINE,
    **{**_NGINX, "vendor": DHI, "access": Access.LOGIN, "entrypoint": ("nginx",), "ports": ("8080/tcp",)},
)
GOLANG = image("golang:1.27-trixie", "go 1.27.0", role=Role.BUILD)
STATIC = shellless("gcr.io/distroless/static-debian13:nonroot", libc="none", libc_version=None)
SCRATCH = image(
    "scratch", vendor="BuildKit", os=OperatingSystem("none", None), family="none", kind=Kind.SCRATCH, libc="none",
    libc_version=None, shell=False, package_manager=False, ca_certificates=False, time_zones=False, users=(),
)  # fmt: skip
DEBIAN_SLIM = image("debian:trixie-slim", kind=Kind.SLIM)
ALPINE_BASE = image("alpine:3.24", os=ALPINE)
IMAGES = (
    *(NODE, NODE_SLIM, NODE_ALPINE, NODE_22, NODE_18, NODE_DISTROLESS, NODE_DHI_DEV),
    *(PYTHON, PYTHON_SLIM, PYTHON_ALPINE, PYTHON_DISTROLESS, PYTHON_13),
    *(POSTGRES, POSTGRES_BOOKWORM, POSTGRES_ALPINE, POSTGRES_DHI, NGINX, NGINX_DHI),
    *(GOLANG, STATIC, SCRATCH, DEBIAN_SLIM, ALPINE_BASE),
)


@dataclass(frozen=True)
class CatalogDouble:
    """A catalog of what it is given; `notes` are told of repositories whose tag it does not know."""

    images: tuple[BaseImage, ...] = IMAGES
    date: dt.date = TODAY

    def recognise(self, reference: ImageReference) -> Recognition | None:
        """Recognise by the exact name, else by the repository."""
        for one in self.images:
            if str(one.reference) == str(replace(reference, digest=None)):
                return Recognition(one, Match.EXACT)
        if any(one.reference.repository == reference.repository for one in self.images):
            note = f"`{reference}` is no published tag"
            return Recognition(BaseImage(reference, vendor=OFFICIAL), Match.REPOSITORY, (note,), is_unpublished=True)
        return None

    def of_runtime(self, name: str) -> tuple[BaseImage, ...]:
        """Return the images of a runtime."""
        return _sorted(one for one in self.images if one.runtime is not None and one.runtime.name == name)

    def systems(self) -> tuple[BaseImage, ...]:
        """Return the distributions."""
        return _sorted(one for one in self.images if one.role is Role.OS)

    def end_of_life(self, product: str, cycle: str) -> EndOfLife | None:
        """Know no dates."""
        return None


def need(kind: NeedKind, value: str, *, line: int = 1, file: str = "Dockerfile", **facts: Any) -> Need:
    """Return a certain need with one line of evidence."""
    what, source = facts.pop("what", f"a line needs {value}"), facts.pop("source", EvidenceKind.FILE)
    evidence = facts.pop("evidence", (Evidence(Location(file, line), what, source, facts.get("version") or ""),))
    return Need(kind, value, evidence, facts.pop("confidence", Confidence.CERTAIN), **facts)


def build_tool(value: str, line: int) -> Need:
    """Return a tool that only builds."""
    return need(NeedKind.BUILD_TOOL, value, line=line, phase=Phase.BUILD)


def advice(workload: Workload, *needs: Need, images: tuple[BaseImage, ...] = IMAGES, **options: Any) -> Recommendation:
    """Return what is recommended for `workload` on TODAY."""
    return recommend(workload, needs, CatalogDouble(images), today=TODAY, options=RecommendOptions(**options))


def situation(workload: Workload, *needs: Need, images: tuple[BaseImage, ...] = IMAGES, **options: Any) -> Situation:
    """Return the situation of `workload` on TODAY."""
    return Situation.of(workload, needs, CatalogDouble(images), today=TODAY, options=RecommendOptions(**options))


def references(found: Recommendation) -> list[str]:
    """Return the candidates by name, in their order."""
    return [str(one.base.reference) for one in found.candidates]


def candidate(found: Recommendation, base: BaseImage) -> Candidate:
    """Return the candidate of `base`."""
    return next(one for one in found.candidates if one.base is base)


def refusal(found: Recommendation, reference: str) -> Refusal:
    """Return the refusal of `reference`."""
    return next(one for one in found.refusals if one.reference == reference)


def difference(one: Candidate, aspect: Aspect, effect: Effect | None = None) -> Difference:
    """Return the first difference of `aspect`, of this effect where one is given."""
    return next(d for d in one.contract if d.aspect is aspect and effect in {None, d.effect})


def packages(*names: str, complete: bool = True) -> PackageList:
    """Return a package list."""
    return PackageList(dict.fromkeys(names, ""), complete, PROVENANCE)


def _sorted(images: Iterable[BaseImage]) -> tuple[BaseImage, ...]:
    return tuple(sorted(images, key=lambda one: str(one.reference)))
