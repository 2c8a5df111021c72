"""Which packages of an image only we find, only Syft finds, only Trivy finds, by ecosystem.

    basewright inspect oci-dir:DIR -o json=ours.json
    python benchmarks/compare_packages.py [--ours ours.json] [--syft syft.json] [--trivy trivy.cdx.json] [--show 20]

Syft's document is its own JSON, Trivy's is CycloneDX or its own JSON; `inspect_images.py --keep` leaves them.

A package is its ecosystem (the PURL type), name and version, once however many places hold it. Before comparing:

- deb, apk, rpm: the namespace goes (a distribution's id), an `epoch` qualifier moves before the version, where Debian
  and rpm write it;
- pypi: names as PEP 503 normalizes them; nuget: names in lower case; elsewhere the namespace counts;
- golang: names in lower case, with the subpath (where Syft puts what follows a module's third part, `#v4`); the
  versions' leading `v` or `go` goes, and `(devel)` is no version;
- what has no PURL is told under `(TYPE)`, by the tool's own word for it;
- files, operating systems and Trivy's own entries for lock files are no packages.

Where two tools name the same package but differ in version or namespace alone, the line says so (`other: …`).
`--purls` compares qualifiers as well, as they are written.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

Key = tuple[str, str, str]
Places = dict[Key, set[str]]
Told = Iterator[tuple[str, str, str, str, str]]
OF_A_DISTRIBUTION = frozenset({"deb", "apk", "rpm", "alpm"})


def main() -> int:
    """Print the counts, then what is missing where; return 1 where that was asked for and we miss something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", type=Path)
    parser.add_argument("--syft", type=Path)
    parser.add_argument("--trivy", type=Path)
    parser.add_argument("--type", action="append", help="only this ecosystem; may be given again")
    parser.add_argument("--show", type=int, default=20, help="lines of each list; 0 for all")
    parser.add_argument("--purls", action="store_true", help="compare whole PURLs instead")
    parser.add_argument("--fail-on-missing", action="store_true", help="exit 1 where a peer finds what we do not")
    options = parser.parse_args()
    readers: dict[str, Callable[[Any], Told]] = {"ours": _ours, "syft": _syft, "trivy": _trivy}
    given = {name: getattr(options, name) for name in readers if getattr(options, name)}
    if len(given) < 2:
        parser.error("two documents at least")
    found = {name: _gathered(readers[name](json.loads(path.read_bytes())), options) for name, path in given.items()}
    for line in (*_counts(found), *_lists(found, options.show)):
        print(line)
    missed = set().union(*(found[name].keys() for name in found if name != "ours")) - found.get("ours", {}).keys()
    return 1 if options.fail_on_missing and missed else 0


def _gathered(packages: Told, options: argparse.Namespace) -> Places:
    """Return where each package lies, by its key; the iterator gives PURL, type, name, version, place."""
    places: Places = defaultdict(set)
    for purl, kind, name, version, place in packages:
        key = key_of(purl) if purl else (f"({kind})", name, version)
        if options.purls and purl:
            key = (key[0], purl, "")
        if not options.type or key[0] in options.type:
            places[key].add(place.lstrip("/"))
    return dict(places)


def key_of(purl: str) -> Key:
    """Return what a PURL names: its type, its name with its namespace where that counts, its version."""
    rest, _, subpath = purl.removeprefix("pkg:").partition("#")
    rest, _, query = rest.partition("?")
    kind, _, path = rest.partition("/")
    path, at, version = path.rpartition("@")
    if not at:
        path, version = version, ""
    name, version = unquote(path), unquote(version)
    if kind in OF_A_DISTRIBUTION:
        name = name.rpartition("/")[2]
        epoch = dict(parse_qsl(query)).get("epoch", "0")
        version = f"{epoch}:{version}" if epoch != "0" and ":" not in version else version
    elif kind == "pypi":
        name = re.sub(r"[-_.]+", "-", name).lower()
    elif kind == "nuget":
        name = name.lower()
    elif kind == "golang":
        name = f"{name}/{unquote(subpath)}".rstrip("/").lower()
        version = "" if version == "(devel)" else version.removeprefix("go").removeprefix("v")
    return kind, name, version


def _ours(document: dict[str, list[dict[str, str]]]) -> Told:
    for package in document["packages"]:
        place = package.get("location") or ""
        yield package["purl"], package["type"], package["name"], package["version"] or "", place


def _syft(document: dict[str, list[dict[str, object]]]) -> Told:
    for package in document["artifacts"]:
        places = package["locations"]
        place = next((str(place["path"]) for place in places), "") if isinstance(places, list) else ""
        purl, kind, name, version = (str(package.get(key) or "") for key in ("purl", "type", "name", "version"))
        yield purl, kind, name, version, f"{place} [{package['foundBy']}]"


def _trivy(document: dict[str, list[dict[str, object]]]) -> Told:
    """Read CycloneDX, or Trivy's own JSON."""
    for result in document.get("Results") or []:
        packages = result.get("Packages") or []
        for package in packages if isinstance(packages, list) else []:
            purl, place = (package.get("Identifier") or {}).get("PURL") or "", package.get("FilePath") or ""
            yield (
                purl,
                str(result["Type"]),
                package["Name"],
                package.get("Version") or "",
                place or str(result["Target"]),
            )
    for component in document.get("components") or []:
        if component["type"] != "library" and "purl" not in component:
            continue
        given = component.get("properties")
        said = {entry["name"]: entry["value"] for entry in given} if isinstance(given, list) else {}
        kind = said.get("aquasecurity:trivy:PkgType", str(component["type"]))
        purl, name, version = (str(component.get(key) or "") for key in ("purl", "name", "version"))
        yield purl, kind, name, version, said.get("aquasecurity:trivy:FilePath", "")


def _counts(found: dict[str, Places]) -> Iterator[str]:
    kinds = sorted({key[0] for places in found.values() for key in places})
    yield f"{'ecosystem':<22}" + "".join(f"{name:>8}" for name in found) + f"{'all':>8}" + _heads(found)
    for kind in kinds:
        sets = [{key for key in places if key[0] == kind} for places in found.values()]
        only = [mine - set().union(*(other for other in sets if other is not mine)) for mine in sets]
        row = [len(each) for each in sets] + [len(set.intersection(*sets))]
        yield f"{kind:<22}" + "".join(f"{n:>8}" for n in row) + "".join(f"{len(each):>12}" for each in only)


def _heads(found: dict[str, Places]) -> str:
    return "".join(f"{'only ' + name:>12}" for name in found)


def _lists(found: dict[str, Places], show: int) -> Iterator[str]:
    """Say what one tool alone finds, and what all but one find, each with its place and the nearest of the others."""
    for name, places in found.items():
        others = {other: keys for other, keys in found.items() if other != name}
        theirs: set[Key] = set().union(*(keys.keys() for keys in others.values()))
        near = _by_short_name(theirs)
        yield from _list(f"only {name}", sorted(places.keys() - theirs), places, near, show)
        if len(others) > 1:
            shared = set.intersection(*(set(keys) for keys in others.values())) - places.keys()
            first = next(iter(others.values()))
            yield from _list(f"all but {name}", sorted(shared), first, _by_short_name(set(places)), show)


def _list(title: str, keys: list[Key], places: Places, near: dict[Key, set[str]], show: int) -> Iterator[str]:
    if not keys:
        return
    yield ""
    yield f"== {title}: {len(keys)}"
    by_kind: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        by_kind[key[0]].append(key)
    for kind, members in by_kind.items():
        yield f"-- {kind}: {len(members)}"
        for key in members[: show or None]:
            other = ", ".join(sorted(near.get(_short(key), set()))[:3])
            where = sorted(places[key])
            more = f" (+{len(where) - 1})" if len(where) > 1 else ""
            yield f"   {key[1]} {key[2]}  {where[0]}{more}" + (f"  other: {other}" if other else "")


def _short(key: Key) -> Key:
    return key[0], key[1].rpartition("/")[2], ""


def _by_short_name(keys: set[Key]) -> dict[Key, set[str]]:
    """Return names and versions of packages by ecosystem and last part of the name."""
    found: dict[Key, set[str]] = defaultdict(set)
    for key in keys:
        found[_short(key)].add(f"{key[1]} {key[2]}".strip())
    return found


if __name__ == "__main__":
    sys.exit(main())
