"""Set-uid and set-gid, capabilities, what everybody may write, devices: positives and negatives."""

import struct

from hardened_images import PASSWD, config, facts, layer
from layer_facts import Folder, HardLink, Node, Program
from packaged_images import debian

from basewright.inventory.hardening.capabilities import FileCapabilities, parse_capabilities
from basewright.model.candidate import Severity


def capability(revision: int, flags: int, *words: int) -> bytes:
    return struct.pack(f"<I{len(words)}I", revision << 24 | flags, *words)


NET_RAW = capability(2, 1, 1 << 13, 0, 0, 0)
SYS_ADMIN = capability(2, 1, 1 << 21, 0, 0, 0)


def test_set_uid_files_of_packages_are_noted_and_others_warned_of() -> None:
    nodes = debian(
        {"passwd": ["usr/bin/chsh"]}, {"usr/bin/chsh": Program(b"x", 0o4755), "opt/tool": Program(b"x", 0o2755)}
    )

    strange, known = facts("set-id-files", nodes)

    assert (strange.severity, strange.paths) == (Severity.WARNING, ("/opt/tool",))
    assert (known.severity, known.paths) == (Severity.NOTE, ("/usr/bin/chsh",))
    assert "chsh (set-uid, of passwd)" in known.reason
    assert "chmod a-s /opt/tool" in strange.remedy


def test_a_known_name_that_no_package_brings_is_strange() -> None:
    (fact,) = facts("set-id-files", {"usr/bin/sudo": Program(b"x", 0o4755)})

    assert fact.severity is Severity.WARNING


def test_directories_with_set_gid_and_plain_files_are_not_told() -> None:
    assert facts("set-id-files", {"var/mail": Folder(0o2775), "bin/x": Program(b"x", 0o755)}) == []


def test_a_removed_or_changed_file_is_not_told() -> None:
    lower: dict[str, Node] = {"bin/a": Program(b"x", 0o4755), "bin/b": Program(b"x", 0o4755)}
    upper: dict[str, Node] = {"bin/.wh.a": b"", "bin/b": Program(b"x", 0o755)}

    assert facts("set-id-files", lower, upper) == []


def test_a_hard_link_to_a_set_uid_file_counts_under_each_name() -> None:
    (fact,) = facts("set-id-files", {"bin/a": Program(b"x", 0o4755), "opt/b": HardLink("bin/a")})

    assert fact.paths == ("/bin/a", "/opt/b")


def test_a_set_uid_file_that_everybody_may_write_is_an_error() -> None:
    (fact,) = facts("set-id-writable", {"bin/a": Program(b"x", 0o4757)})

    assert fact.severity is Severity.ERROR
    assert facts("set-id-writable", {"bin/a": Program(b"x", 0o4755), "bin/b": Program(b"x", 0o757)}) == []


def test_capabilities_are_decoded_and_weighed() -> None:
    nodes: dict[str, Node] = {"bin/ping": b"x", "bin/mount": b"x"}
    attributes = {"bin/ping": {"security.capability": NET_RAW}, "bin/mount": {"security.capability": SYS_ADMIN}}

    strong, harmless = facts("file-capabilities", layer(nodes, xattrs=attributes))

    assert (strong.severity, strong.paths) == (Severity.WARNING, ("/bin/mount",))
    assert "cap_sys_admin=ep" in strong.reason
    assert (harmless.severity, harmless.paths) == (Severity.NOTE, ("/bin/ping",))


def test_a_file_without_the_attribute_has_no_capabilities() -> None:
    other = layer({"bin/ping": b"x"}, xattrs={"bin/ping": {"user.comment": b"x"}})

    assert facts("file-capabilities", other) == []


def test_each_revision_of_the_attribute_is_read() -> None:
    both = parse_capabilities(capability(1, 0, 1 << 10, 1 << 10))
    third = parse_capabilities(capability(3, 1, 1, 0, 1 << 8, 0, 1000))

    assert both == FileCapabilities(("cap_net_bind_service",), ("cap_net_bind_service",), is_effective=False)
    assert str(both) == "cap_net_bind_service=ip"
    assert third == FileCapabilities(("cap_chown", "cap_checkpoint_restore"), (), is_effective=True, root_id=1000)


def test_what_no_kernel_takes_is_no_capability() -> None:
    for value in (b"", b"\x01", NET_RAW[:-1], NET_RAW + b"\0", capability(9, 1, 1, 0, 0, 0)):
        assert parse_capabilities(value) is None
    (fact,) = facts("file-capabilities", layer({"x": b"x"}, xattrs={"x": {"security.capability": b"odd"}}))
    assert "no effect" in fact.reason


def test_what_everybody_may_write_is_told_apart_for_files_and_folders() -> None:
    nodes: dict[str, Node] = {"srv/open": Folder(0o777), "srv/file": Program(b"x", 0o666)}

    by_path = {one.path: one for one in facts("world-writable", nodes)}

    assert set(by_path) == {"/srv/open", "/srv/file"}
    assert all(one.severity is Severity.WARNING for one in by_path.values())


def test_a_sticky_folder_and_a_link_are_not_open() -> None:
    from layer_facts import Symlink

    assert facts("world-writable", {"tmp": Folder(0o1777), "srv/link": Symlink("x"), "x": b"x"}) == []


def test_a_folder_that_a_later_layer_closes_is_not_open() -> None:
    assert facts("world-writable", {"srv": Folder(0o777)}, {"srv": Folder(0o755)}) == []


def test_at_most_twenty_paths_are_shown_and_all_are_counted() -> None:
    (fact,) = facts("world-writable", {f"srv/{number:03}": Program(b"x", 0o666) for number in range(300)})

    assert (len(fact.paths), fact.count, fact.path) == (20, 300, "/srv/000")


def test_system_paths_of_the_user_that_runs_are_told() -> None:
    nodes: dict[str, Node] = {
        "etc/passwd": PASSWD,
        "usr/lib/x.so": b"x",
        "usr/bin/tool": Program(b"x", 0o555),
        "app/x": b"x",
    }
    owned = layer(nodes, uids={"usr/lib/x.so": 1000, "usr/bin/tool": 1000, "app/x": 1000})

    (fact,) = facts("system-path-of-user", owned, config=config(user="app"))

    assert fact.paths == ("/usr/lib/x.so",), "neither what it cannot write, nor what is its own"
    assert facts("system-path-of-user", owned, config=config(user="10001")) == []
    assert facts("system-path-of-user", owned, config=config()) == []


def test_device_nodes_are_told() -> None:
    (fact,) = facts("device-nodes", layer({"x": b"x"}, devices=("dev/mem",)))

    assert fact.paths == ("/dev/mem",)
    assert facts("device-nodes", {"dev/null": b""}) == []
    assert facts("device-nodes", layer({}, devices=("dev/mem",)), {"dev/.wh.mem": b""}) == []
