"""What SBOMs call an image and its parts: names that are unique in a document and the same in the next one."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from basewright.errors import InputError
from basewright.model.image import ImageIdentity
from basewright.model.inventory import Inspection
from basewright.model.package import Package
from basewright.model.purl import purl
from basewright.model.reference import ImageReference

IMAGE = "Image"
SYSTEM = "OperatingSystem"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.]+")
_PURL = re.compile(r"pkg:[a-z][a-z0-9.+-]*/[!-~]+")
_SCHEME = re.compile(r"(?:registry|docker|podman|docker-daemon):(?://)?")
_NAMED = frozenset({"registry", "docker", "podman"})
"""Transports whose references name a repository."""


def package_names(packages: Iterable[Package]) -> list[str]:
    """Return a name for each package, in order, of letters, digits, dots and hyphens.

    A name depends on PURL and location alone: other packages that come or go do not change it. Two packages that are
    alike in both are numbered.
    """
    return _numbered(f"Package-{one.type}-{_slug(one.name)}-{_short(one.purl, one.location)}" for one in packages)


def owners(packages: Sequence[Package], names: Sequence[str]) -> dict[str, str]:
    """Return the name of each package that may have brought others, by PURL: the first of those that nobody brought."""
    pairs = zip(reversed(packages), reversed(names), strict=True)
    return {one.purl: name for one, name in pairs if one.owner is None}


def file_names(paths: Iterable[str]) -> list[str]:
    """Return a name for each file."""
    return _numbered(f"File-{_slug(path.rpartition('/')[2])}-{_short(path)}" for path in paths)


def layer_name(index: int) -> str:
    """Return the name of a layer, the lowest being 0."""
    return f"Layer-{index}"


def _numbered(names: Iterable[str]) -> list[str]:
    seen = Counter[str]()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return numbered


def _slug(text: str) -> str:
    return _NOT_IN_A_NAME.sub("-", text[:60]).strip("-.") or "x"


def _short(*texts: str) -> str:
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def is_purl(text: str) -> bool:
    """Whether `text` may stand where a PURL is asked for."""
    return _PURL.fullmatch(text) is not None


def group_of(package: Package) -> tuple[str | None, str]:
    """Return the name of a package with its Maven group apart (`group` of CycloneDX).

    The scope of npm and the vendor of Composer stay in the name, as readers that compare names expect it there.
    """
    group, colon, name = package.name.partition(":") if package.type == "maven" else ("", "", "")
    return (group, name) if colon and group and name else (None, package.name)


def image_purl(identity: ImageIdentity) -> str | None:
    """Return the PURL of an image (type ``oci``); None where its digest or its repository is not known.

    A local folder or archive names no repository, and the name of a folder is none.
    """
    named = _named(identity)
    if named is None or (digest := identity.digest or named.digest) is None:
        return None
    return purl(
        "oci",
        named.repository.rpartition("/")[2],
        str(digest),
        qualifiers={
            "arch": identity.platform.architecture if identity.platform else None,
            "repository_url": f"{named.registry}/{named.repository}",
            "tag": named.tag,
        },
    )


def _named(identity: ImageIdentity) -> ImageReference | None:
    texts = [_SCHEME.sub("", identity.reference, count=1)] if identity.transport in _NAMED else []
    for text in (*texts, *identity.repository_digests):
        try:
            named = ImageReference.parse(text)
        except InputError:
            continue
        if identity.transport == "registry" or named.digest or not identity.repository_digests:
            return named
    return None


def diff_ids(inspection: Inspection) -> list[str | None]:
    """Return the diff ID of each layer, the lowest first."""
    return [str(one.diff_id) if one.diff_id else None for one in inspection.inventory.layers]
