"""Inspections that are hard to write as an SBOM: nothing, thousands, odd names, odd licences, no digest."""

from collections.abc import Callable
from dataclasses import replace

import inspections
from inspections import digest, inspection, inventory, package

from basewright.model.image import ImageIdentity, LayerSummary
from basewright.model.inventory import Coverage, Inspection, OsFacts, SbomClaim
from basewright.model.package import Evidence, SourcePackage
from basewright.model.platform import Platform
from basewright.model.unknown import Unknown

ODD_LICENSES = (
    (),
    ("MIT",),
    ("mit", "MIT"),
    ("Apache-2.0 OR MIT",),
    ("Apache-2.0 OR MIT", "BSD-3-clause"),
    ("GPL-2+ with Texinfo exception", "public-domain"),
    ("GPL-2.0-or-later WITH Classpath-exception-2.0",),
    ("SEE LICENSE IN LICENSE.md", "UNLICENSED", "NONE", "NOASSERTION", ""),
    ("LicenseRef-mine AND MIT",),
    ("((((MIT",),
    ("Copyright (c) somebody\n\nPermission is hereby granted " + "x" * 5000,),
    ("Ünfug-Lizenz 1.0", "\udcff license", "a\x00b"),
)
ODD_SUPPLIERS = (
    None, "", "<>", "<a@b>", "Jane <jane@example.org>", "jane@example.org", "The Babel Team (https://babel.dev)",
    "Red Hat, Inc. <http://bugzilla.redhat.com/bugzilla>", "Person: x (y) (z)", "a <b@c.de> <d@e.fr>", "Zoë\nX: 1",
)  # fmt: skip


def alpine() -> Inspection:
    """Return a small image with apk packages."""
    packages = tuple(
        package(
            name,
            "1.2.5-r0",
            600_000,
            kind="apk",
            purl=f"pkg:apk/alpine/{name}@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1",
            location="lib/apk/db/installed",
            layer=0,
            evidence=Evidence.DATABASE,
            licenses=("MIT",) if name == "musl" else ("GPL-2.0-only",),
            supplier="Timo Teräs <timo.teras@iki.fi>",
            source=SourcePackage(name, "1.2.5-r0"),
            files=(f"lib/{name}.so", f"usr/share/{name}"),
            is_verified=name == "musl" or None,
        )
        for name in ("apk-tools", "busybox", "musl")
    )
    return inspection(
        inventory=inventory(
            packages=packages,
            os=OsFacts("alpine", "3.20.1", pretty_name="Alpine Linux v3.20", path="etc/os-release"),
            coverage=Coverage(10, 10, 10, 10),
            claims=(),
        )
    )


def large(count: int = 2_000) -> Inspection:
    """Return an image of many packages, each with files."""
    packages = tuple(
        package(f"p{number}", f"1.{number}", number, files=tuple(f"usr/lib/p{number}/{file}" for file in range(8)))
        for number in range(count)
    )
    return inspection(inventory=inventory(packages=packages))


def odd() -> Inspection:
    """Return packages of odd licences and suppliers, alike to the last letter, owned by nobody, of no layer."""
    packages = [
        package(f"l{number}", "1", 1, licenses=texts, supplier=ODD_SUPPLIERS[number % len(ODD_SUPPLIERS)])
        for number, texts in enumerate(ODD_LICENSES)
    ]
    packages += [
        package(f"@scope/s{number}", "1", 1, kind="npm", supplier=text, files=("a\nb", "c\udcff"))
        for number, text in enumerate(ODD_SUPPLIERS)
    ]
    twin = package("twin", "1", 1)
    packages += [twin, twin, package("", "", 0, purl="no purl"), package("deep", "1", 1, layer=99)]
    packages += [
        package("self", "1", 1, owner="pkg:deb/self@1"),
        package("orphan", "1", 1, owner="pkg:deb/nobody@1"),
        package("org.slf4j:slf4j-api", "2", 1, kind="maven", purl="pkg:maven/org.slf4j/slf4j-api@2"),
        package("vendor/lib", "2", 1, kind="composer", note="half-installed", is_verified=False),
        package("go", "1.27", 1, kind="generic", is_runtime=True, evidence=Evidence.MARKER),
    ]
    return inspection(inventory=inventory(packages=tuple(packages)))


def unnamed() -> Inspection:
    """Return a root directory: no digest, no layer that has one, no platform."""
    made = inspection(identity=ImageIdentity("dir:/srv/\udcffroot", "dir"), config=None)
    return replace(made, inventory=inventory(layers=(LayerSummary(None), LayerSummary(digest("a"))), os=None))


def engine() -> Inspection:
    """Return an image of a local engine, known by the digest under which the engine got it."""
    about = ImageIdentity(
        "docker:node:24-slim",
        "docker",
        Platform("linux", "arm64", "v8"),
        config_digest=digest("c"),
        repository_digests=(f"docker.io/library/node@{digest('e')}",),
    )
    return inspection(identity=about)


def many_unknowns() -> Inspection:
    """Return an image of which more is unknown than an SBOM tells."""
    paths = tuple(f"opt/{number:05}" for number in range(10_500))
    return inspection(
        unknowns=tuple(Unknown(f"layer {number:05}", "the blob ends early") for number in range(1_500)),
        inventory=inventory(
            coverage=Coverage(1, 1, 0, 0, paths),
            claims=tuple(SbomClaim(f"bom{number}.json", "spdx 2.3", 1, (), "not read") for number in range(1_010)),
        ),
    )


CASES: dict[str, Callable[[], Inspection]] = {
    **inspections.CASES,
    "alpine": alpine,
    "many": lambda: large(150),
    "large": large,
    "odd": odd,
    "unnamed": unnamed,
    "engine": engine,
    "many unknowns": many_unknowns,
}
