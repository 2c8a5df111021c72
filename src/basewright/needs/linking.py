"""How a build stage links what it makes: Go, Rust, .NET, C, Deno and Bun."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from basewright.model.dockerfile import Stage
from basewright.model.need import Confidence
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.model.workload import Manifest
from basewright.needs.invocation import Invocation
from basewright.needs.tables import ecosystems

LIBGCC = ("libgcc_s",)
"""What Rust's standard library unwinds with, where it is linked for glibc (rustc book, "Linkage")."""
LIBSTDCXX = ("libgcc_s", "libstdc++")
_CPP = frozenset({"g++", "c++", "clang++"})
_MUSL = re.compile(r"(?:^|[-:/])(?:alpine|musl)", re.IGNORECASE)
_GLIBC = re.compile(
    r"(?:^|[-:/])(?:debian|ubuntu|bookworm|bullseye|trixie|buster|slim|jammy|noble|focal|ubi\d*|fedora|rockylinux|almalinux"
    r"|amazonlinux|wolfi|chainguard)"
)
_GLIBC_NAMES = (
    "buildpack-deps cassandra couchdb dart eclipse-temurin elixir erlang gcc golang gradle haproxy haskell httpd "
    "mariadb maven memcached mongo mysql nginx node openjdk perl php postgres python rabbitmq redis ruby rust swift "
    "tomcat valkey"
)
_OFFICIAL_ON_GLIBC = frozenset(_GLIBC_NAMES.split())
"""Official images whose plain tags stand on Debian, Ubuntu or Oracle Linux."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a build command tells of the binary that it makes."""

    is_static: bool
    what: str
    where: Location
    confidence: Confidence
    libc: str | None = None
    """Where the command itself names it."""
    detail: str = ""
    output: str = ""
    """What ``-o`` names."""
    is_rust: bool = False
    links: tuple[str, ...] = ()
    """Shared libraries beside the C library: the compilers' own runtimes."""


def linked_by(
    calls: tuple[Invocation, ...], chain: tuple[Stage, ...], manifests: tuple[Manifest, ...], path: str
) -> Linked | None:
    """Return how the last build command among `calls` links what it makes; None where none is known.

    With several, one that names the program `path` in ``-o`` wins.
    """
    found = list(_all(calls, chain, manifests))
    name = path.rsplit("/", 1)[-1]
    named = [linked for call, linked in found if any(word.rsplit("/", 1)[-1] == name for word in call.arguments)]
    return named[-1] if named else (found[-1][1] if found else None)


def stage_libc(chain: tuple[Stage, ...]) -> str | None:
    """Return the libc of what a chain of stages stands on, by its image's name; None where the name does not tell."""
    reference = chain[0].base.reference
    return None if reference is None else image_libc(reference)


def image_libc(reference: ImageReference) -> str | None:
    """Return the libc of an image by its name; None where the name does not tell."""
    text = f"{reference.repository}:{reference.tag or ''}"
    if _MUSL.search(text):
        return "musl"
    is_known = reference.is_official and reference.familiar_name in _OFFICIAL_ON_GLIBC
    return "glibc" if is_known or _GLIBC.search(text) or "mcr.microsoft.com/dotnet" in str(reference) else None


def _all(
    calls: tuple[Invocation, ...], chain: tuple[Stage, ...], manifests: tuple[Manifest, ...]
) -> Iterator[tuple[Invocation, Linked]]:
    libc = stage_libc(chain)
    exported: dict[str, str] = {}
    for call in calls:
        if call.program == "export":
            exported.update(word.split("=", 1) for word in call.arguments if "=" in word)  # type: ignore[misc]
        linked = None
        if call.program == "go" and call.arguments[:1] in {("build",), ("install",)}:
            linked = _go(call, {**chain[-1].environment, **exported, **dict(call.assignments)}, libc, manifests)
        elif call.program in {"cargo", "rustc", "cross"}:
            linked = _rust(call, {**chain[-1].environment, **exported, **dict(call.assignments)}, libc)
        elif call.program == "dotnet" and call.arguments[:1] == ("publish",):
            linked = _dotnet(call, libc, manifests)
        elif call.program in {"gcc", "g++", "cc", "c++", "clang", "clang++", "musl-gcc"} and "-c" not in call.arguments:
            linked = _c(call)
        elif _builds_with_cmake(call):
            what = f"{call.program} builds for its host: the libc and the C++ runtime are linked"
            linked = Linked(False, what, call.where, Confidence.MEDIUM, libc, links=LIBSTDCXX)
        elif call.program in {"deno", "bun"} and ("compile" in call.arguments or "--compile" in call.arguments):
            what = f"{call.program} makes a binary with its own runtime"
            links = LIBGCC if call.program == "deno" else ()
            linked = Linked(False, what, call.where, Confidence.MEDIUM, libc, links=links)
        if linked is not None:
            yield call, replace(linked, output=_output(call.arguments))


def _output(arguments: tuple[str, ...]) -> str:
    """Return what ``-o PATH`` (or ``--output PATH``) names, "" where nothing does."""
    for index, word in enumerate(arguments):
        if word in {"-o", "--output"} and index + 1 < len(arguments):
            return arguments[index + 1]
        if word.startswith(("-o=", "--output=")):
            return word.partition("=")[2]
    return ""


def _go(call: Invocation, environment: dict[str, str], libc: str | None, manifests: tuple[Manifest, ...]) -> Linked:
    text = " ".join(call.arguments)
    cgo = environment.get("CGO_ENABLED")
    if cgo == "0":
        return Linked(True, "go build with CGO_ENABLED=0", call.where, Confidence.CERTAIN)
    if "-static" in text and "extldflags" in text:
        return Linked(True, "go build links statically (-extldflags -static)", call.where, Confidence.CERTAIN)
    needs_c = frozenset(ecosystems()["golang"]["cgo"])
    names = sorted({one.name for manifest in manifests for one in manifest.dependencies if one.name in needs_c})
    detail = f"{', '.join(names)} needs cgo" if names else ""
    if libc == "musl" and cgo != "1":
        # golang:alpine ships no C compiler, and without one go turns cgo off (go 1.20 release notes).
        if names:
            return Linked(
                False,
                "go build on Alpine with a dependency that needs cgo",
                call.where,
                Confidence.MEDIUM,
                libc,
                detail,
            )
        return Linked(True, "go build on an image without a C compiler: cgo is off", call.where, Confidence.MEDIUM)
    detail = detail or "CGO_ENABLED=0 makes it static, where no dependency needs cgo"
    return Linked(
        False, "go build with cgo on: net and os/user link the libc", call.where, Confidence.MEDIUM, libc, detail
    )


def _rust(call: Invocation, environment: dict[str, str], libc: str | None) -> Linked | None:
    if call.program == "cargo" and call.arguments[:1] not in {("build",), ("install",), ("b",), ("zigbuild",)}:
        return None
    text = " ".join(call.arguments)
    flags = environment.get("RUSTFLAGS", "")
    target = environment.get("CARGO_BUILD_TARGET", "")
    if "-musl" in text or "-musl" in target:
        return Linked(True, "Rust builds for a musl target: static", call.where, Confidence.CERTAIN)
    if "+crt-static" in flags:
        return Linked(True, "Rust builds with +crt-static", call.where, Confidence.CERTAIN)
    if libc == "musl" and "-crt-static" not in flags:
        return Linked(
            True, "Rust on Alpine builds for its musl target: static by default", call.where, Confidence.MEDIUM
        )
    detail = "the musl target makes it static, where no dependency needs a shared library"
    what = "Rust builds for its host: the libc and libgcc_s are linked"
    return Linked(False, what, call.where, Confidence.CERTAIN, libc, detail, is_rust=True, links=LIBGCC)


def _dotnet(call: Invocation, libc: str | None, manifests: tuple[Manifest, ...]) -> Linked | None:
    """Return a finding for a self-contained or ahead-of-time publish; a framework-dependent one needs the runtime."""
    text = " ".join(call.arguments).lower()
    facts = {name.lower(): value.lower() for one in manifests for name, value in one.facts.items()}
    is_aot = facts.get("publishaot") == "true" or "publishaot=true" in text
    is_alone = "--self-contained false" not in text and (
        "--self-contained" in text or facts.get("selfcontained") == "true"
    )
    if not (is_aot or is_alone or "--sc" in call.arguments):
        return None
    linked = "musl" if "linux-musl" in text else ("glibc" if re.search(r"linux-(?:x64|arm64|arm)", text) else libc)
    how = "ahead of time" if is_aot else "self-contained"
    # A self-contained program loads the C++ runtime; what is compiled ahead of time carries it inside.
    links = () if is_aot else LIBSTDCXX
    return Linked(False, f".NET publishes {how}", call.where, Confidence.CERTAIN, linked, links=links)


def _c(call: Invocation) -> Linked:
    if "-static" in call.arguments or call.program == "musl-gcc":
        return Linked(True, f"{call.program} links statically", call.where, Confidence.CERTAIN)
    if call.program in _CPP and "-static-libstdc++" not in call.arguments:
        what = f"{call.program} links the libc and the C++ runtime"
        return Linked(False, what, call.where, Confidence.CERTAIN, links=LIBSTDCXX)
    return Linked(False, f"{call.program} links the libc", call.where, Confidence.CERTAIN)


def _builds_with_cmake(call: Invocation) -> bool:
    words = call.arguments
    return (call.program == "cmake" and "--build" in words) or (call.program == "meson" and words[:1] == ("compile",))
