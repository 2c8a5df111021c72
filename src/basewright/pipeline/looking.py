"""Images that a project's workloads stand on or were built into, as far as a local engine or a file has them."""

import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from basewright.errors import BasewrightError, InputError, UnsupportedError
from basewright.model.assessment import ImageRole, ImagesSeen, ReadImage, UnreadImage
from basewright.model.base import BaseImage
from basewright.model.candidate import Severity
from basewright.model.catalog import CatalogView
from basewright.model.inventory import Inspection
from basewright.model.reference import ImageReference
from basewright.model.workload import Workload
from basewright.pipeline.inspecting import ImageServices, InspectRequest, inspect
from basewright.pipeline.measuring import measured_base

_NAMES = ("io.containerd.image.name",)
"""Annotations that hold a whole reference; `org.opencontainers.image.ref.name` is often a tag alone."""
NOT_ASKED = "no image was asked to be opened"
NO_ENGINE = "no container engine runs here, so no image was opened"
"""Why nothing was looked for."""


@dataclass
class ImageSearch:
    """Looks for images once each; what is found counts as measured."""

    services: ImageServices | None
    """None: no image is to be opened."""
    engines: tuple[str, ...]
    """Transports of the engines that are there: ``docker``, ``podman``."""
    progress: Callable[[str], None] = lambda _: None
    found: dict[str, Inspection | str] = field(default_factory=dict)
    """Name → what was read, or why nothing was."""

    def look(self, workloads: Iterable[Workload]) -> ImagesSeen:
        """Return which images of `workloads` were read, and which were not and why."""
        has_engine = self.services is not None and bool(self.engines)
        read: list[ReadImage] = []
        unread: list[UnreadImage] = []
        for workload in workloads:
            for role, name in _names(workload):
                if not has_engine and name not in self.found:
                    continue
                answer = self._inspected(name)
                if isinstance(answer, str):
                    unread.append(UnreadImage(workload.name, role, name, answer))
                else:
                    read.append(read_image(workload.name, role, answer))
        return ImagesSeen(tuple(read), tuple(unread), NO_ENGINE if self.services is not None and not has_engine else "")

    def named(self, text: str) -> ImageReference:
        """Read the image at `text`, a transport and a place, and return the reference that stands for it."""
        if self.services is None:
            raise UnsupportedError(f"{text}: no way to open images was given")
        self.progress(f"reading {text}")
        inspection = inspect(InspectRequest(text), self.services)[0]
        reference = _reference_of(inspection)
        self.found[str(reference)] = inspection
        return reference

    def has(self, reference: ImageReference) -> bool:
        """Whether a local engine or a file had it."""
        if str(reference) not in self.found and (self.services is None or not self.engines):
            return False
        return not isinstance(self._inspected(str(reference)), str)

    def measured(self, workloads: Iterable[Workload], catalog: CatalogView) -> tuple[BaseImage, ...]:
        """Return the bases of `workloads` that were read, as measured; incomplete ones do not count."""
        bases: dict[str, BaseImage] = {}
        for workload in workloads:
            reference = workload.base.reference
            inspection = self.found.get(str(reference)) if reference else None
            if reference and isinstance(inspection, Inspection) and not inspection.is_incomplete:
                known = catalog.recognise(reference)
                bases[str(reference)] = measured_base(inspection, reference, known.base if known else None)
        return tuple(bases.values())

    def _inspected(self, name: str) -> Inspection | str:
        if name not in self.found:
            self.found[name] = self._inspect(name)
        return self.found[name]

    def _inspect(self, name: str) -> Inspection | str:
        assert self.services is not None, "look() was asked first"  # noqa: S101 - narrows the type
        self.progress(f"looking for {name}")
        reasons = []
        for engine in self.engines:
            try:
                return inspect(InspectRequest(f"{engine}:{name}"), self.services)[0]
            except InputError:
                reasons.append(f"{engine} has no such image")
            except BasewrightError as error:
                reasons.append(f"{engine}: {error}")
        return "; ".join(reasons)


def _names(workload: Workload) -> list[tuple[ImageRole, str]]:
    """Return the names of the images that a workload stands on and was built into."""
    names = []
    reference: ImageReference | None = workload.base.reference
    if reference is not None and reference.repository != "library/scratch":
        names.append((ImageRole.BASE, str(reference)))
    if workload.built_as is not None:
        names.append((ImageRole.BUILT, workload.built_as))
    return names


def _reference_of(inspection: Inspection) -> ImageReference:
    """Return what the image calls itself, or a name made of its file's: ``localhost/app``."""
    identity = inspection.identity
    for key in _NAMES:
        with contextlib.suppress(InputError):
            return ImageReference.parse(identity.annotations.get(key, ""))
    last = identity.reference.lower().rpartition("/")[2] or identity.reference.lower()
    stem = re.sub(r"[^a-z0-9]+", "-", last).strip("-")[-100:].strip("-") or "image"
    digest = identity.digest or identity.config_digest
    return ImageReference("localhost", stem, digest.hex[:12] if digest else "latest")


def read_image(workload: str, role: ImageRole, inspection: Inspection) -> ReadImage:
    """Return what an assessment tells of an image that was read."""
    inventory, identity, config = inspection.inventory, inspection.identity, inspection.config
    graver = {one.rule for one in inventory.hardening if one.severity is not Severity.NOTE}
    os = inventory.os
    return ReadImage(
        workload=workload,
        role=role,
        reference=identity.reference,
        transport=identity.transport,
        digest=str(identity.digest or identity.config_digest or "") or None,
        created=config.created if config else None,
        system=" ".join(filter(None, (os.id, os.version_id))) if os else None,
        user=config.user if config else None,
        bytes=inventory.bytes,
        compressed_bytes=identity.compressed_bytes,
        packages=sum(1 for one in inventory.packages if one.owner is None),
        executables=sum(1 for one in inventory.executables if one.is_program),
        setuid=len(inventory.setuid),
        wasted_bytes=inventory.efficiency.wasted_bytes,
        warnings=tuple(sorted(graver)),
        is_incomplete=inspection.is_incomplete,
    )
