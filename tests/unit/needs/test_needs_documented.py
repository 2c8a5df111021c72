"""Every kind of need has its section in the reference."""

import re
from pathlib import Path

from basewright.model.need import NeedKind

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "needs.md"


def test_every_kind_of_need_has_a_section_that_says_how_it_goes_away() -> None:
    text_of_page = PAGE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `([a-z-]+)`\n(.*?)(?=^## |\Z)", text_of_page, re.MULTILINE | re.DOTALL))
    assert set(sections) == {kind.value for kind in NeedKind}
    for kind, text in sections.items():
        assert "Goes away:" in text, kind
