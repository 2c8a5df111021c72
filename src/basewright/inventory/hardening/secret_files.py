"""Private keys and files of credentials, told by their content. What they protect never reaches a record.

Only files that are known to hold such things are looked at: by name, by suffix, or by the first bytes of PEM.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import msgspec

from basewright.formats.content import Content, Window
from basewright.image.interface import Interest
from basewright.inventory.bounded import head, head_window
from basewright.inventory.hardening.tables import credential_rows
from basewright.model.redaction import is_secret_name, switches

FILE_BYTES: Final = 1024 * 1024
"""Of one file that are looked at."""
_KEY_SUFFIXES: Final = frozenset({".pem", ".key", ".crt", ".cer", ".ppk", ".p12", ".pfx", ".jks", ".keystore", ".kdbx",
    ".ovpn", ".p8", ".pkcs8", ".priv"})  # fmt: skip
_KEY_NAMES: Final = frozenset({"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "identity"})
_PEM: Final = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{0,30})PRIVATE KEY(?: BLOCK)?-----[ \t]*\r?\n"
    rb"((?:[A-Za-z][A-Za-z0-9-]{0,40}: [^\n]{0,200}\n)*)\s{0,8}([A-Za-z0-9+/=\r\n]{40,4096})"
)
_STORES: Final = ((b"\xfe\xed\xfe\xed", "a Java key store"), (b"\x03\xd9\xa2\x9a", "a KeePass database"))
_VARIABLE: Final = re.compile(
    rb"^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]{0,100})[ \t]*=[ \t]*([^\r\n]{0,1024})", re.MULTILINE
)
_PLACEHOLDER: Final = re.compile(
    rb"(?i)[<$%\[]|\{\{|.{0,1024}?(?:x{4}$|\.\.\.|your|example|placeholder|redacted|dummy|insert[-_ ])"
)
"""What stands for a value: at its start, or words anywhere."""
_NAMES_KEPT: Final = 10
Sort = Literal["key", "store", "credentials"]


class SecretFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that holds a secret, without the secret."""

    sort: Sort
    kind: str
    """In words: ``an RSA private key``."""
    is_encrypted: bool = False
    """Whether a passphrase protects it."""
    names: tuple[str, ...] = ()
    """Of the variables that hold credentials, sorted."""


@dataclass(frozen=True, slots=True)
class CredentialFile:
    """One row of the table: where a tool keeps credentials, and how they look there."""

    kind: str
    path: re.Pattern[str]
    pattern: re.Pattern[bytes] | None
    """Its group `value` is the credential; None where every variable with a telling name counts."""


@lru_cache(maxsize=1)
def _credential_files() -> tuple[CredentialFile, ...]:
    return tuple(
        CredentialFile(
            row["kind"],
            re.compile(row["path"]),
            re.compile(row["pattern"].encode(), re.MULTILINE) if "pattern" in row else None,
        )
        for row in credential_rows()
    )


def _names() -> frozenset[str]:
    return frozenset(name for row in credential_rows() for name in row["names"])


class SecretFileAnalyser:
    """Looks into files that may hold a private key or a tool's credentials."""

    name = "secret-files"
    version = 1
    interest = Interest(
        names=_KEY_NAMES | _names(),
        suffixes=_KEY_SUFFIXES | {".env"},
        magics=frozenset({b"----"}),
    )
    record = SecretFile

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether it may hold one; a shorter file cannot."""
        return size >= 8

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is looked at."""
        return head_window(size, FILE_BYTES)

    def read(self, path: str, content: Content) -> SecretFile | None:
        """Return what it holds; None for certificates, public keys, and files without a value."""
        data = bytes(head(content, FILE_BYTES)[0]) or content.read_at(0, FILE_BYTES)
        return _private_key(data) or _store(path, data) or _credentials(path, data)


def _private_key(data: bytes) -> SecretFile | None:
    if data.startswith(b"PuTTY-User-Key-File-"):
        return SecretFile("key", "a PuTTY private key", b"\nEncryption: none" not in data.replace(b"\r", b""))
    if b"PRIVATE KEY" not in data:
        return None
    match = _PEM.search(data)
    if match is None:
        return None
    label = match[1].decode("ascii").strip()
    is_encrypted = label == "ENCRYPTED" or b"ENCRYPTED" in match[2] or (label == "OPENSSH" and _is_locked(match[3]))
    words = {"": "a private key", "ENCRYPTED": "a private key", "PGP": "a PGP private key"}
    article = "an" if label[:1] in "AEIORS" and label != "SSH2" else "a"
    return SecretFile("key", words.get(label, f"{article} {label} private key"), is_encrypted)


def _is_locked(text: bytes) -> bool:
    """Whether an OpenSSH key names a cipher (openssh PROTOCOL.key)."""
    try:
        data = base64.b64decode(re.sub(rb"\s", b"", text)[:64], validate=True)
    except binascii.Error:
        return False
    return data.startswith(b"openssh-key-v1\0") and not data[15:].startswith(b"\0\0\0\x04none")


def _store(path: str, data: bytes) -> SecretFile | None:
    for magic, kind in _STORES:
        if data.startswith(magic):
            return SecretFile("store", kind, is_encrypted=True)
    if path.endswith((".p12", ".pfx")) and data[:1] == b"\x30":
        return SecretFile("store", "a PKCS #12 key store", is_encrypted=True)
    return None


def _credentials(path: str, data: bytes) -> SecretFile | None:
    for row in _credential_files():
        if row.path.search(path) is None:
            continue
        if row.pattern is None:
            if names := _variables(data):
                return SecretFile("credentials", row.kind, names=names)
        elif any(_is_value(match["value"]) for match in row.pattern.finditer(data)):
            return SecretFile("credentials", row.kind)
    return None


def _variables(data: bytes) -> tuple[str, ...]:
    """Return the names of variables whose name and value are a credential's."""
    found = set()
    for match in _VARIABLE.finditer(data):
        name = match[1].decode("ascii", "replace")
        if is_secret_name(name) and _is_value(match[2]):
            found.add(name)
    return tuple(sorted(found)[:_NAMES_KEPT])


def _is_value(value: bytes) -> bool:
    """Whether `value` is one, not a reference, a switch or a placeholder."""
    bare = value.strip().strip(b"\"'")
    return len(bare) >= 4 and not _PLACEHOLDER.match(bare) and not switches(bare.decode("utf-8", "replace"))
