"""What a project's folder holds: its Dockerfiles, Compose, Bake and Kubernetes files and its documents, by name.

Names decide what a file may be; contents are looked at only where a name is not enough (`kubernetes`, `templates`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from posixpath import basename, dirname

from basewright.errors import InputError
from basewright.model.unknown import Unknown
from basewright.ports.files import ProjectFiles
from basewright.sources.ignore import IgnoreRules
from basewright.sources.templates import name_reason
from basewright.sources.unread import unread

# fmt: off
SKIPPED_FOLDERS = frozenset((
    ".git", ".hg", ".svn", "node_modules", "bower_components", "vendor", "venv", ".venv", "virtualenv", "__pycache__",
    "site-packages", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs", ".gradle", ".terraform",
    ".next", ".nuxt", ".yarn", ".pnpm-store", ".cache", ".bundle", ".direnv", "Pods", "DerivedData",
))
# fmt: on
"""Folders that hold what others wrote or tools made; never entered."""

_IGNORE_FILE_LIMIT = 1024 * 1024
DOCUMENT_LIMIT = 50
"""Documents that are looked at for hints."""

_DOCKERFILE = re.compile(r"(?:docker|container)file(?:[._-].+)?|.+\.(?:docker|container)file", re.IGNORECASE)
_CODE = re.compile(
    r".*[._-](?:go|py|js|mjs|ts|tsx|rs|rb|java|kt|cs|php|pl|lua|c|cc|cpp|h|sh|bash|ps1|css|vue|txt|conf|xml|bats)"
)
"""Names that may be a Dockerfile's (``Dockerfile.go``, for a Go service) or a program's about Dockerfiles."""
_STARTS_AS_DOCKERFILE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?i:FROM|ARG)[ \t]")
_NO_DOCKERFILE = re.compile(
    r".*(?:~|\.(?:dockerignore|containerignore|md|rst|adoc|html?|lock|license|sha256|asc|sig|diff|patch"
    r"|bak|backup|orig|rej|sw[a-p]|tmp|save|disabled|ya?ml|json|toml|zip|t?gz|png|svg))",
    re.IGNORECASE,
)
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[._-].+)?\.ya?ml", re.IGNORECASE)
_BAKE = re.compile(r"docker-bake(?:\.override)?\.(json|hcl)", re.IGNORECASE)
_YAML = re.compile(r".+\.ya?ml", re.IGNORECASE)
_DOCUMENT = re.compile(r"(?:readme|runbook)[^/]*|docs?/(?:.*/)?[^/]+\.md|[^/]+\.md", re.IGNORECASE)
_NESTED_DOCUMENT = re.compile(r"(?:.*/)?(?:readme|runbook)[^/]*\.(?:md|rst|txt|adoc)", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """Paths by kind, each list sorted: the root's own files first, then by folder."""

    dockerfiles: list[str] = field(default_factory=list)
    compose: list[str] = field(default_factory=list)
    bake: list[str] = field(default_factory=list)
    yaml: list[str] = field(default_factory=list)
    """Other YAML files, which may hold Kubernetes manifests."""
    documents: list[str] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)


def is_dockerfile_name(path: str) -> bool:
    """Whether a file of this name holds a Dockerfile: ``Dockerfile.web``, ``web.Dockerfile``, ``Containerfile``."""
    name = basename(path)
    return bool(_DOCKERFILE.fullmatch(name)) and not _NO_DOCKERFILE.fullmatch(name)


def is_program(path: str, source: bytes) -> bool:
    """Whether a file that may be a Dockerfile by its name is a program: neither FROM nor ARG stands first."""
    return bool(_CODE.fullmatch(basename(path).lower())) and not _STARTS_AS_DOCKERFILE.match(source)


def is_compose_name(path: str) -> bool:
    """Whether a file of this name holds a Compose project or a part of one."""
    return bool(_COMPOSE.fullmatch(basename(path)))


def is_bake_name(path: str) -> bool:
    """Whether docker buildx bake reads a file of this name by itself."""
    return bool(_BAKE.fullmatch(basename(path)))


def find(files: ProjectFiles, exclude: Iterable[str]) -> Found:
    """Walk the project once and sort its files by kind."""
    candidates: list[str] = []
    ignore_files: list[str] = []
    for path in files.walk(SKIPPED_FOLDERS):
        if path.endswith(".gitignore"):
            ignore_files.append(path)
        elif _is_candidate(path):
            candidates.append(path)
    found = Found()
    if files.is_walk_cut:
        found.unknowns.append(Unknown(".", "too many or too deep files: the rest of the folder was not looked at"))
    found.unknowns += _passed_over(files)
    rules = IgnoreRules.of([*_ignore_texts(files, ignore_files, found)])
    excluded = IgnoreRules.of([("", "\n".join(exclude))])
    for path in sorted(candidates, key=_order):
        if not rules.ignores(path) and not excluded.ignores(path):
            _file(path, found)
    found.documents = sorted(found.documents, key=_order)[:DOCUMENT_LIMIT]
    return found


def _passed_over(files: ProjectFiles) -> Iterable[Unknown]:
    """Yield what the walk could not open, of the names that would have been looked at, and whole folders."""
    for path, reason in files.passed_over.items():
        is_wanted = _is_candidate(path) or is_bake_name(path) or basename(path) in {".dockerignore", ".gitignore"}
        if is_wanted or reason.startswith("the folder"):
            yield Unknown(path, reason)


def _is_candidate(path: str) -> bool:
    name = basename(path)
    lower = name.lower()
    return (
        "dockerfile" in lower
        or "containerfile" in lower
        or lower.endswith((".yml", ".yaml"))
        or lower.startswith("docker-bake")
        or (lower.startswith(("compose", "docker-compose")) and name_reason(lower) is not None)
        or bool(_DOCUMENT.fullmatch(path) or _NESTED_DOCUMENT.fullmatch(path))
    )


def _order(path: str) -> tuple[int, str, str]:
    """Order by depth, folder and name."""
    return path.count("/"), dirname(path), basename(path)


def _ignore_texts(files: ProjectFiles, paths: list[str], found: Found) -> Iterable[tuple[str, str]]:
    for path in paths:
        try:
            yield dirname(path), files.read(path, limit=_IGNORE_FILE_LIMIT).decode("utf-8", "replace")
        except InputError as error:
            found.unknowns.append(unread(path, error))


def _file(path: str, found: Found) -> None:
    """Put `path` where it belongs; a template by name is an unknown."""
    name = basename(path)
    reason = name_reason(path)
    if reason is not None:
        stem = name.rpartition(".")[0] or name
        if is_dockerfile_name(stem) or is_dockerfile_name(name) or is_compose_name(stem) or is_compose_name(name):
            found.unknowns.append(Unknown(path, reason))
    elif is_dockerfile_name(path):
        found.dockerfiles.append(path)
    elif is_compose_name(path):
        found.compose.append(path)
    elif is_bake_name(path):
        found.bake.append(path)
    elif _YAML.fullmatch(name):
        found.yaml.append(path)
    elif _DOCUMENT.fullmatch(path) or _NESTED_DOCUMENT.fullmatch(path):
        found.documents.append(path)
