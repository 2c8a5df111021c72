"""Compose, Kubernetes and Bake files that mean harm (E03, E04)."""

# ruff: noqa: E501 - what is written into the files stands as it is

from pathlib import Path

from hostile_files import DEEP_OBJECT, SERVICE, Make, alias_bomb, compose, files, huge_compose, lines, write


def _merge_bomb() -> str:
    wide = ", ".join(f"k{n}: 1" for n in range(200))
    levels = [f"m0: &m0 {{{wide}}}"]
    levels += [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}], y{n}: 1}}" for n in range(1, 12)]
    return lines([*levels, "services:", "  web:", "    <<: *m11", "    image: nginx"])


def _extends_chain(length: int) -> str:
    return (
        "services:\n"
        + lines(f"  s{n}:\n    extends: s{n + 1}" for n in range(length))
        + f"  s{length}:\n    image: nginx\n"
    )


def many_services(number: int) -> str:
    """Return a Compose file of so many services."""
    return "services:\n" + lines(
        f"  s{n}:\n    image: node:{20 + n % 5}\n    command: node {n}.js" for n in range(number)
    )


def _include_cycle(folder: Path) -> None:
    write(
        folder,
        {
            "compose.yaml": "include: [a/compose.yaml]\n" + SERVICE,
            "a/compose.yaml": "include: [../compose.yaml, compose.yaml]\nservices:\n  b:\n    extends: {file: ../compose.yaml, service: web}\n",
            "compose.override.yaml": "services:\n  web:\n    extends: {file: compose.override.yaml, service: web}\n  me:\n    extends: me\n",
        },
    )


_ESCAPES = lines(
    [
        "include: [/etc/passwd, ../../../etc/passwd, https://example.org/x.git, oci://example.org/x, git@example.org:x]",
        "services:",
        "  web:",
        "    image: nginx",
        "    env_file: [/etc/shadow, ../../../../etc/shadow, {path: /etc/shadow, required: true}]",
        "    label_file: /etc/shadow",
        "  root:",
        "    build: /",
        "  above:",
        "    build: {context: ../../.., dockerfile: ../../../etc/passwd}",
        "  absolute:",
        "    build: {context: ., dockerfile: /etc/passwd}",
        "  remote:",
        "    build: https://example.org/x.git#main",
        "  missing:",
        "    build: ./nowhere",
        "  extended:",
        "    extends: {file: /etc/passwd, service: root}",
        "  further:",
        "    extends: {file: ../../../../etc/passwd, service: root}",
        "  home:",
        "    build: ~/x",
        "  contexts:",
        "    build: {context: ., additional_contexts: {a: /, b: ../../.., c: 'docker-image://x', d: https://example.org}}",
    ]
)


def _interpolation_bomb() -> str:
    nested = "${A:-" * 20_000 + "}" * 20_000
    return lines(
        [
            "services:",
            "  deep:",
            f"    image: '{nested}'",
            "  wide:",
            f"    image: nginx:{'${A}' * 50_000}",
            "  cut:",
            f"    image: '{'${' * 50_000}'",
            "  dollars:",
            f"    image: '{'$' * 99_999}'",
        ]
    )


def _dotenv_bomb() -> str:
    return lines(["V0=xxxxxxxxxx", *(f"V{n}={f'${{V{n - 1}}}' * 10}" for n in range(1, 60))])


def _wrong_types() -> str:
    """Return a Compose file of some 320 services, each with one field of a wrong type."""
    wrong = ("null", "[]", "{}", "1", "1.5", "true", "[[[]]]", "{a: {b: [c]}}", "2026-01-01", "!!binary aGk=", "'x'")
    fields = (
        "image", "build", "command", "entrypoint", "user", "ports", "volumes", "environment", "env_file", "healthcheck",
        "cap_add", "cap_drop", "privileged", "read_only", "security_opt", "tmpfs", "depends_on", "profiles", "extends",
        "platform", "container_name", "labels", "deploy", "working_dir", "stop_signal", "init", "networks", "configs",
    )  # fmt: skip
    body = [
        f"  s{n}x{m}:\n    image: nginx\n    {f}: {w}" for n, f in enumerate(fields[1:]) for m, w in enumerate(wrong)
    ]
    return lines(["services:", *body, *(f"  i{n}: {{image: {w}}}" for n, w in enumerate(wrong))])


_ODD_SERVICES = {
    "services_null": "services:\n",
    "services_list": "services: [web, {image: nginx}]\n",
    "services_text": "services: web\n",
    "service_null": "services:\n  web:\n  db: []\n  c: text\n  d: 1\n",
    "root_list": "- services\n- web\n",
    "root_text": "services\n",
    "empty": "",
    "comment": "# nothing\n",
    "documents": "services: {a: {image: nginx}}\n---\nservices: {b: {image: nginx}}\n",
}

_NORWAY = lines(
    [
        "services:",
        "  no: {image: nginx}",
        "  yes: {image: nginx}",
        "  12:34:56: {image: nginx, ports: [22:22, 3306:3306]}",
        "  1e3: {image: nginx, user: 0o17, environment: {A: no, B: 1_000, C: 0x1F, D: 1:30, E: .inf, F: .nan, G: ~}}",
        "  3.10: {image: python:3.10}",
        "  2026-01-01: {image: 3.10}",
        "  ? [a, b]\n  : {image: nginx}",
        "  ? {a: b}\n  : {image: nginx}",
        "  null: {image: nginx}",
        "  true: {image: true}",
        "  '': {image: nginx}",
        "  big: {image: nginx, ports: [99999999999999999999999, " + "9" * 5000 + ", -1], user: " + "9" * 5000 + "}",
        "  dup: {image: nginx}",
        "  dup: {image: redis}",
    ]
)

_TAGS = lines(
    [
        "services:",
        "  web: !!python/object/apply:os.system [touch pwned]",
        "  b:",
        "    image: !!python/object/new:subprocess.Popen [[touch, pwned]]",
        "    command: !!python/name:os.system ''",
        "  c: !<tag:yaml.org,2002:python/object/apply:os.system> ['touch pwned']",
    ]
)
COMPOSE_FILES: dict[str, Make] = {
    "a bomb of aliases": compose(alias_bomb()),
    "a bomb of merge keys": compose(_merge_bomb()),
    "an anchor that holds itself": compose("x: &a [*a]\nservices:\n  web: &b\n    image: nginx\n    build: *b\n"),
    "a mapping that merges itself": compose("services:\n  web: &b\n    <<: *b\n    image: nginx\n"),
    "a flow a million deep": compose("services: " + "[" * 1_000_000 + "\n"),
    "a flow of mappings without end": compose("services: " + "{a: " * 300_000 + "\n"),
    "blocks without end": compose("services:\n" + lines(" " * n + f"a{n}:" for n in range(1200))),
    "tags that would run something": compose(_TAGS),
    "names that mean something else": compose(_NORWAY),
    "wrong types everywhere": compose(_wrong_types()),
    "a Compose file in UTF-16": compose(SERVICE.encode("utf-16")),
    "a Compose file with a byte order mark": compose(b"\xef\xbb\xbf" + SERVICE.encode()),
    "a binary Compose file": compose(bytes(range(256)) * 100),
    "a Compose file of 100 MB": huge_compose,
    "a half-written Compose file": compose('services:\n  web:\n    image: "ngi'),
    "a hundred thousand keys": compose("services:\n  web:\n    image: nginx\n    labels:\n" + lines(f"      k{n}: v" for n in range(100_000))),
    "a long scalar": compose("services:\n  web:\n    image: " + "a" * 1_900_000 + "\n"),
    "fifty thousand documents": compose("---\n" * 50_000 + SERVICE),
    **{f"odd services: {name}": compose(content) for name, content in _ODD_SERVICES.items()},
    # extends, include, interpolation
    "extends in a circle": compose("services:\n  a:\n    extends: b\n  b:\n    extends: {service: a}\n  c: {extends: c}\n"),
    "extends in a long chain": compose(_extends_chain(3000)),
    "includes in a circle": _include_cycle,
    "paths out of the project": compose(_ESCAPES),
    "a bomb of interpolation": compose(_interpolation_bomb()),
    "a bomb of variables": files(__env=_dotenv_bomb(), compose__yaml="services:\n  web:\n    image: ${V59}\n    command: ${V59} ${V58}\n"),
    "a hostile environment file": files(__env=b"\0\xff=\xfe\nA='\nB=\"\nexport\n=x\nC=${C}\nD=${D:-${D:-\n" + b"E=$" * 50_000, compose__yaml=SERVICE),
    "a port range without end in Compose": compose("services:\n  web:\n    image: nginx\n    ports: ['1-65535:1-65535', '1-99999999999', '0.0.0.0:1-65535:1-65535/udp']\n"),
    "a hundred Compose files in a circle": lambda folder: write(folder, {f"d{n}/compose.yaml": f"include: [../d{(n + 1) % 100}/compose.yaml]\n" + SERVICE for n in range(100)}),
    "Kubernetes without shape": files(a__yaml="apiVersion: v1\nkind: Pod\nspec: {containers: {a: b}}\n---\nkind: [List]\napiVersion: 1\n---\nkind: List\napiVersion: v1\nitems: [1, {kind: Pod, apiVersion: v1, spec: [x]}, null]\n---\nkind: Deployment\napiVersion: apps/v1\nspec: {template: {spec: {containers: [1, {image: [x]}, {image: nginx, command: {a: b}, ports: 3}]}}}\n"),
    "Kubernetes lists in lists": files(a__yaml="{kind: List, apiVersion: v1, items: [" * 60 + "]}" * 60 + "\n"),
    "Kubernetes lists a hundred thousand wide": files(a__yaml="kind: List\napiVersion: v1\nitems: [" + "{kind: List, apiVersion: v1, items: []}, " * 40_000 + "]\n"),
    "a Bake file without shape": lambda folder: write(folder, {"docker-bake.json": '{"target": {"a": {"inherits": ["b"]}, "b": {"inherits": ["a"], "context": 3, "dockerfile": [], "args": "x", "matrix": {"a": [[1]]}}, "c": []}, "group": {"g": {"targets": ["g", "a", 1]}}, "variable": []}'}),
    "a deep Bake file": lambda folder: write(folder, {"docker-bake.json": DEEP_OBJECT}),
    "a binary Bake file in HCL": lambda folder: write(folder, {"docker-bake.hcl": bytes(range(256)) * 100}),
}  # fmt: skip

FIELDS = (
    "services", "include", "name", "volumes", "networks", "configs", "secrets", "x-a", "web", "db", "image", "build",
    "command", "entrypoint", "user", "ports", "context", "dockerfile", "dockerfile_inline", "target", "args",
    "additional_contexts", "platform", "environment", "env_file", "healthcheck", "test", "disable", "interval", "cap_add",
    "cap_drop", "privileged", "read_only", "security_opt", "tmpfs", "depends_on", "profiles", "extends", "file", "service",
    "source", "type", "bind", "published", "protocol", "labels", "deploy", "working_dir", "stop_signal", "init",
    "container_name", "path", "required", "project_directory", "<<",
)  # fmt: skip
"""Names that a Compose file gives a meaning, somewhere."""
