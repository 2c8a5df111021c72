"""Rules about how the container is run: privileges, sockets, volumes."""

from collections.abc import Iterator

from basewright.model.candidate import Finding, Severity
from basewright.model.need import NeedKind
from basewright.recommend import references
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation, places
from basewright.recommend.storage import data_directory

_AS_GOOD_AS_ROOT = frozenset({"ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "NET_ADMIN"})
_SOCKETS = ("docker.sock", "containerd.sock", "podman.sock", "crio.sock")
_TRUE = frozenset({"true", "yes", "on", "1"})


def _privileged(situation: Situation) -> Iterator[Finding]:
    runtime = situation.workload.runtime
    if runtime.privileged is not None and runtime.privileged.value.lower() in _TRUE:
        yield Finding(
            "privileged-container",
            Severity.ERROR,
            "the container is privileged: it can do on the host whatever root can",
            runtime.privileged.where,
            "drop `privileged`, and grant the single capability or device that is needed",
        )
    for setting in runtime.cap_add:
        name = setting.value.upper().removeprefix("CAP_")
        if name in _AS_GOOD_AS_ROOT:
            yield Finding(
                "privileged-container",
                Severity.WARNING,
                f"the capability {name} reaches far beyond the container",
                setting.where,
                f"grant {name} only where its use is named, and drop all other capabilities",
            )


def _socket(situation: Situation) -> Iterator[Finding]:
    for mount in situation.workload.runtime.mounts:
        if (mount.source or "").endswith(_SOCKETS) or mount.target.endswith(_SOCKETS):
            yield Finding(
                "mount-of-docker-socket",
                Severity.ERROR,
                f"{mount.target} is the engine's socket: who reaches it is root on the host, read-only or not",
                mount.where,
                "put a proxy before the socket that lets only the needed calls through, or do without the socket",
            )


def _stateful(situation: Situation) -> Iterator[Finding]:
    for need in situation.of_kind(NeedKind.STATEFUL_DATA):
        rest = (
            ": its C library, collations, owner and data directory are part of the data, so another base is a "
            "migration; "
            f"see {references.COLLATIONS}"
            if need.value == "postgres"
            else ": its owner and data directory are part of the data, so another base may be a migration"
        )
        yield Finding(
            "stateful-volume",
            Severity.NOTE,
            f"{need.value} keeps its data on a volume{rest}",
            places(need)[0],
            "back the volume up, and try the change on a copy of it first",
        )


def _misses_data(situation: Situation) -> Iterator[Finding]:
    base = situation.base
    if base is None or base.runtime is None or base.runtime.name != "postgres":
        return
    runtime = situation.workload.runtime
    own = runtime.environment.get("PGDATA")
    directory = own.value if own else data_directory(base, "postgres")
    if directory is None or "$" in directory:
        return
    mounts = [one for one in runtime.mounts if one.is_persistent and one.target.startswith("/var/lib/postgresql")]
    if any(directory == one.target.rstrip("/") or directory.startswith(one.target.rstrip("/") + "/") for one in mounts):
        return
    for mount in mounts:
        yield Finding(
            "volume-misses-data",
            Severity.ERROR,
            f"the volume is mounted at {mount.target}, and this image keeps its data in {directory}: it is lost "
            "with the "
            "container, or the image refuses to start",
            mount.where,
            f"mount the volume at {directory.rsplit('/', 2)[0] if directory.endswith('/docker') else directory}; "
            f"see {references.PGDATA_18}",
        )


RULES = (
    Rule("privileged-container", _privileged),
    Rule("mount-of-docker-socket", _socket),
    Rule("stateful-volume", _stateful),
    Rule("volume-misses-data", _misses_data),
)
