"""Secrets in files: those that the finished image shows, and those that a layer carries though a later one hid them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.secret_files import SecretFile
from basewright.inventory.hardening.site import Site
from basewright.inventory.ownership import is_system
from basewright.model.candidate import Severity

_EXAMPLES: Final = re.compile(
    r"(?:^|/)(?:tests?|testing|testdata|test_data|test-data|fixtures?|__tests__|specs?|examples?|samples?|demos?|docs?|certdata|snippets?)/"
)
_LIBRARIES: Final = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|gems|vendor|pkg/mod|lib/python\d(?:\.\d{1,2})?|go/src|perl5?|share/doc)/"
)
_HOST_KEY: Final = re.compile(r"(?:^|/)etc/ssh/ssh_host_\w{1,40}_key$|(?:^|/)etc/dropbear/dropbear_\w{1,40}_host_key$")
_MOUNT: Final = "`RUN --mount=type=secret,id=key …` for the build, a mounted secret for the service"


@dataclass(frozen=True, slots=True)
class _Seen:
    path: str
    layer: int
    record: SecretFile


def _is_public(path: str, site: Site) -> bool:
    """Whether everybody has the file anyway: a distribution's package brings it, or it is a library's example."""
    package = site.package_of(path)
    if package is not None and is_system(package):
        return True
    return _LIBRARIES.search(path) is not None and (_EXAMPLES.search(path) is not None or package is not None)


def _in_image(site: Site, sort: str) -> list[_Seen]:
    found = site.tree.found("secret-files")
    return [_Seen(one.path, one.layer, one.record) for one in found if one.record.sort == sort]


def _keys(site: Site) -> Iterator[Observation]:
    seen = _in_image(site, "key")
    public = [one for one in seen if _is_public(one.path, site)]
    own = [one for one in seen if one not in public]
    host = [one for one in own if _HOST_KEY.search(one.path)]
    own = [one for one in own if one not in host]
    rows = (
        (Severity.ERROR, [one for one in own if not one.record.is_encrypted],
         "private keys: everybody who can pull the image has them", f"Remove them, and make new ones: {_MOUNT}."),
        (Severity.ERROR, host, "host keys made while building: every container shares them, and everybody has them",
         "Remove them in the step that makes them, and make them at the start: `ssh-keygen -A`."),
        (Severity.WARNING, [one for one in own if one.record.is_encrypted],
         "private keys, each protected by a passphrase that can be guessed at leisure", f"Remove them: {_MOUNT}."),
        (Severity.NOTE, public, "private keys that packages publish, as examples or for tests: no secret to anybody",
         "Leave tests and examples out of the image; check that no service uses them."),
    )  # fmt: skip
    for severity, found, why, remedy in rows:
        if found:
            yield _observed(severity, found, why, remedy)


def _observed(severity: Severity, found: list[_Seen], why: str, remedy: str) -> Observation:
    kinds = sorted({one.record.kind for one in found})
    return Observation(
        severity, f"{why} ({named(kinds)})", remedy, tuple(one.path for one in found), layer=found[0].layer
    )


def _stores(site: Site) -> Iterator[Observation]:
    found = [one for one in _in_image(site, "store") if not _is_public(one.path, site)]
    if found:
        yield _observed(
            Severity.NOTE,
            found,
            "key stores, which may hold private keys behind a password",
            "Mount them at the start instead, and change passwords that tools set (`changeit`).",
        )


def _credential_files(site: Site) -> Iterator[Observation]:
    seen = _in_image(site, "credentials")
    own = [one for one in seen if not _is_public(one.path, site)]
    if own:
        names = sorted({name for one in own for name in one.record.names})
        told = f": {named(names)}" if names else ""
        yield _observed(
            Severity.ERROR,
            own,
            f"files of credentials{told}; everybody who can pull the image has them",
            f"Remove them, replace the credentials, and keep them out of the build context: {_MOUNT}.",
        )


def _removed(site: Site) -> Iterator[Observation]:
    found = [one for one in _hidden(site) if not _is_public(one.path, site)]
    if found:
        yield _observed(
            Severity.ERROR,
            found,
            f"secrets that the finished image does not show, and that layer {found[0].layer} still carries: "
            "whoever unpacks the layers has them",
            f"Removing a file in a later step removes nothing: {_MOUNT}; replace what leaked.",
        )


def _hidden(site: Site) -> list[_Seen]:
    """Return the secrets in layers that no longer stand in the finished image, under any name."""
    shown = site.tree.found("secret-files")
    records = {id(one.record) for one in shown}  # the tree hands out the layers' own objects
    standing = {(name, one.record.kind) for one in shown for name in (one.path, *one.aliases)}
    found = []
    for layer, facts in enumerate(site.tree.layers):
        for path, record in sorted(facts.records.get("secret-files", {}).items()):
            if id(record) not in records and record.sort != "store" and (path, record.kind) not in standing:
                found.append(_Seen(path, layer, record))
    return found


RULES: Final = (
    Rule("private-key", _keys, ("4.10",)),
    Rule("key-store", _stores, ("4.10",)),
    Rule("credential-file", _credential_files, ("4.10",)),
    Rule("removed-secret", _removed, ("4.10",)),
)
