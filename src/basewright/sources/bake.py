"""Docker Bake files in JSON: each target with a build is a draft of a workload (docs.docker.com/build/bake/reference).

Bake files in HCL are named, not read. A parser for the grammar exists and is kept (python-hcl2), but the grammar is the
small part: variables, some ninety functions, functions of the user's own and expressions decide the values, and no kept
library evaluates them. `docker buildx bake --print` writes the JSON form, evaluated, which is read here. For the same
reason a JSON value with an expression other than a variable is told, and a `matrix` is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import basename, dirname

from basewright.errors import InputError
from basewright.model.unknown import Unknown
from basewright.model.workload import Origin
from basewright.ports.files import ProjectFiles
from basewright.sources.build_spec import Argument, BuildSpec, InlineDockerfile, is_remote, resolve_path
from basewright.sources.compose.tree import Table, Text, Value, texts
from basewright.sources.compose.variables import Converter, Variables
from basewright.sources.draft import Draft
from basewright.sources.place import Place
from basewright.sources.unread import unread
from basewright.syntax.yaml import compose_yaml

BAKE_LIMIT = 1024 * 1024
_CHAIN_LIMIT = 40
_MERGED = frozenset({"args", "contexts", "labels"})
_HCL = (
    "a Bake file in HCL is not evaluated: `docker buildx bake --print > docker-bake.json` writes the form that is read"
)


@dataclass(slots=True)
class BakeReader:
    """Reads the Bake files of a project."""

    files: ProjectFiles
    environment: Mapping[str, str]
    unknowns: set[Unknown] = field(default_factory=set)

    def read(self, paths: list[str]) -> Iterator[Draft]:
        """Yield a draft for each target; ``docker-bake.override.json`` is laid upon ``docker-bake.json`` beside it."""
        folders: dict[str, list[str]] = {}
        for path in paths:
            if path.endswith(".json"):
                folders.setdefault(dirname(path), []).append(path)
            else:
                self.unknowns.add(Unknown(path, _HCL))
        for names in folders.values():
            roots = [root for path in sorted(names, key=_override_last) if (root := self._file(path)) is not None]
            if roots:
                yield from self._targets(roots, min(names, key=_override_last))

    def _file(self, path: str) -> Table | None:
        try:
            source = self.files.read(path, limit=BAKE_LIMIT)
            # JSON is YAML but for tabs, which JSON has between values only: a blank in their place keeps every offset.
            documents = compose_yaml(source.replace(b"\t", b" "))
        except InputError as error:
            self.unknowns.add(unread(path, error))
            return None
        if not documents:
            return None
        plain = Converter(path, dirname(path) or ".", source=source, variables=Variables(), interpolates=False)
        variables = self._variables(plain.convert(documents[0]))
        root = Converter(path, dirname(path) or ".", source=source, variables=variables).convert(documents[0])
        if not isinstance(root, Table):
            self.unknowns.add(Unknown(path, "no Bake file: no mapping at its top"))
            return None
        return root

    def _variables(self, root: Value) -> Variables:
        """Return the variables' defaults, below the environment that was handed in."""
        section = root.table("variable") if isinstance(root, Table) else None
        values: dict[str, str] = {}
        places: dict[str, Place] = {}
        for name, one in section.entries.items() if section else ():
            default = one.text("default") if isinstance(one, Table) else None
            if default is not None and "${" not in default.value:
                values[name], places[name] = default.value, default.place
        for name, value in self.environment.items():
            values[name] = value
            places.pop(name, None)
        return Variables(values, places)

    def _targets(self, roots: list[Table], path: str) -> Iterator[Draft]:
        targets: dict[str, Table] = {}
        grouped: set[str] = set()
        for root in roots:
            section = root.table("target")
            for name, one in section.entries.items() if section else ():
                if isinstance(one, Table):
                    targets[name] = _merge(targets[name], one) if name in targets else one
            groups = root.table("group")
            for group in groups.entries.values() if groups else ():
                grouped.update(one.value for one in texts(group.get("targets") if isinstance(group, Table) else None))
        inherited = {one.value for target in targets.values() for one in texts(target.get("inherits"))}
        done: dict[str, Table] = {}
        for name, target in targets.items():
            is_template = name.startswith("_") or (name in inherited and name not in grouped and name != "default")
            if is_template:
                continue
            if target.get("matrix") is not None:
                self.unknowns.add(Unknown(str(target.where), f"target {name}: its matrix is not expanded"))
                continue
            yield self._draft(name, self._inherit(name, targets, (), done), path)

    def _inherit(
        self, name: str, targets: Mapping[str, Table], chain: tuple[str, ...], done: dict[str, Table]
    ) -> Table:
        """Return the target upon what it inherits; later parents win over earlier ones. `done` holds finished ones."""
        if name in done:
            return done[name]
        own = targets[name]
        merged: Table | None = None
        for parent in texts(own.get("inherits")):
            if parent.value in chain or parent.value == name or len(chain) >= _CHAIN_LIMIT:
                self.unknowns.add(Unknown(str(parent.where), f"target {name} inherits in a circle, or too far"))
            elif parent.value not in targets:
                self.unknowns.add(
                    Unknown(str(parent.where), f"target {name} inherits {parent.value}, which is not there")
                )
            else:
                table = self._inherit(parent.value, targets, (*chain, name), done)
                merged = table if merged is None else _merge(merged, table)
        done[name] = own if merged is None else _merge(merged, own)
        return done[name]

    def _draft(self, name: str, target: Table, path: str) -> Draft:
        tag = next(texts(target.get("tags")), None)
        return Draft(name, path, Origin.BAKE, target.where, _spec(target, dirname(path) or "."), tag)


def _override_last(path: str) -> tuple[bool, str]:
    return ".override." in basename(path), path


def _merge(base: Table, over: Table) -> Table:
    entries = dict(base.entries)
    for name, value in over.entries.items():
        below = entries.get(name)
        if name in _MERGED and isinstance(below, Table) and isinstance(value, Table):
            value = value.with_entries({**below.entries, **value.entries}, {**below.keys, **value.keys})  # noqa: PLW2901
        entries[name] = value
    return Table(entries, over.where, over.tag, {**base.keys, **over.keys})


def _spec(target: Table, folder: str) -> BuildSpec:
    context, reason = _context(target.text("context"), folder)
    inline = target.text("dockerfile-inline")
    dockerfile: str | None = None
    if inline is None and not reason:
        text = target.text("dockerfile")
        if text is not None and text.reason:
            reason = f"dockerfile: {text.reason}"
        else:
            dockerfile, reason = resolve_path(context or ".", text.value if text and text.value else "Dockerfile")
    stage = target.text("target")
    platforms = [one.value for one in texts(target.get("platforms"))]
    return BuildSpec(
        where=target.where,
        context=context,
        dockerfile=dockerfile,
        inline=_inline(inline) if inline else None,
        target=stage.value if stage and stage.value else None,
        arguments=_arguments(target.table("args")),
        contexts={name: one.value for name, one in _texts_of(target.table("contexts"))},
        platform=platforms[0] if len(platforms) == 1 else None,
        reason=(f"target: {stage.reason}" if stage and stage.reason else reason),
    )


def _context(text: Text | None, folder: str) -> tuple[str | None, str]:
    if text is None:
        return folder, ""
    if text.reason:
        return None, f"context: {text.reason}"
    if is_remote(text.value):
        return None, f"the build context {text.value[:200]!r} is remote: nothing is fetched"
    return resolve_path(folder, text.value or ".")


def _inline(text: Text) -> InlineDockerfile:
    content = text.value.encode("utf-8", "surrogateescape")
    return InlineDockerfile(text.where.file, b"\n" * max(text.where.line - 1, 0) + content, has_offsets=False)


def _texts_of(table: Table | None) -> Iterator[tuple[str, Text]]:
    for name, one in table.entries.items() if table else ():
        if isinstance(one, Text) and not one.is_null:
            yield name, one


def _arguments(table: Table | None) -> dict[str, Argument]:
    return {name: Argument(one.value, one.decided_at, one.reason) for name, one in _texts_of(table)}
