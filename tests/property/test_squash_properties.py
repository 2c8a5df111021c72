"""Layers laid over one another, against two models small enough to be seen right, and what must always hold.

One is the image-spec's text (layer.md, «Applying Changesets» and «Whiteouts»): a layer's whiteouts are applied to what
lower layers brought, then its entries are extracted in their order. The other is what runtimes do where links stand in
parents and hard links reach into lower layers, which the text leaves open: one entry after the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import given, note, settings
from hypothesis import strategies as st
from layers import Spec, facts_of, file, folder, hard, link

from basewright.image.interface import DIRECTORY, FIFO, HARD_LINK, REGULAR, SYMLINK
from basewright.image.tree import Tree

OPAQUE = ".wh..wh..opq"
Layers = list[list[Spec]]


@dataclass(eq=False)
class Inode:
    """What names lead to."""

    kind: int
    source: tuple[int, int]
    """Layer, and number of its entry; -1 for a directory that nothing spells out."""
    target: str = ""
    children: dict[str, "Name"] = field(default_factory=dict)


@dataclass
class Name:
    """An entry of a directory: which layer put it there, and what it leads to."""

    layer: int
    inode: Inode


class Model:
    """A file system that layers are applied to. Slow and plain."""

    def __init__(self) -> None:
        self.root = Inode(DIRECTORY, (0, -1))
        self.layer = 0

    def apply(self, entries: list[Spec], *, whiteouts_first: bool) -> None:
        numbered = list(enumerate(entries))
        if whiteouts_first:
            numbered.sort(key=lambda one: not is_whiteout(one[1]))
        late = [one for one in numbered if not self.entry(*one)]
        for number, (path, _, target) in late:
            parent = self.directory(path.split("/")[:-1], make=False)
            standing = parent.children.get(path.split("/")[-1]) if parent else None
            if parent and (standing is None or standing.layer != self.layer):
                self.hard_link(number, path.split("/"), str(target))
        self.layer += 1

    def entry(self, number: int, spec: Spec) -> bool:
        """Apply one entry; False for a hard link to what is not there yet."""
        path, kind, rest = spec
        names = path.split("/")
        if is_whiteout(spec):
            self.whiteout(names)
        elif kind == HARD_LINK:
            return self.hard_link(number, names, str(rest))
        elif (parent := self.directory(names[:-1])) is not None:
            standing = parent.children.get(names[-1])
            made = Inode(kind, (self.layer, number), str(rest))
            if kind == DIRECTORY and standing and standing.inode.kind == DIRECTORY:
                made.children = standing.inode.children
            parent.children[names[-1]] = Name(self.layer, made)
        return True

    def hard_link(self, number: int, names: list[str], target: str) -> bool:
        parent = self.directory(names[:-1])
        *folders, last = target.split("/")
        holder = self.directory(folders, make=False)
        found = holder.children.get(last) if holder else None
        if parent is None or found is None or found.inode.kind == DIRECTORY:
            return parent is None
        standing = parent.children.get(names[-1])
        if standing is None or standing.inode is not found.inode:
            parent.children[names[-1]] = Name(self.layer, found.inode)
        return True

    def whiteout(self, names: list[str]) -> None:
        parent = self.directory(names[:-1], make=False)
        if parent is None:
            return
        if names[-1] == OPAQUE:
            parent.children = self.kept(parent.children)
            return
        hidden = names[-1].removeprefix(".wh.")
        kept = self.kept({name: one for name, one in parent.children.items() if name == hidden})
        parent.children.pop(hidden, None)
        parent.children.update(kept)

    def kept(self, names: dict[str, Name]) -> dict[str, Name]:
        """Return what of `names` the present layer put there."""
        result = {}
        for name, one in names.items():
            if one.inode.kind == DIRECTORY:
                children = self.kept(one.inode.children)
                if one.layer == self.layer:
                    one.inode.children = children
                elif children:
                    one = Name(self.layer, Inode(DIRECTORY, (self.layer, -1), "", children))  # noqa: PLW2901
            if one.layer == self.layer:
                result[name] = one
        return result

    def directory(self, names: list[str], *, make: bool = True) -> Inode | None:
        """Return the directory that `names` lead to, links followed; None where there is none or they circle."""
        here, left, hops = [self.root], list(names), 0
        while left:
            name = left.pop(0)
            if name in {"", "."}:
                continue
            if name == "..":
                here = here[:-1] or here
                continue
            found = here[-1].children.get(name)
            if found and found.inode.kind == SYMLINK:
                hops += 1
                if hops > 40:
                    return None
                if found.inode.target.startswith("/"):
                    here = here[:1]
                left = found.inode.target.split("/") + left
                continue
            if found is None or found.inode.kind != DIRECTORY:
                if not make:
                    return None
                found = here[-1].children[name] = Name(self.layer, Inode(DIRECTORY, (self.layer, -1)))
            here.append(found.inode)
        return here[-1]

    def seen(self) -> dict[str, tuple[int, int, int]]:
        """Return path → kind, layer, number of everything."""
        return dict(self._seen(self.root, ""))

    def _seen(self, directory: Inode, prefix: str) -> Iterator[tuple[str, tuple[int, int, int]]]:
        for name, one in directory.children.items():
            yield prefix + name, (one.inode.kind, *one.inode.source)
            yield from self._seen(one.inode, f"{prefix}{name}/")


def is_whiteout(spec: Spec) -> bool:
    return spec[0].rpartition("/")[2].startswith(".wh.")


def modelled(layers: Layers, *, whiteouts_first: bool) -> dict[str, tuple[int, int, int]]:
    model = Model()
    for entries in layers:
        model.apply(entries, whiteouts_first=whiteouts_first)
    return model.seen()


def squashed(layers: Layers) -> Tree:
    return Tree([facts_of(*entries, records={"seen": records(entries)}) for entries in layers])


def records(entries: list[Spec]) -> dict[str, int]:
    """Return path → number of the regular files; of a path that comes twice, the last counts, whatever it is."""
    last = {path: number for number, (path, *_) in enumerate(entries)}
    return {
        path: number
        for path, number in last.items()
        if entries[number][1] == REGULAR and not is_whiteout(entries[number])
    }


def seen(tree: Tree) -> dict[str, tuple[int, int, int]]:
    return {one.path: (one.kind, one.layer, one.number) for one in tree.entries()}


NAMES = st.sampled_from("abc")
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
SIZES = st.integers(0, 1000)
TARGETS = st.one_of(PATHS, PATHS.map("/{}".format), st.sampled_from([".", "..", "../..", "/", "../a", "./b/../c", ""]))
PLAIN: list[st.SearchStrategy[Spec]] = [
    st.builds(file, PATHS, SIZES),
    st.builds(file, PATHS, SIZES),
    st.builds(folder, PATHS),
    PATHS.map(lambda path: (path, FIFO, 0)),
    PATHS.map(lambda path: file(f"{path}/{OPAQUE}", 0)),
    st.just(file(OPAQUE, 0)),
    st.tuples(st.one_of(st.just(""), PATHS.map("{}/".format)), NAMES).map(lambda at: file(f"{at[0]}.wh.{at[1]}", 0)),
]
LINKED = [*PLAIN, st.builds(link, PATHS, TARGETS), st.builds(hard, PATHS, PATHS), st.builds(hard, PATHS, PATHS)]
PLAIN_LAYERS = st.lists(st.lists(st.one_of(PLAIN), max_size=8), max_size=4)
LINKED_LAYERS = st.lists(st.lists(st.one_of(LINKED), max_size=8), max_size=4)
MANY = settings(max_examples=400, deadline=None)


@MANY
@given(PLAIN_LAYERS)
def test_layers_make_what_the_specification_says(layers: Layers) -> None:
    assert seen(squashed(layers)) == modelled(layers, whiteouts_first=True)


@MANY
@given(LINKED_LAYERS)
def test_layers_with_links_make_what_their_entries_make_one_by_one(layers: Layers) -> None:
    assert seen(squashed(layers)) == modelled(layers, whiteouts_first=False)


@settings(max_examples=150, deadline=None)
@given(PLAIN_LAYERS, st.randoms(use_true_random=False))
def test_whiteouts_may_stand_anywhere_in_their_layer(layers: Layers, random: object) -> None:
    moved = []
    for entries in layers:
        others = [one for one in entries if not is_whiteout(one)]
        for one in filter(is_whiteout, entries):
            others.insert(random.randint(0, len(others)), one)  # type: ignore[attr-defined]  # hypothesis gives a Random
        moved.append(others)
    trees = squashed(layers), squashed(moved)

    assert contents(trees[0], layers) == contents(trees[1], moved)
    assert trees[0].seen_bytes == trees[1].seen_bytes


def contents(tree: Tree, layers: Layers) -> dict[str, object]:
    """Return path → kind, layer and entry, whatever its number."""
    return {
        one.path: (one.kind, one.layer, one.number >= 0 and layers[one.layer][one.number]) for one in tree.entries()
    }


@settings(max_examples=200, deadline=None)
@given(LINKED_LAYERS)
def test_every_answer_of_a_tree_agrees_with_its_entries(layers: Layers) -> None:
    tree = squashed(layers)
    entries = {one.path: one for one in tree.entries()}

    for path, one in entries.items():
        assert tree.lookup(path, follow=False) == one
        assert tree.resolve(path, follow=False) == path
        followed = tree.lookup(f"/{path}/")
        assert followed is None or followed.path == "" or followed == entries[followed.path]
        assert (followed is one) <= (one.kind != SYMLINK)
        assert tree.resolve(path) == (followed.path if followed else None)
        if one.kind == DIRECTORY:
            assert list(tree.list(path)) == sorted(children(entries, path))
    assert list(tree.list("")) == sorted(children(entries, ""))
    assert list(entries) == sorted(entries)
    assert list(tree.files()) == [(one.path, one.layer, one.number) for one in entries.values() if one.kind == REGULAR]


def children(entries: dict[str, object], path: str) -> list[str]:
    return [one.rpartition("/")[2] for one in entries if one.rpartition("/")[0] == path]


@settings(max_examples=200, deadline=None)
@given(LINKED_LAYERS)
def test_records_and_bytes_are_those_of_seen_files(layers: Layers) -> None:
    tree = squashed(layers)
    names: dict[tuple[int, int], list[str]] = {}
    for path, layer, number in tree.files():
        names.setdefault((layer, number), []).append(path)

    found = tree.found("seen")
    assert [one.path for one in found] == sorted(one.path for one in found)
    assert {(one.layer, one.record): [one.path, *one.aliases] for one in found} == {
        (layer, number): paths for (layer, number), paths in names.items() if number in records(layers[layer]).values()
    }
    assert all(tree.names_of(*where) == len(paths) for where, paths in names.items())

    hidden = [(one.node >> 32, one.node & 0xFFFFFFFF) for one in tree.hidden]
    assert len(set(hidden)) == len(hidden)
    assert not set(hidden) & set(names)
    assert sum(tree.seen_bytes) == sum(int(layers[layer][number][2]) for layer, number in names)
    for layer, entries in enumerate(layers):
        note(f"layer {layer}")
        wasted = sum(int(entries[number][2]) for at, number in hidden if at == layer)
        carried = sum(int(rest) for path, kind, rest in entries if kind == REGULAR)
        lost = sum(int(rest) for path, kind, rest in entries if kind == REGULAR and tree.unknowns)
        assert carried - lost <= tree.seen_bytes[layer] + wasted <= carried


@settings(max_examples=60, deadline=None)
@given(LINKED_LAYERS)
def test_the_same_layers_make_the_same_tree(layers: Layers) -> None:
    first, second = squashed(layers), squashed(layers)

    assert list(first.entries()) == list(second.entries())
    assert first.hidden == second.hidden
    assert first.unknowns == second.unknowns
    assert first.found("seen") == second.found("seen")


@given(st.lists(PLAIN[4] | PLAIN[5] | PLAIN[6], max_size=8))
def test_whiteouts_alone_make_an_empty_tree(entries: list[Spec]) -> None:
    tree = squashed([entries])

    assert list(tree.entries()) == []
    assert tree.unknowns == ()
    assert sum(tree.seen_bytes) == 0
