"""Decoders by type, made while several threads ask for them."""

import subprocess
import sys

import msgspec
import pytest
from project_files import ROOT

from basewright.formats.decoders import json_decoder, msgpack_decoder

_AT_ONCE = """
import os, sys, threading
import msgspec
from basewright.formats.decoders import json_decoder

class Inner(msgspec.Struct):
    first: str
    second: dict[str, list[int]] = {}

class Outer(msgspec.Struct):
    inner: Inner
    many: list[Inner] = []

def decode():
    start.wait()
    json_decoder(Outer).decode(b'{"inner": {"first": "x", "second": {"a": [1]}}, "many": [{"first": "y"}]}')

sys.setswitchinterval(0.000001)
for _ in range(100):
    child = os.fork()
    if child == 0:
        start = threading.Barrier(4)
        threads = [threading.Thread(target=decode) for _ in range(4)]
        for one in threads: one.start()
        for one in threads: one.join()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status:
        sys.exit(f"a process ended with {status}")
"""


def test_threads_that_meet_a_type_at_once_do_no_harm() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _AT_ONCE], cwd=ROOT / "src", capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_decoder_is_made_once_and_decodes_its_type() -> None:
    assert json_decoder(dict[str, int]) is json_decoder(dict[str, int])
    assert json_decoder(dict[str, int]).decode(b'{"a": 1}') == {"a": 1}
    assert msgpack_decoder(list[int]).decode(msgspec.msgpack.encode([1, 2])) == [1, 2]
    with pytest.raises(msgspec.ValidationError):
        msgpack_decoder(list[int]).decode(msgspec.msgpack.encode(["x"]))
