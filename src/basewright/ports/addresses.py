"""Web addresses, and how far inside a network an IP address lies. Pure.

A registry may name other places: where its tokens come from, where a blob lies, where the next page is. Such a place
must not lead further inside than the registry itself does: a public registry that names 169.254.169.254 or 10.0.0.1
wants this machine to reach what it cannot reach itself (server-side request forgery).
"""

import enum
import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urljoin, urlsplit

_LONGEST: Final = 16 * 1024
_NAME: Final = re.compile(
    r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){0,126}\.?"
)
_NUMERIC_END: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_PORTS: Final = {"http": 80, "https": 443}
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Reach(enum.IntEnum):
    """How far inside an address lies; a greater one is further inside."""

    PUBLIC = 0
    PRIVATE = 1
    """RFC 1918, RFC 4193, RFC 6598 and whatever else no router of the internet forwards."""
    LOOPBACK = 2
    SPECIAL = 3
    """Link-local (cloud metadata), unspecified, multicast, reserved: nobody's to name."""


class AddressError(ValueError):
    """A text that is no usable web address; the message is fit to be shown."""


def reach_of(address: IpAddress) -> Reach:
    """Return how far inside `address` lies; an IPv4 address inside an IPv6 one counts (mapped, 6to4, Teredo, NAT64)."""
    inner = _embedded(address)
    if inner is not None:
        return max(reach_of(inner), Reach.PUBLIC)
    if address.is_loopback:
        return Reach.LOOPBACK
    if address.is_link_local or address.is_unspecified or address.is_multicast:
        return Reach.SPECIAL
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return Reach.PRIVATE
    if address.is_reserved or address in _THIS_NETWORK:
        return Reach.SPECIAL
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE


_THIS_NETWORK: Final = ipaddress.IPv4Network("0.0.0.0/8")


def _embedded(address: IpAddress) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http or https URL that was checked: no user information, no control characters, a host of known grammar."""

    scheme: str
    host: str
    """Lower case; an IPv6 address without brackets."""
    port: int
    target: str
    """Path and query, at least ``/``."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an absolute URL, or raise AddressError. A fragment is dropped."""
        if len(text) > _LONGEST:
            raise AddressError("an address of more than 16 KiB")
        if _CONTROL.search(text) or not text.isascii():
            raise AddressError("an address with control characters, spaces or letters beyond ASCII")
        try:
            parts = urlsplit(text)
            port = parts.port
            host = (parts.hostname or "").lower()
        except ValueError as error:
            raise AddressError("not a web address") from error
        if parts.scheme not in _PORTS:
            raise AddressError(f"neither http nor https: {parts.scheme[:20] or 'no scheme'}")
        if "@" in parts.netloc:
            raise AddressError("an address with user information")
        if "[" in parts.netloc and ":" not in host:
            raise AddressError("an address whose host is no IPv6 address")
        _check_host(host)
        query = f"?{parts.query}" if parts.query else ""
        return cls(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, (parts.path or "/") + query)

    def join(self, text: str) -> Self:
        """Return what `text`, absolute or relative to this address, means (RFC 3986, section 5)."""
        if _CONTROL.search(text):
            raise AddressError("an address with control characters or spaces")
        try:
            return self.parse(urljoin(str(self), text))
        except AddressError:
            raise
        except ValueError as error:
            raise AddressError("not a web address") from error

    @property
    def address(self) -> IpAddress | None:
        """The IP address that the host is written as, if it is."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """Host and port as ``Host`` headers write them: the port only where it is not the scheme's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 6454)."""
        return self.scheme, self.host.removesuffix("."), self.port

    @property
    def shown(self) -> str:
        """The address as messages may show it: without its query, which may hold a signature."""
        return f"{self.scheme}://{self.authority}{self.target.partition('?')[0][:200]}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def _check_host(host: str) -> None:
    if ":" in host:
        try:
            if "%" not in host:
                ipaddress.IPv6Address(host)
                return
        except ValueError:
            pass
        raise AddressError("an address whose host is no IPv6 address")
    if _NUMERIC_END.fullmatch(host):
        # 0x7f.1 and 2130706433 are IPv4 addresses to some resolvers and names to others.
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise AddressError(f"not a host: {host[:80]}") from error
    elif not _NAME.fullmatch(host) or len(host) > 254:
        raise AddressError(f"not a host: {host[:80]!r}")
