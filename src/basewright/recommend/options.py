"""How advice is asked for."""

from dataclasses import dataclass, field

from basewright.model.base import Access

MEGABIT = 1_000_000


@dataclass(frozen=True, slots=True)
class RecommendOptions:
    """How to judge; the defaults are those of the command line."""

    count_lts: bool = False
    """Whether a distribution's long-term support counts as support."""
    access: frozenset[Access] = field(default_factory=lambda: frozenset({Access.FREE, Access.LOGIN}))
    """Images that may be proposed; what lies outside is named among the refusals."""
    most_candidates: int = 8
    bandwidth_bits_per_second: int = 100 * MEGABIT
    """For the download times; stated with them."""
    architectures: tuple[str, ...] = ()
    """OCI spelling; a candidate must be published for each."""
    prefer: tuple[str, ...] = ()
    """Globs of vendors, best first; among equals the preferred one stands first."""
