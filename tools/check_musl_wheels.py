"""Ask the package index, through pip, which well-known native Python packages publish a musllinux wheel.

    python tools/check_musl_wheels.py > src/basewright/needs/data/native_python.json

One look-up per package and libc: pip resolves the newest wheel for CPython on x86_64 and reports its file name;
nothing is installed. The answer holds for the interpreter and the day that the file names, no others.
"""

import datetime as dt
import json
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


def newest_wheel(name: str, libc: str) -> tuple[str, str] | None:
    """Return (version, file name) of the newest wheel for `libc` (a pure one counts), None where there is none."""
    with tempfile.TemporaryDirectory() as target:
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", "--no-deps"]
        command += ["--ignore-installed", "--disable-pip-version-check", "--only-binary", ":all:", "--target", target]
        command += ["--python-version", PYTHON, "--implementation", "cp"]
        for platform in PLATFORMS[libc]:
            command += ["--platform", platform]
        done = subprocess.run([*command, name], capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        if "No matching distribution" in done.stderr:
            return None
        raise SystemExit(f"{name}: {done.stderr[-400:]}")
    (chosen,) = json.loads(done.stdout)["install"]
    return chosen["metadata"]["version"], chosen["download_info"]["url"].rsplit("/", 1)[-1]


def fact(name: str) -> dict[str, str | bool | None]:
    """Return what is known of `name`: the newest wheel of each libc."""
    glibc, musl = newest_wheel(name, "glibc"), newest_wheel(name, "musl")
    print(f"{name}: glibc {glibc}, musl {musl}", file=sys.stderr)
    return {
        "name": name,
        "glibc_version": glibc[0] if glibc else None,
        "glibc_wheel": glibc[1] if glibc else None,
        "musl_version": musl[0] if musl else None,
        "musl_wheel": musl[1] if musl else None,
    }


def main() -> None:
    """Print the facts as JSON, sorted by name."""
    facts = [fact(name) for name in sorted(NAMES)]
    today = dt.datetime.now(dt.UTC).date().isoformat()
    head = {"source": "pip, newest wheel on the Python Package Index", "date": today, "python": PYTHON}
    print(json.dumps({**head, "architecture": "x86_64", "packages": facts}, indent=1))


if __name__ == "__main__":
    main()
