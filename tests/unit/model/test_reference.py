"""References: the table follows the grammar and the normalization rules of the distribution project."""

import pytest

from basewright.errors import InputError, InvalidReferenceError
from basewright.model.reference import ImageReference

HEX = "a" * 64


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "familiar"),
    [
        ("node", "docker.io", "library/node", None, "node"),
        ("node:24-slim", "docker.io", "library/node", "24-slim", "node"),
        ("library/node:24", "docker.io", "library/node", "24", "node"),
        ("docker.io/library/node:24", "docker.io", "library/node", "24", "node"),
        ("docker.io/node:24", "docker.io", "library/node", "24", "node"),
        ("index.docker.io/node", "docker.io", "library/node", None, "node"),
        ("bitnami/redis:7", "docker.io", "bitnami/redis", "7", "bitnami/redis"),
        ("registry:5000/img:tag", "registry:5000", "img", "tag", "registry:5000/img"),
        ("localhost/img", "localhost", "img", None, "localhost/img"),
        ("localhost:5000/a/b/c", "localhost:5000", "a/b/c", None, "localhost:5000/a/b/c"),
        ("gcr.io/distroless/cc-debian12:nonroot", "gcr.io", "distroless/cc-debian12", "nonroot", None),
        ("[::1]:5000/img", "[::1]:5000", "img", None, None),
        ("MyHost/img", "myhost", "img", None, "myhost/img"),
        ("a__b/c.d-e--f", "docker.io", "a__b/c.d-e--f", None, None),
    ],
)
def test_a_reference_is_read_as_docker_reads_it(text, registry, repository, tag, familiar):
    reference = ImageReference.parse(text)

    assert (reference.registry, reference.repository, reference.tag) == (registry, repository, tag)
    if familiar:
        assert reference.familiar_name == familiar


@pytest.mark.parametrize(
    "text",
    ["", "Node", "a//b", "/a", "a/", "a:", "a:b:c/d e", "a@sha256:xyz", "-a", "a..b", "a:.b", f"a:{'t' * 129}",
     "a" * 5000, "node:24\n", "no de", "x@", "ex_ample.com/a", "http://example.com/a", "${BASE}", "{{ base }}", "ä"],
)  # fmt: skip
def test_a_text_that_is_no_reference_is_refused(text):
    with pytest.raises(InputError):
        ImageReference.parse(text)


def test_tag_and_digest_stand_together():
    reference = ImageReference.parse(f"node:24@sha256:{HEX}")

    assert reference.tag == "24"
    assert str(reference.digest) == f"sha256:{HEX}"
    assert str(reference) == f"node:24@sha256:{HEX}"
    assert str(reference.with_tag("26")) == "node:26"


def test_a_digest_alone_asks_for_no_tag():
    assert ImageReference.parse(f"node@sha256:{HEX}").effective_tag is None
    assert ImageReference.parse("node").effective_tag == "latest"


def test_upper_case_repositories_get_a_hint():
    with pytest.raises(InvalidReferenceError) as caught:
        ImageReference.parse("Node:24")

    assert "lower case" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["ada:pw@host.example/a", "ada:p@w/x@host.example/a:1", "https://ada:pw@h/a", "a:p@w@h"]
)
def test_a_login_in_a_reference_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(InvalidReferenceError, match="no user name and no password") as caught:
        ImageReference.parse(text)
    assert "pw" not in str(caught.value)
    assert "docker login" in caught.value.hint
