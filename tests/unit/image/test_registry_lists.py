"""Tags and referrers: pages that end, pages that do not, and pages that lead elsewhere (C12, C13)."""

import json
import time
from collections.abc import Iterator

import pytest
from images import image, layer
from registries import REPOSITORY, client_of, push

from basewright.errors import BasewrightError, InputError, RemoteError
from basewright.image.registry.referrers import PAGES, REFERRERS, list_referrers, list_tags
from basewright.model.digest import Digest
from basewright.testing.misbehaviours import Answer, WithHeaders
from basewright.testing.registry import Conversation, RegistrySimulator, Reply

APP = image([layer({"a": "b"})])
SUBJECT = Digest.parse(APP.digest)
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
SBOM = "application/spdx+json"


@pytest.fixture
def registry() -> Iterator[RegistrySimulator]:
    with RegistrySimulator() as running:
        push(running, APP)
        yield running


def attach(registry: RegistrySimulator, kind: str, size: int = 5) -> str:
    """Attach an artifact of `kind` to the image; return its digest."""
    empty = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": f"sha256:{'4' * 64}", "size": 2}
    blob = {"mediaType": kind, "digest": f"sha256:{'5' * 64}", "size": size}
    subject = {"mediaType": OCI_MANIFEST, "digest": APP.digest, "size": len(APP.manifest)}
    document = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": kind, "config": empty, "layers": [blob]}
    return str(registry.push_manifest(REPOSITORY, json.dumps({**document, "subject": subject}).encode(), OCI_MANIFEST))


class EndlessPages:
    """Every page names another one."""

    def __init__(self, body: dict[str, object], media_type: str) -> None:
        self.number, self.body, self.media_type = 0, body, media_type

    def answer(self, conversation: Conversation) -> None:
        self.number += 1
        path = conversation.handler.path.partition("?")[0]
        headers = {"Link": f'<{path}?n={self.number}>; rel="next"', "Content-Type": self.media_type}
        body = json.dumps({**self.body, "tags": [f"t{self.number}"]}).encode()
        conversation.send(Reply(200, headers, body))


def test_tags_are_listed_over_all_pages(registry: RegistrySimulator) -> None:
    names = sorted(f"v{number}" for number in range(2500))
    for name in names:
        registry.push_manifest(REPOSITORY, APP.manifest, APP.media_type, tag=name)
    with client_of(registry) as client:
        listed = list_tags(client)
    assert listed.tags == tuple(sorted([*names, "1.0"]))
    assert not listed.is_cut
    assert len(registry.seen) == 3


def test_tags_without_end_are_cut_and_told(registry: RegistrySimulator) -> None:
    registry.misbehave("/tags/list", EndlessPages({}, "application/json"))
    with client_of(registry) as client:
        listed = list_tags(client)
    assert listed.is_cut
    assert len(listed.tags) == len(registry.seen) == PAGES


def test_a_page_that_names_itself_ends_the_list(registry: RegistrySimulator) -> None:
    registry.misbehave("/tags/list", WithHeaders({"Link": f'</v2/{REPOSITORY}/tags/list?n=1000>; rel="next"'}))
    with client_of(registry) as client:
        assert list_tags(client).is_cut
    assert len(registry.seen) == 1


@pytest.mark.parametrize(
    "link",
    [
        "<http://169.254.169.254/latest>; rel=next",
        '<http://localhost:1/x>; rel="next"',
        "<//evil.example/x>; rel=next",
        '<https://127.0.0.1/x>; rel="next"',
        "<file:///etc/passwd>; rel=next",
    ],
)
@pytest.mark.parametrize("what", ["tags", "referrers"])
def test_a_next_page_elsewhere_is_refused(what: str, link: str, registry: RegistrySimulator) -> None:
    registry.misbehave(f"/{what}/", WithHeaders({"Link": link}))
    with client_of(registry) as client, pytest.raises(RemoteError, match="next page"):
        list_tags(client) if what == "tags" else list_referrers(client, SUBJECT)


@pytest.mark.parametrize(
    "link", ["", "<", "<>; rel=next", "</x>", '</x>; rel="prev"', "</x>; title=rel=next2", "nonsense" * 5000]
)
def test_a_link_that_names_no_next_page_ends_the_list(link: str, registry: RegistrySimulator) -> None:
    registry.misbehave("/tags/list", WithHeaders({"Link": link}))
    with client_of(registry) as client:
        assert list_tags(client).tags == ("1.0",)


@pytest.mark.parametrize("letters", ["<", "<a>", "<a>; rel=", "; rel=next", " ", "<a>;" + " " * 50, "rel"])
def test_a_link_is_read_in_linear_time(letters: str, registry: RegistrySimulator) -> None:
    registry.misbehave("/tags/list", WithHeaders({"Link": letters * (60_000 // len(letters))}))
    start = time.perf_counter()
    with client_of(registry) as client:
        assert list_tags(client).tags == ("1.0",)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"tags": 5}', b"[" * 100_000, b"\xff"])
def test_a_list_that_is_none_is_told(body: bytes, registry: RegistrySimulator) -> None:
    registry.misbehave("/tags/list", Answer(body=body))
    with client_of(registry) as client, pytest.raises(RemoteError):
        list_tags(client)


def test_what_is_no_tag_is_dropped(registry: RegistrySimulator) -> None:
    tags = ["ok", "../x", "", 5, None, "a\x1b[31m", "x" * 200, {"a": 1}]
    registry.misbehave("/tags/list", Answer(body=json.dumps({"tags": tags}).encode()))
    with client_of(registry) as client:
        assert list_tags(client).tags == ("ok",)


def test_a_repository_without_tags_has_none(registry: RegistrySimulator) -> None:
    registry.misbehave("/tags/list", Answer(body=b'{"name": "x", "tags": null}'), times=1)
    registry.misbehave("/tags/list", Answer(404))
    with client_of(registry) as client:
        assert list_tags(client).tags == ()
        with pytest.raises(InputError, match=r"/shop/web is not there"):
            list_tags(client)


def test_what_refers_to_an_image_is_listed_and_not_read(registry: RegistrySimulator) -> None:
    sbom, other = attach(registry, SBOM, size=50 * 2**30), attach(registry, "application/vnd.in-toto+json")
    with client_of(registry) as client:
        found = list_referrers(client, SUBJECT)
        only = list_referrers(client, SUBJECT, artifact_type=SBOM)
    assert {str(one.digest) for one in found.descriptors} == {sbom, other}
    assert [(str(one.digest), one.artifact_type) for one in only.descriptors] == [(sbom, SBOM)]
    assert not found.is_cut
    assert not any("/blobs/" in seen.path or "/manifests/" in seen.path for seen in registry.seen)


def test_a_registry_without_the_api_is_asked_by_tag() -> None:
    with RegistrySimulator(has_referrers=False) as registry:
        push(registry, APP)
        with client_of(registry) as client:
            assert list_referrers(client, SUBJECT).descriptors == ()
            digest = attach(registry, SBOM)
            member = {"mediaType": OCI_MANIFEST, "digest": digest, "size": 9, "artifactType": SBOM}
            index = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [member]}).encode()
            registry.push_manifest(REPOSITORY, index, OCI_INDEX, tag=f"sha256-{SUBJECT.hex}")
            found = list_referrers(client, SUBJECT)
    assert found.is_by_tag
    assert [str(one.digest) for one in found.descriptors] == [digest]


def test_referrers_without_end_are_cut_and_told(registry: RegistrySimulator) -> None:
    empty = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": []}
    registry.misbehave("/referrers/", EndlessPages(empty, OCI_INDEX))
    with client_of(registry) as client:
        assert list_referrers(client, SUBJECT).is_cut
    assert len(registry.seen) == PAGES


def test_referrers_in_great_numbers_are_cut_and_told(registry: RegistrySimulator) -> None:
    members = [{"mediaType": OCI_MANIFEST, "digest": f"sha256:{number:064x}", "size": 1} for number in range(400)]
    more = [{**one, "digest": f"sha256:{number:064x}"} for number, one in enumerate(members, 1000)]
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX}
    link = {"Content-Type": OCI_INDEX, "Link": '<?page=2>; rel="next"'}
    registry.misbehave(
        r"\?page=2", Answer(200, {"Content-Type": OCI_INDEX}, json.dumps({**index, "manifests": more}).encode())
    )
    registry.misbehave("/referrers/", Answer(200, link, json.dumps({**index, "manifests": members}).encode()))
    with client_of(registry) as client:
        found = list_referrers(client, SUBJECT)
    assert found.is_cut
    assert len(found.descriptors) == REFERRERS


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", APP.manifest, b"[" * 100_000])
def test_referrers_that_are_no_index_are_told(body: bytes, registry: RegistrySimulator) -> None:
    registry.misbehave("/referrers/", Answer(200, {"Content-Type": OCI_INDEX}, body))
    with client_of(registry) as client, pytest.raises(BasewrightError) as told:
        list_referrers(client, SUBJECT)
    assert told.value.exit_code in {3, 4}
