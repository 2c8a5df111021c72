"""`basewright inspect` as people start it: a process of its own, and what must be true of whatever it answers."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
from hostile import check_text, environment
from project_files import ROOT

SECONDS = 60
NOW = "1790000000"
"""SOURCE_DATE_EPOCH of the runs, so that two of them can be compared."""
_HOOKED = """
import os, runpy, signal, sys
seen = 0
def hook(event, arguments):
    global seen
    {condition}
        seen += 1
        if seen == {number}:
            {act}
sys.addaudithook(hook)
sys.argv[0] = "basewright"
runpy.run_module("basewright", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run gave."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """What stands on stdout."""
        return self.out.decode("utf-8")

    @property
    def document(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)

    def refused(self, code: int, *told: str) -> "Ran":
        """Hold that this run ended with `code` and one error, which says each of `told`."""
        errors = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert (self.code, len(errors)) == (code, 1), (self.code, self.err)
        for one in told:
            assert one in self.err, (one, self.err)
        return self


@dataclass(slots=True)
class Runs:
    """Runs that share a folder and a cache."""

    folder: Path
    secrets: Sequence[str] = ()
    """What must stand nowhere in any answer."""
    bytecode: Path | None = None
    """Where compiled modules are kept; None: nowhere."""

    @property
    def cache(self) -> Path:
        """Folder of the cache."""
        return self.folder / "cache"

    def environment(self, **changes: str | None) -> dict[str, str]:
        """Return the environment of a run; engines of this machine are out of its sight."""
        nowhere = self.folder / "no-sockets"
        base: dict[str, str | None] = {
            "SOURCE_DATE_EPOCH": NOW,
            "BASEWRIGHT_CACHE_DIR": str(self.cache),
            "XDG_RUNTIME_DIR": str(nowhere),
        }
        if self.bytecode is not None:
            base |= {"PYTHONDONTWRITEBYTECODE": None, "PYTHONPYCACHEPREFIX": str(self.bytecode)}
        return environment(self.folder, **{**base, **changes})

    def inspect(self, *arguments: str, **changes: str | None) -> Ran:
        """Run ``basewright inspect`` to its end."""
        return self.finish(self.start("inspect", *arguments, **changes))

    def start(
        self,
        *arguments: str,
        prefix: Sequence[str] = (),
        program: Sequence[str] = ("-m", "basewright"),
        limit: Callable[[], None] | None = None,
        **changes: str | None,
    ) -> "subprocess.Popen[bytes]":
        """Start the command line; `prefix` is what starts it in turn, `limit` is called in the child."""
        return subprocess.Popen(
            [*prefix, sys.executable, *program, *arguments],
            cwd=self.folder,
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=limit,  # noqa: PLW1509 - it sets a limit, and nothing else
        )

    def finish(self, process: "subprocess.Popen[bytes]") -> Ran:
        """Wait for a run, and hold what is true of every one."""
        out, err = process.communicate(timeout=SECONDS)
        ran = Ran(process.returncode, out, err.decode("utf-8"))
        assert "Traceback" not in ran.err, ran.err
        assert "defect:" not in ran.err, ran.err
        check_text(ran.err)
        assert bool(ran.out) is (ran.code == 0), (ran.code, ran.out[:200], ran.err)
        for secret in self.secrets:
            assert secret.encode() not in ran.out + err, secret
        assert list((self.folder / "tmp").iterdir()) == []
        return ran


def check_document(data: bytes) -> None:
    """Hold that `data` is what the schema that it names says."""
    document = json.loads(data)
    name = document["schema"].removeprefix("basewright/").replace("/", "-")
    schema = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_bytes())
    jsonschema_rs.validator_for(schema).validate(document)


def hooked(condition: str, act: str, number: int = 1) -> tuple[str, str]:
    """Return the arguments of a Python that runs the command line, and does `act` at the `number`-th audit event of
    which `condition` (an expression over ``event`` and ``arguments``) is true."""
    return ("-c", _HOOKED.format(condition=f"if {condition}:", act=act, number=number))
