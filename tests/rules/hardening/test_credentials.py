"""Credentials in the configuration: positives and negatives. No value is ever told."""

import pytest
from hardened_images import config, facts, inspected

from basewright.model.candidate import Severity
from basewright.model.image import ImageHealthcheck

VALUE = "hunter2-Zx81vQ"
TOKEN = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("credential-in-environment", config(environment=(("DB_PASSWORD", VALUE),))),
        ("credential-in-environment", config(environment=(("HOMEPAGE", f"https://me:{VALUE}@example.org/"),))),
        ("credential-in-environment", config(environment=(("SOMETHING", TOKEN),))),
        ("credential-in-label", config(labels={"build.token": VALUE})),
        ("credential-in-label", config(labels={"source": f"https://me:{VALUE}@example.org/x.git"})),
        ("credential-in-command", config(command=("redis-server", "--requirepass", VALUE))),
        ("credential-in-command", config(entrypoint=("mysqld", f"--password={VALUE}"))),
        ("credential-in-command", config(healthcheck=ImageHealthcheck(("CMD", "redis-cli", "-a", VALUE, "ping")))),
        ("credential-in-command", config(on_build=(f"ENV API_KEY={VALUE}",))),
        ("credential-in-history", config(f"RUN |1 NPM_TOKEN={VALUE} /bin/sh -c npm ci # buildkit")),
        ("credential-in-history", config(f"ENV DB_PASSWORD={VALUE}")),
        ("credential-in-history", config(f"/bin/sh -c git clone https://me:{VALUE}@example.org/x")),
        ("credential-in-history", config(f"/bin/sh -c curl -H 'Authorization: Bearer {VALUE}' https://example.org")),
        ("credential-in-history", config(f"/bin/sh -c echo {TOKEN} > /t")),
    ],
)
def test_a_credential_is_an_error_and_its_value_is_not_told(rule: str, settings: object) -> None:
    found = inspected({}, config=settings)  # type: ignore[arg-type]  # configurations, above

    (fact,) = (one for one in found.hardening if one.rule == rule)
    assert fact.severity is Severity.ERROR
    assert [one.section for one in fact.benchmark] == ["4.10"]
    assert VALUE not in repr(found.hardening)
    assert TOKEN not in repr(found.hardening)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD_FILE", "/run/secrets/db"), ("DB_PASSWORD", ""), ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("ALLOW_EMPTY_PASSWORD", "yes"), ("GPG_KEY", "7169605F62C751356D054A26A821E680E5FA6305"), ("PATH", "/usr/bin"),
        ("PYTHON_SHA256", "a" * 64), ("TOKENIZERS_PARALLELISM", "false"), ("HOMEPAGE", "https://example.org/"),
    ],
)  # fmt: skip
def test_a_variable_that_holds_no_secret_is_not_told(name: str, value: str) -> None:
    assert facts("credential-in-environment", {}, config=config(environment=((name, value),))) == []
    assert facts("credential-in-label", {}, config=config(labels={name: value})) == []


@pytest.mark.parametrize(
    "step",
    [
        "/bin/sh -c adduser --disabled-password --gecos '' app",
        "/bin/sh -c echo '*** done ***'",
        "/bin/sh -c apt-get install -y apache2 basic authentication",
        "ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
        "RUN --mount=type=secret,id=token /bin/sh -c npm ci",
        "/bin/sh -c passwd -l root",
        "ENV DB_PASSWORD_FILE=/run/secrets/db",
    ],
)  # fmt: skip
def test_a_step_without_a_credential_is_not_told(step: str) -> None:
    assert facts("credential-in-history", {}, config=config(step)) == []


def test_a_command_without_a_credential_is_not_told() -> None:
    settings = config(command=("postgres", "-c", "password_encryption=scram-sha-256"), entrypoint=("/entry.sh",))

    assert facts("credential-in-command", {}, config=settings) == []


def test_many_hidden_values_take_no_time() -> None:
    settings = config("/bin/sh -c " + "A_TOKEN=secretsecret " * 20_000)

    (fact,) = facts("credential-in-history", {}, config=settings)
    assert fact.count == 1
