"""Write what the documentation takes from the code, between ``<!-- made: NAME -->`` and ``<!-- end -->``.

python tools/write_reference.py          rewrite the pages
python tools/write_reference.py --check  exit 1 where a page is not what the code says
"""

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from typer.main import get_command

from basewright.cli.app import app
from basewright.cli.declarations import KEYS
from basewright.cli.settings import SETTINGS, VARIABLES, Specification, Value

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"(?P<start><!-- made: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
_WIDTH = 100


def commands() -> str:
    """Return the help of every command, as the program prints it."""
    parts = []
    for path, text in helps():
        parts.append(f"## {path}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def helps() -> Iterator[tuple[str, str]]:
    """Yield every command's full name with its help, groups before what they hold."""
    yield from _helps(get_command(app), "basewright", None)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - typer's own click
    context = command.make_context(name, [], parent=parent, resilient_parsing=True, terminal_width=_WIDTH)
    lines = command.get_help(context).splitlines()
    yield context.command_path, "\n".join(line.rstrip() for line in lines)
    for inner in sorted(getattr(command, "commands", {})):
        yield from _helps(command.commands[inner], inner, context)


def settings() -> str:
    """Return the table of settings."""
    rows = ["| key | holds | default | option | variable | what it does |", "|---|---|---|---|---|---|"]
    for one in SETTINGS.values():
        key = f"`{one.key}`" if one.in_files else "not in files"
        what = one.help + (f" One of {_words(one.choices)}." if one.choices else "")
        rows.append(f"| {key} | {one.shape} | {_default(one)} | `{one.option}` | `{one.variable}` | {_cell(what)} |")
    return "\n".join(rows) + "\n"


def variables() -> str:
    """Return the table of what only the environment sets."""
    rows = ["| variable | what it does |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{name}` | {_cell(what)} |" for name, what in VARIABLES.items())]) + "\n"


def declarations() -> str:
    """Return the table of what a workload may declare."""
    rows = ["| key | what it declares |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{key}` | {_cell(what)} |" for key, what in KEYS.items())]) + "\n"


def shop() -> str:
    """Return what the table says of one service of the example shop, on the day of the catalog."""
    parts = re.split(r"^(?=\S.* ─{5,}$)", shop_table(), flags=re.MULTILINE)
    part = next(one for one in parts if one.startswith("worker "))
    return f"```text\n{part.rstrip()}\n```\n"


@cache
def shop_table() -> str:
    """Return the table of the example shop, on the day of the catalog, so that the pages change only with the facts."""
    from basewright.catalog import load
    from basewright.pipeline import AssessRequest, Services, assess
    from basewright.ports.clock import FixedClock
    from basewright.ports.files import DirectoryFiles
    from basewright.report import RenderOptions, render

    midnight = dt.datetime.combine(load().date, dt.time(), dt.UTC)
    services = Services(FixedClock(midnight), DirectoryFiles, lambda _: None)
    assessment = assess(AssessRequest(targets=(str(ROOT / "examples" / "shop"),)), services)
    return render(assessment, "table", options=RenderOptions()).decode()


BLOCKS: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "settings": settings,
    "variables": variables,
    "declarations": declarations,
    "shop": shop,
}
"""What pages may ask for; to add one, name it here."""


def _default(one: Specification) -> str:
    value: Value = one.default
    if value is None or value == () or value == {}:
        return "none"
    if isinstance(value, tuple):
        return _words(value)
    return f"`{str(value).lower()}`"


def _words(values: tuple[str, ...]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def made(text: str) -> str:
    """Return a page's `text` with its blocks written anew."""
    return _BLOCK.sub(lambda match: f"{match['start']}{BLOCKS[match['name']]()}{match['end']}", text)


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    stale = []
    for page in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        new = made(text)
        if new != text:
            stale.append(str(page.relative_to(ROOT)))
            if "--check" not in arguments:
                page.write_text(new, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"not what the code says: {', '.join(stale)}; run `make reference`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
