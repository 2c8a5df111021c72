"""LIBRARY: system packages that the final chain installs for run time."""

from collections.abc import Iterator

from basewright.model.need import Confidence, Need, NeedKind
from basewright.needs.evidence import need
from basewright.needs.interpreter import interpreter_of
from basewright.needs.packages import InstalledPackage, Use, use_of
from basewright.needs.tables import packages, programs
from basewright.needs.view import WorkloadView

_PYTHONS = frozenset({"python", "python2", "python3", "python-is-python3"})
_COMPILERS = frozenset({"make", "g++", "gcc", "build-essential", "build-base", "gcc-c++", "alpine-sdk"})
_TOOLCHAIN = frozenset({"libc-dev", "libc6-dev", "musl-dev", "glibc-devel", "linux-libc-dev", "libtool", "libtool-bin"})


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield a need for each package that stays in the image and is, or may be, of use at run time."""
    called = frozenset(one.program for one in view.invocations)
    built_with = frozenset(one.program for one in view.build_invocations)
    packages_ = view.finally_installed
    for package in packages_:
        if not package.is_removed and not is_for_compiling(view, package, packages_):
            yield from _package(package, called, built_with)


def is_for_compiling(view: WorkloadView, package: InstalledPackage, others: tuple[InstalledPackage, ...]) -> bool:
    """Whether `package` is a Python that came with compilers and that nothing at run time calls: node-gyp's."""
    if package.name not in _PYTHONS or view.runtime_name == "python":
        return False
    together = {one.name for one in others if one.where.file == package.where.file and one.stage == package.stage}
    called = any(interpreter_of(one.program) == "python" for one in view.invocations)
    return not called and bool(together & _COMPILERS)


def _package(package: InstalledPackage, called: frozenset[str], built_with: frozenset[str]) -> Iterator[Need]:
    brings = packages().programs.get(package.name, (package.name,))
    used = sorted(called.intersection(brings))
    use = use_of(package.name)
    if used:
        yield _need(package, Confidence.CERTAIN, f", and run-time text calls {', '.join(used)}")
    elif is_build_only(package, built_with):
        yield from _behind_headers(package)
    elif use is Use.PEOPLE or package.name in programs().package_managers:
        return
    elif use is Use.RUN:
        yield _need(package, Confidence.CERTAIN, "")
    else:
        yield _need(package, Confidence.MEDIUM, "; by its name alone it is not known whether anything uses it")


def is_build_only(package: InstalledPackage, built_with: frozenset[str]) -> bool:
    """Whether `package` is of use to the build alone; `built_with` are the programs that RUN calls.

    curl, git and their kin are tools of either time: they count as the build's where a RUN calls them.
    """
    if use_of(package.name) is not Use.BUILD:
        return False
    brings = packages().programs.get(package.name)
    is_tool = brings is not None and package.name in programs().tools | {"unzip", "rsync", "tar", "gzip", "file", "zip"}
    return not is_tool or bool(built_with.intersection(brings or ()))


def _behind_headers(package: InstalledPackage) -> Iterator[Need]:
    """Yield the library behind ``libpq-dev``: what was compiled in the final chain is linked against it."""
    name = package.name
    if not name.startswith("lib") or not name.endswith(("-dev", "-devel")) or name in _TOOLCHAIN:
        return
    library = name.removesuffix("-dev").removesuffix("-devel")
    yield need(
        NeedKind.LIBRARY,
        library,
        package.where,
        f"{package.manager} installs {name} into the final image",
        confidence=Confidence.MEDIUM,
        detail=f"what is compiled against {name} needs its shared library at run time, named after the release",
    )


def _need(package: InstalledPackage, confidence: Confidence, addition: str) -> Need:
    pinned = f" at version {package.version}" if package.version else ""
    what = f"{package.manager} installs {package.name}{pinned} into the final image{addition}"
    return need(NeedKind.LIBRARY, package.name, package.where, what, confidence=confidence, version=package.version)
