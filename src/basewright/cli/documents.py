"""The documents that the smaller commands print as JSON; their schemas stand in docs/schemas."""

import datetime as dt
from typing import Any

from msgspec import Struct

from basewright.report.json_shapes import HardenedShape, InputFile, Tool, UnknownShape
from basewright.report.schemas import DocumentType


class Part(Struct, frozen=True, kw_only=True):
    """A part of a document."""


class Setting(Part, frozen=True, kw_only=True):
    """A setting with its origin."""

    key: str
    value: Any
    origin: str
    """``option --x``, a variable's name, ``file:line`` or ``default``."""


class DeclarationShape(Part, frozen=True, kw_only=True):
    """What people declare of a workload."""

    workload: str
    key: str
    value: str
    owner: str
    reason: str
    origin: str


class Variable(Part, frozen=True, kw_only=True):
    """A variable whose value is not shown."""

    name: str
    is_set: bool


class ConfigInput(Part, frozen=True, kw_only=True):
    """What the configuration was read from."""

    folder: str
    files: list[InputFile]


class ConfigDocument(Part, frozen=True, kw_only=True):
    """What `config show --format json` prints."""

    schema: str
    tool: Tool
    created: dt.datetime
    input: ConfigInput
    unknowns: list[UnknownShape]
    incomplete: bool
    settings: list[Setting]
    variables: list[Variable]
    declarations: list[DeclarationShape]


class Source(Part, frozen=True, kw_only=True):
    """Where a group of facts was read."""

    facts: str
    source: str
    date: dt.date
    commit: str | None


class ImageUser(Part, frozen=True, kw_only=True):
    """A user that the image is known to have."""

    name: str
    uid: int | None
    gid: int | None


class ImageContract(Part, frozen=True, kw_only=True):
    """What an application relies on without saying so: null where not known, empty where known to be unset."""

    user: str | None
    uid: int | None
    users: list[ImageUser]
    working_directory: str | None
    entrypoint: list[str] | None
    command: list[str] | None
    environment: dict[str, str]
    ports: list[str] | None
    volumes: list[str] | None
    stop_signal: str | None


class CatalogHorizon(Part, frozen=True, kw_only=True):
    """Until when it is supported."""

    security_end: dt.date | None
    lts_end: dt.date | None
    runtime_end: dt.date | None
    retired: dt.date | None
    publisher_end: dt.date | None
    earliest: dt.date | None


class CarriedRuntime(Part, frozen=True, kw_only=True):
    """A runtime beside the one that an image is for."""

    name: str
    version: str | None


class Image(Part, frozen=True, kw_only=True):
    """What is known of a base image; null where it is not known. Sizes are of linux/amd64."""

    reference: str
    aliases: list[str]
    vendor: str | None
    hardened: HardenedShape | None
    access: str
    role: str
    runtime: str | None
    runtime_version: str | None
    carries: list[CarriedRuntime]
    """Second runtimes that it is known to bring beside its own."""
    variant: str | None
    family: str | None
    os: str | None
    os_version: str | None
    kind: str | None
    libc: str | None
    libc_version: str | None
    icu_major: int | None
    shell: bool | None
    package_manager: bool | None
    ca_certificates: bool | None
    time_zones: bool | None
    contract: ImageContract
    architectures: list[str]
    compressed_bytes: int | None
    bytes: int | None
    packages: int | None
    executables: int | None
    setuid: int | None
    horizon: CatalogHorizon
    notes: list[str]
    sources: list[Source]


class CatalogInput(Part, frozen=True, kw_only=True):
    """What was asked of which catalog."""

    catalog_date: dt.date
    image: str | None


class CatalogListDocument(Part, frozen=True, kw_only=True):
    """What `catalog list --format json` prints."""

    schema: str
    tool: Tool
    created: dt.datetime
    input: CatalogInput
    unknowns: list[UnknownShape]
    incomplete: bool
    images: list[Image]


class CatalogImageDocument(Part, frozen=True, kw_only=True):
    """What `catalog show --format json` prints."""

    schema: str
    tool: Tool
    created: dt.datetime
    input: CatalogInput
    unknowns: list[UnknownShape]
    incomplete: bool
    match: str
    """How the reference was recognised: ``exact``, ``retired``, ``version``, ``repository``, ``mirror``."""
    unpublished: bool | None
    """Whether the tag was never published; null where that is not known."""
    notes: list[str]
    image: Image


DOCUMENTS: tuple[DocumentType, ...] = (
    DocumentType("catalog-image", 1, CatalogImageDocument, "What the catalog knows of one image."),
    DocumentType("catalog-list", 1, CatalogListDocument, "Images of the catalog."),
    DocumentType("config", 1, ConfigDocument, "Every setting with its value and where the value comes from."),
)
