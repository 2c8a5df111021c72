"""A registry that misbehaves in every way that is known: survived, bounded and told (C01, C07-C15, B04)."""

import gzip
import time
from collections.abc import Iterator

import pytest
from images import image, index, layer
from registries import (
    QUICK,
    REPOSITORY,
    Opened,
    PublicFace,
    at,
    client_of,
    layer_bytes,
    opened,
    push,
    resolve_names,
)

from basewright.errors import BasewrightError, InputError, IntegrityError, RemoteError, UnsupportedError
from basewright.image.registry.settings import Credential
from basewright.model.digest import Digest
from basewright.ports.addresses import Reach
from basewright.testing.misbehaviours import (
    Answer,
    CutOff,
    Drip,
    Endless,
    Garbage,
    LongHeader,
    Redirect,
    Stall,
    WithHeaders,
    WithoutLength,
)
from basewright.testing.registry import Login, Misbehaviour, RegistrySimulator

BLOB = layer({f"srv/{number}": bytes([number % 251]) * 40_000 for number in range(8)}, compression="none")
APP = image([BLOB])
SECRET = "s3cr3t-passw0rd"


@pytest.fixture
def registry() -> Iterator[RegistrySimulator]:
    with RegistrySimulator() as running:
        push(running, APP)
        yield running


@pytest.fixture
def elsewhere() -> Iterator[RegistrySimulator]:
    with RegistrySimulator() as running:
        push(running, APP)
        yield running


def refused(registry: RegistrySimulator, kind: type[BasewrightError], words: str, **more: object) -> Opened:
    """Open the image and its layer; expect an error of `kind` with `words` within seconds."""
    said = Opened()
    start = time.monotonic()
    with pytest.raises(kind, match=words), opened(at(registry), said=said, pace=QUICK, **more) as (app,):
        layer_bytes(app)
    assert time.monotonic() - start < 20
    return said


# C01, C02, C03: what comes is not what was asked for.


def test_a_manifest_of_another_digest_is_refused(registry: RegistrySimulator) -> None:
    registry.tamper(Digest.parse(APP.digest), APP.manifest + b" ")
    refused(registry, IntegrityError, APP.digest)


def test_a_manifest_whose_tag_claims_another_digest_is_refused(registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/1.0", Answer(405), method="HEAD")
    registry.misbehave("/manifests/1.0", WithHeaders({"Docker-Content-Digest": f"sha256:{'0' * 64}"}), method="GET")
    refused(registry, IntegrityError, "the registry says sha256:000")


def test_a_configuration_of_another_digest_is_refused(registry: RegistrySimulator) -> None:
    with opened(at(registry)) as (app,):
        digest = app.identity.config_digest
    assert digest is not None
    registry.tamper(digest, b"{}" + b" " * (len(APP.config) - 2))
    refused(registry, IntegrityError, "digest")


def test_an_index_member_of_another_size_is_refused(registry: RegistrySimulator) -> None:
    built = index([APP])
    lying = built.manifest.replace(f'"size":{len(APP.manifest)}'.encode(), b'"size":7')
    registry.push_manifest(REPOSITORY, lying, built.media_type, tag="1.0")
    refused(registry, IntegrityError, "manifest that came has")


def test_a_manifest_without_end_is_cut(registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/sha256", Endless({"Content-Type": APP.media_type}))
    refused(registry, RemoteError, "more than the 4194304 bytes")


def test_a_configuration_of_gigabytes_is_not_read(registry: RegistrySimulator) -> None:
    huge = image([BLOB], manifest={"config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                                              "digest": f"sha256:{'1' * 64}", "size": 2**40}})  # fmt: skip
    push(registry, huge)
    registry.seen.clear()
    refused(registry, UnsupportedError, "more than the 8388608")
    assert not any("/blobs/" in seen.path for seen in registry.seen)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"schemaVersion":2}', b"\xff\xfe", b"<html>", b"null"])
def test_a_manifest_that_is_none_is_told(body: bytes, registry: RegistrySimulator) -> None:
    registry.push_manifest(REPOSITORY, body, APP.media_type, tag="1.0")
    refused(registry, BasewrightError, ".")


# C07, C08: where a redirect leads.


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://[fe80::1%25lo]/",
        "file:///etc/passwd",
        "gopher://x/",
        "http://user:pw@cdn.example/",
        "http://cdn.example\\@evil.example/",
        "http://x\r\nSet-Cookie: a/",
        "",
        "//",
    ],
)
def test_a_redirect_to_where_nobody_may_lead_is_refused(location: str, registry: RegistrySimulator) -> None:
    if "\r" in location:
        location = location.replace("\r\n", "\t")  # a header cannot hold a line's end
    registry.misbehave("/blobs/", Redirect(location))
    refused(registry, RemoteError, ".")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.0.1", "[::ffff:10.0.0.1]", "rebound.example"]
)
def test_a_public_registry_does_not_lead_inside(
    host: str, elsewhere: RegistrySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_names(monkeypatch, {"registry.test": "127.0.0.1", "localhost": "127.0.0.1", "rebound.example": "127.0.0.1"})
    with RegistrySimulator(name="registry.test") as registry:
        push(registry, APP)
        target = f"http://{host}:{elsewhere.port}/v2/x/blobs/{BLOB.digest}"
        registry.misbehave("/blobs/.*", Redirect(target))
        refused(
            registry, RemoteError, "inside this machine's network", http=PublicFace, insecure=frozenset({registry.host})
        )
    assert not elsewhere.seen


def test_a_public_registry_may_lead_to_itself_and_to_hosts_that_the_caller_named(
    elsewhere: RegistrySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_names(monkeypatch, {"registry.test": "127.0.0.1", "minio.test": "127.0.0.1"})
    with RegistrySimulator(name="registry.test") as registry:
        push(registry, APP)
        registry.misbehave("/v2/shop/web/blobs/" + BLOB.digest, Redirect(f"/v2/other/blobs/{BLOB.digest}"))
        there = Redirect(f"http://minio.test:{elsewhere.port}/v2/x/blobs/{BLOB.digest}")
        registry.misbehave("/v2/other/blobs/", there)
        settings = {"insecure": frozenset({registry.host}), "http": PublicFace}
        with opened(at(registry), inner_hosts=frozenset({"minio.test"}), **settings) as (app,):
            assert layer_bytes(app) == BLOB.blob


def test_a_redirect_never_leads_from_tls_to_none() -> None:
    face = _Scripted({"https://registry.example": (307, {"Location": "http://registry.example/elsewhere"})})
    with pytest.raises(RemoteError, match="without TLS"), opened("registry.example/a", http=lambda: face):
        pass
    assert [request.url for request in face.asked] == ["https://registry.example/v2/a/manifests/latest"]


def test_redirects_without_end_are_left(registry: RegistrySimulator) -> None:
    registry.misbehave("/", Redirect("/again"))
    refused(registry, RemoteError, "redirects more than 5 times")
    assert len(registry.seen) <= 12


@pytest.mark.parametrize("is_token", [True, False])
def test_a_redirect_takes_no_credentials_to_another_host(is_token: bool, elsewhere: RegistrySimulator) -> None:
    with RegistrySimulator(login=Login("ada", SECRET, is_token=is_token)) as registry:
        push(registry, APP)
        known = {registry.host: Credential("ada", SECRET)}
        for location in (f"http://localhost:{elsewhere.port}", elsewhere.url):  # another host; another port
            registry.misbehave("/blobs/" + BLOB.digest, Redirect(f"{location}/v2/x/blobs/{BLOB.digest}"), times=1)
            with opened(at(registry), credentials=known) as (app,):
                assert layer_bytes(app) == BLOB.blob
    assert elsewhere.seen
    assert not any("authorization" in seen.headers for seen in elsewhere.seen)


def test_a_host_that_was_redirected_to_gets_no_login(elsewhere: RegistrySimulator, registry: RegistrySimulator) -> None:
    elsewhere.login = Login("ada", SECRET, challenges=('Basic realm="x"',))
    registry.misbehave("/blobs/", Redirect(f"http://localhost:{elsewhere.port}/v2/x/blobs/{BLOB.digest}"))
    known = {registry.host: Credential("ada", SECRET), f"localhost:{elsewhere.port}": Credential("ada", SECRET)}
    refused(registry, RemoteError, "refuses what", credentials=known)
    assert not any("authorization" in seen.headers for seen in elsewhere.seen)


# C09, C10, C11: challenges.


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        ("Bearer", "does not say where"),
        ('Bearer service="x"', "does not say where"),
        ('Bearer realm=""', "does not say where"),
        ('Bearer realm="http://169.254.169.254/token"', "by a number"),
        ('Bearer realm="http://10.0.0.1/token"', "by a number"),
        ('Bearer realm="https://user:pw@auth.example/"', "cannot be asked"),
        ('Bearer realm="file:///etc/passwd"', "cannot be asked"),
        ('Bearer realm="https://auth.example/', "malformed"),
        ("Negotiate", "not supported"),
        ('Digest realm="x", nonce="y"', "not supported"),
        ("\x7f\x7f", "malformed"),
        ("", "does not say how"),
    ],
)
def test_a_challenge_that_cannot_be_meant_is_told(challenge: str, words: str) -> None:
    with RegistrySimulator(login=Login("ada", SECRET, challenges=(challenge,))) as registry:
        push(registry, APP)
        refused(registry, BasewrightError, words, credentials={registry.host: Credential("ada", SECRET)})
        assert not any("authorization" in seen.headers for seen in registry.seen)


def test_a_challenge_of_a_megabyte_is_refused(registry: RegistrySimulator) -> None:
    registry.misbehave("/", LongHeader())
    refused(registry, RemoteError, "proper HTTP")


def test_a_token_service_of_others_is_asked_without_credentials(elsewhere: RegistrySimulator) -> None:
    elsewhere.login = Login("ada", SECRET, lets_anyone=True)
    realm = f'Bearer realm="http://localhost:{elsewhere.port}/token",service="x"'
    with RegistrySimulator(login=Login("ada", SECRET, challenges=(realm,))) as registry:
        push(registry, APP)
        known = {registry.host: Credential("ada", SECRET)}
        said = refused(registry, RemoteError, "does not accept", credentials=known)
        assert any("asking there without credentials" in words for words in said.told)
        (token,) = [seen for seen in elsewhere.seen if seen.path.startswith("/token")]
        assert "authorization" not in token.headers
        assert SECRET not in token.path
        elsewhere.seen.clear()
        realms = {registry.host: frozenset({"localhost"})}
        refused(registry, RemoteError, ".", credentials=known, realms=realms)
        assert elsewhere.seen[0].headers["authorization"].startswith("Basic ")


def test_a_public_registry_names_no_token_service_inside(
    elsewhere: RegistrySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_names(monkeypatch, {"registry.test": "127.0.0.1", "auth.example": "127.0.0.1"})
    realm = f'Bearer realm="http://auth.example:{elsewhere.port}/token"'
    with RegistrySimulator(name="registry.test", login=Login(lets_anyone=True, challenges=(realm,))) as registry:
        push(registry, APP)
        refused(registry, RemoteError, "inside", http=PublicFace, insecure=frozenset({registry.host}))
    assert not elsewhere.seen


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, body=b"not json"),
        Answer(200, body=b"[]"),
        Answer(200, body=b'{"token": 5}'),
        Answer(200, body=b'{"token": ""}'),
        Answer(200, body=b'{"token": "a\\r\\nX-Evil: 1"}'),
        Answer(200, body=b'{"token": "' + b"x" * 70_000 + b'"}'),
        Answer(200, body=b"[" * 100_000),
        Answer(302, {"Location": "http://localhost:1/"}),
        Endless(),
        Answer(404),
        Stall(),
        Drip(),
        Garbage(),
    ],
    ids=repr,
)  # fmt: skip
def test_a_token_that_is_none_is_told(answer: Misbehaviour) -> None:
    with RegistrySimulator(login=Login("ada", SECRET)) as registry:
        push(registry, APP)
        registry.misbehave("/token", answer)
        refused(registry, RemoteError, ".", credentials={registry.host: Credential("ada", SECRET)})


# C14: slow, broken, endless.


@pytest.mark.parametrize("slow", [Stall(), Drip(), Drip(is_header=True)], ids=repr)
@pytest.mark.parametrize("where", ["/manifests/", "/blobs/"])
def test_a_slow_registry_is_left(slow: Misbehaviour, where: str, registry: RegistrySimulator) -> None:
    registry.misbehave(where, slow)
    refused(registry, RemoteError, "too slow")


def test_a_storm_of_errors_is_met_with_patience_and_then_told(registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/", Answer(503, body=b'{"errors":[{"code":"UNAVAILABLE","message":"\x1b[31mhelp"}]}'))
    said = refused(registry, RemoteError, "status 503")
    assert said.waits.seconds == [0.5, 1.0, 2.0]
    assert len(registry.seen) == 4


def test_a_passing_error_is_got_over(registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/", Answer(502), times=2)
    registry.misbehave("/blobs/", CutOff(3, is_reset=True), times=2)
    registry.misbehave("/blobs/", Garbage(), times=1)
    said = Opened()
    with opened(at(registry), said=said) as (app,):
        assert layer_bytes(app) == BLOB.blob
    assert said.told


@pytest.mark.parametrize("after", ["3", "Wed, 21 Oct 2026 07:28:03 GMT"])
def test_a_registry_may_ask_for_a_short_wait(after: str, registry: RegistrySimulator) -> None:
    headers = {"Retry-After": after, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    registry.misbehave("/manifests/", _Dated(429, headers), times=1)
    said = Opened()
    with opened(at(registry), said=said):
        pass
    assert said.waits.seconds == [3.0]


@pytest.mark.parametrize("after", ["999999999999", "31", "9" * 5000, "Fri, 01 Jan 9999 00:00:00 GMT"])
def test_an_absurd_wait_is_not_waited_for(after: str, registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/", _Dated(429, {"Retry-After": after, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}))
    said = refused(registry, RemoteError, "asks for fewer requests for (31 seconds|more than a day)")
    assert not said.waits.seconds
    assert len(registry.seen) == 1


@pytest.mark.parametrize("after", ["-5", "soon", "1.5", "", "Wed, 99 Foo 2026"])
def test_a_wait_that_is_none_is_ours_to_choose(after: str, registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/", Answer(429, {"Retry-After": after}))
    said = refused(registry, RemoteError, "asks for fewer requests")
    assert said.waits.seconds == [0.5, 1.0, 2.0]


def test_a_broken_blob_goes_on_where_it_stopped(registry: RegistrySimulator) -> None:
    registry.misbehave("/blobs/" + BLOB.digest, CutOff(100_000, is_reset=False), times=2)
    with opened(at(registry)) as (app,):
        assert layer_bytes(app) == BLOB.blob
    ranges = [seen.headers.get("range") for seen in registry.seen if seen.path.endswith(BLOB.digest)]
    assert ranges[0] is None
    assert ranges[1:] == ["bytes=100000-", "bytes=200000-"]


def test_a_registry_that_knows_no_ranges_is_read_again_from_the_start(registry: RegistrySimulator) -> None:
    registry.misbehave("/blobs/" + BLOB.digest, CutOff(100_000), times=1)
    registry.misbehave("/blobs/" + BLOB.digest, Answer(200, body=BLOB.blob), times=1)
    with opened(at(registry)) as (app,):
        assert layer_bytes(app) == BLOB.blob


@pytest.mark.parametrize(
    "answer",
    [
        Answer(206, {"Content-Range": f"bytes 0-{len(BLOB.blob) - 1}/{len(BLOB.blob)}"}, BLOB.blob),
        Answer(206, {"Content-Range": f"bytes 100001-{len(BLOB.blob) - 1}/{len(BLOB.blob)}"}, BLOB.blob[100_001:]),
        Answer(206, {"Content-Range": "bytes 100000-100009/100010"}, b"x" * 10),
        Answer(206, {"Content-Range": "bytes garbage"}, b"x"),
        Answer(206, {}, BLOB.blob[100_000:]),
    ],
    ids=lambda one: str(one.headers),
)
def test_a_continuation_of_other_bytes_is_refused(answer: Answer, registry: RegistrySimulator) -> None:
    registry.misbehave("/blobs/" + BLOB.digest, CutOff(100_000), times=1)
    registry.misbehave("/blobs/" + BLOB.digest, answer)
    refused(registry, RemoteError, "others come")


@pytest.mark.parametrize("is_reset", [True, False])
def test_a_blob_that_always_breaks_is_given_up(is_reset: bool, registry: RegistrySimulator) -> None:
    registry.misbehave("/blobs/" + BLOB.digest, CutOff(0, is_reset=is_reset))
    said = refused(registry, RemoteError, "broke off|proper HTTP")
    assert len([seen for seen in registry.seen if BLOB.digest in seen.path]) <= 8
    assert sum(said.waits.seconds) < 10


def test_a_blob_that_ends_early_and_calls_it_the_end_is_truncated(registry: RegistrySimulator) -> None:
    registry.misbehave("/blobs/" + BLOB.digest, WithoutLength(0))
    refused(registry, IntegrityError, "ends 335360 bytes early|bytes early")
    assert len([seen for seen in registry.seen if BLOB.digest in seen.path]) <= 8


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(200, body=BLOB.blob[:-1]), "where the manifest announces"),
        (Answer(200, body=BLOB.blob + b"x"), "where the manifest announces"),
        (Endless(), "more bytes come than"),
    ],
    ids=["truncated", "longer", "endless"],
)
def test_a_blob_of_another_length_is_refused(answer: Misbehaviour, words: str, registry: RegistrySimulator) -> None:
    registry.misbehave("/blobs/" + BLOB.digest, answer)
    refused(registry, IntegrityError, words)


def test_an_empty_blob_is_a_blob(registry: RegistrySimulator) -> None:
    empty = image([layer(b"", compression="none")])
    push(registry, empty)
    with opened(at(registry)) as (app,):
        assert layer_bytes(app) == b""


# B04: content codings.


def test_a_blob_that_was_encoded_on_its_way_is_refused_not_undone(registry: RegistrySimulator) -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    registry.misbehave("/blobs/" + BLOB.digest, Answer(200, {"Content-Encoding": "gzip"}, bomb))
    refused(registry, RemoteError, "sent as 'gzip'")


def test_a_store_that_mistakes_a_layers_compression_for_a_coding_is_read_all_the_same(
    registry: RegistrySimulator,
) -> None:
    registry.misbehave("/blobs/" + BLOB.digest, WithHeaders({"Content-Encoding": "gzip, br"}))
    with opened(at(registry)) as (app,):
        assert layer_bytes(app) == BLOB.blob


def test_a_manifest_that_was_encoded_on_its_way_is_told(registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/sha256", Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(APP.manifest)))
    with pytest.raises(IntegrityError) as told, opened(at(registry)):
        pass
    assert "'gzip'" in told.value.hint


# F01, F07: what a registry says in its errors.


def test_a_registrys_words_are_made_fit_to_be_shown(registry: RegistrySimulator) -> None:
    body = b'{"errors":[{"code":"X\\u001b[2J","message":"Authorization: Bearer abcdefghijklmnop\\n::set-output"}]}'
    registry.misbehave("/manifests/", Answer(404, body=body))
    with pytest.raises(InputError) as told, opened(at(registry)):
        pass
    assert "\x1b" not in str(told.value)
    assert "\n" not in str(told.value)
    assert "abcdefghijklmnop" not in str(told.value)


@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b"\xff", b'{"errors": [5]}', b'{"errors": {}}', b'{"errors":[{"message":{}}]}']
)
def test_errors_that_cannot_be_read_are_still_errors(body: bytes, registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/", Answer(500, body=body))
    refused(registry, RemoteError, "status 500")


def test_an_error_without_end_is_still_an_error(registry: RegistrySimulator) -> None:
    registry.misbehave("/manifests/", _EndlessError(), method="GET")
    refused(registry, RemoteError, "status 500")


class _EndlessError:
    def answer(self, conversation):  # type: ignore[no-untyped-def]
        conversation.handler.send_response(500)
        conversation.handler.send_header("Transfer-Encoding", "chunked")
        conversation.handler.end_headers()
        while not conversation.is_over.is_set():
            conversation.handler.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")


class _Dated(Answer):
    """An answer with no other date than its own."""

    def answer(self, conversation):  # type: ignore[no-untyped-def]
        conversation.handler.send_response_only(self.status)
        for name, value in {**self.headers, "Content-Length": "0"}.items():
            conversation.handler.send_header(name, value)
        conversation.handler.end_headers()


class _Scripted:
    """A client whose answers are written down: (status, headers) by the start of the address."""

    def __init__(self, answers: dict[str, tuple[int, dict[str, str]]]) -> None:
        from registries import ScriptedAnswer

        self.answers = {start: ScriptedAnswer(status, headers) for start, (status, headers) in answers.items()}
        self.asked: list = []

    def send(self, request):  # type: ignore[no-untyped-def]
        from contextlib import nullcontext

        self.asked.append(request)
        return nullcontext(next(answer for start, answer in self.answers.items() if request.url.startswith(start)))

    def close(self) -> None:
        pass


def test_the_reach_asked_for_follows_the_registrys(registry: RegistrySimulator) -> None:
    face = PublicFace()
    with client_of(registry, http=face) as client:
        client.resolve("1.0")
    assert {request.reach for request in face.asked} == {Reach.SPECIAL}, "its own host may lie anywhere"
