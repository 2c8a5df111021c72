"""Where the image and its packages come from, as far as it tells: publisher, day of build, signatures, use."""

from collections.abc import Iterator
from typing import Final

from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.programs import kind_of
from basewright.inventory.hardening.site import Site
from basewright.inventory.ownership import is_system
from basewright.model.candidate import Severity
from basewright.model.redaction import redact

_PUBLISHER_LABELS: Final = (
    "org.opencontainers.image.vendor", "org.opencontainers.image.authors", "org.opencontainers.image.source",
    "org.opencontainers.image.url", "vendor", "maintainer", "org.label-schema.vendor", "com.redhat.component",
)  # fmt: skip
_BASE_LABELS: Final = ("org.opencontainers.image.base.name", "org.opencontainers.image.base.digest")
_UNNEEDED: Final = frozenset({"compiler", "debugger", "network-tool", "remote-login", "background-service",
    "package-manager", "privilege-tool"})  # fmt: skip
_FIRST_YEAR: Final = 1981
"""Before it lies what reproducible builds write instead of a day (1970, and 1980 of ZIP)."""
_TEXT: Final = 120
_ESSENTIAL: Final = frozenset({"dpkg", "apt", "apk-tools", "rpm", "busybox", "base-files", "coreutils", "bash", "dash"})


def _publisher(site: Site) -> Iterator[Observation]:
    config = site.config
    if config is None:
        return
    said = [f"{name}={redact(config.labels[name])[:_TEXT]!r}" for name in _PUBLISHER_LABELS if config.labels.get(name)]
    said += [f"author {redact(config.author)[:_TEXT]!r}"] if config.author else []
    base = [
        f"{name.rpartition('.')[2]} {config.labels[name][:_TEXT]!r}" for name in _BASE_LABELS if name in config.labels
    ]
    if said:
        reason = f"says who publishes it: {named(said, 3)}; a claim, which only a signature proves"
        remedy = "Compare it with whom you expect, and verify its signature."
    else:
        reason = "does not say who publishes it"
        remedy = "`LABEL org.opencontainers.image.vendor=… org.opencontainers.image.source=…`."
    if base:
        reason += f"; names its base: {named(base)}"
    yield Observation(Severity.NOTE, reason, remedy)


def _built_on(site: Site) -> Iterator[Observation]:
    if site.config is None:
        return
    created = site.config.created
    if created is None or created.year < _FIRST_YEAR:
        reason = "does not tell when it was built: how long it went without patches is not known"
    else:
        reason = f"built on {created:%Y-%m-%d}; patches of later days are not in it"
    yield Observation(
        Severity.NOTE, reason, "Rebuild on a schedule and at each release of the base: `docker build --pull`."
    )


def _unsigned_packages(site: Site) -> Iterator[Observation]:
    system = [one for one in site.packages if is_system(one)]
    unsigned = sorted({one.name for one in system if one.is_verified is False and one.name != "gpg-pubkey"})
    if unsigned:
        yield Observation(
            Severity.WARNING,
            f"{len(unsigned)} of {len(system)} packages carry no signature: {named(unsigned)}",
            "Install from a repository with `gpgcheck=1`, and sign your own packages.",
            count=len(unsigned),
        )
    untold = sum(one.is_verified is None for one in system)
    if untold:
        were = "1 package was" if untold == 1 else f"{untold} packages were"
        yield Observation(
            Severity.NOTE,
            f"whether {were} verified is not recorded by their database; {_keys(site)}",
            "Build from repositories whose signatures are checked, and keep the provenance of the build.",
            count=untold,
        )


def _keys(site: Site) -> str:
    places = ("etc/apk/keys", "usr/share/keyrings", "etc/apt/trusted.gpg.d", "etc/apt/keyrings", "etc/pki/rpm-gpg")
    found = [(place, len(site.tree.list(place))) for place in places]
    told = [f"{count} in /{place}" for place, count in found if count]
    return f"keys to verify with: {', '.join(told)}" if told else "keys to verify with are not in the image"


def _unneeded_packages(site: Site) -> Iterator[Observation]:
    counts: dict[str, set[str]] = {}
    for one in site.programs:
        kind = kind_of(one.name)
        package = site.package_of(one.target) or site.package_of(one.path)
        if kind in _UNNEEDED and package is not None and is_system(package) and package.name not in _ESSENTIAL:
            counts.setdefault(kind, set()).add(package.name)
    names = sorted(set().union(*counts.values())) if counts else []
    if names:
        told = ", ".join(f"{len(found)} with {kind.replace('-', ' ')}s" for kind, found in sorted(counts.items()))
        yield Observation(
            Severity.NOTE,
            f"{len(names)} packages bring programs that a running service seldom needs: {named(names, 8)} ({told})",
            "Install them in a build stage, or leave them out: `apt-get install --no-install-recommends`.",
            count=len(names),
        )


RULES: Final = (
    Rule("publisher", _publisher, ("4.2",)),
    Rule("built-on", _built_on, ("4.4",)),
    Rule("packages-unverified", _unsigned_packages, ("4.11",)),
    Rule("packages-unneeded", _unneeded_packages, ("4.3",)),
)
