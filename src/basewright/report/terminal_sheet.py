"""What every page for the terminal is made with: a console of one width, and texts that cannot steer it."""

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from basewright.report import inert
from basewright.report.interface import RenderOptions

_SMALLEST, _WIDEST = 40, 120


class Sheet:
    """Makes texts for one width and one character set. Every text goes through `inert`, never into markup."""

    def __init__(self, options: RenderOptions) -> None:
        self._ascii = options.ascii_only
        self._color = options.color
        self._verbose = options.verbose
        self._width = max(_SMALLEST, min(options.width, _WIDEST))

    def printed(self, parts: Iterable[RenderableType]) -> bytes:
        """Return the page; without colour it holds no escape sequence at all."""
        stream = io.StringIO()
        console = Console(
            file=stream,
            width=self._width,
            force_terminal=self._color,
            force_interactive=False,
            color_system="standard" if self._color else None,
            no_color=not self._color,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            _environ={},
        )
        for part in parts:
            console.print(part)
        lines = (line.rstrip() for line in stream.getvalue().split("\n"))
        return (inert.log("\n".join(lines).strip("\n")) + "\n").encode()

    def _text(self, text: str, style: str = "", limit: int = 400) -> Text:
        clean = inert.line(text, limit)
        return Text(inert.ascii_text(clean) if self._ascii else clean, style=style, overflow="fold")

    def _joined(self, *parts: Text | str) -> Text:
        text = Text(overflow="fold")
        for part in parts:
            text.append_text(part if isinstance(part, Text) else self._text(part))
        return text

    def _rule(self, title: str, right: str = "") -> RenderableType:
        text = self._joined(self._text(title, "bold", 80), self._text(f"  {right}" if right else "", "dim", 120))
        if text.cell_len > self._width - 4:  # a rule would cut it
            return text
        return Rule(text, align="left", characters="-" if self._ascii else "─", style="dim")

    def _more(self, number: int) -> list[Text]:
        return [self._text(f"and {number} more", "dim")] if number > 0 else []
