"""Opening images of a registry that obeys."""

import hashlib

import pytest
from images import OCI_INDEX, image, index, layer
from registries import Opened, at, layer_bytes, opened, push, resolve_names

from basewright.errors import InputError, RemoteError, UnsupportedError
from basewright.image.interface import OpenOptions
from basewright.image.registry.settings import Credential
from basewright.model.digest import Digest
from basewright.model.platform import Platform
from basewright.ports.connections import NetworkClient
from basewright.testing.misbehaviours import Answer, Redirect, WithHeaders
from basewright.testing.registry import Login, RegistrySimulator

LAYERS = [layer({"etc/os-release": "ID=alpine\n"}), layer({"srv/app": b"x" * 5000}, compression="zstd")]
APP = image(LAYERS, config={"User": "app"})
ARM = image([layer({"etc/os-release": "ID=alpine\n", "arm": "64"})], platform="linux/arm64")
SECRET = "s3cr3t-passw0rd"


def test_an_image_is_opened_by_its_tag() -> None:
    with RegistrySimulator() as registry:
        digest = push(registry, APP)
        with opened(at(registry)) as (app,):
            assert app.identity.digest == digest
            assert app.identity.config_digest == Digest("sha256", hashlib.sha256(APP.config).hexdigest())
            assert app.identity.transport == "registry"
            assert app.identity.index_digest is None
            assert app.identity.compressed_bytes == sum(len(one.blob) for one in LAYERS)
            assert app.config is not None
            assert app.config.user == "app"
            assert [str(one.diff_id) for one in app.layers] == [one.diff_id for one in LAYERS]
            assert [layer_bytes(app, number) for number in (0, 1)] == [one.blob for one in LAYERS]
            assert layer_bytes(app) == LAYERS[0].blob, "a layer may be read again"


def test_a_tag_is_resolved_once_and_everything_else_is_asked_by_digest() -> None:
    with RegistrySimulator() as registry:
        push(registry, APP)
        with opened(at(registry)) as (app,):
            layer_bytes(app)
        asked = [(seen.method, seen.path.rpartition("/")[2]) for seen in registry.seen if "/v2/" in seen.path]
        assert asked[0] == ("HEAD", "1.0")
        assert all(method == "GET" and name.startswith("sha256:") for method, name in asked[1:])


def test_a_tag_that_moves_meanwhile_does_not_mix_two_images() -> None:
    with RegistrySimulator() as registry:
        digest = push(registry, APP)
        with opened(at(registry)) as (app,):
            push(registry, ARM)
            assert app.identity.digest == digest
            assert layer_bytes(app, 1) == LAYERS[1].blob


def test_a_digest_is_asked_for_directly() -> None:
    with RegistrySimulator() as registry:
        digest = push(registry, APP, tag=None)
        with opened(f"{registry.host}/shop/web:gone@{digest}") as (app,):
            assert app.identity.digest == digest
        assert [seen.method for seen in registry.seen] == ["GET", "GET"]


@pytest.mark.parametrize("status", [400, 404, 405, 501])
def test_a_registry_that_knows_no_head_is_asked_by_get(status: int) -> None:
    with RegistrySimulator() as registry:
        digest = push(registry, APP)
        registry.misbehave("/manifests/1.0", Answer(status), method="HEAD")
        with opened(at(registry)) as (app,):
            assert app.identity.digest == digest


def test_a_registry_that_tells_no_digest_is_computed_after() -> None:
    with RegistrySimulator() as registry:
        digest = push(registry, APP)
        registry.misbehave("/manifests/1.0", Answer(200, {"Content-Type": APP.media_type}, APP.manifest))
        with opened(at(registry)) as (app,):
            assert app.identity.digest == digest


def test_platforms_of_an_index_are_chosen() -> None:
    with RegistrySimulator() as registry:
        digest = push(registry, index([APP, ARM], attestations=True))
        with opened(at(registry), OpenOptions(platform="linux/arm64")) as (arm,):
            assert arm.identity.platform == Platform("linux", "arm64")
            assert arm.identity.index_digest == digest
            assert str(arm.identity.digest) == ARM.digest
        with opened(at(registry), OpenOptions(all_platforms=True)) as both:
            assert [str(one.identity.platform) for one in both] == ["linux/amd64", "linux/arm64"]
            assert layer_bytes(both[0]) == LAYERS[0].blob
            both[0].close()
            both[0].close()
            assert layer_bytes(both[1]) == ARM.layers[0].blob, "closing one leaves the other open"
        with (
            pytest.raises(InputError, match=r"linux/s390x.*linux/amd64, linux/arm64"),
            opened(at(registry), OpenOptions(platform="linux/s390x")),
        ):
            pass


def test_what_is_not_there_is_the_callers_to_correct() -> None:
    with RegistrySimulator() as registry:
        with pytest.raises(InputError, match="MANIFEST_UNKNOWN") as told, opened(at(registry)):
            pass
        assert told.value.exit_code == 2
        assert "spelling" in told.value.hint


@pytest.mark.parametrize("name", ["shop/web:9", f"shop/web@sha256:{'0' * 64}"])
def test_what_is_not_there_is_told_with_its_tag_or_digest(name: str) -> None:
    with RegistrySimulator() as registry:
        with pytest.raises(InputError) as told, opened(f"{registry.host}/{name}"):
            pass
        assert str(told.value).startswith(f"{registry.host}/{name} is not there")


def test_an_artifact_is_told_to_be_no_image() -> None:
    chart = image(LAYERS, manifest={"artifactType": "application/vnd.cncf.helm.config.v1+json", "layers": []})
    with RegistrySimulator() as registry:
        registry.push_blob(chart.config)
        data = chart.manifest.replace(b"vnd.oci.image.config.v1+json", b"vnd.cncf.helm.config.v1+json")
        registry.push_manifest("shop/web", data, chart.media_type, tag="1.0")
        with pytest.raises(UnsupportedError, match="Helm chart"), opened(at(registry)):
            pass


def test_nothing_is_asked_offline() -> None:
    def refuse() -> NetworkClient:
        raise AssertionError("a connection was made")

    with (
        pytest.raises(InputError, match="nothing may be asked"),
        opened("registry.example/a", OpenOptions(is_offline=True), http=refuse),
    ):
        pass


@pytest.mark.parametrize("login", [Login(lets_anyone=True), None])
def test_an_anonymous_pull_asks_for_a_token_where_one_is_wanted(login: Login | None) -> None:
    with RegistrySimulator(login=login) as registry:
        push(registry, APP)
        with opened(at(registry)) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob
        tokens = [seen for seen in registry.seen if seen.path.startswith("/token")]
        assert len(tokens) == (1 if login else 0), "a token is asked for once"


def test_one_connection_serves_login_redirect_and_layers() -> None:
    with RegistrySimulator(login=Login("ada", SECRET)) as registry:
        push(registry, APP)
        registry.misbehave(
            f"shop/web/blobs/{LAYERS[0].digest}", Redirect(f"/v2/shop/web/blobs/./{LAYERS[0].digest}"), times=1
        )
        registry.misbehave(r"/blobs/\./", Answer(body=LAYERS[0].blob))
        with opened(at(registry), credentials={registry.host: Credential("ada", SECRET)}) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob
        assert len(registry.seen) == 7
        # The first one tried to speak TLS.
        assert registry.connections == 2


def test_the_scope_asked_for_is_pull_whatever_the_challenge_says() -> None:
    with RegistrySimulator(login=Login(lets_anyone=True)) as registry:
        push(registry, APP)
        wide = (
            f'Bearer realm="{registry.url}/token",service="s",scope="repository:*:pull,push,delete registry:catalog:*"'
        )
        registry.login = Login(lets_anyone=True, challenges=(wide,))
        with opened(at(registry)):
            pass
        (token,) = [seen.path for seen in registry.seen if seen.path.startswith("/token")]
        assert token == "/token?service=s&scope=repository%3Ashop%2Fweb%3Apull"


@pytest.mark.parametrize("is_token", [True, False])
def test_name_and_password_open_the_door(is_token: bool) -> None:
    with RegistrySimulator(login=Login("ada", SECRET, is_token=is_token)) as registry:
        push(registry, APP)
        known = {registry.host: Credential("ada", SECRET)}
        with opened(at(registry), credentials=known) as (app,):
            assert layer_bytes(app, 1) == LAYERS[1].blob


def test_an_identity_token_is_exchanged_by_oauth2() -> None:
    with RegistrySimulator(login=Login(identity_token=SECRET)) as registry:
        push(registry, APP)
        with opened(at(registry), credentials={registry.host: Credential(identity_token=SECRET)}) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob
        (token,) = [seen for seen in registry.seen if seen.path.startswith("/token")]
        assert token.method == "POST"
        assert SECRET not in token.path


@pytest.mark.parametrize("is_token", [True, False])
@pytest.mark.parametrize(
    "credential", [None, Credential("ada", f"{SECRET}-wrong"), Credential(identity_token=f"{SECRET}-wrong")]
)
def test_a_closed_door_is_told_with_what_to_do(is_token: bool, credential: Credential | None) -> None:
    said = Opened()
    with RegistrySimulator(login=Login("ada", SECRET, is_token=is_token)) as registry:
        push(registry, APP)
        known = {registry.host: credential} if credential else {}
        with pytest.raises(RemoteError) as told, opened(at(registry), said=said, credentials=known):
            pass
        assert told.value.exit_code == 4
        assert f"docker login {registry.host}" in told.value.hint
        assert ("needs a login" if credential is None else "does not accept the credentials") in str(told.value)
        assert SECRET not in str(told.value) + repr(told.value) + "".join(said.told)
        assert len(registry.seen) <= 3, "wrong credentials are tried once"


def test_a_token_that_runs_out_is_renewed_on_the_way() -> None:
    with RegistrySimulator(login=Login("ada", SECRET)) as registry:
        push(registry, APP)
        with opened(at(registry), credentials={registry.host: Credential("ada", SECRET)}) as (app,):
            registry.revoke_tokens()
            assert layer_bytes(app) == LAYERS[0].blob


def test_credentials_of_another_registry_are_not_shown() -> None:
    with RegistrySimulator(login=Login("ada", SECRET, is_token=False)) as registry:
        push(registry, APP)
        others = {"registry.example": Credential("ada", SECRET), "127.0.0.1": Credential("ada", SECRET)}
        with pytest.raises(RemoteError, match="needs a login"), opened(at(registry), credentials=others):
            pass
        assert not any("authorization" in seen.headers for seen in registry.seen)


def test_a_mirror_is_asked_first_and_the_registry_where_it_does_not_help() -> None:
    said = Opened()
    with RegistrySimulator() as mirror, RegistrySimulator() as registry:
        digest = push(registry, APP)
        mirrors = {registry.host: (f"{mirror.host}/cache",)}
        with opened(at(registry), said=said, mirrors=mirrors) as (app,):
            assert app.identity.digest == digest
            assert layer_bytes(app) == LAYERS[0].blob
        assert mirror.seen
        assert "does not help" in said.told[0]
        push(mirror, APP, repository="cache/shop/web")
        registry.seen.clear()
        with opened(at(registry), mirrors=mirrors) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob
        assert not registry.seen, "a mirror that has everything is enough"


def test_a_mirror_that_lies_is_found_out_by_the_digest() -> None:
    with RegistrySimulator() as mirror, RegistrySimulator() as registry:
        digest = push(registry, APP)
        push(mirror, APP, repository="shop/web")
        mirror.tamper(digest, ARM.manifest)
        with opened(f"{registry.host}/shop/web@{digest}", mirrors={registry.host: (mirror.host,)}) as (app,):
            assert app.identity.digest == digest


def test_a_mirror_that_lacks_a_blob_is_helped_out() -> None:
    with RegistrySimulator() as mirror, RegistrySimulator() as registry:
        push(registry, APP)
        push(mirror, APP)
        mirror.forget(Digest.parse(LAYERS[0].digest))
        with opened(at(registry), mirrors={registry.host: (mirror.host,)}) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob


@pytest.mark.parametrize("data", [b"", b"shorter", b"longer" * 10_000])
def test_a_mirror_whose_blob_has_another_length_is_passed_over(data: bytes) -> None:
    with RegistrySimulator() as mirror, RegistrySimulator() as registry:
        push(registry, APP)
        push(mirror, APP)
        mirror.tamper(Digest.parse(LAYERS[0].digest), data)
        with opened(at(registry), mirrors={registry.host: (mirror.host,)}) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob


def test_no_registrys_credentials_go_to_its_mirror() -> None:
    with (
        RegistrySimulator(login=Login("ada", SECRET)) as mirror,
        RegistrySimulator(login=Login("ada", SECRET)) as registry,
    ):
        push(registry, APP)
        push(mirror, APP)
        known = {registry.host: Credential("ada", SECRET)}
        with opened(at(registry), credentials=known, mirrors={registry.host: (mirror.host,)}) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob
        assert not any("authorization" in seen.headers for seen in mirror.seen)


def test_a_registry_elsewhere_is_not_asked_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_names(monkeypatch, {"registry.test": "127.0.0.1"})
    with RegistrySimulator(name="registry.test") as registry:
        push(registry, APP)
        with pytest.raises(RemoteError, match="proper TLS"), opened(at(registry)):
            pass
        assert not any(seen.path for seen in registry.seen)
        with opened(at(registry), insecure=frozenset({registry.host})) as (app,):
            assert layer_bytes(app) == LAYERS[0].blob


def test_the_budget_that_is_left_is_told() -> None:
    said = Opened()
    with RegistrySimulator() as registry:
        push(registry, APP)
        budget = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "7;w=21600"}
        registry.misbehave("/manifests/", WithHeaders(budget))
        with opened(at(registry), said=said):
            pass
        assert said.told == [f"{registry.host} grants 7 of 100 more pulls in 6.0 hours"]


def test_an_index_member_that_is_missing_is_the_registrys_fault() -> None:
    with RegistrySimulator() as registry:
        built = index([APP, ARM])
        registry.push_manifest("shop/web", built.manifest, OCI_INDEX, tag="1.0")
        with pytest.raises(RemoteError, match="lacks what its own index"), opened(at(registry)):
            pass


def test_a_layer_that_is_missing_is_the_registrys_fault() -> None:
    foreign = layer({"a": "b"}, media_type="application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
    with RegistrySimulator() as registry:
        for built, words in ((APP, "does not hold the layer"), (image([foreign, *LAYERS]), "does not hold the layer")):
            push(registry, built)
            registry.forget(Digest.parse(built.layers[0].digest))
            with opened(at(registry)) as (app,), pytest.raises(RemoteError, match=words):
                layer_bytes(app)


def test_addresses_in_a_manifest_are_not_followed() -> None:
    with RegistrySimulator() as registry, RegistrySimulator() as elsewhere:
        built = image(LAYERS)
        layers = [{**one.descriptor, "urls": [f"{elsewhere.url}/v2/x/blobs/{one.digest}"]} for one in LAYERS]
        built = image(LAYERS, manifest={"layers": layers})
        push(registry, built)
        registry.forget(Digest.parse(LAYERS[0].digest))
        elsewhere.push_blob(LAYERS[0].blob)
        with opened(at(registry)) as (app,), pytest.raises(RemoteError, match="does not hold"):
            layer_bytes(app)
        assert not elsewhere.seen
