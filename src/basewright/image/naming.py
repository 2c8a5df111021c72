"""What the name of an image says: a transport, and where there (docs/reference/commands.md, «IMAGE»).

skopeo's spellings mean the same as ours (containers-transports(5)); only ``dir:`` is ours alone: a root file system.
"""

import re
from dataclasses import dataclass
from typing import Final

from basewright.errors import InputError, InvalidReferenceError, UnsupportedError
from basewright.model.reference import ImageReference
from basewright.ports.blobs import stands

SCHEMES: Final = {
    "registry:": "registry",
    "docker://": "registry",
    "docker:": "docker",
    "docker-daemon:": "docker",
    "podman:": "podman",
    "oci-dir:": "oci-dir",
    "oci:": "oci-dir",
    "oci-archive:": "oci-archive",
    "docker-archive:": "docker-archive",
    "dir:": "dir",
}
"""What an image's name begins with → its transport; of two that fit, the longer one counts."""
_LIKE_HOSTS: Final = frozenset({"registry", "docker", "podman"})
_HOST_AND_PORT = re.compile(r"[a-z]+:[0-9]{1,5}/")
"""``registry:5000/app`` is a host called registry, as Docker reads it, not a scheme."""
_STORAGE: Final = "containers-storage:"
_IMAGE_ID = re.compile(r"(?:sha256:)?[0-9a-f]{64}|[0-9a-f]{12}")
_TAG_LIKE = re.compile(r"[0-9][0-9.]*(?:-[a-z0-9.]+)?|latest|stable|edge|dind|cli")


@dataclass(frozen=True, slots=True)
class ImageName:
    """An image's name, taken apart."""

    text: str
    """As the caller wrote it."""
    transport: str
    """As `ImageIdentity.transport` has it; empty for a bare name."""
    rest: str
    """What follows the scheme."""

    @property
    def is_file(self) -> bool:
        """Whether it names something on this machine's disk."""
        return self.transport in {"oci-dir", "oci-archive", "docker-archive", "dir"}

    def reference(self) -> ImageReference:
        """Return `rest` as a registry's reference; raise InvalidReferenceError where it is none."""
        return ImageReference.parse(self.rest)

    def engine_name(self) -> str:
        """Return `rest` as an engine knows images: a reference or an image ID; raise InvalidReferenceError else."""
        if not _IMAGE_ID.fullmatch(self.rest):
            ImageReference.parse(self.rest)
        return self.rest

    def is_image_id(self) -> bool:
        """Whether a local engine alone can know it."""
        return _IMAGE_ID.fullmatch(self.rest) is not None

    def hint(self) -> str:
        """Return what to say when nothing was found: the scheme may have been meant as an official image's name."""
        scheme = self.text.partition(":")[0]
        if scheme in _LIKE_HOSTS and _TAG_LIKE.fullmatch(self.rest) and self.text == f"{scheme}:{self.rest}":
            return f"the image called {scheme} is named registry:{self.text}"
        return ""


def parse_name(text: str) -> ImageName:
    """Take the name of an image apart.

    Raises InputError where it is empty or names a file without saying what it is, UnsupportedError for a transport
    that is not read, InvalidReferenceError where it is no reference.
    """
    if not text:
        raise InputError("an empty image name", hint="name an image, such as nginx:1.29 or oci-dir:PATH")
    if text.startswith(_STORAGE):
        raise UnsupportedError(
            f"{text}: the storage of Podman and Buildah is not read directly",
            hint=f"ask Podman for it (podman:{text.removeprefix(_STORAGE)}), or save it: "
            "podman save --format oci-archive -o image.tar NAME",
        )
    scheme = max((one for one in SCHEMES if text.startswith(one)), key=len, default="")
    if scheme and not (SCHEMES[scheme] in _LIKE_HOSTS and _HOST_AND_PORT.match(text)):
        rest = text.removeprefix(scheme)
        name = ImageName(text, SCHEMES[scheme], rest.removeprefix("//") if not _is_file(scheme) else rest)
        if not name.rest:
            raise InputError(f"{text}: names nothing", hint=f"write {scheme}NAME")
    else:
        name = ImageName(text, "", text)
        _refuse_path(text)
    if not name.is_file:
        _ = name.reference() if name.transport == "registry" else name.engine_name()
    return name


def _is_file(scheme: str) -> bool:
    return SCHEMES[scheme] not in _LIKE_HOSTS


def _refuse_path(text: str) -> None:
    """Raise InputError for a bare name that is a path: which format it has must be said."""
    if not text.startswith((".", "/", "~")) and not (text.endswith((".tar", ".tar.gz", ".tgz")) and stands(text)):
        return
    if stands(f"{text}/oci-layout"):
        hint = f"it is an OCI image layout: oci-dir:{text}"
    elif stands(f"{text}/."):
        hint = f"a root file system is named dir:{text}, an OCI image layout oci-dir:{text}"
    elif stands(text):
        hint = f"an archive is named docker-archive:{text} or oci-archive:{text}"
    else:
        hint = "files are named by scheme and path, such as oci-dir:PATH or docker-archive:PATH"
    raise InvalidReferenceError(f"{text}: a path, and no image reference", hint=hint)


def split_place(rest: str) -> tuple[str, str | None]:
    """Return (path, name in it) of ``PATH[:NAME]`` or ``PATH@DIGEST``; a name after ``@`` keeps it.

    Paths may hold colons: the longest one that stands on the disk counts. None where no name follows.
    """
    if stands(rest):
        return rest, None
    place, at, digest = rest.rpartition("@")
    if at and digest.startswith(("sha256:", "sha512:")) and stands(place):
        return place, f"@{digest}"
    for colon in reversed([number for number, letter in enumerate(rest) if letter == ":"]):
        if colon and stands(rest[:colon]):
            name = rest[colon + 1 :]
            return rest[:colon], name or None
    path = rest.partition(":")[0]
    raise InputError(f"{path[:400]}: no such file or folder")
