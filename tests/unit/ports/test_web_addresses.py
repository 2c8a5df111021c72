"""Web addresses and how far inside they lie."""

import ipaddress

import pytest

from basewright.ports.addresses import AddressError, Reach, WebAddress, reach_of


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("8.8.8.8", Reach.PUBLIC),
        ("2606:4700::1111", Reach.PUBLIC),
        ("10.0.0.1", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("fd00::1", Reach.PRIVATE),
        ("fec0::1", Reach.PRIVATE),
        ("127.0.0.1", Reach.LOOPBACK),
        ("127.255.255.254", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("169.254.169.254", Reach.SPECIAL),
        ("fe80::1", Reach.SPECIAL),
        ("0.0.0.0", Reach.SPECIAL),
        ("0.1.2.3", Reach.SPECIAL),
        ("::", Reach.SPECIAL),
        ("224.0.0.1", Reach.SPECIAL),
        ("255.255.255.255", Reach.SPECIAL),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("::ffff:169.254.169.254", Reach.SPECIAL),
        ("::ffff:10.0.0.1", Reach.PRIVATE),
        ("::ffff:8.8.8.8", Reach.PUBLIC),
        ("64:ff9b::7f00:1", Reach.LOOPBACK),
        ("64:ff9b::a9fe:a9fe", Reach.SPECIAL),
        ("2002:7f00:1::", Reach.LOOPBACK),
        ("2002:a00:1::", Reach.PRIVATE),
        ("::127.0.0.1", Reach.LOOPBACK),
    ],
)
def test_an_address_lies_as_far_inside_as_it_leads(text: str, reach: Reach) -> None:
    assert reach_of(ipaddress.ip_address(text)) is reach


@pytest.mark.parametrize(
    "text",
    [
        "",
        "registry.example",
        "ftp://registry.example/",
        "file:///etc/passwd",
        "https://",
        "https:///v2/",
        "https://user@registry.example/",
        "https://user:pw@registry.example/",
        "https://registry.example@evil.example/",
        "https://registry.example\\@evil.example/",
        "https://registry.example /",
        "https://registry.example/\r\nX: y",
        "https://registry.example/\x00",
        "https://registry.example:port/",
        "https://registry.example:70000/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[v1.x]/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://1.2.3.4.5/",
        "https://-registry.example/",
        "https://registry..example/",
        "https://régistry.example/",
        "https://registry.example%00.evil/",
        "https://" + "a" * 17000,
        "https://" + "a." * 200 + "example/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        WebAddress.parse(text)


def test_an_address_is_read_into_its_parts() -> None:
    address = WebAddress.parse("https://Registry.Example:5000/v2/a?b=c#d")
    assert (address.host, address.port, address.target) == ("registry.example", 5000, "/v2/a?b=c")
    assert str(address) == "https://registry.example:5000/v2/a?b=c"
    assert str(WebAddress.parse("http://[::1]/")) == "http://[::1]/"
    assert (
        WebAddress.parse("https://registry.example:443").origin == WebAddress.parse("https://registry.example").origin
    )


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/v2/x", "https://registry.example/v2/x"),
        ("?n=1", "https://registry.example/v2/a/b?n=1"),
        ("c", "https://registry.example/v2/a/c"),
        ("//evil.example/x", "https://evil.example/x"),
        ("http://evil.example", "http://evil.example/"),
    ],
)
def test_a_relative_address_is_joined(location: str, expected: str) -> None:
    assert str(WebAddress.parse("https://registry.example/v2/a/b").join(location)) == expected


def test_a_shown_address_has_no_query() -> None:
    assert WebAddress.parse("https://s.example/blob?X-Amz-Signature=secret").shown == "https://s.example/blob"
