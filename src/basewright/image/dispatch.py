"""Which analysers a file is offered to: their interests, put together once so that a question costs little."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from basewright.image.interface import Analyser

Chooser = Callable[[str, int, int, bytes], tuple[Analyser, ...] | None]
"""Path, size, mode and first bytes → who wants the content; None for nobody."""
_Found = tuple[int, ...]
_Key = TypeVar("_Key", bound=str | bytes)
_REMEMBERED = 1 << 16
"""Directories whose answer is remembered."""


def compile_interests(
    analysers: Sequence[Analyser], failed: Callable[[str, Analyser, Exception], None] | None = None
) -> Chooser:
    """Return the function that is asked of every regular file of a layer.

    `failed` hears of an analyser that could not even say whether it wants a file.
    """
    names = _by_key((number, one.interest.names) for number, one in enumerate(analysers))
    suffixes = _by_key((number, one.interest.suffixes) for number, one in enumerate(analysers))
    directories = _by_key((number, one.interest.directories) for number, one in enumerate(analysers))
    magics = _by_key((number, one.interest.magics) for number, one in enumerate(analysers))
    nobody: _Found = ()
    parents: dict[str, _Found] = {}
    tails = frozenset(suffix[1:] for suffix in suffixes)
    firsts = frozenset(magic[:2] for magic in magics)

    def in_parent(parent: str) -> _Found:
        if len(parents) > _REMEMBERED:
            parents.clear()
        found = parents[parent] = directories.get(parent[parent.rfind("/") + 1 :], nobody)
        return found

    def choose(path: str, size: int, mode: int, head: bytes) -> tuple[Analyser, ...] | None:
        parent, _, base = path.rpartition("/")
        try:
            here = parents[parent]
        except KeyError:
            here = in_parent(parent)
        if not here and head[:2] not in firsts and base.rpartition(".")[2] not in tails and base not in names:
            return None
        found = {
            *here,
            *names.get(base, nobody),
            *suffixes.get(base[base.rfind(".") :], nobody),
            *magics.get(head, nobody),
            *magics.get(head[:2], nobody),
        }
        return _willing(sorted(found), path, size, mode) if found else None

    def _willing(numbers: list[int], path: str, size: int, mode: int) -> tuple[Analyser, ...] | None:
        willing = []
        for number in numbers:
            one = analysers[number]
            try:
                if one.wants(path, size, mode):
                    willing.append(one)
            except Exception as error:
                if failed is None:
                    raise
                failed(path, one, error)
        return tuple(willing) or None

    return choose


def _by_key(interests: Iterable[tuple[int, frozenset[_Key]]]) -> Mapping[_Key, _Found]:
    found: dict[_Key, _Found] = {}
    for number, keys in interests:
        for key in keys:
            found[key] = (*found.get(key, ()), number)
    return found
