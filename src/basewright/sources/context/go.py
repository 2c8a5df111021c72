"""go.mod (go.dev/ref/mod, «go.mod files»)."""

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies


def _read(file: ManifestFile) -> Manifest:
    runtime: str | None = None
    runtime_line = 0
    facts: dict[str, str] = {}
    found: list[Dependency] = []
    block = ""
    for number, line in enumerate(file.lines, 1):
        bare, _, comment = line.partition("//")
        words = bare.split()
        if not words:
            continue
        if words == [")"]:
            block = ""
        elif len(words) == 2 and words[1] == "(":
            block = words[0]
        else:
            directive, rest = (block, words) if block else (words[0], words[1:])
            if directive == "require" and len(rest) >= 2:
                is_direct = comment.strip() != "indirect"
                name, version = rest[0].strip('"`'), rest[1]
                found.append(Dependency(name, version, version, file.at(number), is_direct=is_direct))
            elif directive == "go" and rest:
                runtime, runtime_line = rest[0], number
            elif directive in {"module", "toolchain"} and rest:
                facts[directive] = rest[0].strip('"`')
    return Manifest(
        file.path,
        "golang",
        "go.mod",
        sorted_dependencies(found),
        runtime=runtime,
        facts=dict(sorted(facts.items())),
        runtime_line=runtime_line,
    )


READERS = (Reader(named("go.mod"), _read),)
