"""No secret survives redaction, whatever stands around it; what holds none stays as it is."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewright.model.redaction import HIDDEN, is_secret_name, redact, redact_words

SECRETS = st.text(string.ascii_letters + string.digits, min_size=8, max_size=40).filter(
    lambda text: not text.isdigit() and text.lower() not in {"password", "passphrase"}
)
ODD_SECRETS = st.text(string.ascii_letters + string.digits + "_-+/=~%^.:@#", min_size=10, max_size=40).filter(
    lambda text: text[0].isalnum() and text[-1].isalnum()
)
NAMES = st.sampled_from(
    ["DB_PASSWORD", "API_KEY", "NPM_TOKEN", "POSTGRES_PASSWORD", "MYSQL_PWD", "aws_secret_access_key", "clientSecret"]
)
PLACES = st.sampled_from(
    [
        "ENV {name}={secret}",
        "ENV A=1 {name}={secret} B=2",
        'ENV {name}="{secret}"',
        "ENV {name} {secret}",
        "ARG {name}={secret}",
        "RUN export {name}='{secret}' && make",
        "{name}=${{{name}:-{secret}}}",
        "app ${{{name}:-{secret}}}",
        '{{"{name}": "{secret}"}}',
        "      - {name}={secret}",
        'CMD ["app", "--db-password", "{secret}"]',
        'CMD ["app", "--db-password={secret}"]',
        "app --token {secret} --verbose",
        "java -Dapp.password={secret} -jar a.jar",
        "curl -H 'Authorization: Bearer {secret}' http://x/y",
        "curl -H 'X-Api-Key: {secret}' http://x/y",
        "curl -fsS -u admin:{secret} http://x/y",
        "mysql -u root -p{secret} app",
        "redis-cli -a {secret} ping",
        "sshpass -p {secret} ssh host",
        "psql postgres://shop:{secret}@db:5432/shop",
        "git clone https://{secret}@example.org/a.git",
        "echo ghp_{secret}{secret}",
        "RUN echo 'machine github.com login bob password {secret}' > ~/.netrc",
        "RUN echo root:{secret} | chpasswd",
        "RUN echo 'root:{secret}' | sudo chpasswd",
        "RUN npm config set //registry.example.org/:_authToken {secret}",
        "RUN docker login -u bob -p {secret} registry.example.org",
        "RUN helm registry login example.org -u bob -p={secret}",
        "RUN htpasswd -bc /etc/users bob {secret} && true",
        "RUN htpasswd -nb bob {secret} > /etc/users",
        "echo glpat-{secret}{secret}",
        "-----BEGIN RSA PRIVATE KEY-----\n{secret}\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\\n{secret}\\n",
    ]
)


@given(PLACES, NAMES, SECRETS, st.text(" \n\t;&|", max_size=3))
def test_a_secret_is_hidden_wherever_it_stands(place: str, name: str, secret: str, around: str) -> None:
    text = place.format(name=name, secret=secret)

    hidden = redact(f"{text}{around}")

    assert secret not in hidden
    assert HIDDEN in hidden


@given(NAMES, ODD_SECRETS)
def test_a_secret_of_odd_characters_is_hidden_behind_its_name(name: str, secret: str) -> None:
    assert secret not in redact(f"{name}={secret} next")
    assert secret not in redact(f'ENV {name}="{secret}"')


@given(st.text())
def test_any_text_is_read_and_a_second_time_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(PLACES, NAMES, SECRETS)
def test_what_is_hidden_stays_hidden(place: str, name: str, secret: str) -> None:
    once = redact(place.format(name=name, secret=secret))
    assert redact(once) == once


@given(st.lists(st.sampled_from(["app", "-v", "--port", "8080", "serve", "-p", "3000"]), min_size=1), SECRETS)
def test_the_word_behind_a_telling_option_is_hidden_whole(words: list[str], secret: str) -> None:
    shown = redact_words(["app", *words, "--password", f"{secret} {secret}"])
    assert secret not in " ".join(shown)
    assert shown[-2:] == ("--password", HIDDEN)


@pytest.mark.parametrize(
    "text",
    [
        "FROM postgres:${POSTGRES_VERSION:-16}",
        "ENV PGPASSFILE=/run/secrets/pg",
        "POSTGRES_PASSWORD_FILE=/run/secrets/db",
        "ENV DB_PASSWORD=$DB_PASSWORD",
        "ENV DB_PASSWORD=${DB_PASSWORD:?missing}",
        "ALLOW_EMPTY_PASSWORD=yes",
        "serve -s dist -p 3000",
        "docker run -p 8080:80 nginx",
        "docker login --password-stdin registry.example.org && docker run -p 80:80 nginx",
        "RUN htpasswd -c /etc/users bob",
        "RUN chpasswd < users && COPY --chown=a:b x y",
        "RUN echo root:$ROOT | chpasswd",
        "http://127.0.0.1:4000/healthz",
        "FROM node:24@sha256:0123456789abcdef",
        "COPY --from=build /app/keys /app/keys",
        "USER 1000:1000",
        "API_KEY (ENV) looks like a secret: its value stays readable",
        "curl -fsS http://localhost:9000/healthz",
        "mysql --host db",
    ],
)
def test_what_holds_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("name", "answer"),
    [("DB_PASSWORD", True), ("dbPassword", True), ("--api-key", True), ("PASSWORD_FILE", False), ("KEYBOARD", False),
     ("TOKEN_URL", False), ("MYSQL_PASS", True), ("COMPASS", False), ("PASS_THROUGH", False), ("", False)],
)  # fmt: skip
def test_names_tell_secrets(name: str, answer: bool) -> None:
    assert is_secret_name(name) is answer


@pytest.mark.parametrize(
    "text",
    ["password=" * 20_000, "://" * 60_000, "://a:" * 30_000, "-----BEGIN A-----" * 10_000, "mysql -p " * 20_000,
     "eyJ" * 50_000, "eyJaaaaaaaa." * 20_000, "a-" * 80_000, "\n" * 200_000 + "ENV", "key " * 40_000,
     "password='" * 20_000, "\"'" * 80_000 + "token=", "secret:" + " " * 200_000,
     "a:b|chpasswd " * 15_000, "docker login " * 15_000,
     "login a password " * 12_000,
     "htpasswd -b " * 16_000, "htpasswd " + "-b " * 60_000],
    ids=range(18),
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.perf_counter()
    redact(text)
    assert time.perf_counter() - started < 3
