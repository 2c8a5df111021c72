"""FONTS, and the browsers that packages drive: what draws needs letters to draw with."""

from collections.abc import Iterator

from basewright.model.need import Confidence, Need, NeedKind
from basewright.needs.evidence import need
from basewright.needs.tables import ecosystems, packages
from basewright.needs.view import WorkloadView

_DRAWS = frozenset(
    {"wkhtmltopdf", "chromium", "chromium-browser", "libreoffice", "firefox-esr", "google-chrome-stable"}
)


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the need of fonts and of a browser."""
    for package in view.finally_installed:
        if package.is_removed:
            continue
        if package.name.startswith(packages().fonts):
            yield need(NeedKind.FONTS, "fonts", package.where, f"{package.manager} installs {package.name}")
        elif package.name in _DRAWS:
            what = f"{package.manager} installs {package.name}, which draws text"
            yield need(NeedKind.FONTS, "fonts", package.where, what, confidence=Confidence.MEDIUM)
    for ecosystem in ("pypi", "npm", "maven", "gem", "composer", "nuget"):
        yield from _packages(view, ecosystem)


def _packages(view: WorkloadView, ecosystem: str) -> Iterator[Need]:
    table = ecosystems()[ecosystem]
    for manifest, dependency in view.dependencies(ecosystem):
        name = dependency.name if ecosystem in {"maven", "nuget", "composer"} else dependency.name.lower()
        if name in table.get("fonts", ()):
            what = f"{manifest.path} names {dependency.name}, which draws text"
            detail = "a JRE without fonts and fontconfig fails at the first text" if ecosystem == "maven" else ""
            yield need(NeedKind.FONTS, "fonts", dependency.where, what, confidence=Confidence.MEDIUM, detail=detail)
        if name in table.get("browsers", ()):
            what = f"{manifest.path} names {dependency.name}, which drives a browser"
            detail = "its downloaded browsers are linked against glibc and many shared libraries"
            yield need(NeedKind.LIBRARY, "browser", dependency.where, what, confidence=Confidence.MEDIUM, detail=detail)
