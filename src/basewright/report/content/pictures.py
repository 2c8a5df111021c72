"""The pictures of the report; where no table beside one says the same, it brings its own."""

from collections import defaultdict

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage
from basewright.model.dockerfile import BaseKind, Build
from basewright.report import view
from basewright.report.content import pieces
from basewright.report.content.pieces import plain, table
from basewright.report.document import Bar, Bars, Inline, KindRow, Kinds, Picture, StageGraph, StageNode

_STAGES_SHOWN = 60
"""Stages that are drawn of one build; real ones have fewer than twenty."""


def kinds(assessment: Assessment) -> Picture:
    """Where each base stands between full and scratch, today and after."""
    found = []
    for assessed in pieces.workloads(assessment):
        today, candidate = view.current_base(assessed), view.first_candidate(assessed)
        after = candidate.base.kind if candidate else None
        found.append(KindRow(assessed.workload.name, today.kind if today else None, after, candidate is not None))
    return Picture(
        Kinds(tuple(found)),
        "Kinds of base, today and with the first candidate",
        "Each row is a service; the further right, the less there is in its base.",
        None,
    )


def sizes(assessment: Assessment) -> list[Picture]:
    """Bars of the download and of the packages, where at least one number is known."""
    found = (
        _bars(assessment, "compressed_bytes", "Download of each base", is_size=True),
        _bars(assessment, "packages", "Packages in each base", is_size=False),
    )
    return [picture for picture in found if picture is not None]


def _bars(assessment: Assessment, name: str, title: str, *, is_size: bool) -> Picture | None:
    def number(base: BaseImage | None) -> int | None:
        value: int | None = getattr(base, name) if base else None
        return value

    bars = []
    for assessed in pieces.workloads(assessment):
        candidate = view.first_candidate(assessed)
        after = number(candidate.base) if candidate else None
        bars.append(Bar(assessed.workload.name, number(view.current_base(assessed)), after, candidate is not None))
    if all(one.today is None and one.after is None for one in bars):
        return None
    unit = "megabytes to download" if is_size else "packages"
    return Picture(
        Bars(tuple(bars), is_size),
        f"{title}, today and with the first candidate",
        f"Bars of {unit} for each service; a number that is not known is said to be so and has no bar.",
        None,
    )


def stages(assessed: AssessedWorkload) -> list[Picture]:
    """Return the stages of a multi-stage build; nothing for a build of one stage."""
    build = assessed.workload.build
    if build is None or len(build.stages) < 2:
        return []
    graph = _graph(build)
    stands, copies = _sources(graph)
    rows: list[tuple[Inline, ...]] = [
        (
            plain(node.name + (" (becomes the image)" if node.is_target else "")),
            pieces.code(node.base),
            plain(", ".join(stands[number]) or "an image"),
            plain(", ".join(copies[number]) or "nothing"),
        )
        for number, node in enumerate(graph.nodes)
        if not node.is_image
    ]
    description = (
        "What each stage stands on (solid) and what it copies (dashed); the stage with a frame becomes the image."
    )
    if len(rows) < len(build.stages):
        description += f" Shown are {len(rows)} of {len(build.stages)} stages."
    return [
        Picture(
            graph,
            f"Build stages of {assessed.workload.name}",
            description,
            table("Build stages", ("Stage", "FROM", "Stands on", "Copies from"), rows, folded=True),
        )
    ]


def _sources(graph: StageGraph) -> tuple[defaultdict[int, list[str]], defaultdict[int, list[str]]]:
    """Return, for each node's number, the names of what it stands on and of what it copies from."""
    stands: defaultdict[int, list[str]] = defaultdict(list)
    copies: defaultdict[int, list[str]] = defaultdict(list)
    for source, target, is_base in graph.edges:
        (stands if is_base else copies)[target].append(graph.nodes[source].name)
    return stands, copies


def _graph(build: Build) -> StageGraph:
    """Return the first stages and the one that becomes the image, and all that they copy from."""
    shown = [stage for stage in build.stages if stage.index < _STAGES_SHOWN or stage.index == build.target]
    numbers = {stage.index: number for number, stage in enumerate(shown)}
    nodes = [
        StageNode(stage.name or f"stage {stage.index}", stage.base.resolved, is_target=stage.index == build.target)
        for stage in shown
    ]
    names = {stage.name.lower(): stage.index for stage in build.stages if stage.name}
    names |= {str(stage.index): stage.index for stage in build.stages}
    images: dict[str, int] = {}
    edges: set[tuple[int, int, bool]] = set()
    for stage in shown:
        number = numbers[stage.index]
        if stage.base.kind is BaseKind.STAGE and stage.base.stage in numbers:
            edges.add((numbers[stage.base.stage], number, True))
        for instruction in stage.instructions:
            source = instruction.flag("from") if instruction.keyword in {"COPY", "ADD"} else None
            if not source:
                continue
            origin = names.get(source.lower())
            if origin is not None:
                if origin in numbers:
                    edges.add((numbers[origin], number, False))
            elif source in images or len(images) < _STAGES_SHOWN:
                if source not in images:
                    images[source] = len(nodes)
                    nodes.append(StageNode(source, source, is_image=True))
                edges.add((images[source], number, False))
    return StageGraph(tuple(nodes), tuple(sorted(edges)))
