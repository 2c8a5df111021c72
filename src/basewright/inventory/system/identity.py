"""Which distribution an image is of, and what tells against it."""

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Final

from basewright.image.interface import TreeView
from basewright.inventory.system.markers import guesses
from basewright.inventory.system.os_release import OsRelease
from basewright.model.inventory import OsFacts
from basewright.model.unknown import Unknown

_PLACES: Final = ("etc/os-release", "usr/lib/os-release")
"""In the order in which they count (os-release(5))."""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~+-]{0,63}")


@dataclass(slots=True)
class Identity:
    """What the image is, and what could not be made out about it."""

    os: OsFacts | None = None
    unknowns: list[Unknown] = field(default_factory=list)


def identify(tree: TreeView) -> Identity:
    """Return the distribution as os-release says; as its relatives or packages let guess where there is none."""
    identity = Identity()
    told = _told(tree, identity)
    if told:
        identity.os = _completed(told[0], tree)
        for other in told[1:]:
            if (other.id, other.version_id) != (told[0].id, told[0].version_id):
                reason = f"says {_said(other)}, but {told[0].path} says {_said(told[0])}"
                identity.unknowns.append(Unknown(other.path, reason))
        return identity
    guess = next(guesses(tree), None) or _relative(tree)
    if guess is not None:
        identity.os = guess
        if guess.id != "busybox":
            reason = f"no usable os-release; {_said(guess)} is a guess from {guess.path}"
            identity.unknowns.append(Unknown(_PLACES[0], reason))
    return identity


def _relative(tree: TreeView) -> OsFacts | None:
    """Return what an os-release without an ID says that it is like."""
    for place in _PLACES:
        for one in tree.found("os-release"):
            if one.path == tree.resolve(place) and (likes := _likes(one.record)):
                version = one.record.fields.get("VERSION_ID", "")
                return OsFacts(likes[0], version if _VERSION.fullmatch(version) else None, path=one.path, is_guess=True)
    return None


def _likes(record: OsRelease) -> tuple[str, ...]:
    return tuple(word for word in record.fields.get("ID_LIKE", "").lower().split() if _ID.fullmatch(word))


def _completed(os: OsFacts, tree: TreeView) -> OsFacts:
    """Return `os` with the release that its relatives know where it names none: distroless, unreleased Debian."""
    if os.version_id is not None:
        return os
    for guess in guesses(tree):
        if guess.id == os.id and (guess.version_id or guess.codename):
            return dataclasses.replace(os, version_id=guess.version_id, codename=os.codename or guess.codename)
    return os


def _told(tree: TreeView, identity: Identity) -> list[OsFacts]:
    """Return what each os-release says, the one that counts first; each file once."""
    records = {name: one.record for one in tree.found("os-release") for name in (one.path, *one.aliases)}
    told: list[OsFacts] = []
    seen: set[str] = set()
    for place in _PLACES:
        where = tree.resolve(place)
        if where is None:
            if tree.lookup(place, follow=False) is not None:
                identity.unknowns.append(Unknown(place, "a link that leads nowhere or in a circle"))
            continue
        if where in seen:
            continue
        seen.add(where)
        record = records.get(where)
        if record is None:
            identity.unknowns.append(Unknown(place, f"leads to {where}, which was not read as an os-release"))
            continue
        facts = _facts(record, where, identity)
        if facts is not None:
            told.append(facts)
    return told


def _facts(record: OsRelease, path: str, identity: Identity) -> OsFacts | None:
    fields = record.fields
    identity.unknowns += [Unknown(path, problem) for problem in record.problems]
    name = fields.get("ID", "").strip().lower()
    if not _ID.fullmatch(name):
        reason = f"ID is no identifier: {fields['ID'][:80]!r}" if fields.get("ID") else "names no ID"
        identity.unknowns.append(Unknown(path, reason))
        return None
    version = _checked("VERSION_ID", record, path, identity)
    codename = _checked("VERSION_CODENAME", record, path, identity) or fields.get("UBUNTU_CODENAME") or None
    return OsFacts(
        id=name,
        version_id=version,
        id_like=_likes(record),
        codename=codename,
        variant_id=fields.get("VARIANT_ID") or None,
        pretty_name=fields.get("PRETTY_NAME") or None,
        path=path,
        fields=dict(sorted(fields.items())),
    )


def _checked(key: str, record: OsRelease, path: str, identity: Identity) -> str | None:
    value = record.fields.get(key, "").strip()
    if not value:
        return None
    if not _VERSION.fullmatch(value):
        identity.unknowns.append(Unknown(path, f"{key} is no version: {value[:80]!r}"))
        return None
    return value


def _said(os: OsFacts) -> str:
    return f"{os.id} {os.version_id or os.codename or ''}".strip()
