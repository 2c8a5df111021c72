"""Format ``html``: the report for people as one file that works offline, without scripts, on paper and on a phone.

The page allows itself its own stylesheet and nothing else (Content-Security-Policy, by that stylesheet's digest), so
that even an escaping mistake could not load or run anything.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from itertools import count
from typing import TYPE_CHECKING

from basewright import __version__
from basewright.model.assessment import Assessment
from basewright.report import inert
from basewright.report.content import compose
from basewright.report.document import Document, Picture
from basewright.report.interface import RenderOptions

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_BREAK_HERE = re.compile(
    r"(?<=[A-Za-z0-9][/@,])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9]:)(?=[A-Za-z])|(?<=[^\s/:@,-]{16})(?=[^\s/:@,-])"
)
"""After a separator inside of a name, and within a word that is longer than a narrow column."""


def write(assessment: Assessment, options: RenderOptions) -> bytes:
    """Return the page."""
    del options  # the reader's window decides width and colours
    return render(compose(assessment)).encode()


def render(document: Document) -> str:
    """Return `document` as one HTML page."""
    from markupsafe import Markup

    style = _stylesheet()
    page = _template().render(
        document=document,
        version=__version__,
        policy=policy(style),
        style=Markup(style),  # noqa: S704 - our own file, not the project's text
        line=inert.line,
        soft=_soft,
        kind_of=_kind_of,
        code_lines=lambda text: inert.lines(text).rstrip("\n").split("\n"),
        draw=_drawer(),
    )
    # A line that a CI runner would obey is written with a character reference, which reads the same.
    return inert.RUNNER_COMMAND.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", page.rstrip() + "\n")


def policy(style: str) -> str:
    """Return the page's Content-Security-Policy: the stylesheet of that text and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def _soft(text: str) -> "Markup":
    """Return `text` that may break to the next line where a long name or word needs it."""
    from markupsafe import Markup, escape

    clean = inert.line(text)
    return Markup("<wbr>").join(escape(piece) for piece in _BREAK_HERE.split(clean) if piece)


def _kind_of(piece: object) -> str:
    return "text" if isinstance(piece, str) else type(piece).__name__


def _drawer() -> "Callable[[Picture], Markup]":
    """Return what draws the pictures of one page, each under a name of its own."""
    from basewright.report.svg import draw

    numbers = count(1)
    return lambda picture: draw(picture, f"picture-{next(numbers)}")


@cache
def _stylesheet() -> str:
    return resources.files("basewright.report").joinpath("templates/report.css").read_text(encoding="utf-8")


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("basewright.report"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.j2")
