"""Build steps in a reader's words."""

import pytest

from basewright.report.inspection.steps import full, short

CASES = (
    ('/bin/sh -c #(nop)  CMD ["/bin/sh"]', 'CMD ["/bin/sh"]'),
    ("/bin/sh -c #(nop) ADD file:0123456789abcdef0123456789abcdef in / ", "ADD file:0123456 in /"),
    ("COPY dir:fedcba9876543210fedcba9876543210 in /app ", "COPY dir:fedcba9 in /app"),
    ("/bin/sh -c apk add --no-cache curl", "RUN apk add --no-cache curl"),
    ("RUN /bin/sh -c npm ci # buildkit", "RUN npm ci"),
    ("RUN |2 VERSION=3.1 NAME=a b /bin/sh -c make install # buildkit", "RUN make install"),
    ("|1 VERSION=3.1 /bin/sh -c make install", "RUN make install"),
    ("RUN /bin/bash -o pipefail -c make # buildkit", "RUN /bin/bash -o pipefail -c make"),
    ("RUN /bin/bash -ec make # buildkit", "RUN make"),
    ("RUN npm ci", "RUN npm ci"),
    ("COPY --from=build /out /srv # buildkit", "COPY --from=build /out /srv"),
    ("bazel build //:image", "bazel build //:image"),
    ("RUN /bin/sh -c a \\\n\t b", "RUN a \\ b"),
    ("", ""),
)


@pytest.mark.parametrize(("written", "read"), CASES)
def test_the_builders_wrapping_is_left_out(written: str, read: str) -> None:
    assert full(written) == read


def test_a_step_that_is_not_known_is_no_text() -> None:
    assert full(None) == short(None) == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("RUN set -eux; apt-get update; apt-get install -y --no-x curl git; rm /x", "RUN … apt-get install curl git …"),
        ("RUN apt -qq update && DEBIAN_FRONTEND=none apt -qq install -y gcc", "RUN … apt install gcc"),
        ("RUN mkdir -p /app && cd /app && npm ci --omit=dev", "RUN … npm ci --omit=dev"),
        ("RUN savedMarks=x; set -e; ./configure --prefix=/usr", "RUN … ./configure --prefix=/usr"),
        ("RUN apt-get update", "RUN apt-get update"),
        ("RUN mkdir /data", "RUN mkdir /data"),
    ],
)  # fmt: skip
def test_a_short_step_tells_what_it_did_first(written: str, read: str) -> None:
    assert short(written) == read


def test_a_short_step_is_short() -> None:
    told = short(f"RUN make {'x' * 500}", 40)
    assert len(told) == 40
    assert told.endswith("…")


def test_a_long_step_costs_no_time() -> None:
    assert len(full("RUN " + "set -x && " * 1_000_000)) < 5_000
    assert short("|1 " + "A=" * 3_000)


def test_credentials_of_a_step_are_hidden() -> None:
    assert "hunter2" not in full("RUN /bin/sh -c curl --password hunter2 https://u:hunter2@example.test # buildkit")
    assert "hunter2" not in short("|1 API_TOKEN=hunter2 /bin/sh -c deploy --token hunter2")


def test_control_characters_do_not_pass() -> None:
    assert "\x1b" not in short("RUN \x1b[31mred")
