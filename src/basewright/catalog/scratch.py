"""``scratch``: the empty image that every builder knows by name."""

import datetime as dt

from basewright.model.base import BaseImage, Kind, Provenance, Role
from basewright.model.reference import ImageReference

SCRATCH = ImageReference("docker.io", "library/scratch")


def scratch() -> BaseImage:
    """Return the empty image: nothing is in it, so everything of it is known."""
    source = Provenance(
        "Docker documentation, Base images: Create a minimal base image using scratch", dt.date(2026, 11, 21)
    )
    return BaseImage(
        reference=SCRATCH,
        vendor="BuildKit",
        family="none",
        role=Role.OS,
        libc="none",
        shell=False,
        package_manager=False,
        kind=Kind.SCRATCH,
        user="",
        uid=0,
        entrypoint=(),
        command=(),
        working_directory="",
        ports=(),
        volumes=(),
        ca_certificates=False,
        time_zones=False,
        compressed_bytes=0,
        bytes=0,
        packages=0,
        executables=0,
        setuid=0,
        notes=("a name of the builder, not an image: it cannot be pulled", "has no /etc/passwd, no /tmp, no CA bundle"),
        provenance=dict.fromkeys(("identity", "config", "size", "packages"), source),
    )
