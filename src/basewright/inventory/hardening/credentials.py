"""Credentials that the configuration spells out: environment, labels, commands, build steps. No value is ever told."""

import re
from collections.abc import Iterator
from typing import Final

from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import Site
from basewright.model.candidate import Severity
from basewright.model.redaction import HIDDEN, is_secret_name, redact, redact_words, switches

_ROTATE: Final = "whoever had the image has the value: replace it where it counts"
_NAME: Final = 80
_SWITCH: Final = re.compile(
    r"(?i)(?:^|[-_])(?:no|not|disabled?|without|skip|delete|lock|empty|require|allow|expire)[-_]"
)
"""Options that speak of a password and take none: ``--disabled-password``."""
_ABOUT: Final = frozenset({
    "age", "algorithm", "cost", "enabled", "encryption", "field", "format", "hash", "hasher", "hashers", "hashing",
    "header", "lifetime", "max", "min", "prefix", "required", "rounds", "timeout", "validators",
})  # fmt: skip
"""Last words of settings that say how credentials are handled."""
_WORD: Final = re.compile(r"[\w.-]*")
_NEAR: Final = 120
"""Characters before a hidden value in which its name stands."""
_OCCURRENCES: Final = 1_000


def _environment(site: Site) -> Iterator[Observation]:
    pairs = site.config.environment if site.config is not None else ()
    names = sorted({name[:_NAME] for name, value in pairs if _is_credential(name, value)})
    if names:
        yield Observation(
            Severity.ERROR,
            f"ENV holds credentials: {named(names)}; everybody with the image can read them, and {_ROTATE}",
            f"Remove `ENV {names[0]}`, and give it at the start: by `--env-file`, or as a mounted secret.",
            count=len(names),
        )


def _is_credential(name: str, value: str) -> bool:
    return bool(value) and ((_names_secret(name) and not switches(value)) or bool(_hidden_names(redact(value), value)))


def _labels(site: Site) -> Iterator[Observation]:
    labels = site.config.labels if site.config is not None else {}
    names = sorted(redact(name)[:_NAME] for name, value in labels.items() if _is_credential(name, value))
    if names:
        yield Observation(
            Severity.ERROR,
            f"LABEL holds credentials: {named(names)}; registries show labels to everybody, and {_ROTATE}",
            f"Remove `LABEL {names[0]}`.",
            count=len(names),
        )


def _commands(site: Site) -> Iterator[Observation]:
    config = site.config
    if config is None:
        return
    commands = (
        ("ENTRYPOINT", config.entrypoint or ()),
        ("CMD", config.command or ()),
        ("HEALTHCHECK", config.healthcheck.test[1:] if config.healthcheck is not None else ()),
        ("ONBUILD", config.on_build),
    )
    found = [name for name, words in commands if _hidden_names(" ".join(redact_words(words)), " ".join(words))]
    if found:
        yield Observation(
            Severity.ERROR,
            f"{named(found)} spells out a credential; every list of processes shows it, and {_ROTATE}",
            "Let the program read it from a file or from the environment that it is started with.",
            count=len(found),
        )


def _history(site: Site) -> Iterator[Observation]:
    steps = [(step, names) for step in site.steps if step.is_redacted and (names := _hidden_names(step.written))]
    if steps:
        told = named([f"step {step.number} ({named(names, 3)})" for step, names in steps])
        yield Observation(
            Severity.ERROR,
            f"the history spells out credentials: {told}; `docker history` shows them, and {_ROTATE}",
            "Hand secrets to single steps: `RUN --mount=type=secret,id=token …`; never through ARG or ENV.",
            count=len(steps),
            layer=steps[0][0].layer,
        )


def _names_secret(name: str) -> bool:
    """Whether a name is that of a credential, and not of how credentials are handled."""
    last = re.split(r"[-_.]", name)[-1].lower()
    return is_secret_name(name) and last not in _ABOUT and not _SWITCH.search(name)


def _hidden_names(text: str, original: str = "") -> list[str]:
    """Return what stands before each value that was hidden in `text`, where that makes a credential of it.

    Nothing is told where `text` is `original`: nothing was hidden then.
    """
    found: set[str] = set()
    if text == original:
        return []
    has_header = "authorization" in text.lower()
    at = text.find(HIDDEN)
    for _ in range(_OCCURRENCES):
        if at < 0:
            break
        before = text[max(0, at - _NEAR) : at]
        bare = before.rstrip(" \t\n:=,\"'")
        reversed_name = _WORD.match(bare[::-1])
        name = reversed_name[0][::-1].lstrip("-") if reversed_name else ""
        if before.endswith("://"):
            found.add("an address")
        elif is_secret_name(name):
            found.update({name[:_NAME]} if _names_secret(name) else ())
        elif name.lower() in {"bearer", "basic", "token"}:
            found.update({"a header"} if has_header else ())
        else:
            found.add("a value in the form of a token")
        at = text.find(HIDDEN, at + len(HIDDEN))
    return sorted(found)


RULES: Final = (
    Rule("credential-in-environment", _environment, ("4.10",)),
    Rule("credential-in-label", _labels, ("4.10",)),
    Rule("credential-in-command", _commands, ("4.10",)),
    Rule("credential-in-history", _history, ("4.10",)),
)
