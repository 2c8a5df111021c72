"""The build context of a Dockerfile that nothing references: the folder in which its COPY sources stand."""

from collections.abc import Iterator
from posixpath import dirname
from posixpath import join as join_paths

from basewright.errors import InputError
from basewright.model.dockerfile import Dockerfile
from basewright.ports.files import ProjectFiles, normalize
from basewright.sources.build_spec import is_remote

_SOURCE_LIMIT = 50


def context_of(path: str, dockerfile: Dockerfile, files: ProjectFiles) -> str:
    """Return the folder, from the Dockerfile's own up to the root, that has the most of its sources; the nearest wins.

    A Dockerfile that copies nothing, or only what a build makes first, has its own folder as context.
    """
    sources = list(_sources(dockerfile))[:_SOURCE_LIMIT]
    own = dirname(path) or "."
    best, most = own, sum(_exists(own, source, files) for source in sources)
    folder = own
    while folder != "." and most < len(sources):
        folder = dirname(folder) or "."
        count = sum(_exists(folder, source, files) for source in sources)
        if count > most:
            best, most = folder, count
    return best


def _sources(dockerfile: Dockerfile) -> Iterator[str]:
    """Yield the sources that stand in the context for sure: no variable, no address, not the whole context."""
    for instruction in dockerfile.instructions:
        if instruction.keyword not in {"COPY", "ADD"} or instruction.flag("from") is not None:
            continue
        for word in instruction.words[:-1]:
            is_plain = not word.startswith("<<") and "$" not in word and not is_remote(word)
            if is_plain and word.strip("./") and not word.startswith("*"):
                yield word


def _exists(folder: str, source: str, files: ProjectFiles) -> bool:
    literal = source
    while any(sign in literal for sign in "*?["):
        literal = dirname(literal)
    if not literal.strip("./"):
        return False
    try:
        path = normalize(join_paths(folder, literal.lstrip("/")))
    except InputError:
        return False
    return files.is_file(path) or files.is_directory(path)
