"""Gemfile, of which only what stands there literally is read, and Gemfile.lock (Bundler)."""

import re
from dataclasses import replace

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies

_LINE_LIMIT = 1000
_GEM = re.compile(r"\s*gem\s*\(?\s*[\"']([\w.-]+)[\"'](.*)")
_VERSION = re.compile(r"\s*,\s*[\"']([^\"']+)[\"']")
_RUBY = re.compile(r"\s*ruby\s*\(?\s*[\"']([^\"']+)[\"']")
_GROUP = re.compile(r"\s*group\s*\(?\s*(.+?)\s*\)?\s*do\s*(?:\|.*\|)?\s*$")
_INLINE_GROUP = re.compile(r"group[s]?:\s*(\[[^\]]*\]|:\w+)")
_OPENS = re.compile(r"\bdo\b\s*(?:\|[^|]*\|)?\s*$|^\s*(?:if|unless|case|begin)\b")
_WORD = re.compile(r"\w+")
_DEVELOPMENT = frozenset({"development", "test", "dev", "ci", "lint", "doc", "docs"})
_SPEC = re.compile(r"    ([\w.-]+) \(([^)]+)\)")
_DIRECT = re.compile(r"  ([\w.-]+)!?(?: \(([^)]*)\))?!?")
_PLATFORM = re.compile(r"-((?:x86_64|aarch64|arm|arm64|x86|i386|x64|java|universal|ppc64le|s390x|riscv64)[\w.-]*)$")


def _read_gemfile(file: ManifestFile) -> Manifest:
    runtime: str | None = None
    runtime_line = 0
    found: list[Dependency] = []
    blocks: list[bool] = []
    for number, line in enumerate(file.lines, 1):
        bare = " ".join(line.partition("#")[0].split())
        if not bare or len(bare) > _LINE_LIMIT:
            continue
        ruby, gem, group = _RUBY.match(bare), _GEM.match(bare), _GROUP.match(bare)
        if ruby:
            runtime, runtime_line = ruby.group(1), number
        elif gem:
            found.append(_gem(file, number, gem, in_development=any(blocks)))
        if group:
            blocks.append(_is_development(group.group(1)))
        elif bare == "end":
            blocks = blocks[:-1]
        elif _OPENS.search(bare):
            blocks.append(False)
    return Manifest(file.path, "gem", "Gemfile", sorted_dependencies(found), runtime=runtime, runtime_line=runtime_line)


def _gem(file: ManifestFile, number: int, gem: re.Match[str], *, in_development: bool) -> Dependency:
    version = _VERSION.match(gem.group(2))
    wanted = version.group(1) if version else ""
    inline = _INLINE_GROUP.search(gem.group(2))
    exact = wanted.removeprefix("= ") if wanted[:1].isdigit() or wanted.startswith("= ") else None
    is_development = in_development or (inline is not None and _is_development(inline.group(1)))
    return Dependency(gem.group(1), exact, wanted, file.at(number), is_development)


def _is_development(groups: str) -> bool:
    names = set(_WORD.findall(groups))
    return bool(names) and names <= _DEVELOPMENT


def _read_lock(file: ManifestFile) -> Manifest:
    section = ""
    platforms: list[str] = []
    runtime: str | None = None
    direct: set[str] = set()
    builds: dict[str, list[tuple[str, int]]] = {}
    for number, line in enumerate(file.lines, 1):
        if line and not line.startswith(" "):
            section = line.strip()
        elif section in {"GEM", "PATH", "GIT"} and (spec := _SPEC.fullmatch(line)):
            builds.setdefault(spec.group(1), []).append((spec.group(2), number))
        elif section == "PLATFORMS" and line.strip():
            platforms.append(line.strip())
        elif section == "DEPENDENCIES" and (stated := _DIRECT.fullmatch(line)):
            direct.add(stated.group(1))
        elif section == "RUBY VERSION" and line.strip():
            runtime = line.strip().removeprefix("ruby ").partition("p")[0]
    found = [replace(_locked(file, name, versions), is_direct=name in direct) for name, versions in builds.items()]
    facts = {"platforms": ", ".join(sorted(platforms))} if platforms else {}
    return Manifest(file.path, "gem", "Gemfile.lock", sorted_dependencies(found), runtime=runtime, facts=facts)


def _locked(file: ManifestFile, name: str, versions: list[tuple[str, int]]) -> Dependency:
    """Return a gem with its builds: ``1.16.0-x86_64-linux-musl`` is one, ``1.16.0`` alone builds where it is installed.

    A build for plain ``linux`` is left open: before RubyGems 3.3.22 it served every C library, today it means glibc.
    """
    plain = [version for version, _ in versions if not _PLATFORM.search(version)]
    artefacts = tuple(sorted(f"{name}-{version}.gem" for version, _ in versions))
    targets = [target.group(1) for version, _ in versions if (target := _PLATFORM.search(version))]
    version = plain[0] if plain else _PLATFORM.sub("", versions[0][0])
    musl: bool | None = None
    if any("linux-musl" in target for target in targets):
        musl = True
    elif any("linux-gnu" in target for target in targets) and not plain:
        musl = False
    is_native = True if any("linux" in target for target in targets) else None
    return Dependency(name, version, "", file.at(versions[0][1]), musl=musl, is_native=is_native, artefacts=artefacts)


READERS = (Reader(named("Gemfile", "gems.rb"), _read_gemfile), Reader(named("Gemfile.lock", "gems.locked"), _read_lock))
