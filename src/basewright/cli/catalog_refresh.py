"""`basewright catalog refresh`: bases measured, and kept over the catalog's own facts."""

from collections.abc import Sequence

from basewright.cli.catalog_file import catalog_file, keep_measured, overlaid_catalog
from basewright.cli.inspect import image_services_of, inspect_request
from basewright.cli.layers import Layers
from basewright.cli.session import Session
from basewright.errors import InputError
from basewright.image.naming import parse_name
from basewright.model.base import BaseImage
from basewright.model.reference import ImageReference
from basewright.pipeline.inspecting import inspect
from basewright.pipeline.measuring import measured_base


def refresh_images(session: Session, layers: Layers, images: Sequence[str], name: str | None) -> int:
    """Measure `images`, keep the facts, and say on stderr what was kept where."""
    references = [_reference_of(text, name, len(images)) for text in images]
    catalog = overlaid_catalog(session, layers.settings, is_first=True)
    file = catalog_file(layers.settings, session.environment)
    found: list[BaseImage] = []
    with session.progress(layers) as progress:
        services = image_services_of(session, layers, progress)
        for text, reference in zip(images, references, strict=True):
            (inspection,) = inspect(inspect_request(text, False, layers), services)
            if inspection.is_incomplete:
                first = inspection.all_unknowns[0]
                raise InputError(
                    f"{text} could not be read completely, so nothing of it was kept: {first.path}: {first.reason}",
                    hint=f"see all of it with `basewright inspect {text}`",
                )
            known = catalog.recognise(reference)
            found.append(measured_base(inspection, reference, known.base if known else None))
        keep_measured(file, found)
    for base in found:
        session.terminal.tell(
            f"measured {base.reference}: {base.packages} packages, {base.bytes} bytes; kept in {file}"
        )
    return 0


def _reference_of(text: str, name: str | None, images: int) -> ImageReference:
    """Return the reference under which an image is kept; raise InputError where none is named."""
    if name is not None:
        if images != 1:
            raise InputError("--as names one image", hint="measure the others apart")
        return ImageReference.parse(name)
    parsed = parse_name(text)
    if parsed.is_file or parsed.transport == "dir":
        raise InputError(f"{text}: of which image these are the files is not known", hint="name it with --as REFERENCE")
    return parsed.reference()
