"""What a workload needs of its base, each need with its evidence."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from basewright.model.span import Location


class NeedKind(StrEnum):
    """The kinds of need, by the words that the report uses."""

    SHELL = "shell"
    """Something at run time starts through a shell; value: ``sh`` or ``bash``."""
    COMMAND = "command"
    """A program that run-time text calls; value: its name (``curl``, ``gosu``, ``pg_isready``)."""
    PACKAGE_MANAGER = "package-manager"
    """Packages are installed when it runs, not when it is built; value: ``apt``, ``apk``, ``npm`` …"""
    BUILD_TOOL = "build-tool"
    """Used only to build; value: ``gcc``, ``build-essential``, ``npm`` …"""
    INTERPRETER = "interpreter"
    """A language runtime; value: ``node``, ``python``, ``java``, ``php``, ``dotnet`` …; `version` its line."""
    SERVICE = "service"
    """A ready server at run time; value: ``postgres``, ``nginx``, ``redis`` …; `version` its line."""
    STATIC_BINARY = "static-binary"
    """The process is one binary that needs no libc; value: its path."""
    DYNAMIC_BINARY = "dynamic-binary"
    """The process is a native binary that needs a libc; value: its path."""
    STATIC_CONTENT = "static-content"
    """The final stage only serves built files; value: the server's name."""
    NATIVE_EXTENSION = "native-extension"
    """A package with compiled code; value: ``confluent-kafka``, `version`, `musl` says whether a musl build exists."""
    LIBRARY = "library"
    """A shared library or data package installed by name for run time; value: the package's name."""
    LIBC = "libc"
    """A binary copied in was linked against this libc; value: ``glibc`` or ``musl``."""
    CA_CERTIFICATES = "ca-certificates"
    TIME_ZONES = "time-zones"
    LOCALE = "locale"
    """value: ``en_US.UTF-8``; C.UTF-8 and POSIX need nothing."""
    ICU = "icu"
    FONTS = "fonts"
    USER = "user"
    """Runs as this user; value: ``name``, ``uid`` or ``uid:gid`` as written."""
    WRITABLE_PATH = "writable-path"
    VOLUME = "volume"
    """A persistent path; value: the path in the container."""
    STATEFUL_DATA = "stateful-data"
    """A database's data directory lives on a persistent volume; value: ``postgres`` …"""
    PRIVILEGED_PORT = "privileged-port"
    """Listens below 1024; value: the port."""
    INIT = "init"
    """Needs an init: reaps children or forwards signals; value: ``tini``, ``dumb-init``, ``init: true`` (the engine's
    init, asked for or, with medium confidence, of use: npm is process 1)."""
    HEALTH_CHECK = "health-check"
    """value: the program that it calls, or ``shell``."""
    DEBUGGING = "debugging"
    """People use a shell in the running container; value: where they say so."""


class Phase(StrEnum):
    """When it is needed."""

    RUN = "run"
    BUILD = "build"


class Confidence(IntEnum):
    """How sure the evidence makes it."""

    LOW = 1
    """A hint: a runbook's line, a name's convention."""
    MEDIUM = 2
    """Read from the files, with an assumption that is told."""
    CERTAIN = 3
    """The files leave no other reading, or a person declared it."""


class EvidenceKind(StrEnum):
    """Where evidence comes from."""

    FILE = "file"
    DECLARED = "declared"
    CATALOG = "catalog"
    """A fact of the base that the project relies on without saying so."""
    DOCUMENT = "document"
    """README, docs, runbooks."""


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One reason to believe in a need."""

    where: Location
    what: str
    """What stands there, in a sentence: ``CMD is in shell form``."""
    kind: EvidenceKind = EvidenceKind.FILE
    version: str = ""
    """The version that this evidence names by itself; "" where it names none, or only a range."""


@dataclass(frozen=True, slots=True)
class Need:
    """One need; `value` is never empty."""

    kind: NeedKind
    value: str
    evidence: tuple[Evidence, ...]
    """At least one."""
    confidence: Confidence
    phase: Phase = Phase.RUN
    version: str | None = None
    musl: bool | None = None
    """NATIVE_EXTENSION: whether a musl build is published (True), is not (False), is not known (None)."""
    detail: str = ""
    """What else helps to decide: ``no musllinux wheel for cp312 in poetry.lock``, ``glibc-linked prebuilt binary``."""
    links: tuple[str, ...] = ()
    """DYNAMIC_BINARY: the shared libraries beside the C library that it loads, by soname's stem: ``libgcc_s``."""
    path: str = ""
    """INTERPRETER: the absolute path of the interpreter that installed packages rely on: a virtual environment's
    ``bin/python`` is a link to it, a console script's first line names it. "" where nothing relies on one path."""
    image: str = ""
    """LIBC, SERVICE, STATEFUL_DATA: the image that the programs were taken from, where a COPY brings them from another
    than today's base: ``postgres:15``. "" for today's base, and where it is not known. What they load at run time, the
    C library first of all, is still the base's, unless the COPY brought it along."""
    avoidable: str = ""
    """How the need could go away, where it could: ``exec form works: no variable, no pipe``; empty where it cannot."""
