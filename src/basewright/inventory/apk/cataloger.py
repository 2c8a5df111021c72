"""Packages of apk (Alpine, Wolfi, Chainguard and relatives)."""

from typing import Final

from basewright.image.interface import Analyser, Found
from basewright.inventory.apk.database import ApkAnalyser, ApkDatabase, ApkPackage
from basewright.inventory.bounded import paths
from basewright.inventory.distribution import distribution
from basewright.inventory.interface import Catch, Scene
from basewright.model.inventory import OsFacts
from basewright.model.package import Evidence, Package, SourcePackage
from basewright.model.purl import purl
from basewright.model.unknown import Unknown

_HOMES: Final = ("usr/lib/apk/db/installed", "lib/apk/db/installed")


class Apk:
    """Finds the packages of apk."""

    name = "apk"
    analysers: tuple[Analyser, ...] = (ApkAnalyser(),)

    def catalog(self, scene: Scene) -> Catch:
        """Return every package of every database; virtual ones too, as apk itself lists them."""
        packages: list[Package] = []
        unknowns: list[Unknown] = []
        for found in scene.tree.found("apk-database"):
            database: ApkDatabase = found.record
            unknowns += [Unknown(found.path, problem) for problem in database.problems]
            root = _root_of(found.path)
            packages += [_package(one, found, scene, root) for one in database.packages]
        return Catch(tuple(packages), tuple(unknowns))


def _package(one: ApkPackage, found: Found, scene: Scene, root: str) -> Package:
    files = scene.files.located(paths(one.files), root) if one.files else ()
    return Package(
        type="apk",
        name=one.name,
        version=one.version,
        purl=apk_purl(one, scene.os),
        location=found.path,
        layer=found.layer,
        evidence=Evidence.DATABASE,
        source=SourcePackage(one.origin or one.name, one.version),
        architecture=one.architecture,
        licenses=(one.license,) if one.license else (),
        files=files,
        bytes=scene.files.bytes_of(files),
        supplier=one.maintainer,
        note=_note(one),
    )


def apk_purl(one: ApkPackage, os: OsFacts | None) -> str:
    """Return the PURL of a package (purl-spec, `apk`), with the origin that advisories speak of."""
    return purl(
        "apk",
        one.name.lower(),
        one.version,
        namespace=os.id if os else None,
        qualifiers={
            "arch": one.architecture,
            "distro": distribution(os),
            "upstream": one.origin if one.origin != one.name else None,
        },
    )


def _root_of(path: str) -> str:
    for home in _HOMES:
        if path.endswith(home):
            return path.removesuffix(home)
    return ""


def _note(one: ApkPackage) -> str:
    if one.name.startswith("."):
        return "a virtual package: a name for what was installed with it"
    return "" if one.version else "the record has no version"
