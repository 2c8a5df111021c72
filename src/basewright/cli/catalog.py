"""`basewright catalog`: what is known of base images, each fact with its source and date."""

from typing import TYPE_CHECKING, Annotated

import typer

from basewright.cli import options
from basewright.cli.completing import among
from basewright.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from basewright.model.base import Recognition
    from basewright.model.reference import ImageReference

_KINDS = ("full", "slim", "minimal", "distroless", "scratch")
_ROLES = ("os", "runtime", "build", "service")

app = typer.Typer(rich_markup_mode=None)


@app.callback()
def catalog() -> None:
    """See what is known of base images, each fact with its source and date.

    \b
    Examples:
      basewright catalog list --runtime python --kind distroless
      basewright catalog show node:24-slim
    """  # noqa: D301 - \b keeps the lines as they are


@app.command("list")
def list_(
    context: typer.Context,
    runtime: Annotated[
        str | None, typer.Option("--runtime", metavar="NAME", help="For this runtime or service: node, python, nginx.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="|".join(_KINDS), help="With this footprint.", autocompletion=among(_KINDS)),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="|".join(_ROLES), help="Made for this.", autocompletion=among(_ROLES)),
    ] = None,
    vendor: Annotated[
        str | None, typer.Option("--vendor", metavar="TEXT", help="With this in the name of its vendor.")
    ] = None,
    family: Annotated[
        str | None, typer.Option("--family", metavar="NAME", help="Of this distribution: debian, alpine, wolfi.")
    ] = None,
    hardened: Annotated[
        bool | None, typer.Option("--hardened/--no-hardened", help="Only those hardened by their vendor, or none.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List every image, also without a filter.")] = False,
    catalog_file: options.CatalogFile = None,
    format: options.TableOrJson = None,  # noqa: A002 - the option's name
    config: options.Config = None,
    quiet: options.Quiet = None,
) -> int:
    """List the base images of the catalog; without a filter, count them.

    The counts are by vendor and by runtime; --all lists every image. A value that is not known is shown as ?.
    Supported until: the first day on which some support ends. JSON always holds every image.

    \b
    Examples:
      basewright catalog list                      how many images, of whom, for what
      basewright catalog list --runtime postgres
      basewright catalog list --kind distroless --hardened
      basewright catalog list --family alpine --role os --format json
    """  # noqa: D301 - \b keeps the lines as they are
    from basewright.catalog import load
    from basewright.cli.catalog_file import overlaid_catalog
    from basewright.cli.catalog_text import list_text, summary_text
    from basewright.cli.shapes import one_of
    from basewright.errors import InputError
    from basewright.model.base import Kind, Role

    session: Session = context.obj
    layers = session.layers(context.params, options.HERE)
    as_json = options.is_json(layers.settings)
    known = overlaid_catalog(session, layers.settings)
    found = load().list_images(
        runtime=runtime,
        kind=one_of(Kind, kind, "--kind"),
        role=one_of(Role, role, "--role"),
        vendor=vendor,
        family=family,
        hardened=hardened,
    )
    images = tuple(known.over(one) for one in found)
    if not images:
        raise InputError("no image of the catalog fits", hint="leave out a filter, or look at basewright catalog list")
    if as_json:
        from basewright.cli.catalog_documents import list_document
        from basewright.report.json_encoding import encode

        session.terminal.write(encode(list_document(images, known.date)))
    elif every or any(one is not None for one in (runtime, kind, role, vendor, family, hardened)):
        session.terminal.write_text(list_text(images))
    else:
        session.terminal.write_text(summary_text(images))
    return 0


@app.command()
def show(
    context: typer.Context,
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="An image reference, such as node:24-slim.")],
    format: options.TableOrJson = None,  # noqa: A002 - the option's name
    mirrors: options.Mirrors = None,
    catalog_file: options.CatalogFile = None,
    config: options.Config = None,
    quiet: options.Quiet = None,
) -> int:
    """Print what the catalog knows of IMAGE, each group of facts with its source and date.

    \b
    Examples:
      basewright catalog show node:24-slim
      basewright catalog show gcr.io/distroless/python3-debian13
      basewright catalog show registry.example/hub/node:24 --mirror registry.example/hub=docker.io
      basewright catalog show postgres:18 --format json
    """  # noqa: D301 - \b keeps the lines as they are
    from basewright.cli.catalog_file import overlaid_catalog

    session: Session = context.obj
    layers = session.layers(context.params, options.HERE)
    as_json = options.is_json(layers.settings)
    known = overlaid_catalog(session, layers.settings)
    recognition = _recognised(image, known.recognise)
    if as_json:
        from basewright.cli.catalog_documents import image_document
        from basewright.report.json_encoding import encode

        session.terminal.write(encode(image_document(image, recognition, known.date)))
    else:
        from basewright.cli.catalog_text import image_text

        session.terminal.write_text(image_text(image, recognition))
    return 0


@app.command()
def refresh(
    context: typer.Context,
    images: Annotated[list[str], typer.Argument(metavar="IMAGE", help="An image, as `basewright inspect` takes it.")],
    name: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="REFERENCE",
            help="The reference that a file holds the image of: oci-dir:build/base --as registry.example/base:1.",
            show_default=False,
        ),
    ] = None,
    platform: options.Platform = None,
    mirrors: options.Mirrors = None,
    catalog_file: options.CatalogFile = None,
    cache_dir: options.CacheDir = None,
    insecure: options.Insecure = None,
    ca_file: options.CaFile = None,
    offline: options.Offline = None,
    config: options.Config = None,
    progress: options.ShowProgress = None,
    quiet: options.Quiet = None,
) -> int:
    """Measure base images, and prefer what was measured from then on.

    Each IMAGE is read as `basewright inspect` reads it; sizes, packages, executables, set-uid files, configuration and
    users are kept with digest and date. `catalog show` and `assess` prefer them to the facts that the catalog brings.

    \b
    Examples:
      basewright catalog refresh node:24-slim                      from a local engine, or its registry
      basewright catalog refresh registry.example/base/java:21     a base that the catalog does not know
      basewright catalog refresh oci-dir:out --as team/base:1      from a file
    """  # noqa: D301 - \b keeps the lines as they are
    from basewright.cli.catalog_refresh import refresh_images

    session: Session = context.obj
    return refresh_images(session, session.layers(context.params, options.HERE), images, name)


def _recognised(image: str, recognise: "Callable[[ImageReference], Recognition | None]") -> "Recognition":
    from basewright.errors import UnsupportedError
    from basewright.model.reference import ImageReference

    reference = ImageReference.parse(image.removeprefix("registry:").removeprefix("docker://"))
    recognition = recognise(reference)
    if recognition is None:
        raise UnsupportedError(
            f"{reference} is not in the catalog", hint="if it is a mirror of a public image, say so with --mirror"
        )
    return recognition
