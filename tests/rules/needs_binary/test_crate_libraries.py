"""LIBRARY of Rust programs: the crates that link a library of the system, and those that bring it."""

import pytest
from needing import base, find, lines, needs_of, values

from basewright.model.need import Confidence, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest

DEBIAN = base("debian:13", libc="glibc")
ON_DEBIAN = """\
FROM rust:1.90 AS build
RUN cargo build --release
FROM debian:13
COPY --from=build /app/target/release/app /app
ENTRYPOINT ["/app"]
"""


def _manifest(*written: str) -> Manifest:
    """Return a Cargo.toml; a line is ``name [feature, feature]``."""
    found = []
    for number, line in enumerate(written, start=1):
        name, _, features = line.partition(" ")
        found.append(Dependency(name, None, f"1 {features}".strip(), Location("Cargo.toml", number)))
    return Manifest("Cargo.toml", "cargo", "Cargo.toml", tuple(found))


def _lock(*names: str) -> Manifest:
    found = tuple(Dependency(name, "1.0.0", "", Location("Cargo.lock", 1), is_direct=False) for name in names)
    return Manifest("Cargo.lock", "cargo", "Cargo.lock", found)


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        ((_manifest("openssl"),), ["libssl"]),
        ((_manifest("native-tls"),), ["libssl"]),
        ((_manifest("openssl [v110]"),), ["libssl"]),
        ((_manifest("diesel [postgres, r2d2]"),), ["libpq"]),
        ((_manifest("diesel [sqlite]", "serde"),), ["libsqlite3"]),
        ((_manifest("rusqlite"),), ["libsqlite3"]),
        ((_manifest("libz-sys"),), ["zlib"]),
        ((_manifest("reqwest"), _lock("reqwest", "openssl-sys")), ["libssl"]),
        ((_manifest("openssl [vendored]"),), []),
        ((_manifest("openssl", "openssl-sys [vendored]"),), []),
        ((_manifest("openssl"), _lock("openssl-sys", "openssl-src")), []),
        ((_manifest("diesel [r2d2]"),), []),
        ((_manifest("rusqlite [bundled]"), _lock("libsqlite3-sys")), []),
        ((_manifest("sqlx [sqlite]"), _lock("libsqlite3-sys", "libz-sys")), []),
        ((_manifest("rustls"),), []),
        ((), []),
    ],
)
def test_crates_link_what_their_features_say(manifests: tuple[Manifest, ...], expected: list[str]) -> None:
    assert values(needs_of(ON_DEBIAN, DEBIAN, manifests=manifests), NeedKind.LIBRARY) == expected


def test_the_line_of_the_crate_is_the_evidence() -> None:
    need = find(needs_of(ON_DEBIAN, DEBIAN, manifests=(_manifest("serde", "openssl"),)), NeedKind.LIBRARY)
    assert need is not None
    assert (lines(need), need.confidence) == (["Cargo.toml:2"], Confidence.MEDIUM)


@pytest.mark.parametrize(
    "dockerfile",
    [
        ON_DEBIAN.replace("rust:1.90", "rust:1.90-alpine"),
        ON_DEBIAN.replace("--release", "--release --target x86_64-unknown-linux-musl"),
        'FROM python:3.12\nCMD ["python", "a.py"]\n',
    ],
)
def test_a_static_program_and_another_language_load_none(dockerfile: str) -> None:
    assert values(needs_of(dockerfile, DEBIAN, manifests=(_manifest("openssl"),)), NeedKind.LIBRARY) == []


def test_a_go_program_with_a_driver_in_c_is_dynamic() -> None:
    text = ON_DEBIAN.replace("rust:1.90", "golang:1.24").replace("cargo build --release", "go build -o /app .")
    driver = Dependency("github.com/mattn/go-sqlite3", "v1.14.0", "", Location("go.mod", 5))
    needs = needs_of(text, DEBIAN, manifests=(Manifest("go.mod", "golang", "go.mod", (driver,)),))
    assert values(needs, NeedKind.STATIC_BINARY) == []
    binary = find(needs, NeedKind.DYNAMIC_BINARY)
    assert binary is not None
    assert "needs cgo" in binary.detail
