"""The footprint of an image, by facts. The rules stand in docs/explanation/kinds.md."""

from basewright.model.base import Kind, Role

_TINY_FAMILIES = frozenset({"alpine", "busybox", "wolfi"})
"""Distributions whose whole base is some megabytes: BusyBox, or musl with BusyBox and apk."""


def footprint(
    *, shell: bool | None, package_manager: bool | None, family: str, role: Role, is_reduced: bool
) -> Kind | None:
    """Return the kind; None where neither shell and package manager nor the family is known.

    `is_reduced` says that the publisher calls it the reduced variant of a fuller image.
    """
    if shell is False and package_manager is False:
        return Kind.DISTROLESS
    if shell is None and package_manager is None and not family:
        return None
    if family in _TINY_FAMILIES or package_manager is False:
        # A compiler on a tiny distribution is not tiny; it is the smaller of the publisher's builds.
        return Kind.SLIM if role is Role.BUILD else Kind.MINIMAL
    return Kind.SLIM if is_reduced else Kind.FULL
