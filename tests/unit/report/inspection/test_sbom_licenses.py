"""Licences as recorded, held against the SPDX list and its grammar."""

import json
import re
from importlib import resources

import pytest

from basewright.report.inspection.sbom_licenses import license_of, list_version
from basewright.report.inspection.sbom_spdx_licenses import NOT_SAID, Licenses


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("bsd-3-CLAUSE", "BSD-3-Clause"),
        ("GPL-2.0+", "GPL-2.0+"),
        ("apache-2.0+", "Apache-2.0+"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT  OR\tApache-2.0)", "(MIT OR Apache-2.0)"),
        ("( mit AND (isc OR 0bsd) ) AND zlib", "(MIT AND (ISC OR 0BSD)) AND Zlib"),
        ("GPL-2.0-or-later WITH classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
    ],
)
def test_an_expression_is_told_in_the_spelling_of_the_list(text: str, expression: str) -> None:
    assert license_of(text).expression == expression
    assert license_of(text).is_identifier == (re.search("[ (]", text) is None and text != "apache-2.0+")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "GPLv2", "Expat", "GPL-2+", "Apache License 2.0", "MIT or Apache-2.0", "MIT/X11", "MIT, ISC",
        "MIT AND", "AND MIT", "MIT ISC", "(MIT", "MIT)", "()", "MIT WITH ISC", "MIT WITH",
        "MIT WITH LLVM-exception WITH LLVM-exception",
        "(MIT) WITH LLVM-exception", "LicenseRef-x", "DocumentRef-a:LicenseRef-b", "NONE", "NOASSERTION",
        "LLVM-exception",
        "MIT\nOR ISC", "+", "(" * 40 + "MIT" + ")" * 40, " OR ".join(["MIT"] * 500), "MIT\udcff",
    ],
)  # fmt: skip
def test_what_is_no_expression_stays_a_name(text: str) -> None:
    assert license_of(text).expression is None
    assert not license_of(text).is_identifier
    assert license_of(text).text == text


def test_several_licences_are_all_declared_and_told_as_recorded() -> None:
    expression, recorded = Licenses().declared(("MIT OR ISC", "mit", "GPL-2+"))
    assert re.fullmatch(r"\(MIT OR ISC\) AND MIT AND LicenseRef-GPL-2-[0-9a-f]{12}", expression)
    assert recorded == "As recorded: MIT OR ISC; mit; GPL-2+"


def test_nothing_recorded_is_no_assertion() -> None:
    assert Licenses().declared(()) == (NOT_SAID, None)
    assert Licenses().declared(("", "  ")) == (NOT_SAID, None)


def test_a_licence_alone_needs_no_comment() -> None:
    assert Licenses().declared(("ISC",)) == ("ISC", None)


def test_names_that_look_alike_get_references_of_their_own() -> None:
    licenses = Licenses()
    licenses.declared(("GPL 2", "GPL/2", "GPL 2"))
    references = [one.license_id for one in licenses.extracted()]
    assert len(references) == 2
    assert {one.extracted_text for one in licenses.extracted()} == {"GPL 2", "GPL/2"}


def test_the_list_names_its_source_and_is_whole() -> None:
    read = json.loads((resources.files("basewright.report.inspection") / "data" / "spdx-licenses.json").read_bytes())
    assert set(read) == {"list", "version", "date", "source", "licenses", "exceptions"}
    assert read["version"] == list_version()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", read["date"])
    assert "commit" in read["source"]
    for kind, least in (("licenses", 700), ("exceptions", 80)):
        assert len(read[kind]) > least
        assert len({one.lower() for one in read[kind]}) == len(read[kind])
        assert all(re.fullmatch(r"[A-Za-z0-9.+-]+", one) for one in read[kind])
    assert {"MIT", "Apache-2.0", "GPL-2.0+"} <= set(read["licenses"])
    assert {"LLVM-exception", "Linux-syscall-note"} <= set(read["exceptions"])
