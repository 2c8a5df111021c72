"""dpkg's packages: status, lists of files, diversions, alternatives, licences."""

from basewright.inventory.dpkg.cataloger import Dpkg

__all__ = ["Dpkg"]
