"""Ruby gems, as RubyGems leaves their specifications."""

import re

from basewright.formats.content import MalformedError
from basewright.image.interface import Analyser, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.owned import files_below, names_of
from basewright.inventory.languages.reading import FileAnalyser, Told, decode_text, text
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

SPECIFICATION_BYTES = 4 * 1024 * 1024
_PATH = re.compile(r"(?:^|/)specifications/(default/)?([^/]+)\.gemspec$")
_STUB = re.compile(r"^# stub: (\S{1,200}) (\S{1,100}) (\S{1,100}) ", re.MULTILINE)
_FIELD = re.compile(
    r"""^[ \t]*\w{1,40}\.(name|version|licenses?|authors?)[ \t]*=[ \t]*"""
    r"""(?:Gem::Version\.new[ (]+)?["'\[]([^\n]{0,4000})""",
    re.MULTILINE,
)
_QUOTED = re.compile(r"""["']([^"'\n]{1,500})["']""")
_FILE_NAME = re.compile(r"(.+?)-(\d[^-]*)(?:-(.+))?")


def read_gemspec(path: str, data: bytes) -> Told:
    """Return what a specification says, without running it.

    RubyGems writes a comment with name, version and platform at its head and reads that itself (StubSpecification);
    the assignments and the file's name are for those of older versions.
    """
    source = decode_text(data)
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(source):
        fields.setdefault(match[1].rstrip("s"), match[2])
    stub = _STUB.search(source[:1000])
    if stub is not None:
        name, version, platform = stub[1], stub[2], stub[3]
    else:
        name, version, platform = _assigned(fields, "name"), _assigned(fields, "version"), ""
        place = _PATH.search(path)
        if place is not None and not (name and version) and (from_name := _FILE_NAME.fullmatch(place[2])):
            name, version = name or from_name[1], version or from_name[2]
    if not text(name):
        raise MalformedError("a gem's specification that names none")
    licenses = tuple(filter(None, (text(one) for one in _QUOTED.findall(f'"{fields.get("license", "")}'))))
    authors = [text(one) for one in _QUOTED.findall(f'"{fields.get("author", "")}')]
    qualifiers = (("platform", platform),) if platform not in {"", "ruby"} else ()
    return Told(
        text(name),
        text(version) or None,
        licenses=licenses,
        supplier=authors[0] if authors else None,
        qualifiers=qualifiers,
    )


def _assigned(fields: dict[str, str], key: str) -> str:
    """Return a text that was assigned as a literal; empty for anything that would have to be computed."""
    value = re.split("""["']""", fields.get(key, ""), maxsplit=1)[0]
    return "" if "#{" in value else value


class RubyCataloger:
    """See `Cataloger`. Lock files and the specifications that lie inside gems are no installed gems."""

    name = "ruby"
    analysers: tuple[Analyser, ...] = (
        FileAnalyser(
            "ruby",
            1,
            Interest(suffixes=frozenset({".gemspec"})),
            Told,
            lambda path: _PATH.search(path) is not None,
            read_gemspec,
            SPECIFICATION_BYTES,
        ),
    )

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        found = [
            (path, place, one)
            for one in scene.tree.found("ruby")
            for path in names_of(one.path, one.aliases)
            if (place := _PATH.search(path)) is not None
        ]
        homes = {path: f"{path[: place.start()]}/gems/{place[2]}".lstrip("/") for path, place, _ in found}
        owned = files_below(scene.files, homes.values()) if found else {}
        packages = []
        for path, place, one in found:
            told: Told = one.record
            files = [path, *owned[homes[path]]]
            packages.append(
                Package(
                    type="gem",
                    name=told.name,
                    version=told.version,
                    purl=purl("gem", told.name, told.version, qualifiers=dict(told.qualifiers)),
                    location=path,
                    layer=one.layer,
                    evidence=Evidence.METADATA,
                    licenses=told.licenses,
                    files=tuple(sorted(files)),
                    supplier=told.supplier,
                    note="comes with Ruby itself" if place[1] else "",
                )
            )
        return Catch(tuple(packages))
