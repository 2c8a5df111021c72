"""Podman's own service on a socket of its own, with images of ours."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import images
import pytest

_SERVICE = """
umount /sys/fs/cgroup/unified 2>/dev/null
exec podman --root {folder}/root --runroot {folder}/run --storage-driver vfs --runtime crun \
    --cgroup-manager cgroupfs system service --time=0 unix://{folder}/podman.sock
"""


@contextmanager
def podman_service(loaded: Mapping[str, images.BuiltImage]) -> Iterator[Path]:
    """Run Podman's service with the images `loaded` by name, and give its socket; skip the test where it cannot run."""
    for tool in ("podman", "unshare", "crun"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if os.getuid() != 0:
        pytest.skip("not root: a service of its own cannot be started")
    with tempfile.TemporaryDirectory(prefix="bw-") as short:  # its folder must have a short name
        yield from _serving(Path(short), loaded)


def _serving(folder: Path, loaded: Mapping[str, images.BuiltImage]) -> Iterator[Path]:
    (folder / "containers.conf").write_text("[containers]\ndefault_ulimits = []\n")
    environment = {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}
    with (folder / "log").open("wb") as log:
        service = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", _SERVICE.format(folder=folder)], stdout=log, stderr=log, env=environment
        )
        try:
            until = time.monotonic() + 30
            while not (folder / "podman.sock").exists():
                if service.poll() is not None or time.monotonic() > until:
                    pytest.skip(f"podman's service does not start: {(folder / 'log').read_text()[-300:]}")
                time.sleep(0.05)
            for name, built in loaded.items():
                images.write_docker_archive(folder / "a.tar", {name: built}, "legacy")
                load = ["podman", "--remote", "--url", f"unix://{folder}/podman.sock", "load", "-q", "-i"]
                done = subprocess.run(
                    [*load, str(folder / "a.tar")], capture_output=True, text=True, check=False, timeout=60
                )
                assert done.returncode == 0, done.stderr
            yield folder / "podman.sock"
        finally:
            service.terminate()
            service.wait(20)
