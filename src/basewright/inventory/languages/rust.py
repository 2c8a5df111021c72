"""Crates, as cargo-auditable records them inside programs."""

from basewright.formats.rust_audit import RustPackage
from basewright.image.interface import Analyser, Found
from basewright.inventory.interface import Catch, Scene
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

_REGISTRY = "crates.io"


class RustCataloger:
    """See `Cataloger`. Crates that were used while building alone are not in the program, and left out."""

    name = "rust"
    analysers: tuple[Analyser, ...] = ()  # programs are read once, for everything that they say

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        packages = [
            _package(one, crate)
            for one in scene.tree.found("programs")
            if one.record.rust is not None
            for crate in one.record.rust.packages
            if crate.kind == "runtime" and crate.name
        ]
        return Catch(tuple(packages))


def _package(one: Found, crate: RustPackage) -> Package:
    version = crate.version or None
    return Package(
        type="cargo",
        name=crate.name,
        version=version,
        purl=purl("cargo", crate.name, version),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.BINARY,
        files=(one.path,) if crate.root else (),
        note="" if crate.root or crate.source in {"", _REGISTRY} else f"not from {_REGISTRY}: {crate.source[:200]}",
    )
