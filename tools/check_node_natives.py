"""Ask the npm registry, through npm, how well-known Node packages bring their native code, and whether for musl.

    python tools/check_node_natives.py > src/basewright/needs/data/native_node.json

`delivery` tells where the binary comes from: ``optional`` (one package per platform among the optional dependencies),
``bundled`` (prebuilt files inside the package itself), ``download`` (fetched by the install script from elsewhere, not
looked at here: musl is null) or ``build`` (compiled by node-gyp at install).
"""

import datetime as dt
import json
import subprocess
import sys
from typing import Any

_WELL_KNOWN = """
@napi-rs/canvas @node-rs/argon2 @node-rs/bcrypt @parcel/watcher @rspack/binding @serialport/bindings-cpp @swc/core
@tailwindcss/oxide argon2 bcrypt better-sqlite3 bufferutil canvas classic-level cpu-features esbuild isolated-vm
kerberos leveldown libpq lightningcss lmdb msgpackr-extract next node-pty node-rdkafka node-sass onnxruntime-node
re2 rollup sharp sodium-native sqlite3 utf-8-validate zeromq
"""
NAMES = _WELL_KNOWN.split()
_DOWNLOADS = ("prebuild-install", "node-pre-gyp", "install-from-cache", "install.js", "install.mjs")


def _npm(*arguments: str) -> Any:  # noqa: ANN401 - whatever JSON npm prints
    done = subprocess.run(["npm", *arguments, "--json"], capture_output=True, text=True, timeout=180, check=True)
    return json.loads(done.stdout or "null")


def fact(name: str) -> dict[str, str | bool | None]:
    """Return what is known of the newest release of `name`."""
    about = _npm("view", name, "version", "scripts", "optionalDependencies")
    optional = [one for one in about.get("optionalDependencies", {}) if "linux" in one]
    install = about.get("scripts", {}).get("install", "") + about.get("scripts", {}).get("postinstall", "")
    packed = _npm("pack", name, "--dry-run")
    listing = next(iter(packed.values())) if isinstance(packed, dict) else packed[0]
    binaries = [one["path"] for one in listing["files"] if one["path"].endswith(".node") and "linux" in one["path"]]
    delivery, musl = "build", None
    if optional:
        delivery, musl = "optional", any("musl" in one for one in optional)
    elif binaries:
        delivery, musl = "bundled", any("musl" in one for one in binaries)
    elif any(one in install for one in _DOWNLOADS):
        delivery = "download"
    # esbuild's binary is a static Go program: its one Linux package runs on either libc.
    musl = True if name == "esbuild" else musl
    print(f"{name}: {delivery} musl={musl} {binaries[:3]} {optional[:3]} {install!r}", file=sys.stderr)
    return {"name": name, "version": about["version"], "delivery": delivery, "musl": musl}


def main() -> None:
    """Print the facts as JSON, sorted by name."""
    facts = [fact(name) for name in sorted(NAMES)]
    today = dt.datetime.now(dt.UTC).date().isoformat()
    print(json.dumps({"source": "npm view, npm pack --dry-run", "date": today, "packages": facts}, indent=1))


if __name__ == "__main__":
    main()
