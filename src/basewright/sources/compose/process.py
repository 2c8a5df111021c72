"""The command lines of a Compose service: `command`, `entrypoint` and the health check's `test`."""

import shlex

from basewright.model.workload import HealthCheck, Process
from basewright.sources.compose.tree import Items, Table, Text, Value, texts


def read_process(value: Value | None) -> Process | None:
    """Return the command line of `command` or `entrypoint`; None where it is absent or null.

    A text is split into words as compose-go does it (go-shellwords: quotes, no expansion); no shell runs it.
    """
    if value is None or isinstance(value, Table):
        return None
    if isinstance(value, Items):
        return Process(tuple(one.value for one in texts(value)), is_shell_form=False, where=value.where)
    return Process(_split(value.value), is_shell_form=False, where=value.where)


def read_health_check(service: Table) -> HealthCheck | None:
    """Return the health check; its `test` is None where the image's is switched off."""
    section = service.table("healthcheck")
    if section is None:
        return None
    disable = section.text("disable")
    if disable is not None and disable.boolean:
        return HealthCheck(None, disable.where)
    test = section.get("test")
    if isinstance(test, Text):
        shell = Process((test.value,), is_shell_form=True, where=test.where)
        return HealthCheck(shell, test.where)
    if isinstance(test, Items):
        return _listed(test)
    return None


def _listed(test: Items) -> HealthCheck | None:
    kind, *words = (one.value for one in texts(test)) if test.items else ("",)
    if kind == "NONE":
        return HealthCheck(None, test.where)
    if kind == "CMD-SHELL":
        return HealthCheck(Process((" ".join(words),), is_shell_form=True, where=test.where), test.where)
    if kind == "CMD":
        return HealthCheck(Process(tuple(words), is_shell_form=False, where=test.where), test.where)
    return None


def _split(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:  # an open quote: Compose refuses it, the words are still of use
        return tuple(text.split())
