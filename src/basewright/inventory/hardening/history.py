"""What the build did, as far as the history tells: fetched without a check, updated alone, trusted whatever came."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from basewright.inventory.hardening.build_steps import Step
from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import Site
from basewright.model.candidate import Severity
from basewright.model.shell import Command

_ADDRESSES: Final = ("http://", "https://", "ftp://", "git://", "git@", "ssh://")
_ARCHIVES: Final = (".tar", ".tgz", ".gz", ".xz", ".bz2", ".zst", ".tbz2", ".txz")
_UPDATES: Final = {
    "apt-get": {"update"}, "apt": {"update"}, "aptitude": {"update"}, "apk": {"update"},
    "yum": {"makecache", "check-update"}, "dnf": {"makecache", "check-update"}, "microdnf": {"makecache"},
    "zypper": {"refresh", "ref"}, "pacman": {"-Sy"},
}  # fmt: skip
_INSTALLS: Final = frozenset(
    {"install", "add", "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "in", "download", "source", "satisfy"}
)
_UPGRADES: Final = {
    "apt-get": {"upgrade", "dist-upgrade"}, "apt": {"upgrade", "full-upgrade"}, "apk": {"upgrade"},
    "yum": {"update", "upgrade"}, "dnf": {"update", "upgrade"}, "microdnf": {"update", "upgrade"},
    "zypper": {"update", "up", "dist-upgrade", "dup"},
}  # fmt: skip
_UNCHECKED: Final = {
    "apt-get": ("--allow-unauthenticated", "--force-yes", "AllowUnauthenticated", "AllowInsecureRepositories"),
    "apt": ("--allow-unauthenticated", "AllowUnauthenticated", "AllowInsecureRepositories"),
    "apk": ("--allow-untrusted",), "yum": ("--nogpgcheck", "--nogpg"), "dnf": ("--nogpgcheck", "--no-gpgchecks"),
    "microdnf": ("--nogpgcheck",), "zypper": ("--no-gpg-checks",), "rpm": ("--nosignature", "--nodigest"),
    "pip": ("--trusted-host",), "pip3": ("--trusted-host",), "curl": ("-k", "--insecure"),
    "wget": ("--no-check-certificate",), "git": ("http.sslVerify=false",), "npm": ("--strict-ssl=false",),
}  # fmt: skip
_FETCHES: Final = frozenset({"curl", "wget", "wget2", "fetch", "aria2c"})
_RUNS_TEXT: Final = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "python", "python3", "perl", "ruby", "node"})
_TURN: Final = re.compile(r"[;&|(){}]")
_STARTS: Final = frozenset({";", "then", "else", "do", "!"})
"""After which a shell expects a command."""
_GLUED: Final = frozenset({"-k"})
"""Short options that may stand in a group: ``-fsSLk``."""


def _told(step: Step) -> str:
    return f"step {step.number}"


def _over_steps(
    finds: Callable[[Step], Iterator[str]], severity: Severity, *, what: str, remedy: str
) -> Callable[[Site], Iterator[Observation]]:
    """Return a rule's `look` that tells in one fact all steps in which `finds` finds something."""

    def look(site: Site) -> Iterator[Observation]:
        rows = [(step, found) for step in site.steps if (found := list(finds(step)))]
        if rows:
            told = named([f"{_told(step)}: {named(found, 3)}" for step, found in rows])
            count = sum(len(found) for _, found in rows)
            yield Observation(severity, f"{what} ({told})", remedy, count=count, layer=rows[0][0].layer)

    return look


def _words(step: Step) -> list[str]:
    return [word for word in step.text.replace('"', " ").replace(",", " ").split()[:200] if word not in {"[", "]"}]


def _from_address(step: Step) -> Iterator[str]:
    if step.instruction == "ADD" and "--checksum=" not in step.text:
        for word in _words(step)[:-1]:
            if word.strip("[]").startswith(_ADDRESSES):
                yield word.strip("[]")[:120]


def _where_copy_would_do(step: Step) -> Iterator[str]:
    if step.instruction != "ADD":
        return
    words = [word.strip("[]") for word in _words(step) if not word.startswith("--")]
    if len(words) < 2 or words[-1] == "/":
        return  # a root file system, unpacked
    if not any(word.startswith(_ADDRESSES) or word.endswith(_ARCHIVES) for word in words[:-1]):
        yield f"into {words[-1][:80]}"


def _verbs(command: Command) -> list[str]:
    return [word.text for word in command.arguments]


def _does(command: Command, table: dict[str, set[str]]) -> str | None:
    """Return ``apt-get update`` where the command is one of `table`'s."""
    wanted = table.get(command.program)
    verb = next((word for word in _verbs(command) if wanted and word in wanted), None)
    return f"{command.program} {verb}" if verb else None


def _update_alone(step: Step) -> Iterator[str]:
    commands = step.commands
    updates = [done for one in commands if (done := _does(one, _UPDATES))]
    if updates and not any(one.program in _UPDATES and _INSTALLS & set(_verbs(one)) for one in commands):
        yield from updates


def _upgrades(step: Step) -> Iterator[str]:
    for command in step.commands:
        if done := _does(command, _UPGRADES):
            yield done


def _unchecked(step: Step) -> Iterator[str]:
    for command in step.commands:
        for flag in _UNCHECKED.get(command.program, ()):
            if any(_is_flag(word, flag) for word in _verbs(command)):
                yield f"{command.program} {flag}"


def _is_flag(word: str, flag: str) -> bool:
    if flag in _GLUED:
        return word[:1] == "-" and word[:2] != "--" and len(word) < 12 and flag[1] in word and word[1:].isalpha()
    if flag[0] == "-":
        return word == flag or word.startswith(f"{flag}=")
    return flag in word  # a setting: -o APT::Get::AllowUnauthenticated=true, -c http.sslVerify=false


def _piped(step: Step) -> Iterator[str]:
    commands: Sequence[Command] = step.commands
    fetch: Command | None = None
    for command in commands:
        if not command.in_pipeline:
            fetch = None
        elif command.program in _FETCHES:
            fetch = command
        elif fetch is not None and command.program in _RUNS_TEXT:
            yield f"{fetch.program} | {command.program}"
            fetch = None


def _sudo(step: Step) -> Iterator[str]:
    if step.instruction != "RUN" or "sudo" not in step.text:
        return
    before = ";"
    for word in _TURN.sub(" ; ", step.text).split():
        if word == "sudo" and before in _STARTS:
            yield "sudo"
            return
        before = word


RULES: Final = (
    Rule("add-from-address", _over_steps(
        _from_address, Severity.WARNING, what="ADD fetches from an address without a checksum",
        remedy="Name what you expect: `ADD --checksum=sha256:… URL /file`."), ("4.9", "4.11")),
    Rule("add-instead-of-copy", _over_steps(
        _where_copy_would_do, Severity.NOTE, what="ADD where COPY would do: ADD also fetches and unpacks",
        remedy="`COPY SOURCE DESTINATION`."), ("4.9",)),
    Rule("update-alone", _over_steps(
        _update_alone, Severity.WARNING,
        what="the package index is updated in a step of its own, which a build cache keeps while installs go stale",
        remedy="One step: `RUN apt-get update && apt-get install -y --no-install-recommends NAME "
        "&& rm -rf /var/lib/apt/lists/*`."), ("4.7",)),
    Rule("upgrade-while-building", _over_steps(
        _upgrades, Severity.NOTE, what="everything is upgraded while building: what comes out depends on the day",
        remedy="Pull a base that was rebuilt (`docker build --pull`), and pin it by digest."), ("4.4",)),
    Rule("unchecked-install", _over_steps(
        _unchecked, Severity.WARNING, what="signatures or certificates are not checked",
        remedy="Import the publisher's key or certificate, and leave the option out."), ("4.11",)),
    Rule("piped-script", _over_steps(
        _piped, Severity.WARNING, what="a script is run as it is fetched, whatever it holds that day",
        remedy="Fetch, check, run: `ADD --checksum=sha256:… URL /install.sh`, then `RUN sh /install.sh`."), ("4.11",)),
    Rule("sudo-while-building", _over_steps(
        _sudo, Severity.NOTE, what="sudo in a build step",
        remedy="Use `USER root` for the step, and USER again after it.")),
)  # fmt: skip
