"""Write a small, real image (an OCI layout) from what this machine has installed; without network, without root.

    python tools/make_demo_image.py out/demo-image

Where the machine is a Debian or Ubuntu, the lowest layer holds its required packages with their database. Then follow
the running Python, the packages of this program from the environment, and an application whose last step deletes what
an earlier one brought. Nothing is read but what every user of the machine may read below /usr; no configuration.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import platform
import re
import shutil
import stat
import sys
import sysconfig
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

PROGRAM = "basewright"
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "shop"
_OCI = "application/vnd.oci.image"
_ALIASES = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
"""Folders of the root that are links into /usr since the merge."""
_LEFT_OUT = re.compile(r"usr/share/(?:man|locale|info|lintian)/|usr/share/doc/[^/]+/(?!copyright$)|.*\.pyc$")
_PYTHON_LEFT_OUT = re.compile(
    r"(?:test|idlelib|tkinter|turtledemo|lib2to3|ensurepip|(?:site|dist)-packages|config-[^/]*)/|.*\.pyc$"
)
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}


@dataclass
class Layer:
    """One layer: path in the image → a file of this machine, or content of its own."""

    step: str
    files: dict[str, Path | bytes] = field(default_factory=dict)

    def add_tree(self, folder: Path, place: str, left_out: re.Pattern[str]) -> None:
        """Add the files below `folder` at `place`, but for those whose path in it matches."""
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if not left_out.match(name) and (path.is_symlink() or path.is_file()):
                self.files[f"{place}/{name}"] = path


def debian_layer(root: Path) -> Layer | None:
    """Return the required packages of the Debian at `root`; None where it is none."""
    database = root / "var/lib/dpkg"
    try:
        stanzas = (database / "status").read_text("utf-8").split("\n\n")
    except (OSError, UnicodeDecodeError):
        return None
    chosen = _with_needed(stanzas)
    layer = Layer("the required packages of this machine's distribution")
    for alias in _ALIASES:
        if (root / alias).is_symlink():
            layer.files[alias] = root / alias
    for stanza in chosen:
        fields = dict(re.findall(r"^(Package|Architecture): (.+)$", stanza, re.MULTILINE))
        for name in (f"{fields['Package']}:{fields.get('Architecture', '')}", fields["Package"]):
            listed = database / "info" / f"{name}.list"
            if listed.is_file():
                layer.files |= _kept(root, listed.read_text("utf-8", "surrogateescape").splitlines())
                for end in ("list", "md5sums"):
                    if (database / "info" / f"{name}.{end}").is_file():
                        layer.files[f"var/lib/dpkg/info/{name}.{end}"] = database / "info" / f"{name}.{end}"
                break
    layer.files["var/lib/dpkg/status"] = ("\n\n".join(chosen) + "\n").encode()
    layer.files["etc/os-release"] = (root / "etc/os-release").resolve()
    layer.files["etc/passwd"] = b"root:x:0:0:root:/root:/bin/sh\nshop:x:1000:1000::/srv/shop:/usr/sbin/nologin\n"
    return layer if chosen else None


def _with_needed(stanzas: list[str]) -> list[str]:
    """Return the stanzas of required packages and of those that they depend on, in their order."""
    by_name = {
        one[1]: stanza.strip() for stanza in stanzas if (one := re.search(r"^Package: (.+)$", stanza, re.MULTILINE))
    }
    required = re.compile(r"^(?:Priority: required|Essential: yes)$", re.MULTILINE)
    waiting = [name for name, stanza in by_name.items() if required.search(stanza)]
    chosen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in chosen:
            chosen.add(name)
            asked = ",".join(re.findall(r"^(?:Pre-)?Depends: (.+)$", by_name[name], re.MULTILINE))
            waiting += re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]*)", asked)
    return [stanza for name, stanza in by_name.items() if name in chosen]


def _kept(root: Path, listed: list[str]) -> dict[str, Path | bytes]:
    """Return the listed files below /usr that everybody may read, by the path that they have since the merge."""
    kept: dict[str, Path | bytes] = {}
    for text in listed:
        path = root / text.lstrip("/")
        real = Path(os.path.realpath(path.parent)) / path.name
        if real.is_relative_to(root.resolve()):
            name = real.relative_to(root.resolve()).as_posix()
            if name.startswith(("usr/", *(f"{one}/" for one in _ALIASES))) and not _LEFT_OUT.match(name):
                kept[name] = real
    return kept


def python_layer() -> Layer:
    """Return the running Python, at the place where official images have it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    layer = Layer(f"{version} as this machine runs it")
    layer.files[f"usr/local/bin/{version}"] = Path(os.path.realpath(sys.executable))
    layer.files["usr/local/bin/python3"] = b"->" + version.encode()
    layer.add_tree(Path(sysconfig.get_path("stdlib")), f"usr/local/lib/{version}", _PYTHON_LEFT_OUT)
    header = Path(sysconfig.get_path("platinclude")) / "patchlevel.h"
    if header.is_file():
        layer.files[f"usr/local/include/{version}/patchlevel.h"] = header
    return layer


def packages_layer() -> Layer:
    """Return what this program needs of the environment that it runs in."""
    layer = Layer("the Python packages that this environment runs the program with")
    place = f"usr/local/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    names, seen = [PROGRAM], set()
    while names:
        name = names.pop()
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # for another platform or Python
        seen.add(name)
        asked = (one for one in found.requires or () if "extra" not in one)
        needed = (re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0] for one in asked)
        names += [one for one in sorted(needed) if one not in seen]
        for path in sorted(found.files or (), key=str):
            if ".." not in path.parts and not path.is_absolute() and path.suffix != ".pyc" and name != PROGRAM:
                layer.files[f"{place}/{path.as_posix()}"] = Path(str(path.locate()))
    layer.files["root/.cache/pip/http/of-the-build"] = b"what a build downloads and forgets " * 30_000
    return layer


def application_layers() -> Iterator[Layer]:
    """Yield the example application, and a step that deletes too late."""
    layer = Layer("COPY shop /srv/shop")
    layer.add_tree(EXAMPLE, "srv/shop", re.compile(r"(?!)"))
    yield layer
    yield Layer("RUN rm -rf /root/.cache /srv/shop/compose.yaml", {
        "root/.wh..cache": b"", "srv/shop/.wh.compose.yaml": b"",
    })  # fmt: skip


class _Blob(io.RawIOBase):
    """Takes an archive: hashes it, and writes it compressed."""

    def __init__(self, file: io.BufferedWriter) -> None:
        super().__init__()
        self.archive, self._gzip = hashlib.sha256(), gzip.GzipFile("", "wb", 3, file, mtime=0)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        self.archive.update(data)
        return self._gzip.write(data)

    def close(self) -> None:
        self._gzip.close()
        super().close()


@dataclass
class Layout:
    """An OCI image layout that is being written."""

    folder: Path
    created: int
    """Seconds since the epoch; the time of every file and of the image."""

    def write(self, layers: list[Layer]) -> int:
        """Write the image and return its compressed bytes."""
        (self.folder / "blobs/sha256").mkdir(parents=True)
        written = [(*self._layer(one), one.step) for one in layers]
        created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.created))
        where = {"os": "linux", "architecture": _MACHINES.get(platform.machine(), platform.machine().lower())}
        config = self._document("config", {
            "created": created,
            **where,
            "config": {
                "Cmd": ["python3", "/srv/shop/api/app.py"], "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"],
                "WorkingDir": "/srv/shop", "Labels": {"org.opencontainers.image.title": "demo"},
            },
            "rootfs": {"type": "layers", "diff_ids": [diff_id for diff_id, _, _ in written]},
            "history": [{"created": created, "created_by": step} for _, _, step in written],
        })  # fmt: skip
        manifest = self._document("manifest", {
            "schemaVersion": 2, "mediaType": f"{_OCI}.manifest.v1+json", "config": config,
            "layers": [descriptor for _, descriptor, _ in written],
        })  # fmt: skip
        entry = {**manifest, "platform": where}
        index = {"schemaVersion": 2, "mediaType": f"{_OCI}.index.v1+json", "manifests": [entry]}
        (self.folder / "index.json").write_text(json.dumps(index))
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        return sum(int(descriptor["size"]) for _, descriptor, _ in written)

    def _layer(self, layer: Layer) -> tuple[str, dict[str, Any]]:
        """Write a layer; return its diff ID and its descriptor."""
        part = self.folder / "blobs/part"
        with part.open("wb") as file, _Blob(file) as blob, tarfile.open(fileobj=blob, mode="w|") as archive:
            for name, source in sorted(layer.files.items()):
                self._add(archive, name, source)
        with part.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        size = part.stat().st_size
        part.rename(self.folder / "blobs/sha256" / digest)
        descriptor = {"mediaType": f"{_OCI}.layer.v1.tar+gzip", "digest": f"sha256:{digest}", "size": size}
        return f"sha256:{blob.archive.hexdigest()}", descriptor

    def _add(self, archive: tarfile.TarFile, name: str, source: Path | bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.mtime = self.created
        if isinstance(source, bytes):
            if source.startswith(b"->"):
                entry.type, entry.linkname = tarfile.SYMTYPE, source[2:].decode()
                source = b""
            entry.size = len(source)
            archive.addfile(entry, io.BytesIO(source))
            return
        try:
            facts = source.lstat()
            if stat.S_ISLNK(facts.st_mode):
                entry.type, entry.linkname = tarfile.SYMTYPE, os.readlink(source)  # noqa: PTH115 - as it is written
                archive.addfile(entry)
            elif stat.S_ISREG(facts.st_mode) and facts.st_mode & stat.S_IROTH:
                with source.open("rb") as file:
                    entry.size, entry.mode = facts.st_size, stat.S_IMODE(facts.st_mode)
                    archive.addfile(entry, file)
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            return  # listed, and not here or not for everybody

    def _document(self, name: str, document: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(document, sort_keys=True).encode()
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / "blobs/sha256" / digest).write_bytes(data)
        return {"mediaType": f"{_OCI}.{name}.v1+json", "digest": f"sha256:{digest}", "size": len(data)}


def main() -> None:
    """Write the image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--root", type=Path, default=Path("/"), help="Where a distribution's packages are looked for.")
    options = parser.parse_args()
    if options.folder.exists():
        if not (options.folder / "oci-layout").is_file():
            sys.exit(f"{options.folder} exists and is no image layout: nothing is written")
        shutil.rmtree(options.folder)
    debian = debian_layer(options.root)
    layers = [*([debian] if debian else []), python_layer(), packages_layer(), *application_layers()]
    created = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    size = Layout(options.folder, created).write(layers)
    print(f"{options.folder}: {len(layers)} layers, {size / 1e6:.0f} MB compressed", file=sys.stderr)


if __name__ == "__main__":
    main()
