"""Build the images that the benchmarks read: an Alpine, a Debian with Python, and a big one with many ecosystems.

    python benchmarks/images.py --to DIR [NAME…] [--minirootfs FILE]

Needs root, `mmdebstrap`, `unshare`, `skopeo` and the packages' registries as this machine is set up to reach them.
DIR gets NAME/ (OCI layout, gzip layers), NAME.tar (docker archive), for some NAME-zstd/, and NAME.json (what it holds).
An image that DIR has already is kept, so that one measurement and the next read the same bytes. What the recipes name
is pinned; what Debian's archive serves for a release moves with its point releases.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import layers

HERE = Path(__file__).parent
DEFAULT = HERE.parent / ".cache" / "bench-images"
ROOTFS = HERE.parent.parent / "shared" / "data" / "rootfs"
NEWEST = 1_793_491_200  # no file's time is later: 2026-11-01
PIP = "pip install --quiet --no-compile --no-cache-dir --root-user-action ignore --break-system-packages --no-deps"
APT = "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y"
CLEAN = "apt-get clean; rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin"


@dataclass(frozen=True, slots=True)
class Step:
    """One layer: a shell script that runs inside, the files it needs there, and the folders it empties first."""

    script: str
    files: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an image comes to be: its first layer, then one layer a step."""

    base: Callable[[Path, argparse.Namespace], str]
    steps: tuple[Step, ...] = ()
    zstd: bool = False


def _alpine(root: Path, options: argparse.Namespace) -> str:
    found = options.minirootfs or next(iter(sorted(ROOTFS.glob("alpine-*.tar.gz"), reverse=True)), None)
    if found is None:
        raise SystemExit("alpine: no minirootfs; name one with --minirootfs FILE")
    subprocess.run(["tar", "--extract", "--numeric-owner", "--file", found, "--directory", root], check=True)
    return f"ADD {Path(found).name} /"


def _debian(root: Path, _: argparse.Namespace) -> str:
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", "bookworm", root], check=True)
    return "ADD bookworm.tar /"


PYTHON = Recipe(
    _debian,
    (
        Step(f"{APT} ca-certificates python3 python3-pip python3-venv libgomp1 iputils-ping; {CLEAN}"),
        Step(f"{PIP} --requirement /run/recipes/python.txt", files=("python.txt",)),
    ),
    zstd=True,
)

BIG = Recipe(
    _debian,
    (
        Step(f"{APT} ca-certificates gcc g++ clang make git curl openssh-server cron sudo libcap2-bin; apt-get clean"),
        Step(
            f"{APT} openjdk-17-jdk-headless maven gradle ant groovy libtomcat9-java libspring-web-java "
            "libspring-context-java libhibernate3-java libcommons-math3-java libcommons-collections4-java "
            "libcommons-dbcp2-java libjackson2-databind-java libguava-java libbcprov-java liblog4j2-java "
            "libnetty-java libjetty9-java; apt-get clean"
        ),
        Step(
            f"{APT} nodejs npm ruby ruby-rails ruby-nokogiri php-cli php-xml composer "
            f"python3 python3-pip containerd runc redis-server nginx postgresql-client; {CLEAN}"
        ),
        Step(
            "mkdir -p /srv/app && cd /srv/app && cp /run/recipes/package.json . "
            "&& npm install --ignore-scripts --legacy-peer-deps --no-audit --no-fund --no-package-lock --no-progress "
            "--cache /tmp/npm --before 2026-11-21T21:00:00Z && mkdir -p node_modules/.cache && cp -r /usr/share/doc "
            "node_modules/.cache/build",
            files=("package.json",),
        ),
        Step(f"{PIP} --requirement /run/recipes/big.txt", files=("big.txt",)),
        Step(
            "rm -rf /srv/app/node_modules/.cache && mkdir -p /srv/app/node_modules/.cache "
            "&& echo kept > /srv/app/node_modules/.cache/state && rm -rf /usr/share/doc/* /usr/share/man/* "
            "&& apt-get -qq remove -y git cron && apt-get clean && sed -i s/#Port/Port/ /etc/ssh/sshd_config "
            "&& useradd --uid 10001 --create-home app && chown -R app /srv/app/package.json",
            opaque=("srv/app/node_modules/.cache",),
        ),
    ),
)

RECIPES = {"alpine": Recipe(_alpine), "python": PYTHON, "big": BIG}


def main() -> int:
    """Build what was asked for and is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RECIPES)}; all where none is named")
    parser.add_argument("--to", type=Path, default=DEFAULT)
    parser.add_argument("--minirootfs", type=Path, help="the tar of Alpine's minirootfs")
    options = parser.parse_args()
    if unknown := set(options.names) - set(RECIPES):
        parser.error(f"no such image: {', '.join(sorted(unknown))}")
    options.to.mkdir(parents=True, exist_ok=True)
    for name in options.names or RECIPES:
        if (options.to / f"{name}.json").exists():
            print(f"{name}: kept")
            continue
        with tempfile.TemporaryDirectory(prefix="image-", dir=options.to) as scratch:
            build(name, RECIPES[name], Path(scratch), options)
        print(f"{name}: {(options.to / f'{name}.json').read_text()}")
    return 0


def build(name: str, recipe: Recipe, scratch: Path, options: argparse.Namespace) -> None:
    """Build one image and write it in every form."""
    root = scratch / "root"
    root.mkdir()
    said = recipe.base(root, options)
    state: layers.Snapshot = {}
    made: list[layers.Layer] = []
    for number, step in enumerate((None, *recipe.steps)):
        if step:
            print(f"{name}: {step.script[:100]}", flush=True)
            _inside(root, step)
            said = f"RUN /bin/sh -c {step.script}"
        after = layers.snapshot(root)
        opaque = step.opaque if step else ()
        made.append(layers.write_layer(root, state, after, opaque, scratch / f"{number}.tar", said, NEWEST))
        state = after
    shutil.rmtree(root)
    config: dict[str, object] = {
        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        "Cmd": ["/bin/sh"],
    }
    created = datetime.fromtimestamp(NEWEST, UTC).isoformat().replace("+00:00", "Z")
    layout = options.to / name
    layers.write_layout(made, layout, layers.GZIP, config, created)
    if recipe.zstd:
        layers.write_layout(made, options.to / f"{name}-zstd", layers.ZSTD, config, created)
    archive = options.to / f"{name}.tar"
    archive.unlink(missing_ok=True)
    target = f"docker-archive:{archive}:benchmark/{name}:latest"
    subprocess.run(["skopeo", "copy", "--quiet", f"oci:{layout}:latest", target], check=True)
    facts = {
        "layers": len(made),
        "entries": sum(layer.entries for layer in made),
        "bytes": sum(layer.size for layer in made),
        "compressed_bytes": sum(file.stat().st_size for file in (layout / "blobs" / "sha256").iterdir()),
    }
    (options.to / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")


def _inside(root: Path, step: Step) -> None:
    """Run a step's script in `root`, with the machine's name service and certificates lent for its time."""
    lend = 'mount --bind /etc/resolv.conf "$0/etc/resolv.conf" && ' if (root / "etc/resolv.conf").is_file() else ""
    script = (
        'mount -t tmpfs run "$0/run" && mount -t tmpfs -o mode=1777 tmp "$0/tmp" && mount -t proc proc "$0/proc" && '
        f'mount --rbind /dev "$0/dev" && {lend}mkdir "$0/run/recipes" && cp "$1" "$0/run/certificates" && '
        'shift && for file; do cp "$file" "$0/run/recipes/" || exit 1; done && '
        'exec chroot "$0" /bin/sh -euc "$SCRIPT"'
    )
    certificates = os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
    lent = dict.fromkeys(("PIP_CERT", "NODE_EXTRA_CA_CERTS", "npm_config_cafile", "SSL_CERT_FILE"), "/run/certificates")
    environment = {
        "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "SCRIPT": step.script,
        **lent,
    }
    files = [HERE / "recipes" / file for file in step.files]
    subprocess.run(
        ["unshare", "--mount", "sh", "-euc", script, root, certificates, *files], env=environment, check=True
    )


if __name__ == "__main__":
    sys.exit(main())
