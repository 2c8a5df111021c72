"""TIME_ZONES, LOCALE and ICU: what the workload needs to know of places and languages."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, Need, NeedKind
from basewright.model.span import Location
from basewright.needs.evidence import need
from basewright.needs.native_python import normalized
from basewright.needs.tables import ecosystems
from basewright.needs.view import WorkloadView

_ZONES = "zoneinfo"
_UTC = frozenset({"", "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Universal", "Zulu", "UTC0"})
_ZONE_DATA_INSIDE = frozenset({"node", "java", "php", "bun", "deno"})
_NEEDS_NOTHING = frozenset({"", "C", "POSIX", "C.UTF-8", "C.utf8"})
_LOCALE_VARIABLES = frozenset(
    {"LANG", "LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_TIME", "LC_NUMERIC", "LC_MONETARY", "LC_MESSAGES"}
)
_LOCALE = re.compile(r"[a-z]{2,3}(?:_[A-Z]{2})?(?:\.[A-Za-z0-9-]{1,16})?(?:@[a-z]{1,16})?")
_TRUE = frozenset({"1", "true"})


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the need of zone data, of locales and of ICU."""
    yield from _zones(view)
    yield from _locales(view)
    yield from _icu(view)


def _zones(view: WorkloadView) -> Iterator[Need]:
    setting = view.workload.runtime.environment.get("TZ")
    if setting is not None and setting.value.lstrip(":") not in _UTC:
        inside = view.runtime_name in _ZONE_DATA_INSIDE
        detail = f"{view.runtime_name} brings zone data of its own" if inside else ""
        yield need(NeedKind.TIME_ZONES, _ZONES, setting.where, f"TZ is {setting.value[:40]}",
                   confidence=Confidence.MEDIUM if inside else Confidence.CERTAIN, detail=detail)  # fmt: skip
    for package in view.finally_installed:
        if package.name in {"tzdata", "tzdata-legacy"} and not package.is_removed:
            yield need(NeedKind.TIME_ZONES, _ZONES, package.where, f"{package.manager} installs {package.name}")
    for mount in view.workload.runtime.mounts:
        if mount.target in {"/etc/localtime", "/etc/timezone"} or mount.target.startswith("/usr/share/zoneinfo"):
            yield need(NeedKind.TIME_ZONES, _ZONES, mount.where, f"{mount.target} is mounted")
    for invocation in view.final_build_invocations:
        if invocation.program in {"ln", "cp"} and any("/usr/share/zoneinfo" in word for word in invocation.arguments):
            yield need(NeedKind.TIME_ZONES, _ZONES, invocation.where, "RUN sets the image's time zone")
    for ecosystem in ("pypi", "gem"):
        yield from _zone_packages(view, ecosystem)


def _zone_packages(view: WorkloadView, ecosystem: str) -> Iterator[Need]:
    table = ecosystems()[ecosystem]
    names = {normalized(one.name) for _, one in view.dependencies(ecosystem)}
    if names.intersection(table["zones_bundled"]):
        return
    for manifest, dependency in view.dependencies(ecosystem):
        if normalized(dependency.name) in table["zones"]:
            what = f"{manifest.path} names {dependency.name}, which reads the system's zone data"
            yield need(NeedKind.TIME_ZONES, _ZONES, dependency.where, what, confidence=Confidence.MEDIUM)


def _locales(view: WorkloadView) -> Iterator[Need]:
    for name, setting in sorted(view.workload.runtime.environment.items()):
        if name in _LOCALE_VARIABLES and setting.value not in _NEEDS_NOTHING and _LOCALE.fullmatch(setting.value):
            yield need(NeedKind.LOCALE, setting.value, setting.where, f"{name} is {setting.value}")
    for invocation in view.final_build_invocations:
        if invocation.program in {"localedef", "locale-gen"} and invocation.arguments:
            value = invocation.arguments[-1]
            if _LOCALE.fullmatch(value) and value not in _NEEDS_NOTHING:
                what = f"RUN makes the locale {value}"
                yield need(NeedKind.LOCALE, value, invocation.where, what, confidence=Confidence.MEDIUM)


def _icu(view: WorkloadView) -> Iterator[Need]:
    for package in view.finally_installed:
        is_library = re.fullmatch(r"libicu\d*|icu-libs|icu-data(?:-full)?|libicu", package.name)
        if is_library and not package.is_removed:
            yield _icu_need(package.where, f"{package.manager} installs {package.name}", Confidence.CERTAIN)
    for invocation in view.final_build_invocations:
        if invocation.program.startswith(("docker-php-ext-", "install-php-ext")) and "intl" in invocation.arguments:
            yield _icu_need(invocation.where, "the PHP extension intl is linked against ICU", Confidence.CERTAIN)
    for ecosystem in ("pypi", "composer"):
        for manifest, dependency in view.dependencies(ecosystem):
            if dependency.name.lower() in ecosystems()[ecosystem]["icu"] or dependency.name == "ext-intl":
                what = f"{manifest.path} names {dependency.name}"
                yield _icu_need(dependency.where, what, Confidence.MEDIUM)
    setting = view.environment.get("POSTGRES_INITDB_ARGS")
    if setting is not None and "icu" in setting.value:
        yield _icu_need(setting.where, "the database's collations are ICU's (POSTGRES_INITDB_ARGS)", Confidence.CERTAIN)
    yield from _dotnet(view)


def _dotnet(view: WorkloadView) -> Iterator[Need]:
    """Yield the need of a .NET program that does not do without cultures."""
    runs_dotnet = any(one.program == "dotnet" for one in view.invocations)
    variable = view.environment.get("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT")
    if not (runs_dotnet or view.manifests("nuget")) or (variable and variable.value.lower() in _TRUE):
        return
    facts = [one.facts.get("InvariantGlobalization", "").lower() for one in view.manifests("nuget")]
    if "true" in facts:
        return
    where = variable.where if variable else view.workload.base.where
    what = ".NET loads ICU unless InvariantGlobalization is set"
    yield _icu_need(where, what, Confidence.CERTAIN if variable else Confidence.MEDIUM,
                    "InvariantGlobalization, where no culture matters")  # fmt: skip


def _icu_need(where: Location, what: str, confidence: Confidence, avoidable: str = "") -> Need:
    return need(NeedKind.ICU, "icu", where, what, confidence=confidence, avoidable=avoidable)
