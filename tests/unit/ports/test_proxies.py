"""Which proxy a request takes."""

import pytest

from basewright.errors import ConfigurationError, UnsupportedError
from basewright.ports.addresses import WebAddress
from basewright.ports.proxies import proxy_for

HTTPS = WebAddress.parse("https://registry.example/")
HTTP = WebAddress.parse("http://registry.example:5000/")


def test_each_scheme_has_its_proxy() -> None:
    environment = {"HTTPS_PROXY": "http://one:3128", "HTTP_PROXY": "http://two:3128"}
    assert proxy_for(HTTPS, environment).url == "http://one:3128/"
    assert proxy_for(HTTP, environment).url == "http://two:3128/"
    assert proxy_for(HTTPS, {}) is None
    assert proxy_for(HTTPS, {"ALL_PROXY": "three:1"}).url == "http://three:1/"


def test_lower_case_wins() -> None:
    assert proxy_for(HTTPS, {"HTTPS_PROXY": "http://one", "https_proxy": "http://two"}).url == "http://two/"


def test_a_cgi_program_takes_no_proxy_from_a_header() -> None:
    assert proxy_for(HTTP, {"HTTP_PROXY": "http://evil", "REQUEST_METHOD": "GET"}) is None


@pytest.mark.parametrize(
    "exempt",
    ["*", "registry.example", ".example", "example", "*.example", "other, registry.example", "registry.example:443"],
)
def test_no_proxy_exempts(exempt: str) -> None:
    assert proxy_for(HTTPS, {"HTTPS_PROXY": "http://one", "NO_PROXY": exempt}) is None


@pytest.mark.parametrize(
    "exempt", ["", "xample", "evilregistry.example", "registry.example:5000", "10.0.0.0/8", ":443"]
)
def test_no_proxy_does_not_exempt_what_only_looks_alike(exempt: str) -> None:
    assert proxy_for(HTTPS, {"HTTPS_PROXY": "http://one", "NO_PROXY": exempt}) is not None


def test_no_proxy_knows_networks() -> None:
    address = WebAddress.parse("https://10.1.2.3/")
    assert proxy_for(address, {"HTTPS_PROXY": "http://one", "NO_PROXY": "10.0.0.0/8"}) is None
    assert proxy_for(address, {"HTTPS_PROXY": "http://one", "NO_PROXY": "11.0.0.0/8"}) is not None


@pytest.mark.parametrize("url", ["http://localhost:5000/", "http://127.0.0.1:5000/", "https://[::1]/"])
def test_this_machine_is_never_proxied(url: str) -> None:
    assert proxy_for(WebAddress.parse(url), {"ALL_PROXY": "http://one"}) is None


def test_credentials_of_a_proxy_are_kept_and_not_shown() -> None:
    proxy = proxy_for(HTTPS, {"HTTPS_PROXY": "http://ada:p%40ss@proxy:3128"})
    assert proxy.credentials == ("ada", "p@ss")
    assert "p@ss" not in repr(proxy)
    assert "p%40ss" not in repr(proxy)


def test_a_proxy_of_another_kind_is_told() -> None:
    with pytest.raises(UnsupportedError, match="socks5"):
        proxy_for(HTTPS, {"HTTPS_PROXY": "socks5://one:1080"})
    with pytest.raises(ConfigurationError) as told:
        proxy_for(HTTPS, {"HTTPS_PROXY": "http://ada:secret-word@pro xy"})
    assert "secret-word" not in str(told.value)
