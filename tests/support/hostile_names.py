"""Names that would steer the reader of a report (A16, F01-F06)."""

# ruff: noqa: E501 - what is written into the files stands as it is

import json
import os
from pathlib import Path

from hostile_files import Make, lines, write

_WORDS = {
    "escape sequences": "a\x1b[31m\x1b]8;;http://evil.example\x07b\x9b2J\x07",
    "carriage returns": "a\r::set-output name=x::y\rb",
    "direction controls": "a\u202egpj.\u2066b\u2069\u200f",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": '"\' onmouseover="alert(1)" x=\'',
    "a link": "[x](javascript:alert(1)) https://evil.example ![i](http://evil.example/x.png)",
    "a table bar": "a | b || `c` ``d`` \\| |---|",
    "mentions": "@everyone #1 GH-2 org/repo#3 @org/team",
    "runner commands": "::set-output name=x::y ##[error]x ##vso[task.setvariable]x",
    "a runner command on its own line": "a\n::stop-commands::x\n##[group]y",
    "invisible letters": "a\u200bb\u2028c\u2029d\ufeff\U000e0041",
    "template syntax": "{{ 7*7 }} {% raw %} ${{ secrets.X }} $(id) `id`",
    "a percent and dots": "a%2e%2e%2f..%00 ..\\..\\x",
    "spaces and quotes": "  a  b 'c' \"d\" ",
}


def _yaml(text: str) -> str:
    return json.dumps(text)


def _named_files(word: str) -> Make:
    """Return what puts `word` into every name that a file system and a Compose file have room for."""
    plain = word.replace("/", "∕").encode()[:180].decode("utf-8", "ignore")

    def make(folder: Path) -> None:
        write(
            folder,
            {
                f"{plain}/Dockerfile": f'FROM node:20 AS build\nCMD ["node", {_yaml(word)}]\n',
                f"{plain}.Dockerfile": "FROM python:3.9\nRUN pip install x\nCMD python x.py\n",
                f"Dockerfile.{plain}": "FROM\n",
                f"{plain}/README.md": f"docker exec {word} bash\n",
                f"{plain}/pod.yaml": f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {_yaml(word)}}}\nspec:\n  containers: [{{name: {_yaml(word)}, image: {_yaml(word)}, command: [{_yaml(word)}]}}]\n",
                "compose.yaml": lines(
                    [
                        "services:",
                        f"  {_yaml(word)}:",
                        "    image: node:20",
                        f"    command: {_yaml(word)}",
                        f"    user: {_yaml(word)}",
                        f"    environment: {{{_yaml(word)}: {_yaml(word)}}}",
                        f"    volumes: [{_yaml(word + ':/data')}, {{type: volume, source: {_yaml(word)}, target: {_yaml('/' + word)}}}]",
                        f"    ports: [{_yaml(word)}]",
                        f"    healthcheck: {{test: {_yaml(word)}}}",
                        "  image:",
                        f"    image: {_yaml(word)}",
                        "  tag:",
                        f"    image: {_yaml('node:' + word)}",
                        "  context:",
                        f"    build: {{context: {_yaml(word)}, dockerfile: {_yaml(word)}, target: {_yaml(word)}, args: {{{_yaml(word)}: {_yaml(word)}}}}}",
                        "  built:",
                        "    build: {context: ., dockerfile: Dockerfile, target: x}",
                        "    depends_on: [" + _yaml(word) + "]",
                        "  profile:",
                        f"    image: postgres:12\n    profiles: [{_yaml(word)}]\n    container_name: {_yaml(word)}",
                        "include: [" + _yaml(word) + "]",
                    ]
                ),
                "Dockerfile": lines(
                    [
                        f"ARG A={_yaml(word)}",
                        "FROM node:20 AS x",
                        "RUN apt-get install -y " + word.replace("\n", " ").replace("\r", " "),
                        "COPY --from=" + word.replace("\n", " ").split(" ")[0] + " /a /b",
                        "ENV X=" + _yaml(word),
                        "LABEL org.opencontainers.image.url=" + _yaml(f"javascript:{word}"),
                        "WORKDIR " + word.replace("\n", " "),
                        "USER " + word.replace("\n", " "),
                        "HEALTHCHECK CMD curl " + word.replace("\n", " "),
                        "ENTRYPOINT " + word.replace("\n", " "),
                        'CMD ["sh", "-c", ' + _yaml(word) + "]",
                        "FROM $A AS y",
                        "FROM " + word.replace("\n", " "),
                    ]
                ),
            },
        )

    return make


def _bytes_names(folder: Path) -> None:
    dockerfile, service = b"FROM node:20\nCMD node \xff\xfe.js\n", b"services: {a: {image: x}}\n"
    for name, content in {
        b"\xff\xfe.Dockerfile": dockerfile,
        b"Dockerfile.\xc3\x28": dockerfile,
        b"\xf0\x9f\x92.yaml": service,
        b"a\nb/Dockerfile": dockerfile,
        b"\x1b[2J/Dockerfile": dockerfile,
        b"-o/Dockerfile": dockerfile,
        b"--help.Dockerfile": dockerfile,
        b"compose.yaml": b'services:\n  a:\n    build: {context: ., dockerfile: "\\xff"}\n  b: {image: node:20}\n',
    }.items():
        write(folder, {os.fsdecode(name): content})


def _colliding(folder: Path) -> None:
    write(
        folder,
        {
            "compose.yaml": "services:\n  __proto__: {image: node:20}\n  constructor: {image: node:20}\n  toString: {image: node:20}\n  'web (a/compose.yaml)': {image: node:20}\n  web: {image: node:20}\n  WEB: {image: node:20}\n  'web ': {image: node:20}\n  'project-1': {image: node:20}\n  actions: {image: node:20}\n  '': {image: node:20}\n  '-': {image: node:20}\n",
            "a/compose.yaml": "services:\n  web: {image: node:22}\n",
            "b/compose.yaml": "services:\n  web: {image: node:22}\n",
            "web/Dockerfile": "FROM node:20\n",
            "Dockerfile.web": "FROM node:20\n",
            "web.Dockerfile": "FROM node:20\n",
            "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'node:20'}, {name: web, image: 'node:20'}]}\n",
        },
    )


def _long_paths(folder: Path) -> None:
    below = "/".join(["p" * 120] * 25)
    write(
        folder,
        {
            "compose.yaml": f"services:\n  web: {{build: {{context: {below}}}}}\n  gone: {{build: {{context: {'q/' * 5000}, dockerfile: {'r' * 5000}}}}}\n"
        },
    )
    try:
        write(folder, {f"{below}/Dockerfile": "FROM node:20\n"})
    except OSError as error:  # the temporary folder is deep itself
        raise AssertionError("choose a shorter temporary folder") from error


def _uris(folder: Path) -> None:
    write(folder, dict.fromkeys(("a b/Dockerfile", "..a/Dockerfile", "%2e%2e/Dockerfile", "100%/Dockerfile", "a?b#c/Dockerfile", "a:b/Dockerfile", "https:/Dockerfile", "ü/Dockerfile", "a\\b/Dockerfile", "[x]/Dockerfile", "a&b=c;d/Dockerfile", "~/Dockerfile", "C:/Dockerfile", "日本/Dockerfile"), "FROM node:20\nCMD node x.js\n"))  # fmt: skip


WRITING: dict[str, Make] = {
    **{f"names with {what}": _named_files(word) for what, word in _WORDS.items()},
    "names that are no UTF-8": _bytes_names,
    "names that collide": _colliding,
    "paths of four thousand bytes": _long_paths,
    "paths that are no URIs": _uris,
}
