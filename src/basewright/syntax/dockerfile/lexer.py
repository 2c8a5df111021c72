"""BuildKit's shell lexer: quotes, escapes and variables of a word (frontend/dockerfile/shell/lex.go).

It resolves what Dockerfile instructions resolve by themselves (FROM, ENV, COPY …); what RUN hands to a real shell is
not its concern. Recursion and growth are bounded: see NESTING_LIMIT and GROWTH_LIMIT.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from basewright.syntax.dockerfile import patterns
from basewright.syntax.dockerfile.patterns import GROWTH_LIMIT, ExpansionError, Steps
from basewright.syntax.dockerfile.spaces import SPACES

NESTING_LIMIT = 64
"""Substitutions inside substitutions that are followed."""

_SPECIAL_PARAMETERS = frozenset("@*#?-$!0")
_PLAIN = {escape: re.compile(rf"[^$<'\"{re.escape(escape + SPACES)}]+") for escape in "\\`"}


@dataclass(frozen=True, slots=True)
class Style:
    """What stays as written."""

    keep_quotes: bool = False
    keep_escapes: bool = False
    keep_unset: bool = False
    """Leave a variable without a value as it is written."""


class _Words:
    """Gathers words as characters come in."""

    __slots__ = ("_open", "found")

    def __init__(self) -> None:
        self.found: list[str] = []
        self._open: list[str] = []

    def raw(self, text: str) -> None:
        if text:
            self._open.append(text)

    def spaced(self, text: str) -> None:
        """Take text whose white space parts words."""
        if text and text.strip(SPACES) == text and not any(char in SPACES for char in text):
            self._open.append(text)
            return
        for char in text:
            if char in SPACES:
                self.end()
            else:
                self._open.append(char)

    def end(self) -> None:
        if self._open:
            self.found.append("".join(self._open))
            self._open.clear()


class Lexer:
    """One walk over a text."""

    def __init__(self, text: str, environment: Mapping[str, str], escape: str, style: Style) -> None:
        self._text = text
        self._at = 0
        self._environment = environment
        self._escape = escape
        self._plain = _PLAIN[escape]
        self._style = style
        self._keep_escapes = style.keep_escapes
        self._depth = 0
        self._grown = 0
        self.steps = Steps()
        self.used: set[str] = set()
        self.unset: set[str] = set()
        self.missing: list[str] = []

    def until(self, stop: str, *, keep_escapes: bool) -> tuple[str, list[str]]:
        """Read up to the character `stop` ("": to the end) and return the text and its words."""
        self._depth += 1
        if self._depth > NESTING_LIMIT:
            raise ExpansionError(f"substitutions are nested more than {NESTING_LIMIT} deep", is_limit=True)
        before, self._keep_escapes = self._keep_escapes, keep_escapes
        result: list[str] = []
        words = _Words()
        if not self._read(stop, result, words):
            raise ExpansionError(f"the text ends before the {stop!r} of a substitution")
        words.end()
        self._keep_escapes = before
        self._depth -= 1
        text = "".join(result)
        return text, words.found

    def _read(self, stop: str, result: list[str], words: _Words) -> bool:
        """Fill `result` and `words`; return whether `stop` was met."""
        text, length = self._text, len(self._text)
        while self._at < length:
            char = text[self._at]
            if char == stop:
                self._at += 1
                return True
            if char == "$":
                piece = self._dollar()
                words.spaced(piece)
            elif char == "'" or char == '"':
                piece = self._single_quoted() if char == "'" else self._double_quoted()
                words.raw(piece)
            elif char == "<":
                piece = self._angle()
                words.raw(piece)
            elif char == self._escape:
                piece = self._escaped()
                words.raw(piece)
            elif char in SPACES:
                self._at += 1
                piece = char
                words.end()
            else:
                piece = self._run(stop)
                words.raw(piece)
            result.append(piece)
        return not stop

    def _run(self, stop: str) -> str:
        """Read characters that mean themselves; the first one is known to be such."""
        match = self._plain.match(self._text, self._at)
        end = match.end() if match is not None else self._at + 1
        if stop:
            found = self._text.find(stop, self._at, end)
            end = found if found >= 0 else end
        run = self._text[self._at : end]
        self._at = end
        return run

    def _escaped(self) -> str:
        following = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        return self._escape + following if self._keep_escapes else following

    def _single_quoted(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise ExpansionError("a single quote is not closed")
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        return f"'{inner}'" if self._style.keep_quotes else inner

    def _double_quoted(self) -> str:
        text, length = self._text, len(self._text)
        quote = '"' if self._style.keep_quotes else ""
        pieces = [quote]
        self._at += 1
        while self._at < length:
            char = text[self._at]
            if char == '"':
                self._at += 1
                pieces.append(quote)
                return "".join(pieces)
            if char == "$":
                pieces.append(self._dollar())
                continue
            self._at += 1
            if char == self._escape:
                if self._keep_escapes:
                    pieces.append(char)
                following = text[self._at : self._at + 1]
                if not following:
                    break
                if following in {'"', "$", self._escape}:
                    char = following
                    self._at += 1
            pieces.append(char)
        raise ExpansionError("a double quote is not closed")

    def _angle(self) -> str:
        """Read ``<``, or ``<<`` with the blanks behind it: a here-document's name may stand apart."""
        start = self._at
        self._at += 1
        if self._text[self._at : self._at + 1] == "<":
            self._at += 1
            while self._text[self._at : self._at + 1] in {"\t", "\r", " "}:
                self._at += 1
        return self._text[start : self._at]

    def _dollar(self) -> str:
        self._at += 1
        if self._text[self._at : self._at + 1] != "{":
            name = self._name()
            if not name:
                return "$"
            value = self._get(name)
            if value is None:
                self.missing.append(name)
                return f"${name}" if self._style.keep_unset else ""
            return value
        self._at += 1
        if self._text[self._at : self._at + 1] in {"{", "}", ":"}:
            raise ExpansionError("bad substitution: ${ wants a variable's name")
        name = self._name()
        sign = self._take()
        if sign == "}":
            value = self._get(name)
            if value is None:
                self.missing.append(name)
                return f"${{{name}}}" if self._style.keep_unset else ""
            return value
        if sign == "/":
            return self._replacement(name)
        if sign == ":":
            sign += self._take()
        return self._modified(name, sign)

    def _modified(self, name: str, sign: str) -> str:
        """Read the rest of ``${name-…}`` and its like; `sign` is one of ``- + ? # %``, perhaps with a colon before."""
        if sign not in {"-", "+", "?", "#", "%", ":-", ":+", ":?"}:
            raise ExpansionError(f"unsupported modifier {sign!r} in the substitution of {name}")
        is_trim = sign in {"#", "%"}
        before = len(self.missing)
        word, _ = self.until("}", keep_escapes=is_trim)
        value = self._get(name)
        if value is None and self._style.keep_unset:
            if is_trim:
                self.missing.append(name)
            return f"${{{name}{sign}{word}}}"
        if is_trim:
            return self._trimmed(name, sign, word)
        is_absent = value is None or (sign[0] == ":" and not value)
        if is_absent == (sign[-1] == "+"):
            del self.missing[before:]  # The word is not used, so nothing is missed in it.
        match sign[-1]:
            case "-":
                return word if is_absent else value or ""
            case "+":
                return "" if is_absent else word
            case _ if is_absent:
                self.missing.append(name)
                state = "unset" if value is None else "empty"
                raise ExpansionError(f"{name}: {word or f'is not allowed to be {state}'}")
            case _:
                return value or ""

    def _trimmed(self, name: str, sign: str, word: str) -> str:
        value = self._environment.get(name)
        if value is None:
            self.missing.append(name)
        longest = word.startswith(sign)
        return patterns.trim(value or "", word[longest:], longest=longest, at_end=sign == "%", steps=self.steps)

    def _replacement(self, name: str) -> str:
        everywhere = self._text[self._at : self._at + 1] == "/"
        self._at += everywhere
        pattern, _ = self.until("/", keep_escapes=True)
        replacement, _ = self.until("}", keep_escapes=True)
        value = self._get(name)
        if value is None:
            self.missing.append(name)
            if self._style.keep_unset:
                return f"${{{name}{'//' if everywhere else '/'}{pattern}/{replacement}}}"
        return patterns.replace(value or "", pattern, replacement, everywhere=everywhere, steps=self.steps)

    def _get(self, name: str) -> str | None:
        value = self._environment.get(name)
        (self.unset if value is None else self.used).add(name)
        if value is not None:
            self._grown += len(value)
            if self._grown > GROWTH_LIMIT:
                raise ExpansionError(f"the text grows by more than {GROWTH_LIMIT} characters", is_limit=True)
        return value

    def _take(self) -> str:
        char = self._text[self._at : self._at + 1]
        if not char:
            raise ExpansionError("the text ends before the '}' of a substitution")
        self._at += 1
        return char

    def _name(self) -> str:
        """Read a variable's name: letters, digits and _; or digits alone; or one special parameter."""
        text, start = self._text, self._at
        first = text[start : start + 1]
        if first and first in _SPECIAL_PARAMETERS and not first.isdecimal():
            self._at += 1
            return first
        end = start
        only_digits = first.isdecimal()
        while end < len(text) and (
            text[end].isdecimal() or (not only_digits and (text[end].isalpha() or text[end] == "_"))
        ):
            end += 1
        self._at = end
        return text[start:end]
