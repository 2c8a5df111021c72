"""`basewright explain`: what a rule, a kind of need or a word of the reports means."""

from typing import TYPE_CHECKING, Annotated

import typer

from basewright.cli import completing
from basewright.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from basewright.cli.pages import Section


def explain(
    context: typer.Context,
    thing: Annotated[
        str,
        typer.Argument(
            metavar="THING",
            help="A rule's id, a kind of need, a kind of image, or another word; without it all names are listed.",
            show_default=False,
            autocompletion=completing.explained,
        ),
    ] = "",
) -> int:
    """Say what THING means, why it matters and what to do: the documentation's own section on it.

    THING is what reports print: a rule, a kind of need, a kind of image, a word of the glossary. What is known of an
    image is told by `basewright catalog show`.

    \b
    Examples:
      basewright explain base-past-support   a rule
      basewright explain native-extension    a kind of need
      basewright explain refusal             a word of the glossary
      basewright explain                     every name that is explained
    """  # noqa: D301 - \b keeps the lines as they are
    from basewright.cli.pages import sections
    from basewright.errors import InputError

    session: Session = context.obj
    known = list(sections())
    name = thing.strip().strip("`").lower()
    if not name:
        session.terminal.write_text("".join(f"{one}\n" for one in _names(known)))
        return 0
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise InputError(f"nothing is known by the name {thing[:80]!r}", hint=_nearest(name, _names(known)))
    session.terminal.write_text(_as_text(found.text))
    return 0


def _names(known: "Iterable[Section]") -> list[str]:
    """Return the names that are one word each, as reports print them."""
    return sorted({one.name for one in known if " " not in one.name})


def _nearest(name: str, names: list[str]) -> str:
    """Return a hint at the few names nearest to `name`, and at the list of all."""
    import difflib

    if not names:
        return ""
    near = difflib.get_close_matches(name[:80], names, n=3, cutoff=0.5)
    told = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{told}all names are listed by: basewright explain"


def _as_text(markdown: str) -> str:
    """Return a section as it reads in a terminal: marks of comments and links away, the rest as it is."""
    import re

    without_comments = re.sub(r"<!--.*?-->\n?", "", markdown, flags=re.DOTALL)
    return re.sub(r"(?<!!)\[([^\]\n]*)\]\((?!https?:)[^)\s]*\)", r"\1", without_comments)
