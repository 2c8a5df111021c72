"""PHP packages: what Composer installed, and PEAR's and PECL's registries."""

import posixpath
import re
from typing import Any

from basewright.formats.content import MalformedError
from basewright.image.interface import Analyser, Found, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.owned import files_below
from basewright.inventory.languages.reading import FileAnalyser, Told, decode_json, text
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

PACKAGES = 50_000
_INSTALLED = re.compile(r"(?:^|/)composer/installed\.json$")
_REGISTRY = re.compile(r"(?:^|/)\.registry/(?:\.channel\.([^/]+)/)?[^/]+\.reg$")
_CHANNELS = {"pecl": "pecl.php.net", "__uri": ""}
_REG_NAME = re.compile(rb'"(?:name|package)";s:\d{1,4}:"([\w.+-]{1,200})"')
_REG_VERSION = re.compile(rb'"version";(?:a:\d:\{s:7:"release";)?s:\d{1,3}:"([\w.+-]{1,100})"')
_REG_LICENSE = re.compile(rb'"license";(?:a:\d:\{.{0,200}?"_content";)?s:\d{1,3}:"([^"]{1,200})"', re.DOTALL)


def read_installed(_path: str, data: bytes) -> tuple[Told, ...]:
    """Return the packages of Composer's installed.json, of version 1 (a list) or 2 (a list inside an object)."""
    document = decode_json(data, Any)
    entries = document.get("packages") if isinstance(document, dict) else document
    if not isinstance(entries, list) or len(entries) > PACKAGES:
        raise MalformedError("an installed.json without a list of packages")
    return tuple(told for entry in entries if isinstance(entry, dict) and (told := _entry(entry)) is not None)


def _entry(entry: dict[str, Any]) -> Told | None:
    vendor, _, name = text(entry.get("name")).rpartition("/")
    if not name:
        return None
    declared = entry.get("license")
    licenses = tuple(filter(None, map(text, declared))) if isinstance(declared, list) else ()
    place = entry.get("install-path", entry.get("install_path"))
    folder = place if isinstance(place, str) else f"../{vendor}/{name}"
    return Told(name, text(entry.get("version")) or None, vendor, licenses, files=(folder,))


def read_registry(_path: str, data: bytes) -> Told:
    """Return what an entry of PEAR's registry says; it is PHP's serialization, of which only three texts matter."""
    name = _REG_NAME.search(data)
    if name is None:
        raise MalformedError("an entry of PEAR's registry that names no package")
    version, license_ = _REG_VERSION.search(data), _REG_LICENSE.search(data)
    return Told(
        name[1].decode(),
        version[1].decode() if version else None,
        licenses=(text(license_[1].decode("utf-8", "backslashreplace")),) if license_ else (),
    )


_ANALYSERS: tuple[Analyser, ...] = (
    FileAnalyser(
        "php-composer",
        1,
        Interest(names=frozenset({"installed.json"})),
        tuple[Told, ...],
        lambda path: _INSTALLED.search(path) is not None,
        read_installed,
    ),
    FileAnalyser(
        "php-pear",
        1,
        Interest(suffixes=frozenset({".reg"})),
        Told,
        lambda path: _REGISTRY.search(path) is not None,
        read_registry,
    ),
)


class PhpCataloger:
    """See `Cataloger`."""

    name = "php"
    analysers: tuple[Analyser, ...] = _ANALYSERS

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        found = [(one, told, _home(one.path, told)) for one in scene.tree.found("php-composer") for told in one.record]
        owned = files_below(scene.files, {home for _, _, home in found if home}) if found else {}
        packages = [_package(one, told, tuple(owned.get(home, ()))) for one, told, home in found]
        packages += [_pear_package(one) for one in scene.tree.found("php-pear")]
        return Catch(tuple(packages))


def _home(path: str, told: Told) -> str:
    """Return the directory of a package; empty where it would be the root, or all of vendor."""
    folder = path.rpartition("/")[0]
    home = posixpath.normpath(posixpath.join("/", folder, told.files[0])).lstrip("/")
    return "" if f"{folder}/".startswith(f"{home}/") else home


def _package(one: Found, told: Told, files: tuple[str, ...]) -> Package:
    return Package(
        type="composer",
        name=f"{told.namespace}/{told.name}" if told.namespace else told.name,
        version=told.version,
        # purl-spec, composer: namespace and name are lower case.
        purl=purl("composer", told.name.lower(), told.version, namespace=told.namespace.lower() or None),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.METADATA,
        licenses=told.licenses,
        files=files,
    )


def _pear_package(one: Found) -> Package:
    told: Told = one.record
    match = _REGISTRY.search(one.path)
    channel = (match[1] if match else None) or "pear.php.net"
    channel = _CHANNELS.get(channel, channel)
    return Package(
        type="pear",
        name=f"{channel}/{told.name}" if channel else told.name,
        version=told.version,
        purl=purl("pear", told.name, told.version, namespace=channel or None),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.METADATA,
        licenses=told.licenses,
        files=(one.path,),
    )
