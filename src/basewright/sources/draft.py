"""A workload to be: what a Compose service, a Bake target, a Kubernetes container or a lone Dockerfile says of it."""

from dataclasses import dataclass, field

from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import Origin, RuntimeConfig
from basewright.sources.build_spec import BuildSpec
from basewright.sources.compose.tree import Text


@dataclass(frozen=True, slots=True)
class Draft:
    """At least one of `build` and `image` is set."""

    name: str
    label: str
    """File that tells it apart from another one of the same name."""
    origin: Origin
    where: Location
    build: BuildSpec | None
    image: Text | None
    """The image that it runs or, with a `build`, the name that the build gives."""
    service: str | None = None
    runtime: RuntimeConfig = field(default_factory=RuntimeConfig)
    """What the orchestrator sets."""
    platform: str | None = None
    profiles: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names that documents may use: a container's, a Deployment's."""
    is_variant: bool = False
    """From a file beside the main one."""
    unknowns: tuple[Unknown, ...] = ()
    is_job: bool = False
    """See `Workload.is_job`."""
