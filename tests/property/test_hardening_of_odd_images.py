"""Whatever an image says of itself, the rules answer, and the same image gives the same facts."""

from hardened_images import config, inspected
from hypothesis import given, settings
from hypothesis import strategies as some

from basewright.inventory.hardening.build_steps import steps_of
from basewright.inventory.hardening.capabilities import parse_capabilities
from basewright.inventory.hardening.programs import kind_of

PATHS = some.sampled_from(
    ["etc/passwd", "etc/group", "etc/shadow", "root/.npmrc", "srv/.env", "srv/a.pem", "etc/apt/sources.list", "bin/sh"]
)
LINES = some.lists(some.text(alphabet="root:x0$*!\\\n=-_ABEGINPRVTKYé\0", max_size=60), max_size=8).map("\n".join)


@given(some.dictionaries(PATHS, some.one_of(some.binary(max_size=200), LINES), max_size=4), some.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_odd_files_and_users_are_answered_and_answered_alike(nodes: dict[str, bytes | str], user: str) -> None:
    settings_ = config(user=user)

    assert inspected(nodes, config=settings_).hardening == inspected(nodes, config=settings_).hardening


@given(some.lists(some.text(alphabet="RUN ADD/bin/sh -c|#(nop)$'\"&;\n123aptgeupd=*{}", max_size=120), max_size=6))
@settings(max_examples=150, deadline=None)
def test_every_entry_of_a_history_is_a_step(entries: list[str]) -> None:
    found = config(*entries)

    assert [one.number for one in steps_of(found, 0)] == list(range(1, len(entries) + 1))
    inspected({}, config=found)


@given(some.binary(max_size=32))
def test_any_attribute_is_capabilities_or_none(value: bytes) -> None:
    found = parse_capabilities(value)

    assert found is None or str(found) is not None


@given(some.text(max_size=60))
def test_any_name_has_a_kind_or_none(name: str) -> None:
    assert kind_of(name) is None or name
