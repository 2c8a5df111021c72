"""Challenges of registries (RFC 9110, section 11.6.1)."""

import contextlib
import time

import pytest

from basewright.errors import RemoteError
from basewright.image.registry.challenge import Challenge, parse_challenges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
            [
                (
                    "bearer",
                    {
                        "realm": "https://auth.docker.io/token",
                        "service": "registry.docker.io",
                        "scope": "repository:a/b:pull",
                    },
                )
            ],
        ),
        ('Bearer realm="https://a/?x=1,2",scope="a,b"', [("bearer", {"realm": "https://a/?x=1,2", "scope": "a,b"})]),
        ("Basic", [("basic", {})]),
        ('Basic realm="x"', [("basic", {"realm": "x"})]),
        ("BASIC REALM=x", [("basic", {"realm": "x"})]),
        ('Bearer realm = "a" , service="b"', [("bearer", {"realm": "a", "service": "b"})]),
        (r'Bearer realm="a\"b\\c"', [("bearer", {"realm": 'a"b\\c'})]),
        (
            'Basic realm="x", Bearer realm="y",service="z"',
            [("basic", {"realm": "x"}), ("bearer", {"realm": "y", "service": "z"})],
        ),
        ('Basic, Bearer realm="y"', [("basic", {}), ("bearer", {"realm": "y"})]),
        ('Negotiate abc==, Bearer realm="y"', [("negotiate", {}), ("bearer", {"realm": "y"})]),
        (
            'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
            [
                ("newauth", {"realm": "apps", "type": "1", "title": 'Login to "apps"'}),
                ("basic", {"realm": "simple"}),
            ],
        ),
        (',, Basic realm="x" ,,', [("basic", {"realm": "x"})]),
        ('Bearer realm="first",realm="second"', [("bearer", {"realm": "first"})]),
        ("", []),
        (" , ", []),
    ],
)
def test_a_field_is_read_into_its_challenges(text: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert parse_challenges([text]) == tuple(Challenge(scheme, parameters) for scheme, parameters in expected)


def test_several_fields_are_one_list() -> None:
    assert [one.scheme for one in parse_challenges(["Basic", 'Bearer realm="x"'])] == ["basic", "bearer"]


@pytest.mark.parametrize(
    "text",
    [
        'Bearer realm="x',
        "Bearer a=b, realm=",
        'Bearer realm="x" service="y"',
        "=",
        '"',
        "Bearer realm=\x00",
        'Bearer realm="\\',
    ],
)
def test_a_malformed_challenge_is_told(text: str) -> None:
    with pytest.raises(RemoteError, match="malformed challenge"):
        parse_challenges([text])


def test_a_long_challenge_is_refused() -> None:
    with pytest.raises(RemoteError, match="more than the 16384"):
        parse_challenges([f'Bearer realm="{"x" * 1_000_000}"'])


def test_many_challenges_are_refused() -> None:
    with pytest.raises(RemoteError, match="more than 16"):
        parse_challenges([", ".join(["Basic realm=x"] * 20)])


@pytest.mark.parametrize("part", ["a=b,", "a ", ",", "=", "a==,", '"', "\\", "Basic a=", "x, "])
def test_a_challenge_is_read_in_linear_time(part: str) -> None:
    text = "Bearer " + part * (16000 // len(part))
    start = time.perf_counter()
    with contextlib.suppress(RemoteError):
        parse_challenges([text])
    assert time.perf_counter() - start < 0.5
