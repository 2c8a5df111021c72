"""pom.xml (Maven, «POM Reference») and Gradle build files, of which only what stands there literally is read."""

import re
from collections.abc import Iterator

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies
from basewright.sources.context.xml_tree import Element, read_xml

_PROPERTY = re.compile(r"\$\{([^${}]{1,200})\}")
_VERSIONS = ("maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source")
_COMPILER = "maven-compiler-plugin"

_LINE_LIMIT = 1000
_CONFIGURATION = re.compile(
    r"\s*([a-zA-Z]+)\s*\(?\s*(?:platform\s*\(\s*|enforcedPlatform\s*\(\s*)?[\"']([^\"'\s]{3,300})[\"']"
)
_PLUGIN = re.compile(r"id ?\(? ?[\"']([^\"']{1,200})[\"'](?: ?\))?(?: version \(?[\"']([^\"']{1,100})[\"'])?")
_KOTLIN_PLUGIN = re.compile(r"kotlin ?\( ?[\"']([^\"']{1,200})[\"'] ?\)(?: version [\"']([^\"']{1,100})[\"'])?")
_TOOLCHAIN = re.compile(r"JavaLanguageVersion\.of\(\s*[\"']?(\d+)|jvmToolchain\(\s*(\d+)")
_COMPATIBILITY = re.compile(
    r"\s*(?:java\.)?(?:sourceCompatibility|targetCompatibility)\s*=?\s*(?:JavaVersion\.VERSION_)?[\"']?([\d_.]+)"
)
_DEVELOPMENT = (
    "test",
    "androidTest",
    "annotationProcessor",
    "kapt",
    "checkstyle",
    "developmentOnly",
    "compileOnly",
    "lint",
)
_CONFIGURATIONS = re.compile(
    r"(?:.*)(?:[iI]mplementation|[aA]pi|[cC]ompile|[rR]untime|[cC]ompileOnly|[rR]untimeOnly|annotationProcessor|kapt|"
    r"classpath|developmentOnly|providedRuntime|providedCompile)"
)


def _read_pom(file: ManifestFile) -> Manifest:
    project = read_xml(file.content)
    own = project.child("properties")
    properties = {one.name: one.text for one in own.children} if own is not None else {}
    for name in ("version", "groupId", "artifactId"):
        value = project.text_of(name) or project.text_of("parent", name)
        properties.setdefault(f"project.{name}", value)
    found = [*_dependencies(file, project, properties)]
    facts = {
        "packaging": project.text_of("packaging"),
        "parent": ":".join(
            part for part in (project.text_of("parent", name) for name in ("groupId", "artifactId", "version")) if part
        ),
        "plugins": ", ".join(sorted({one.text_of("artifactId") for one in project.all("plugin")} - {""})),
    }
    runtime, runtime_line = _java_of(project, properties)
    return Manifest(
        file.path,
        "maven",
        "pom.xml",
        sorted_dependencies(found),
        runtime=runtime,
        facts={name: value for name, value in facts.items() if value},
        runtime_line=runtime_line,
    )


def _dependencies(file: ManifestFile, project: Element, properties: dict[str, str]) -> Iterator[Dependency]:
    listed = project.child("dependencies")
    for one in listed.children if listed is not None else ():
        group, artifact = (_expanded(one.text_of(name), properties) for name in ("groupId", "artifactId"))
        if not group or not artifact:
            continue
        written = one.text_of("version")
        version = _expanded(written, properties)
        is_exact = bool(version) and "${" not in version and version[0] not in "[("
        is_development = one.text_of("scope") in {"test", "provided"}
        yield Dependency(
            f"{group}:{artifact}", version if is_exact else None, written, file.at(one.line), is_development
        )


def _expanded(text: str, properties: dict[str, str]) -> str:
    """Return `text` with the file's own properties put in, three levels deep."""
    for _ in range(3):
        if "${" not in text or len(text) > _LINE_LIMIT:
            break
        text = _PROPERTY.sub(lambda found: properties.get(found.group(1), found.group()), text)
    return text


def _java_of(project: Element, properties: dict[str, str]) -> tuple[str | None, int]:
    """Return the Java that the compiler is told, and the line that says so."""
    for plugin in project.all("plugin"):
        if plugin.text_of("artifactId") == _COMPILER:
            for name in ("release", "target", "source"):
                stated = plugin.child("configuration", name)
                version = _expanded(stated.text, properties) if stated is not None else ""
                if stated is not None and version and "${" not in version:
                    return version, stated.line
    for name in _VERSIONS:
        version = _expanded(properties.get(name, ""), properties)
        if version and "${" not in version:
            stated = project.child("properties", name)
            return version, stated.line if stated is not None else 0
    return None, 0


def _read_gradle(file: ManifestFile) -> Manifest:
    found: list[Dependency] = []
    plugins: set[str] = set()
    runtime = compatibility = None
    lines = {"toolchain": 0, "compatibility": 0}
    for number, written in enumerate(file.lines, 1):
        line = " ".join(written.split())
        if len(line) > _LINE_LIMIT or line.startswith(("//", "*", "/*")):
            continue
        plugin = _PLUGIN.match(line) or _KOTLIN_PLUGIN.match(line)
        if plugin:
            plugins.add(" ".join(part for part in plugin.groups() if part))
            continue
        toolchain = _TOOLCHAIN.search(line)
        if toolchain:
            runtime = runtime or toolchain.group(1) or toolchain.group(2)
            lines["toolchain"] = lines["toolchain"] or number
        level = _COMPATIBILITY.match(line)
        if level:
            lines["compatibility"] = lines["compatibility"] or number
            compatibility = compatibility or level.group(1).replace("_", ".").removeprefix("1.")
        one = _coordinate(file, line, number)
        found += [one] if one is not None else []
    facts = {"plugins": ", ".join(sorted(plugins))} if plugins else {}
    return Manifest(
        file.path,
        "maven",
        "gradle",
        sorted_dependencies(found),
        runtime=runtime or compatibility,
        facts=facts,
        runtime_line=lines["toolchain"] or lines["compatibility"],
    )


def _coordinate(file: ManifestFile, line: str, number: int) -> Dependency | None:
    """Return the dependency of ``implementation("group:name:version")``; None for any other line."""
    found = _CONFIGURATION.match(line)
    if found is None or not _CONFIGURATIONS.fullmatch(found.group(1)):
        return None
    parts = found.group(2).partition("@")[0].split(":")
    if len(parts) < 2 or not all(parts[:2]) or "$" in parts[0] + parts[1]:
        return None
    version = parts[2] if len(parts) > 2 else ""
    is_exact = bool(version) and not set("$+[(") & set(version)
    is_development = found.group(1).startswith(_DEVELOPMENT) or found.group(1) == "classpath"
    return Dependency(f"{parts[0]}:{parts[1]}", version if is_exact else None, version, file.at(number), is_development)


READERS = (
    Reader(named("pom.xml"), _read_pom),
    Reader(named("build.gradle", "build.gradle.kts"), _read_gradle),
)
