"""Settings of package managers that switch the check of signatures or certificates off for good."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from basewright.formats.content import Content, Window
from basewright.image.interface import Interest
from basewright.inventory.bounded import head, head_window
from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import Site
from basewright.model.candidate import Severity

FILE_BYTES: Final = 256 * 1024
"""Of one file of settings that are looked at."""
_SETTINGS: Final[tuple[tuple[re.Pattern[str], re.Pattern[bytes], str], ...]] = (
    (re.compile(r"(?:^|/)etc/apt/.{0,200}\.list$"),
     re.compile(rb"(?mi)^[ \t]{0,20}deb(?:-src)?[ \t]{1,20}\[[^\]\n]{0,500}\btrusted=yes\b"), "trusted=yes"),
    (re.compile(r"(?:^|/)etc/apt/.{0,200}\.sources$"), re.compile(rb"(?mi)^Trusted:[ \t]{0,20}yes\b"), "Trusted: yes"),
    (re.compile(r"(?:^|/)etc/apt/(?:apt\.conf$|apt\.conf\.d/)"),
     re.compile(rb"(?mi)^[^#/\n]{0,200}Allow(?:Unauthenticated|InsecureRepositories)\"?[ \t]{1,20}\"?(?:true|yes|1)\b"),
     "AllowUnauthenticated"),
    (re.compile(r"(?:^|/)etc/(?:yum\.repos\.d/.{1,200}\.repo|yum\.conf|dnf/dnf\.conf)$"),
     re.compile(rb"(?mi)^[ \t]{0,20}(?:gpgcheck|pkg_gpgcheck)[ \t]{0,20}=[ \t]{0,20}(?:0|no|false)\b"), "gpgcheck=0"),
    (re.compile(r"(?:^|/)pip\.conf$"),
     re.compile(rb"(?mi)^[ \t]{0,20}trusted-host[ \t]{0,20}="), "trusted-host"),
    (re.compile(r"(?:^|/)\.?npmrc$"), re.compile(rb"(?mi)^[ \t]{0,20}strict-ssl[ \t]{0,20}=[ \t]{0,20}false\b"),
     "strict-ssl=false"),
    (re.compile(r"(?:^|/)(?:etc/gitconfig|\.gitconfig)$"),
     re.compile(rb"(?mi)^[ \t]{0,20}sslVerify[ \t]{0,20}=[ \t]{0,20}false\b"), "sslVerify=false"),
)  # fmt: skip


class LooseSettings(msgspec.Struct, frozen=True):
    """What a file of settings switches off."""

    settings: tuple[str, ...]


class RepositoryAnalyser:
    """Looks for such settings where package managers keep theirs."""

    name = "loose-repositories"
    version = 1
    interest = Interest(
        names=frozenset({"apt.conf", "yum.conf", "dnf.conf", "pip.conf", ".npmrc", "npmrc", "gitconfig", ".gitconfig"}),
        suffixes=frozenset({".list", ".sources", ".repo"}),
        directories=frozenset({"apt.conf.d"}),
    )
    record = LooseSettings

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is one of these places."""
        return size > 0 and any(place.search(path) for place, _, _ in _SETTINGS)

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is looked at."""
        return head_window(size, FILE_BYTES)

    def read(self, path: str, content: Content) -> LooseSettings | None:
        """Return what is switched off, None where nothing is."""
        data, _ = head(content, FILE_BYTES)
        found = [word for place, pattern, word in _SETTINGS if place.search(path) and pattern.search(data)]
        return LooseSettings(tuple(found)) if found else None


def _unchecked_repositories(site: Site) -> Iterator[Observation]:
    found = site.tree.found("loose-repositories")
    if found:
        told = named([f"{', '.join(one.record.settings)} in {one.path.rpartition('/')[2]}" for one in found])
        yield Observation(
            Severity.WARNING,
            f"settings that take packages without checking them, now and in every image built on this one: {told}",
            "Remove the setting, and import the publisher's key: `Signed-By: /etc/apt/keyrings/example.asc`.",
            tuple(one.path for one in found),
            layer=found[0].layer,
        )


RULES: Final = (Rule("unchecked-repository", _unchecked_repositories, ("4.11",)),)
