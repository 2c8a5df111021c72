"""Programs that help whoever got in: positives and negatives, told by what can run."""

import pytest
from hardened_images import PROGRAM, config, facts
from layer_facts import HardLink, Node, Program, Symlink

from basewright.inventory.hardening.programs import kind_of
from basewright.model.candidate import Severity

KINDS = {
    "shells": "bash",
    "package-managers": "apt-get",
    "interpreters": "perl",
    "network-tools": "curl",
    "compilers": "gcc",
    "debuggers": "gdb",
    "privilege-tools": "sudo",
    "remote-login": "sshd",
    "background-services": "cron",
}


@pytest.mark.parametrize(("rule", "name"), KINDS.items())
def test_a_program_of_a_kind_is_told_by_its_rule_alone(rule: str, name: str) -> None:
    nodes: dict[str, Node] = {f"usr/bin/{name}": PROGRAM}

    (fact,) = facts(rule, nodes)

    assert (fact.paths, fact.count) == ((f"/usr/bin/{name}",), 1)
    assert name in fact.reason
    assert fact.remedy
    assert all(facts(other, nodes) == [] for other in KINDS if other != rule)


@pytest.mark.parametrize(("rule", "name"), KINDS.items())
def test_neither_a_text_nor_a_folder_nor_a_dangling_link_of_that_name_is_a_program(rule: str, name: str) -> None:
    nodes: dict[str, Node] = {
        f"usr/share/doc/{name}": PROGRAM,
        f"usr/bin/{name}": b"no program",
        f"bin/{name}": Symlink("nowhere"),
        f"usr/sbin/{name}": Program(PROGRAM.data, 0o644),
    }

    assert facts(rule, nodes) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("python3.12", "interpreter"), ("python", "interpreter"), ("gcc-12", "compiler"),
        ("pip3", "package-manager"),
        ("x86_64-linux-gnu-gcc-12", "compiler"), ("aarch64-alpine-linux-musl-gcc", "compiler"),
        ("php8.2", "interpreter"),
        ("perl5.36.0", "interpreter"), ("clang++-18", "compiler"), ("ksh93", "shell"), ("python3-config", None),
        ("passwd", None), ("ls", None), ("", None), ("7z", None), ("-linux-gnu-gcc", None),
    ],
)  # fmt: skip
def test_versions_and_machines_in_names_are_seen_through(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


def test_a_file_with_many_names_counts_once() -> None:
    nodes: dict[str, Node] = {
        "usr/bin/bash": PROGRAM,
        "usr/bin/sh": Symlink("bash"),
        "usr/bin/rbash": HardLink("usr/bin/bash"),
        "bin": Symlink("usr/bin"),
    }

    (fact,) = facts("shells", nodes)

    assert fact.count == 1


def test_busybox_counts_once_with_the_number_of_its_commands() -> None:
    nodes: dict[str, Node] = {"bin/busybox": PROGRAM}
    nodes |= {f"bin/{name}": Symlink("/bin/busybox") for name in ("sh", "ash", "ls", "crond", "ftpd", "dpkg")}
    nodes |= {f"usr/bin/{name}": Symlink("/bin/busybox") for name in ("wget", "nc")}

    (multi,) = facts("multi-call-binary", nodes)
    (shells,) = facts("shells", nodes)
    (network,) = facts("network-tools", nodes)

    assert (multi.path, multi.count) == ("/bin/busybox", 1)
    assert "busybox offers 9 commands" in multi.reason
    assert (shells.count, network.count) == (1, 1)
    assert "ash, sh (of busybox)" in shells.reason
    assert facts("background-services", nodes) == facts("package-managers", nodes) == []


def test_hard_links_to_busybox_are_commands_of_it() -> None:
    nodes: dict[str, Node] = {
        "bin/busybox": PROGRAM,
        "bin/sh": HardLink("bin/busybox"),
        "bin/nc": HardLink("bin/busybox"),
    }

    assert "busybox offers 3 commands" in facts("multi-call-binary", nodes)[0].reason


def test_an_image_without_busybox_has_no_multi_call_binary() -> None:
    assert facts("multi-call-binary", {"bin/sh": PROGRAM}) == []


def test_a_program_in_a_folder_of_the_path_is_found() -> None:
    nodes: dict[str, Node] = {"opt/tools/curl": PROGRAM}

    assert facts("network-tools", nodes) == []
    assert facts("network-tools", nodes, config=config(environment=(("PATH", "/opt/tools:/bin"),)))


def test_what_a_library_keeps_for_itself_is_not_on_the_path() -> None:
    assert facts("compilers", {"srv/node_modules/typescript/bin/tsc": Program(b"#!/usr/bin/env node\n")}) == []


def test_compilers_and_debuggers_weigh_more_than_shells() -> None:
    nodes: dict[str, Node] = {"bin/sh": PROGRAM, "bin/cc": PROGRAM, "bin/gdb": PROGRAM}

    assert facts("shells", nodes)[0].severity is Severity.NOTE
    assert facts("compilers", nodes)[0].severity is facts("debuggers", nodes)[0].severity is Severity.WARNING
