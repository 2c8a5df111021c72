"""Image configurations: OCI image-spec config.md, and the fields that Docker adds (Docker image spec 1.3).

A field that is not what it should be becomes an `Unknown` and counts as absent: the layers can be read all the same.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from basewright.errors import InvalidDigestError, InvalidImageError
from basewright.image.documents import Fields, decode
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.image.manifest import platform_of
from basewright.image.times import parse_time
from basewright.model.digest import Digest
from basewright.model.image import HistoryEntry, ImageConfig, ImageHealthcheck
from basewright.model.platform import Platform
from basewright.model.redaction import redact
from basewright.model.unknown import Unknown

PLACE: Final = "image configuration"
"""The path of unknowns about it."""
NO_PLATFORM: Final = Platform("unknown", "unknown")
_NANOSECONDS: Final = 1_000_000_000
_TOP = frozenset(
    {"architecture", "os", "os.version", "os.features", "variant", "created", "author", "config", "rootfs", "history"}
)
_CONFIG = frozenset(
    {"User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal", "Healthcheck"}
    | {"Shell", "OnBuild", "ArgsEscaped", "StopTimeout"}
)
_HEALTHCHECK = frozenset({"Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries"})
_ROOTFS = frozenset({"type", "diff_ids"})
_HISTORY = frozenset({"created", "created_by", "author", "comment", "empty_layer"})
_UNCHECKED: Final = "no layer's content could be checked against one"
_ZERO_TIME: Final = "0001-01-01T00:00:00"
_STEP: Final = 64 * 1024
_HISTORY_TEXT: Final = 1024 * 1024
"""Letters of one build step, and of all, that are read: each is searched for credentials."""
_COMPLAINTS: Final = 100
"""Complaints that are told of one configuration."""


@dataclass(frozen=True, slots=True)
class ParsedConfig:
    """A configuration, and what could not be made out of it."""

    config: ImageConfig
    unknowns: tuple[Unknown, ...] = ()


def parse_config(data: bytes, where: str, *, layers: int, limits: Limits = DEFAULT_LIMITS) -> ParsedConfig:
    """Return the configuration that `data` holds; its digest has been verified by the caller.

    `layers` is how many the manifest names: where the diff IDs are not as many, none can be told to belong to a layer,
    so `diff_ids` is empty. Raises InvalidImageError where `data` is no JSON object, UnsupportedError over a limit.
    """
    return read_config(decode(data, where, limit=limits.config, depth=limits.json_depth), layers=layers)


def read_config(document: Mapping[str, Any], *, layers: int) -> ParsedConfig:
    """Return the configuration in a decoded document; see `parse_config`."""
    noted: list[str] = []
    top = Fields(document, PLACE, _TOP, noted)
    config = Fields(top.mapping("config"), f"{PLACE}: config", _CONFIG, noted)
    parsed = ImageConfig(
        _platform(top, noted),
        _diff_ids(top, noted, layers),
        _time(top, noted),
        top.text("author"),
        config.text("User"),
        tuple((name, value) for name, _, value in (text.partition("=") for text in config.texts("Env"))),
        _command(config, "Entrypoint"),
        _command(config, "Cmd"),
        config.text("WorkingDir"),
        tuple(sorted(config.mapping("ExposedPorts"))),
        tuple(sorted(config.mapping("Volumes"))),
        config.text_mapping("Labels"),
        config.text("StopSignal") or None,
        _healthcheck(config, noted),
        _command(config, "Shell"),
        config.texts("OnBuild"),
        _history(top, noted),
        top.text("os.version") or None,
    )
    reasons = sorted({one.removeprefix(f"{PLACE}: ") for one in noted})
    return ParsedConfig(parsed, tuple(Unknown(PLACE, reason) for reason in reasons[:_COMPLAINTS]))


def build_steps(config: ImageConfig, layers: int) -> tuple[str | None, ...]:
    """Return the build step of each of `layers`, lowest first, redacted.

    None where the history does not tell: a step makes one layer unless it says otherwise, so a history with more or
    fewer such steps than layers belongs to none of them.
    """
    steps = [entry.created_by or None for entry in config.history if not entry.is_empty_layer]
    return tuple(steps) if len(steps) == layers else (None,) * layers


def _platform(top: Fields, noted: list[str]) -> Platform:
    try:
        platform = platform_of(top.document, PLACE)
    except InvalidImageError as error:
        noted.append(str(error))
        return NO_PLATFORM
    if platform is None:
        noted.append("names no platform")
    return platform or NO_PLATFORM


def _time(top: Fields, noted: list[str]) -> dt.datetime | None:
    text = top.text("created")
    time = parse_time(text)
    if text and time is None and not text.startswith(_ZERO_TIME):
        noted.append(f"'created' is no time: {text[:60]!r}")
    return time


def _command(config: Fields, name: str) -> tuple[str, ...] | None:
    """Return a command, None where there is none; a lone text is one word, as Docker reads what old versions wrote."""
    if not config.has(name):
        return None
    return (config.text(name),) if isinstance(config.document[name], str) else config.texts(name)


def _diff_ids(top: Fields, noted: list[str], layers: int) -> tuple[Digest, ...]:
    rootfs = Fields(top.mapping("rootfs"), f"{PLACE}: rootfs", _ROOTFS, noted)
    texts = rootfs.texts("diff_ids")
    kind = rootfs.text("type")
    if kind != "layers" and (kind or layers):
        noted.append(f"rootfs is of the type {kind[:40]!r}, not 'layers'")
    if len(texts) != layers:
        noted.append(f"{len(texts)} diff IDs for {layers} layers: {_UNCHECKED}")
        return ()
    try:
        return tuple(Digest.parse(text) for text in texts)
    except InvalidDigestError as error:
        noted.append(f"a diff ID is {error}: {_UNCHECKED}")
        return ()


def _healthcheck(config: Fields, noted: list[str]) -> ImageHealthcheck | None:
    fields = Fields(config.mapping("Healthcheck"), f"{PLACE}: config.Healthcheck", _HEALTHCHECK, noted)
    if not fields.document:
        return None
    return ImageHealthcheck(
        fields.texts("Test"),
        _seconds(fields, "Interval"),
        _seconds(fields, "Timeout"),
        _seconds(fields, "StartPeriod"),
        fields.number("Retries") or None,
    )


def _seconds(fields: Fields, name: str) -> float | None:
    """Return a duration, written in nanoseconds; zero inherits."""
    value = fields.number(name)
    return value / _NANOSECONDS if value else None


def _history(top: Fields, noted: list[str]) -> tuple[HistoryEntry, ...]:
    entries = []
    left = _HISTORY_TEXT
    for document in top.objects("history"):
        fields = Fields(document, f"{PLACE}: history", _HISTORY, noted)
        whole = fields.text("created_by"), fields.text("comment")
        step, comment = (text[: min(left, _STEP)] for text in whole)
        if (step, comment) != whole:
            noted.append("the history's texts are longer than is read")
        left = max(0, left - len(step) - len(comment))
        shown = redact(step)
        created, is_empty = parse_time(fields.text("created")), document.get("empty_layer") is True
        entries.append(HistoryEntry(shown, created, redact(comment), is_empty, shown != step))
    return tuple(entries)
