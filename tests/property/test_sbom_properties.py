"""Whatever an image says of itself, its SBOMs are valid, whole and the same again."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from inspections import inspection, inventory, package

from basewright.model.package import Evidence, SourcePackage
from basewright.report.inspection import render
from basewright.report.inspection.sbom_licenses import license_of
from basewright.report.inspection.sbom_paths import paths_for_each
from basewright.report.interface import RenderOptions

TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
LICENSES = TEXTS | st.lists(
    st.sampled_from(("MIT", "isc", "AND", "OR", "WITH", "(", ")", "LLVM-exception", "Apache-2.0+", "x")), max_size=7
).map(" ".join)


@st.composite
def packages(draw: st.DrawFn) -> Any:
    return package(
        draw(TEXTS),
        draw(st.none() | TEXTS),
        draw(st.none() | st.integers(0, 9)),
        kind=draw(st.sampled_from(("deb", "npm", "maven", "generic"))),
        purl=draw(TEXTS | st.just("pkg:deb/debian/bash@1")),
        location=draw(TEXTS),
        layer=draw(st.integers(-1, 4)),
        evidence=draw(st.sampled_from(Evidence)),
        licenses=tuple(draw(st.lists(LICENSES, max_size=3))),
        supplier=draw(st.none() | TEXTS),
        files=tuple(sorted(draw(st.lists(TEXTS, max_size=3)))),
        owner=draw(st.none() | st.just("pkg:deb/debian/bash@1")),
        source=draw(st.none() | st.builds(SourcePackage, TEXTS, st.none() | TEXTS)),
        note=draw(TEXTS),
    )


@given(st.lists(packages(), max_size=5))
@settings(max_examples=150, deadline=None)
def test_any_packages_make_documents_that_name_each_once(found: list[Any]) -> None:
    one = inspection(inventory=inventory(packages=tuple(found)))
    for name in ("cyclonedx", "spdx"):
        data = render([one], name, options=RenderOptions())
        assert data == render([one], name, options=RenderOptions())
        document = json.loads(data)  # valid UTF-8, valid JSON
        if name == "cyclonedx":
            names = [part["bom-ref"] for part in document["components"] if part["bom-ref"].startswith("Package-")]
        else:
            names = [part["SPDXID"] for part in document["packages"] if part["SPDXID"].startswith("SPDXRef-Package-")]
        assert len(names) == len(set(names)) == len(found)


@given(LICENSES)
def test_an_expression_is_one_of_its_own_form_again(text: str) -> None:
    told = license_of(text)
    if told.expression is not None:
        assert license_of(told.expression).expression == told.expression
        assert "".join(told.expression.split()).lower() == "".join(text.split()).lower()


@given(st.lists(st.integers(0, 60), max_size=20), st.integers(1, 200))
def test_the_bound_on_paths_holds_and_is_used(counts: list[int], most: int) -> None:
    found = [package("p", "1", 1, files=("f",) * count) for count in counts]
    each = paths_for_each(found, most)
    told = sum(min(count, each) for count in counts)
    assert told <= max(most, len(counts))
    if sum(counts) <= most:
        assert told == sum(counts)
