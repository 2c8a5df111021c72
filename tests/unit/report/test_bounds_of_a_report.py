"""A report of very many services or stages stays one that can be opened, and says what it leaves out."""

from pathlib import Path

from hostile_compose import many_services
from hostile_files import write

from basewright.pipeline import AssessRequest, Services, assess
from basewright.report import RenderOptions, render
from basewright.report.content import SERVICES_SHOWN, compose


def test_more_services_than_a_page_holds_are_left_to_the_json_document(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": many_services(SERVICES_SHOWN + 5)})
    assessment = assess(AssessRequest((str(tmp_path),)), Services.of_this_machine())

    document = compose(assessment)
    cards = next(section for section in document.sections if section.anchor == "services").sections

    assert len(cards) == SERVICES_SHOWN
    assert "5 more are left out here" in str(document.sections[0].blocks[0])


def test_a_build_of_very_many_stages_is_drawn_in_part(tmp_path: Path) -> None:
    stages = "".join(f"FROM node:20 AS s{n}\nCOPY --from=s{max(0, n - 1)} / /\n" for n in range(500))
    write(tmp_path, {"Dockerfile": stages})
    page = render(assess(AssessRequest((str(tmp_path),)), Services.of_this_machine()), "html", options=RenderOptions())

    assert b"Shown are 61 of 500 stages." in page
    assert b"s499 (becomes the image)" in page.replace(b"<wbr>", b"")
