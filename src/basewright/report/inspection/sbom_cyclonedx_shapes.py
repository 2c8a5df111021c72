"""The parts of CycloneDX 1.6 JSON that are written (ECMA-424); what is not set is left out."""

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What all parts have in common."""


class Property(msgspec.Struct, frozen=True, gc=False):
    """A name and a value beyond the standard; names start with ``basewright:``."""

    name: str
    value: str


class Hash(msgspec.Struct, frozen=True, gc=False):
    """A digest of the bytes."""

    alg: str
    content: str


class Contact(Part, frozen=True, kw_only=True):
    """A person."""

    name: str | None = None
    email: str | None = None


class Organization(Part, frozen=True, kw_only=True):
    """Who supplied something."""

    name: str
    contact: list[Contact] | None = None


class LicenseText(Part, frozen=True, kw_only=True):
    """The text of a licence."""

    content: str


class LicenseName(Part, frozen=True, kw_only=True):
    """A licence by identifier, or by name."""

    id: str | None = None
    name: str | None = None
    acknowledgement: str
    text: LicenseText | None = None


class LicenseChoice(Part, frozen=True, kw_only=True):
    """A licence, or an expression."""

    license: LicenseName | None = None
    expression: str | None = None
    acknowledgement: str | None = None


class Method(Part, frozen=True, kw_only=True):
    """How something was told."""

    technique: str
    confidence: float
    value: str | None = None


class IdentityEvidence(Part, frozen=True, kw_only=True):
    """What the identity of a component rests on."""

    field: str
    confidence: float
    methods: list[Method]


class Occurrence(msgspec.Struct, frozen=True, gc=False):
    """Where a component was found."""

    location: str


class Evidence(Part, frozen=True, kw_only=True):
    """Why a component is listed, and where it lies."""

    identity: IdentityEvidence | None = None
    """One object, as version 1.5 has it and 1.6 still does: readers that know no list of them are in wide use."""
    occurrences: list[Occurrence] | None = None


class Component(Part, frozen=True, kw_only=True, rename={"bom_ref": "bom-ref"}):
    """An image, a layer, a system, a package or a file."""

    type: str
    bom_ref: str | None = None
    supplier: Organization | None = None
    authors: list[Contact] | None = None
    group: str | None = None
    name: str
    version: str | None = None
    description: str | None = None
    hashes: list[Hash] | None = None
    licenses: list[LicenseChoice] | None = None
    purl: str | None = None
    components: list["Component"] | None = None
    evidence: Evidence | None = None
    properties: list[Property] | None = None


class Tools(Part, frozen=True, kw_only=True):
    """What made the document."""

    components: list[Component]


class Lifecycle(Part, frozen=True, kw_only=True):
    """When in its life the image was looked at."""

    phase: str


class Metadata(Part, frozen=True, kw_only=True):
    """What the document is about, and who made it when."""

    timestamp: str
    lifecycles: list[Lifecycle]
    tools: Tools
    component: Component
    properties: list[Property]


class Dependency(Part, frozen=True, kw_only=True, rename="camel"):
    """What a component holds directly."""

    ref: str
    depends_on: list[str]


class Composition(Part, frozen=True, kw_only=True):
    """How complete a list of parts is."""

    aggregate: str
    assemblies: list[str] | None = None
    dependencies: list[str] | None = None


class Annotator(Part, frozen=True, kw_only=True):
    """Who says so."""

    component: Component


class Annotation(Part, frozen=True, kw_only=True):
    """A remark on a component."""

    subjects: list[str]
    annotator: Annotator
    timestamp: str
    text: str


class Bom(Part, frozen=True, kw_only=True, rename="camel"):
    """The document."""

    schema: str = msgspec.field(name="$schema")
    bom_format: str
    spec_version: str
    serial_number: str
    version: int
    metadata: Metadata
    components: list[Component]
    dependencies: list[Dependency]
    compositions: list[Composition]
    annotations: list[Annotation] | None = None
