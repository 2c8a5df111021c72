"""BUILD_TOOL and PACKAGE_MANAGER: what only the build uses, and what installs packages when it should be running."""

from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind, Phase
from basewright.needs.evidence import calls, need, shortened, subject
from basewright.needs.invocation import Invocation
from basewright.needs.library import is_build_only, is_for_compiling
from basewright.needs.packages import InstalledPackage
from basewright.needs.tables import programs
from basewright.needs.view import WorkloadView

_INSTALLS = {
    "apt": {"install", "update", "upgrade", "dist-upgrade", "-i"},
    "apk": {"add", "update", "upgrade"},
    "dnf": {"install", "update", "upgrade", "-i", "-U", "-ivh", "-Uvh"},
    "zypper": {"install", "in", "update", "up"},
    "pip": {"install"},
    "uv": {"sync", "pip"},
    "poetry": {"install", "update", "add"},
    "pipenv": {"install", "sync"},
    "conda": {"install", "update", "create"},
    "npm": {"install", "i", "ci", "update", "add"},
    "yarn": {"install", "add"},
    "pnpm": {"install", "i", "add"},
    "gem": {"install"},
    "bundle": {"install", "update"},
    "composer": {"install", "update", "require", "create-project"},
}
_NODE_MANAGERS = frozenset({"npm", "yarn", "pnpm"})
_WITHOUT_DEVELOPMENT = ("--omit=dev", "--production", "--only=production", "--prod", "-P", "--only=prod")
_IN_FINAL = "in the final stage: it stays in the image, or leaves its weight in a layer"
_CALLED = "run-time text calls {} too: it is no tool of the build alone"
_MOVE = "do it in a build stage and copy the result"


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the build's tools (phase BUILD), and the installing that happens at run time."""
    for invocation in view.invocations:
        yield from _at_run_time(invocation)
    called = frozenset(one.program for one in view.invocations)
    for invocation in view.build_invocations:
        yield from _tool(view, invocation, is_called=invocation.program in called)
    built_with = frozenset(one.program for one in view.build_invocations)
    packages = view.installed
    for package in packages:
        is_python = is_for_compiling(view, package, packages)
        if package.name not in called and (is_build_only(package, built_with) or is_python):
            yield _package(view, package)


def installing(invocation: Invocation) -> str | None:
    """Return the package manager by which `invocation` installs something, None where it installs nothing."""
    words = invocation.words
    is_module = invocation.program.startswith("python") and words[1:3] == ("-m", "pip")
    program, arguments = ("pip", words[3:]) if is_module else (invocation.program, invocation.arguments)
    manager = programs().package_managers.get(program)
    if manager is None:
        return None
    plain = [word for word in arguments if not word.startswith("-")]
    action = plain[0] if plain else ""
    if program in {"dpkg", "rpm"}:
        return manager if _INSTALLS[manager].intersection(arguments) else None
    if program == "yarn" and not plain:
        return manager
    if program == "uv" and action == "pip":
        return manager if "install" in plain else None
    return manager if action in _INSTALLS[manager] else None


def _at_run_time(invocation: Invocation) -> Iterator[Need]:
    if invocation.origin is not EvidenceKind.FILE:
        return
    manager = installing(invocation)
    if manager is not None:
        what = f"{subject(invocation.source)} installs packages: {shortened(str(invocation))}"
        yield need(
            NeedKind.PACKAGE_MANAGER,
            manager,
            invocation.where,
            what,
            confidence=invocation.confidence,
            avoidable="install when the image is built",
        )
    elif (
        invocation.program == "uv"
        and invocation.arguments[:1] == ("run",)
        and not {"--no-sync", "--frozen", "--locked"}.intersection(invocation.arguments)
    ):
        yield need(
            NeedKind.PACKAGE_MANAGER,
            "uv",
            invocation.where,
            f"{subject(invocation.source)} calls uv run, which brings the environment up to date first",
            confidence=Confidence.MEDIUM,
            avoidable="call the program in the environment directly, or uv run --no-sync",
        )


def _tool(view: WorkloadView, invocation: Invocation, *, is_called: bool) -> Iterator[Need]:
    """Yield the need of a program that builds, compiles or fetches; `is_called`: at run time too."""
    table = programs()
    value = table.build_tools.get(invocation.program)
    detail = ""
    if value is None and invocation.program in _NODE_MANAGERS | {"npx", "bun"}:
        value, detail = invocation.program, _development(view, invocation)
    elif value is None and invocation.program == "dotnet":
        if invocation.arguments[:1] in {("publish",), ("build",), ("restore",)}:
            value = "dotnet-sdk"
    elif value is None and installing(invocation) in {"pip", "poetry", "pipenv", "bundle", "composer", "uv", "conda"}:
        value = installing(invocation)
    if value is None:
        return
    where = _CALLED.format(invocation.program) if is_called else _where(view, invocation.stage)
    yield need(
        NeedKind.BUILD_TOOL,
        value,
        invocation.where,
        calls(invocation) + (f" {shortened(' '.join(invocation.arguments[:2]))}" if detail else ""),
        phase=Phase.BUILD,
        detail="; ".join(filter(None, (where, detail))),
        avoidable=_MOVE if where and not is_called else "",
    )


def _development(view: WorkloadView, invocation: Invocation) -> str:
    """Tell an install that brings what only development needs."""
    if installing(invocation) is None or any(word.startswith(_WITHOUT_DEVELOPMENT) for word in invocation.arguments):
        return ""
    if "dev" in invocation.arguments and "--omit" in invocation.arguments:
        return ""
    setting = view.environment.get("NODE_ENV")
    is_first = setting is not None and setting.where.line and setting.where.line < invocation.where.line
    if is_first and setting is not None and setting.value == "production":
        return ""
    has_development = any(one.is_development for manifest in view.manifests("npm") for one in manifest.dependencies)
    return "devDependencies are installed too" if has_development and invocation.stage in view.final_stages else ""


def _package(view: WorkloadView, package: InstalledPackage) -> Need:
    where = _where(view, package.stage)
    if where and package.is_removed:
        where = "in the final stage, and removed again: where not in the same RUN, its weight stays in a layer"
    return need(
        NeedKind.BUILD_TOOL,
        package.name,
        package.where,
        f"{package.manager} installs {package.name}",
        confidence=Confidence.CERTAIN,
        phase=Phase.BUILD,
        version=package.version,
        detail=where,
        avoidable=_MOVE if where else "",
    )


def _where(view: WorkloadView, stage: int | None) -> str:
    return _IN_FINAL if stage in view.final_stages else ""
