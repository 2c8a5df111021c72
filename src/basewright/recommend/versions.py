"""Release lines: which versions of a runtime or service may stand in for one another."""

import re
from functools import lru_cache

_LEADING_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_ONE_NUMBER = frozenset(
    {
        "node",
        "postgres",
        "postgresql",
        "java",
        "deno",
        "bun",
        "dotnet",
        "aspnet",
        "memcached",
        "nginx",
        "httpd",
        "caddy",
        "haproxy",
        "rabbitmq",
        "tomcat",
        "elasticsearch",
    }
)
"""Products within whose major version a client or an application need not change. All others count two numbers."""
_PRE_RELEASE = re.compile(
    r"(?:^|[.-])(?:alpha|beta|rc|ea|nightly|edge|testing|experimental|tip|unstable|preview)\d*(?:[.-]|$)"
    r"|\d(?:alpha|beta|rc)\d",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def numbers(version: str | None) -> tuple[int, ...]:
    """Return the leading numbers of `version`: ``(3, 12, 4)`` for ``3.12.4-slim``, () for none."""
    found = _LEADING_NUMBERS.match((version or "").removeprefix("v")[:64])
    return tuple(int(part[:9]) for part in found.group().split(".")) if found else ()


@lru_cache(maxsize=8192)
def line(product: str, version: str | None) -> tuple[int, ...]:
    """Return the numbers that name the release line of `version`; () where not known."""
    return numbers(version)[: 1 if product in _ONE_NUMBER else 2]


def line_text(product: str, version: str | None) -> str:
    """Return the release line as people write it: ``3.12``."""
    return ".".join(str(number) for number in line(product, version))


def is_same_line(product: str, one: str | None, other: str | None) -> bool | None:
    """Whether both are of one release line; None where either is not told exactly enough."""
    left, right = line(product, one), line(product, other)
    shared = min(len(left), len(right))
    if not shared:
        return None
    if left[:shared] != right[:shared]:
        return False
    return True if len(left) == len(right) else None


@lru_cache(maxsize=8192)
def is_pre_release(text: str) -> bool:
    """Whether a version or tag names something not released yet."""
    return bool(_PRE_RELEASE.search(text))
