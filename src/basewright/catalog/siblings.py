"""What the measured builds of a repository have in common holds for those that were not measured.

Builds of one repository, distribution family and variant are made by one template of the publisher. A fact on which all
the measured ones agree is taken over, and its provenance says so; where they differ it stays unknown.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from basewright.model.base import BaseImage, Provenance

_CONFIG = ("user", "uid", "users", "entrypoint", "command", "working_directory", "ports", "volumes", "stop_signal")
_CONTENT = ("ca_certificates", "time_zones")


def inherit(build: BaseImage, builds: Iterable[BaseImage]) -> BaseImage:
    """Return `build` with what its measured siblings among `builds` agree on, where it does not know better."""
    family = [one for one in builds if (one.family, one.variant) == (build.family, build.variant) and build.family]
    if "config" not in build.provenance:
        measured = [one for one in family if "config" in one.provenance]
        build = _take(build, measured, _CONFIG, ("config", "users"))
        build = replace(build, environment=_common_environment(measured))
    if build.ca_certificates is None and build.time_zones is None:
        # CA bundle and zones differ between releases, and between the slim and the full build of one template.
        alike = [one for one in family if one.kind is build.kind and one.os == build.os and build.os is not None]
        listed = [one for one in alike if "packages" in one.provenance]
        build = _take(build, listed, _CONTENT, ("content",))
    return build


def _take(build: BaseImage, siblings: list[BaseImage], names: tuple[str, ...], groups: tuple[str, ...]) -> BaseImage:
    if not siblings:
        return build
    agreed: dict[str, Any] = {}
    for name in names:
        values = [getattr(one, name) for one in siblings]
        if all(value == values[0] for value in values):
            agreed[name] = values[0]
    tags = ", ".join(sorted(str(one.reference.tag) for one in siblings))
    source = f"not measured; on this its measured siblings agree: {build.reference.familiar_name} {tags}"
    date = min(one.provenance["config"].date for one in siblings)
    provenance = {**build.provenance, **dict.fromkeys(groups, Provenance(source, date))}
    return replace(build, **agreed, provenance=provenance)


def _common_environment(siblings: list[BaseImage]) -> dict[str, str]:
    if not siblings:
        return {}
    first, *others = (one.environment for one in siblings)
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}
