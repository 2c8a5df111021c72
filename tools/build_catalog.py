"""Writes the data files of `basewright.catalog` from gathered facts and the reviewed tables beside this script.

    python tools/build_catalog.py --from ../shared/data/catalog

Same input, same bytes. What a file holds stands in docs/explanation/catalog.md.
"""

import argparse
import json
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from catalog.lines import Record, keyed, write_document, write_lines
from catalog.official import measured_records, package_records, retired_records, tag_records
from catalog.support import support_records
from catalog.vendors import chainguard_records, distroless_records, hardened_records

HERE = Path(__file__).parent
DATA = HERE.parent / "src" / "basewright" / "catalog" / "data"
_NAMESPACES = {
    "official": "docker.io/library",
    "distroless": "gcr.io/distroless",
    "hardened": "dhi.io",
    "chainguard": "cgr.dev/chainguard",
}
"""Table → registry and path below which its keys are repositories."""


def build(source: Path, target: Path) -> None:
    """Write every data file below `target`."""
    tables = gather(source)
    target.mkdir(parents=True, exist_ok=True)
    for name, records in tables.items():
        write_lines(target / f"{name}.jsonl", records)
    repositories = sorted(_repositories(tables))
    write_document(target / "products.json", products(repositories))
    write_document(target / "systems.json", _toml("systems.toml")["system"])
    write_document(target / "index.json", {**_toml("sources.toml"), "repositories": repositories})


def gather(source: Path) -> dict[str, list[Record]]:
    """Return the records of every table."""
    chainguard = _toml("chainguard.toml")
    return {
        "official": tag_records(source),
        "retired": retired_records(source),
        "measured": measured_records(source),
        "packages": package_records(source),
        "distroless": distroless_records(source),
        "hardened": hardened_records(source),
        "chainguard": chainguard_records(source, chainguard["names"], frozenset(chainguard["left_out"])),
        "support": support_records(source, _toml("support.toml")["line"]),
        "entered": entered_records(),
    }


def entered_records() -> list[Record]:
    """Return the hand-entered images, each of its variants a record of its own."""
    records = []
    files = sorted((HERE / "catalog").glob("hand-entered*.json"))
    for image in (one for file in files for one in json.loads(file.read_text(encoding="utf-8"))["images"]):
        builds = image.pop("builds")
        for one in builds:
            facts = {**image, **one}
            records.append(keyed(facts.pop("repository"), facts))
    return records


def products(repositories: Iterable[str]) -> dict[str, Record]:
    """Return product → its facts, the patterns of its repositories replaced by those that exist."""
    known = tuple(repositories)
    table: dict[str, Record] = {}
    for name, facts in _toml("products.toml").items():
        matching = {one for pattern in facts["repositories"] for one in known if fnmatchcase(one, pattern)}
        unmatched = [p for p in facts["repositories"] if not any(fnmatchcase(one, p) for one in known)]
        if unmatched:
            raise SystemExit(f"products.toml: {name}: no repository matches {', '.join(unmatched)}")
        table[name] = {**facts, "repositories": sorted(matching)}
    return table


def _repositories(tables: dict[str, list[Record]]) -> set[str]:
    entered = {str(record["key"]) for record in tables["entered"]}
    return entered | {f"{prefix}/{record['key']}" for name, prefix in _NAMESPACES.items() for record in tables[name]}


def _toml(name: str) -> Record:
    return tomllib.loads((HERE / "catalog" / name).read_text(encoding="utf-8"))


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder of the gathered facts")
    parser.add_argument("--to", dest="target", type=Path, default=DATA, help="folder to write (default: the package's)")
    arguments = parser.parse_args()
    build(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
