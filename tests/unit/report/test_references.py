"""Which addresses count as our own."""

from basewright.recommend import references as advised
from basewright.report import references


def _addresses() -> list[str]:
    found = []
    for name, value in vars(advised).items():
        if name.startswith("__"):
            continue
        values = value.values() if isinstance(value, dict) else [value]
        found += [
            one.replace("{line}", "3.13") for one in values if isinstance(one, str) and one.startswith("https://")
        ]
    return found


def test_every_reference_of_the_advice_is_ours() -> None:
    addresses = _addresses()
    assert len(addresses) > 15
    assert [one for one in addresses if not references.is_ours(one)] == []


def test_a_sentence_is_split_at_its_addresses_and_keeps_every_character() -> None:
    text = "see https://docs.docker.com/a, or (http://x.example/b?c=d)."
    pieces = references.split(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_address in pieces if is_address] == [
        "https://docs.docker.com/a",
        "http://x.example/b?c=d",
    ]


def test_threads_of_a_forge_are_told_apart() -> None:
    assert references.is_thread("https://github.com/docker-library/postgres/pull/1259")
    assert not references.is_thread("https://github.com/GoogleContainerTools/distroless")
