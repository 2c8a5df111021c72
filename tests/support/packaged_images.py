"""Images of package managers for tests: status files, lists and databases written as their managers write them."""

from collections.abc import Iterable, Mapping, Sequence

from layer_facts import Node, layer_facts

from basewright.inventory import ANALYSERS, take_inventory
from basewright.model.inventory import Inventory
from basewright.model.package import Package

DEBIAN = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
ALPINE = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n'


def stanza(name: str, version: str | None = "1.0-1", **fields: str) -> str:
    """Return a stanza of an installed package; underscores in names of fields become hyphens."""
    lines = {"Package": name, "Status": "install ok installed", "Architecture": "amd64", "Version": version}
    lines |= {key.replace("_", "-"): value for key, value in fields.items()}
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value is not None)


def debian(
    packages: Mapping[str, Sequence[str]], files: Mapping[str, Node] | None = None, **stanzas: str
) -> dict[str, Node]:
    """Return the nodes of a small Debian: `packages` maps names to the paths that they own, which are created.

    `stanzas` replaces the stanza of a package, hyphens written as underscores.
    """
    nodes: dict[str, Node] = {"etc/os-release": DEBIAN}
    texts = []
    for name, owned in packages.items():
        nodes[f"var/lib/dpkg/info/{name}.list"] = "/.\n" + "".join(f"/{path}\n" for path in owned)
        nodes |= {path: f"{name} {path}" for path in owned}
        texts.append(stanzas.get(name.replace("-", "_"), stanza(name)))
    nodes["var/lib/dpkg/status"] = "\n".join(texts)
    return nodes | dict(files or {})


def record(name: str, version: str | None = "1.0-r0", files: Iterable[str] = (), **fields: str) -> str:
    """Return a record of apk's database; `fields` are its one-letter keys."""
    lines = [f"P:{name}", *([f"V:{version}"] if version else []), "A:x86_64"]
    lines += [f"{key}:{value}" for key, value in fields.items()]
    folders: dict[str, list[str]] = {}
    for path in files:
        folder, _, base = path.rpartition("/")
        folders.setdefault(folder, []).append(base)
    for folder, names in folders.items():
        lines.append(f"F:{folder}")
        lines += [f"R:{one}" for one in names]
    return "\n".join(lines) + "\n"


def alpine(packages: Mapping[str, Sequence[str]], files: Mapping[str, Node] | None = None) -> dict[str, Node]:
    """Return the nodes of a small Alpine: `packages` maps names to the paths that they own, which are created."""
    nodes: dict[str, Node] = {"etc/os-release": ALPINE}
    nodes["lib/apk/db/installed"] = "\n".join(record(name, files=owned) for name, owned in packages.items()) + "\n"
    nodes |= {path: f"{name} {path}" for name, owned in packages.items() for path in owned}
    return nodes | dict(files or {})


def inventory(*layers: Mapping[str, Node]) -> Inventory:
    """Return the inventory of an image of these layers, lowest first."""
    return take_inventory([layer_facts(nodes, ANALYSERS) for nodes in layers], None)


def package(found: Inventory, name: str) -> Package:
    """Return the only package called `name`."""
    (one,) = (one for one in found.packages if one.name == name)
    return one


def reasons(found: Inventory) -> list[str]:
    """Return what could not be looked at, as ``path: reason``."""
    return [f"{one.path}: {one.reason}" for one in found.unknowns]
