"""As whom a container of the image runs: root, a user that is not there, or an id that wraps around."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from basewright.inventory.hardening.interface import Observation, Rule
from basewright.inventory.hardening.site import Site
from basewright.model.candidate import Severity

LARGEST_ID: Final = 2**31 - 1
"""Of a user or group that runtimes accept (moby/sys/user, `GetExecUser`); larger ones wrapped to root in some."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,400}")
_ADD_USER: Final = {
    "alpine": "`RUN addgroup -S app && adduser -S -G app app`, then `USER app`",
    "debian": "`RUN useradd --system --uid 10001 --shell /usr/sbin/nologin app`, then `USER 10001:10001`",
    "rhel": "`RUN useradd --system --uid 10001 --shell /sbin/nologin app`, then `USER 10001:10001`",
}  # fmt: skip
_FAMILIES: Final = {"wolfi": "alpine", "chainguard": "alpine", "ubuntu": "debian", "fedora": "rhel", "centos": "rhel",
    "rocky": "rhel", "almalinux": "rhel", "amzn": "rhel", "ol": "rhel"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunUser:
    """The user part and the group part of USER, resolved as runtimes do; None where that cannot be told."""

    text: str
    uid: int | None
    gid: int | None
    is_beyond: bool = False
    """Whether an id is negative or larger than `LARGEST_ID`."""
    missing: str = ""
    """A name that no account has."""


def run_user(site: Site) -> RunUser | None:
    """Return as whom the image runs; None where there is no configuration."""
    if site.config is None:
        return None
    text = site.config.user.strip()
    user, _, group = text.partition(":")
    accounts = site.accounts
    uid, is_beyond, missing = _resolved(user or "0", {one.name: one.uid for one in reversed(accounts.users or ())})
    if user == "root" and missing:
        uid, missing = 0, ""
    if group:
        gid, group_beyond, absent = _resolved(group, {one.name: one.gid for one in reversed(accounts.groups or ())})
        return RunUser(text, uid, gid, is_beyond or group_beyond, missing or absent)
    account = next((one for one in accounts.users or () if one.name == user or (uid == one.uid is not None)), None)
    return RunUser(text, uid, account.gid if account is not None else 0, is_beyond, missing)


def _resolved(text: str, names: dict[str, int | None]) -> tuple[int | None, bool, str]:
    """Return (id, whether it is out of range, name that is missing); what an account is called is its name first."""
    if text in names:
        return names[text], False, ""
    if _NUMBER.fullmatch(text):
        digits = text.lstrip("+-").lstrip("0")
        number = int(digits[:20] or "0") * (-1 if text[0] == "-" else 1)
        return number, not 0 <= number <= LARGEST_ID, ""
    return None, False, text


def _runs_as_root(site: Site) -> Iterator[Observation]:
    user = run_user(site)
    if user is None or user.uid != 0 or user.is_beyond:
        return
    if not user.text:
        reason = "names no USER: processes run as root"
    elif user.text.partition(":")[0] in {"", "root", "0"}:
        reason = f"USER is {user.text[:80]!r}: processes run as root"
    else:
        reason = f"USER {user.text[:80]!r} has the user id 0: processes run as root under another name"
    yield Observation(Severity.WARNING, reason, add_user_remedy(site))


def add_user_remedy(site: Site) -> str:
    """Return the lines that give an image of this distribution a user of its own."""
    names = (site.os.id, *site.os.id_like) if site.os is not None else ()
    family = next((_FAMILIES.get(one, one) for one in names if _FAMILIES.get(one, one) in _ADD_USER), "")
    return f"Add a user of its own: {_ADD_USER.get(family, '`USER 10001:10001`')}."


def _unknown_user(site: Site) -> Iterator[Observation]:
    user = run_user(site)
    if user is not None and user.missing:
        where = "/etc/group" if user.missing != user.text.partition(":")[0] else "/etc/passwd"
        yield Observation(
            Severity.ERROR,
            f"USER names {user.missing[:80]!r}, which {where} does not know: a container does not start",
            "Create the account in the stage that names it, or use an id: `USER 10001:10001`.",
        )


def _id_out_of_range(site: Site) -> Iterator[Observation]:
    user = run_user(site)
    if user is not None and user.is_beyond:
        yield Observation(
            Severity.ERROR,
            f"USER is {user.text[:80]!r}, outside of 0 to {LARGEST_ID}: some runtimes wrap such an id around to root, "
            "and checks that only compare with 0 let it pass",
            "Use a small id: `USER 10001:10001`.",
        )


def _root_group(site: Site) -> Iterator[Observation]:
    user = run_user(site)
    if user is not None and user.uid and user.gid == 0 and not user.is_beyond and not user.missing:
        yield Observation(
            Severity.NOTE,
            f"USER {user.text[:80]!r} runs with the group root (gid 0): whatever that group may write, it may write",
            f"Name a group too: `USER {user.uid}:{user.uid}`. OpenShift relies on gid 0; keep it there.",
        )


RULES: Final = (
    Rule("image-runs-as-root", _runs_as_root, ("4.1",)),
    Rule("unknown-user", _unknown_user, ("4.1",)),
    Rule("user-id-out-of-range", _id_out_of_range, ("4.1",)),
    Rule("root-group", _root_group),
)
