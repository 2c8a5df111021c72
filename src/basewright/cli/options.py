"""The options that commands share, each made from its entry in `SETTINGS`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from basewright.cli import completing
from basewright.cli.settings import ACCESS, ASSESS_FORMATS, COLORS, INSPECT_FORMATS, SETTINGS, Settings, Shape
from basewright.errors import InputError

HERE = Path()
"""Where configuration is searched from when the command has no target."""


def _option(
    key: str,
    *names: str,
    metavar: str | None = None,
    min: int | None = None,  # noqa: A002 - typer's name
    offers: Callable[[str], list[str]] | None = None,
) -> object:
    """Return typer's option for the setting `key`; it defaults to None, so that what was given can be told apart."""
    specification = SETTINGS[key]
    default = specification.default
    told = ""
    if isinstance(default, str | int) and specification.shape is not Shape.FLAG:
        told = f" [default: {default}]"
    elif isinstance(default, tuple) and default:
        told = f" [default: {', '.join(default)}]"
    return typer.Option(
        *names,
        help=specification.help + told,
        show_default=False,
        metavar=metavar,
        min=min,
        autocompletion=offers,
    )


def _among(values: tuple[str, ...]) -> str:
    return "|".join(values)


Format = Annotated[
    str | None,
    _option("format", "--format", metavar=_among(ASSESS_FORMATS), offers=completing.among(ASSESS_FORMATS)),
]
InspectFormat = Annotated[
    str | None,
    _option("format", "--format", metavar=_among(INSPECT_FORMATS), offers=completing.among(INSPECT_FORMATS)),
]
TableOrJson = Annotated[
    str | None, _option("format", "--format", metavar="table|json", offers=completing.among(("table", "json")))
]
Outputs = Annotated[
    list[str] | None,
    _option("output", "-o", "--output", metavar="FORMAT=FILE", offers=completing.output(ASSESS_FORMATS)),
]
InspectOutputs = Annotated[
    list[str] | None,
    _option("output", "-o", "--output", metavar="FORMAT=FILE", offers=completing.output(INSPECT_FORMATS)),
]
Platform = Annotated[str | None, _option("platform", "--platform", metavar="OS/ARCH")]
CacheDir = Annotated[str | None, _option("cache-dir", "--cache-dir", metavar="FOLDER")]
Images = Annotated[bool | None, _option("images", "--images/--no-images")]
CatalogFile = Annotated[str | None, _option("catalog-file", "--catalog-file", metavar="FILE")]
Insecure = Annotated[list[str] | None, _option("insecure", "--insecure", metavar="HOST")]
CaFile = Annotated[str | None, _option("ca-file", "--ca-file", metavar="FILE")]
Offline = Annotated[bool | None, _option("offline", "--offline/--no-offline")]
Config = Annotated[str | None, _option("config", "--config", metavar="FILE")]
Quiet = Annotated[bool | None, _option("quiet", "--quiet/--no-quiet")]
Verbose = Annotated[bool | None, _option("verbose", "-v/ ", "--verbose/--no-verbose")]
ShowProgress = Annotated[bool | None, _option("progress", "--progress/--no-progress")]
Color = Annotated[str | None, _option("color", "--color", metavar=_among(COLORS), offers=completing.among(COLORS))]
FailOn = Annotated[list[str] | None, _option("fail-on", "--fail-on", metavar="RULE", offers=completing.rule)]
ComposeFiles = Annotated[list[str] | None, _option("compose-files", "-f", "--compose-file", metavar="FILE")]
Profiles = Annotated[list[str] | None, _option("profiles", "--profile", metavar="NAME")]
Exclude = Annotated[list[str] | None, _option("exclude", "--exclude", metavar="GLOB")]
Mirrors = Annotated[list[str] | None, _option("mirrors", "--mirror", metavar="PREFIX=PREFIX")]
CountLts = Annotated[bool | None, _option("count-lts", "--count-lts/--no-count-lts")]
Access = Annotated[
    list[str] | None, _option("access", "--access", metavar=_among(ACCESS), offers=completing.among(ACCESS))
]
Prefer = Annotated[list[str] | None, _option("prefer", "--prefer", metavar="GLOB")]
Bandwidth = Annotated[int | None, _option("bandwidth", "--bandwidth", metavar="MBIT", min=1)]


def is_json(settings: Settings) -> bool:
    """Return whether a command that knows ``table`` and ``json`` prints JSON."""
    return format_of(settings, ("table", "json")) == "json"


def format_of(settings: Settings, formats: Sequence[str]) -> str:
    """Return the format for stdout of a command that has `formats`.

    Another one is refused where this command line asks for it; where a file or a variable sets it, for commands that
    have it, the table is printed.
    """
    chosen = settings.sourced["format"]
    if chosen.value in formats:
        return str(chosen.value)
    if chosen.origin.startswith("option"):
        raise InputError(f"--format: {chosen.value} is not among {', '.join(formats)} here")
    return "table"
