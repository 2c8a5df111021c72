"""Write the JSON Schemas of all documents to docs/schemas/ (`python tools/write_schemas.py`)."""

from pathlib import Path

from basewright.cli.documents import DOCUMENTS as COMMAND_DOCUMENTS
from basewright.report.schemas import DOCUMENTS, schema_bytes

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"


def main() -> None:
    """Write each schema; a test compares them with what stands there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for document in (*DOCUMENTS, *COMMAND_DOCUMENTS):
        path = FOLDER / document.file_name
        path.write_bytes(schema_bytes(document))
        print(path.relative_to(FOLDER.parents[1]))


if __name__ == "__main__":
    main()
