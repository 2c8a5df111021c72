"""Nobody is led to a base that gives something up and brings nothing; other vendors' builds stand behind."""

from dataclasses import replace

import pytest
from advising import (
    ALPINE_BASE,
    DEBIAN_SLIM,
    DHI,
    NODE,
    NODE_DISTROLESS,
    NODE_SLIM,
    OFFICIAL,
    SCRATCH,
    STATIC,
    advice,
    image,
    need,
    packages,
    references,
    refusal,
    shellless,
    situation,
)
from needing import workload

from basewright.model.base import BaseImage, Horizon, Kind
from basewright.model.candidate import TradeOffKind
from basewright.model.need import NeedKind
from basewright.recommend.gap import gap
from basewright.recommend.substitution import build_of, substitutes

BASE = shellless("gcr.io/distroless/base-debian13:nonroot", package_list=packages("libc6"))
CC = shellless("gcr.io/distroless/cc-debian13:nonroot", package_list=packages("libc6", "libgcc-s1:amd64", "libstdc++6"))
BINARY = need(NeedKind.DYNAMIC_BINARY, "/app", what="Rust builds for its host: the libc is linked")
RUST = replace(BINARY, links=("libgcc_s",))
COPIED = 'COPY --from=build /app /app\nENTRYPOINT ["/app"]\n'


def test_a_rust_binary_needs_the_compiler_s_runtime() -> None:
    found = advice(workload(f"FROM debian:trixie-slim\n{COPIED}"), RUST, images=(DEBIAN_SLIM, BASE, CC))

    assert references(found) == ["gcr.io/distroless/cc-debian13:nonroot"]
    refused = refusal(found, "gcr.io/distroless/base-debian13:nonroot")
    assert refused.cause.startswith("/app loads libgcc_s, and it is not there")
    assert refused.plan.startswith("take an image with the compilers' runtimes")


def test_a_go_binary_with_cgo_does_with_the_c_library() -> None:
    found = advice(workload(f"FROM debian:trixie-slim\n{COPIED}"), BINARY, images=(DEBIAN_SLIM, BASE, CC))

    assert set(references(found)) == {str(BASE.reference), str(CC.reference)}


def test_what_a_base_with_packages_lacks_can_be_installed() -> None:
    bare = replace(DEBIAN_SLIM, package_list=packages("libc6"))

    found = advice(workload(f"FROM own/base\n{COPIED}"), RUST, images=(bare,))

    assert any("loads libgcc_s: install it in the final stage" in one for one in found.candidates[0].warnings)


def test_a_base_that_does_not_carry_the_binary_is_left_for_one_that_does() -> None:
    text = f"FROM gcr.io/distroless/base-debian13:nonroot\n{COPIED}"

    found = advice(workload(text), RUST, images=(BASE, CC, DEBIAN_SLIM))

    assert references(found)[0] == str(CC.reference)


def test_the_root_variant_of_the_same_image_is_no_step_forward() -> None:
    root = replace(STATIC, reference=replace(STATIC.reference, tag="latest"), user="", uid=0)
    static = need(NeedKind.STATIC_BINARY, "/app")

    found = advice(workload(f"FROM {STATIC.reference}\n{COPIED}"), static, images=(STATIC, root, ALPINE_BASE, SCRATCH))

    assert references(found) == ["scratch"]
    assert "starts as root where today's base does not" in refusal(found, str(root.reference)).cause
    assert refusal(found, "alpine:3.24").cause.startswith("it fits, but")


def test_the_root_variant_is_refused_where_the_project_sets_its_user_too() -> None:
    root = replace(STATIC, reference=replace(STATIC.reference, tag="latest"), user="", uid=0)
    text = f"FROM {STATIC.reference}\n{COPIED}USER 65532\n"

    found = advice(workload(text), need(NeedKind.STATIC_BINARY, "/app"), images=(STATIC, root))

    assert "is the same image for root" in refusal(found, str(root.reference)).cause


def test_hardening_is_not_given_up_for_nothing() -> None:
    text = 'FROM gcr.io/distroless/nodejs24-debian13:nonroot\nCMD ["s.js"]\n'
    node = need(NeedKind.INTERPRETER, "node", version="24.19.0")

    found = advice(workload(text), node, images=(NODE_DISTROLESS, NODE_SLIM))

    assert not found.candidates
    assert "brings nothing for it" in refusal(found, "node:24-trixie-slim").cause


def test_a_base_that_is_to_be_left_soon_may_be_left_for_a_plainer_one() -> None:
    old = replace(NODE_DISTROLESS, horizon=Horizon(security_end=NODE.horizon.security_end.replace(2026)))  # type: ignore[union-attr] # the fixture has a date
    text = 'FROM gcr.io/distroless/nodejs24-debian13:nonroot\nCMD ["s.js"]\n'

    found = advice(workload(text), need(NeedKind.INTERPRETER, "node", version="24.19.0"), images=(old, NODE_SLIM))

    assert references(found) == ["node:24-trixie-slim"]


def test_nothing_is_smaller_than_scratch() -> None:
    static = need(NeedKind.STATIC_BINARY, "/app")
    app = workload(f"FROM scratch\n{COPIED}")

    found = advice(app, static)

    assert found.current is not None
    assert found.current.base.kind is Kind.SCRATCH
    assert not found.candidates
    assert not found.refusals
    assert gap(situation(app, static))[0].now == "already on scratch: nothing is smaller"
    assert {one.rule for one in found.findings} == {"health-check-missing", "runs-as-root"}


TEMURIN = image("eclipse-temurin:21-jre", "java 21.0.9", variant="jre")
TEMURIN_SLIM = image("eclipse-temurin:21-jre-slim", "java 21.0.9", variant="jre", kind=Kind.SLIM)
CORRETTO = image("amazoncorretto:21-jre", "java 21.0.9", variant="jre", kind=Kind.MINIMAL)
SEMERU = image("ibm-semeru-runtimes:21-jre", "java 21.0.9", variant="jre", kind=Kind.SLIM, family="ubi")
HARDENED = shellless("dhi.io/eclipse-temurin:21-debian13", "java 21.0.9", vendor=DHI, kind=Kind.SLIM)
JAVA = need(NeedKind.INTERPRETER, "java", version="21.0.9")
JAR = 'FROM eclipse-temurin:21-jre\nCOPY a.jar /\nCMD ["java", "-jar", "/a.jar"]\n'


def test_another_vendor_s_build_stands_behind_the_product_in_use() -> None:
    found = advice(workload(JAR), JAVA, images=(TEMURIN, TEMURIN_SLIM, CORRETTO, SEMERU))

    assert references(found) == ["eclipse-temurin:21-jre-slim", "amazoncorretto:21-jre"]
    other = found.candidates[1]
    assert "changes the vendor to Amazon Corretto" in other.rank_reason
    assert any(one.kind is TradeOffKind.LOCK_IN and "another vendor" in one.what for one in other.trade_offs)
    assert not any("another vendor" in one.what for one in found.candidates[0].trade_offs)
    assert "amazoncorretto:21-jre stands for them" in refusal(found, "ibm-semeru-runtimes:21-jre").cause


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        (TEMURIN, CORRETTO, True),
        (TEMURIN, HARDENED, False),
        (CORRETTO, TEMURIN, True),
        (None, TEMURIN, False),
        (None, SEMERU, True),
        (image("openjdk:21", "java 21"), TEMURIN, False),
        (NODE, NODE_SLIM, False),
        (TEMURIN, shellless("gcr.io/distroless/java21-debian13:nonroot", "java 21.0.9"), False),
    ],
)
def test_builds_of_one_runtime_are_told_apart(old: BaseImage | None, new: BaseImage, answer: bool) -> None:
    assert substitutes(old, new) is answer


def test_only_java_is_built_by_many() -> None:
    assert build_of(NODE) is None
    assert build_of(replace(CORRETTO, vendor=OFFICIAL)) == "Amazon Corretto"
