"""`basewright explain`: what a rule, a kind of need or a word of the reports means."""

from typing import Annotated

import typer

from basewright.cli import completing
from basewright.cli.session import Session


def explain(
    context: typer.Context,
    thing: Annotated[
        str,
        typer.Argument(
            metavar="THING",
            help="A rule's id, a kind of need, a kind of image, or another word.",
            autocompletion=completing.explained,
        ),
    ],
) -> int:
    """Say what THING means, why it matters and what to do: the documentation's own section on it.

    THING is what reports print: a rule, a kind of need, a kind of image, a word of the glossary. What is known of an
    image is told by `basewright catalog show`.

    \b
    Examples:
      basewright explain base-past-support   a rule
      basewright explain native-extension    a kind of need
      basewright explain refusal             a word of the glossary
    """  # noqa: D301 - \b keeps the lines as they are
    from basewright.cli.pages import sections
    from basewright.cli.shapes import did_you_mean
    from basewright.errors import InputError

    session: Session = context.obj
    known = list(sections())
    name = thing.strip().strip("`").lower()
    found = next((one for one in known if one.name == name), None)
    if found is None:
        hint = did_you_mean(name, {one.name for one in known if " " not in one.name}) if known else ""
        raise InputError(f"nothing is known by the name {thing[:80]!r}", hint=hint)
    session.terminal.write_text(_as_text(found.text))
    return 0


def _as_text(markdown: str) -> str:
    """Return a section as it reads in a terminal: marks of comments and links away, the rest as it is."""
    import re

    without_comments = re.sub(r"<!--.*?-->\n?", "", markdown, flags=re.DOTALL)
    return re.sub(r"(?<!!)\[([^\]\n]*)\]\((?!https?:)[^)\s]*\)", r"\1", without_comments)
