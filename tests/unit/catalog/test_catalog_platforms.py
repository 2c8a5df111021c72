"""Hand-entered images of platforms: Lambda's, Google's, Red Hat's of a language, nginx without root, chiselled Java."""

import datetime as dt
from collections.abc import Callable

import pytest

from basewright.catalog import Catalog
from basewright.model.base import Kind, Match, Recognition, Role
from basewright.model.reference import ImageReference

Recognise = Callable[[str], Recognition]


@pytest.mark.parametrize(
    ("image", "runtime", "system"),
    [
        ("public.ecr.aws/lambda/python:3.13", "python 3.13", "amzn 2023"),
        ("public.ecr.aws/lambda/python:3.11-arm64", "python 3.11", "amzn 2"),
        ("public.ecr.aws/lambda/nodejs:20", "node 20", "amzn 2023"),
        ("public.ecr.aws/lambda/java:8.al2", "java 8", "amzn 2"),
        ("public.ecr.aws/lambda/dotnet:8", "dotnet 8.0", "amzn 2023"),
        ("public.ecr.aws/lambda/ruby:3.4", "ruby 3.4", "amzn 2023"),
        ("public.ecr.aws/lambda/provided:al2023", "", "amzn 2023"),
        ("marketplace.gcr.io/google/debian12", "", "debian 12"),
        ("ubuntu/jre:21-24.04_stable", "java 21", "ubuntu 24.04"),
        ("registry.access.redhat.com/ubi9/python-312", "python 3.12", "rhel 9"),
        ("registry.access.redhat.com/ubi9/openjdk-21-runtime", "java 21", "rhel 9"),
        ("registry.redhat.io/ubi8/nodejs-22", "node 22", "rhel 8"),
    ],
)
def test_a_platforms_base_is_known(recognise: Recognise, image: str, runtime: str, system: str) -> None:
    base = recognise(image).base

    assert (f"{base.runtime.name} {base.runtime.version}" if base.runtime else "") == runtime
    assert base.os is not None
    assert f"{base.os.id} {base.os.version}" == system
    assert base.compressed_bytes is None


def test_a_lambda_base_says_what_it_is_for_and_how_long(recognise: Recognise) -> None:
    base = recognise("public.ecr.aws/lambda/python:3.13").base

    assert base.entrypoint == ("/lambda-entrypoint.sh",)
    assert base.working_directory == "/var/task"
    assert base.horizon.publisher_end == dt.date(2029, 6, 30)
    assert base.horizon.security_end == dt.date(2029, 6, 30)
    assert "publisher" in base.provenance
    assert any("Lambda" in note for note in base.notes)


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("public.ecr.aws/lambda/python:3.13.2025.01.02.14", "3.13"),
        ("public.ecr.aws/lambda/java:21.2025.01.02.14", "21"),
        ("registry.access.redhat.com/ubi9/python-312:1-72.1724040033", "3.12"),
        ("registry.access.redhat.com/ubi9/python-312:9.5", "3.12"),
        ("registry.access.redhat.com/ubi9/openjdk-21-runtime:1.23-6.1758133907", "21"),
    ],
)
def test_a_build_of_a_line_is_of_that_line(recognise: Recognise, image: str, version: str) -> None:
    found = recognise(image)

    assert found.match is Match.VERSION
    assert found.base.runtime is not None
    assert found.base.runtime.version == version


@pytest.mark.parametrize(
    ("image", "family", "kind"),
    [
        ("nginxinc/nginx-unprivileged:alpine", "alpine", Kind.MINIMAL),
        ("nginxinc/nginx-unprivileged:1.27-alpine-slim", "alpine", Kind.MINIMAL),
        ("nginxinc/nginx-unprivileged:1.27.3-bookworm", "debian", Kind.FULL),
        ("nginxinc/nginx-unprivileged:1.25", "debian", Kind.FULL),
        ("ghcr.io/nginxinc/nginx-unprivileged:stable", "debian", Kind.FULL),
    ],
)
def test_nginx_without_root_listens_on_8080(recognise: Recognise, image: str, family: str, kind: Kind) -> None:
    base = recognise(image).base

    assert base.family == family
    assert base.kind is kind
    assert (base.uid, base.user) == (101, "101")
    assert base.ports == ("8080/tcp",)
    assert base.stop_signal == "SIGQUIT"
    assert base.is_root is False


@pytest.mark.parametrize("name", ["ubi8-micro", "ubi9-micro", "ubi9-minimal", "ubi9-init", "ubi10-minimal"])
def test_the_short_spellings_of_ubi_are_the_same(recognise: Recognise, name: str) -> None:
    release, _, kind = name.partition("-")

    assert (
        str(recognise(f"registry.access.redhat.com/{name}").base.reference)
        == f"registry.access.redhat.com/{release}/ubi-{kind}:latest"
    )


def test_images_for_one_platform_are_never_proposed(catalog: Catalog) -> None:
    proposed = {
        f"{one.reference.registry}/{one.reference.repository}"
        for name in ("python", "node", "java", "ruby", "dotnet", "nginx", "lambda")
        for one in catalog.of_runtime(name)
        if name != "lambda"
    } | {f"{one.reference.registry}/{one.reference.repository}" for one in catalog.systems()}

    assert not [one for one in proposed if one.startswith(("public.ecr.aws/lambda/", "marketplace.gcr.io/"))]
    assert "docker.io/ubuntu/jre" in proposed


def test_azure_linux_has_a_support_date_of_its_own_source(catalog: Catalog, recognise: Recognise) -> None:
    base = recognise("mcr.microsoft.com/azurelinux/base/core:3.0").base

    assert base.horizon.security_end == dt.date(2027, 8, 31)
    assert "azure-linux" in base.provenance["horizon"].source
    end = catalog.end_of_life("azure-linux", "3.0")
    assert end is not None
    assert end.provenance == base.provenance["horizon"]


def test_the_slim_alpine_nginx_tells_what_it_lacks(recognise: Recognise) -> None:
    slim, plain = recognise("nginx:alpine-slim").base, recognise("nginx:alpine").base
    debian, old = recognise("nginx:1.30").base, recognise("nginx:1.25-alpine-slim").base

    assert any("lacks curl" in note and "njs" in note for note in slim.notes)
    assert slim.provenance["notes"].source.startswith("nginx/docker-nginx")
    assert any("lacks curl" in note for note in old.notes)
    assert not any("lacks curl" in note for note in (*plain.notes, *debian.notes))


def test_the_facts_of_a_platform_are_listed_by_its_vendor(catalog: Catalog) -> None:
    listed = catalog.list_images(vendor="Amazon", role=Role.RUNTIME)

    assert ImageReference.parse("public.ecr.aws/lambda/python:3.13") in {one.reference for one in listed}


@pytest.mark.parametrize(
    ("tag", "plain", "architecture"),
    [
        ("10.0.11-noble-amd64", "10.0-noble", "amd64"),
        ("8.0.30-bookworm-slim-arm64v8", "8.0-bookworm-slim", "arm64"),
        ("9.0.19-alpine3.24-extra-arm32v7", "9.0-alpine3.24-extra", "arm/v7"),
    ],
)
def test_a_tag_of_one_architecture_has_the_facts_of_the_index(catalog, tag, plain, architecture):
    single = catalog.recognise(ImageReference.parse(f"mcr.microsoft.com/dotnet/runtime:{tag}"))
    whole = catalog.recognise(ImageReference.parse(f"mcr.microsoft.com/dotnet/runtime:{plain}"))

    assert single.match is Match.VERSION
    assert single.base.architectures == (architecture,)
    assert (single.base.os, single.base.kind, single.base.libc) == (whole.base.os, whole.base.kind, whole.base.libc)
