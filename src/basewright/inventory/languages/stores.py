"""Package databases of distributions that are seldom a base: Arch's pacman, Gentoo's Portage, and the Nix store."""

import re
from collections.abc import Iterator, Mapping, Sequence

from basewright.formats.content import MalformedError
from basewright.image.interface import Analyser, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.reading import FileAnalyser, Told, text
from basewright.model.package import Evidence, Package, SourcePackage
from basewright.model.purl import purl

LIST_BYTES = 16 * 1024 * 1024
_PACMAN = re.compile(r"(?:^|/)var/lib/pacman/local/[^/]+/(desc|files)$")
_PORTAGE = re.compile(r"(?:^|/)var/db/pkg/([^/]+)/([^/]+)/CONTENTS$")
_PORTAGE_VERSION = re.compile(r"(.+?)-(\d[^-]*(?:-r\d+)?)")
_NIX = re.compile(r"nix/store/([0-9a-df-np-sv-z]{32})-([^/]+)/")
_NIX_VERSION = re.compile(r"(.+?)-(\d[^/]*)")
_NIX_OUTPUTS = ("-bin", "-dev", "-doc", "-info", "-lib", "-man", "-out", "-static", "-devdoc", "-debug", "-dist")


def read_pacman(path: str, data: bytes) -> Told | None:
    """Return what a desc or files record of pacman's local database says; the other's fields stay empty."""
    fields: dict[str, list[str]] = {}
    values: list[str] = []
    for line in data.decode("utf-8", "backslashreplace").split("\n"):
        if line.startswith("%") and line.endswith("%"):
            values = fields.setdefault(line, [])
        elif line:
            values.append(line)
    if path.endswith("/files"):
        listed = (one for one in fields.get("%FILES%", ()) if not one.endswith("/"))
        return Told("", files=tuple(listed))
    name = _first(fields, "%NAME%")
    if not name:
        raise MalformedError("a record of pacman that names no package")
    qualifiers = tuple((key, value) for key, field in (("arch", "%ARCH%"), ("base", "%BASE%"))
                       if (value := _first(fields, field)))  # fmt: skip
    return Told(
        name,
        _first(fields, "%VERSION%") or None,
        licenses=tuple(filter(None, map(text, fields.get("%LICENSE%", ())))),
        supplier=_first(fields, "%PACKAGER%") or None,
        qualifiers=qualifiers,
    )


def _first(fields: Mapping[str, Sequence[str]], key: str) -> str:
    return text(next(iter(fields.get(key, ())), ""))


class PacmanCataloger:
    """See `Cataloger`."""

    name = "pacman"
    analysers: tuple[Analyser, ...] = (
        FileAnalyser(
            "pacman",
            1,
            Interest(names=frozenset({"desc", "files"})),
            Told,
            lambda path: _PACMAN.search(path) is not None,
            read_pacman,
            LIST_BYTES,
        ),
    )

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        records = {one.path: one for one in scene.tree.found("pacman")}
        vendor = scene.os.id if scene.os is not None else "arch"
        packages = []
        for path, one in records.items():
            if not path.endswith("/desc"):
                continue
            told: Told = one.record
            listed = records.get(f"{path.removesuffix('desc')}files")
            own = dict(told.qualifiers)
            packages.append(
                Package(
                    type="alpm",
                    name=told.name,
                    version=told.version,
                    purl=purl("alpm", told.name, told.version, namespace=vendor, qualifiers={"arch": own.get("arch")}),
                    location=path,
                    layer=one.layer,
                    evidence=Evidence.DATABASE,
                    source=SourcePackage(own["base"], told.version) if "base" in own else None,
                    architecture=own.get("arch"),
                    licenses=told.licenses,
                    files=scene.files.located(listed.record.files) if listed is not None else (),
                    supplier=told.supplier,
                )
            )
        return Catch(tuple(packages))


def read_portage(path: str, data: bytes) -> Told:
    """Return the package that the place of a CONTENTS names, with the files that it lists (Portage's vdb)."""
    place = _PORTAGE.search(path)
    named = _PORTAGE_VERSION.fullmatch(place[2]) if place is not None else None
    if place is None or named is None:
        raise MalformedError("a record of Portage whose place names no version")
    return Told(named[1], named[2], place[1], files=tuple(_portage_files(data.decode("utf-8", "backslashreplace"))))


def _portage_files(contents: str) -> Iterator[str]:
    """Yield the paths of ``obj PATH MD5 TIME`` and ``sym PATH -> TARGET TIME``; directories are left out."""
    for line in contents.split("\n"):
        kind, _, rest = line.partition(" ")
        path = rest.rsplit(" ", 2)[0] if kind == "obj" else rest.partition(" -> ")[0] if kind == "sym" else ""
        if path:
            yield path.lstrip("/")


class PortageCataloger:
    """See `Cataloger`."""

    name = "portage"
    analysers: tuple[Analyser, ...] = (
        FileAnalyser(
            "portage",
            1,
            Interest(names=frozenset({"CONTENTS"})),
            Told,
            lambda path: _PORTAGE.search(path) is not None,
            read_portage,
            LIST_BYTES,
        ),
    )

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        return Catch(
            tuple(
                Package(
                    type="ebuild",
                    name=f"{told.namespace}/{told.name}",
                    version=told.version,
                    purl=purl("ebuild", told.name, told.version, namespace=told.namespace),
                    location=one.path,
                    layer=one.layer,
                    evidence=Evidence.DATABASE,
                    files=scene.files.located(told.files),
                )
                for one in scene.tree.found("portage")
                if (told := one.record) is not None
            )
        )


class NixCataloger:
    """See `Cataloger`. A store path names its package; its database is not needed for that."""

    name = "nix"
    analysers: tuple[Analyser, ...] = ()

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        return Catch(tuple(_nix_packages(scene)))


def _nix_packages(scene: Scene) -> Iterator[Package]:
    """Yield one package for each store path that names a version."""
    if not scene.tree.list("nix/store"):
        return
    stored: dict[str, list[str]] = {}
    for path in scene.files.nodes:
        if path.startswith("nix/store/") and (match := _NIX.match(path)) is not None:
            stored.setdefault(match[0], []).append(path)
    for folder, files in stored.items():
        match = _NIX.match(folder)
        name = match[2] if match is not None else ""
        output = next((end for end in _NIX_OUTPUTS if name.endswith(end)), "")
        versioned = _NIX_VERSION.fullmatch(name.removesuffix(output))
        if match is None or versioned is None or name.endswith((".drv", ".patch", ".tar.gz", ".tar.xz")):
            continue
        yield Package(
            type="nix",
            name=versioned[1],
            version=versioned[2],
            purl=purl(
                "nix", versioned[1], versioned[2], qualifiers={"output": output[1:] or None, "outputhash": match[1]}
            ),
            location=files[0],
            layer=scene.files.nodes[files[0]] >> 32,
            evidence=Evidence.DATABASE,
            files=tuple(files),
        )
