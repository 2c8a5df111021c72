"""ICU for .NET: which images have it, and which start every program without it.

Source: dotnet/dotnet-docker, documentation/enable-globalization.md: images without ICU set
DOTNET_SYSTEM_GLOBALIZATION_INVARIANT, those whose tag ends in ``-extra`` hold ICU and time zones.
"""

from typing import Final

from basewright.model.base import BaseImage, Kind

INVARIANT: Final = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
"""The variable that makes .NET do without ICU."""
_PACKAGES = ("libicu", "icu-libs", "icu")


def is_switched_off(base: BaseImage | None) -> bool:
    """Whether programs start there without cultures, whatever they hold."""
    return base is not None and base.environment.get(INVARIANT, "").lower() in {"1", "true"}


def has_icu(base: BaseImage) -> bool | None:
    """Whether `base` has ICU and lets .NET use it; None where not known."""
    if is_switched_off(base) or base.kind is Kind.SCRATCH:
        return False
    if base.icu_major is not None:
        return True
    if base.vendor == "Microsoft" and base.runtime is not None and base.runtime.name == "dotnet" and base.environment:
        return True
    if base.package_list is None:
        return None
    if any(name.startswith(_PACKAGES) for name in base.package_list.names):
        return True
    return False if base.package_list.is_complete else None
