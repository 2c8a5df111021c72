"""What the image's configuration says: health check, ports, volumes, search paths."""

from collections.abc import Iterator
from typing import Final

from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import FOR_ALL, STICKY, Site
from basewright.model.candidate import Severity

_ADMIN_PORTS: Final = {
    21: "FTP", 22: "SSH", 23: "Telnet", 69: "TFTP", 111: "rpcbind", 135: "RPC", 139: "NetBIOS", 445: "SMB",
    512: "rexec", 513: "rlogin", 514: "rsh", 2345: "the Go debugger", 2375: "the Docker API without TLS",
    2376: "the Docker API", 3389: "RDP", 5005: "the Java debugger", 5678: "the Python debugger", 5900: "VNC",
    5901: "VNC", 5985: "WinRM", 6000: "X11", 9229: "the Node debugger", 10250: "the kubelet",
}  # fmt: skip
_PRIVILEGED: Final = 1024
_HOST_PLACES: Final = frozenset({"boot", "dev", "etc", "lib", "lib64", "proc", "sys", "usr", "bin", "sbin", "var/run",
    "var/lib/docker", "root"})  # fmt: skip
_SOCKETS: Final = ("docker.sock", "containerd.sock", "podman.sock", "crio.sock")
_CHECK: Final = "`HEALTHCHECK --interval=30s --timeout=3s CMD"


def _health_check(site: Site) -> Iterator[Observation]:
    config = site.config
    if config is None:
        return
    check = config.healthcheck
    if check is None or not check.test:
        yield Observation(
            Severity.NOTE,
            "no HEALTHCHECK: Docker and Compose cannot tell a service that hangs from one that works",
            f'{_CHECK} ["/app", "health"]`. Kubernetes reads none: give it probes.',
        )
    elif check.test[0] == "NONE":
        yield Observation(
            Severity.NOTE,
            "HEALTHCHECK NONE switches the base's check off",
            f'Say how this service is checked: {_CHECK} ["/app", "health"]`.',
        )


def _ports(site: Site) -> Iterator[tuple[int, str]]:
    for text in site.config.exposed_ports if site.config is not None else ():
        number, _, protocol = text.partition("/")
        for bound in number.split("-")[:2]:
            if bound.isascii() and bound.isdigit() and len(bound) <= 5:
                yield int(bound), f"{bound}/{protocol or 'tcp'}"


def _administration(site: Site) -> Iterator[Observation]:
    found = sorted({(port, text) for port, text in _ports(site) if port in _ADMIN_PORTS})
    if found:
        yield Observation(
            Severity.WARNING,
            f"EXPOSE of ports for administration or debugging: "
            f"{named([f'{text} ({_ADMIN_PORTS[port]})' for port, text in found])}",
            f"Remove the line `EXPOSE {found[0][0]}` and the service behind it; use `docker exec`.",
            count=len(found),
        )


def _low_ports(site: Site) -> Iterator[Observation]:
    found = sorted({(port, text) for port, text in _ports(site) if 0 < port < _PRIVILEGED and port not in _ADMIN_PORTS})
    if found:
        yield Observation(
            Severity.NOTE,
            f"EXPOSE of ports below {_PRIVILEGED}: {named([text for _, text in found])}; outside of Docker's defaults, "
            "binding them takes root or a capability",
            f"Listen above: `EXPOSE {found[0][0] + 8000}`, and map it: `-p {found[0][0]}:{found[0][0] + 8000}`.",
            count=len(found),
        )


def _volumes(site: Site) -> Iterator[Observation]:
    volumes = site.config.volumes if site.config is not None else ()
    found = [one for one in volumes if one.strip("/") in {"", *_HOST_PLACES} or one.endswith(_SOCKETS)]
    if found:
        has_socket = any(one.endswith(_SOCKETS) for one in found)
        yield Observation(
            Severity.WARNING,
            f"VOLUME over places of the system: {named(found)}; what is mounted there replaces or reaches it",
            f"Keep data in a folder of its own: `VOLUME /var/lib/app` instead of `VOLUME {found[0][:80]}`."
            + (" Who reaches an engine's socket is root on its machine." if has_socket else ""),
            count=len(found),
        )


def _search_path(site: Site) -> Iterator[Observation]:
    """PATH, LD_LIBRARY_PATH and LD_PRELOAD: where programs and libraries are taken from."""
    for name, value in site.config.environment if site.config is not None else ():
        if name in {"PATH", "LD_LIBRARY_PATH"} and value:
            parts = value.split(":")[:200]
            loose = [part or "an empty entry" for part in parts if not part.startswith("/")]
            open_ones = [part for part in parts if part.startswith("/") and _is_open(site, part.strip("/"))]
            if loose or open_ones:
                what = [f"{one} (relative)" for one in loose] + [f"{one} (writable by everybody)" for one in open_ones]
                yield Observation(
                    Severity.WARNING,
                    f"{name} leads where others may put files: {named(what)}",
                    f"Name only folders of root: `ENV {name}=/usr/local/bin:/usr/bin:/bin`."
                    if name == "PATH"
                    else f"Remove `ENV {name}`, or name only folders of root.",
                    tuple(one.strip("/") for one in open_ones),
                    len(what),
                )


def _is_open(site: Site, path: str) -> bool:
    entry = site.tree.lookup(path)
    return entry is not None and bool(entry.mode & FOR_ALL) and not entry.mode & STICKY


def _preload(site: Site) -> Iterator[Observation]:
    entry = site.tree.lookup("etc/ld.so.preload")
    if entry is not None and entry.size:
        yield Observation(
            Severity.WARNING,
            "/etc/ld.so.preload loads libraries into every program, set-uid ones too",
            "Remove it; set LD_PRELOAD for the one program that needs it.",
            (entry.path,),
            layer=entry.layer,
        )
    for name, value in site.config.environment if site.config is not None else ():
        if name in {"LD_PRELOAD", "LD_AUDIT"} and value:
            yield Observation(
                Severity.NOTE,
                f"{name} loads {value[:120]!r} into every program",
                f"Set {name} in the start script of the one program that needs it.",
            )


RULES: Final = (
    Rule("no-health-check", _health_check, ("4.6", "5.27")),
    Rule("exposed-administration", _administration, ("5.7", "5.9")),
    Rule("privileged-port", _low_ports, ("5.8",)),
    Rule("sensitive-volume", _volumes, ("5.6", "5.32")),
    Rule("loose-search-path", _search_path),
    Rule("preloaded-library", _preload),
)
