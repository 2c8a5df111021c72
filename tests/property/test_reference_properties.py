"""What holds for every reference."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from basewright.errors import InputError
from basewright.model.reference import ImageReference

COMPONENT = st.from_regex(r"[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,6}){0,2}", fullmatch=True)
HOST = st.from_regex(r"(?:[a-z0-9]{1,5}\.[a-z]{2,3}|localhost|[a-z]{1,5}:[0-9]{1,5})", fullmatch=True)
TAG = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,20}", fullmatch=True)
DIGEST = st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)


@given(st.one_of(st.none(), HOST), st.lists(COMPONENT, min_size=1, max_size=3), st.none() | TAG, st.none() | DIGEST)
def test_what_is_printed_reads_back_as_the_same_reference(host, path, tag, digest):
    # Without a host, a first component with a dot would be one: Docker decides by the dot.
    assume(host or len(path) == 1 or "." not in path[0])
    text = "/".join([*([host] if host else []), *path])
    text += f":{tag}" if tag else ""
    text += f"@{digest}" if digest else ""

    reference = ImageReference.parse(text)

    assert ImageReference.parse(str(reference)) == reference


@given(st.text(max_size=80))
def test_any_text_is_a_reference_or_an_input_error(text):
    try:
        reference = ImageReference.parse(text)
    except InputError:
        return
    assert ImageReference.parse(str(reference)) == reference


def test_the_longest_hostile_names_are_refused_quickly():
    for hostile in ("a-" * 2000, "a." * 2000 + "!", "a" * 4096 + "@", "/" * 4000, "-" * 4000 + "a"):
        with pytest.raises(InputError):
            ImageReference.parse(hostile)
