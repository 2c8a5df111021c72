"""Files that lend rights or give them away: set-uid, set-gid, capabilities, writable by everybody, devices."""

from collections.abc import Iterable, Iterator
from typing import Final

from basewright.image.interface import DIRECTORY, REGULAR
from basewright.inventory.hardening.capabilities import HARMLESS, parse_capabilities
from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.site import FOR_ALL, SET_GID, SET_UID, STICKY, Marked, Site
from basewright.inventory.hardening.tables import known_privileged
from basewright.inventory.hardening.user import run_user
from basewright.inventory.ownership import is_system
from basewright.model.candidate import Severity

_STRIP: Final = "`RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +`"
_SYSTEM_FOLDERS: Final = ("bin/", "boot/", "etc/", "lib/", "lib32/", "lib64/", "sbin/", "usr/")
_LOCAL: Final = ("usr/src/", "usr/local/app/", "usr/share/nginx/html/", "usr/app/")
"""Below a system folder by custom, and yet places where applications live."""


def _set_id(site: Site) -> Iterator[Observation]:
    known: list[Marked] = []
    strange: list[Marked] = []
    for one in _set_id_files(site):
        (known if _is_known(one, site) else strange).append(one)
    if strange:
        yield Observation(
            Severity.WARNING,
            f"run with the rights of their owner, and no distribution's package brings them so: {_told(strange, site)}",
            f"Take the bits away where nothing needs them: `RUN chmod a-s /{strange[0].path}`.",
            tuple(one.path for one in strange),
            layer=strange[0].layer,
        )
    if known:
        yield Observation(
            Severity.NOTE,
            f"run with the rights of their owner, as their packages ship them: {_told(known, site)}",
            f"A service seldom needs any of them: {_STRIP}, or run with `no-new-privileges`.",
            tuple(one.path for one in known),
            layer=known[0].layer,
        )


def _set_id_files(site: Site) -> list[Marked]:
    return [one for one in site.marked if one.kind == REGULAR and one.mode & (SET_UID | SET_GID)]


def _is_known(one: Marked, site: Site) -> bool:
    package = site.package_of(one.path)
    return package is not None and is_system(package) and one.path.rpartition("/")[2] in known_privileged()


def _told(found: list[Marked], site: Site) -> str:
    words = []
    for one in found:
        package = site.package_of(one.path)
        bits = "set-uid" if one.mode & SET_UID else "set-gid"
        origin = f", of {package.name}" if package is not None else ""
        words.append(f"{one.path.rpartition('/')[2]} ({bits}{origin})")
    return named(words)


def _set_id_writable(site: Site) -> Iterator[Observation]:
    found = [one for one in _set_id_files(site) if one.mode & FOR_ALL]
    if found:
        yield Observation(
            Severity.ERROR,
            "set-uid or set-gid, and everybody may write them: whoever does runs code with their owner's rights",
            f"`RUN chmod go-w,a-s /{found[0].path}`.",
            tuple(one.path for one in found),
            layer=found[0].layer,
        )


def _capabilities(site: Site) -> Iterator[Observation]:
    strong: list[tuple[str, str]] = []
    harmless: list[tuple[str, str]] = []
    odd: list[str] = []
    for path, value in site.capable:
        found = parse_capabilities(value)
        if found is None:
            odd.append(path)
            continue
        names = {*found.permitted, *found.inheritable}
        (harmless if names <= HARMLESS else strong).append((path, f"{path.rpartition('/')[2]} ({found})"))
    for severity, rows, why in (
        (Severity.WARNING, strong, "gain capabilities beyond what containers get by default"),
        (Severity.NOTE, harmless, "gain capabilities when started"),
    ):
        if rows:
            yield Observation(
                severity,
                f"{why}: {named([text for _, text in rows])}",
                f"Where nothing needs it: `RUN setcap -r /{rows[0][0]}`.",
                tuple(path for path, _ in rows),
            )
    if odd:
        yield Observation(
            Severity.NOTE,
            "file capabilities of no form that kernels take; they have no effect",
            f"`RUN setcap -r /{odd[0]}`.",
            tuple(odd),
        )


def _world_writable(site: Site) -> Iterator[Observation]:
    open_ones = [one for one in site.marked if one.mode & FOR_ALL]
    rows = (
        ([one for one in open_ones if one.kind == DIRECTORY and not one.mode & STICKY],
         "directories that everybody may write, without the sticky bit: any user can replace what others put there",
         "`RUN chmod o-w {0}` (or `chmod 1777 {0}` for a shared place like /tmp)."),
        ([one for one in open_ones if one.kind == REGULAR],
         "files that everybody may write: any process can change what others read or run",
         "`RUN chmod o-w {0}`; with COPY, give the mode: `COPY --chmod=644`."),
    )  # fmt: skip
    for found, why, remedy in rows:
        if found:
            yield Observation(
                Severity.WARNING,
                why,
                remedy.format(f"/{found[0].path}"),
                tuple(one.path for one in found),
                layer=found[0].layer,
            )


def _writable_system(site: Site) -> Iterator[Observation]:
    user = run_user(site)
    if user is None or not user.uid or user.is_beyond:
        return
    found = list(_owned_system_paths(site, user.uid))
    if found:
        yield Observation(
            Severity.WARNING,
            f"belong to the user that the image runs as (uid {user.uid}): a process that is taken over can change "
            "the system below itself",
            "Leave system paths to root: `RUN chown -R root:root …`, and copy with `COPY --chown=root:root`.",
            tuple(found),
        )


def _owned_system_paths(site: Site, uid: int) -> Iterable[str]:
    numbers = [
        (layer, number)
        for layer, facts in enumerate(site.tree.layers)
        if uid in facts.index.uids
        for number, owner in enumerate(facts.index.uids)
        if owner == uid and facts.index.modes[number] & 0o200 and facts.index.paths[number].startswith(_SYSTEM_FOLDERS)
    ]
    found = (path for path, _ in site.seen(numbers))
    return sorted(path for path in found if path.startswith(_SYSTEM_FOLDERS) and not path.startswith(_LOCAL))


def _devices(site: Site) -> Iterator[Observation]:
    if site.devices:
        yield Observation(
            Severity.WARNING,
            "device nodes: with the capability to use them, they reach the machine's devices",
            f"Remove them; runtimes mount /dev anyway: `RUN rm /{site.devices[0].path}`.",
            tuple(one.path for one in site.devices),
            layer=site.devices[0].layer,
        )


RULES: Final = (
    Rule("set-id-files", _set_id, ("4.8",)),
    Rule("set-id-writable", _set_id_writable, ("4.8",)),
    Rule("file-capabilities", _capabilities, ("4.8",)),
    Rule("world-writable", _world_writable),
    Rule("system-path-of-user", _writable_system),
    Rule("device-nodes", _devices),
)
