"""Who the image runs as, and which accounts it has: positives and negatives."""

import pytest
from hardened_images import GROUP, PASSWD, PROGRAM, config, facts, inspected
from layer_facts import Node

from basewright.model.candidate import Severity

ACCOUNTS: dict[str, Node] = {"etc/passwd": PASSWD, "etc/group": GROUP}


@pytest.mark.parametrize("user", ["", "root", "0", "0:0", "root:app", "+0", "-0", "000", " 0 ", ":1000"])
def test_an_image_of_root_is_told(user: str) -> None:
    (fact,) = facts("image-runs-as-root", ACCOUNTS, config=config(user=user))

    assert fact.severity is Severity.WARNING
    assert [one.section for one in fact.benchmark] == ["4.1"]
    assert "USER" in fact.remedy


def test_root_under_another_name_is_root() -> None:
    nodes: dict[str, Node] = {"etc/passwd": PASSWD + "toor:x:0:0::/root:/bin/sh\n"}

    (fact,) = facts("image-runs-as-root", nodes, config=config(user="toor"))

    assert "'toor' has the user id 0" in fact.reason


@pytest.mark.parametrize("user", ["app", "1000", "1000:1000", "10001", "app:app", "2147483647"])
def test_an_image_of_another_user_is_not_root(user: str) -> None:
    settings = config(user=user)

    for rule in ("image-runs-as-root", "unknown-user", "user-id-out-of-range"):
        assert facts(rule, ACCOUNTS, config=settings) == []


def test_a_name_that_is_digits_is_a_name_first() -> None:
    nodes: dict[str, Node] = {"etc/passwd": "root:x:0:0::/:/bin/sh\n1000:x:0:0::/:/bin/sh\n"}

    assert facts("image-runs-as-root", nodes, config=config(user="1000"))


@pytest.mark.parametrize("user", ["2147483648", "4294967296", "4294967295:1", "-1", "1:99999999999999999999999999999"])
def test_an_id_that_wraps_around_is_an_error(user: str) -> None:
    (fact,) = facts("user-id-out-of-range", ACCOUNTS, config=config(user=user))

    assert fact.severity is Severity.ERROR
    assert facts("image-runs-as-root", ACCOUNTS, config=config(user=user)) == []


@pytest.mark.parametrize(
    ("user", "where"), [("nobody", "/etc/passwd"), ("${APP}", "/etc/passwd"), ("app:x", "/etc/group")]
)
def test_a_user_that_is_not_there_is_an_error(user: str, where: str) -> None:
    (fact,) = facts("unknown-user", ACCOUNTS, config=config(user=user))

    assert fact.severity is Severity.ERROR
    assert where in fact.reason


def test_nothing_is_said_of_the_user_without_a_configuration() -> None:
    assert [one for one in inspected(ACCOUNTS).hardening if "user" in one.rule or "root" in one.rule] == []


def test_a_user_without_a_group_of_its_own_has_roots() -> None:
    assert facts("root-group", ACCOUNTS, config=config(user="10001"))
    assert facts("root-group", ACCOUNTS, config=config(user="app:0"))
    assert facts("root-group", ACCOUNTS, config=config(user="app")) == []
    assert facts("root-group", ACCOUNTS, config=config(user="10001:10001")) == []


@pytest.mark.parametrize(
    ("nodes", "path"),
    [
        ({"etc/passwd": PASSWD, "etc/shadow": "root::19000:0:99999:7:::\n"}, "/etc/shadow"),
        ({"etc/passwd": "root::0:0::/root:/bin/sh\n"}, "/etc/passwd"),
    ],
)
def test_an_empty_password_is_an_error(nodes: dict[str, Node], path: str) -> None:
    (fact,) = facts("empty-password", nodes)

    assert (fact.severity, fact.path) == (Severity.ERROR, path)
    assert "root" in fact.reason


@pytest.mark.parametrize("field", ["*", "!", "!!", "!*", "x", "*LK*"])
def test_a_locked_password_is_not_empty(field: str) -> None:
    nodes: dict[str, Node] = {"etc/passwd": PASSWD, "etc/shadow": f"root:{field}:19000::::::\n"}

    assert facts("empty-password", nodes) == []
    assert facts("password-in-image", nodes) == []


def test_a_hash_is_told_and_never_shown() -> None:
    secret = "$6$saltsalt$" + "h" * 86
    found = inspected({"etc/passwd": PASSWD, "etc/shadow": f"app:{secret}:19000::::::\n"})

    (fact,) = (one for one in found.hardening if one.rule == "password-in-image")
    assert "app" in fact.reason
    assert "saltsalt" not in repr(found)


def test_a_second_root_is_an_error_and_closed_ones_of_distributions_are_not() -> None:
    closed = "root:x:0:0::/root:/bin/sh\nhalt:x:0:0::/sbin:/sbin/halt\nsync:x:0:0::/sbin:/bin/sync\n"

    assert facts("second-root", {"etc/passwd": closed}) == []
    (fact,) = facts("second-root", {"etc/passwd": closed + "admin:x:0:0::/root:/bin/sh\n"})
    assert "admin" in fact.reason


def test_what_stands_twice_is_told_once_for_each_kind() -> None:
    nodes: dict[str, Node] = {
        "etc/passwd": PASSWD + "app:x:1001:1001::/:/bin/false\nweb:x:1000:1000::/:/bin/false\n",
        "etc/group": GROUP + "web:x:1000:\n",
    }

    assert [one.reason.partition(" that")[0] for one in facts("duplicate-accounts", nodes)] == [
        "group ids",
        "user ids",
        "user names",
    ]
    assert facts("duplicate-accounts", ACCOUNTS) == []


def test_a_service_account_with_a_shell_is_a_note() -> None:
    nodes: dict[str, Node] = {"etc/passwd": PASSWD + "www:x:33:33::/:/bin/sh\nftp:x:34:34::/:/sbin/nologin\n"}

    (fact,) = facts("system-account-with-shell", {**nodes, "bin/sh": PROGRAM})
    assert "www" in fact.reason
    assert "ftp" not in fact.reason
    assert facts("system-account-with-shell", nodes) == [], "the shell is not there"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        ":::\n",
        "root\n",
        "root:x\n",
        "a:b:c:d:e:f\n",
        "x:x:" + "9" * 400 + ":0:::\n",
        "\x00:\x00:0:0:::\n",
        "é:x:0x0:0::/:\n",
        "+::::::\n",
    ],
)
def test_lines_that_are_no_accounts_are_passed_over(text: str) -> None:
    nodes: dict[str, Node] = {"etc/passwd": text, "etc/group": text, "etc/shadow": text}

    found = inspected(nodes, config=config(user="app"))

    assert [one.rule for one in found.hardening if one.rule == "unknown-user"] == ["unknown-user"]
    assert not [one for one in found.unknowns if one.path.startswith("etc/")]


def test_odd_bytes_in_a_name_reach_no_report_raw() -> None:
    (fact,) = facts("empty-password", {"etc/passwd": b"ro\xff\x1bot::0:0::/:/bin/sh\n"})

    assert fact.reason.startswith("ro\\xff")


@pytest.mark.parametrize("name", ["passwd", "group", "shadow"])
def test_a_huge_file_of_accounts_is_cut_and_told(name: str) -> None:
    line = {"passwd": "u{0}:x:{0}:{0}::/:/bin/false\n", "group": "g{0}:x:{0}:\n", "shadow": "u{0}:!:1::::::\n"}[name]

    found = inspected({f"etc/{name}": "".join(line.format(number) for number in range(1, 60_000))})

    assert [one.path for one in found.unknowns if "only the first" in one.reason] == [f"etc/{name}"]
