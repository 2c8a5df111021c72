"""Docker's credential helpers: programs that keep secrets in a keychain (docker-credential-helpers, `get`)."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from basewright.errors import ConfigurationError
from basewright.image.registry.settings import Credential
from basewright.ports.process import ProgramError, find_program, run_program

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_SECONDS: Final = 30.0
_LIMIT: Final = 256 * 1024
_TOKEN_USER: Final = "<token>"  # noqa: S105 - the word that says: the secret is an identity token
_NOTHING: Final = (b"credentials not found", b"not logged in", b"no credentials")


def ask_helper(name: str, server: str, environment: Mapping[str, str]) -> Credential | None:
    """Return what the helper `name` knows of `server`; None where it knows nothing.

    Raises ConfigurationError where it cannot be asked. The message shows nothing of what the helper wrote.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"not the name of a credential helper: {name[:80]!r}")
    program = find_program(f"docker-credential-{name}", environment)
    if program is None:
        raise ConfigurationError(f"the credential helper docker-credential-{name} is not installed")
    try:
        done = run_program(
            [program, "get"], given=server.encode(), environment=environment, seconds=_SECONDS, limit=_LIMIT
        )
    except ProgramError as error:
        raise ConfigurationError(str(error)) from error
    if done.status:
        said = (done.output + done.complaints).lower()
        if any(words in said for words in _NOTHING):
            return None
        raise ConfigurationError(f"docker-credential-{name} fails with status {done.status} for {server}")
    return _credential(done.output, name)


def _credential(output: bytes, helper: str) -> Credential | None:
    try:
        answer: Any = msgspec.json.decode(output)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigurationError(f"docker-credential-{helper} answers with something that is no JSON") from error
    username = answer.get("Username") if isinstance(answer, dict) else None
    secret = answer.get("Secret") if isinstance(answer, dict) else None
    if not isinstance(username, str) or not isinstance(secret, str):
        raise ConfigurationError(f"docker-credential-{helper} answers without name and secret")
    if not secret:
        return None
    return Credential(identity_token=secret) if username == _TOKEN_USER else Credential(username, secret)
