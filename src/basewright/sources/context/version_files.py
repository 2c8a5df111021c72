"""Files that name the version of a runtime and nothing else."""

from basewright.errors import SyntaxInputError
from basewright.model.workload import Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named
from basewright.sources.context.key_lines import json_key_lines
from basewright.sources.context.values import read_json, table, text

LENGTH_LIMIT = 100
_ECOSYSTEMS = {".python-version": "pypi", ".nvmrc": "npm", ".node-version": "npm", ".ruby-version": "gem"}


def _read_line(file: ManifestFile) -> Manifest:
    name = file.path.rsplit("/", 1)[-1]
    lines = ((number, line.partition("#")[0].strip()) for number, line in enumerate(file.lines, 1))
    line, version = next(((number, text) for number, text in lines if text), (0, ""))
    if len(version) > LENGTH_LIMIT:
        raise SyntaxInputError("no version in the first line", line=1)
    version = version.removeprefix("ruby-").removeprefix("python-")
    if version[:1] == "v" and version[1:2].isdigit():
        version = version[1:]
    return Manifest(file.path, _ECOSYSTEMS[name], name, (), runtime=version or None, runtime_line=line)


def _read_global(file: ManifestFile) -> Manifest:
    sdk = table(read_json(file.content), "sdk")
    facts = {"rollForward": value} if (value := text(sdk.get("rollForward"))) else {}
    line = json_key_lines(file.text).get(("sdk", "version"), 0)
    return Manifest(
        file.path, "nuget", "global.json", (), runtime=text(sdk.get("version")), facts=facts, runtime_line=line
    )


READERS = (Reader(named(*_ECOSYSTEMS), _read_line), Reader(named("global.json"), _read_global))
