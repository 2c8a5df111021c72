"""One catalog for all tests: it is immutable, and reading it again would only cost time."""

from collections.abc import Callable

import pytest

from basewright.catalog import Catalog, load
from basewright.model.base import Recognition
from basewright.model.reference import ImageReference


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def recognise(catalog: Catalog) -> Callable[[str], Recognition]:
    def _recognise(text: str) -> Recognition:
        found = catalog.recognise(ImageReference.parse(text))
        assert found is not None, text
        return found

    return _recognise
