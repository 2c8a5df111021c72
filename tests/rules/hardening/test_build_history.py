"""What the build did, as its history tells: positives and negatives, in the words of each builder."""

import pytest
from hardened_images import config, facts, inspected

from basewright.inventory.hardening import build_steps
from basewright.inventory.hardening.build_steps import steps_of

POSITIVES = {
    "add-from-address": [
        "ADD https://example.org/tool /usr/bin/tool # buildkit",
        "/bin/sh -c #(nop) ADD https://example.org/tool /usr/bin/tool",
        'ADD ["https://example.org/tool", "/x"]',
        "ADD git@example.org:a/b.git /src # buildkit",
    ],
    "add-instead-of-copy": ["ADD app.jar /app/ # buildkit", "/bin/sh -c #(nop) ADD file:0123 in /etc/app.conf "],
    "update-alone": [
        "RUN /bin/sh -c apt-get update # buildkit",
        "/bin/sh -c apt-get -qq update",
        "RUN |1 A=b /bin/sh -c apk update # buildkit",
        "RUN /bin/bash -o pipefail -c apt update && apt-get clean # buildkit",
    ],
    "upgrade-while-building": [
        "RUN /bin/sh -c apt-get update && apt-get -y dist-upgrade # buildkit",
        "/bin/sh -c apk upgrade --no-cache",
        "RUN /bin/sh -c dnf -y update # buildkit",
    ],
    "unchecked-install": [
        "RUN /bin/sh -c apt-get install -y --allow-unauthenticated x # buildkit",
        "/bin/sh -c apt-get -o APT::Get::AllowUnauthenticated=true install x",
        "/bin/sh -c apk add --allow-untrusted /x.apk",
        "/bin/sh -c curl -fsSLk https://example.org/x -o /x",
        "/bin/sh -c wget --no-check-certificate https://example.org/x",
        "RUN /bin/sh -c pip install --trusted-host=example.org x # buildkit",
        "RUN /bin/sh -c git -c http.sslVerify=false clone https://example.org/x # buildkit",
    ],
    "piped-script": [
        "RUN /bin/sh -c curl -fsSL https://example.org/install.sh | bash # buildkit",
        "/bin/sh -c wget -qO- https://example.org/install.py | tee /x | python3 -",
    ],
    "sudo-while-building": ["RUN /bin/sh -c sudo apt-get install x # buildkit", "/bin/sh -c true && sudo -E make"],
}  # fmt: skip
NEGATIVES = {
    "add-from-address": ["ADD --checksum=sha256:00 https://example.org/t /x", "COPY https://x /y", "ADD a.tgz /x"],
    "add-instead-of-copy": ["ADD rootfs.tar.xz / # buildkit", "/bin/sh -c #(nop) ADD file:01 in / ", "COPY a /b"],
    "update-alone": [
        "RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit",
        "/bin/sh -c apk update && apk add curl",
        "/bin/sh -c echo apt-get update",
        "COPY update /apt-get # buildkit",
    ],
    "upgrade-while-building": ["/bin/sh -c apt-get update && apt-get install x", "/bin/sh -c pip install -U pip"],
    "unchecked-install": ["/bin/sh -c curl -fsSL https://example.org/k -o /k", "/bin/sh -c apk add --no-cache x"],
    "piped-script": ["/bin/sh -c curl -fsSL https://example.org/x | tar xz", "/bin/sh -c curl x; cat y | sh"],
    "sudo-while-building": ["/bin/sh -c apt-get install -y sudo", "/bin/sh -c rm /usr/bin/sudo"],
}  # fmt: skip


def _cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(rule, step) for rule, steps in table.items() for step in steps]


@pytest.mark.parametrize(("rule", "step"), _cases(POSITIVES))
def test_a_step_is_told_with_its_number(rule: str, step: str) -> None:
    (fact,) = facts(rule, {}, config=config("/bin/sh -c #(nop) ADD file:01 in / ", step))

    assert "step 2" in fact.reason
    assert fact.remedy


@pytest.mark.parametrize(("rule", "step"), _cases(NEGATIVES))
def test_a_step_that_only_looks_alike_is_not_told(rule: str, step: str) -> None:
    assert facts(rule, {}, config=config(step)) == []


def test_steps_that_do_the_same_are_one_fact() -> None:
    (fact,) = facts("update-alone", {}, config=config("/bin/sh -c apt-get update", "/bin/sh -c apk update"))

    assert fact.count == 2
    assert "step 1: apt-get update, step 2: apk update" in fact.reason


def test_a_step_names_its_layer_where_history_and_layers_match() -> None:
    settings = config("ADD x.tar /", "/bin/sh -c apt-get update")

    assert facts("update-alone", {}, {}, config=settings)[0].layer == 1
    assert facts("update-alone", {}, config=settings)[0].layer is None


def test_a_step_in_unknown_words_is_no_instruction() -> None:
    steps = steps_of(config("apko", "", "#(nop)", "bazel build ...", "RUN", "x" * 10_000), 0)

    assert {one.instruction for one in steps} <= {"", "RUN"}


def test_a_history_beyond_the_bounds_is_told() -> None:
    long = config(*["/bin/sh -c " + "a" * 300_000] * 6)

    assert len(steps_of(long, 0)) == build_steps.TEXT // 300_000
    assert any("build steps, of which only the first" in one.reason for one in inspected({}, config=long).unknowns)
    many = config(*["x"] * (build_steps.STEPS + 1))
    assert len(steps_of(many, 0)) == build_steps.STEPS
