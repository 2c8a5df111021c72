"""Ask the package index, through pip, which well-known native Python packages publish a musllinux wheel.

    python tools/check_musl_wheels.py > src/basewright/needs/data/native_python.json

One look-up per package and libc: pip lists the wheels that fit CPython on x86_64; nothing is installed. The
answer holds for the interpreter and the day that the file names, no others.
"""

import datetime as dt
import json
import re
import subprocess
import sys
import tempfile

PYTHON = "3.12"
PLATFORMS = {
    "glibc": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "musl": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
}
_WELL_KNOWN = """
aiohttp argon2-cffi-bindings asyncpg bcrypt brotli cffi confluent-kafka cryptography duckdb gevent greenlet grpcio
h5py hiredis httptools lxml markupsafe matplotlib msgpack msgspec mysqlclient numba numpy onnxruntime
opencv-python-headless oracledb orjson pandas pillow playwright polars-runtime-32 psutil psycopg-binary psycopg2
psycopg2-binary pyarrow pycryptodome pycurl pydantic-core pymongo pymssql pynacl pyodbc python-ldap pyyaml pyzmq
rapidfuzz regex rpds-py ruamel-yaml-clib safetensors scikit-learn scipy shapely spacy sqlalchemy tensorflow tiktoken
tokenizers torch ujson uvloop uwsgi watchfiles wrapt zstandard
"""
NAMES = _WELL_KNOWN.split()


_FOUND = re.compile(r"Found link (?P<file>[^ ]+\.whl) .*, version: (?P<version>[0-9][0-9.]*)$", re.MULTILINE)
"""What pip tells, when it is asked to be talkative, of a wheel that fits; final releases alone."""


def versions_with_wheels(name: str, libc: str) -> list[str]:
    """Return the releases that have a wheel for `libc`, oldest first; pure wheels do not count."""
    with tempfile.TemporaryDirectory() as target:
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "-vvv", "--no-deps", "--ignore-installed"]
        command += ["--disable-pip-version-check", "--only-binary", ":all:", "--target", target]
        command += ["--python-version", PYTHON, "--implementation", "cp"]
        for platform in PLATFORMS[libc]:
            command += ["--platform", platform]
        done = subprocess.run([*command, name], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode and "No matching distribution" not in done.stdout + done.stderr:
        raise SystemExit(f"{name}: {done.stderr[-400:]}")
    found = {one["version"] for one in _FOUND.finditer(done.stdout) if not one["file"].endswith("-any.whl")}
    return sorted(found, key=lambda version: [int(part) for part in version.split(".") if part])


def fact(name: str) -> dict[str, str | list[str]]:
    """Return the releases of `name` that have wheels for each libc."""
    facts = {libc: versions_with_wheels(name, libc) for libc in PLATFORMS}
    print(f"{name}: " + ", ".join(f"{libc} {len(found)}" for libc, found in facts.items()), file=sys.stderr)
    return {"name": name, **facts}


def main() -> None:
    """Print the facts as JSON, one package a line, sorted by name."""
    packages = ",\n".join(" " + json.dumps(fact(name)) for name in sorted(NAMES))
    today = dt.datetime.now(dt.UTC).date().isoformat()
    head = {"source": "pip: releases with wheels on the Python Package Index", "date": today, "python": PYTHON}
    text = json.dumps({**head, "architecture": "x86_64"})
    print(f'{text[:-1]}, "packages": [\n{packages}\n]}}')


if __name__ == "__main__":
    main()
