"""`basewright config`: what the configuration comes to, and where each value comes from."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basewright.cli import options
from basewright.cli.session import Session
from basewright.cli.settings import VARIABLES, Value

if TYPE_CHECKING:
    from basewright.cli.documents import ConfigDocument
    from basewright.cli.layers import Layers

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def config() -> None:
    """See what the configuration comes to.

    \b
    Example:
      basewright config show
    """  # noqa: D301 - \b keeps the lines as they are


@app.command()
def show(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to search configuration from, upward.")] = Path(),
    format: options.TableOrJson = None,  # noqa: A002 - the option's name
    config: options.Config = None,
) -> int:
    """Print every setting with its value and where the value comes from.

    An option goes before a variable (BASEWRIGHT_...), that before the project's basewright.toml or
    [tool.basewright] in pyproject.toml (searched upward to the repository's root), that before the person's own
    configuration, that before the default.

    \b
    Examples:
      basewright config show                   from this folder upward
      basewright config show shop              from another folder
      BASEWRIGHT_FAIL_ON=error basewright config show
      basewright config show --format json     for programs
    """  # noqa: D301 - \b keeps the lines as they are
    session: Session = context.obj
    layers = session.layers(context.params, folder)
    if options.is_json(layers.settings):
        from basewright.report.json_encoding import encode

        session.terminal.write(encode(_document(layers, folder, session.environment)))
    else:
        session.terminal.write_text(_table(layers, session.environment))
    return 0


def _table(layers: "Layers", environment: Mapping[str, str]) -> str:
    from basewright.ports.terminal import printable

    rows = [(key, _shown(one.value), one.origin) for key, one in layers.settings.sourced.items()]
    rows += [(name, "set" if environment.get(name) else "-", "environment") for name in VARIABLES]
    rows += [
        (f"workload.{name}.{one.key}", f"{one.value} ({one.owner}: {one.reason})", str(one.where))
        for name, declared in sorted(layers.declarations.items())
        for one in declared
    ]
    keys = max(len(row[0]) for row in rows)
    values = min(40, max(len(row[1]) for row in rows))
    lines = [f"{key:<{keys}}  {value:<{values}}  {origin}" for key, value, origin in rows]
    return printable("\n".join(line.rstrip() for line in lines)) + "\n"


def _shown(value: Value) -> str:
    match value:
        case None | () | {}:
            return "-"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return ", ".join(f"{left}={right}" for left, right in sorted(value.items())) or "-"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)


def _document(layers: "Layers", folder: Path, environment: Mapping[str, str]) -> "ConfigDocument":
    from basewright import __version__
    from basewright.cli.documents import ConfigDocument, ConfigInput, DeclarationShape, Setting, Variable
    from basewright.ports.clock import SystemClock
    from basewright.report.json_shapes import InputFile, Tool

    return ConfigDocument(
        schema="basewright/config/1",
        tool=Tool(name="basewright", version=__version__),
        created=SystemClock().now(),
        input=ConfigInput(
            folder=str(folder), files=[InputFile(path=one, digest=digest) for one, digest in layers.files]
        ),
        unknowns=[],
        incomplete=False,
        settings=[Setting(key=key, value=one.value, origin=one.origin) for key, one in layers.settings.sourced.items()],
        variables=[Variable(name=name, is_set=bool(environment.get(name))) for name in VARIABLES],
        declarations=[
            DeclarationShape(
                workload=name,
                key=one.key,
                value=one.value,
                owner=one.owner,
                reason=one.reason,
                origin=str(one.where),
            )
            for name, declared in sorted(layers.declarations.items())
            for one in declared
        ],
    )
