"""Which stages build an image, and what COPY brings into it."""

import pytest
from needing import NGINX, base, needs_of, script, values, workload

from basewright.model.need import NeedKind, Phase
from basewright.needs.ownership import source_of
from basewright.needs.view import WorkloadView

DEBIAN = base("debian:12", libc="glibc")


def test_a_build_stage_stands_on_its_own_base_stage() -> None:
    stages = "FROM debian:12 AS tools\nRUN cargo build\nFROM tools AS build\nRUN make\n"
    text = f"{stages}FROM debian:12\nCOPY --from=build /x /x\n"
    view = WorkloadView.of(workload(text), None)
    assert [one.program for one in view.build_invocations] == ["cargo", "make"]
    assert view.final_build_invocations == ()


def test_a_mounted_stage_is_built_too() -> None:
    text = "FROM debian:12 AS a\nRUN make\nFROM debian:12\nRUN --mount=type=bind,from=a,target=/a true\n"
    assert values(needs_of(text, DEBIAN), NeedKind.BUILD_TOOL, Phase.BUILD) == ["make"]


def test_stages_are_named_by_number_and_in_any_case() -> None:
    stages = "FROM debian:12 AS One\nRUN make\nFROM debian:12\nRUN cmake .\n"
    text = f"{stages}FROM debian:12\nCOPY --from=ONE /a /a\nCOPY --from=1 /b /b\n"
    assert values(needs_of(text, DEBIAN), NeedKind.BUILD_TOOL, Phase.BUILD) == ["cmake", "make"]


@pytest.mark.parametrize(
    ("copy", "command", "is_found"),
    [
        ("COPY --from=b /out/app /app", "/app", True),
        ("COPY --from=b /out/app /usr/local/bin/", "app", True),
        ("COPY --from=b /out/app /usr/local/bin/app", "app", True),
        ("COPY --from=b /out/app /opt/", "app", False),
        ("COPY --from=b /out/app .", "/here/app", True),
        ("COPY --from=b app other /srv/", "/srv/app", True),
        ("COPY --from=b app other /srv/", "/srv/third", False),
        ("COPY --from=b /out/ /srv/", "/srv/app", True),
        ("COPY --from=b /out/app /app", "/other", False),
        ("COPY --from=b /out /srv", "/srv/deep/app", True),
    ],
)
def test_the_copy_that_brings_a_program_is_found(copy: str, command: str, is_found: bool) -> None:
    text = f'FROM debian:12 AS b\nRUN make\nFROM debian:12\nWORKDIR /here\n{copy}\nCMD ["{command}"]\n'
    assert (source_of(WorkloadView.of(workload(text), None), command) is not None) == is_found


def test_the_last_copy_wins() -> None:
    text = "FROM debian:12 AS a\nFROM debian:12 AS b\nFROM debian:12\nCOPY --from=a /x /app\nCOPY --from=b /x /app\n"
    found = source_of(WorkloadView.of(workload(text), None), "/app")
    assert found is not None
    assert found.stage == 1


def test_a_copy_from_an_image_is_of_no_stage() -> None:
    text = "FROM debian:12\nCOPY --from=busybox:1.37 /bin/busybox /bin/busybox\n"
    (found,) = WorkloadView.of(workload(text), None).copies
    assert (found.stage, found.image) == (None, "busybox:1.37")


def test_built_files_in_an_own_folder_are_served() -> None:
    text = "FROM node:24 AS b\nRUN npm run build\nFROM nginx:1.30\nCOPY --from=b /app/dist /app\nCOPY conf /etc/nginx\n"
    assert values(needs_of(text, NGINX), NeedKind.STATIC_CONTENT) == ["nginx"]


def test_files_of_the_context_outside_the_web_root_are_not_taken_for_content() -> None:
    assert values(needs_of("FROM nginx:1.30\nCOPY public /etc/nginx/extra\n", NGINX), NeedKind.STATIC_CONTENT) == []


def test_a_script_is_no_binary() -> None:
    text = 'FROM golang:1.27\nRUN CGO_ENABLED=0 go build -o /app .\nCOPY start /start\nCMD ["/start"]\n'
    needs = needs_of(text, base("golang:1.27"), scripts=(script("/start", "#!/bin/sh\nexec /app\n"),))
    assert values(needs, NeedKind.STATIC_BINARY) == ["/app"]
