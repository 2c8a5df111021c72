"""What a build left behind: caches of package managers, temporary files, a repository's history, core dumps."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import HISTORIES, Site
from basewright.model.candidate import Severity

_CACHES: Final = (
    ("var/lib/apt/lists/", "apt's lists", "rm -rf /var/lib/apt/lists/*"),
    ("var/cache/apt/", "apt's archives", "apt-get clean"),
    ("var/cache/debconf/", "debconf's cache", "rm -rf /var/cache/debconf/*-old"),
    ("var/cache/apk/", "apk's cache", "apk add --no-cache"),
    ("etc/apk/cache/", "apk's cache", "apk add --no-cache"),
    ("var/cache/yum/", "yum's cache", "yum clean all"),
    ("var/cache/dnf/", "dnf's cache", "dnf clean all"),
    ("var/cache/libdnf5/", "dnf's cache", "dnf clean all"),
    ("var/cache/zypp/", "zypper's cache", "zypper clean --all"),
    ("var/cache/pacman/pkg/", "pacman's cache", "pacman -Scc --noconfirm"),
    ("usr/local/share/.cache/yarn/", "yarn's cache", "yarn cache clean"),
    ("go/pkg/mod/cache/", "Go's module cache", "go clean -modcache"),
    ("usr/local/cargo/registry/", "Cargo's registry", "rm -rf /usr/local/cargo/registry"),
)
_HOME_CACHES: Final = (
    (".cache/pip/", "pip's cache", "pip install --no-cache-dir"),
    (".cache/uv/", "uv's cache", "uv cache clean"),
    (".cache/pypoetry/", "Poetry's cache", "poetry cache clear --all ."),
    (".npm/_cacache/", "npm's cache", "npm cache clean --force"),
    (".cache/yarn/", "yarn's cache", "yarn cache clean"),
    (".cache/go-build/", "Go's build cache", "go clean -cache"),
    (".cache/composer/", "Composer's cache", "composer clear-cache"),
    (".composer/cache/", "Composer's cache", "composer clear-cache"),
    (".gradle/caches/", "Gradle's caches", "rm -rf ~/.gradle/caches"),
    (".cargo/registry/", "Cargo's registry", "rm -rf ~/.cargo/registry"),
    (".nuget/packages/", "NuGet's packages", "dotnet nuget locals all --clear"),
)
_KEPT: Final = ("lock", "debconf/config.dat", "debconf/templates.dat", "debconf/passwords.dat", ".gitignore")
_DUMP: Final = re.compile(r"core\.[0-9]{1,10}|hs_err_pid[0-9]{1,10}\.log")
_LEAST: Final = 64 * 1024
"""Bytes from which a cache is worth a line."""
_HOMES: Final = 100


def _below(site: Site, prefix: str) -> list[str]:
    """Return the regular files below a folder, found by halving."""
    paths = site.paths
    start = bisect_left(paths, prefix)
    stop = bisect_left(paths, prefix[:-1] + "0", start)  # "0" comes after "/"
    return paths[start:stop]


def _package_caches(site: Site) -> Iterator[Observation]:
    found: dict[str, tuple[str, list[str], int]] = {}
    homes = ["root/", *(f"home/{name}/" for name in site.tree.list("home")[:_HOMES])]
    places = [*_CACHES, *((home + place, what, how) for home in homes for place, what, how in _HOME_CACHES)]
    for place, what, how in places:
        paths = [path for path in _below(site, place) if not path.endswith(_KEPT)]
        size = site.files.bytes_of(paths)
        if size >= _LEAST:
            _, known, before = found.get(what, (how, [], 0))
            found[what] = (how, known + paths, before + size)
    for what, (how, paths, size) in found.items():
        yield Observation(
            Severity.NOTE,
            f"{what}: {size:,} bytes that no running service reads",
            f"In the step that fills it: `{how}`, or a cache mount: `RUN --mount=type=cache,target=…`.",
            tuple(paths),
        )


def _temporary_files(site: Site) -> Iterator[Observation]:
    paths = [path for place in ("tmp/", "var/tmp/") for path in _below(site, place)]
    size = site.files.bytes_of(paths)
    if paths:
        yield Observation(
            Severity.NOTE,
            f"temporary files of the build: {size:,} bytes",
            "Remove them in the step that makes them, or build on a mount: `RUN --mount=type=tmpfs,target=/tmp …`.",
            tuple(paths),
        )


def _repositories(site: Site) -> Iterator[Observation]:
    heads = (path for path in site.named.get("HEAD", ()) if path == ".git/HEAD" or path.endswith("/.git/HEAD"))
    found = [path.removesuffix("/HEAD") for path in heads]
    if found:
        yield Observation(
            Severity.WARNING,
            "a repository's whole history, with whatever was ever committed to it",
            "Keep it out of the build context: a line `.git` in .dockerignore; or remove it in the step that clones.",
            tuple(found),
        )


def _dumps(site: Site) -> Iterator[Observation]:
    found = [path for name, paths in sorted(site.named.items()) if _DUMP.fullmatch(name) for path in paths]
    histories = sorted(path for name in HISTORIES for path in site.named.get(name, ()))
    if found:
        yield Observation(
            Severity.WARNING,
            f"dumps of processes, which hold their memory: {named(found)}",
            f"`RUN rm /{found[0]}` in the step that makes it.",
            tuple(found),
        )
    if histories:
        yield Observation(
            Severity.NOTE,
            f"histories of shells and clients: {named(histories)}",
            f"`RUN rm /{histories[0]}` in the step that writes it.",
            tuple(histories),
        )


RULES: Final = (
    Rule("package-cache", _package_caches, ("4.3",)),
    Rule("temporary-files", _temporary_files),
    Rule("repository-in-image", _repositories, ("4.10",)),
    Rule("dumps-and-histories", _dumps, ("4.10",)),
)
