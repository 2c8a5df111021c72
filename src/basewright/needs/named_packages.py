"""Application packages that RUN installs by name, without a manifest: ``pip install numpy``, ``npm install -g sharp``.

They are laid out as a manifest whose file is the Dockerfile, so that every rule about packages counts them too.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from basewright.model.workload import Dependency, Manifest
from basewright.needs.invocation import Invocation

_PACKAGES = 1000
"""Packages of one workload that are listed at most."""
_PYTHON = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?)(\[[A-Za-z0-9_, .-]{1,200}\])?\s*(.{0,200})")
_SPECIFIER = re.compile(r"(?:===|==|~=|!=|<=|>=|<|>)\s*\S.{0,120}")
_EXACT = re.compile(r"===?\s*([0-9][A-Za-z0-9.!+-]{0,60})")
_NODE = re.compile(r"((?:@[a-z0-9._-]{1,80}/)?[a-z0-9._-]{1,120})(?:@([\w.^~><=* -]{1,80}))?", re.IGNORECASE)
_GEM = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9_.-]{0,98})(?::([0-9][\w.]{0,40}))?")
_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){2}(?:-[\w.]{1,40})?")
_PIP_OPTIONS = (
    "-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url -f --find-links -t --target "
    "--prefix --root --platform --python-version --implementation --abi --cache-dir --trusted-host --src --python -p "
    "--timeout --retries --log --proxy --cert --progress-bar --only-binary --no-binary --config-settings -C --report "
    "--upgrade-strategy --use-deprecated --use-feature --index --default-index --resolution --torch-backend"
)
_PIP_VALUES = frozenset(_PIP_OPTIONS.split())
_GEM_VALUES = frozenset({"-v", "--version", "-i", "--install-dir", "-n", "--bindir", "--platform", "-s", "--source"})
_NODE_VALUES = frozenset({"--prefix", "-C", "--registry", "--cache", "--loglevel", "--cwd", "--dir", "--store-dir"})
_NODE_ACTIONS = {
    "npm": frozenset({"install", "i", "add"}),
    "pnpm": frozenset({"install", "i", "add"}),
    "yarn": frozenset({"add"}),
    "bun": frozenset({"install", "i", "add"}),
}


def named_manifests(invocations: Iterable[Invocation]) -> tuple[Manifest, ...]:
    """Return what `invocations`, all of RUN, install by name: one manifest per ecosystem, with the lines as places."""
    found: dict[str, list[Dependency]] = {"gem": [], "npm": [], "pypi": []}
    for ecosystem, dependency in itertools.islice(_all(invocations), _PACKAGES):
        found[ecosystem].append(dependency)
    return tuple(Manifest(one[0].where.file, name, "RUN", tuple(one)) for name, one in found.items() if one)


def _all(invocations: Iterable[Invocation]) -> Iterator[tuple[str, Dependency]]:
    for one in invocations:
        words = _pip_words(one)
        if words is not None:
            for name, version, requirement in _python(words):
                yield "pypi", Dependency(name, version, requirement, one.where)
        elif one.program in _NODE_ACTIONS:
            for name, version, requirement in _node(one):
                is_development = bool({"-D", "--save-dev", "--dev"}.intersection(one.arguments))
                yield "npm", Dependency(name, version, requirement, one.where, is_development)
        elif one.program == "gem" and one.arguments[:1] in {("install",), ("i",)}:
            for name, version in _gems(one.arguments[1:]):
                yield "gem", Dependency(name, version, version or "", one.where)


def _pip_words(one: Invocation) -> tuple[str, ...] | None:
    """Return what follows ``pip install`` in any of its spellings, None where it is no such command."""
    words = one.words
    if one.program.startswith("python") and words[1:3] == ("-m", "pip"):
        words = words[2:]
    elif one.program == "uv" and words[1:2] == ("pip",):
        words = words[1:]
    elif one.program not in {"pip", "pip3"} and not re.fullmatch(r"pip3\.\d{1,2}|pipx", one.program):
        return None
    plain = next((index for index, word in enumerate(words[1:], 1) if not word.startswith("-")), 0)
    return words[plain + 1 :] if plain and words[plain] == "install" else None


def _plain(words: Iterable[str], options: frozenset[str]) -> Iterator[str]:
    """Yield the words that are neither options nor their values, nor hold what a shell expands."""
    skips = False
    for word in words:
        if skips or word.startswith("-"):
            skips = not skips and word in options
        elif not set(word) & set("$`*"):
            yield word


def _python(words: Iterable[str]) -> Iterator[tuple[str, str | None, str]]:
    for word in _plain(words, _PIP_VALUES):
        found = _PYTHON.fullmatch(word.strip()) if not word.startswith((".", "/", "~")) and "://" not in word else None
        if found is None or word.endswith((".whl", ".tar.gz", ".zip")) or "/" in found[1]:
            continue
        rest = found[3].partition(";")[0].strip()
        if rest and not _SPECIFIER.fullmatch(rest):
            continue
        exact = _EXACT.fullmatch(rest)
        yield found[1], exact[1] if exact else None, f"{found[2] or ''}{rest}"


def _node(one: Invocation) -> Iterator[tuple[str, str | None, str]]:
    words = list(_plain(one.arguments, _NODE_VALUES))
    if words[:1] == ["global"]:
        words = words[1:]
    if not words or words[0] not in _NODE_ACTIONS[one.program]:
        return
    for word in words[1:]:
        found = _NODE.fullmatch(word)
        if found is not None and not word.startswith(".") and not word.endswith((".tgz", ".tar.gz")):
            wanted = found[2] or ""
            yield found[1], wanted if _VERSION.fullmatch(wanted) else None, wanted


def _gems(arguments: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    pinned = None
    for index, word in enumerate(arguments):
        if word in {"-v", "--version"}:
            text = "".join(arguments[index + 1 : index + 2])
            pinned = text if re.fullmatch(r"[0-9][\w.]{0,40}", text) else None
    names = [found for word in _plain(arguments, _GEM_VALUES) if (found := _GEM.fullmatch(word))]
    for found in names:
        if not found[1].endswith(".gem"):
            yield found[1], found[2] or (pinned if len(names) == 1 else None)
