"""Programs run bounded."""

import os
import sys
import time
from pathlib import Path

import pytest

from basewright.ports.process import ProgramError, find_program, run_program

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def python(code: str, **more: object):  # type: ignore[no-untyped-def]
    return run_program([sys.executable, "-I", "-c", code], environment=ENVIRONMENT, **more)


def test_a_program_is_given_input_and_leaves_output() -> None:
    done = python(
        "import sys; d = sys.stdin.read(); print(d * 2); print('!', file=sys.stderr); sys.exit(3)", given=b"ab"
    )
    assert (done.status, done.output, done.complaints) == (3, b"abab\n", b"!\n")


def test_a_lot_of_input_and_output_do_not_block_one_another() -> None:
    done = python("import sys; sys.stdout.write(sys.stdin.read())", given=b"x" * 500_000)
    assert len(done.output) == 500_000


def test_a_program_that_does_not_read_its_input_is_no_error() -> None:
    assert python("pass", given=b"x" * 500_000).status == 0


def test_a_slow_program_is_ended_with_what_it_started() -> None:
    start = time.monotonic()
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    with pytest.raises(ProgramError, match="takes too long"):
        python(code, seconds=0.5)
    assert time.monotonic() - start < 10


def test_a_talkative_program_is_ended() -> None:
    with pytest.raises(ProgramError, match="more than 1000 bytes"):
        python("while True: print('secret' * 1000)", limit=1000)


def test_a_program_that_closes_its_output_and_stays_is_ended() -> None:
    with pytest.raises(ProgramError, match="takes"):
        python("import os, time; os.close(1); os.close(2); time.sleep(60)", seconds=0.5)


def test_a_missing_program_is_told() -> None:
    with pytest.raises(ProgramError, match="cannot be started"):
        run_program(["/nowhere/at-all"], environment={})


def test_output_is_not_shown() -> None:
    assert "hunter2" not in repr(python("print('hunter2')"))


def test_programs_are_found_in_absolute_folders_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "helper"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert find_program("helper", {"PATH": str(tmp_path)}) == str(program)
    assert find_program("helper", {"PATH": f".{os.pathsep}"}) is None
    assert find_program("helper", {"PATH": ""}) is None
