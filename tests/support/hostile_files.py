"""What hostile projects are written with, and files and trees that are no plain files."""

# ruff: noqa: E501 - what is written into the files stands as it is

import os
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

Make = Callable[[Path], None]
"""Writes a project into an empty folder."""

DEEP_JSON = "[" * 200_000 + "]" * 200_000
DEEP_OBJECT = '{"a":' * 100_000 + "1" + "}" * 100_000
FROM = "FROM node:24-slim\n"
SERVICE = "services:\n  web:\n    image: nginx:1.29\n"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write `files` below `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)


def files(**contents: str | bytes) -> Make:
    """Return what writes files; ``__`` in a name is a dot."""
    return lambda folder: write(folder, {name.replace("__", "."): content for name, content in contents.items()})


def dockerfile(content: str | bytes) -> Make:
    """Return what writes a Dockerfile alone."""
    return files(Dockerfile=content)


def compose(content: str | bytes) -> Make:
    """Return what writes a Compose file alone."""
    return files(compose__yaml=content)


def node_app(**manifests: str | bytes) -> Make:
    """Return what writes a Node service with the given manifests."""
    return files(Dockerfile=FROM + 'COPY . /app\nRUN npm ci\nCMD ["node", "a.js"]\n', **manifests)


def python_app(**manifests: str | bytes) -> Make:
    """Return what writes a Python service with the given manifests."""
    steps = 'COPY . /app\nRUN pip install -r requirements.txt\nCMD ["python", "a.py"]\n'
    return files(Dockerfile="FROM python:3.13\n" + steps, **manifests)


def java_app(**manifests: str | bytes) -> Make:
    """Return what writes a Java service with the given manifests."""
    return files(Dockerfile='FROM eclipse-temurin:21\nCOPY . /app\nCMD ["java", "-jar", "a.jar"]\n', **manifests)


def lines(parts: Iterable[str]) -> str:
    """Return `parts` as lines."""
    return "".join(f"{part}\n" for part in parts)


def directory_called_dockerfile(folder: Path) -> None:
    (folder / "Dockerfile").mkdir()
    write(folder, {"compose.yaml": "services:\n  web:\n    build: .\n"})


def link(target: str) -> Make:
    def make(folder: Path) -> None:
        (folder / "Dockerfile").symlink_to(target)
        write(folder, {"compose.yaml": "services:\n  web:\n    build: .\n"})

    return make


def fifos(folder: Path) -> None:
    for name in ("Dockerfile", "compose.yaml", ".env", "package.json", ".dockerignore"):
        os.mkfifo(folder / name)
    write(folder, {"a/Dockerfile": FROM})
    write(folder, {"b/compose.yaml": "services:\n  web:\n    build: ..\n    env_file: ../.env\n"})


def bound_socket(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("Dockerfile")
    finally:
        os.chdir(here)
    write(folder, {"compose.yaml": "services:\n  web:\n    build: .\n"})


def huge(folder: Path) -> None:
    with (folder / "Dockerfile").open("wb") as stream:
        stream.write(b"FROM node:24\n")
        stream.truncate(100 * 1024 * 1024)
    write(folder, {"compose.yaml": "services:\n  web:\n    build: .\n"})


def huge_compose(folder: Path) -> None:
    huge(folder)
    (folder / "Dockerfile").rename(folder / "compose.yaml")


def many_files(folder: Path) -> None:
    for number in range(5_000):
        below = folder / f"d{number // 100}" / f"e{number}"
        below.mkdir(parents=True)
        for name in range(20):
            os.close(os.open(below / f"f{name}", os.O_CREAT))
    write(folder, {"Dockerfile": FROM})


def link_loops(folder: Path) -> None:
    write(folder, {"Dockerfile": FROM, "a/x": ""})
    (folder / "a" / "up").symlink_to("..")
    (folder / "self").symlink_to("self")
    (folder / "root").symlink_to("/")
    for number in range(60):
        (folder / f"hop{number}").symlink_to(f"hop{number + 1}")
    (folder / "hop60").symlink_to("Dockerfile")
    write(
        folder,
        {
            "compose.yaml": "services:\n  web:\n    build: a/up/a/up/a/up\n  hop: {build: {context: ., dockerfile: hop0}}\n"
        },
    )


def deep_tree(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(300):
            os.mkdir("d" * 20, dir_fd=here)
            below = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        os.close(os.open("Dockerfile", os.O_CREAT, dir_fd=here))
    finally:
        os.close(here)
    write(folder, {"Dockerfile": FROM})


def alias_bomb() -> str:
    levels = ["x0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    levels += [f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return lines([*levels, "services:", "  web:", "    image: nginx", "    command: *a11"])
