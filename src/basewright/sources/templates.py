"""Telling templates from the files they would become: a template is named, never guessed at."""

import re

_SUFFIXES = (
    ".j2",
    ".jinja",
    ".jinja2",
    ".tmpl",
    ".tpl",
    ".template",
    ".erb",
    ".mustache",
    ".hbs",
    ".gotmpl",
    ".ejs",
    ".in",
)
"""Name endings of template languages and of configure-time substitution."""

_DOCKERFILE_MARK = re.compile(rb"(?m)^[ \t]*(?:\{[%{#]|<%)|^[ \t]*(?i:FROM)[ \t][^\n]*(?:\{\{|\{%|<%)")
"""A template's statement that starts a line, or an expression in a FROM. ``{{`` elsewhere is usual:
``docker inspect --format '{{.Id}}'``."""

_YAML_MARK = re.compile(
    rb"(?m)^[ \t]*(?:-[ \t]+)?(?:\{[%{#]|<%|[\w.-]+[ \t]*:[ \t]*(?:\{\{|\{%|<%)|image[ \t]*:[^\n]*\{\{)"
)
"""A template's statement that starts a line or an unquoted value; quoted ``"{{.Node.Hostname}}"`` is Docker's own."""


def name_reason(path: str) -> str | None:
    """Return why `path` is a template by its name, or None."""
    lower = path.lower()
    if lower.endswith(_SUFFIXES):
        return f"a template ({lower[lower.rindex('.') :]}): what it becomes is not known"
    if "{{" in path:
        return "inside a template's folder: what it becomes is not known"
    return None


def dockerfile_reason(source: bytes) -> str | None:
    """Return why the Dockerfile `source` is a template, or None."""
    return _reason(source, _DOCKERFILE_MARK)


def yaml_reason(source: bytes) -> str | None:
    """Return why the YAML file `source` is a template, or None."""
    return _reason(source, _YAML_MARK)


def _reason(source: bytes, mark: re.Pattern[bytes]) -> str | None:
    found = mark.search(source)
    if found is None:
        return None
    line = source.count(b"\n", 0, found.end()) + 1
    return f"a template (line {line}): what it becomes is not known"
