"""Whatever a registry answers: an error of ours or a value, in bounded time, and no secret in it."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from images import image, layer
from registries import Opened, at, opened, push

from basewright.errors import BasewrightError, RemoteError
from basewright.image.registry.challenge import Challenge, parse_challenges
from basewright.image.registry.settings import Credential
from basewright.ports.addresses import AddressError, Reach, WebAddress, reach_of
from basewright.testing.misbehaviours import Answer
from basewright.testing.registry import Login, RegistrySimulator

TOKEN = st.text("abcdefghijklmnopqrstuvwxyz0123456789-._~!#$%&'*+^`|", min_size=1, max_size=12)
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30)
APP = image([layer({"a": "b"})])


def written(challenge: Challenge) -> str:
    """Write a challenge as RFC 9110 has it, every value quoted."""
    parameters = ", ".join(
        f'{name}="{value}"'
        for name, value in (
            (name, value.replace("\\", "\\\\").replace('"', '\\"')) for name, value in challenge.parameters.items()
        )
    )
    return f"{challenge.scheme} {parameters}" if parameters else challenge.scheme


@given(st.lists(st.builds(Challenge, TOKEN, st.dictionaries(TOKEN, VALUE, max_size=4)), max_size=4))
def test_challenges_that_are_written_are_read_back(challenges: list[Challenge]) -> None:
    assert parse_challenges([", ".join(map(written, challenges))]) == tuple(challenges)
    assert parse_challenges(map(written, challenges)) == tuple(challenges)


@given(st.text(max_size=300) | st.text('Basicer ="\\,=\t abc', max_size=300))
def test_any_text_is_a_challenge_or_an_error(text: str) -> None:
    with contextlib.suppress(RemoteError):
        for challenge in parse_challenges([text]):
            assert challenge.scheme == challenge.scheme.lower()


@given(
    st.text(max_size=200) | st.text("htps:/[]@.%0123456789abx\\?#&=", max_size=60).map(lambda text: f"https://{text}")
)
def test_any_text_is_an_address_or_an_error_and_reads_back(text: str) -> None:
    with contextlib.suppress(AddressError):
        address = WebAddress.parse(text)
        assert WebAddress.parse(str(address)) == address
        assert "@" not in address.authority


@given(st.ip_addresses())
def test_every_address_lies_somewhere(address) -> None:  # type: ignore[no-untyped-def]
    reach = reach_of(address)
    assert reach in Reach
    if address.is_loopback or address.is_link_local or address.is_private:
        assert reach > Reach.PUBLIC or getattr(address, "teredo", None) or getattr(address, "sixtofour", None)


@pytest.fixture(scope="module")
def simulator():  # type: ignore[no-untyped-def]
    with RegistrySimulator(login=Login("ada", "s3cr3t-word")) as running:
        push(running, APP)
        yield running


HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Content-Type",
            "Docker-Content-Digest",
            "Location",
            "WWW-Authenticate",
            "Retry-After",
            "Content-Encoding",
            "Link",
            "Content-Range",
            "RateLimit-Remaining",
            "RateLimit-Limit",
            "Date",
        ]
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60) | st.just(f"sha256:{'0' * 64}"),
    max_size=4,
)
BODIES = (
    st.binary(max_size=300)
    | st.just(APP.manifest)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["errors", "message", "token", "manifests", "layers", "config", "size"]), inner
            )
        ),
        max_leaves=8,
    ).map(lambda document: json.dumps(document).encode())
)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    st.sampled_from(["/manifests/1.0", "/manifests/sha256", "/blobs/", "/token"]),
    st.sampled_from([200, 200, 204, 206, 301, 307, 400, 401, 403, 404, 416, 429, 500, 503, 599]),
    HEADERS,
    BODIES,
)
def test_whatever_is_answered_is_survived_and_tells_no_secret(
    simulator: RegistrySimulator, where: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    said = Opened()
    simulator.behave()
    simulator.misbehave(where, Answer(status, headers, body))
    known = {simulator.host: Credential("ada", "s3cr3t-word")}
    error = _outcome(simulator, said, known)
    assert error is None or error.exit_code in {2, 3, 4, 5}
    assert "s3cr3t-word" not in "".join([*said.told, str(error), error.hint if error else ""])


def _outcome(simulator: RegistrySimulator, said: Opened, known: dict[str, Credential]) -> BasewrightError | None:
    try:
        with opened(at(simulator), said=said, credentials=known) as (app,), app.layers[0].open() as pieces:
            for _ in pieces:
                pass
    except BasewrightError as error:
        return error
    return None
