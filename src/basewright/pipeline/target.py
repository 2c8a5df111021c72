"""What a TARGET of the command line names: a folder, a file, or an image (docs/reference/commands.md)."""

import re
from dataclasses import dataclass

from basewright.errors import InputError
from basewright.model.reference import ImageReference
from basewright.ports.files import Place, locate

_REGISTRY_SCHEMES = ("registry:", "docker://")
_OTHER_SCHEMES = ("docker:", "podman:", "oci-dir:", "oci-archive:", "docker-archive:", "dir:", "oci:", "docker-daemon:")


_HOST_AND_PORT = re.compile(r"[a-z]+:[0-9]{1,5}/")
"""``registry:5000/app`` is a host called registry, as Docker reads it, not a scheme."""


@dataclass(frozen=True, slots=True)
class Target:
    """What has neither `place` nor `image` is an image at a transport and a place: ``oci-dir:build``."""

    text: str
    place: Place | None = None
    image: ImageReference | None = None


def parse_target(text: str) -> Target:
    """Tell what `text` names; raise InputError or UnsupportedError where it names nothing that can be assessed.

    A path is what starts with ``.`` or ``/`` or exists; anything else, and always with a scheme, is an image.
    """
    if not text:
        raise InputError("an empty target", hint="name a folder, a Dockerfile, a Compose file or an image")
    for scheme in _REGISTRY_SCHEMES:
        if text.startswith(scheme) and not _HOST_AND_PORT.match(text):
            return Target(text, image=ImageReference.parse(text.removeprefix(scheme).removeprefix("//")))
    place = locate(text)
    if place is not None:
        return Target(text, place=place)
    if text.startswith((".", "/")):
        raise InputError(f"{text}: no such file or folder", hint="name a project's folder, or one of its files")
    if text.startswith(_OTHER_SCHEMES):
        return Target(text)
    return Target(text, image=ImageReference.parse(text))
