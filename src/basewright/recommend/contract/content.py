"""Aspects of built files that a web server takes over: the command goes, the port changes."""

import re
from collections.abc import Iterator

from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import NeedKind
from basewright.model.redaction import redact_words
from basewright.model.span import Location
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.situation import Situation
from basewright.recommend.subject import SubjectKind, is_replaced

_SINGLE = re.compile(r"\bserve\s(?:[^;&|]*\s)?(?:-s|--single)\b|\bvite\s+preview\b|\bangular-http-server\b")


def routes(situation: Situation) -> str:
    """Return nginx's ``try_files`` that answers as the program does which serves the files today.

    ``serve -s`` and ``vite preview`` give every path that is no file the application's own page (serve-handler:
    rewrites; Vite: appType ``spa``); ``serve`` and ``http-server`` leave out the ending ``.html``.
    """
    texts = [one.what for need in situation.of_kind(NeedKind.STATIC_CONTENT) for one in need.evidence]
    is_single = any(_SINGLE.search(text) for text in texts)
    return "try_files $uri /index.html;" if is_single else "try_files $uri $uri.html $uri/index.html =404;"


def _routing(c: Comparison, touches: tuple[Location, ...]) -> Iterator[Difference]:
    """Yield how paths are answered that are no files, and what travels with the answers."""
    needs = c.situation.of_kind(NeedKind.STATIC_CONTENT)
    old = ", ".join(sorted({need.value for need in needs}))
    rule = routes(c.situation)
    is_single = "/index.html" in rule.split()[-1]
    what = "every path that is no file gets the application's page" if is_single else "`/page` gets `page.html`"
    why = f"{old}: {what}; {c.subject.name} does that with `location / {{ {rule} }}` only"
    effect = Effect.BREAK if is_single else Effect.REVIEW
    yield Difference(Aspect.COMMAND, old, c.subject.name, effect, touches, why, references.TRY_FILES)
    why = "compression, caching headers and types are set by the web server now: compare the answers of both"
    yield Difference(Aspect.COMMAND, old, c.subject.name, Effect.REVIEW, (), why)


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield what a web server in place of the project's own process changes."""
    if c.subject.kind is not SubjectKind.CONTENT or not is_replaced(c.situation, c.subject):
        return
    runtime = c.situation.workload.runtime
    starts = tuple(one for one in (runtime.entrypoint, runtime.command) if one is not None)
    if starts:
        old = " ".join(word for one in starts for word in redact_words(one.words))
        why = f"{c.subject.name} starts by itself: remove these lines"
        touches = tuple(sorted(one.where for one in starts))
        yield Difference(Aspect.COMMAND, old, "the image's own", Effect.BREAK, touches, why)
    yield from _routing(c, tuple(sorted(one.where for one in starts)))
    if c.new.ports is None and runtime.ports:
        asked = tuple(sorted({port.where for port in runtime.ports}))
        old = ", ".join(sorted({f"{port.number}/{port.protocol}" for port in runtime.ports}))
        yield Difference(Aspect.PORTS, old, None, Effect.REVIEW, asked, "on which port it listens is not known")
    served = sorted(c.new.ports or ())
    others = tuple(sorted({port.where for port in runtime.ports if f"{port.number}/{port.protocol}" not in served}))
    if served and others:
        old = ", ".join(sorted({f"{port.number}/{port.protocol}" for port in runtime.ports}))
        why = f"it listens on {', '.join(served)}: change these lines, and who asks for the old port, or set `listen`"
        yield Difference(Aspect.PORTS, old, ", ".join(served), Effect.BREAK, others, why)
