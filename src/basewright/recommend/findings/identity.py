"""Rules about the user."""

import re
from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.candidate import Finding, Severity
from basewright.model.need import NeedKind
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation, places
from basewright.recommend.subject import subject_of

_ROOT = frozenset({"", "0", "root"})
DROPS_BY_ITSELF = frozenset({"postgres", "mysql", "mariadb", "redis", "valkey", "mongo", "rabbitmq", "nginx", "httpd"})
"""Services whose official images start as root and give the service a user of its own."""
_REFUSES_ROOT = frozenset({"postgres"})
_DEBIAN_USERS = frozenset(
    {"_apt", "backup", "bin", "daemon", "games", "irc", "list", "lp", "mail", "man", "news", "nobody", "proxy", "root"}
    | {"sync", "sys", "ubuntu", "uucp", "www-data"}
)
"""Debian's base-passwd, which the plain images of Debian and Ubuntu have, with Ubuntu's own first user."""
_MADE_BY_PACKAGES = (
    *(("postgresql", "postgres"), ("mysql-server", "mysql"), ("mariadb-server", "mysql"), ("redis", "redis")),
    *(("nginx", "nginx"), ("nginx", "www-data"), ("rabbitmq-server", "rabbitmq"), ("memcached", "memcache")),
)
"""Beginnings of package names → the user that their installation makes."""
_ADDS_USER = re.compile(r"\b(?:adduser|useradd)\b([^;&|\n]{0,400})")


def is_root(situation: Situation) -> bool | None:
    """Whether the container starts as root today; None where not known."""
    setting = situation.workload.runtime.user
    if setting is not None:
        return setting.value.partition(":")[0] in _ROOT if "$" not in setting.value else None
    if situation.is_scratch:
        return True
    return situation.base.is_root if situation.base else None


def _runs_as_root(situation: Situation) -> Iterator[Finding]:
    if is_root(situation) is not True:
        return
    setting = situation.workload.runtime.user
    where = setting.where if setting else situation.workload.base.where
    subject = subject_of(situation)
    runs_base = situation.workload.runtime.entrypoint is None and situation.workload.runtime.user is None
    if subject is not None and subject.name in DROPS_BY_ITSELF and runs_base and _is_of(situation, subject.name):
        yield Finding(
            "runs-as-root",
            Severity.NOTE,
            f"the container starts as root; the image's own start gives the service a user of its own ({subject.name})",
            where,
            "where the volume's owner allows it, name that user in `user:`, so that root is never there",
        )
        return
    why = "USER is root" if setting else "no USER is set, and the base's default is root"
    yield Finding(
        "runs-as-root",
        Severity.WARNING,
        f"the process runs as root: {why}",
        where,
        "add a USER by number, such as USER 65532, and give it what the application writes",
    )


def _absent(situation: Situation) -> Iterator[Finding]:
    base = situation.base
    present = user_names(base) if base else frozenset()
    if base is None or not present:
        return
    setting = situation.workload.runtime.user
    names = present | _created(situation)
    if setting is not None and "$" not in setting.value:
        name = setting.value.partition(":")[0]
        if name not in names and not name.isdigit() and name not in _ROOT:
            yield Finding(
                "user-absent-in-base",
                Severity.ERROR,
                f"USER {name}: the base has no such user, and no line creates it; it has "
                f"{', '.join(sorted(present)[:8])}{' …' if len(present) > 8 else ''}",
                setting.where,
                f"write USER as a number, or create {name} in a stage with a shell and copy /etc/passwd",
                {"user": name},
            )
            return
    for need in situation.of_kind(NeedKind.SERVICE):
        if need.value in _REFUSES_ROOT and need.value not in names and not _is_of(situation, need.value):
            yield Finding(
                "user-absent-in-base",
                Severity.ERROR,
                f"{need.value} refuses to run as root, and the base has no user {need.value}",
                places(need)[0],
                f"use an image of {need.value}, which brings its user along",
                {"user": need.value},
            )


def user_names(base: BaseImage) -> frozenset[str]:
    """Return the users that `base` is known to have; empty where they are not known."""
    if base.users:
        return frozenset(user.name for user in base.users)
    return _DEBIAN_USERS if base.reference.repository in {"library/debian", "library/ubuntu"} else frozenset()


def _privileged_port(situation: Situation) -> Iterator[Finding]:
    if is_root(situation) is not False:
        return
    for need in situation.of_kind(NeedKind.PRIVILEGED_PORT):
        yield Finding(
            "privileged-port-as-non-root",
            Severity.NOTE,
            f"port {need.value} is opened by a user that is not root: Docker lets it, other runtimes may not",
            places(need)[0],
            "listen above 1023, and map the port outside",
        )


def _created(situation: Situation) -> set[str]:
    words: set[str] = set()
    for instruction, _ in situation.lines("RUN"):
        for arguments in _ADDS_USER.findall(instruction.text[:65536]):
            words.update(arguments.split())
    for need in situation.of_kind(NeedKind.LIBRARY):
        words.update(user for prefix, user in _MADE_BY_PACKAGES if need.value.startswith(prefix))
    return words


def _is_of(situation: Situation, name: str) -> bool:
    runtime = situation.base.runtime if situation.base else None
    return runtime is not None and runtime.name == name


RULES = (
    Rule("runs-as-root", _runs_as_root),
    Rule("user-absent-in-base", _absent),
    Rule("privileged-port-as-non-root", _privileged_port),
)
