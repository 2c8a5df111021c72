"""What differs between two images, as a part of the `inspect` document."""

from collections.abc import Iterable

from basewright.model.comparison import Comparison, Figures
from basewright.model.package import Package
from basewright.report.inspection import json_pieces as pieces
from basewright.report.inspection import shapes as shape
from basewright.report.json_shapes import UnknownShape


def against(comparison: Comparison) -> shape.AgainstShape:
    """Return `comparison` in the shape that the contract promises."""
    old = comparison.old
    named = old.identity.platform or (old.config.platform if old.config else None)
    return shape.AgainstShape(
        input=pieces.input_of(old),
        platform=pieces.text(named),
        unknowns=[UnknownShape(path=one.path, reason=one.reason) for one in old.all_unknowns],
        incomplete=old.is_incomplete,
        old=_figures(comparison.old_figures),
        new=_figures(comparison.new_figures),
        layers=[pieces.layer(one) for one in old.inventory.layers],
        shared_layers=shape.SharedLayersShape(
            count=comparison.shared.count,
            bytes=comparison.shared.bytes,
            is_whole_old=comparison.shared.is_whole_old,
        ),
        packages=shape.PackageChangesShape(
            added=_packages(comparison.added_packages),
            removed=_packages(comparison.removed_packages),
            changed=[
                shape.PackageChangeShape(type=one.type, name=one.name, old=list(one.old), new=list(one.new))
                for one in comparison.changed_packages
            ],
        ),
        executables=_paths(comparison.added_executables, comparison.removed_executables),
        setuid=_paths(comparison.added_setuid, comparison.removed_setuid),
        hardening=shape.HardeningChangesShape(
            added=[pieces.hardening(one) for one in comparison.added_hardening],
            removed=[pieces.hardening(one) for one in comparison.removed_hardening],
        ),
        config=[
            shape.ConfigChangeShape(aspect=aspect, old=before, new=after)
            for aspect, before, after in comparison.config_changes
        ],
    )


def _figures(figures: Figures) -> shape.FiguresShape:
    return shape.FiguresShape(
        bytes=figures.bytes,
        compressed_bytes=figures.compressed_bytes,
        files=figures.files,
        layers=figures.layers,
        packages=figures.packages,
        executables=figures.executables,
        shared_objects=figures.shared_objects,
        setuid=figures.setuid,
        shells=figures.shells,
        wasted_bytes=figures.wasted_bytes,
        hardening=figures.hardening,
    )


def _packages(packages: Iterable[Package]) -> list[shape.PackageNameShape]:
    return [
        shape.PackageNameShape(
            purl=one.purl,
            name=one.name,
            version=one.version,
            type=one.type,
            location=one.location,
            bytes=one.bytes,
        )
        for one in packages
    ]


def _paths(added: Iterable[str], removed: Iterable[str]) -> shape.PathChangesShape:
    return shape.PathChangesShape(added=list(added), removed=list(removed))
