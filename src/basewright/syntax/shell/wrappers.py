"""Programs that run another program: where the wrapped command starts among a wrapper's words."""

import re
from dataclasses import dataclass
from itertools import pairwise

from basewright.model.shell import Word

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash"})
"""Programs that take shell text after ``-c``."""

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_C_FLAG = re.compile(r"-[a-zA-Z]*c[a-zA-Z]*")


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """How the words of a wrapper are read."""

    with_value: frozenset[str] = frozenset()
    """Options whose value is the next word."""
    positional: int = 0
    """Words of its own before the command."""
    assignments: bool = False
    """Takes ``NAME=value`` words before the command."""
    subcommand: str = ""
    """The first word must be this one (``bundle exec``)."""
    only_after: str = ""
    """The command stands after this word alone (``wait-for-it.sh host:port -- command``)."""
    queries: frozenset[str] = frozenset()
    """Options with which it runs nothing (``command -v``)."""


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SETPRIV = _options(
    "--reuid --regid --ruid --euid --rgid --egid --groups --inh-caps --ambient-caps --bounding-set --securebits "
    "--selinux-label --apparmor-profile --pdeathsig --ptracer"
)
_WRAPPERS = {
    "sudo": _Wrapper(
        _options("-u -g -h -p -C -r -t -T -U -R -D --user --group --host --prompt --chdir"), assignments=True
    ),
    "doas": _Wrapper(_options("-u -C")),
    "env": _Wrapper(_options("-u -C --unset --chdir -a --argv0"), assignments=True),
    "exec": _Wrapper(_options("-a")),
    "command": _Wrapper(queries=_options("-v -V")),
    "builtin": _Wrapper(),
    "nohup": _Wrapper(),
    "nice": _Wrapper(_options("-n --adjustment")),
    "ionice": _Wrapper(_options("-c -n --class --classdata"), queries=_options("-p --pid")),
    "time": _Wrapper(_options("-f -o --format --output")),
    "timeout": _Wrapper(_options("-s -k --signal --kill-after"), positional=1),
    "stdbuf": _Wrapper(_options("-i -o -e --input --output --error")),
    "setsid": _Wrapper(),
    "eatmydata": _Wrapper(),
    "xargs": _Wrapper(
        _options("-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --delimiter --arg-file --replace")
    ),
    "gosu": _Wrapper(positional=1, queries=_options("--version --help")),
    "su-exec": _Wrapper(positional=1),
    "s6-setuidgid": _Wrapper(positional=1),
    "chpst": _Wrapper(_options("-u -U -b -e -/ -n -l -L -m -d -o -p -f -c -r -t")),
    "chroot": _Wrapper(positional=1),
    "setpriv": _Wrapper(_SETPRIV),
    "runuser": _Wrapper(_options("-u -g -G -s --user --group --supp-group --shell")),
    "capsh": _Wrapper(only_after="--"),
    "tini": _Wrapper(_options("-p -e")),
    "tini-static": _Wrapper(_options("-p -e")),
    "docker-init": _Wrapper(_options("-p -e")),
    "dumb-init": _Wrapper(_options("-r --rewrite")),
    "catatonit": _Wrapper(),
    "wait-for-it": _Wrapper(only_after="--"),
    "wait-for-it.sh": _Wrapper(only_after="--"),
    "wait-for": _Wrapper(only_after="--"),
    "wait-for.sh": _Wrapper(only_after="--"),
    "busybox": _Wrapper(queries=_options("--list --install --list-full --help")),
    "bundle": _Wrapper(subcommand="exec"),
    "poetry": _Wrapper(subcommand="run"),
    "pipenv": _Wrapper(subcommand="run"),
    "pdm": _Wrapper(subcommand="run"),
    "uv": _Wrapper(_options("--extra --group --with --python -p --project --directory --env-file"), subcommand="run"),
}


def wrapped(program: str, arguments: tuple[Word, ...]) -> int | None:
    """Return the index, among `arguments`, of the command that `program` runs; None where it runs none."""
    wrapper = _WRAPPERS.get(program)
    if wrapper is None:
        return None
    texts = [one.text if one.is_static else one.text.lstrip("\"'") for one in arguments]
    start = 0
    if wrapper.only_after:
        return _within(texts.index(wrapper.only_after) + 1, texts) if wrapper.only_after in texts else None
    if wrapper.subcommand:
        if not texts or texts[0] != wrapper.subcommand:
            return None
        start = 1
    if program == "runuser" and not {"-u", "--user"} & set(texts) and not any(t.startswith("--user=") for t in texts):
        return None
    return _after_options(wrapper, texts, start)


def _after_options(wrapper: _Wrapper, texts: list[str], index: int) -> int | None:
    positional = wrapper.positional
    while index < len(texts):
        text = texts[index]
        if text in wrapper.queries:
            return None
        if text == "--":
            return _within(index + 1 + positional, texts)
        if text.startswith("-") and len(text) > 1:
            index += 2 if text in wrapper.with_value else 1
        elif wrapper.assignments and (_ASSIGNMENT.match(text) or text.startswith(("$(", "`"))):
            # ``env $(cat .env) command``: a substitution before the command stands for assignments.
            index += 1
        elif positional:
            positional -= 1
            index += 1
        else:
            return index
    return None


def _within(index: int, texts: list[str]) -> int | None:
    return index if index < len(texts) else None


def shell_text(program: str, arguments: tuple[Word, ...]) -> Word | None:
    """Return the word that `program` reads as shell text (``sh -c``, ``su -c``, ``env -S``, ``eval``)."""
    if program == "eval":
        return arguments[0] if len(arguments) == 1 else None
    if program == "env":
        return _value_of(arguments, {"-S", "--split-string"})
    if program in {"su", "runuser"}:
        return _value_of(arguments, {"-c", "--command"})
    if program not in SHELLS:
        return None
    index = 0
    while index < len(arguments) and arguments[index].text[:1] in {"-", "+"}:
        text = arguments[index].text
        if text != "--" and not text.startswith("--") and _C_FLAG.fullmatch(text):
            return _first_operand(arguments[index + 1 :])
        index += 2 if _takes_value(text) else 1
    return None


def _takes_value(option: str) -> bool:
    """Whether a shell's option is followed by its value: ``-o pipefail``, ``-eo pipefail``, ``--rcfile x``."""
    return option in {"--rcfile", "--init-file"} or (not option.startswith("--") and option[-1:] in {"o", "O"})


def _first_operand(arguments: tuple[Word, ...]) -> Word | None:
    skip = False
    for one in arguments:
        if skip:
            skip = False
        elif one.is_static and _takes_value(one.text) and one.text[:1] in {"-", "+"}:
            skip = True
        elif not one.is_static or one.text[:1] not in {"-", "+"}:
            return one
    return None


def _value_of(arguments: tuple[Word, ...], options: set[str]) -> Word | None:
    for option, value in pairwise(arguments):
        if option.is_static and option.text in options:
            return value
    return None
