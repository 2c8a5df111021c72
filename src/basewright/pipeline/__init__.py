"""One workload or one image, start to end: the library's front door.

    from basewright.pipeline import AssessRequest, Services, assess

    assessment = assess(AssessRequest(targets=("./shop",)), Services.of_this_machine())

Stages never import one another; they meet here. Each pipeline is imported when its name is: who inspects an image does
not wait for what assesses a project.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from basewright.pipeline.assessing import AssessRequest, Services, assess
    from basewright.pipeline.images import Surroundings, image_services
    from basewright.pipeline.inspecting import ImageServices, InspectRequest, inspect

__all__ = [
    "AssessRequest",
    "ImageServices",
    "InspectRequest",
    "Services",
    "Surroundings",
    "assess",
    "image_services",
    "inspect",
]
_HOMES = {
    "AssessRequest": "assessing",
    "Services": "assessing",
    "assess": "assessing",
    "ImageServices": "inspecting",
    "InspectRequest": "inspecting",
    "inspect": "inspecting",
    "Surroundings": "images",
    "image_services": "images",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
