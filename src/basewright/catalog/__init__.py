"""What each base image is and provides, each fact with its source and its day.

from basewright.catalog import load

catalog = load()
catalog.recognise(ImageReference.parse("node:24-slim"))
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from basewright.catalog.store import Store
from basewright.model.catalog import EndOfLife

if TYPE_CHECKING:
    from basewright.catalog.facts import Fact, facts_of
    from basewright.catalog.view import Catalog

__all__ = ["Catalog", "Fact", "end_of_life", "facts_of", "load"]


def load(mirrors: Mapping[str, str] | None = None) -> "Catalog":
    """Return the catalog of this package; nothing is read before it is asked.

    `mirrors` maps prefixes of mirrors to the prefixes they stand for: ``{"registry.example/hub": "docker.io"}``.
    """
    from basewright.catalog.view import Catalog

    return Catalog(Store(), mirrors or {})


def end_of_life(product: str, cycle: str) -> EndOfLife | None:
    """Return what `Catalog.end_of_life` would, without its readers of images: one table is all it takes."""
    from basewright.catalog.support import Support

    return Support(Store()).find(product, cycle)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name == "Catalog":
        from basewright.catalog.view import Catalog

        return Catalog
    if name in {"Fact", "facts_of"}:
        from basewright.catalog import facts

        return getattr(facts, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
