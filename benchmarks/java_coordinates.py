"""How many jars of a Debian image are named by their true Maven coordinates.

    python benchmarks/java_coordinates.py LAYOUT --ours ours.json [--syft syft.json]

Debian links jars into ``usr/share/maven-repo/GROUP/ARTIFACT/VERSION/``: that is the truth here. A jar counts where one
of the documents (see `compare_packages.py`) lists a package at its place; group and artifact are compared, versions are
not, since Debian also links to a version called ``debian``.
"""

import argparse
import json
import posixpath
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Coordinates = tuple[str, str]
Named = Mapping[str, set[Coordinates]]
_REPOSITORY = "usr/share/maven-repo/"
_FOLLOWED = 10


def main() -> None:
    """Print a line for each document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layout", type=Path, help="an OCI layout of one image")
    parser.add_argument("--ours", type=Path, required=True)
    parser.add_argument("--syft", type=Path)
    options = parser.parse_args()
    truth = true_coordinates(options.layout)
    found = {"ours": _ours(json.loads(options.ours.read_bytes()))}
    if options.syft:
        found["syft"] = _syft(json.loads(options.syft.read_bytes()))
    jars = [jar for jar in truth if any(jar in places for places in found.values())]
    print(f"{len(jars)} jars with known coordinates that somebody lists, of {len(truth)}")
    for name, places in found.items():
        right = sum(bool(places.get(jar, set()) & truth[jar]) for jar in jars)
        groups = [({group for group, _ in places.get(jar, ())}, {group for group, _ in truth[jar]}) for jar in jars]
        none = sum(told == {""} for told, _ in groups)
        wrong = sum(bool(told) and not told & (known | {""}) for told, known in groups)
        print(f"{name}: group and artifact right {right}, no group {none}, wrong group {wrong}")


def true_coordinates(layout: Path) -> dict[str, set[Coordinates]]:
    """Return the coordinates of each jar that stands in Debian's Maven repository, by the jar's own place."""
    links: dict[str, str] = {}
    named: list[str] = []
    for path, target in _jars(layout):
        if target:
            links[path] = posixpath.normpath(posixpath.join("/", posixpath.dirname(path), target)).lstrip("/")
        if path.startswith(_REPOSITORY):
            named.append(path)
    found: dict[str, set[Coordinates]] = defaultdict(set)
    for path in named:
        *group, artifact, _, _ = path.removeprefix(_REPOSITORY).split("/")
        place = path
        for _ in range(_FOLLOWED):
            place = links.get(place, place)
        found[place].add((".".join(group), artifact))
    return dict(found)


def _jars(layout: Path) -> Iterator[tuple[str, str]]:
    """Yield path and target (empty for no link) of every ``.jar`` below ``usr/share``, lowest layer first."""

    def blob(digest: str) -> Path:
        return layout / "blobs" / digest.replace(":", "/")

    index = json.loads((layout / "index.json").read_bytes())
    manifest = json.loads(blob(index["manifests"][0]["digest"]).read_bytes())
    for layer in manifest["layers"]:
        with tarfile.open(blob(layer["digest"])) as archive:
            for member in archive:
                path = posixpath.normpath(member.name).lstrip("/")
                if path.startswith("usr/share/") and path.endswith(".jar"):
                    yield path, member.linkname if member.issym() else ""


def _ours(document: Any) -> Named:  # noqa: ANN401 - JSON
    places: dict[str, set[Coordinates]] = defaultdict(set)
    for package in document["packages"]:
        if package["type"] == "maven":
            places[package["location"]].add(_coordinates(package["purl"]))
    return places


def _syft(document: Any) -> Named:  # noqa: ANN401 - JSON
    places: dict[str, set[Coordinates]] = defaultdict(set)
    for package in document["artifacts"]:
        if package["purl"].startswith("pkg:maven/"):
            place = (package.get("metadata") or {}).get("virtualPath") or ""
            places[place.lstrip("/")].add(_coordinates(package["purl"]))
    return places


def _coordinates(purl: str) -> Coordinates:
    name = purl.removeprefix("pkg:maven/").partition("?")[0].partition("@")[0]
    group, _, artifact = name.rpartition("/")
    return unquote(group), unquote(artifact)


if __name__ == "__main__":
    main()
