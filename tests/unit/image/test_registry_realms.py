"""Token services: which are asked, and which get credentials."""

import pytest
from registries import endpoint

from basewright.errors import RemoteError
from basewright.image.registry.realms import may_have_credentials, realm_address
from basewright.image.registry.settings import RegistrySettings
from basewright.image.registry.trust import reach_for, tls_for
from basewright.ports.addresses import Reach, WebAddress
from basewright.ports.http import TlsOptions

SETTINGS = RegistrySettings(realms={"registry.example": frozenset({"login.vendor.example"})})


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("docker.io", "auth.docker.io"),
        ("ghcr.io", "ghcr.io"),
        ("registry.gitlab.com", "gitlab.com"),
        ("registry.example.com", "example.com"),
        ("registry.example.com", "auth.example.com"),
        ("registry.example.com:5000", "gitlab.example.com"),
        ("registry.example.com:5000", "registry.example.com:8443"),
        ("registry.example", "login.vendor.example"),
        ("127.0.0.1:5000", "127.0.0.1:5001"),
    ],
)
def test_a_token_service_of_the_registry_gets_credentials(registry: str, realm: str) -> None:
    assert may_have_credentials(WebAddress.parse(f"https://{realm}/token"), endpoint(registry), SETTINGS)


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("docker.io", "auth.docker.io.evil.example"),
        ("docker.io", "evil-auth.docker.io"),
        ("docker.io", "auth-docker.io"),
        ("ghcr.io", "auth.io"),
        ("ghcr.io", "io"),
        ("registry.example.com", "evil.com"),
        ("registry.example.com", "xexample.com"),
        ("registry.example.com", "evil.example.com"),
        ("registry.example.com", "auth.registry.example.com.evil.com"),
        ("myteam.azurecr.io", "auth.azurecr.io"),
        ("1234.dkr.ecr.eu-west-1.amazonaws.com", "auth.dkr.ecr.eu-west-1.amazonaws.com"),
        ("registry.co.uk", "auth.co.uk"),
        ("registry.com.br", "com.br"),
        ("other.example", "login.vendor.example"),
        ("127.0.0.1:5000", "0.0.1"),
    ],
)
def test_a_token_service_of_others_gets_none(registry: str, realm: str) -> None:
    try:
        address = WebAddress.parse(f"https://{realm}/token")
    except ValueError:
        return  # no host at all
    assert not may_have_credentials(address, endpoint(registry), SETTINGS)


@pytest.mark.parametrize(
    "realm",
    ["", "auth.example", "ftp://auth.example/", "https://u:p@auth.example/", "https://auth.example/\n", "https://"],
)
def test_a_realm_that_is_no_address_is_told(realm: str) -> None:
    with pytest.raises(RemoteError, match="cannot be asked"):
        realm_address(realm, endpoint("registry.example"), is_plain=False)


def test_a_realm_without_tls_is_refused_unless_the_registry_has_none() -> None:
    with pytest.raises(RemoteError, match="without TLS"):
        realm_address("http://registry.example/token", endpoint("registry.example"), is_plain=False)
    assert realm_address("http://localhost:1/token", endpoint("localhost:5000"), is_plain=True).port == 1


@pytest.mark.parametrize(
    "realm", ["https://198.51.100.7/token", "https://[2001:db8::1]/token", "https://127.0.0.1/token"]
)
def test_a_realm_by_number_is_refused(realm: str) -> None:
    with pytest.raises(RemoteError, match="by a number"):
        realm_address(realm, endpoint("registry.example"), is_plain=False)


def test_other_hosts_lie_no_further_inside_than_the_registry() -> None:
    there = WebAddress.parse("https://storage.example/")
    registry = endpoint("registry.example")
    assert reach_for(there, registry, RegistrySettings(), Reach.PUBLIC) is Reach.PUBLIC
    assert reach_for(there, registry, RegistrySettings(), Reach.PRIVATE) is Reach.PRIVATE
    assert reach_for(there, registry, RegistrySettings(), Reach.SPECIAL) is Reach.LOOPBACK
    own = WebAddress.parse("https://registry.example:444/")
    assert reach_for(own, registry, RegistrySettings(), Reach.PUBLIC) is Reach.SPECIAL
    named = RegistrySettings(inner_hosts=frozenset({"storage.example"}))
    assert reach_for(there, registry, named, Reach.PUBLIC) is Reach.SPECIAL


def test_a_client_certificate_and_a_missing_check_are_the_registrys_alone() -> None:
    settings = RegistrySettings(tls=TlsOptions(("ca.pem",), "client.pem", "client.key"))
    registry = endpoint("registry.example", is_insecure=True)
    own = tls_for(WebAddress.parse("https://registry.example/"), registry, settings)
    assert own == TlsOptions(("ca.pem",), "client.pem", "client.key", is_unchecked=True)
    assert tls_for(WebAddress.parse("https://cdn.example/"), registry, settings) == TlsOptions(("ca.pem",))
