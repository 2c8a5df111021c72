"""Which programs are the project's own: copied in, built in a stage, or brought by its packages."""

import posixpath
import re

from basewright.needs.copies import Brought
from basewright.needs.invocation import Invocation
from basewright.needs.view import WorkloadView

_PACKAGE_FOLDERS = re.compile(r"(?:^|/)(?:\.?venv|env|node_modules|vendor/bundle|\.local)/")
_APPLICATION_FOLDERS = ("/app/", "/usr/src/", "/opt/", "/srv/", "/home/", "/code/", "/workspace/", "/root/")


def image_path(view: WorkloadView, path: str) -> str:
    """Return `path` as an absolute path of the image."""
    setting = view.workload.runtime.working_directory
    directory = setting.value if setting else (view.base.working_directory if view.base else None) or "/"
    return posixpath.normpath(posixpath.join(directory or "/", path))


def source_of(view: WorkloadView, path: str) -> Brought | None:
    """Return the COPY that brings the program `path` (a bare name is looked for on the search path)."""
    found = None
    if "/" in path:
        wanted = image_path(view, path)
        for one in view.copies:
            if one.holds(wanted):
                found = one
        return found
    for one in view.copies:
        folder, name = posixpath.split(one.destination)
        name = name or posixpath.basename(one.source)
        if name == path and folder.endswith("/bin"):
            found = one
    return found


def is_own(view: WorkloadView, invocation: Invocation) -> bool:
    """Whether `invocation` starts a program of the project: a file that it brings, or one of its packages' programs."""
    path = invocation.path
    if path.startswith(("./", "../")) or _PACKAGE_FOLDERS.search(path) or path.startswith(_APPLICATION_FOLDERS):
        return True
    if path in view.workload.static_paths or source_of(view, path) is not None:
        return True
    if any(one.script.image_path.rsplit("/", 1)[-1] == invocation.program for one in view.scripts):
        return True
    return is_put(view, invocation) or view.made.may_hold(path) or is_packaged(view, invocation.program)


def is_put(view: WorkloadView, invocation: Invocation) -> bool:
    """Whether the image's own build put the program in place under its name: a COPY, or a RUN that makes it."""
    path = invocation.path
    return source_of(view, path) is not None or view.made.holds(image_path(view, path), path)


def is_packaged(view: WorkloadView, program: str) -> bool:
    """Whether an application package, or the project itself, brings a program of this name."""
    return program in view.packaged
