"""Private keys and files of credentials, seen or hidden by a later layer: positives and negatives."""

import base64

import pytest
from hardened_images import facts, inspected
from layer_facts import HardLink, Node
from packaged_images import debian

from basewright.inventory.hardening.tables import credential_rows
from basewright.model.candidate import Severity

BODY = "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"] * 4)


def pem(label: str = "PRIVATE KEY", header: str = "", body: str = BODY) -> str:
    return f"-----BEGIN {label}-----\n{header}{body}\n-----END {label}-----\n"


def openssh(cipher: bytes) -> str:
    raw = b"openssh-key-v1\0" + len(cipher).to_bytes(4) + cipher + b"\0" * 120
    return pem("OPENSSH PRIVATE KEY", body=base64.b64encode(raw).decode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (pem(), "a private key"),
        (pem("RSA PRIVATE KEY"), "an RSA private key"),
        (pem("EC PRIVATE KEY"), "an EC private key"),
        (pem("CERTIFICATE") + pem(), "a private key"),
        (openssh(b"none"), "an OPENSSH private key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "a PuTTY private key"),
        (pem("PGP PRIVATE KEY BLOCK", "Version: 1\n\n"), "a PGP private key"),
    ],
)
def test_a_private_key_is_an_error_whatever_its_file_is_called(text: str, words: str) -> None:
    name = "srv/odd.ppk" if text.startswith("PuTTY") else "srv/odd"

    (fact,) = facts("private-key", {name: text})

    assert (fact.severity, fact.path) == (Severity.ERROR, f"/{name}")
    assert words in fact.reason
    assert "4.10" in [one.section for one in fact.benchmark]


@pytest.mark.parametrize(
    "text",
    [
        pem("ENCRYPTED PRIVATE KEY"),
        pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"),
        openssh(b"aes256-ctr"),
    ],
)
def test_a_key_behind_a_passphrase_is_a_warning(text: str) -> None:
    (fact,) = facts("private-key", {"srv/id_rsa": text})

    assert fact.severity is Severity.WARNING


@pytest.mark.parametrize(
    "text",
    [
        pem("CERTIFICATE"),
        pem("PUBLIC KEY"),
        pem("RSA PUBLIC KEY"),
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----",
        "--------\na heading\n--------\n",
        "PRIVATE KEY",
    ],
)
def test_certificates_public_keys_and_placeholders_are_no_keys(text: str) -> None:
    nodes: dict[str, Node] = {"etc/ssl/a.pem": text, "etc/ssl/b.key": text, "root/id_rsa": text}

    assert facts("private-key", nodes) == []


def test_keys_that_everybody_has_are_noted() -> None:
    nodes = debian({"libssl-doc": ["usr/lib/ssl/demo.pem"]}, {"usr/lib/ssl/demo.pem": pem()})
    nodes["srv/node_modules/tls/test/key.pem"] = pem()

    (fact,) = facts("private-key", nodes)

    assert (fact.severity, fact.count) == (Severity.NOTE, 2)


def test_a_projects_own_test_folder_is_no_excuse() -> None:
    assert facts("private-key", {"srv/tests/key.pem": pem()})[0].severity is Severity.ERROR


def test_host_keys_have_their_own_words() -> None:
    (fact,) = facts("private-key", {"etc/ssh/ssh_host_ed25519_key": openssh(b"none")})

    assert "host keys" in fact.reason
    assert "ssh-keygen -A" in fact.remedy


def test_key_stores_are_noted_by_their_first_bytes() -> None:
    nodes: dict[str, Node] = {"srv/a.jks": b"\xfe\xed\xfe\xed" + b"\0" * 40, "srv/b.p12": b"\x30\x82" + b"\0" * 40}

    assert facts("key-store", nodes)[0].paths == ("/srv/a.jks", "/srv/b.p12")
    assert facts("key-store", {"srv/a.jks": b"no store", "srv/b.p12": b"no store"}) == []


CREDENTIALS = {
    "root/.npmrc": "//registry.example.org/:_authToken={}\n",
    "usr/local/etc/npmrc": "_auth={}\n",
    "srv/.yarnrc.yml": "npmAuthToken: {}\n",
    "root/.pypirc": "[pypi]\npassword = {}\n",
    "etc/pip.conf": "index-url = https://me:{}@example.org/simple\n",
    "root/.netrc": "machine example.org login me password {}\n",
    "root/.docker/config.json": '{{"auths": {{"example.org": {{"auth": "{}"}}}}}}',
    "root/.config/containers/auth.json": '{{"auths": {{"example.org": {{"auth": "{}"}}}}}}',
    "root/.aws/credentials": "[default]\naws_secret_access_key = {}\n",
    "root/.git-credentials": "https://me:{}@example.org\n",
    "srv/.git/config": '[remote "origin"]\n\turl = https://me:{}@example.org/x.git\n',
    "root/.kube/config": "users:\n- user:\n    token: {}\n",
    "srv/.env": "DEBUG=1\nexport DB_PASSWORD={}\n",
    "srv/production.env": "API_KEY='{}'\n",
    "srv/.env.production": "SECRET_KEY={}\n",
    "root/.pgpass": "localhost:5432:db:me:{}\n",
    "root/.my.cnf": "[client]\npassword={}\n",
    "srv/service-account.json": '{{"private_key": "{}"}}',
    "root/.terraformrc": 'credentials "x" {{\n token = "{}"\n}}\n',
    "root/.vault-token": "{}",
    "root/.config/gh/hosts.yml": "github.com:\n  oauth_token: {}\n",
    "root/.gem/credentials": "---\n:rubygems_api_key: {}\n",
    "root/.cargo/credentials.toml": '[registry]\ntoken = "{}"\n',
    "root/.m2/settings.xml": "<servers>\n <password>{}</password>\n",
    "root/.gradle/gradle.properties": "signing.password={}\n",
    "root/.composer/auth.json": '{{"github-oauth": {{"github.com": "{}"}}}}',
    "root/.s3cfg": "secret_key = {}\n",
    "etc/nginx/.htpasswd": "me:$apr1${}\n",
}
VALUE = "Zx81vQkP0aLm22"


@pytest.mark.parametrize("path", CREDENTIALS)
def test_a_file_of_credentials_is_an_error_and_shows_nothing(path: str) -> None:
    found = inspected({path: CREDENTIALS[path].format(VALUE)})

    (fact,) = (one for one in found.hardening if one.rule == "credential-file")
    assert (fact.severity, fact.path) == (Severity.ERROR, f"/{path}")
    assert VALUE not in repr(found)


@pytest.mark.parametrize("path", [path for path in CREDENTIALS if "htpasswd" not in path])
@pytest.mark.parametrize("value", ["", "${TOKEN}", "<your-token>", "changeme-example", "xxxxxxxx"])
def test_a_reference_or_placeholder_is_no_credential(path: str, value: str) -> None:
    assert facts("credential-file", {path: CREDENTIALS[path].format(value)}) == []


def test_every_row_of_the_table_has_a_case() -> None:
    import re

    for row in credential_rows():
        assert any(re.search(row["path"], path) for path in CREDENTIALS), row["kind"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("srv/config.json", '{"auth": "Zx81vQkP0aLm22"}'),
        ("srv/config", "token: Zx81vQkP0aLm22\n"),
        ("srv/.env", "DEBUG=1\nLOG_LEVEL=info\nTOKEN_FILE=/run/secrets/t\n"),
        ("srv/credentials", "aws_secret_access_key = Zx81vQkP0aLm22\n"),
        ("root/.npmrc", "registry=https://registry.example.org/\n# _authToken=Zx81vQkP0aLm22\n"),
    ],
)
def test_a_file_of_another_tool_is_none(path: str, text: str) -> None:
    assert facts("credential-file", {path: text}) == []


def test_the_names_of_variables_are_told() -> None:
    (fact,) = facts("credential-file", {"srv/.env": f"B_TOKEN={VALUE}\nA_PASSWORD={VALUE}\nUSER=me\n"})

    assert "A_PASSWORD, B_TOKEN" in fact.reason


def test_a_key_that_a_later_layer_removes_is_still_in_the_image() -> None:
    (fact,) = facts("removed-secret", {"a": "1"}, {"root/key.pem": pem()}, {"root/.wh.key.pem": b""})

    assert (fact.severity, fact.path, fact.layer) == (Severity.ERROR, "/root/key.pem", 1)
    assert "layer 1 still carries" in fact.reason
    assert facts("private-key", {"root/key.pem": pem()}, {"root/.wh.key.pem": b""}) == []


@pytest.mark.parametrize("upper", [{"root/key.pem": "gone"}, {"root/.wh..wh..opq": b""}, {".wh.root": b""}])
def test_replaced_and_opaquely_hidden_secrets_are_removed_ones(upper: dict[str, Node]) -> None:
    assert facts("removed-secret", {"root/key.pem": pem()}, upper)


def test_a_key_that_is_still_there_is_not_a_removed_one() -> None:
    assert facts("removed-secret", {"root/key.pem": pem()}) == []
    assert facts("removed-secret", {"root/key.pem": pem()}, {"root/key.pem": pem()}) == [], "written again"
    linked: dict[str, Node] = {"root/key.pem": pem(), "srv/key.pem": HardLink("root/key.pem")}
    assert facts("removed-secret", linked, {"root/.wh.key.pem": b""}) == [], "its other name shows it"


def test_a_file_that_ends_in_the_middle_of_what_is_read_is_read() -> None:
    text = pem() + "x" * (2 * 1024 * 1024)

    assert facts("private-key", {"srv/big.pem": text})


@pytest.mark.parametrize(
    "text", ["A" * 2_000_000, "-----BEGIN PRIVATE KEY-----\n" + "a: b\n" * 100_000, "=" * 2_000_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    inspected(
        dict.fromkeys(("srv/a.pem", "srv/.env", "root/.npmrc", "root/.aws/credentials", "root/.kube/config"), text)
    )
