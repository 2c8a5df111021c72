"""Smaller ecosystems, each of one kind of file: R, Lua, Erlang and Elixir, WordPress, Homebrew."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from basewright.formats.content import MalformedError
from basewright.image.interface import Analyser, Found, Interest
from basewright.inventory.file_table import FileTable
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.owned import files_below
from basewright.inventory.languages.reading import FileAnalyser, Told, decode_text, text
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

HEAD_BYTES = 64 * 1024
_ROCK = re.compile(r"(?:^|/)rocks(?:-[^/]*)?/([^/]+)/([^/]+)/[^/]+\.rockspec$")
_ROCK_LICENSE = re.compile(r"""\blicense[ \t]*=[ \t]*["']([^"'\n]{1,200})["']""")
_OTP_NAME = re.compile(r"\{[ \t\r\n]*application[ \t\r\n]*,[ \t\r\n]*'?([a-zA-Z][\w@]{0,100})'?")
_OTP_VERSION = re.compile(r"""\{[ \t\r\n]*vsn[ \t\r\n]*,[ \t\r\n]*"([^"\n]{1,100})\"""")
_PLUGIN = re.compile(r"^[ \t/*#@]*(Plugin Name|Version|Author|License)[ \t]*:[ \t]*([^\r\n]{1,200})", re.MULTILINE)
_KEG = re.compile(r"(?:^|/)Cellar/([^/]+)/([^/]+)/INSTALL_RECEIPT\.json$")


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """One kind of package that one kind of file tells of."""

    name: str
    purl_type: str
    interest: Interest
    matches: re.Pattern[str]
    read: Callable[[str, bytes], Told | None]
    levels: int
    """How many directories above the file's own the package's files start; negative where they are not known."""
    limit: int = 4 * 1024 * 1024


def read_description(_path: str, data: bytes) -> Told | None:
    """Return what the DESCRIPTION of an R package says; None for other files of that name."""
    fields: dict[str, str] = {}
    for line in decode_text(data).splitlines():
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            fields.setdefault(key, value.strip())
    if not text(fields.get("Package")) or not text(fields.get("Version")):
        return None
    license_ = text(fields.get("License"))
    return Told(
        text(fields["Package"]),
        text(fields["Version"]),
        licenses=(license_,) if license_ else (),
        supplier=text(fields.get("Maintainer")) or None,
        note="" if "Built" in fields else "not built",
    )


def read_rockspec(path: str, data: bytes) -> Told | None:
    """Return what the place of a rockspec says, which LuaRocks gives it; the file itself is a program."""
    place = _ROCK.search(path)
    if place is None:
        return None
    licenses = tuple(filter(None, map(text, _ROCK_LICENSE.findall(decode_text(data))[:1])))
    return Told(place[1], place[2], licenses=licenses)


def read_otp_application(_path: str, data: bytes) -> Told | None:
    """Return what an application resource file of Erlang's OTP says (app(4))."""
    source = decode_text(data)
    name = _OTP_NAME.search(source)
    if name is None:
        raise MalformedError("an application of Erlang's OTP that names none")
    version = _OTP_VERSION.search(source)
    return Told(name[1], text(version[1]) or None if version else None)


def read_plugin(path: str, data: bytes) -> Told | None:
    """Return what the header of a WordPress plugin's main file says; None for its other files."""
    fields = {key: value.strip(" \t*/") for key, value in reversed(_PLUGIN.findall(decode_text(data[:8192])))}
    if not text(fields.get("Plugin Name")) or not text(fields.get("Version")):
        return None
    license_ = text(fields.get("License"))
    return Told(
        path.rsplit("/", 2)[1],
        text(fields["Version"]),
        licenses=(license_,) if license_ else (),
        supplier=text(fields.get("Author")) or None,
    )


def read_keg(path: str, _data: bytes) -> Told | None:
    """Return what the place of a Homebrew receipt says."""
    match = _KEG.search(path)
    return Told(match[1], match[2]) if match else None


ECOSYSTEMS = (
    Ecosystem(
        "r", "cran", Interest(names=frozenset({"DESCRIPTION"})), re.compile(r"/DESCRIPTION$"), read_description, 0
    ),
    Ecosystem(
        "lua",
        "luarocks",
        Interest(suffixes=frozenset({".rockspec"})),
        _ROCK,
        read_rockspec,
        0,
    ),
    Ecosystem(
        "erlang",
        "otp",
        Interest(suffixes=frozenset({".app"})),
        re.compile(r"(?:^|/)ebin/[^/]+\.app$"),
        read_otp_application,
        1,
    ),
    Ecosystem(
        "wordpress",
        "wordpress-plugin",
        Interest(suffixes=frozenset({".php"})),
        re.compile(r"(?:^|/)wp-content/plugins/[^/]+/[^/]+\.php$"),
        read_plugin,
        0,
    ),
    Ecosystem("homebrew", "brew", Interest(names=frozenset({"INSTALL_RECEIPT.json"})), _KEG, read_keg, 0),
)


class SmallCataloger:
    """A `Cataloger` of one of ECOSYSTEMS."""

    def __init__(self, ecosystem: Ecosystem) -> None:
        self._ecosystem = ecosystem
        self.name = ecosystem.name
        self.analysers: tuple[Analyser, ...] = (
            FileAnalyser(
                ecosystem.name,
                1,
                ecosystem.interest,
                Told,
                lambda path: ecosystem.matches.search(path) is not None,
                ecosystem.read,
                ecosystem.limit,
            ),
        )

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        found = scene.tree.found(self.name)
        return Catch(tuple(_packages(self._ecosystem, found, scene.files)))


def _packages(ecosystem: Ecosystem, found: tuple[Found, ...], files: FileTable) -> list[Package]:
    homes = {one.path: one.path.rsplit("/", ecosystem.levels + 1)[0] for one in found}
    owned = files_below(files, homes.values()) if found else {}
    return [
        Package(
            type=ecosystem.purl_type,
            name=told.name,
            version=told.version,
            purl=purl(ecosystem.purl_type, told.name, told.version),
            location=one.path,
            layer=one.layer,
            evidence=Evidence.METADATA,
            licenses=told.licenses,
            files=tuple(owned[homes[one.path]]),
            supplier=told.supplier,
            note=told.note,
        )
        for one in found
        if (told := one.record) is not None
    ]


OTHERS = tuple(SmallCataloger(ecosystem) for ecosystem in ECOSYSTEMS)
