"""How a hardening rule is written: a function from what was read to observations, under a documented id."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from basewright.inventory.hardening.site import Site
from basewright.model.candidate import Severity
from basewright.model.hardening import BenchmarkSection, HardeningFact

BENCHMARK: Final = "1.8.0"
"""Version of the CIS Docker Benchmark whose sections are named."""
SAMPLES: Final = 20
"""Paths that one fact tells; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a rule saw; `paths` are from the image's root, without a leading slash, most telling first or sorted."""

    severity: Severity
    reason: str
    remedy: str
    paths: tuple[str, ...] = ()
    count: int | None = None
    """None where it is the number of `paths`, or one."""
    layer: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fact. To add one, write its `look`, name it in its module's RULES, and document it."""

    id: str
    """Kebab-case words; a section of docs/reference/hardening.md."""
    look: Callable[[Site], Iterator[Observation]]
    sections: tuple[str, ...] = ()
    """Of the CIS Docker Benchmark that it bears on."""

    def facts(self, site: Site) -> Iterator[HardeningFact]:
        """Yield what the rule has to say of an image."""
        benchmark = tuple(BenchmarkSection(section, BENCHMARK) for section in self.sections)
        for seen in self.look(site):
            paths = tuple(f"/{path}" for path in seen.paths[:SAMPLES])
            yield HardeningFact(
                rule=self.id,
                severity=seen.severity,
                reason=seen.reason,
                remedy=seen.remedy,
                path=paths[0] if paths else None,
                paths=paths,
                count=seen.count if seen.count is not None else max(1, len(seen.paths)),
                layer=seen.layer,
                benchmark=benchmark,
            )


def named(names: tuple[str, ...] | list[str], limit: int = 5) -> str:
    """Return `names` as part of a sentence: the first ones, the rest counted."""
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
