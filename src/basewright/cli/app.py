"""The commands, by name. Each imports what it works with when it runs, so that ``--help`` stays light."""

from typing import Annotated

import typer

from basewright import __version__
from basewright.cli import assess, catalog, config, explain, inspect
from basewright.cli.session import Session

app = typer.Typer(
    name="basewright",
    rich_markup_mode=None,  # plain help starts in a third of the time
    pretty_exceptions_enable=False,  # `cli.run` decides what a defect looks like
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 a gate that was asked for failed, 2 wrong input, 3 not supported, 4 a remote failed, "
    "5 bytes differ from their digest, 7 a gate could not tell, 70 a defect.",
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"basewright {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def basewright(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> int:
    """Choose minimal, hardened base images for Dockerized projects.

    \b
    Start with:
      basewright assess .                     what each service needs, and which bases fit
      basewright assess . -o html=report.html the same as a document
      basewright inspect node:24              what an image is made of
      basewright explain base-past-support    what a rule means and what to do
    """  # noqa: D301 - \b keeps the lines as they are
    if context.invoked_subcommand is None:
        session: Session = context.obj
        session.terminal.tell(context.get_help())
        return 2
    return 0


app.command()(assess.assess)
app.command()(inspect.inspect)
app.add_typer(catalog.app, name="catalog")
app.add_typer(config.app, name="config")
app.command()(explain.explain)
