"""The tables that the detectors read: what programs, servers and packages are, by name.

They are data files beside this module; each is read once, when it is first asked for.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a wrapper's own words are told from those of the program that it starts."""

    positionals: int = 0
    """Words of its own after its options (``gosu USER …``: 1)."""
    values: frozenset[str] = frozenset()
    """Options that take the next word."""
    subcommand: tuple[str, ...] = ()
    """Words one of which must follow, or nothing is wrapped (``poetry run …``)."""
    until: str = ""
    """A separator that must be passed (``wait-for-it.sh host:port -- …``)."""
    assignments: bool = False
    """Skips ``NAME=value`` words, as ``env`` does."""


@dataclass(frozen=True, slots=True)
class Programs:
    """What programs are (data/programs.toml)."""

    shells: frozenset[str]
    builtins: frozenset[str]
    applets: frozenset[str]
    tools: frozenset[str]
    inits: frozenset[str]
    development_servers: frozenset[str]
    static_servers: frozenset[str]
    wrappers: Mapping[str, Wrapper]
    interpreters: Mapping[str, str]
    package_managers: Mapping[str, str]
    build_tools: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """A ready server (data/services.toml)."""

    name: str
    programs: tuple[str, ...]
    data: tuple[str, ...]
    """Its data directories, the usual one first."""
    data_variable: str
    data_options: tuple[str, ...]
    """Options of its programs that name the data directory."""
    ports: tuple[int, ...]
    writable: tuple[str, ...]
    """Paths beside its data that it writes."""
    database: bool
    shell: str
    """What runs its official image's entrypoint script; "" for no script."""
    script: str
    """What that script does."""
    avoidable: str
    """How a project can do without the script; "" where it cannot."""


@dataclass(frozen=True, slots=True)
class PackageTable:
    """What system packages are (data/packages.toml)."""

    build: frozenset[str]
    build_suffixes: tuple[str, ...]
    build_prefixes: tuple[str, ...]
    run: frozenset[str]
    run_prefixes: tuple[str, ...]
    programs: Mapping[str, tuple[str, ...]]
    """Package → programs that it brings."""
    fonts: tuple[str, ...]
    """Prefixes of packages that bring fonts."""
    editors: frozenset[str]
    """Tools of people, not of programs."""


@dataclass(frozen=True, slots=True)
class PythonWheels:
    """What tools/check_musl_wheels.py found for one native package: the releases with wheels, oldest first."""

    name: str
    glibc: tuple[str, ...]
    musl: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PythonNatives:
    """Native Python packages, and of which day and interpreter the facts are."""

    date: str
    python: str
    packages: Mapping[str, PythonWheels] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeNative:
    """What tools/check_node_natives.py found for one package."""

    name: str
    version: str
    delivery: str
    """``optional``, ``bundled``, ``download`` or ``build``: see the tool."""
    musl: bool | None


@dataclass(frozen=True, slots=True)
class NodeNatives:
    """Node packages with native code, and of which day the facts are."""

    date: str
    packages: Mapping[str, NodeNative] = field(default_factory=dict)


@cache
def programs() -> Programs:
    """Return what programs are."""
    table = _toml("programs.toml")
    wrappers = {
        name: Wrapper(
            positionals=spec.get("positionals", 0),
            values=frozenset(spec.get("values", ())),
            subcommand=tuple(spec.get("subcommand", ())),
            until=spec.get("until", ""),
            assignments=spec.get("assignments", False),
        )
        for name, spec in table["wrappers"].items()
    }
    sets = ("shells", "builtins", "applets", "tools", "inits", "development_servers", "static_servers")
    return Programs(
        **{name: frozenset(table[name]) for name in sets},
        wrappers=wrappers,
        interpreters=table["interpreters"],
        package_managers=table["package_managers"],
        build_tools=table["build_tools"],
    )


@cache
def services() -> Mapping[str, Service]:
    """Return the ready servers by the catalog's runtime names."""
    found = {}
    for name, spec in _toml("services.toml").items():
        found[name] = Service(
            name=name,
            programs=tuple(spec["programs"]),
            data=tuple(spec["data"]),
            data_variable=spec.get("data_variable", ""),
            data_options=tuple(spec.get("data_options", ())),
            ports=tuple(spec["ports"]),
            writable=tuple(spec["writable"]),
            database=spec["database"],
            shell=spec["shell"],
            script=spec["script"],
            avoidable=spec["avoidable"],
        )
    return found


@cache
def servers_of(program: str) -> tuple[str, ...]:
    """Return the names of the servers that `program` is of, in the table's order."""
    return tuple(one.name for one in services().values() if program in one.programs)


@cache
def packages() -> PackageTable:
    """Return what system packages are."""
    table = _toml("packages.toml")
    return PackageTable(
        build=frozenset(table["build"]),
        build_suffixes=tuple(table["build_suffixes"]),
        build_prefixes=tuple(table["build_prefixes"]),
        run=frozenset(table["run"]),
        run_prefixes=tuple(table["run_prefixes"]),
        programs={name: tuple(brought) for name, brought in table["programs"].items()},
        fonts=tuple(table["fonts"]),
        editors=frozenset(table["editors"]),
    )


@cache
def ecosystems() -> Mapping[str, Any]:
    """Return what application packages need (data/ecosystems.toml), ecosystem by ecosystem, as the file has it."""
    return _toml("ecosystems.toml")


@cache
def python_natives() -> PythonNatives:
    """Return the well-known native Python packages."""
    table = _json("native_python.json")
    facts = {
        one["name"]: PythonWheels(one["name"], tuple(one["glibc"]), tuple(one["musl"])) for one in table["packages"]
    }
    return PythonNatives(table["date"], table["python"], facts)


@cache
def node_natives() -> NodeNatives:
    """Return the well-known native Node packages."""
    table = _json("native_node.json")
    return NodeNatives(table["date"], {one["name"]: NodeNative(**one) for one in table["packages"]})


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


def _json(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_text(name))
    return loaded


def _text(name: str) -> str:
    return resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
