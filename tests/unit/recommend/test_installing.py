"""What a RUN line can do in a base: a package manager without a shell installs nothing."""

from dataclasses import replace

import pytest
from advising import NODE, NODE_DISTROLESS, advice, candidate, difference, need, packages, refusal
from needing import workload

from basewright.model.contract import Aspect, Effect
from basewright.model.need import NeedKind
from basewright.recommend.tools import can_install

MANAGED = replace(NODE_DISTROLESS, package_manager=True)
NODE_NEED = need(NeedKind.INTERPRETER, "node", version="24.19.0")
APP = workload('FROM node:24-trixie\nRUN apt-get install -y fontconfig\nCMD ["node", "s.js"]\n')


@pytest.mark.parametrize(
    ("manager", "shell", "usable"),
    [
        (True, True, True),
        (True, False, False),
        (False, True, False),
        (None, True, None),
        (True, None, None),
        (None, False, False),
    ],
)
def test_installing_takes_a_package_manager_and_a_shell(
    manager: bool | None, shell: bool | None, usable: bool | None
) -> None:
    assert can_install(replace(NODE, package_manager=manager, shell=shell)) is usable


def test_a_library_that_no_line_can_install_refuses() -> None:
    library = need(NeedKind.LIBRARY, "fontconfig", line=2)

    refused = refusal(advice(APP, NODE_NEED, library, images=(NODE, MANAGED)), str(MANAGED.reference))

    assert refused.cause.endswith("its package manager cannot be called by RUN without a shell")
    assert refused.needs == ("library:fontconfig",)


def test_a_program_that_no_line_can_install_refuses() -> None:
    gosu = need(NeedKind.COMMAND, "gosu", line=3)
    listed = replace(MANAGED, package_list=packages("libc6"), vendor="Example")
    gosu_alone = advice(APP, NODE_NEED, gosu, images=(NODE, listed))

    assert "no gosu and no shell for a line that would install it" in refusal(gosu_alone, str(listed.reference)).cause


def test_lines_that_install_move_away_from_an_unusable_package_manager() -> None:
    told = difference(candidate(advice(APP, NODE_NEED, images=(NODE, MANAGED)), MANAGED), Aspect.PACKAGE_MANAGER)

    assert (told.new, told.effect) == ("not usable without a shell", Effect.REVIEW)


def test_a_base_that_installs_nothing_today_loses_no_package_manager() -> None:
    app = workload(f'FROM {NODE_DISTROLESS.reference}\nCMD ["s.js"]\n')
    other = replace(NODE_DISTROLESS, vendor="Example", reference=replace(NODE_DISTROLESS.reference, tag="other"))

    found = advice(app, NODE_NEED, images=(NODE_DISTROLESS, other))

    assert all(one.aspect is not Aspect.PACKAGE_MANAGER for one in candidate(found, other).contract)
