"""Which artifact of Maven a Java archive is, from what it carries.

In this order: its own pom.properties, its own pom.xml, its manifest, its file's name. Other pom.properties inside it
belong to artifacts that were copied («shaded») into it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from basewright.inventory.languages.java_texts import Coordinates, split_file_name
from basewright.inventory.languages.reading import text

_REVERSE_DOMAIN = re.compile(r"[a-z]{2,10}(?:\.[A-Za-z_$][\w$-]*)+")
_TOP_LEVEL = frozenset(
    {"com", "org", "net", "io", "edu", "gov", "mil", "int", "de", "fr", "uk", "ch", "jp", "cn", "ru", "nl", "it", "eu",
     "us", "be", "at", "se", "no", "fi", "dk", "pl", "cz", "br", "au", "in", "kr", "ca", "es", "pt", "me", "co", "tv",
     "cc", "dev", "app", "javax", "jakarta",
     "info", "ai", "xyz", "biz", "pro", "cloud", "tech", "gr", "hu", "is", "ro", "sk", "si", "sh", "ua", "la"}
)  # fmt: skip
_GROUP_ATTRIBUTES = (
    "group-id",
    "implementation-vendor-id",
    "bundle-symbolicname",
    "extension-name",
    "automatic-module-name",
    "specification-vendor",
    "implementation-vendor",
    "implementation-title",
    "bundle-activator",
)
_VERSION_ATTRIBUTES = ("implementation-version", "plugin-version", "bundle-version", "specification-version")
_OWN_VERSIONS = ("implementation-version", "bundle-version", "plugin-version")
_SEGMENT = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Identity:
    """What an archive was told to be."""

    coordinates: Coordinates
    pom: Coordinates | None
    """The pom.properties that is its own, to be told from the shaded ones."""
    note: str = ""


def identify(
    file_name: str,
    manifest: Mapping[str, str] | None,
    properties: Sequence[Coordinates],
    poms: Sequence[Coordinates],
) -> Identity | None:
    """Return what the archive is; None where nothing tells (classes alone, in a file without a version)."""
    artifact, version = split_file_name(file_name)
    own = _own_properties(artifact, version, manifest or {}, properties)
    if own is not None:
        return Identity(_completed(own, manifest or {}, version, poms), own)
    if not properties and len(poms) == 1 and poms[0].artifact:
        return Identity(_completed(poms[0], manifest or {}, version, ()), None)
    if manifest is None and not version:
        return None
    return _from_names(artifact, version, manifest or {})


def _own_properties(
    artifact: str, version: str, manifest: Mapping[str, str], properties: Sequence[Coordinates]
) -> Coordinates | None:
    """Return the pom.properties that speaks of the archive itself."""
    same = [one for one in properties if one.artifact == artifact]
    if same:
        return next((one for one in same if one.version == version), same[0])
    # ``group.artifact-version.jar``, as Quarkus and others lay them out.
    for one in properties:
        if artifact in {f"{one.group}.{one.artifact}", f"{one.group}-{one.artifact}"}:
            return one
    if len(properties) == 1 and _is_plausible(properties[0], artifact, version, manifest):
        return properties[0]
    titled = [one for one in properties if one.artifact == manifest.get("implementation-title")]
    return titled[0] if len(titled) == 1 and not version else None


def _is_plausible(one: Coordinates, artifact: str, version: str, manifest: Mapping[str, str]) -> bool:
    """Whether the only pom.properties of a renamed archive is its own, and not of the one thing shaded into it."""
    if (
        artifact.endswith(one.artifact)
        or one.artifact.startswith(artifact)
        or one.artifact.endswith(artifact)
        or artifact.rstrip("0123456789.") == one.artifact
    ):
        return True
    told = {version} if version else {value for key in _OWN_VERSIONS if (value := _filled(manifest.get(key)))}
    return not told or any(f"{value}.".startswith(f"{one.version}.") for value in told)


def _completed(own: Coordinates, manifest: Mapping[str, str], version: str, poms: Sequence[Coordinates]) -> Coordinates:
    """Return `own` with what it leaves out taken from its POM, then from manifest and file name."""
    pom = next((one for one in poms if one.artifact == own.artifact and own.group in {one.group, ""}), None)
    return Coordinates(
        own.group or (pom.group if pom else "") or _group(own.artifact, manifest)[0],
        own.artifact,
        own.version or (pom.version if pom else "") or version or _version(manifest),
        own.licenses or (pom.licenses if pom else ()) or _licenses(manifest),
        own.supplier or (pom.supplier if pom else "") or text(manifest.get("implementation-vendor")),
    )


def _from_names(artifact: str, version: str, manifest: Mapping[str, str]) -> Identity:
    """Identify by manifest and file name."""
    group, note = "", ""
    symbolic = manifest.get("bundle-symbolicname", "").partition(";")[0].strip()
    segments = artifact.split(".")
    if (
        len(segments) > 2
        and segments[0] in _TOP_LEVEL
        and symbolic != artifact
        and all(_SEGMENT.fullmatch(one) for one in segments[:-1])
    ):
        group, artifact = ".".join(segments[:-1]), segments[-1]
        note = "group from the file's name"
    else:
        group, source = _group(artifact, manifest)
        note = f"group from {source}" if group else "group not recorded"
    told = version or _version(manifest)
    return Identity(
        Coordinates(group, artifact, told, _licenses(manifest), text(manifest.get("implementation-vendor"))), None, note
    )


def _version(manifest: Mapping[str, str]) -> str:
    return next((value for key in _VERSION_ATTRIBUTES if (value := _filled(manifest.get(key)))), "")


def _filled(value: str | None) -> str:
    """Return a usable value: of one word, not a placeholder (``${…}``, ``%bundleVersion``)."""
    plain = text(value)
    return "" if not plain or " " in plain or "${" in plain or plain.startswith("%") else plain


def _licenses(manifest: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(value for key in ("bundle-license", "plugin-license-name") if (value := text(manifest.get(key))))


def _group(artifact: str, manifest: Mapping[str, str]) -> tuple[str, str]:
    """Return the group of `artifact` and what told it; empty where nothing does."""
    known, families = _known_groups()
    if artifact in known:
        return known[artifact], "a table of well-known artifacts"
    for family, group in families:
        if artifact.startswith(family):
            return group, "a table of well-known artifacts"
    for key in _GROUP_ATTRIBUTES:
        value = _filled(manifest.get(key, "").partition(";")[0].strip())
        if value.partition(".")[0] in _TOP_LEVEL and _REVERSE_DOMAIN.fullmatch(value):
            group = _without_artifact(value, artifact, key)
            if group:
                return group, f"the manifest's {key}"
    return "", ""


def _without_artifact(value: str, artifact: str, key: str) -> str:
    """Return a group from an attribute that often ends with the artifact's own name.

    ``com.fasterxml.jackson.core.jackson-databind`` → ``com.fasterxml.jackson.core``;
    ``org.apache.commons.lang3`` of commons-lang3 → ``org.apache.commons``.
    """
    if key == "group-id":
        return value
    if value == artifact or value.count(".") < 1 + (value == "org.apache"):
        return ""  # a bundle that is named like its file, or an umbrella under which hundreds of groups lie
    if key == "implementation-vendor-id":
        return value
    if key == "bundle-activator":
        return ".".join(value.split(".")[:3]) if value.count(".") > 2 else value.rpartition(".")[0]
    head, _, last = value.rpartition(".")
    if "." in head and (artifact == last or artifact.endswith(f"-{last}") or last.endswith(artifact)):
        return head
    return value


@lru_cache(maxsize=1)
def _known_groups() -> tuple[Mapping[str, str], Sequence[tuple[str, str]]]:
    document = json.loads(files("basewright.inventory").joinpath("data/java-groups.json").read_bytes())
    known = {artifact: group for group, artifacts in document["artifacts"].items() for artifact in artifacts}
    families = [(family, group) for group, listed in document["families"].items() for family in listed]
    return known, sorted(families, key=lambda pair: (-len(pair[0]), pair[0]))
