"""Hardening facts: what an image carries or says that helps an attacker, each with reason, evidence and remedy."""

from collections.abc import Mapping
from typing import Final

from basewright.image.interface import Analyser
from basewright.inventory.hardening import (
    accounts,
    configuration,
    credentials,
    elf,
    history,
    leftovers,
    origin,
    permissions,
    programs,
    repositories,
    secrets,
    user,
)
from basewright.inventory.hardening.account_files import AccountAnalyser
from basewright.inventory.hardening.build_steps import history_unknowns
from basewright.inventory.hardening.interface import Rule
from basewright.inventory.hardening.repositories import RepositoryAnalyser
from basewright.inventory.hardening.secret_files import SecretFileAnalyser
from basewright.inventory.hardening.site import Site
from basewright.inventory.interface import Scene
from basewright.model.candidate import Severity
from basewright.model.hardening import HardeningFact
from basewright.model.inventory import Executable
from basewright.model.package import Package
from basewright.model.unknown import Unknown

RULES: Final[tuple[Rule, ...]] = (
    *user.RULES,
    *accounts.RULES,
    *permissions.RULES,
    *programs.RULES,
    *configuration.RULES,
    *credentials.RULES,
    *history.RULES,
    *secrets.RULES,
    *elf.RULES,
    *leftovers.RULES,
    *origin.RULES,
    *repositories.RULES,
)
"""Every rule; a module of `basewright.inventory.hardening` each group."""

ANALYSERS: Final[tuple[Analyser, ...]] = (AccountAnalyser(), RepositoryAnalyser(), SecretFileAnalyser())
"""What the rules need of the pass over each layer."""

_ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def harden(
    scene: Scene, packages: tuple[Package, ...], executables: tuple[Executable, ...], owners: Mapping[str, str]
) -> tuple[HardeningFact, ...]:
    """Return what the rules see in an image, gravest first, then by rule and path; `owners` maps paths to PURLs."""
    return facts_of(Site(scene, packages, executables, owners))


def facts_of(site: Site) -> tuple[HardeningFact, ...]:
    """Return what the rules see at `site`; see `harden`."""
    found = [fact for rule in RULES for fact in rule.facts(site)]
    return tuple(sorted(found, key=lambda one: (_ORDER[one.severity], one.rule, one.path or "", one.reason)))


def unknowns_of(site: Site) -> tuple[Unknown, ...]:
    """Return what the rules could not look at."""
    return (*site.accounts.unknowns, *history_unknowns(site.config, site.steps))


__all__ = ["ANALYSERS", "RULES", "Site", "facts_of", "harden", "unknowns_of"]
