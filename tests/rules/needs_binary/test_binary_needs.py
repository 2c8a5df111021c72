"""STATIC_BINARY, DYNAMIC_BINARY and LIBC: positives and negatives."""

import pytest
from needing import base, find, lines, needs_of, values

from basewright.model.need import Confidence, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest

DEBIAN = base("debian:12", libc="glibc")
ALPINE = base("alpine:3.23", libc="musl")


def _two_stages(builder: str, run: str, final: str = "debian:12", env: str = "") -> str:
    setting = f"ENV {env}\n" if env else ""
    return (
        f"FROM {builder} AS build\n{setting}RUN {run}\nFROM {final}\nCOPY --from=build /out/app /app\n"
        f'ENTRYPOINT ["/app"]\n'
    )


@pytest.mark.parametrize(
    ("builder", "run", "env"),
    [
        ("golang:1.27", "CGO_ENABLED=0 go build -o /out/app .", ""),
        ("golang:1.27", "go build -o /out/app .", "CGO_ENABLED=0"),
        ("golang:1.27", "export CGO_ENABLED=0 && go build -o /out/app .", ""),
        ("golang:1.27", "go build -ldflags '-s -w -extldflags \"-static\"' -o /out/app .", ""),
        ("golang:1.27-alpine", "go build -o /out/app .", ""),
        ("rust:1.90", "cargo build --release --target x86_64-unknown-linux-musl", ""),
        ("rust:1.90-alpine", "cargo build --release", ""),
        ("gcc:15", "gcc -static -o /out/app main.c", ""),
    ],
)
def test_a_static_binary_is_recognised(builder: str, run: str, env: str) -> None:
    needs = needs_of(_two_stages(builder, run, env=env), DEBIAN)
    assert values(needs, NeedKind.STATIC_BINARY) == ["/app"]
    assert values(needs, NeedKind.DYNAMIC_BINARY) == []
    assert values(needs, NeedKind.LIBC) == []


@pytest.mark.parametrize(
    ("builder", "run", "libc"),
    [
        ("golang:1.27", "go build -o /out/app .", "glibc"),
        ("golang:1.27-alpine", "CGO_ENABLED=1 go build -o /out/app .", "musl"),
        ("rust:1.90-slim", "cargo build --release", "glibc"),
        ("rust:1.90-alpine", "RUSTFLAGS='-C target-feature=-crt-static' cargo build --release", "musl"),
        ("gcc:15", "gcc -o /out/app main.c", "glibc"),
        ("mcr.microsoft.com/dotnet/sdk:9.0", "dotnet publish -r linux-musl-x64 --self-contained -o /out", "musl"),
        ("denoland/deno:debian", "deno compile -o /out/app main.ts", "glibc"),
    ],
)
def test_a_dynamic_binary_names_its_libc(builder: str, run: str, libc: str) -> None:
    needs = needs_of(_two_stages(builder, run), DEBIAN)
    assert values(needs, NeedKind.DYNAMIC_BINARY) == ["/app"]
    assert values(needs, NeedKind.LIBC) == [libc]


def test_the_build_command_is_the_evidence() -> None:
    need = find(
        needs_of(_two_stages("golang:1.27", "CGO_ENABLED=0 go build -o /out/app ."), DEBIAN), NeedKind.STATIC_BINARY
    )
    assert lines(need) == ["Dockerfile:2"]
    assert need is not None
    assert need.confidence is Confidence.CERTAIN


def test_a_binary_of_another_libc_than_the_final_base_is_told() -> None:
    needs = needs_of(_two_stages("golang:1.27", "go build -o /out/app .", final="alpine:3.23"), ALPINE)
    need = find(needs, NeedKind.LIBC)
    assert need is not None
    assert need.value == "glibc"
    assert "base has musl" in need.detail


def test_a_binary_of_the_same_libc_is_not_blamed() -> None:
    need = find(needs_of(_two_stages("golang:1.27", "go build -o /out/app ."), DEBIAN), NeedKind.LIBC)
    assert need is not None
    assert need.detail == ""


def test_a_dependency_that_needs_cgo_is_told() -> None:
    one = Dependency("github.com/mattn/go-sqlite3", "v1.14.0", "", Location("go.mod", 5))
    manifests = (Manifest("go.mod", "golang", "go.mod", (one,)),)
    needs = needs_of(_two_stages("golang:1.27", "go build -o /out/app ."), DEBIAN, manifests=manifests)
    need = find(needs, NeedKind.DYNAMIC_BINARY)
    assert need is not None
    assert "go-sqlite3 needs cgo" in need.detail


def test_a_binary_built_in_the_final_stage_is_found_by_its_output() -> None:
    text = 'FROM golang:1.27\nRUN CGO_ENABLED=0 go build -o /usr/local/bin/app .\nCMD ["app"]\n'
    assert values(needs_of(text, base("golang:1.27")), NeedKind.STATIC_BINARY) == ["/usr/local/bin/app"]


def test_what_runs_on_scratch_is_static() -> None:
    needs = needs_of('FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n')
    need = find(needs, NeedKind.STATIC_BINARY)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM


def test_a_file_system_on_scratch_may_hold_a_libc() -> None:
    text = 'FROM debian:12 AS a\nRUN x\nFROM scratch\nCOPY --from=a / /\nENTRYPOINT ["/bin/app"]\n'
    assert values(needs_of(text), NeedKind.STATIC_BINARY) == []


def test_an_unknown_binary_on_a_full_base_is_not_judged() -> None:
    needs = needs_of('FROM debian:12\nCOPY app /app\nENTRYPOINT ["/app"]\n', DEBIAN)
    assert values(needs, NeedKind.STATIC_BINARY) == []
    assert values(needs, NeedKind.DYNAMIC_BINARY) == []


@pytest.mark.parametrize("command", ['["python", "a.py"]', '["nginx"]', '["bash"]', '["sleep", "9"]'])
def test_other_processes_are_no_binaries_of_the_project(command: str) -> None:
    text = f"FROM golang:1.27\nRUN CGO_ENABLED=0 go build -o /app .\nCMD {command}\n"
    needs = needs_of(text, base("golang:1.27"))
    assert values(needs, NeedKind.STATIC_BINARY) == []


def test_two_binaries_of_one_stage_are_told_apart() -> None:
    text = (
        "FROM golang:1.27 AS b\nRUN go build -o /out/other ./other\nRUN CGO_ENABLED=0 go build -o /out/app ./app\n"
        'RUN go build -o /out/third ./third\nFROM debian:12\nCOPY --from=b /out/app /app\nCMD ["/app"]\n'
    )
    assert values(needs_of(text, DEBIAN), NeedKind.STATIC_BINARY) == ["/app"]


def test_packages_installed_on_another_libc_are_told() -> None:
    text = (
        "FROM node:24-alpine AS deps\nWORKDIR /app\nRUN npm ci\nFROM node:24-slim\nWORKDIR /app\n"
        'COPY --from=deps /app/node_modules ./node_modules\nCMD ["node", "a.js"]\n'
    )
    need = find(needs_of(text, base("node:24-slim", runtime="node 24", libc="glibc")), NeedKind.LIBC)
    assert need is not None
    assert (need.value, need.confidence) == ("musl", Confidence.LOW)
    assert "base has glibc" in need.detail


@pytest.mark.parametrize(
    ("image", "build", "links"),
    [
        ("rust:1-trixie", "cargo build --release", ("libgcc_s",)),
        ("rust:1-trixie", "cargo build --release --target x86_64-unknown-linux-musl", None),
        ("gcc:14", "g++ -o /app main.cpp", ("libgcc_s", "libstdc++")),
        ("gcc:14", "g++ -static-libstdc++ -o /app main.cpp", ()),
        ("debian:13", "cmake -B build && cmake --build build", ("libgcc_s", "libstdc++")),
        ("gcc:14", "gcc -o /app main.c", ()),
        ("golang:1.27", "CGO_ENABLED=1 go build -o /app .", ()),
    ],
)
def test_a_dynamic_binary_tells_which_runtimes_of_its_compiler_it_loads(
    image: str, build: str, links: tuple[str, ...] | None
) -> None:
    text = f'FROM {image} AS build\nRUN {build}\nFROM debian:13-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n'
    found = find(needs_of(text, base("debian:13-slim")), NeedKind.DYNAMIC_BINARY)
    assert (found.links if found else None) == links
