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
        self.ascii = options.ascii_only
        self.color = options.color
        self.verbose = options.verbose
        self.width = max(_SMALLEST, min(options.width, _WIDEST))

    def printed(self, parts: Iterable[RenderableType]) -> bytes:
        """Return the page; without colour it holds no escape sequence at all."""
        stream = io.StringIO()
        console = Console(
            file=stream,
            width=self.width,
            force_terminal=self.color,
            force_interactive=False,
            color_system="standard" if self.color else None,
            no_color=not self.color,
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

    def text(self, text: str, style: str = "", limit: int = 400) -> Text:
        """Return an untrusted text on one line."""
        clean = inert.line(text, limit)
        return Text(inert.ascii_text(clean) if self.ascii else clean, style=style, overflow="fold")

    def joined(self, *parts: Text | str) -> Text:
        """Return the parts in one line."""
        text = Text(overflow="fold")
        for part in parts:
            text.append_text(part if isinstance(part, Text) else self.text(part))
        return text

    def rule(self, title: str, right: str = "") -> RenderableType:
        """Return a heading."""
        text = self.joined(self.text(title, "bold", 80), self.text(f"  {right}" if right else "", "dim", 120))
        if text.cell_len > self.width - 4:  # a rule would cut it
            return text
        return Rule(text, align="left", characters="-" if self.ascii else "─", style="dim")

    def more(self, number: int) -> list[Text]:
        """Return what says that `number` more are not shown; nothing where there are none."""
        return [self.text(f"and {number} more", "dim")] if number > 0 else []
