"""The addresses that this project's own sentences point to: traps, specifications, images' pages.

Sentences also quote a project's files, and a project must not place a link of its own in a report: only an address in
the strict form below a known place counts as ours. Everything else that looks like an address is untrusted text.
"""

import re
from typing import Final

_PLACES: Final = (
    "docs.docker.com/",
    "docs.python.org/3/",
    "github.com/GoogleContainerTools/distroless",
    "github.com/docker-library/",
    "github.com/krallin/tini",
    "github.com/nodejs/docker-node",
    "github.com/tektoncd/dashboard/",
    "hub.docker.com/_/",
    "learn.microsoft.com/dotnet/",
    "musl.libc.org/",
    "nginx.org/en/docs/",
    "nodejs.org/api/",
    "peps.python.org/",
    "wiki.musl-libc.org/",
    "wiki.postgresql.org/wiki/",
    "www.php.net/manual/",
)
"""Host and start of the path of every reference; a test holds them against those that the advice uses."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9._~:/?#@%&=+-]{0,300}")
_OURS = re.compile(r"https://[a-z0-9.-]+/[A-Za-z0-9._~/-]*(?:#[A-Za-z0-9._~-]*)?")
_THREAD = re.compile(r"https://[^/]+/[^/]+/[^/]+/(?:issues|pull|commit|discussions)/")
_PUNCTUATION = ".,;:?"


def is_ours(address: str) -> bool:
    """Whether `address` is of the strict form (https, no user, port or query, plain path) below a known place."""
    if not _OURS.fullmatch(address) or "/.." in address:
        return False
    return address.removeprefix("https://").startswith(_PLACES)


def is_thread(address: str) -> bool:
    """Whether `address` names a thread of a forge, which notes there every document of the forge that links to it."""
    return _THREAD.match(address) is not None


def split(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of `text` in their order, each with whether it is an address; empty pieces are left out."""
    pieces: list[tuple[str, bool]] = []
    cursor = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_PUNCTUATION)
        pieces += [(text[cursor : match.start()], False), (address, True)]
        cursor = match.start() + len(address)
    return tuple((piece, is_address) for piece, is_address in (*pieces, (text[cursor:], False)) if piece)
