"""What a shell offers after an option: the values that it takes. Imported with the options, so nothing heavy is.

Each function is what typer asks with the word as typed so far (typer documentation, «CLI Option autocompletion»).
"""

from collections.abc import Callable, Iterable


def among(values: Iterable[str]) -> Callable[[str], list[str]]:
    """Return what completes to one of `values`."""
    known = tuple(values)

    def complete(incomplete: str) -> list[str]:
        return _beginning_with(incomplete, known)

    return complete


def output(formats: Iterable[str]) -> Callable[[str], list[str]]:
    """Return what completes the FORMAT of ``-o FORMAT=FILE``; the file's name is left to the person."""
    return among(f"{name}=" for name in formats)


def rule(incomplete: str) -> list[str]:
    """Complete what ``--fail-on`` takes: the rules, then the severities and ``incomplete``."""
    from basewright.cli.gate import INCOMPLETE
    from basewright.model.candidate import Severity
    from basewright.recommend.findings import RULES

    rules = sorted({one.id for one in RULES})
    return _beginning_with(incomplete, (*rules, *map(str, Severity), INCOMPLETE))


def explained(incomplete: str) -> list[str]:
    """Complete what `explain` knows; names of several words are left out, since shells would part them."""
    from basewright.cli.pages import sections

    names = {one.name for one in sections()}
    return _beginning_with(incomplete.lower(), sorted(name for name in names if not set(name) & set(" `()[]<>:,«»")))


def _beginning_with(incomplete: str, values: Iterable[str]) -> list[str]:
    return [value for value in values if value.startswith(incomplete)]
