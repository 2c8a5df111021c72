"""Files that name the version of a runtime and nothing else."""

from basewright.errors import SyntaxInputError
from basewright.model.workload import Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named
from basewright.sources.context.values import read_json, table, text

LENGTH_LIMIT = 100
_ECOSYSTEMS = {".python-version": "pypi", ".nvmrc": "npm", ".node-version": "npm", ".ruby-version": "gem"}


def _read_line(file: ManifestFile) -> Manifest:
    name = file.path.rsplit("/", 1)[-1]
    lines = (line.partition("#")[0].strip() for line in file.lines)
    version = next((line for line in lines if line), "")
    if len(version) > LENGTH_LIMIT:
        raise SyntaxInputError("no version in the first line", line=1)
    version = version.removeprefix("ruby-").removeprefix("python-")
    if version[:1] == "v" and version[1:2].isdigit():
        version = version[1:]
    return Manifest(file.path, _ECOSYSTEMS[name], name, (), runtime=version or None)


def _read_global(file: ManifestFile) -> Manifest:
    sdk = table(read_json(file.content), "sdk")
    facts = {"rollForward": value} if (value := text(sdk.get("rollForward"))) else {}
    return Manifest(file.path, "nuget", "global.json", (), runtime=text(sdk.get("version")), facts=facts)


READERS = (Reader(named(*_ECOSYSTEMS), _read_line), Reader(named("global.json"), _read_global))
