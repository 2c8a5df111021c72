"""A server put together by hand, and an image of that server in its place; accounts made by lines that stay."""

from dataclasses import replace

import pytest
from advising import (
    DEBIAN_SLIM,
    IMAGES,
    NODE,
    NODE_ALPINE,
    NODE_SLIM,
    POSTGRES,
    POSTGRES_ALPINE,
    POSTGRES_BOOKWORM,
    POSTGRES_DHI,
    advice,
    candidate,
    difference,
    image,
    need,
    references,
    refusal,
    shellless,
)
from needing import workload

from basewright.model.base import User
from basewright.model.candidate import Suitability
from basewright.model.contract import Aspect, Effect
from basewright.model.need import NeedKind
from basewright.model.workload import Workload

SERVICE = need(NeedKind.SERVICE, "postgres", line=8, version="16.15")
DATA = need(NeedKind.STATEFUL_DATA, "postgres", line=7)
USER = need(NeedKind.USER, "postgres", line=6)
BARE = shellless("gcr.io/distroless/base-debian13:latest")


def _sketch(path: str = "/usr/local/pgsql", base: str = "gcr.io/distroless/base-debian13:latest") -> Workload:
    return workload(
        f"FROM postgres:16-trixie AS build\nFROM {base}\nCOPY --from=build {path} {path}\nENV X=1\nEXPOSE 5432\n"
        f'USER postgres\nVOLUME /var/lib/postgresql/data\nCMD ["{path}/bin/postgres", "-D", "/var/lib/postgresql/data"]'
        "\n"
    )


def test_a_program_that_the_image_has_elsewhere_breaks_at_its_line() -> None:
    found = advice(_sketch(), SERVICE, USER, images=(*IMAGES, BARE))

    for base, folder in ((POSTGRES_ALPINE, "/usr/local/bin"), (POSTGRES, "/usr/lib/postgresql/16/bin")):
        one = candidate(found, base)
        moved = difference(one, Aspect.COMMAND)
        assert (moved.effect, moved.new) == (Effect.BREAK, f"{folder}/postgres")
        assert [str(place) for place in moved.touches] == ["Dockerfile:8"]
        assert one.suitability is Suitability.WITH_CHANGES
    unknown = difference(candidate(found, POSTGRES_DHI), Aspect.COMMAND)
    assert (unknown.effect, unknown.new) == (Effect.REVIEW, None)
    assert candidate(found, POSTGRES_DHI).suitability is Suitability.WITH_CHANGES


def test_a_program_at_the_images_own_path_stays() -> None:
    found = advice(_sketch("/usr/lib/postgresql/16"), SERVICE, USER, images=(*IMAGES, BARE))

    assert all(one.aspect is not Aspect.COMMAND for one in candidate(found, POSTGRES).contract)
    assert difference(candidate(found, POSTGRES_ALPINE), Aspect.COMMAND).effect is Effect.BREAK
    assert candidate(found, POSTGRES).suitability is Suitability.WITH_CHANGES


def test_copies_of_what_the_image_brings_are_superfluous() -> None:
    found = advice(_sketch(), SERVICE, USER, images=(*IMAGES, BARE))

    copied = difference(candidate(found, POSTGRES_ALPINE), Aspect.TOOLS)
    assert [str(place) for place in copied.touches] == ["Dockerfile:3"]
    assert copied.old == "postgres copied from postgres:16-trixie"
    assert "built for glibc does not start on musl" in copied.explanation
    assert "musl" not in difference(candidate(found, POSTGRES), Aspect.TOOLS).explanation


def test_data_under_handwork_was_written_by_the_image_that_the_programs_came_from() -> None:
    found = advice(_sketch(), SERVICE, USER, DATA, images=(*IMAGES, BARE))

    refused = refusal(found, str(POSTGRES_ALPINE.reference))
    assert "from glibc 2.41 to musl" in refused.cause
    assert "dump and restore" in refused.plan
    assert str(POSTGRES_BOOKWORM.reference) in {one.reference for one in found.refusals}
    assert references(found) == [str(POSTGRES.reference), str(POSTGRES_DHI.reference)]


def test_the_owner_of_the_data_changes_with_the_image() -> None:
    found = advice(_sketch(), SERVICE, USER, DATA, images=(*IMAGES, BARE))

    owner = difference(candidate(found, POSTGRES_DHI), Aspect.USER, Effect.BREAK)
    assert (owner.old, owner.new) == ("postgres (999)", "postgres (70)")
    assert [str(place) for place in owner.touches] == ["Dockerfile:7"]
    assert all(one.aspect is not Aspect.USER for one in candidate(found, POSTGRES).contract if one.touches)


def test_a_number_that_a_line_gives_is_the_owner() -> None:
    text = (
        "FROM debian:trixie-slim\nRUN useradd --uid 70 postgres\nUSER postgres\nVOLUME /var/lib/postgresql/data\n"
        'CMD ["postgres"]\n'
    )
    data = need(NeedKind.STATEFUL_DATA, "postgres", line=4)
    found = advice(workload(text), SERVICE, data)

    assert all(one.old != "postgres (70)" for one in candidate(found, POSTGRES_DHI).contract)
    assert difference(candidate(found, POSTGRES), Aspect.USER, Effect.BREAK).touches


@pytest.mark.parametrize("base", ["debian:slim", "nobody/knows:1"])
def test_data_of_an_unknown_c_library_is_planned_whatever_comes(base: str) -> None:
    text = f'FROM {base}\nVOLUME /var/lib/postgresql/data\nCMD ["postgres"]\n'
    unknown = replace(DEBIAN_SLIM, reference=replace(DEBIAN_SLIM.reference, tag="slim"), os=None, libc_version=None)
    found = advice(workload(text), SERVICE, need(NeedKind.STATEFUL_DATA, "postgres", line=2), images=(*IMAGES, unknown))

    assert found.candidates == ()
    for one in (POSTGRES_BOOKWORM, POSTGRES_ALPINE, POSTGRES_DHI):
        refused = refusal(found, str(one.reference))
        assert "dump and restore" in refused.plan
        assert any(text in refused.cause for text in ("not known", "unknown release", "from glibc to musl"))


def test_the_release_that_the_programs_came_from_is_weighed() -> None:
    found = advice(_sketch(), SERVICE, USER, DATA, images=(*IMAGES, BARE))

    assert str(POSTGRES.reference) in references(found)
    assert refusal(found, str(POSTGRES_BOOKWORM.reference)).plan


def test_a_user_that_the_image_has_cannot_be_made_again() -> None:
    text = 'FROM debian:trixie-slim\nRUN useradd --system postgres\nUSER postgres\nCMD ["postgres"]\n'

    taken = difference(candidate(advice(workload(text), SERVICE), POSTGRES), Aspect.USER)

    assert (taken.effect, taken.new) == (Effect.BREAK, "postgres (999)")
    assert [str(place) for place in taken.touches] == ["Dockerfile:2"]


def test_a_line_that_asks_first_makes_no_user_twice() -> None:
    text = 'FROM debian:trixie-slim\nRUN id postgres || useradd postgres\nUSER postgres\nCMD ["postgres"]\n'

    assert all("fails" not in one.explanation for one in candidate(advice(workload(text), SERVICE), POSTGRES).contract)


NODE_NEED = need(NeedKind.INTERPRETER, "node", version="24.19.0")


def test_useradd_is_not_on_alpine_unless_shadow_is_installed() -> None:
    text = 'FROM node:24-trixie\nRUN useradd app\nUSER app\nCMD ["node", "s.js"]\n'
    shadow = text.replace("RUN ", "RUN apk add --no-cache shadow && ")

    found = advice(workload(text), NODE_NEED, images=(NODE, NODE_ALPINE, NODE_SLIM))
    lacking = difference(candidate(found, NODE_ALPINE), Aspect.TOOLS)
    assert (lacking.old, lacking.new, lacking.effect) == ("useradd", "absent", Effect.BREAK)
    assert all(one.aspect is not Aspect.TOOLS for one in candidate(found, NODE_SLIM).contract)
    there = advice(workload(shadow), NODE_NEED, images=(NODE, NODE_ALPINE))
    assert all(one.aspect is not Aspect.TOOLS for one in candidate(there, NODE_ALPINE).contract)


def test_flags_of_busybox_fail_on_debian() -> None:
    text = 'FROM node:24-alpine3.24\nRUN addgroup -S app && adduser -S -G app app\nUSER app\nCMD ["node", "s.js"]\n'

    found = advice(workload(text), NODE_NEED, images=(NODE_ALPINE, NODE_SLIM))

    flags = difference(candidate(found, NODE_SLIM), Aspect.TOOLS)
    assert (flags.effect, flags.new) == (Effect.BREAK, "groupadd of Debian")


def test_lines_before_user_run_as_the_users_of_the_image() -> None:
    bare = image("example/node:24", "node 24.19.0", user="node", uid=1000, users=(User("node", 1000),))
    text = 'FROM node:24-trixie\nRUN mkdir /data\nUSER 1000\nRUN true\nCMD ["node", "s.js"]\n'

    one = difference(candidate(advice(workload(text), NODE_NEED, images=(NODE, bare)), bare), Aspect.USER)

    assert (one.effect, [str(place) for place in one.touches]) == (Effect.BREAK, ["Dockerfile:2"])
