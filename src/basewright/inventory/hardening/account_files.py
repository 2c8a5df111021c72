"""Users, groups and passwords of an image (passwd(5), group(5), shadow(5)), read within bounds.

Of a password only its state is kept: a hash never reaches a record, the cache or a report.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from basewright.formats.content import Content, Window
from basewright.image.interface import Interest, TreeView
from basewright.inventory.bounded import head, head_window
from basewright.model.unknown import Unknown

FILE_BYTES: Final = 1024 * 1024
"""Of one of these files that are read; more accounts than fit no container has."""
LINES: Final = 10_000
_NAME: Final = 64
"""Characters of a name or path that are kept."""
_DIGITS: Final = 20
"""Of an id; more would only cost time to convert."""
PasswordState = Literal["empty", "locked", "elsewhere", "set"]


class User(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of passwd."""

    name: str
    password: PasswordState
    uid: int | None
    gid: int | None
    home: str
    shell: str


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of group."""

    name: str
    gid: int | None


class Secret(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of shadow, without what it protects."""

    name: str
    password: PasswordState


class AccountFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one of the three files says; the two other tuples are empty."""

    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    secrets: tuple[Secret, ...] = ()
    cut: str = ""
    """What to tell where it is longer than what is read."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of the finished image; a tuple is None where the file is not there."""

    users: tuple[User, ...] | None = None
    groups: tuple[Group, ...] | None = None
    secrets: tuple[Secret, ...] | None = None
    unknowns: tuple[Unknown, ...] = field(default=())

    def user(self, name: str) -> User | None:
        """Return the first user of that name, as the C library would."""
        return next((one for one in self.users or () if one.name == name), None)


class AccountAnalyser:
    """Reads ``etc/passwd``, ``etc/group`` and ``etc/shadow``."""

    name = "accounts"
    version = 1
    interest = Interest(names=frozenset({"passwd", "group", "shadow"}))
    record = AccountFile

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether it is the system's own; usr/etc and usr/lib hold it in images without a written etc."""
        return path.rpartition("/")[0] in {"etc", "usr/etc", "usr/lib"}

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, FILE_BYTES)

    def read(self, path: str, content: Content) -> AccountFile:
        """Return the accounts; lines that are none are passed over, as the C library does."""
        data, cut = head(content, FILE_BYTES)
        lines = data.decode("utf-8", "backslashreplace").split("\n")
        if len(lines) > LINES:
            cut = cut or f"{len(lines)} lines, of which only the first {LINES} were read"
        rows = [line.split(":") for line in lines[:LINES] if line and line[0] not in "#+-"]
        name = path.rpartition("/")[2]
        if name == "passwd":
            return AccountFile(users=tuple(_user(row) for row in rows if len(row) >= 6 and row[0]), cut=cut)
        if name == "group":
            groups = (Group(row[0][:_NAME], _number(row[2])) for row in rows if len(row) >= 3 and row[0])
            return AccountFile(groups=tuple(groups), cut=cut)
        secrets = (Secret(row[0][:_NAME], _state(row[1])) for row in rows if len(row) >= 2 and row[0])
        return AccountFile(secrets=tuple(secrets), cut=cut)


def _user(row: list[str]) -> User:
    shell = row[6].strip() if len(row) > 6 else ""
    return User(row[0][:_NAME], _state(row[1]), _number(row[2]), _number(row[3]), row[5][:4096], shell[:4096])


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _state(password: str) -> PasswordState:
    """Return what a password field means (crypt(5), shadow(5)): ``x`` points to shadow, ``!`` and ``*`` lock."""
    if not password:
        return "empty"
    if password == "x":  # noqa: S105 - the mark of shadow(5)
        return "elsewhere"
    return "set" if password[0] in "$_" or (len(password) >= 13 and password[0] not in "!*") else "locked"


def accounts_of(tree: TreeView) -> Accounts:
    """Return the accounts that programs in the image would see."""
    records = {name: one.record for one in tree.found("accounts") for name in (one.path, *one.aliases)}
    found: dict[str, AccountFile | None] = {}
    unknowns = []
    for name in ("passwd", "group", "shadow"):
        where = tree.resolve(f"etc/{name}")
        record: AccountFile | None = records.get(where) if where else None
        found[name] = record
        if where and record is not None and record.cut:
            unknowns.append(Unknown(where, record.cut))
    passwd, group, shadow = found["passwd"], found["group"], found["shadow"]
    return Accounts(
        passwd.users if passwd is not None else None,
        group.groups if group is not None else None,
        shadow.secrets if shadow is not None else None,
        tuple(unknowns),
    )
