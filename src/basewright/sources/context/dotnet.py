"""Project files of .NET (MSBuild, «Common MSBuild project properties»)."""

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, sorted_dependencies
from basewright.sources.context.xml_tree import read_xml

_FACTS = (
    "InvariantGlobalization", "PublishAot", "SelfContained", "PublishSingleFile", "PublishTrimmed", "RuntimeIdentifier",
    "RuntimeIdentifiers", "OutputType", "AssemblyName", "ContainerBaseImage", "ContainerFamily",
)  # fmt: skip


def _read(file: ManifestFile) -> Manifest:
    project = read_xml(file.content)
    facts = {name: text for name in _FACTS for one in project.all(name) if (text := one.text) and "$(" not in text}
    if sdk := project.attributes.get("Sdk"):
        facts["Sdk"] = sdk
    frameworks = [one for name in ("TargetFramework", "TargetFrameworks") for one in project.all(name)]
    framework = next((one for one in frameworks if one.text and "$(" not in one.text), None)
    found = []
    for kind in ("PackageReference", "PackageVersion"):
        for one in project.all(kind):
            name = one.attributes.get("Include") or one.attributes.get("Update")
            if not name or "$(" in name:
                continue
            version = one.attributes.get("Version") or one.text_of("Version")
            is_exact = bool(version) and not set("*[(,$") & set(version)
            is_development = (one.attributes.get("PrivateAssets") or one.text_of("PrivateAssets")).lower() == "all"
            found.append(Dependency(name, version if is_exact else None, version, file.at(one.line), is_development))
    name = file.path.rsplit("/", 1)[-1]
    kind = name if name.endswith(".props") else "csproj"
    return Manifest(
        file.path,
        "nuget",
        kind,
        sorted_dependencies(found),
        runtime=framework.text if framework else None,
        facts=dict(sorted(facts.items())),
        runtime_line=framework.line if framework else 0,
    )


def _claims(name: str) -> bool:
    return name.endswith((".csproj", ".fsproj", ".vbproj")) or name in {
        "Directory.Packages.props",
        "Directory.Build.props",
    }


READERS = (Reader(_claims, _read),)
