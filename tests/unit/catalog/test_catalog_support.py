"""End-of-life dates and the facts printed of an image."""

import datetime as dt
from collections.abc import Callable

import pytest

from basewright.catalog import Catalog, facts_of
from basewright.model.base import Recognition
from basewright.model.catalog import CatalogView

Recognise = Callable[[str], Recognition]


@pytest.mark.parametrize(
    ("product", "cycle", "security", "lts"),
    [
        ("debian", "12", dt.date(2026, 7, 11), dt.date(2028, 6, 30)),
        ("debian", "13", dt.date(2028, 8, 9), dt.date(2030, 6, 30)),
        ("alpine", "3.21", dt.date(2026, 11, 1), None),
        ("alpine-linux", "3.24.2", dt.date(2028, 6, 1), None),
        ("node", "24.19.0", dt.date(2028, 4, 30), None),
        ("nodejs", "20", dt.date(2026, 4, 30), None),
        ("postgres", "14.24", dt.date(2026, 11, 12), None),
        ("dotnet", "8.0", dt.date(2026, 11, 10), None),
        ("rhel", "9", dt.date(2032, 5, 31), None),
        ("ubuntu", "24.04", dt.date(2029, 5, 31), None),
    ],
)
def test_dates_are_those_of_the_source(
    catalog: Catalog, product: str, cycle: str, security: dt.date, lts: dt.date | None
) -> None:
    found = catalog.end_of_life(product, cycle)

    assert found is not None
    assert (found.security_end, found.lts_end) == (security, lts)
    assert found.is_over is None
    assert found.provenance.source == "endoflife-date/endoflife.date"


def test_a_boolean_stays_a_boolean(catalog: Catalog) -> None:
    alive, over = catalog.end_of_life("go", "1.27"), catalog.end_of_life("solr", "3")

    assert alive is not None
    assert over is not None
    assert (alive.security_end, alive.is_over) == (None, False)
    assert (over.security_end, over.is_over) == (None, True)


@pytest.mark.parametrize(
    ("product", "cycle"), [("distroless", "13"), ("debian", "99"), ("", ""), ("debian", ""), ("node", "x" * 9000)]
)
def test_what_has_no_date_is_not_known(catalog: Catalog, product: str, cycle: str) -> None:
    assert catalog.end_of_life(product, cycle) is None


def test_the_catalog_has_a_day(catalog: Catalog) -> None:
    assert catalog.date == dt.date(2026, 11, 21)


def test_facts_come_with_their_own_sources(recognise: Recognise) -> None:
    facts = {(fact.group, fact.name): fact for fact in facts_of(recognise("node:24-slim").base)}

    assert facts["identity", "reference"].value == "node:24-bookworm-slim"
    assert facts["identity", "os"].value == "debian 12 (bookworm)"
    assert facts["config", "user"].value == "not set"
    assert facts["config", "ports"].value == "none"
    assert facts["size", "compressed_bytes"].provenance.source.startswith("docker-library/repo-info repos/node/remote/")
    assert facts["packages", "packages"].provenance.date == dt.date(2026, 9, 9)
    assert facts["horizon", "lts_end"].value == "2028-06-30"
    assert ("size", "executables") not in facts


def test_a_fact_taken_over_from_siblings_or_a_rule_says_so(recognise: Recognise) -> None:
    facts = {fact.name: fact for fact in facts_of(recognise("postgres:14").base)}

    assert "measured siblings agree" in facts["entrypoint"].provenance.source
    assert "pull request 1259" in facts["volumes"].provenance.source
    assert "keep their distribution's shell" in facts["shell"].provenance.source


def test_a_vendors_claim_is_printed_with_its_basis(recognise: Recognise) -> None:
    facts = {fact.name: fact for fact in facts_of(recognise("dhi.io/nginx:1.31").base)}

    assert facts["hardened"].value.startswith("Docker: definition of a runtime variant")
    assert facts["hardened"].provenance.source == "docker-hardened-images/catalog nginx/debian-13/mainline.yaml"


def test_the_catalog_is_what_the_stages_ask_for(catalog: Catalog) -> None:
    view: CatalogView = catalog

    assert view.date == catalog.date
    assert view.end_of_life("debian", "12") is not None
