"""The documents that the smaller commands print as JSON; their schemas stand in docs/schemas."""

import datetime as dt
from typing import Any

from msgspec import Struct

from basewright.report.json_shapes import InputFile, Tool, UnknownShape
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
    declarations: list[DeclarationShape]


DOCUMENTS: tuple[DocumentType, ...] = (
    DocumentType("config", 1, ConfigDocument, "Every setting with its value and where the value comes from."),
)
