"""JSON Schemas of the documents that commands print, made from the structures that make the documents.

A command that prints a document names it in `DOCUMENTS`; `tools/write_schemas.py` writes the files of `docs/schemas/`.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from basewright.report.inspection.shapes import InspectDocument, InspectSet
from basewright.report.json_shapes import AssessDocument

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of document: its name, the version of its shape, and the structure that makes it."""

    name: str
    version: int
    structure: type[msgspec.Struct]
    description: str

    @property
    def file_name(self) -> str:
        """Name of the schema's file in ``docs/schemas/``."""
        return f"{self.name}-{self.version}.json"


DOCUMENTS: tuple[DocumentType, ...] = (
    DocumentType(
        "assess",
        1,
        AssessDocument,
        "What a project needs of its base images, which bases fit, which do not and why. "
        "A value that is not known is null, never 0; sizes are bytes of the base image itself.",
    ),
    DocumentType(
        "inspect",
        1,
        InspectDocument,
        "What an image is made of: layers, packages, executables, hardening facts, waste. "
        "A value that is not known is null, never 0; sizes are bytes, uncompressed unless the name says compressed.",
    ),
    DocumentType(
        "inspect-set",
        1,
        InspectSet,
        "The images of several platforms of one index, each as an `inspect` document, sorted by platform.",
    ),
)


def json_schema(document: DocumentType) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `document`."""
    (reference,), components = msgspec.json.schema_components([document.structure], ref_template="#/$defs/{name}")
    return {
        "$schema": _DIALECT,
        "$id": f"urn:basewright:schemas:{document.name}:{document.version}",
        "title": f"basewright {document.name}, version {document.version}",
        "description": document.description,
        **reference,
        "$defs": dict(sorted(components.items())),
    }


def schema_bytes(document: DocumentType) -> bytes:
    """Return the text of the schema's file."""
    return msgspec.json.format(msgspec.json.encode(json_schema(document)), indent=2) + b"\n"
