"""Loading Compose files: `extends`, `include` and merging, in compose-go's order: per file the first two, then merge.

Nothing outside the project is read and nothing is fetched; cycles, and more files than any project has, are told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename, dirname
from posixpath import join as join_paths

from basewright.errors import InputError
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.ports.files import ProjectFiles
from basewright.sources.build_spec import is_remote, resolve_path
from basewright.sources.compose.merge import merge_service, merge_services
from basewright.sources.compose.tree import RESET, Items, Table, Text, Value, texts, without_resets
from basewright.sources.compose.variables import Converter, Variables
from basewright.sources.templates import yaml_reason
from basewright.sources.unread import unread
from basewright.syntax.yaml import YamlMapping, compose_yaml, walk

COMPOSE_FILE_LIMIT = 2 * 1024 * 1024
"""Bytes of one Compose file."""
ENVIRONMENT_FILE_LIMIT = 1024 * 1024
LOAD_LIMIT = 2000
"""Files that one project may load, repetitions counted."""
CHAIN_LIMIT = 40
"""Steps of `extends`, and levels of `include`."""


@dataclass(frozen=True, slots=True)
class _File:
    """One parsed file in one role: the folder decides its relative paths."""

    path: str
    folder: str
    root: Table
    variables: Variables

    @property
    def services(self) -> Table:
        """Its services, empty where it has none."""
        services = self.root.entries.get("services")
        if isinstance(services, Text):  # `services: !reset` takes away those of the files before
            return Table({}, services.where, services.tag)
        return services if isinstance(services, Table) else Table({}, self.root.where)


@dataclass(slots=True)
class Loader:
    """Loads projects; remembers what it read, what was included and what was extended."""

    files: ProjectFiles
    environment: Mapping[str, str]
    sources: dict[str, bytes] = field(default_factory=dict)
    """Every Compose file that was read."""
    included: set[str] = field(default_factory=set)
    """Files that others include: they are no projects of their own."""
    extended: set[tuple[str, str]] = field(default_factory=set)
    """(file, service) that a service of another file extends."""
    unknowns: set[Unknown] = field(default_factory=set)
    _parsed: dict[tuple[str, str, int], _File | None] = field(default_factory=dict)
    _kept: list[Variables] = field(default_factory=list)
    """Keeps variables alive, so that their identity stays theirs."""
    _loads: int = 0

    def load(self, paths: Sequence[str], folder: str) -> tuple[Table, Variables]:
        """Return the merged services of `paths`, and the project's variables (those of ``.env`` in `folder`)."""
        self._loads = 0
        variables = self._with_files(Variables(self.environment), [join_paths(folder, ".env")], is_default=True)
        merged = self._project(paths, folder, variables=variables, stack=())
        cleaned = without_resets(merged)
        return (cleaned if isinstance(cleaned, Table) else merged), variables

    def _with_files(self, variables: Variables, paths: Sequence[str], *, is_default: bool) -> Variables:
        for path in paths:
            name, reason = resolve_path(".", path)
            is_missing = name is None or basename(name) not in self.files.list(dirname(name) or ".")
            if name is None or is_missing or (is_default and self.files.is_directory(name)):
                if not is_default:
                    self._tell(Location(path), reason or "environment file: missing")
                continue
            try:
                content = self.files.read(name, limit=ENVIRONMENT_FILE_LIMIT)
                variables = variables.with_file(name, content)
            except InputError as error:
                self.unknowns.add(unread(name, error))
        self._kept.append(variables)
        return variables

    def _project(self, paths: Sequence[str], folder: str, *, variables: Variables, stack: tuple[str, ...]) -> Table:
        merged: Table | None = None
        for path in paths:
            file = self._file(path, folder, variables)
            if file is None:
                continue
            services = self._with_includes(file, self._extended_services(file), stack)
            merged = merge_services(Table({}, services.where) if merged is None else merged, services)
        return merged or Table({}, Location(paths[0]))

    def _file(self, path: str, folder: str, variables: Variables) -> _File | None:
        # Every use counts, not every reading: files that include two others each would multiply.
        self._loads += 1
        if self._loads > LOAD_LIMIT:
            self._tell(Location(path), f"not read: the project loads more than {LOAD_LIMIT} files")
            return None
        key = (path, folder, id(variables))
        if key not in self._parsed:
            self._parsed[key] = self._parse(path, folder, variables)
        return self._parsed[key]

    def _parse(self, path: str, folder: str, variables: Variables) -> _File | None:
        """Read one file; what is wrong with it is told, and None returned."""
        try:
            source = self.files.read(path, limit=COMPOSE_FILE_LIMIT)
            reason = yaml_reason(source)
            if reason:
                self._tell(Location(path), reason)
                return None
            documents = compose_yaml(source)
        except InputError as error:
            self.unknowns.add(unread(path, error))
            return None
        self.sources[path] = source
        converter = Converter(path, folder, source=source, variables=variables)
        root: Value | None = None
        for document in documents:
            self._tell_duplicates(path, document if isinstance(document, YamlMapping) else None)
            value = converter.convert(document)
            if isinstance(value, Table):
                root = merge_service(root, value) if isinstance(root, Table) else value
            elif not isinstance(value, Text) or not value.is_null:
                self._tell(value.where, "not a Compose file: no mapping at its top")
        if not isinstance(root, Table):
            return None
        self._tell_shape(root)
        return _File(path, folder, root, variables)

    def _tell_duplicates(self, path: str, document: YamlMapping | None) -> None:
        for node in walk(document) if document is not None else ():
            if isinstance(node, YamlMapping):
                for key in node.duplicates:
                    reason = (
                        f"key {key.value[:80]!r} stands twice: Docker Compose refuses the file, the last one is read"
                    )
                    self._tell(Location(path, key.line), reason)

    def _tell_shape(self, root: Table) -> None:
        if root.get("services") is not None and root.table("services") is None:
            self._tell(root.where_of("services"), "services is no mapping")
        sections = (one for one in root.entries.values() if isinstance(one, Table))
        if root.get("services") is None and any("image" in one.entries or "build" in one.entries for one in sections):
            self._tell(
                root.where, "no services section: Compose's first format is not read (Docker Compose refuses it)"
            )

    # extends

    def _extended_services(self, file: _File) -> Table:
        entries: dict[str, Value] = {}
        for name, service in file.services.entries.items():
            if isinstance(service, Table):
                entries[name] = self._extend(file, name, ())
            elif service.tag == RESET:
                entries[name] = service
            else:
                self._tell(file.services.where_of(name), f"service {name} is no mapping")
        return file.services.with_entries(entries)

    def _extend(self, file: _File, name: str, chain: tuple[tuple[str, str], ...]) -> Table:
        """Return the service with what it extends laid below it; a broken `extends` is told and left out."""
        service = file.services.table(name) or Table({}, file.root.where)
        value = service.get("extends")
        own = service.with_entries({key: one for key, one in service.entries.items() if key != "extends"})
        if value is None:
            return own
        base_name, base_file = self._base(file, value, service.where_of("extends"))
        if base_file is None or base_name is None:
            return own
        step = (base_file.path, base_name)
        if step in chain or (file.path, name) == step or len(chain) >= CHAIN_LIMIT:
            self._tell(service.where_of("extends"), f"service {name}: extends goes round in a circle, or too far")
            return own
        if base_file.services.table(base_name) is None:
            self._tell(service.where_of("extends"), f"service {name} extends {base_name}, which {base_file.path} lacks")
            return own
        if base_file.path != file.path:
            self.extended.add(step)
        return merge_service(self._extend(base_file, base_name, (*chain, (file.path, name))), own)

    def _base(self, file: _File, value: Value, where: Location) -> tuple[str | None, _File | None]:
        """Return the name and the file of the service that `extends` names."""
        if isinstance(value, Text):
            return value.value, file
        name = value.text("service") if isinstance(value, Table) else None
        path_text = value.text("file") if isinstance(value, Table) else None
        if name is None:
            self._tell(where, "extends names no service")
            return None, None
        if path_text is None:
            return name.value, file
        path = self._local(path_text, "extends")
        return name.value, self._file(path, dirname(path) or ".", file.variables) if path else None

    # include

    def _with_includes(self, file: _File, services: Table, stack: tuple[str, ...]) -> Table:
        value = file.root.get("include")
        if value is None:
            return services
        entries, keys = dict(services.entries), dict(services.keys)
        for item in value.items if isinstance(value, Items) else (value,):
            included = self._include(file, item, (*stack, file.path))
            for name, service in included.entries.items() if included else ():
                if name in entries:
                    self._tell(services.where_of(name), f"service {name} stands here and in an included file as well")
                    continue
                entries[name] = service
                keys[name] = included.where_of(name) if included else service.where
        return services.with_entries(entries, keys)

    def _include(self, file: _File, item: Value, stack: tuple[str, ...]) -> Table | None:
        paths = [path for text in _include_paths(item) if (path := self._local(text, "include")) is not None]
        if not paths:
            return None
        if len(stack) > CHAIN_LIMIT or any(path in stack for path in paths):
            self._tell(item.where, "include goes round in a circle, or too deep")
            return None
        self.included.update(paths)
        folder = dirname(paths[0]) or "."
        environment_files: list[str] = []
        if isinstance(item, Table):
            directory = item.text("project_directory")
            folder = (self._local(directory, "include") if directory else None) or folder
            environment_files = [join_paths(one.folder, one.value) for one in texts(item.get("env_file"))]
        is_default = not environment_files
        names = environment_files or [join_paths(folder, ".env")]
        variables = self._with_files(file.variables, names, is_default=is_default)
        return self._project(paths, folder, variables=variables, stack=stack)

    def _local(self, text: Text, what: str) -> str | None:
        """Return the project's path that `text` names; None, told, where it is remote, outside or not known."""
        if text.reason:
            self._tell(text.where, f"{what}: {text.reason}")
            return None
        if is_remote(text.value) or text.value.startswith("oci:"):
            self._tell(text.where, f"{what} of {text.value[:200]!r}: remote, nothing is fetched")
            return None
        path, reason = resolve_path(text.folder, text.value)
        if path is None:
            self._tell(text.where, f"{what}: {reason}")
        return path

    def _tell(self, where: Location, reason: str) -> None:
        self.unknowns.add(Unknown(str(where), reason))


def _include_paths(item: Value) -> Iterator[Text]:
    yield from texts(item.get("path") if isinstance(item, Table) else item)
