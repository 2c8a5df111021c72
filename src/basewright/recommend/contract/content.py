"""Aspects of built files that a web server takes over: the command goes, the port changes."""

from collections.abc import Iterator

from basewright.model.contract import Aspect, Difference, Effect
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.subject import SubjectKind, is_replaced


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield what a web server in place of the project's own process changes."""
    if c.subject.kind is not SubjectKind.CONTENT or not is_replaced(c.situation, c.subject):
        return
    runtime = c.situation.workload.runtime
    starts = tuple(one for one in (runtime.entrypoint, runtime.command) if one is not None)
    if starts:
        old = " ".join(str(one) for one in starts)
        why = f"{c.subject.name} starts by itself: remove these lines"
        touches = tuple(sorted(one.where for one in starts))
        yield Difference(Aspect.COMMAND, old, "the image's own", Effect.BREAK, touches, why)
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
