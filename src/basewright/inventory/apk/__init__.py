"""apk's packages."""

from basewright.inventory.apk.cataloger import Apk

__all__ = ["Apk"]
