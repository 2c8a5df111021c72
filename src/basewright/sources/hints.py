"""What documents say of a workload's use: lines that open a shell in its container (README, docs, runbooks).

A hint is of low confidence by nature: documents age. Only a line that names the service, its container or its image
counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname

from basewright.errors import InputError
from basewright.model.span import Location
from basewright.model.workload import Hint
from basewright.ports.files import ProjectFiles

DOCUMENT_SIZE = 256 * 1024
"""Bytes of one document."""
HINT_LIMIT = 20
"""Hints of one workload."""
_LINE_LIMIT = 500
_SHELLS = frozenset({"sh", "bash", "ash", "zsh", "/bin/sh", "/bin/bash", "/bin/ash", "/bin/zsh", "/usr/bin/bash"})
_ENGINES = frozenset(
    {"docker", "podman", "nerdctl", "docker-compose", "podman-compose", "compose", "kubectl", "oc", "k"}
)
_MARKUP = str.maketrans(dict.fromkeys("`\"'$>|()*,;", " "))


def read_hints(files: ProjectFiles, documents: Iterable[str]) -> Iterator[tuple[tuple[str, ...], Hint]]:
    """Yield (words that may name a workload, hint) of every line that opens a shell."""
    for path in documents:
        try:
            text = files.read(path, limit=DOCUMENT_SIZE).decode("utf-8", "replace")
        except InputError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if "exec" not in line and "--entrypoint" not in line and " run " not in line:
                continue
            words = _named(line[:_LINE_LIMIT])
            if words:
                yield words, Hint(line.strip()[:_LINE_LIMIT], Location(path, number))


def _named(line: str) -> tuple[str, ...]:
    """Return the words between the command and the shell that it opens; none where it opens no shell."""
    words = line.translate(_MARKUP).replace("=", " ").split()
    for index, word in enumerate(words):
        if word not in {"exec", "run"} or not _ENGINES & set(words[:index]):
            continue
        rest = words[index + 1 :]
        shells = [number for number, one in enumerate(rest) if one in _SHELLS]
        if shells and (word == "exec" or "--entrypoint" in rest or "compose" in " ".join(words[:index])):
            is_option = "--entrypoint" in rest
            return tuple(one for one in (rest if is_option else rest[: shells[0]]) if not one.startswith("-"))
    return ()


def hints_by_workload(
    hints: Iterable[tuple[tuple[str, ...], Hint]], names: Mapping[str, tuple[frozenset[str], str]]
) -> dict[str, tuple[Hint, ...]]:
    """Return workload → its hints; `names` has, by workload, what documents may call it, and its file's folder.

    Of several workloads of one name the one whose folder is the document's, or the nearest above it, is meant.
    """
    found: dict[str, list[Hint]] = {}
    for words, hint in hints:
        asked = {_bare(word) for word in words} | set(words)
        fit = [workload for workload, (called, _) in names.items() if called & asked]
        for workload in _nearest(fit, names, dirname(hint.where.file)):
            if len(found.setdefault(workload, [])) < HINT_LIMIT:
                found[workload].append(hint)
    return {workload: tuple(listed) for workload, listed in found.items()}


def _bare(word: str) -> str:
    """Return the service of ``deploy/web``, ``shop-web-1`` and ``shop_web_1``."""
    word = word.rpartition("/")[2]
    for sign in "-_":
        parts = word.split(sign)
        if len(parts) > 2 and parts[-1].isdigit():
            return sign.join(parts[1:-1])
    return word


def _nearest(workloads: list[str], names: Mapping[str, tuple[frozenset[str], str]], folder: str) -> list[str]:
    if len(workloads) < 2:
        return workloads
    above = [one for one in workloads if _is_above(names[one][1], folder)]
    longest = max((len(names[one][1]) for one in above), default=0)
    return [one for one in above if len(names[one][1]) == longest]


def _is_above(folder: str, other: str) -> bool:
    return folder in {"", "."} or other == folder or other.startswith(f"{folder}/")
