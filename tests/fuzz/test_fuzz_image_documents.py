"""Runs the fuzz target for a bounded time; BASEWRIGHT_FUZZ_SECONDS lengthens it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import images
import pytest

TARGET = Path(__file__).parent / "fuzz_image_documents.py"
TOKENS = ["mediaType", "manifests", "layers", "config", "digest", "size", "data", "diff_ids", "rootfs", "Healthcheck"]


def seeds() -> list[bytes]:
    """Return documents and archives of small images."""
    app = images.image([{"a": "1"}], config={"Env": ["A=b"], "Healthcheck": {"Test": ["NONE"], "Interval": 1}})
    other = images.image([{"b": "2"}], platform="linux/arm/v7", docker=True)
    archives = [images.tar_of(images.docker_files({"x:1": images.image([])}, style)) for style in ("new", "podman")]
    return [
        app.manifest,
        app.config,
        other.manifest,
        images.index([app, other], attestations=True).manifest,
        b'[{"Config":"c.json","RepoTags":["x:1"],"Layers":["l.tar"]}]',
        *archives,
        images.tar_of({"x" * 130: "1", "l": images.Link("x")}),
    ]


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (dependency group `fuzz`)"
)
def test_the_fuzz_target_finds_nothing_wrong_with_image_documents_in_its_time(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for index, seed in enumerate(seeds()):
        (corpus / str(index)).write_bytes(seed)
    words = tmp_path / "tokens"
    words.write_text("".join(f'"{token}"\n' for token in TOKENS))
    seconds = int(os.environ.get("BASEWRIGHT_FUZZ_SECONDS", "20"))

    run = subprocess.run(
        [
            sys.executable,
            str(TARGET),
            f"-max_total_time={seconds}",
            "-max_len=16384",
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
