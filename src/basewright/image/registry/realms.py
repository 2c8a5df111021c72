"""Which token services a registry's credentials may go to. Pure.

A registry says itself where its tokens come from. What it says is followed only where the place lies no further inside
than the registry, and what we know is shown only to a place that belongs to the registry.
"""

import re
from typing import Final

from basewright.errors import RemoteError
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.settings import RegistrySettings
from basewright.ports.addresses import AddressError, WebAddress

KNOWN: Final = {
    "docker.io": frozenset({"auth.docker.io"}),
    "dhi.io": frozenset({"auth.docker.io"}),
    "registry.gitlab.com": frozenset({"gitlab.com"}),
    "registry.digitalocean.com": frozenset({"api.digitalocean.com"}),
}
"""Registries whose token service has another name, as their operators document it."""
_SERVICES: Final = frozenset(
    (
        "auth",
        "login",
        "sso",
        "id",
        "identity",
        "iam",
        "token",
        "tokens",
        "oauth",
        "accounts",
        "keycloak",
        "gitlab",
        "git",
    )
)
"""First labels of hosts that give tokens for ``registry.`` of the same domain."""
_SHARED: Final = frozenset([
    "amazonaws.com", "appspot.com", "azurecr.io", "cloudapp.net", "cloudsmith.io", "fly.dev", "github.io", "gitlab.io",
    "herokuapp.com", "jfrog.io", "ngrok-free.app", "ngrok.app", "ngrok.io", "nip.io", "pkg.dev", "run.app", "sslip.io",
])  # fmt: skip
"""Domains under which anybody may have a name."""
_COUNTRY_SUFFIX: Final = re.compile(r"[a-z]{2,3}\.[a-z]{2}")
"""``co.uk``, ``com.br``: names are sold right below them."""


def realm_address(text: str, endpoint: Endpoint, *, is_plain: bool) -> WebAddress:
    """Return the address of the token service that a challenge names, or raise RemoteError where it cannot be meant.

    `is_plain` says that the registry itself speaks HTTP without TLS.
    """
    try:
        address = WebAddress.parse(text)
    except AddressError as error:
        raise RemoteError(f"{endpoint.registry} names a token service that cannot be asked: {error}") from error
    is_own = address.host == endpoint.host_name.lower()
    if address.scheme != "https" and not is_plain:
        raise RemoteError(
            f"{endpoint.registry} names a token service without TLS: {address.shown}",
            hint="it is not asked: who listens on the way could read the token",
        )
    if address.address is not None and not is_own:
        raise RemoteError(f"{endpoint.registry} names a token service by a number: {address.host}")
    return address


def may_have_credentials(address: WebAddress, endpoint: Endpoint, settings: RegistrySettings) -> bool:
    """Whether the token service at `address` belongs to the registry of `endpoint`."""
    registry = endpoint.host_name.lower()
    realm = address.host.removesuffix(".")
    configured = settings.realms.get(endpoint.registry, frozenset()) | KNOWN.get(endpoint.registry, frozenset())
    if realm == registry or realm in configured or address.authority in configured:
        return True
    parent = registry.partition(".")[2]
    if parent.count(".") < 1 or parent in _SHARED or any(parent.endswith(f".{shared}") for shared in _SHARED):
        return False
    if _COUNTRY_SUFFIX.fullmatch(parent):
        return False
    label, _, rest = realm.partition(".")
    return realm == parent or (label in _SERVICES and rest == parent)
