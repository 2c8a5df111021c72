"""Hardening facts: what an image carries that an attacker could use, each with its remedy.

Facts, not judgements: a policy decides later what it allows.
"""

from dataclasses import dataclass

from basewright.model.candidate import Severity


@dataclass(frozen=True, slots=True)
class BenchmarkSection:
    """A check of the CIS Docker Benchmark that a fact bears on."""

    section: str
    """``4.1``"""
    version: str
    """Of the benchmark."""


@dataclass(frozen=True, slots=True)
class HardeningFact:
    """One observation; `paths` are samples where there are many, `count` is the whole number."""

    rule: str
    """Id in kebab-case words; documented in docs/reference/hardening.md."""
    severity: Severity
    reason: str
    remedy: str
    path: str | None = None
    """The first place, from the image's root with a leading slash; None where the configuration is meant."""
    paths: tuple[str, ...] = ()
    count: int = 1
    layer: int | None = None
    benchmark: tuple[BenchmarkSection, ...] = ()
