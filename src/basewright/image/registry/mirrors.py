"""Mirrors: the caller's own, and those of `registries.conf` (containers-registries.conf(5), version 2).

Only the `[[registry]]` tables count here: an image is always named with its registry, so search lists are not used.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from basewright.errors import ConfigurationError, InputError
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.local_files import home, read_local
from basewright.image.registry.settings import RegistrySettings
from basewright.model.reference import ImageReference

_LIMIT: Final = 1024 * 1024
_FILES: Final = 100
_SYSTEM: Final = Path("/etc/containers")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a prefix of names leads to."""

    location: str
    is_insecure: bool = False
    serves_tags: bool = True
    serves_digests: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[registry]]` table."""

    prefix: str
    own: Place
    mirrors: tuple[Place, ...] = ()
    is_blocked: bool = False


def endpoints(
    reference: ImageReference, settings: RegistrySettings, told: Callable[[str], None], system: Path = _SYSTEM
) -> tuple[Endpoint, ...]:
    """Return where to ask for `reference`: mirrors in their order, the registry last; raise InputError if blocked."""
    name = f"{reference.registry}/{reference.repository}"
    found: list[Endpoint] = []
    for prefix, places in sorted(settings.mirrors.items(), key=lambda item: -len(item[0])):
        if _covers(prefix, name):
            found += [_endpoint(name, prefix, Place(place), settings, is_mirror=True) for place in places]
            break
    rule = _best(_rules(settings.environment, told, system), name)
    own = Place(reference.registry, reference.registry in settings.insecure)
    prefix = reference.registry
    if rule is not None:
        if rule.is_blocked:
            raise InputError(f"{name}: this machine's registries.conf blocks {rule.prefix}")
        found += [_endpoint(name, rule.prefix, place, settings, is_mirror=True) for place in rule.mirrors]
        own, prefix = rule.own, rule.prefix
    found.append(_endpoint(name, prefix, own, settings, is_mirror=False))
    return tuple(dict.fromkeys(found))


def _covers(prefix: str, name: str) -> bool:
    """Whether `name` lies under `prefix`: ``host``, ``host/path`` or ``*.domain``."""
    if prefix.startswith("*."):
        return name.partition("/")[0].partition(":")[0].endswith(prefix[1:])
    return name == prefix or name.startswith(f"{prefix}/")


def _endpoint(name: str, prefix: str, place: Place, settings: RegistrySettings, *, is_mirror: bool) -> Endpoint:
    """Return where `name` is found when `prefix` is replaced by the place's location."""
    is_wild = prefix.startswith("*.")
    rest = name.partition("/")[2] if is_wild else name.removeprefix(prefix).lstrip("/")
    location = place.location.rstrip("/") or name.partition("/")[0]
    text = f"{location}/{rest}" if rest else location
    try:
        # The reference's own grammar checks what a configuration file says.
        there = ImageReference.parse(text)
    except InputError as error:
        raise ConfigurationError(f"a mirror of {prefix} leads to what is no repository: {text[:100]!r}") from error
    return Endpoint(
        there.registry,
        there.repository,
        is_mirror=is_mirror,
        is_insecure=place.is_insecure or there.registry in settings.insecure,
        serves_tags=place.serves_tags,
        serves_digests=place.serves_digests,
    )


def _best(rules: Mapping[str, Rule], name: str) -> Rule | None:
    covering = [rule for prefix, rule in rules.items() if _covers(prefix, name)]
    return max(covering, key=lambda rule: len(rule.prefix), default=None)


def _rules(environment: Mapping[str, str], told: Callable[[str], None], system: Path) -> dict[str, Rule]:
    """Return the rules of every file by prefix; a later file's rule replaces an earlier one's."""
    found: dict[str, Rule] = {}
    for path in _files(environment, system):
        try:
            data = read_local(path, _LIMIT)
            document = tomllib.loads((data or b"").decode())
        except (ConfigurationError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ConfigurationError(f"{path} cannot be read: {str(error)[:200]}") from error
        tables = document.get("registry", [])
        if not isinstance(tables, list):
            told(f"{path}: version 1 of the format is not used")
            continue
        for table in tables:
            rule = _rule(table)
            if rule is None:
                told(f"{path}: a [[registry]] without prefix and location is passed over")
            else:
                found[rule.prefix] = rule
    return found


def _files(environment: Mapping[str, str], system: Path) -> Iterator[Path]:
    """Yield the main file (the user's, else the system's), then the drop-ins of both, as the manual orders them."""
    if not environment:
        return
    if named := environment.get("CONTAINERS_REGISTRIES_CONF"):
        yield Path(named)
        return
    folder = home(environment)
    own = folder / ".config" / "containers" if folder is not None else None
    user_file = own / "registries.conf" if own is not None else None
    yield user_file if user_file is not None and user_file.is_file() else system / "registries.conf"
    for parent in (system, own):
        if parent is not None and (parent / "registries.conf.d").is_dir():
            yield from sorted((parent / "registries.conf.d").glob("*.conf"))[:_FILES]


def _rule(table: object) -> Rule | None:
    if not isinstance(table, dict):
        return None
    location, prefix = _text(table, "location"), _text(table, "prefix")
    if not location and not prefix:
        return None
    prefix = prefix or location
    by_digest_only = table.get("mirror-by-digest-only") is True
    given = table.get("mirror", [])
    mirrors = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return Rule(
        prefix,
        Place(location or ("" if prefix.startswith("*.") else prefix), table.get("insecure") is True),
        tuple(_mirror(one, by_digest_only=by_digest_only) for one in mirrors if _text(one, "location")),
        table.get("blocked") is True,
    )


def _mirror(table: Mapping[str, Any], *, by_digest_only: bool) -> Place:
    pull = _text(table, "pull-from-mirror") or "all"
    return Place(
        _text(table, "location"),
        table.get("insecure") is True,
        serves_tags=pull in {"all", "tag-only"} and not by_digest_only,
        serves_digests=pull in {"all", "digest-only"},
    )


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    return value.strip() if isinstance(value, str) else ""
