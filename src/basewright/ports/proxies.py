"""Which proxy a request takes, from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY. Pure.

No standard defines them; curl's manual and Go's `httpproxy` agree on what stands here: lower case wins, HTTP_PROXY in
upper case is ignored in a CGI program (CVE-2016-5385), loopback is never proxied.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from basewright.errors import ConfigurationError, UnsupportedError
from basewright.ports.addresses import AddressError, Reach, WebAddress, reach_of


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy; its representation hides the credentials."""

    url: str
    """Without user information."""
    credentials: tuple[str, str] | None = field(default=None, repr=False)


def proxy_for(address: WebAddress, environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy that `environment` names for `address`; None for a direct connection."""
    text = _setting(environment, f"{address.scheme}_proxy") or _setting(environment, "all_proxy")
    if not text or _is_exempt(address, _setting(environment, "no_proxy")):
        return None
    return _parse(text)


def _setting(environment: Mapping[str, str], name: str) -> str:
    upper = name.upper()
    if name == "http_proxy" and "REQUEST_METHOD" in environment:
        upper = name
    return (environment.get(name) or environment.get(upper) or "").strip()


def _parse(text: str) -> Proxy:
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        credentials = None
        if parts.username is not None:
            credentials = (unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme in {"http", "https"}:
            bare = parts.netloc.rpartition("@")[2]
            return Proxy(str(WebAddress.parse(f"{parts.scheme}://{bare}")), credentials)
    except (ValueError, AddressError) as error:
        # The text may hold a password: it is not shown.
        raise ConfigurationError("the proxy that the environment names is no address") from error
    raise UnsupportedError(
        f"a proxy of the scheme {parts.scheme[:20]!r}", hint="set HTTPS_PROXY to an http or https proxy, or unset it"
    )


def _is_exempt(address: WebAddress, text: str) -> bool:
    host = address.host.removesuffix(".")
    ip = address.address
    if host == "localhost" or (ip is not None and reach_of(ip) is Reach.LOOPBACK):
        return True
    return any(_matches(rule.strip().lower(), host, address.port) for rule in text.split(",") if rule.strip())


def _matches(rule: str, host: str, port: int) -> bool:
    if rule == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(rule.strip("[]"), strict=False)
    except (ValueError, TypeError):
        pass
    name, colon, rule_port = rule.rpartition(":")
    if colon and rule_port.isdigit() and "]" not in rule_port:
        if int(rule_port[:6]) != port:
            return False
        rule = name
    rule = rule.strip("[]").removeprefix("*").strip(".")
    return bool(rule) and (host == rule or host.endswith(f".{rule}"))
