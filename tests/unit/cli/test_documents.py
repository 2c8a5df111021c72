"""The documents of the smaller commands keep to their published schemas."""

import io
import json
from pathlib import Path

import jsonschema_rs
import pytest

from basewright.cli import run
from basewright.cli.documents import DOCUMENTS
from basewright.ports.terminal import Terminal
from basewright.report.schemas import DocumentType, schema_bytes

_SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schemas"


def printed(*arguments: str) -> object:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, "utf-8")
    err = io.StringIO()
    code = run(arguments, Terminal(out, err, {}))
    assert (code, err.getvalue()) == (0, "")
    return json.loads(raw.getvalue())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_the_published_schema_is_that_of_the_code(document: DocumentType) -> None:
    assert (_SCHEMAS / document.file_name).read_bytes() == schema_bytes(document), "run tools/write_schemas.py"


_PRINTED = [
    ("config-1.json", ("config", "show", "--format", "json")),
    ("catalog-list-1.json", ("catalog", "list", "--runtime", "python", "--format", "json")),
    ("catalog-image-1.json", ("catalog", "show", "node:24-slim", "--format", "json")),
    ("catalog-image-1.json", ("catalog", "show", "scratch", "--format", "json")),
]


@pytest.mark.parametrize(("name", "arguments"), _PRINTED)
def test_what_is_printed_is_valid(
    name: str, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    schema = json.loads((_SCHEMAS / name).read_text(encoding="utf-8"))

    jsonschema_rs.validate(schema, printed(*arguments))
    assert not jsonschema_rs.is_valid(schema, {"schema": "basewright/other/1"})
