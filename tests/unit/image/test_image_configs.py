import datetime as dt
import json
from typing import Any

import images
import pytest

from basewright.errors import InvalidImageError, UnsupportedError
from basewright.image.config import NO_PLATFORM, ParsedConfig, build_steps, parse_config
from basewright.image.limits import Limits
from basewright.image.times import parse_time
from basewright.model.platform import Platform

DIGEST = "sha256:" + "b" * 64


def parsed(layers: int = 0, **fields: Any) -> ParsedConfig:
    document = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": [DIGEST] * layers}}
    return parse_config(json.dumps({**document, **fields}).encode(), "image", layers=layers)


def reasons(found: ParsedConfig) -> list[str]:
    return [unknown.reason for unknown in found.unknowns]


def test_every_field_of_a_configuration_is_read() -> None:
    found = parsed(
        1,
        variant="v2",
        author="A",
        created="2024-02-29T23:59:59.123456789+02:00",
        config={
            "User": "1000:1000",
            "Env": ["PATH=/bin", "EMPTY=", "BARE", "TWO=a=b"],
            "Entrypoint": ["/e"],
            "Cmd": [],
            "WorkingDir": "/w",
            "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Volumes": {"/v": {}},
            "Labels": {"b": "2", "a": "1"},
            "StopSignal": "SIGQUIT",
            "Shell": ["/bin/bash", "-c"],
            "OnBuild": ["RUN true"],
            "Healthcheck": {"Test": ["CMD", "a"], "Interval": 1_500_000_000, "Timeout": 0, "Retries": 3},
        },
    )
    config = found.config
    assert not found.unknowns
    assert config.platform == Platform("linux", "amd64", "v2")
    assert config.created == dt.datetime(2024, 2, 29, 21, 59, 59, 123456, dt.UTC)
    assert config.environment == (("PATH", "/bin"), ("EMPTY", ""), ("BARE", ""), ("TWO", "a=b"))
    assert (config.entrypoint, config.command, config.shell) == (("/e",), (), ("/bin/bash", "-c"))
    assert config.exposed_ports == ("53/udp", "80/tcp")
    assert list(config.labels.items()) == [("a", "1"), ("b", "2")]
    assert config.healthcheck is not None
    assert (config.healthcheck.interval, config.healthcheck.timeout, config.healthcheck.retries) == (1.5, None, 3)
    assert (config.user, config.stop_signal, config.on_build) == ("1000:1000", "SIGQUIT", ("RUN true",))


def test_null_is_absent() -> None:
    found = parsed(config={"Env": None, "Cmd": None, "Healthcheck": None, "Labels": None}, history=None)
    assert not found.unknowns
    assert found.config.command is None
    assert parsed(config=None).config.user == ""


def test_a_command_that_is_a_lone_text_is_one_word() -> None:
    assert parsed(config={"Cmd": "sh -c x"}).config.command == ("sh -c x",)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"config": {"Env": "A=b"}}, "config: 'Env' is not a list of texts"),
        ({"config": {"Labels": {"a": None}}}, "config: 'Labels' is not an object of texts"),
        ({"config": {"Healthcheck": {"Interval": "1s"}}}, "Healthcheck: 'Interval' is not a whole number"),
        ({"config": []}, "'config' is not an object"),
        ({"config": {"env": ["A=b"]}}, "readers differ on the field 'env'"),
        ({"created": "yesterday"}, "'created' is no time"),
        ({"os": "", "architecture": ""}, "names no platform"),
        ({"os": "a b", "architecture": "c"}, "not a platform"),
        ({"history": [{"created_by": 1}]}, "history: 'created_by' is not a text"),
        ({"rootfs": {"type": "tarball", "diff_ids": []}}, "rootfs is of the type 'tarball'"),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_an_unknown_and_absent(fields: dict[str, Any], reason: str) -> None:
    found = parsed(**fields)
    assert any(reason in one for one in reasons(found)), reasons(found)
    assert len(found.unknowns) == 1


def test_a_platform_that_is_not_told_is_not_guessed() -> None:
    assert parsed(os="", architecture="").config.platform == NO_PLATFORM


@pytest.mark.parametrize("rootfs", [{"type": "layers", "diff_ids": [DIGEST]}, {"type": "layers"}, {}, None])
def test_diff_ids_that_are_not_as_many_as_layers_belong_to_none(rootfs: Any) -> None:
    found = parse_config(
        json.dumps({"os": "linux", "architecture": "amd64", "rootfs": rootfs}).encode(), "image", layers=2
    )
    assert found.config.diff_ids == ()
    assert any("diff IDs for 2 layers" in one for one in reasons(found))


def test_a_diff_id_that_is_none_leaves_all_unchecked() -> None:
    found = parse_config(
        json.dumps({"os": "l", "architecture": "a", "rootfs": {"type": "layers", "diff_ids": ["x"]}}).encode(),
        "image",
        layers=1,
    )
    assert found.config.diff_ids == ()
    assert any("not a digest" in one for one in reasons(found))


def test_complaints_are_bounded() -> None:
    found = parsed(history=[{"created_by": 1, "comment": [], f"Created_By{number}": 1} for number in range(9)])
    assert len(found.unknowns) <= 100
    many = {f"Created_B{'y' if number % 2 else 'Y'}".swapcase() if number else "a": 1 for number in range(3)}
    assert parsed(history=[many] * 500).unknowns


def test_what_is_no_configuration_or_too_large_is_refused() -> None:
    with pytest.raises(InvalidImageError):
        parse_config(b"[]", "image", layers=0)
    with pytest.raises(UnsupportedError):
        parse_config(b"{" + b" " * 100 + b"}", "image", layers=0, limits=Limits(config=50))


@pytest.mark.parametrize(
    ("step", "secret"),
    [
        ("RUN |2 NPM_TOKEN=npm_abcdefghijkl1234567 B=1 /bin/sh -c npm ci", "npm_abcdefghijkl1234567"),
        ("ENV DB_PASSWORD=hunter22", "hunter22"),
        ("/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter22", "hunter22"),
        ("ARG API_KEY=s3cr3tvalue", "s3cr3tvalue"),
        ("RUN /bin/sh -c git clone https://bob:s3cr3t@host/x.git # buildkit", "s3cr3t"),
        ('RUN /bin/sh -c curl -H "Authorization: Bearer abcdef123456" https://x # buildkit', "abcdef123456"),
        ('CMD ["mysqld" "--password=abcdefg"]', "abcdefg"),
        ("RUN |1 GITHUB_PAT=ghp_0123456789abcdef0123 /bin/sh -c true", "ghp_0123456789abcdef0123"),
    ],
)
def test_credentials_in_build_steps_are_hidden(step: str, secret: str) -> None:
    found = parsed(1, history=[{"created_by": step, "comment": step}], config={"Env": [f"A={secret}"]})
    entry = found.config.history[0]
    assert secret not in entry.created_by
    assert secret not in entry.comment
    assert entry.created_by.split(maxsplit=1)[0] == step.split(maxsplit=1)[0]
    assert found.config.environment == (("A", secret),), "the model keeps values; reports redact them"


def test_very_long_steps_are_cut_and_told() -> None:
    found = parsed(1, history=[{"created_by": "x" * 70_000}])
    assert len(found.config.history[0].created_by) == 64 * 1024
    assert reasons(found) == ["the history's texts are longer than is read"]
    many = parsed(history=[{"created_by": "${password:-" * 5000, "empty_layer": True}] * 100).config.history
    assert (len(many[0].created_by), many[-1].created_by) == (60_000, "")


def test_build_steps_belong_to_layers_where_they_are_as_many() -> None:
    history = [images.step("ADD a"), images.step("ENV A=1", empty=True), images.step("RUN b")]
    config = parsed(2, history=history).config
    assert build_steps(config, 2) == ("ADD a", "RUN b")
    assert build_steps(config, 1) == (None,)
    assert build_steps(config, 3) == (None, None, None)
    assert build_steps(parsed().config, 0) == ()
    assert build_steps(parsed(1, history=[{"created": "2024-01-01T00:00:00Z"}]).config, 1) == (None,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02T03:04:05Z", (2024, 1, 2, 3, 4, 5, 0)),
        ("2024-01-02t03:04:05.5z", (2024, 1, 2, 3, 4, 5, 500000)),
        ("2024-01-02T03:04:05.123456789-01:30", (2024, 1, 2, 4, 34, 5, 123456)),
        ("1970-01-01T00:00:00Z", (1970, 1, 1, 0, 0, 0, 0)),
        ("0001-01-01T00:00:00Z", None),
        ("0000-01-01T00:00:00Z", None),
        ("10000-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("2024-02-30T00:00:00Z", None),
        ("2024-01-02T03:04:60Z", None),
        ("2024-01-02T03:04:05+25:00", None),
        ("2024-01-02T03:04:05", None),
        ("٢٠٢٤-01-02T03:04:05Z", None),
        ("", None),
    ],
)
def test_times_are_read_as_images_write_them(text: str, expected: tuple[int, ...] | None) -> None:
    time = parse_time(text)
    assert (time and (*time.timetuple()[:6], time.microsecond)) == expected
    assert time is None or time.tzinfo is dt.UTC
