"""Go modules, as the build information inside programs lists them."""

import re
from collections.abc import Iterator

from basewright.formats.go_buildinfo import GoBuildInfo, GoModule
from basewright.image.interface import Analyser, Found
from basewright.inventory.interface import Catch, Scene
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

_RELEASE = re.compile(r"go(\d+(?:\.\d+)*(?:(?:rc|beta|alpha)\d+)?)")
_SET = re.compile(
    r"""-X[= ]["']{0,2}([\w.~/-]{1,300})\.([A-Za-z_]{1,60})=(v?\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][\w.+-]{1,100})?)"""
)
_NAMES_VERSION = re.compile(r"(?:ver|version|release|tag)$", re.IGNORECASE)
_FILES = "command-line-arguments"
"""What Go calls a program that was built from single files."""
SETTING_LENGTH = 64 * 1024
"""Characters of linker flags that are searched for a version."""


class GoCataloger:
    """See `Cataloger`. What a `replace` directive put in place of a module is what the program contains."""

    name = "golang"
    analysers: tuple[Analyser, ...] = ()  # programs are read once, for everything that they say

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        packages = [
            package
            for one in scene.tree.found("programs")
            if one.record.go is not None
            for package in _packages(one, one.record.go)
        ]
        return Catch(tuple(packages))


def _packages(one: Found, info: GoBuildInfo) -> Iterator[Package]:
    """Yield the main module, which owns the program, its dependencies and the standard library."""
    main = info.main.path if info.main is not None else info.path if info.path != _FILES else None
    if main:
        version, note = info.main.version if info.main is not None else None, ""
        if version is None:
            version, note = _stated_version(info)
        if info.main is None:
            note = "; ".join(filter(None, ("built outside of a module", note)))
        yield _package(one, main, version, note=note, files=(one.path,))
    for module in info.dependencies:
        used = module.replaced_by or module
        note = f"replaces {module.path}" if module.replaced_by is not None else ""
        if used.path.startswith((".", "/")):
            # A directory of the build machine: the module that was meant is the better name.
            used, note = GoModule(module.path), f"replaced by a directory, {used.path}"
        yield _package(one, used.path, used.version, note=note)
    release = _RELEASE.match(info.go_version)
    yield _package(
        one,
        "stdlib",
        release[1] if release else None,
        note="" if release else f"built with {info.go_version[:200]}",
        files=() if main else (one.path,),
    )


def _stated_version(info: GoBuildInfo) -> tuple[str | None, str]:
    """Return the version that the build gave a main module that has none of its own, and what told it."""
    settings = dict(info.settings)
    main = (info.main.path if info.main is not None else info.path) or ""
    for package, variable, version in _SET.findall(settings.get("-ldflags", "")[:SETTING_LENGTH]):
        is_own = package == "main" or package == main or package.startswith(f"{main}/")
        if is_own and _NAMES_VERSION.search(variable):
            return f"v{version.removeprefix('v')}", "version set by the linker's flags"
    revision, time = settings.get("vcs.revision", ""), settings.get("vcs.time", "")
    digits = re.sub(r"\D", "", time)[:14]
    if re.fullmatch(r"[0-9a-f]{12,64}", revision) and len(digits) == 14:
        return f"v0.0.0-{digits}-{revision[:12]}", "version from the revision that was built"
    return None, ""


def _package(one: Found, path: str, version: str | None, *, note: str = "", files: tuple[str, ...] = ()) -> Package:
    # purl-spec, golang: namespace and name are lower case.
    namespace, _, name = path.lower().rpartition("/")
    return Package(
        type="golang",
        name=path,
        version=version,
        purl=purl("golang", name, version, namespace=namespace or None),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.BINARY,
        files=files,
        note=note,
    )
