"""Format ``json``: what an image is made of, as a document for other programs."""

from collections.abc import Sequence

from basewright import __version__
from basewright.model.comparison import Comparison
from basewright.model.executable import ElfFacts
from basewright.model.image import ImageConfig
from basewright.model.inventory import Executable, Inspection, Inventory, OsFacts
from basewright.model.package import Package
from basewright.model.redaction import redact, redact_value, redact_words
from basewright.report.inspection import json_comparison, view
from basewright.report.inspection import json_pieces as pieces
from basewright.report.inspection import shapes as shape
from basewright.report.interface import RenderOptions
from basewright.report.json_encoding import encode
from basewright.report.json_shapes import Tool, UnknownShape


def write(inspections: Sequence[Inspection], comparison: Comparison | None, options: RenderOptions) -> bytes:
    """Return the document, indented, lists sorted; of several platforms one that holds them all."""
    del options  # a document for programs looks the same everywhere
    documents = [document(one, comparison) for one in inspections]
    if len(documents) == 1:
        return encode(documents[0])
    return encode(shape.InspectSet(schema="basewright/inspect-set/1", images=documents))


def document(inspection: Inspection, comparison: Comparison | None = None) -> shape.InspectDocument:
    """Return `inspection` in the shape that the contract promises, with what differs from another image."""
    inventory = inspection.inventory
    return shape.InspectDocument(
        schema="basewright/inspect/1",
        tool=Tool(name="basewright", version=__version__),
        created=inspection.created,
        input=pieces.input_of(inspection),
        unknowns=[UnknownShape(path=one.path, reason=one.reason) for one in inspection.all_unknowns],
        incomplete=inspection.is_incomplete,
        image=_image(inspection),
        os=_os(inspection),
        packages=[_package(one) for one in inventory.packages],
        coverage=shape.CoverageShape(
            files=inventory.coverage.files,
            bytes=inventory.coverage.bytes,
            explained_files=inventory.coverage.explained_files,
            explained_bytes=inventory.coverage.explained_bytes,
            unexplained_executables=list(inventory.coverage.unexplained_executables),
        ),
        executables=[_executable(one) for one in inventory.executables],
        setuid=list(inventory.setuid),
        hardening=[pieces.hardening(one) for one in inventory.hardening],
        efficiency=_efficiency(inventory),
        claims=[
            shape.ClaimShape(
                path=one.path, format=one.format, layer=one.layer, packages=list(one.packages), note=one.note
            )
            for one in inventory.claims
        ],
        directories=[
            shape.DirectoryShape(path=one.path, bytes=one.bytes, files=one.files) for one in inventory.directories
        ],
        against=json_comparison.against(comparison) if comparison else None,
    )


def _image(inspection: Inspection) -> shape.ImageShape:
    identity, config, inventory = inspection.identity, inspection.config, inspection.inventory
    platform = identity.platform or (config.platform if config else None)
    return shape.ImageShape(
        reference=identity.reference,
        digest=pieces.text(identity.digest),
        config_digest=pieces.text(identity.config_digest),
        media_type=identity.media_type,
        platform=pieces.text(platform),
        created=config.created if config else None,
        annotations={name: redact_value(name, value) for name, value in sorted(identity.annotations.items())},
        config=_config(config) if config else None,
        compressed_bytes=identity.compressed_bytes,
        bytes=inventory.bytes,
        files=inventory.files,
        layers=[pieces.layer(one) for one in inventory.layers],
    )


def _config(config: ImageConfig) -> shape.ConfigShape:
    check = config.healthcheck
    return shape.ConfigShape(
        user=config.user,
        entrypoint=_words(config.entrypoint),
        command=_words(config.command),
        working_directory=config.working_directory,
        environment={name: redact_value(name, value) for name, value in config.environment},
        exposed_ports=list(config.exposed_ports),
        volumes=list(config.volumes),
        labels={name: redact_value(name, value) for name, value in sorted(config.labels.items())},
        stop_signal=config.stop_signal,
        healthcheck=shape.HealthcheckShape(
            test=_words(check.test) or [],
            interval=check.interval,
            timeout=check.timeout,
            start_period=check.start_period,
            retries=check.retries,
        )
        if check
        else None,
        author=redact(config.author),
    )


def _words(words: tuple[str, ...] | None) -> list[str] | None:
    return list(redact_words(words)) if words is not None else None


def _os(inspection: Inspection) -> shape.OsShape | None:
    facts: OsFacts | None = inspection.inventory.os
    if facts is None:
        return None
    end = inspection.end_of_life
    return shape.OsShape(
        id=facts.id,
        version_id=facts.version_id,
        id_like=list(facts.id_like),
        codename=facts.codename,
        pretty_name=facts.pretty_name,
        path=facts.path,
        is_guess=facts.is_guess,
        libc=[
            shape.LibcShape(name=one.name, version=one.version, path=one.path, evidence=one.evidence)
            for one in inspection.inventory.libc
        ],
        end_of_life=shape.EndOfLifeShape(
            product=end.product,
            cycle=end.cycle,
            security_end=end.security_end,
            is_over=view.is_past(end, inspection.created.date()),
            lts_end=end.lts_end,
            source=end.provenance.source,
            date=end.provenance.date,
        )
        if end
        else None,
    )


def _package(package: Package) -> shape.PackageShape:
    source = package.source
    return shape.PackageShape(
        purl=package.purl,
        name=package.name,
        version=package.version,
        type=package.type,
        source=shape.SourceShape(name=source.name, version=source.version) if source else None,
        architecture=package.architecture,
        licenses=list(package.licenses),
        supplier=package.supplier,
        location=package.location,
        layer=package.layer,
        evidence=package.evidence.value,
        owner=package.owner,
        is_runtime=package.is_runtime,
        files=len(package.files),
        bytes=package.bytes,
        note=package.note,
    )


def _executable(one: Executable) -> shape.ExecutableShape:
    facts = one.facts
    if not isinstance(facts, ElfFacts):
        return shape.ExecutableShape(
            path=one.path,
            kind="script",
            layer=one.layer,
            bytes=one.bytes,
            mode=f"{one.mode:04o}",
            is_runnable=one.is_runnable,
            package=one.package,
            aliases=list(one.aliases),
            interpreter=facts.interpreter,
            program=facts.program,
        )
    return shape.ExecutableShape(
        path=one.path,
        kind=facts.kind,
        layer=one.layer,
        bytes=one.bytes,
        mode=f"{one.mode:04o}",
        is_runnable=one.is_runnable,
        package=one.package,
        aliases=list(one.aliases),
        interpreter=facts.interpreter,
        machine=facts.machine,
        bits=facts.bits,
        needed=list(facts.needed),
        rpath=facts.rpath,
        runpath=facts.runpath,
        soname=facts.soname,
        version_needs={library: list(versions) for library, versions in facts.version_needs},
        version_definitions=list(facts.version_definitions),
        is_static=facts.is_static,
        # A shared object lies wherever the loader puts it: the word is for programs.
        is_pie=facts.is_pie if facts.kind == "executable" else None,
        relro=facts.relro,
        nx=facts.nx,
        canary=facts.canary,
        fortified=facts.fortified,
        build_id=facts.build_id,
        is_go=facts.is_go,
    )


def _efficiency(inventory: Inventory) -> shape.EfficiencyShape:
    efficiency = inventory.efficiency
    return shape.EfficiencyShape(
        score=round(efficiency.score, 6),
        wasted_bytes=efficiency.wasted_bytes,
        paths=[
            shape.WastedPathShape(path=one.path, bytes=one.bytes, layers=list(one.layers)) for one in efficiency.paths
        ],
    )
