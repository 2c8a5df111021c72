"""What each base image is and provides, each fact with its source and its day.

from basewright.catalog import load

catalog = load()
catalog.recognise(ImageReference.parse("node:24-slim"))
"""

from collections.abc import Mapping

from basewright.catalog.facts import Fact, facts_of
from basewright.catalog.store import Store
from basewright.catalog.view import Catalog

__all__ = ["Catalog", "Fact", "facts_of", "load"]


def load(mirrors: Mapping[str, str] | None = None) -> Catalog:
    """Return the catalog of this package; nothing is read before it is asked.

    `mirrors` maps prefixes of mirrors to the prefixes they stand for: ``{"registry.example/hub": "docker.io"}``.
    """
    return Catalog(Store(), mirrors or {})
