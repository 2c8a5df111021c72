import base64
import json
from typing import Any

import images
import pytest

from basewright.errors import BasewrightError, IntegrityError, InvalidImageError, UnsupportedError
from basewright.image import media_types
from basewright.image.limits import Limits
from basewright.image.manifest import Index, Manifest, parse_document, require_image
from basewright.model.platform import Platform

DIGEST = "sha256:" + "a" * 64
LAYER = {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": DIGEST, "size": 3}
CONFIG = {"mediaType": images.OCI_CONFIG, "digest": DIGEST, "size": 2}
MANIFEST: dict[str, Any] = {
    "schemaVersion": 2,
    "mediaType": images.OCI_MANIFEST,
    "config": CONFIG,
    "layers": [LAYER],
}


def parsed(document: Any, declared: str = "", **limits: int) -> Index | Manifest:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_document(data, "image", declared=declared, limits=Limits(**limits))


def changed(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in {**MANIFEST, **fields}.items() if value is not ...}


def test_a_manifest_and_an_index_are_read_field_by_field() -> None:
    app = images.image([images.layer({"a": "1"}), images.layer({"b": "2"}, "zstd")], platform="linux/arm/v7")
    manifest = parsed(app.manifest, images.OCI_MANIFEST)
    assert isinstance(manifest, Manifest)
    assert str(manifest.digest) == app.digest
    assert [str(one.digest) for one in manifest.layers] == [one.digest for one in app.layers]
    assert manifest.layers[1].media_type.endswith("+zstd")
    index = parsed(images.index([app], attestations=True).manifest)
    assert isinstance(index, Index)
    assert index.manifests[0].platform == Platform("linux", "arm", "v7")
    assert index.manifests[1].annotations["vnd.docker.reference.type"] == "attestation-manifest"


@pytest.mark.parametrize("docker", [False, True])
def test_a_missing_media_type_is_told_by_shape_or_declaration(docker: bool) -> None:
    app = images.image([{"a": "1"}], docker=docker)
    document = {**json.loads(app.manifest)}
    del document["mediaType"]
    assert parsed(document).media_type == images.OCI_MANIFEST
    assert parsed(document, "Application/vnd.docker.distribution.manifest.v2+json; charset=utf-8").media_type == (
        images.DOCKER_MANIFEST
    )
    assert parsed(document, "text/plain").media_type == images.OCI_MANIFEST


@pytest.mark.parametrize(
    ("document", "declared"),
    [
        (changed(manifests=[]), ""),
        (changed(manifests=[LAYER], layers=...), ""),
        (changed(manifests=[LAYER], layers=..., config=..., mediaType=images.OCI_MANIFEST), ""),
        (changed(), images.OCI_INDEX),
        (changed(mediaType=...), images.OCI_INDEX),
        (changed(mediaType=images.DOCKER_MANIFEST), images.OCI_MANIFEST),
        (changed(Layers=[LAYER]), ""),
        ({**MANIFEST, "layerſ": [LAYER]}, ""),
        (changed(layers=[{**LAYER, "Digest": DIGEST}]), ""),
        (changed(layers=[{**LAYER, "size": -1}]), ""),
        (changed(layers=[{**LAYER, "size": 2**63}]), ""),
        (changed(layers=[{**LAYER, "size": 1e3}]), ""),
        (changed(layers=[{**LAYER, "size": True}]), ""),
        (changed(layers=[{**LAYER, "size": None}]), ""),
        (changed(layers=[{**LAYER, "digest": "sha256:../../etc/passwd"}]), ""),
        (changed(layers=[{**LAYER, "digest": "md5:" + "a" * 32}]), ""),
        (changed(layers=[{**LAYER, "annotations": {"a": 1}}]), ""),
        (changed(layers=[1]), ""),
        (changed(layers={}), ""),
        (changed(layers=None), ""),
        (changed(config=...), ""),
        (changed(config=[]), ""),
        (changed(mediaType=7), ""),
        (changed(layers=[{**LAYER, "platform": {"os": "\x1b[31m", "architecture": "a"}}]), ""),
        ([MANIFEST], ""),
    ],
)
def test_what_readers_could_take_for_another_image_is_refused(document: Any, declared: str) -> None:
    with pytest.raises(InvalidImageError):
        parsed(document, declared)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf" + json.dumps(MANIFEST).encode(),
        json.dumps(MANIFEST).encode("utf-16"),
        b'{"schemaVersion": 2, "schemaVersion": 2}',
        b'{"size": NaN}',
        b'{"size": -Infinity}',
        b'{"size": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": 1}}',
    ],
)
def test_json_that_is_none_or_ambiguous_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidImageError):
        parsed(data)


@pytest.mark.parametrize("data", [b"[" * 3_000_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000])
def test_deep_json_is_refused_before_it_is_decoded(data: bytes) -> None:
    with pytest.raises(UnsupportedError, match="nests deeper than the 64 levels"):
        parsed(data)


def test_brackets_in_texts_are_not_depth() -> None:
    annotations = {"a": "[{" * 500 + '\\"', "b": '"' * 300}
    manifest = parsed(changed(annotations=annotations))
    assert manifest.annotations == annotations


def test_halves_of_surrogate_pairs_become_replacement_characters() -> None:
    data = json.dumps(changed(annotations={"a": "X"})).replace('"X"', '"\\ud800x\\ud83d\\ude00"').encode()
    assert parsed(data).annotations["a"].encode() == "\ufffd\ufffd\ufffdx😀".encode()


def test_counts_and_sizes_over_the_limits_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="100000 layers, more than the 1024"):
        parsed(changed(layers=[LAYER] * 100_000), manifest=100_000_000)
    with pytest.raises(UnsupportedError, match="more than the 4194304"):
        parsed(b" " * (4 * 1024 * 1024 + 1))
    index = {"schemaVersion": 2, "manifests": [CONFIG] * 513}
    with pytest.raises(UnsupportedError, match="513 manifests, more than the 512"):
        parsed(index)


def test_schema_1_and_other_documents_are_named() -> None:
    with pytest.raises(UnsupportedError, match="schema 1") as caught:
        parsed({"schemaVersion": 1, "fsLayers": [], "history": []})
    assert "skopeo copy" in caught.value.hint
    with pytest.raises(UnsupportedError, match="schema 1"):
        parsed({"schemaVersion": 1}, "application/vnd.docker.distribution.manifest.v1+prettyjws")
    with pytest.raises(UnsupportedError, match="text/html"):
        parsed({}, "text/html")
    with pytest.raises(UnsupportedError, match="without a media type"):
        parsed({})
    with pytest.raises(UnsupportedError, match=r"an artifact \(application/x\)"):
        parsed({"mediaType": media_types.ARTIFACT_MANIFEST, "artifactType": "application/x"})


def test_embedded_data_must_be_what_its_descriptor_says() -> None:
    content = b"{}"
    right = {
        "mediaType": "x/y",
        "digest": images.sha256(content),
        "size": 2,
        "data": base64.b64encode(content).decode(),
    }
    assert isinstance(parsed(changed(config=right)), Manifest)
    for wrong in ({"digest": DIGEST}, {"size": 3}, {"data": base64.b64encode(b"[]").decode()}):
        with pytest.raises(IntegrityError):
            parsed(changed(config={**right, **wrong}))
    with pytest.raises(InvalidImageError, match="base64"):
        parsed(changed(config={**right, "data": "?"}))


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"config": {**CONFIG, "mediaType": "application/vnd.cncf.helm.config.v1+json"}}, "a Helm chart"),
        ({"layers": [{**LAYER, "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json"}]}, "a signature"),
        ({"layers": [{**LAYER, "mediaType": "application/vnd.in-toto+json"}]}, "an attestation"),
        ({"config": {**CONFIG, "mediaType": "application/vnd.oci.empty.v1+json"}, "artifactType": "x/y"}, r"\(x/y\)"),
        ({"config": {**CONFIG, "mediaType": "application/vnd.wasm.config.v0+json"}}, "a WebAssembly module"),
        ({"config": {**CONFIG, "mediaType": "application/unheard.of"}}, "an artifact"),
        ({"layers": [{**LAYER, "mediaType": LAYER["mediaType"] + "+encrypted"}]}, "encrypted"),
    ],
)
def test_what_is_no_container_image_is_named(fields: dict[str, Any], what: str) -> None:
    manifest = parsed(changed(**fields))
    assert isinstance(manifest, Manifest)
    with pytest.raises(UnsupportedError, match=what):
        require_image(manifest, "image")


def test_an_image_without_layers_is_one() -> None:
    manifest = parsed(images.image([]).manifest)
    assert isinstance(manifest, Manifest)
    require_image(manifest, "image")


def test_every_error_has_a_code_of_the_contract() -> None:
    for document in ([], {}, {"schemaVersion": 1}, changed(layers=1)):
        with pytest.raises(BasewrightError) as caught:
            parsed(document)
        assert caught.value.exit_code in {2, 3, 5}
