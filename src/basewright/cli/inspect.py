"""`basewright inspect`: what an image is made of, layer by layer, without running or extracting anything."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basewright.cli import options
from basewright.cli.session import Session
from basewright.cli.settings import INSPECT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from basewright.cli.layers import Layers
    from basewright.cli.outputs import Output
    from basewright.model.comparison import Comparison
    from basewright.model.inventory import Inspection
    from basewright.pipeline.images import Surroundings
    from basewright.pipeline.inspecting import ImageServices, InspectRequest
    from basewright.ports.progress import Progress

_WIDTH_IN_A_FILE = 100

Image = Annotated[
    str,
    typer.Argument(
        metavar="IMAGE",
        help="A reference, or a place with its scheme: oci-dir:PATH[:TAG], oci-archive:, docker-archive:, dir:, "
        "docker:, podman:, registry:.",
        show_default=False,
    ),
]
Against = Annotated[
    str | None,
    typer.Option("--against", metavar="IMAGE", help="Also read this image, and tell what differs.", show_default=False),
]
AllPlatforms = Annotated[
    bool, typer.Option("--all-platforms", help="Inspect the image of every platform of the index.")
]


def inspect(
    context: typer.Context,
    image: Image,
    against: Against = None,
    all_platforms: AllPlatforms = False,
    format: options.InspectFormat = None,  # noqa: A002 - the option's name
    output: options.InspectOutputs = None,
    platform: options.Platform = None,
    cache_dir: options.CacheDir = None,
    insecure: options.Insecure = None,
    ca_file: options.CaFile = None,
    offline: options.Offline = None,
    config: options.Config = None,
    color: options.Color = None,
    progress: options.ShowProgress = None,
    quiet: options.Quiet = None,
    verbose: options.Verbose = None,
) -> int:
    """Say what an image is made of: layers and waste, packages, executables, hardening facts.

    Nothing of the image is run, and nothing is extracted to disk. A bare name is looked for in the local engines, then
    in its registry.

    \b
    Examples:
      basewright inspect node:24-slim                      from a local engine, or its registry
      basewright inspect oci-dir:build/image:latest        from an OCI layout
      basewright inspect docker-archive:app.tar            from `docker save`
      basewright inspect app:new --against app:old         what differs between two images
      basewright inspect app -o cyclonedx=app.cdx.json     an SBOM besides
      basewright inspect app -o html=app.html              a page with a treemap
    """  # noqa: D301 - \b keeps the lines as they are
    session: Session = context.obj
    return _run(session, image, against, all_platforms, session.layers(context.params, Path()))


def _run(session: Session, image: str, against: str | None, all_platforms: bool, layers: "Layers") -> int:
    from basewright.cli.outputs import plan_outputs, write_documents
    from basewright.errors import InputError
    from basewright.pipeline.inspecting import inspect

    if against and all_platforms:
        raise InputError("--against compares one platform with one", hint="name it with --platform")
    settings = layers.settings
    outputs = plan_outputs(settings.texts("output"), options.format_of(settings, INSPECT_FORMATS), INSPECT_FORMATS)
    with session.progress(layers) as progress:
        services = image_services_of(session, layers, progress)
        inspections = inspect(inspect_request(image, all_platforms, layers), services)
        comparison = None
        if against:
            from basewright.inventory.compare import compare

            (old,) = inspect(inspect_request(against, False, layers), services)
            comparison = compare(old, inspections[0])
        documents = [(one, _render(inspections, comparison, one, session, layers)) for one in outputs]
    write_documents(documents, session.terminal)
    return 0


def image_services_of(session: Session, layers: "Layers", progress: "Progress") -> "ImageServices":
    """Return the doors to images that this run's settings open."""
    from basewright.pipeline.images import image_services

    return image_services(surroundings_of(session, layers, progress))


def surroundings_of(session: Session, layers: "Layers", progress: "Progress") -> "Surroundings":
    """Return what this run's settings and environment say of reaching images."""
    from basewright.image.registry.settings import RegistrySettings
    from basewright.pipeline.images import Surroundings
    from basewright.ports.http import TlsOptions

    settings = layers.settings
    ca_file = settings.text("ca-file")
    return Surroundings(
        environment=session.environment,
        user_id=os.getuid(),
        registry=RegistrySettings(
            environment=session.environment,
            insecure=frozenset(settings.texts("insecure")),
            tls=TlsOptions(ca_files=(ca_file,) if ca_file else ()),
        ),
        cache_directory=_cache_directory(settings.text("cache-dir"), session.environment),
        progress=progress,
        told=session.terminal.tell,
    )


def _cache_directory(named: str | None, environment: "Mapping[str, str]") -> Path:
    if named:
        return Path(named)
    cache_home = environment.get("XDG_CACHE_HOME", "")
    if cache_home and Path(cache_home).is_absolute():
        return Path(cache_home) / "basewright"
    from platformdirs import user_cache_path

    return user_cache_path("basewright", appauthor=False)


def inspect_request(image: str, all_platforms: bool, layers: "Layers") -> "InspectRequest":
    """Return what this run's settings ask of one image."""
    from basewright.model.platform import Platform
    from basewright.pipeline.inspecting import InspectRequest

    platform = layers.settings.text("platform")
    return InspectRequest(
        image=image,
        platform=Platform.parse(platform) if platform else None,
        all_platforms=all_platforms,
        is_offline=layers.settings.is_on("offline"),
    )


def _render(
    inspections: "Sequence[Inspection]",
    comparison: "Comparison | None",
    output: "Output",
    session: Session,
    layers: "Layers",
) -> bytes:
    from basewright.report.inspection import render
    from basewright.report.interface import RenderOptions

    on_terminal = output.file is None
    wishes = RenderOptions(
        width=session.terminal.width if on_terminal else _WIDTH_IN_A_FILE,
        color=on_terminal and session.terminal.is_colored,
        ascii_only=on_terminal and session.terminal.is_ascii,
        verbose=layers.settings.is_on("verbose"),
    )
    return render(inspections, output.format, options=wishes, comparison=comparison)
