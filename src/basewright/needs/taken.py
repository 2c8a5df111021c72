"""Programs that a COPY takes from another image: which image, and what its name tells of them."""

import contextlib
import re
from dataclasses import dataclass

from basewright.errors import InputError
from basewright.model.reference import ImageReference
from basewright.needs.copies import Brought
from basewright.needs.ownership import source_of
from basewright.needs.stages import chain_of
from basewright.needs.view import WorkloadView, runtime_of_reference

_SYSTEM = ("/usr", "/opt", "/bin", "/sbin", "/lib")
_RELEASE = re.compile(r"v?(\d{1,4}(?:\.\d{1,4}){0,2})(?=[-_]|$)")


@dataclass(frozen=True, slots=True)
class Taken:
    """A COPY of programs, and the image that they come from."""

    copy: Brought
    image: ImageReference


def taken_from(view: WorkloadView, name: str, paths: tuple[str, ...]) -> Taken | None:
    """Return where the server or runtime `name`, called as `paths`, is taken from; None for today's base.

    A program that is called by a bare name may lie anywhere on the search path: then a COPY of system folders from an
    image of `name` tells, where the base itself is none.
    """
    for path in paths:
        copied = source_of(view, path)
        image = image_of(view, copied) if copied is not None else None
        if copied is not None and image is not None:
            return Taken(copied, image)
    if view.runtime_name == name or not any("/" not in path for path in paths):
        return None
    for copied in view.copies:
        image = image_of(view, copied) if _is_of_system(copied.source) else None
        if image is not None and runtime_of_reference(image) == name:
            return Taken(copied, image)
    return None


def image_of(view: WorkloadView, copied: Brought) -> ImageReference | None:
    """Return the image that `copied` takes from, directly or through a stage; None for the context and the unknown."""
    build = view.workload.build
    if copied.stage is not None and build is not None:
        return chain_of(build, build.stages[copied.stage])[0].base.reference
    if copied.image is not None:
        with contextlib.suppress(InputError):
            return ImageReference.parse(copied.image)
    return None


def release_of(image: ImageReference) -> str | None:
    """Return the release that the tag of an official image begins with, None where it names none."""
    found = _RELEASE.match(image.tag or "")
    return found[1] if found else None


def _is_of_system(path: str) -> bool:
    return path == "/" or path.startswith(_SYSTEM)
