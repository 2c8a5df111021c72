"""End-of-life dates: of a product's line, and the horizon of an image that stands on several."""

import datetime as dt

from basewright.catalog.records import SupportRecord, SystemRecord
from basewright.catalog.store import Store
from basewright.model.base import Horizon, Provenance
from basewright.model.catalog import EndOfLife

_FREE_EXTENSIONS = frozenset({"debian"})
"""Products whose extended support is free of charge. Elsewhere (Ubuntu Pro, RHEL ELS, RabbitMQ) it is bought, and so it
is no end that an image without a contract reaches."""


class Support:
    """The end-of-life table."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lines: dict[str, dict[str, EndOfLife]] = {}

    def find(self, product: str, cycle: str) -> EndOfLife | None:
        """Return the line that `cycle` belongs to: ``24.19.0`` finds 24. A product's own name or the catalog's."""
        lines = self._of(product) or self._of(self._support_name(product))
        while cycle:
            if found := lines.get(cycle):
                return found
            cycle = cycle.rpartition(".")[0]
        return None

    def horizon(
        self, system: SystemRecord | None, product: str | None, version: str | None
    ) -> tuple[Horizon, tuple[str, ...]]:
        """Return the horizon of an image of `product` `version` on `system`, and what no date can say."""
        release = None
        if system is not None and system.support and system.version:
            release = self.find(system.support, system.version)
        runtime = self.find(product, version) if product and version else None
        over = tuple(
            f"{line.product} {line.cycle} is past its end of life; the source gives no date"
            for line in (release, runtime)
            if line is not None and line.is_over
        )
        horizon = Horizon(
            security_end=release.security_end if release else None,
            lts_end=release.lts_end if release else None,
            runtime_end=runtime.security_end if runtime else None,
        )
        return horizon, over

    def provenance(self, system: SystemRecord | None) -> Provenance:
        """Return where the dates of a release were read: the table's source, or that of a line entered by hand."""
        found = None
        if system is not None and system.support and system.version:
            found = self.find(system.support, system.version)
        return found.provenance if found else self._store.provenance("support")

    def cycle(self, product: str | None, version: str) -> str | None:
        """Return the name of the release line of `version`, None where the table does not hold it."""
        found = self.find(product, version) if product else None
        return found.cycle if found else None

    def _of(self, product: str) -> dict[str, EndOfLife]:
        if product not in self._lines:
            records = self._store.lines(SupportRecord, product)
            provenance = self._store.provenance("support")
            self._lines[product] = {
                record.cycle: EndOfLife(
                    product=product,
                    cycle=record.cycle,
                    security_end=_date(record.end),
                    is_over=record.end if isinstance(record.end, bool) else None,
                    lts_end=_date(record.extended_end) if product in _FREE_EXTENSIONS else None,
                    provenance=_entered(record) or provenance,
                )
                for record in records
            }
        return self._lines[product]

    def _support_name(self, product: str) -> str:
        record = self._store.products.get(product)
        return (record.support or "") if record else ""


def _entered(record: SupportRecord) -> Provenance | None:
    if record.source is None or record.date is None:
        return None
    return Provenance(record.source, dt.date.fromisoformat(record.date), record.commit)


def _date(value: str | bool | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else None
