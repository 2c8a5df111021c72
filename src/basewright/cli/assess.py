"""`basewright assess`: what a project needs, which bases fit, and what to do first."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basewright.cli import options
from basewright.cli.session import Session
from basewright.cli.settings import ASSESS_FORMATS

if TYPE_CHECKING:
    from basewright.cli.gate import Gate
    from basewright.cli.layers import Layers
    from basewright.cli.outputs import Output
    from basewright.model.assessment import Assessment
    from basewright.pipeline import AssessRequest, Services
    from basewright.ports.progress import Progress

_WIDTH_IN_A_FILE = 100

Targets = Annotated[
    list[str],
    typer.Argument(
        metavar="TARGET",
        help="A project's folder, one of its files, or an image. What starts with . or / or exists is a path.",
        show_default=False,
    ),
]


def assess(
    context: typer.Context,
    targets: Targets,
    format: options.Format = None,  # noqa: A002 - the option's name
    output: options.Outputs = None,
    compose_files: options.ComposeFiles = None,
    profiles: options.Profiles = None,
    platform: options.Platform = None,
    exclude: options.Exclude = None,
    mirrors: options.Mirrors = None,
    count_lts: options.CountLts = None,
    access: options.Access = None,
    prefer: options.Prefer = None,
    bandwidth: options.Bandwidth = None,
    images: options.Images = None,
    cache_dir: options.CacheDir = None,
    catalog_file: options.CatalogFile = None,
    fail_on: options.FailOn = None,
    offline: options.Offline = None,
    config: options.Config = None,
    color: options.Color = None,
    progress: options.ShowProgress = None,
    quiet: options.Quiet = None,
    verbose: options.Verbose = None,
) -> int:
    """Say what each service needs of its base image, which bases fit, and what to do first.

    Reads Dockerfiles, Compose files, Kubernetes manifests and Bake files, and the package manifests beside them. It
    builds nothing, starts nothing and pulls nothing: what an image is comes from the catalog, from what was measured
    before, and from a local engine where one has it.

    \b
    Examples:
      basewright assess .                              the project in this folder
      basewright assess shop/compose.yaml              one Compose file and what it builds
      basewright assess node:24                        what the catalog knows of an image
      basewright assess . -o html=report.html          the same as a document for people
      basewright assess . --format json                the same for programs
      basewright assess . --fail-on base-past-support  exit 1 when a base is past its support
    """  # noqa: D301 - \b keeps the lines as they are
    session: Session = context.obj
    return _run(session, targets, session.layers(context.params, start_of(targets)))


def start_of(targets: Sequence[str]) -> Path:
    """Return the folder from which configuration is searched: the first path's among `targets`, else this one."""
    for text in targets:
        place = Path(text)
        if os.path.isdir(text):  # noqa: PTH112 - False, not an error, for what can be no path
            return place
        if os.path.isfile(text):  # noqa: PTH113
            return place.parent
    return Path()


def _run(session: Session, targets: Sequence[str], layers: "Layers") -> int:
    from basewright.cli.gate import check_rules, judge
    from basewright.cli.outputs import plan_outputs, write_documents
    from basewright.pipeline import assess
    from basewright.recommend.findings import RULES

    check_rules(layers.settings.texts("fail-on"), (rule.id for rule in RULES))
    outputs = plan_outputs(
        layers.settings.texts("output"), options.format_of(layers.settings, ASSESS_FORMATS), ASSESS_FORMATS
    )
    request = _request(targets, layers)
    with session.progress(layers) as progress:
        assessment = assess(request, _services(session, layers, progress))
        documents = [(one, _render(assessment, one, session, layers)) for one in outputs]
    gate = judge(assessment, layers.settings.texts("fail-on"))
    write_documents(documents, session.terminal)
    _tell_gate(gate, session)
    return int(gate.code)


def _services(session: Session, layers: "Layers", progress: "Progress") -> "Services":
    from dataclasses import replace

    from basewright.cli.catalog_file import measured_bases
    from basewright.cli.inspect import surroundings_of
    from basewright.pipeline import Services
    from basewright.pipeline.images import engines_there, image_services

    settings = layers.settings
    surroundings = surroundings_of(session, layers, progress)
    wants_engines = settings.is_on("images") and not settings.is_on("offline")
    return replace(
        Services.of_this_machine(progress),
        images=image_services(surroundings),
        engines=engines_there(surroundings) if wants_engines else (),
        measured=measured_bases(settings, session.environment),
    )


def _request(targets: Sequence[str], layers: "Layers") -> "AssessRequest":
    from basewright.model.base import Access
    from basewright.model.platform import Platform
    from basewright.pipeline import AssessRequest
    from basewright.recommend import RecommendOptions
    from basewright.recommend.options import MEGABIT

    settings = layers.settings
    platform = settings.text("platform")
    parsed = Platform.parse(platform) if platform else None
    advice = RecommendOptions(
        count_lts=settings.is_on("count-lts"),
        access=frozenset(map(Access, settings.texts("access"))),
        bandwidth_bits_per_second=settings.number("bandwidth") * MEGABIT,
        architectures=("/".join(filter(None, (parsed.architecture, parsed.variant))),) if parsed else (),
        prefer=settings.texts("prefer"),
    )
    return AssessRequest(
        targets=tuple(targets),
        compose_files=settings.texts("compose-files"),
        profiles=settings.texts("profiles"),
        platform=parsed,
        exclude=settings.texts("exclude"),
        mirrors=settings.pairs("mirrors"),
        declarations=layers.declarations,
        recommend=advice,
        read_images=settings.is_on("images"),
    )


def _render(assessment: "Assessment", output: "Output", session: Session, layers: "Layers") -> bytes:
    from basewright.report import RenderOptions, render

    on_terminal = output.file is None
    options = RenderOptions(
        width=session.terminal.width if on_terminal else _WIDTH_IN_A_FILE,
        color=on_terminal and session.terminal.is_colored,
        ascii_only=on_terminal and session.terminal.is_ascii,
        verbose=layers.settings.is_on("verbose"),
    )
    return render(assessment, output.format, options=options)


def _tell_gate(gate: "Gate", session: Session) -> None:
    if gate.reasons and not session.terminal.is_quiet:
        verdict = "failed" if gate.code == 1 else "cannot tell"
        session.terminal.tell(f"gate {verdict}:")
        for reason in gate.reasons:
            session.terminal.tell(f"  {reason}")
