"""The shapes of the `inspect` document (docs/schemas/inspect-1.json): what scripts rely on.

A value that is not known is null, never 0. Sizes are bytes, uncompressed unless the name says ``compressed_``. Layers
are numbered from 0, the lowest. Additions are free; a field never changes its meaning.
"""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from basewright.report.json_shapes import Count, Shape, Size, Tool, UnknownShape

DigestText = Annotated[str, Meta(pattern="^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$")]
LayerNumber = Annotated[int, Meta(ge=0, description="Index in image.layers; 0 is the lowest.")]


class InputShape(Shape, frozen=True, kw_only=True):
    """What was read."""

    image: Annotated[str, Meta(description="As it was asked for, without credentials.")]
    transport: str
    digest: DigestText | None
    index_digest: DigestText | None
    cached_layers: Annotated[int, Meta(ge=0, description="Layers whose facts an earlier run had stored.")]


class HealthcheckShape(Shape, frozen=True, kw_only=True):
    """The health check that the configuration declares; seconds."""

    test: list[str]
    interval: float | None
    timeout: float | None
    start_period: float | None
    retries: int | None


class ConfigShape(Shape, frozen=True, kw_only=True):
    """The configuration; values that look like credentials are hidden."""

    user: str
    entrypoint: list[str] | None
    command: list[str] | None
    working_directory: str
    environment: dict[str, str]
    exposed_ports: list[str]
    volumes: list[str]
    labels: dict[str, str]
    stop_signal: str | None
    healthcheck: HealthcheckShape | None
    author: str


class LayerShape(Shape, frozen=True, kw_only=True):
    """One layer."""

    digest: DigestText | None
    diff_id: DigestText | None
    media_type: str
    compressed_bytes: Size | None
    bytes: Size | None
    files: Count | None
    added_bytes: Annotated[int, Meta(ge=0, description="Of its files that the finished image shows.")] | None
    wasted_bytes: Annotated[int, Meta(ge=0, description="Of its files that a later layer hides.")] | None
    removed_bytes: Annotated[int, Meta(ge=0, description="Of earlier layers' files that it hides.")] | None
    whiteouts: Count
    created_by: str | None


class ImageShape(Shape, frozen=True, kw_only=True):
    """Which image."""

    reference: str
    digest: DigestText | None
    config_digest: DigestText | None
    media_type: str
    platform: str | None
    created: dt.datetime | None
    annotations: dict[str, str]
    config: ConfigShape | None
    compressed_bytes: Size | None
    bytes: Annotated[int, Meta(ge=0, description="Of the finished image's regular files; hard links count once.")]
    files: Count
    layers: list[LayerShape]


class EndOfLifeShape(Shape, frozen=True, kw_only=True):
    """Until when the distribution's release is supported, and who says so."""

    product: str
    cycle: str
    security_end: dt.date | None
    is_over: bool | None
    lts_end: dt.date | None
    source: str
    date: dt.date


class LibcShape(Shape, frozen=True, kw_only=True):
    """A C library."""

    name: str
    version: str | None
    path: str
    evidence: str


class OsShape(Shape, frozen=True, kw_only=True):
    """The distribution."""

    id: str
    version_id: str | None
    id_like: list[str]
    codename: str | None
    pretty_name: str | None
    path: str
    is_guess: bool
    libc: list[LibcShape]
    end_of_life: EndOfLifeShape | None


class SourceShape(Shape, frozen=True, kw_only=True):
    """What a package was built from."""

    name: str
    version: str | None


class PackageShape(Shape, frozen=True, kw_only=True):
    """A package."""

    purl: str
    name: str
    version: str | None
    type: str
    source: SourceShape | None
    architecture: str | None
    licenses: list[str]
    supplier: str | None
    location: str
    layer: LayerNumber
    evidence: Literal["database", "metadata", "binary", "marker", "claim"]
    owner: Annotated[str | None, Meta(description="PURL of the distribution's package that brought it.")]
    is_runtime: bool
    files: Count
    bytes: Size | None
    note: str


class CoverageShape(Shape, frozen=True, kw_only=True):
    """How much of the image packages explain."""

    files: Count
    bytes: Size
    explained_files: Count
    explained_bytes: Size
    unexplained_executables: list[str]


class ExecutableShape(Shape, frozen=True, kw_only=True):
    """A file that can be run or loaded."""

    path: str
    kind: Literal["executable", "shared", "relocatable", "core", "script"]
    layer: LayerNumber
    bytes: Size
    mode: Annotated[str, Meta(description="Octal, such as 0755 or 4755.")]
    is_runnable: bool
    package: str | None
    aliases: list[str]
    interpreter: str | None
    machine: str | None = None
    bits: int | None = None
    needed: list[str] | None = None
    rpath: str | None = None
    runpath: str | None = None
    soname: str | None = None
    version_needs: dict[str, list[str]] | None = None
    version_definitions: list[str] | None = None
    is_static: bool | None = None
    is_pie: bool | None = None
    relro: str | None = None
    nx: bool | None = None
    canary: bool | None = None
    fortified: bool | None = None
    build_id: str | None = None
    is_go: bool | None = None
    program: str | None = None


class BenchmarkShape(Shape, frozen=True, kw_only=True):
    """A check of the CIS Docker Benchmark."""

    section: str
    version: str


class HardeningShape(Shape, frozen=True, kw_only=True):
    """A hardening fact."""

    id: str
    severity: Literal["error", "warning", "note"]
    path: str | None
    paths: list[str]
    count: Count
    layer: LayerNumber | None
    reason: str
    remedy: str
    benchmark: list[BenchmarkShape]


class WastedPathShape(Shape, frozen=True, kw_only=True):
    """A path whose bytes later layers hide."""

    path: str
    bytes: Size
    layers: list[LayerNumber]


class EfficiencyShape(Shape, frozen=True, kw_only=True):
    """How little of what is transported is hidden."""

    score: Annotated[float, Meta(ge=0, le=1, description="As dive defines it.")]
    wasted_bytes: Size
    paths: list[WastedPathShape]


class ClaimShape(Shape, frozen=True, kw_only=True):
    """An SBOM that the image carries: a claim, not a finding."""

    path: str
    format: str
    layer: LayerNumber
    packages: list[str]
    note: str


class DirectoryShape(Shape, frozen=True, kw_only=True):
    """A directory with what lies below it."""

    path: str
    bytes: Size
    files: Count


class FiguresShape(Shape, frozen=True, kw_only=True):
    """The numbers of one image that are laid side by side."""

    bytes: Size
    compressed_bytes: Size | None
    files: Count
    layers: Count
    packages: Count
    executables: Annotated[int, Meta(ge=0, description="Programs and scripts that somebody may run.")]
    shared_objects: Count
    setuid: Annotated[int, Meta(ge=0, description="Set-uid and set-gid files.")]
    shells: Count | None
    wasted_bytes: Size
    hardening: Annotated[int, Meta(ge=0, description="Hardening facts of severity warning or error.")]


class SharedLayersShape(Shape, frozen=True, kw_only=True):
    """Layers that both images have, from the lowest on."""

    count: Count
    bytes: Size | None
    is_whole_old: Annotated[bool, Meta(description="Whether the image contains every layer of the other.")]


class PackageNameShape(Shape, frozen=True, kw_only=True):
    """A package that only one of two images has."""

    purl: str
    name: str
    version: str | None
    type: str
    location: str
    bytes: Size | None


class PackageChangeShape(Shape, frozen=True, kw_only=True):
    """A package of which two images hold different versions; an unknown version is an empty text."""

    type: str
    name: str
    old: list[str]
    new: list[str]


class PackageChangesShape(Shape, frozen=True, kw_only=True):
    """Packages that came, went, and are of another version."""

    added: list[PackageNameShape]
    removed: list[PackageNameShape]
    changed: list[PackageChangeShape]


class PathChangesShape(Shape, frozen=True, kw_only=True):
    """Paths that only one of two images has."""

    added: list[str]
    removed: list[str]


class HardeningChangesShape(Shape, frozen=True, kw_only=True):
    """Hardening facts that hold for one of two images; one that holds for more files than before is in both lists."""

    added: list[HardeningShape]
    removed: list[HardeningShape]


class ConfigChangeShape(Shape, frozen=True, kw_only=True):
    """A part of the configuration that differs; null where it is not set. Credentials are hidden on both sides."""

    aspect: str
    old: str | None
    new: str | None


class AgainstShape(Shape, frozen=True, kw_only=True):
    """The image of this document (new) seen against another (old)."""

    input: InputShape
    platform: str | None
    unknowns: list[UnknownShape]
    incomplete: bool
    old: FiguresShape
    new: FiguresShape
    layers: Annotated[list[LayerShape], Meta(description="Of the old image, lowest first.")]
    shared_layers: SharedLayersShape
    packages: PackageChangesShape
    executables: PathChangesShape
    setuid: PathChangesShape
    hardening: HardeningChangesShape
    config: list[ConfigChangeShape]


class InspectDocument(Shape, frozen=True, kw_only=True):
    """What an image is made of."""

    schema: Literal["basewright/inspect/1"]
    tool: Tool
    created: dt.datetime
    input: InputShape
    unknowns: list[UnknownShape]
    incomplete: bool
    image: ImageShape
    os: OsShape | None
    packages: list[PackageShape]
    coverage: CoverageShape
    executables: list[ExecutableShape]
    setuid: list[str]
    hardening: list[HardeningShape]
    efficiency: EfficiencyShape
    claims: list[ClaimShape]
    directories: list[DirectoryShape]
    against: Annotated[AgainstShape | None, Meta(description="What differs from the image that was named besides.")]


class InspectSet(Shape, frozen=True, kw_only=True):
    """The images of several platforms, sorted by platform."""

    schema: Literal["basewright/inspect-set/1"]
    images: list[InspectDocument]
