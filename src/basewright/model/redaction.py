"""What must never be shown: values that look like secrets, in the texts that are quoted from a project. Pure.

A name tells (``DB_PASSWORD``, ``--api-key``), a place tells (the user information of an address, ``mysql -p…``), or the
value itself does (the prefixes that vendors give their tokens, PEM). It errs on the side of hiding: a hidden word costs
a reader a look into the file, a shown secret costs the secret. Every pattern is bounded or linear: text is hostile.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

HIDDEN: Final = "***"
"""What stands in place of a value."""
_WORDS = frozenset(
    {
        "passwort",
        "pwd",
        "secrets",
        "tokens",
        "credential",
        "credentials",
        "accesskey",
        "secretkey",
        "privatekey",
        "userpwd",
    }
)
_ENDINGS = ("password", "passwd", "passphrase", "secret", "token", "apikey", "requirepass", "masterauth")
"""Ends of words that are written together: ``rootpassword``, ``requirepass``."""
_PAIRS = frozenset(
    (word, "key")
    for word in ("private", "api", "access", "signing", "auth", "encryption", "account", "license", "master")
)
_POINTS_ELSEWHERE = frozenset(
    ["file", "path", "name", "url", "endpoint", "length", "ttl", "id", "type", "dir", "stdin", "policy", "expiry"]
)
"""Last words of names that hold where or what the secret is, not the secret."""
_SPLIT = re.compile(r"[_\-.]+|(?<=[a-z0-9])(?=[A-Z])")
_NO_SECRETS = frozenset({"", "0", "1", "true", "false", "yes", "no", "on", "off", "none", "null", HIDDEN})
"""Values that switch something: the variable holds no secret then."""
_REFERENCE = re.compile(r"\$(?:\w{1,200}|\{\w{1,200}(?::?\?[^}]{0,200})?\})")
"""A variable without a default: it names a secret and holds none."""
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}-----(?:[^-]|-(?!----END))*(?:-----END [A-Z0-9 ]{0,40}-----)?")
_TOKENS = re.compile(
    r"(?<![A-Za-z0-9])(?:gh[opusr]_[A-Za-z0-9]{12,255}|github_pat_\w{12,255}|glpat-[\w-]{12,255}|npm_[A-Za-z0-9]{12,255}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{12,32}|AIza[\w-]{20,64}|xox[a-z]-[\w-]{8,255}|hf_[A-Za-z0-9]{16,64}|dckr_pat_[\w-]{12,64}"
    r"|sk-[\w-]{16,255}|[sr]k_(?:live|test)_[A-Za-z0-9]{12,255}|pypi-[\w-]{16,255}|SG\.[\w-]{16,64}\.[\w-]{16,64}"
    r"|eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,4000})?)"
)
"""The shapes that vendors document for their tokens: GitHub, GitLab, npm, AWS, Google, Slack, Hugging Face, Docker,
OpenAI, Stripe, PyPI, SendGrid, and JSON Web Tokens (RFC 7519)."""
_USER_INFORMATION = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]{0,30}://)(?:[^\s\"'<>/?#@]{0,4096}@|[^\s\"'<>/?#@:]{0,256}:[^\s\"'<>@]{1,1024}@)+"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic|token)(\s+)([\w.~+/=-]{8,4096})")
_NAMED = re.compile(
    r"(?P<name>(?<![\w.-])-{0,2}[A-Za-z_][\w.-]{0,100})"
    r"(?P<between>[\"']?\s{0,4}[=:]\s{0,4}|[\"']\s{0,4},\s{0,4}|\s{1,8})(?=\S)"
)
_HINTS = (
    *("pass", "pwd", "secret", "token", "key", "cred", "auth", "://", "-----begin", "bearer", "basic"),
    *("gho_", "ghp_", "ghu_", "ghs_", "ghr_", "github_", "glpat-", "npm_", "akia", "asia", "aiza", "xox", "hf_"),
    *("dckr_", "sk-", "k_live", "k_test", "pypi-", "sg.", "eyj"),
    "login",
    *("mysql", "mariadb", "mongo", "redis-cli", "valkey-cli", "ldapsearch", "curl", "htpasswd"),
)
"""One of these stands in every text that holds something to hide: most texts need no further look."""
_DEFAULT = re.compile(r"(\$\{(\w{1,100}):?[-=])([^}]{1,1024})(?=\})")
_LEGACY = re.compile(
    r"(?m)^(?P<head>[-+ \t]{0,24}ENV[ \t]{1,20})(?P<name>[A-Za-z_]\w{0,100})(?P<between>[ \t]{1,20})"
    r"(?P<value>[^=\s][^\n]*)"
)
"""``ENV NAME value``, the old form: the value is the rest of the line (Dockerfile reference, ENV)."""
_PROGRAM_OPTIONS: Final = {
    "mysql": "-p", "mysqldump": "-p", "mysqladmin": "-p", "mariadb": "-p", "mariadb-admin": "-p", "mariadb-dump": "-p",
    "mongo": "-p", "mongosh": "-p", "mongodump": "-p", "sshpass": "-p", "redis-cli": "-a", "valkey-cli": "-a",
    "ldapsearch": "-w", "curl": "-u",
}  # fmt: skip
"""Programs with a short option that takes a password, as their manuals have it."""
_ANY_PROGRAM = "|".join(sorted(map(re.escape, _PROGRAM_OPTIONS), key=len, reverse=True))
_OPTION = re.compile(rf"(?<![\w-])(?:{_ANY_PROGRAM})(?![\w-])[^|;&\n]{{0,400}}")

_STEPS: Final = (
    # netrc(5), as steps write it for git and curl.
    re.compile(r"(?i)(?P<kept>\blogin\s{1,8}\S{1,256}\s{1,8}password\s{1,8})[^\s\"'\\]{1,1024}"),
    # NAME:PASSWORD for chpasswd(8).
    re.compile(
        r"(?P<kept>(?<![^\s\"'])[A-Za-z_][\w.-]{0,31}:)[^\s\"'|:]{1,256}"
        r"(?=[\"']?\s{0,8}\|\s{0,8}(?:sudo\s{1,8})?(?:/usr/sbin/)?chpasswd)"
    ),
    # npm's configuration, where no sign stands between.
    re.compile(r"(?P<kept>:_auth(?:Token)?\s{1,4})[^\s\"']{8,1024}"),
    re.compile(
        r"(?P<kept>\b(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|crane)\s{1,4}(?:(?:registry|auth)\s{1,4})?login\b"
        r"[^|;&\n]{0,400}?\s-p[\s=]{0,4})[^\s\"'-][^\s\"']{0,1023}"
    ),
    # With -b the password is on the command line, behind a file (or not, with -n) and a name: all words go.
    re.compile(
        r"(?P<kept>\bhtpasswd\s{1,4}(?=[^|;&\n]{0,40}-\w{0,8}b)(?:-\w{1,10}\s{1,4}){1,6})[^\s|;&>\n-][^|;&>\n]{0,400}"
    ),
)
"""What build steps spell out in ways of their own; the rest behind `kept` is hidden."""


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether a variable or an option of this name holds a secret, as far as a name tells."""
    words = [word.lower() for word in _SPLIT.split(name) if word]
    if not words or words[-1] in _POINTS_ELSEWHERE:
        return False
    if words[-1] == "pass" or any(word.endswith(_ENDINGS) for word in words):
        return True
    return bool(_WORDS & set(words)) or any(pair in _PAIRS for pair in itertools.pairwise(words))


def switches(value: str) -> bool:
    """Whether `value` is none that a secret has: empty, a switch, or a variable without a default."""
    plain = value.strip().strip("\"'")
    return plain.lower() in _NO_SECRETS or _REFERENCE.fullmatch(plain) is not None


def redact(text: str) -> str:
    """Return `text` with every value that looks like a secret hidden; doing it twice changes nothing."""
    lower = text.lower()
    # A loop over plain words takes a tenth of the time of one pattern that ignores case.
    for hint in _HINTS:
        if hint in lower:
            return _redacted(text)
    return text


def _redacted(text: str) -> str:
    text = _PEM.sub(HIDDEN, text)
    text = _USER_INFORMATION.sub(rf"\1{HIDDEN}@", text)
    text = _TOKENS.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1\2{HIDDEN}", text)
    text = _DEFAULT.sub(_hide_default, text)
    text = _LEGACY.sub(_hide_legacy, text)
    for step in _STEPS:
        text = step.sub(_hide_rest, text)
    text = _hide_named(text)
    return _OPTION.sub(_hide_option, text)


def _hide_rest(found: re.Match[str]) -> str:
    """Hide what a step spells out, but a variable without a default; a blank at the end stays."""
    rest = found[0][len(found["kept"]) :]
    plain = rest.rstrip()
    return found[0] if switches(plain) else f"{found['kept']}{HIDDEN}{rest[len(plain) :]}"


def redact_value(name: str, value: str) -> str:
    """Return the value of a variable or label, hidden where its name or itself looks like a credential."""
    if value and is_secret_name(name) and not switches(value):
        return HIDDEN
    return redact(value)


def redact_words(words: Sequence[str]) -> tuple[str, ...]:
    """Return a command's words with secrets hidden: where an option tells, the whole word after it."""
    return tuple(_words(words))


def _words(words: Sequence[str]) -> Iterator[str]:
    program = words[0].rsplit("/", 1)[-1] if words else ""
    short = _PROGRAM_OPTIONS.get(program)
    hides_next = False
    for index, word in enumerate(words):
        if hides_next and not switches(word):
            yield HIDDEN
            hides_next = False
            continue
        is_option = word.startswith("-") and "=" not in word and index > 0
        hides_next = is_option and (word == short or is_secret_name(word.lstrip("-")))
        if (
            short is not None
            and index
            and word.startswith(short)
            and not word.startswith("--")
            and len(word) > len(short)
        ):
            yield f"{short}{HIDDEN}"
        else:
            yield redact(word)


def _hide_legacy(found: re.Match[str]) -> str:
    if not is_secret_name(found["name"]) or switches(found["value"]):
        return found[0]
    return f"{found['head']}{found['name']}{found['between']}{HIDDEN}"


def _hide_default(found: re.Match[str]) -> str:
    """Hide the default of ``${NAME:-default}``."""
    return f"{found[1]}{HIDDEN}" if is_secret_name(found[2]) and not switches(found[3]) else found[0]


def _hide_named(text: str) -> str:
    """Hide what follows a telling name: ``NAME=value``, ``--name value``, ``"name": "value"``, ``X-Name: value``."""
    parts: list[str] = []
    done = 0
    for found in _NAMED.finditer(text):
        is_expansion = found["between"] == ":" and text[found.end()] in "?+-="
        if found.start() < done or is_expansion or not _tells(found["name"], found["between"]):
            continue
        start, stop = _value(text, found.end())
        if start < stop and not switches(text[start:stop]):
            parts += [text[done:start], HIDDEN]
            done = stop
    return "".join([*parts, text[done:]])


def _tells(name: str, between: str) -> bool:
    """Whether a value follows: of an option in any way, of a name only behind ``=``, or ``:`` where it is no prose."""
    bare = name.lstrip("-")
    if not is_secret_name(bare):
        return False
    if name != bare:
        return True
    if "=" in between:
        return True
    is_key = "_" in bare or "-" in bare or between[0] in "\"'"
    return ":" in between and is_key


def _value(text: str, start: int) -> tuple[int, int]:
    """Return where the value at `start` lies, its quotes left out; an open quote runs to the end of its line."""
    quote = text[start]
    if quote not in "\"'":
        stop = start
        while stop < len(text) and not text[stop].isspace() and text[stop] not in "\"'":
            stop += 1
        if stop < len(text) and text[stop] in "\"'" and stop > start and text[stop - 1] == "=":
            return _value(text, stop)
        while stop > start and text[stop - 1] in ",;)]}" and "${" not in text[start:stop]:
            stop -= 1
        return start, stop
    stop = start + 1
    while stop < len(text) and text[stop] != quote:
        stop += 2 if text[stop] == "\\" and quote == '"' else 1
    if stop >= len(text):
        line = text.find("\n", start)
        stop = line if line >= 0 else len(text)
    return start + 1, stop


def _hide_option(found: re.Match[str]) -> str:
    """Hide the password of ``mysql -psecret``, ``redis-cli -a secret``, ``curl -u name:secret`` in a command's text."""
    text = found[0]
    program = re.match(r"[\w-]+", text)
    option = _PROGRAM_OPTIONS[program[0]] if program else ""
    pattern = rf"(?<=\s)({re.escape(option)})([\s=\"',]{{0,6}})([^\s\"',]{{1,1024}})"
    return re.sub(pattern, lambda one: one[0] if switches(one[3]) else f"{one[1]}{one[2]}{HIDDEN}", text)
