"""Where services keep their data, who owns it, and what orders it: facts of the well-known images.

Sources: the Dockerfiles of the Docker Official Images (PGDATA since 18: docker-library/postgres, pull request 1259);
PostgreSQL documentation, chapter 24 (locale providers) and initdb's options.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from basewright.model.base import BaseImage, User
from basewright.recommend.situation import Situation
from basewright.recommend.versions import numbers

_SERVICE_USERS = {
    "postgres": ("postgres",),
    "mysql": ("mysql",),
    "mariadb": ("mysql", "mariadb"),
    "redis": ("redis",),
    "valkey": ("valkey",),
    "mongo": ("mongodb", "mongo"),
    "mongodb": ("mongodb", "mongo"),
    "rabbitmq": ("rabbitmq",),
    "memcached": ("memcache", "memcached"),
}
_PROGRAMS: Mapping[tuple[str, str], str] = {
    ("postgres", "debian"): "/usr/lib/postgresql/{major}/bin",
    ("postgres", "alpine"): "/usr/local/bin",
    ("redis", ""): "/usr/local/bin",
    ("valkey", ""): "/usr/local/bin",
    ("memcached", ""): "/usr/local/bin",
    ("nginx", ""): "/usr/sbin",
    ("httpd", ""): "/usr/local/apache2/bin",
}
"""Service and distribution ("" for every one) → where the official image has its programs."""
_OPTION = re.compile(r"--(locale-provider|builtin-locale|icu-locale|lc-collate|locale|no-locale)(?:[= ]([^\s]+))?")
_FIRST_VERSIONED_PGDATA = 18


class Provider(StrEnum):
    """What orders a PostgreSQL cluster's text."""

    C = "C"
    """Bytes, whatever the C library."""
    BUILTIN = "builtin"
    """PostgreSQL's own, since 17."""
    ICU = "icu"
    LIBC = "libc"


def service_user(base: BaseImage, service: str) -> User | None:
    """Return the user that `service` runs as in `base`; None where not known."""
    names = _SERVICE_USERS.get(service, (service,))
    named = next((user for name in names for user in base.users if user.name == name), None)
    if named is not None:
        return named
    if base.uid is not None and base.is_root is False:
        return User(base.user or str(base.uid), base.uid)
    return None


def program_directory(base: BaseImage, service: str) -> str | None:
    """Return the folder of the programs of `service` in `base`; None where not known."""
    if "official" not in base.vendor.lower():
        return None
    found = _PROGRAMS.get((service, base.family)) or _PROGRAMS.get((service, ""))
    major = numbers(base.runtime.version if base.runtime else None)
    return found.format(major=major[0]) if found and major else None


def data_directory(base: BaseImage, service: str) -> str | None:
    """Return the default data directory of `service` in `base`; None where not known."""
    if service != "postgres":
        return base.volumes[0] if base.volumes else None
    if told := base.environment.get("PGDATA"):
        return told
    major = numbers(base.runtime.version if base.runtime else None)
    if "official" in base.vendor.lower() and major:
        return (
            f"/var/lib/postgresql/{major[0]}/docker"
            if major[0] >= _FIRST_VERSIONED_PGDATA
            else "/var/lib/postgresql/data"
        )
    return None


def collation_provider(situation: Situation) -> tuple[Provider, str]:
    """Return what orders the text of a PostgreSQL service, and the setting that says so ("" for the default)."""
    environment = situation.workload.runtime.environment
    setting = environment.get("POSTGRES_INITDB_ARGS")
    if setting is not None and (found := _from_options(setting.value)) is not None:
        return found, "POSTGRES_INITDB_ARGS"
    for name in ("LC_ALL", "LC_COLLATE", "LANG"):
        value = environment[name].value if name in environment else _from_base(situation, name)
        if value:
            return (Provider.C if value in {"C", "POSIX"} else Provider.LIBC), name
    return Provider.LIBC, ""


def _from_options(text: str) -> Provider | None:
    options: Mapping[str, str] = {name: value.strip("'\"") for name, value in _OPTION.findall(text[:4096])}
    provider = options.get("locale-provider", "")
    if provider == "builtin" or "builtin-locale" in options:
        return Provider.BUILTIN
    if provider == "icu" or "icu-locale" in options:
        return Provider.ICU
    collate = options.get("lc-collate", options.get("locale", ""))
    if "no-locale" in options or collate in {"C", "POSIX"}:
        return Provider.C
    return Provider.LIBC if collate or provider == "libc" else None


def _from_base(situation: Situation, name: str) -> str:
    return situation.base.environment.get(name, "") if situation.base else ""
