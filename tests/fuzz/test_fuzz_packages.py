"""Runs the fuzz targets of package readers for a bounded time; BASEWRIGHT_FUZZ_SECONDS lengthens it."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from zips import nested, zip_of

HERE = Path(__file__).parent
VECTORS = json.loads((HERE.parent / "conformance" / "vectors" / "package-manifests.json").read_text())["vectors"]
SEEDS = {
    "zip": [zip_of({"META-INF/MANIFEST.MF": "A: b\n", "x": "y" * 50}), zip_of({"a": "b"}, stored=True), nested(3)],
    "manifests": [one["text"].encode()[:2000] for one in VECTORS if "text" in one],
}
TOKENS = {
    "zip": [r"PK\x05\x06", r"PK\x01\x02", r"PK\x03\x04", r"PK\x06\x06", r"PK\x06\x07", "pom.properties", ".jar"],
    "manifests": [
        r"\"name\"", r"\"version\"", r"\"libraries\"", "Name: ", "Version: ", "# stub: ", "%NAME%", "<project>", "</",
        r"\"bomFormat\"", "CycloneDX", r"\"packages\"", "SPDXVersion: ", "JAVA_VERSION=", r"PE\x00\x00", "{vsn",
    ],
}  # fmt: skip


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (dependency group `fuzz`)"
)
@pytest.mark.parametrize("target", sorted(SEEDS))
def test_the_fuzz_target_finds_nothing_in_its_time(target: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for index, seed in enumerate(SEEDS[target]):
        (corpus / str(index)).write_bytes(seed)
    words = tmp_path / "tokens"
    words.write_text("".join(f'"{token}"\n' for token in TOKENS[target]))
    seconds = int(os.environ.get("BASEWRIGHT_FUZZ_SECONDS", "10"))

    run = subprocess.run(
        [
            sys.executable,
            str(HERE / f"fuzz_{target}.py"),
            f"-max_total_time={seconds}",
            "-max_len=4096",
            "-timeout=10",
            f"-dict={words}",
            f"-artifact_prefix={tmp_path}/",
            str(corpus),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds + 60,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    assert "Done " in run.stderr
