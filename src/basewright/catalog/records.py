"""The records of the data files, as `tools/build_catalog.py` writes them. Unknown fields are refused."""

from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a table; `key` is what it is found by."""

    key: str


class OfficialRecord(Record, frozen=True, forbid_unknown_fields=True):
    """One build of a Docker Official Image."""

    directory: str
    tags: tuple[str, ...]
    architectures: tuple[str, ...]
    shared_tags: tuple[str, ...] = ()
    """Tags whose index also lists the Windows builds."""
    windows: bool = False


class RetiredRecord(Record, frozen=True, forbid_unknown_fields=True):
    """The tags that a repository dropped on one day."""

    day: str
    commit: str
    tags: tuple[str, ...]


class MeasuredRecord(Record, frozen=True, forbid_unknown_fields=True):
    """What was read of one published tag."""

    tag: str
    date: str
    source: str
    platforms: tuple[str, ...]
    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    working_directory: str
    ports: tuple[str, ...]
    volumes: tuple[str, ...]
    environment: dict[str, str]
    users: tuple[str, ...]
    os: dict[str, str]
    libc: str
    commit: str | None = None
    digest: str | None = None
    """Of the image index."""
    amd64_digest: str | None = None
    compressed_bytes: int | None = None
    base_layer_compressed_bytes: int | None = None
    stop_signal: str | None = None
    package_manager: str | None = None
    shell: str | None = None


class PackagesRecord(Record, frozen=True, forbid_unknown_fields=True):
    """The complete package list of one tag."""

    tag: str
    packages: str
    """``name=version``, sorted, with spaces between."""
    build: str | None = None
    """The reference that the list was read from, where it is another tag of the build."""
    date: str | None = None
    source: str | None = None
    commit: str | None = None
    bytes: int | None = None
    stale: bool = False
    derived_from: tuple[str, ...] = ()


class DistrolessRecord(Record, frozen=True, forbid_unknown_fields=True):
    """One distroless image and tag, or an unsuffixed name and where it leads."""

    tag: str
    leads_to: str | None = None
    debian: str = ""
    architectures: tuple[str, ...] = ()
    user: str = ""
    working_directory: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    shell: str | None = None
    users: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    certificates: str | None = None
    """Version of ca-certificates that the bundle was taken from."""
    support_end_month: str | None = None
    packages: str = ""


class HardenedRecord(Record, frozen=True, forbid_unknown_fields=True):
    """One definition of Docker Hardened Images."""

    definition: str
    os: str
    tags: tuple[str, ...]
    user: str
    uid: int
    users: tuple[str, ...]
    packages: str
    """Declared packages, without their dependencies."""
    dev: bool = False
    flavor: str | None = None
    architectures: tuple[str, ...] = ("amd64", "arm64")
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    working_directory: str | None = None
    ports: tuple[str, ...] | None = None
    stop_signal: str | None = None
    environment: dict[str, str] = {}
    shells: tuple[str, ...] = ()
    package_managers: tuple[str, ...] = ()
    end_of_life: str | None = None


class ChainguardRecord(Record, frozen=True, forbid_unknown_fields=True):
    """One lock of a free Chainguard image."""

    lock: str
    tags: tuple[str, ...]
    user: str
    users: tuple[str, ...]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    package_manager: bool
    packages: str
    """The full closure for amd64."""
    dev: bool = False
    architectures: tuple[str, ...] = ("amd64", "arm64")
    working_directory: str | None = None
    environment: dict[str, str] = {}
    shells: tuple[str, ...] = ()
    libc: str | None = None
    stands_in_for: tuple[str, ...] = ()


class SupportRecord(Record, frozen=True, forbid_unknown_fields=True):
    """The end-of-life dates of one release line."""

    cycle: str
    end: str | bool
    extended_end: str | bool | None = None
    source: str | None = None
    """Where a line that was entered by hand was read; the table's own source otherwise."""
    date: str | None = None
    commit: str | None = None


class EnteredRecord(Record, frozen=True, forbid_unknown_fields=True):
    """One build of a hand-entered image; the first of `tags` is the one to recommend."""

    tags: tuple[str, ...]
    vendor: str
    family: str
    role: str
    source: str
    date: str
    commit: str | None = None
    os: str = ""
    """``id version``, empty for none."""
    runtime: str | None = None
    version: str | None = None
    variant: str | None = None
    libc: str | None = None
    icu: bool | None = None
    """Whether ICU is in the image; None where not known."""
    shell: bool | None = None
    package_manager: bool | None = None
    kind: str | None = None
    hardened: dict[str, str] | None = None
    user: str | None = None
    uid: int | None = None
    users: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    working_directory: str | None = None
    environment: dict[str, str] = {}
    ports: tuple[str, ...] | None = None
    volumes: tuple[str, ...] | None = None
    ca_certificates: bool | None = None
    time_zones: bool | None = None
    architectures: tuple[str, ...] = ()
    access: str = "free"
    stop_signal: str | None = None
    publisher_end: str | None = None
    """Day on which the publisher says it stops updating this line."""
    notes: tuple[str, ...] = ()


class SystemRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A release of a distribution, or a family alone where `version` is None."""

    id: str
    family: str
    libc: str
    words: tuple[str, ...]
    """What tags and build directories call it."""
    version: str | None = None
    codename: str | None = None
    libc_version: str | None = None
    icu: int | None = None
    support: str | None = None
    unreleased: bool = False
    """Whether it is still being made: Debian testing, a development release of Ubuntu."""


class RuleRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Facts that hold for a range of a repository's release lines; ``{line}`` in a value is the line."""

    repository: str
    source: str
    date: str
    first: int | None = None
    """First major version that it holds for."""
    last: int | None = None
    family: str | None = None
    """Distribution family that it holds for; None: all."""
    volumes: tuple[str, ...] | None = None
    users: tuple[str, ...] = ()
    environment: dict[str, str] = {}


class NoteRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person must know of some tags of a repository."""

    repository: str
    note: str
    source: str
    date: str
    family: str | None = None
    """Distribution family that it holds for; None: all."""
    slim: bool | None = None
    """Whether it holds for slim tags alone, or for the others alone; None: all."""


class ProductRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What repositories are images of."""

    role: str
    repositories: tuple[str, ...]
    support: str | None = None
    support_of: dict[str, str] = {}
    """Repository → its own end-of-life product; "" for none."""
    names: str | None = None
    """``codename`` where tags are best named by the release's codename."""
    line: int | None = None
    """How many numbers of a version name its line, where the end-of-life table does not say."""
    system: str | None = None
    """os-release's id where the version of the image is that of the distribution."""
    default_system: dict[str, str] = {}
    """Repository → id of the distribution that tags without a word for one have always meant."""
    default_variant: dict[str, str] = {}
    """Repository → variant of the tags that name none."""
    channels: dict[str, str] = {}
    """Channel word of a distribution's own tags → its codename today (``stable`` → ``trixie``)."""
    former_words: dict[str, tuple[str, ...]] = {}
    """Repository → words that its tags once had and today's have not."""
    same_since: dict[str, str] = {}
    """Repository → first version whose configuration and users are those of today's builds."""
    rules: tuple[RuleRecord, ...] = ()
    notes: tuple[NoteRecord, ...] = ()
    offered: bool = True
    """Whether its images are bases for any project; not so where they are made for one platform."""
    one_line: bool = False
    """Whether each of its repositories is one release line, whatever its tags are numbered by."""


class SourceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a table was read."""

    source: str
    date: str
    commit: str | None = None


class NamespaceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of all repositories below a prefix."""

    note: str
    source: str
    date: str


class IndexRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of contents."""

    date: str
    sources: dict[str, SourceRecord]
    mirrors: dict[str, str]
    """Prefix of a well-known mirror → prefix that it stands for."""
    namespaces: dict[str, NamespaceRecord]
    repositories: tuple[str, ...]


TABLES: dict[str, Any] = {
    "official": OfficialRecord,
    "retired": RetiredRecord,
    "measured": MeasuredRecord,
    "packages": PackagesRecord,
    "distroless": DistrolessRecord,
    "hardened": HardenedRecord,
    "chainguard": ChainguardRecord,
    "support": SupportRecord,
    "entered": EnteredRecord,
}
"""Name of a data file → type of its lines."""
