"""The first line of scripts, as Linux and env(1) take it."""

import pytest

from basewright.formats.shebang import read_shebang
from basewright.model.executable import ScriptFacts


@pytest.mark.parametrize(
    ("head", "facts"),
    [
        (b"#!/bin/sh\necho", ScriptFacts("/bin/sh")),
        (b"#! /bin/bash -eu \nx", ScriptFacts("/bin/bash", "-eu")),
        (b"#!\t/usr/bin/perl\t-w -T\n", ScriptFacts("/usr/bin/perl", "-w -T")),
        (b"#!/bin/sh", ScriptFacts("/bin/sh")),
        (b"#!/bin/sh\r\nx", ScriptFacts("/bin/sh\r")),
        (b"#!/bin/sh\0x\n", ScriptFacts("/bin/sh")),
        (b"#!/usr/bin/env python3\n", ScriptFacts("/usr/bin/env", "python3", "python3")),
        (b"#!/usr/bin/env\n", ScriptFacts("/usr/bin/env")),
        (b"#!/usr/bin/env -i\n", ScriptFacts("/usr/bin/env", "-i")),
        (b"#!/usr/bin/env A=b\n", ScriptFacts("/usr/bin/env", "A=b")),
        (b"#!/usr/bin/env python3 -u\n", ScriptFacts("/usr/bin/env", "python3 -u", "python3 -u")),
        (b"#!/usr/bin/env -S python3 -u\n", ScriptFacts("/usr/bin/env", "-S python3 -u", "python3")),
        (
            b"#!/usr/bin/env -S -i -u X A=b -- node -x\n",
            ScriptFacts("/usr/bin/env", "-S -i -u X A=b -- node -x", "node"),
        ),
        (b"#!/usr/bin/env -Sdeno run\n", ScriptFacts("/usr/bin/env", "-Sdeno run", "deno")),
        (b"#!/usr/bin/env --split-string=ruby -w\n", ScriptFacts("/usr/bin/env", "--split-string=ruby -w", "ruby")),
        (b"#!/usr/bin/env -S 'x\n", ScriptFacts("/usr/bin/env", "-S 'x")),
        (b"#!/opt/\xff/x\n", ScriptFacts("/opt/\\xff/x")),
        (b"#!/" + b"a" * 10 + b" " + b"b" * 300 + b"\n", ScriptFacts("/" + "a" * 10, "b" * 242)),
    ],
)
def test_interpreter_argument_and_program_are_told(head: bytes, facts: ScriptFacts) -> None:
    assert read_shebang(head) == facts


@pytest.mark.parametrize("head", [b"", b"#", b"#!", b"#!\n", b"#! \t\nx", b"# !/bin/sh\n", b"#!/" + b"a" * 300 + b"\n"])
def test_what_the_kernel_would_not_start_is_no_script(head: bytes) -> None:
    assert read_shebang(head) is None
