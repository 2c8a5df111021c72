"""Accounts that are too many or too open: empty passwords, a second root, ids and names that stand twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from basewright.inventory.hardening.account_files import User
from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import Site
from basewright.model.candidate import Severity

_NO_LOGIN: Final = frozenset({"nologin", "false", "sync", "halt", "shutdown", "true"})
_FIRST_PERSON: Final = 1000
"""Ids below belong to the system (login.defs, UID_MIN)."""
_ROOT_ACCOUNTS: Final = frozenset({"root"})
_DUPLICATES_SHIPPED: Final = frozenset({"halt", "sync", "shutdown", "operator", "toor"})
"""Accounts that distributions give the id of root on purpose, without a password."""


def _empty_password(site: Site) -> Iterator[Observation]:
    accounts = site.accounts
    elsewhere = {one.name for one in accounts.users or () if one.password == "elsewhere"}  # noqa: S105 - a state
    empty = [one.name for one in accounts.users or () if one.password == "empty"]  # noqa: S105 - a state
    in_shadow = [
        one.name
        for one in accounts.secrets or ()
        if one.password == "empty" and (one.name in elsewhere or accounts.users is None)  # noqa: S105 - a state
    ]
    for names, path in ((in_shadow, "etc/shadow"), (empty, "etc/passwd")):
        if names:
            yield Observation(
                Severity.ERROR,
                f"{named(names)} can log in without a password: whatever asks PAM or su lets them in",
                f"Lock the password: `RUN passwd -l {names[0][:32]}`, or write `*` into the second field.",
                (path,),
                len(names),
            )


def _password_set(site: Site) -> Iterator[Observation]:
    accounts = site.accounts
    rows: list[tuple[str, Iterable[str]]] = [
        ("etc/shadow", [one.name for one in accounts.secrets or () if one.password == "set"]),  # noqa: S105 - a state
        ("etc/passwd", [one.name for one in accounts.users or () if one.password == "set"]),  # noqa: S105 - a state
    ]
    for path, found in rows:
        names = list(found)
        if names:
            yield Observation(
                Severity.WARNING,
                f"{named(names)}: a password's hash is in the image; whoever pulls it can try to guess the password, "
                "which is the same in every container",
                f"Lock the password: `RUN passwd -l {names[0][:32]}`, and set none while building.",
                (path,),
                len(names),
            )


def _second_root(site: Site) -> Iterator[Observation]:
    others = [one for one in site.accounts.users or () if one.uid == 0 and one.name not in _ROOT_ACCOUNTS]
    names = [one.name for one in others if not (one.name in _DUPLICATES_SHIPPED and _is_closed(one))]
    if names:
        yield Observation(
            Severity.ERROR,
            f"{named(names)}: further accounts with the user id 0 are root under another name",
            f"Give each its own id, or remove it: `RUN deluser {names[0][:32]}`.",
            ("etc/passwd",),
            len(names),
        )


def _duplicate_accounts(site: Site) -> Iterator[Observation]:
    users, groups = site.accounts.users or (), site.accounts.groups or ()
    rows = (
        ("etc/passwd", "user names", _twice(one.name for one in users)),
        ("etc/passwd", "user ids", _twice(str(one.uid) for one in users if one.uid)),
        ("etc/group", "group names", _twice(one.name for one in groups)),
        ("etc/group", "group ids", _twice(str(one.gid) for one in groups if one.gid is not None)),
    )
    for path, what, found in rows:
        if found:
            yield Observation(
                Severity.WARNING,
                f"{what} that stand twice: {named(found)}; who owns a file, or may do what, is then ambiguous",
                f"Keep one account for each in /{path}.",
                (path,),
                len(found),
            )


def _twice(values: Iterable[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)


def _system_login(site: Site) -> Iterator[Observation]:
    names = [
        one.name
        for one in site.accounts.users or ()
        if one.uid and one.uid < _FIRST_PERSON and one.shell and not _is_closed(one) and _may_log_in(one, site)
    ]
    if names:
        yield Observation(
            Severity.NOTE,
            f"accounts of services with a login shell: {named(names)}",
            f"Give them none: `RUN usermod -s /usr/sbin/nologin {names[0][:32]}`.",
            ("etc/passwd",),
            len(names),
        )


def _may_log_in(user: User, site: Site) -> bool:
    """Whether the shell is there at all."""
    return site.tree.lookup(user.shell.lstrip("/")) is not None


def _is_closed(user: User) -> bool:
    return user.shell.rpartition("/")[2] in _NO_LOGIN


RULES: Final = (
    Rule("empty-password", _empty_password),
    Rule("password-in-image", _password_set, ("4.10",)),
    Rule("second-root", _second_root),
    Rule("duplicate-accounts", _duplicate_accounts),
    Rule("system-account-with-shell", _system_login),
)
