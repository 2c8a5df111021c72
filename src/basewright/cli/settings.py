"""Every setting there is, once: its option, its variable, its key in a file, its default.

The command line's help, the configuration reference and `config show` are made from `SETTINGS`. To add one, add it
here and give the commands that read it an option in `cli/options.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Value = str | bool | int | tuple[str, ...] | Mapping[str, str] | None
"""What a setting holds once its shape was checked; None: not set."""

DEBUG_VARIABLE = "BASEWRIGHT_DEBUG"
"""Set to anything, it shows the traceback of a defect."""
VARIABLES: Mapping[str, str] = {
    DEBUG_VARIABLE: "Set to anything, it shows the traceback of a defect.",
    "BASEWRIGHT_REGISTRY": "The registry, with its port where it has one, that the next two are for.",
    "BASEWRIGHT_REGISTRY_USERNAME": "Name to log in to that registry with, before any that Docker or Podman keep.",
    "BASEWRIGHT_REGISTRY_PASSWORD": "Password or token for it. It is shown nowhere.",
}
"""What only the environment sets: no option and no file takes a secret. None of the values is shown."""

ASSESS_FORMATS = ("table", "json", "markdown", "html", "sarif")
INSPECT_FORMATS = ("table", "json", "markdown", "html", "cyclonedx", "spdx")
FORMATS = tuple(dict.fromkeys((*ASSESS_FORMATS, *INSPECT_FORMATS)))
"""Of any command; each command has its own."""
COLORS = ("auto", "always", "never")
ACCESS = ("free", "login", "entitled")


class Shape(StrEnum):
    """What a setting may hold, in the words of the reference."""

    TEXT = "text"
    NUMBER = "whole number"
    FLAG = "true or false"
    LIST = "list of texts"
    PAIRS = "table of texts"


@dataclass(frozen=True, slots=True)
class Specification:
    """One setting."""

    key: str
    """In ``basewright.toml``, and under ``[tool.basewright]``."""
    shape: Shape
    option: str
    help: str
    default: Value = None
    choices: tuple[str, ...] = ()
    in_files: bool = True
    """False for what a project must not decide for the person who runs the program on it."""

    @property
    def variable(self) -> str:
        """Name of its environment variable."""
        return "BASEWRIGHT_" + self.key.upper().replace("-", "_")


_ALL = (
    Specification("format", Shape.TEXT, "--format", "How to print on stdout.", "table", FORMATS),
    Specification(
        "output",
        Shape.LIST,
        "-o",
        "Also write FORMAT to FILE (`-` is stdout, once); may be repeated.",
        (),
        in_files=False,
    ),
    Specification("platform", Shape.TEXT, "--platform", "Platform the workloads run on, such as linux/arm64."),
    Specification("offline", Shape.FLAG, "--offline", "Open no socket.", default=False),
    Specification(
        "cache-dir",
        Shape.TEXT,
        "--cache-dir",
        "Folder that keeps what was found in layers. The user's cache folder without.",
        in_files=False,
    ),
    Specification(
        "images",
        Shape.FLAG,
        "--images",
        "Also read the images of the workloads that a local engine has.",
        default=True,
    ),
    Specification(
        "catalog-file",
        Shape.TEXT,
        "--catalog-file",
        "File of bases measured here, preferred to the catalog's facts. One of the user's data folder without.",
        in_files=False,
    ),
    Specification(
        "insecure",
        Shape.LIST,
        "--insecure",
        "Registry whose certificate is not checked and that may speak plain HTTP; may be repeated.",
        (),
        in_files=False,
    ),
    Specification(
        "ca-file",
        Shape.TEXT,
        "--ca-file",
        "File of certificates (PEM) that registries may be trusted by, besides the system's.",
        in_files=False,
    ),
    Specification(
        "config", Shape.TEXT, "--config", "Read this configuration file and search for no other.", in_files=False
    ),
    Specification("quiet", Shape.FLAG, "--quiet", "Say nothing on stderr but errors.", default=False),
    Specification(
        "verbose", Shape.FLAG, "-v", "Show every difference and refusal; tracebacks of defects.", default=False
    ),
    Specification(
        "progress", Shape.FLAG, "--progress", "Show progress on stderr after the first second.", default=True
    ),
    Specification("color", Shape.TEXT, "--color", "When to colour stdout.", "auto", COLORS),
    Specification(
        "fail-on",
        Shape.LIST,
        "--fail-on",
        "Exit 1 when a finding has this rule or severity; may be repeated.",
        (),
    ),
    Specification(
        "compose-files",
        Shape.LIST,
        "-f",
        "Compose file to merge, in order, relative to the project; may be repeated. Without it they are found.",
        (),
    ),
    Specification("profiles", Shape.LIST, "--profile", "Compose profile to look at; may be repeated. All without.", ()),
    Specification("exclude", Shape.LIST, "--exclude", "Glob of paths not to look at; may be repeated.", ()),
    Specification(
        "mirrors",
        Shape.PAIRS,
        "--mirror",
        "A private prefix and the public one it stands for, as PREFIX=PREFIX; may be repeated.",
        {},
    ),
    Specification(
        "count-lts", Shape.FLAG, "--count-lts", "Count a distribution's long-term support as support.", default=False
    ),
    Specification(
        "access",
        Shape.LIST,
        "--access",
        "Images to propose, by who may pull them; may be repeated.",
        ("free", "login"),
        ACCESS,
    ),
    Specification(
        "prefer", Shape.LIST, "--prefer", "Glob of a vendor to put first among equals; may be repeated, best first.", ()
    ),
    Specification("bandwidth", Shape.NUMBER, "--bandwidth", "Megabits a second that download times are told for.", 100),
)

SETTINGS: Mapping[str, Specification] = {one.key: one for one in _ALL}
"""By key, in the order of the reference."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value and where it comes from."""

    value: Value
    origin: str
    """``option --format``, ``BASEWRIGHT_FORMAT``, ``basewright.toml:3`` or ``default``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of one run with its origin."""

    sourced: Mapping[str, Sourced]

    def text(self, key: str) -> str | None:
        """Return the text of `key`, None where it is not set."""
        value = self.sourced[key].value
        return value if isinstance(value, str) else None

    def is_on(self, key: str) -> bool:
        """Return whether the flag `key` is set."""
        return self.sourced[key].value is True

    def number(self, key: str) -> int:
        """Return the number of `key`."""
        value = self.sourced[key].value
        return value if isinstance(value, int) else 0

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list of `key`."""
        value = self.sourced[key].value
        return value if isinstance(value, tuple) else ()

    def pairs(self, key: str) -> Mapping[str, str]:
        """Return the table of `key`."""
        value = self.sourced[key].value
        return value if isinstance(value, Mapping) else {}
