"""Package URLs, in the canonical form of the PURL specification (ECMA-427)."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

_SAFE = "-._~:"
"""Characters that stand as they are in every component but the path's slashes (ECMA-427, percent-encoding)."""


@lru_cache(maxsize=65536)
def _encoded(text: str) -> str:
    return quote(text, safe=_SAFE)


def purl(
    kind: str,
    name: str,
    version: str | None,
    *,
    namespace: str | None = None,
    qualifiers: Mapping[str, str | None] | None = None,
    subpath: str | None = None,
) -> str:
    """Return the canonical PURL of a package; qualifiers without a value are left out, the others sorted by key.

    The caller gives names in the form that the type's definition asks for (lower case for deb, normalized for pypi).
    """
    pieces = ["pkg:", kind, "/"]
    if namespace:
        pieces += ["/".join(_encoded(part) for part in namespace.split("/") if part), "/"]
    pieces.append(_encoded(name))
    if version:
        pieces += ["@", _encoded(version)]
    if qualifiers:
        text = "&".join(f"{key}={_encoded(value)}" for key, value in sorted(qualifiers.items()) if value)
        if text:
            pieces += ["?", text]
    if subpath:
        pieces += ["#", "/".join(_encoded(part) for part in subpath.split("/") if part not in {"", ".", ".."})]
    return "".join(pieces)
