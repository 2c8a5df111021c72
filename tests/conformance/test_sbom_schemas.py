"""SBOMs against the schemas of CycloneDX and SPDX, and the libraries that their communities read them with."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cyclonedx.model.bom import Bom
from sboms import CASES
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from basewright.report.inspection import render
from basewright.report.interface import RenderOptions

SCHEMAS = Path(__file__).parent / "schemas"
FORMATS = ("cyclonedx", "spdx")
LIGHT = [case for case in CASES if case not in {"large", "many unknowns"}]
"""Cases for the libraries, which take seconds for a thousand components."""


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_bytes())


@cache
def cyclonedx_validator() -> Any:
    parts = [
        ("http://cyclonedx.org/schema/spdx.schema.json", schema("cyclonedx-spdx.json")),
        ("http://cyclonedx.org/schema/jsf-0.82.schema.json", schema("cyclonedx-jsf-0.82.json")),
    ]
    registry = jsonschema_rs.Registry(parts)
    return jsonschema_rs.validator_for(schema("cyclonedx-bom-1.6.json"), registry=registry, validate_formats=True)


@cache
def spdx_validator() -> Any:
    return jsonschema_rs.validator_for(schema("spdx-2.3.json"), validate_formats=True)


@cache
def written(format_name: str, case: str) -> bytes:
    return render([CASES[case]()], format_name, options=RenderOptions())


@pytest.mark.parametrize("case", CASES)
def test_cyclonedx_follows_the_official_schema(case: str) -> None:
    errors = cyclonedx_validator().iter_errors(json.loads(written("cyclonedx", case)))
    assert [(error.message[:300], error.instance_path) for error in errors] == []


@pytest.mark.parametrize("case", CASES)
def test_spdx_follows_the_official_schema(case: str) -> None:
    errors = spdx_validator().iter_errors(json.loads(written("spdx", case)))
    assert [(error.message[:300], error.instance_path) for error in errors] == []


def test_the_schemas_refuse_wrong_documents() -> None:
    bom, document = json.loads(written("cyclonedx", "shop")), json.loads(written("spdx", "shop"))
    bom["components"][1]["licenses"] = [{"license": {"id": "MIT-or-so"}}]
    del document["packages"][0]["downloadLocation"]
    assert not cyclonedx_validator().is_valid(bom)
    assert not spdx_validator().is_valid(document)


@pytest.mark.parametrize("case", LIGHT)
def test_the_library_of_cyclonedx_reads_every_component(case: str) -> None:
    document = json.loads(written("cyclonedx", case))
    bom = Bom.from_json(document)  # type: ignore[attr-defined] # made by a decorator
    assert bom.metadata.component.bom_ref.value == "Image"
    assert {one.bom_ref.value for one in bom.components} == {one["bom-ref"] for one in document["components"]}


@pytest.mark.parametrize("case", LIGHT)
def test_the_library_of_spdx_finds_no_fault(case: str) -> None:
    document = JsonLikeDictParser().parse(json.loads(written("spdx", case)))
    messages = validate_full_spdx_document(document, "SPDX-2.3")
    assert [(one.validation_message, one.context.spdx_id) for one in messages] == []


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("format_name", FORMATS)
def test_names_are_unique_and_every_reference_has_its_end(format_name: str, case: str) -> None:
    document = json.loads(written(format_name, case))
    if format_name == "spdx":
        names = [one["SPDXID"] for one in document["packages"]]
        ends = {one["relatedSpdxElement"] for one in document["relationships"]}
        starts = {one["spdxElementId"] for one in document["relationships"]} - {"SPDXRef-DOCUMENT"}
        used, reached = ends | starts, ends
    else:
        image = document["metadata"]["component"]
        names = [one["bom-ref"] for one in (image, *image.get("components", ()), *document["components"])]
        reached = {name for one in document["dependencies"] for name in one["dependsOn"]}
        used = reached | {one["ref"] for one in document["dependencies"]}
        for one in document["compositions"]:
            used |= {*one.get("assemblies", ()), *one.get("dependencies", ())}
        reached |= {one["bom-ref"] for one in image.get("components", ())} | {"Image"}
    assert len(set(names)) == len(names)
    assert used <= set(names)
    assert reached == set(names), "something hangs on nothing"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_image_gives_the_same_bytes(format_name: str, case: str) -> None:
    assert render([CASES[case]()], format_name, options=RenderOptions(width=40)) == written(format_name, case)
