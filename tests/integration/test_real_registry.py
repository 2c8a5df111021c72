"""The registry transport against Debian's `docker-registry`, filled by `skopeo`."""

import base64
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import Certificates, certificates
from images import DOCKER_MANIFEST, image, index, layer
from plain_reader import PlainReader
from real_registries import (
    PASSWORD,
    USERNAME,
    RealRegistry,
    TokenServer,
    basic_auth,
    fill,
    need,
    running,
    tls_section,
)
from registries import Opened, opened

from basewright.errors import InputError, IntegrityError, RemoteError
from basewright.image.interface import OpenOptions
from basewright.image.registry.image import registry_clients
from basewright.image.registry.referrers import list_referrers, list_tags
from basewright.image.registry.settings import Credential, RegistrySettings
from basewright.model.digest import Digest
from basewright.model.reference import ImageReference
from basewright.ports.connections import NetworkClient
from basewright.ports.http import TlsOptions

pytestmark = pytest.mark.integration
SHARED = Path(__file__).parents[3] / "shared/data/rootfs"
BASE = layer({"etc/os-release": "ID=tests\n", "usr/lib/big": bytes(range(256)) * 20_000})
APP = image([BASE, layer({"srv/app": "1"})], config={"User": "app"})
ARM = image([BASE, layer({"srv/app": "2"})], platform="linux/arm64")
OLD = image([layer({"srv/old": "3"})])
NAME = "shop/web:1.0"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every registry of this module serves."""
    need("docker-registry", "skopeo")
    folder = tmp_path_factory.mktemp("filled")
    with running(folder, folder / "storage", {}) as registry:
        both = index([APP, ARM], attestations=True)
        fill(registry, {NAME: APP, "shop/web:all": both, "deep/er/path/app:x": ARM}, folder)
        fill(registry, {"old/app:1": OLD}, folder, ["--format", "v2s2"])
    return folder / "storage"


@pytest.fixture
def plain(storage: Path, tmp_path: Path) -> Iterator[RealRegistry]:
    with running(tmp_path, storage, {}) as registry:
        yield registry


def read(reference: str, options: OpenOptions | None = None, **settings: object) -> list[str]:
    """Open an image and read every layer, verified; return the manifests' digests."""
    with opened(reference, options, **settings) as images:
        for one in images:
            one.read_layers(PlainReader(), lambda _: None)
        return [str(one.identity.digest) for one in images]


def test_images_are_read_from_a_plain_registry_on_loopback(plain: RealRegistry) -> None:
    assert read(f"{plain.host}/{NAME}") == [APP.digest]
    assert read(f"{plain.host}/shop/web:all", OpenOptions(all_platforms=True)) == [APP.digest, ARM.digest]
    assert read(f"{plain.host}/shop/web@{ARM.digest}", OpenOptions(platform="linux/arm64")) == [ARM.digest]
    with opened(f"{plain.host}/old/app:1") as (old,):
        assert old.identity.media_type == DOCKER_MANIFEST
        assert [str(one.diff_id) for one in old.layers] == [OLD.layers[0].diff_id]
        old.read_layers(PlainReader(), lambda _: None)
    assert read(f"{plain.host}/deep/er/path/app:x", OpenOptions(platform="linux/arm64")) == [ARM.digest]


@pytest.mark.parametrize("name", ["shop/web:none", "shop/none:1.0", f"shop/web@sha256:{'0' * 64}"])
def test_what_is_not_there_is_an_error_of_the_caller(name: str, plain: RealRegistry) -> None:
    with pytest.raises(InputError, match="is not there"):
        read(f"{plain.host}/{name}")


def test_tags_and_referrers_are_listed(plain: RealRegistry) -> None:
    http = NetworkClient(environment={})
    reference = ImageReference.parse(f"{plain.host}/shop/web")
    (client,) = registry_clients(reference, RegistrySettings(), http=http, told=print)
    assert list_tags(client).tags == ("1.0", "all")
    found = list_referrers(client, Digest.parse(APP.digest))
    assert (found.descriptors, found.is_by_tag) == ((), True), "this registry does not know the API"
    http.close()


def test_a_blob_that_the_registry_lost_a_part_of_is_truncated(plain: RealRegistry) -> None:
    path = plain.blob_file(BASE.digest)
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-100])
        with pytest.raises(IntegrityError, match="where the manifest announces"):
            read(f"{plain.host}/{NAME}")
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(IntegrityError, match="digest"):
            read(f"{plain.host}/{NAME}")
        path.unlink()
        with pytest.raises(RemoteError, match="does not hold the layer"):
            read(f"{plain.host}/{NAME}")
    finally:
        path.write_bytes(whole)


def test_a_blob_goes_on_after_a_break(plain: RealRegistry) -> None:
    """The registry is real; the break is made between it and us."""

    class Breaking(NetworkClient):
        left = 2

        def send(self, request):  # type: ignore[no-untyped-def]
            context = super().send(request)
            return _Cut(context, self) if BASE.digest in request.url and Breaking.left else context

    class _Cut:
        def __init__(self, context, client):  # type: ignore[no-untyped-def]
            self.context = context

        def __enter__(self):  # type: ignore[no-untyped-def]
            self.answer = self.context.__enter__()
            return self

        def __exit__(self, *error):  # type: ignore[no-untyped-def]
            return self.context.__exit__(*error)

        def __getattr__(self, name):  # type: ignore[no-untyped-def]
            return getattr(self.answer, name)

        def pieces(self):  # type: ignore[no-untyped-def]
            Breaking.left -= 1
            yield next(self.answer.pieces())[:1000]
            raise RemoteError("cut by the test", is_temporary=True)

    said = Opened()
    assert read(f"{plain.host}/{NAME}", http=lambda: Breaking(environment={}), said=said) == [APP.digest]
    assert [words.rpartition(" ")[2] for words in said.told] == ["1000", "2000"]


def test_a_registry_that_stops_is_told(storage: Path, tmp_path: Path) -> None:
    with running(tmp_path, storage, {}) as registry:
        pass
    with pytest.raises(RemoteError, match="no connection"):
        read(f"{registry.host}/{NAME}")


def test_tls_and_basic_authentication(storage: Path, tmp_path: Path, trusted: Certificates) -> None:
    with running(tmp_path, storage, tls_section(trusted), basic_auth(tmp_path)) as registry:
        there, tls = f"{registry.host}/{NAME}", TlsOptions((trusted.authority,))
        known = {registry.host: Credential(USERNAME, PASSWORD)}
        assert read(there, tls=tls, credentials=known) == [APP.digest]
        assert read(there, insecure=frozenset({registry.host}), credentials=known) == [APP.digest]
        with pytest.raises(RemoteError, match="not trusted"):
            read(there, credentials=known)
        with pytest.raises(RemoteError, match="needs a login"):
            read(there, tls=tls)
        with pytest.raises(RemoteError, match="does not accept the credentials") as told:
            read(there, tls=tls, credentials={registry.host: Credential(USERNAME, "wrong-secret")})
        assert told.value.hint == f"log in anew: docker login {registry.host}"
        assert "wrong-secret" not in str(told.value)


def test_credentials_that_skopeo_stored_are_found(storage: Path, tmp_path: Path, trusted: Certificates) -> None:
    need("skopeo")
    with running(tmp_path, storage, tls_section(trusted), basic_auth(tmp_path)) as registry:
        auth_file = tmp_path / "auth.json"
        options = ["--tls-verify=false", "--authfile", str(auth_file), "-u", USERNAME, "-p", PASSWORD]
        subprocess.run(["skopeo", "login", *options, registry.host], check=True, capture_output=True, timeout=60)
        environment = {"REGISTRY_AUTH_FILE": str(auth_file)}
        assert read(f"{registry.host}/{NAME}", tls=TlsOptions((trusted.authority,)), environment=environment) == [
            APP.digest
        ]


def test_a_credential_helper_is_asked(storage: Path, tmp_path: Path, trusted: Certificates) -> None:
    with running(tmp_path, storage, tls_section(trusted), basic_auth(tmp_path)) as registry:
        helper = tmp_path / "docker-credential-tests"
        answer = {"Username": USERNAME, "Secret": PASSWORD}
        code = f"import sys, json\nsys.stdin.read() == {registry.host!r} and json.dump({answer!r}, sys.stdout)\n"
        helper.write_text(f"#!{sys.executable} -I\n{code}")
        helper.chmod(0o755)
        (tmp_path / "config.json").write_text(json.dumps({"credsStore": "tests"}))
        environment = {"DOCKER_CONFIG": str(tmp_path), "PATH": str(tmp_path)}
        assert read(f"{registry.host}/{NAME}", tls=TlsOptions((trusted.authority,)), environment=environment) == [
            APP.digest
        ]


def test_token_authentication(storage: Path, tmp_path: Path, trusted: Certificates) -> None:
    tls = TlsOptions((trusted.authority,))
    with TokenServer(trusted) as tokens, running(tmp_path, storage, tls_section(trusted), tokens.section()) as registry:
        there = f"{registry.host}/{NAME}"
        assert read(there, tls=tls, credentials={registry.host: Credential(USERNAME, PASSWORD)}) == [APP.digest]
        assert tokens.asked == [("GET", "repository:shop/web:pull", USERNAME)], "one token, for reading this one only"
        refresh = Credential(identity_token=f"refresh-{PASSWORD}")
        assert read(there, tls=tls, credentials={registry.host: refresh}) == [APP.digest]
        assert tokens.asked[1][0] == "POST"
        with pytest.raises(RemoteError, match="needs a login"):
            read(there, tls=tls)
        with pytest.raises(RemoteError, match="does not accept the credentials"):
            read(there, tls=tls, credentials={registry.host: Credential(USERNAME, "wrong")})
        tokens.anyone_reads = True
        assert read(there, tls=tls) == [APP.digest]


def test_a_mirror_is_asked_first(plain: RealRegistry, tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    folder.mkdir()
    with running(folder, folder / "storage", {}) as mirror:
        said = Opened()
        mirrors = {plain.host: (mirror.host,)}
        assert read(f"{plain.host}/{NAME}", mirrors=mirrors, said=said) == [APP.digest]
        assert "does not help" in said.told[0]
        fill(mirror, {NAME: APP}, folder)
        said = Opened()
        assert read(f"{plain.host}/{NAME}", mirrors=mirrors, said=said) == [APP.digest]
        assert not said.told


@pytest.mark.shared_data
def test_a_real_alpine_is_read(tmp_path: Path) -> None:
    root = SHARED / "alpine-v3.20-minirootfs-3.20.3-x86_64.tar.gz"
    if not root.is_file():
        pytest.skip(f"{root.name} is not there")
    alpine = image([layer(gzip.decompress(root.read_bytes()))])
    with running(tmp_path, tmp_path / "storage", {}) as registry:
        fill(registry, {"library/alpine:3.20.3": alpine}, tmp_path)
        assert read(f"{registry.host}/library/alpine:3.20.3") == [alpine.digest]


def test_an_entry_of_docker_login_is_found(storage: Path, tmp_path: Path) -> None:
    with running(tmp_path, storage, {}, basic_auth(tmp_path)) as registry:
        packed = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        (tmp_path / ".docker").mkdir()
        (tmp_path / ".docker/config.json").write_text(json.dumps({"auths": {registry.host: {"auth": packed}}}))
        assert read(f"{registry.host}/{NAME}", environment={"HOME": str(tmp_path)}) == [APP.digest]
