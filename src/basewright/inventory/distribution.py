"""How PURLs name a distribution."""

from basewright.model.inventory import OsFacts


def distribution(os: OsFacts | None) -> str | None:
    """Return the `distro` qualifier: ``debian-12``; with the code name where a release has no number yet."""
    if os is None:
        return None
    release = os.version_id or os.codename
    return f"{os.id}-{release}" if release else os.id
