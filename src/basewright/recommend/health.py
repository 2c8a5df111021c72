"""A health check that needs neither shell nor curl, as concrete as the files allow."""

import json

from basewright.model.base import BaseImage
from basewright.recommend.contract.process import interpreter_path
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.tools import has_tool

_ASK_PATH = "fetch('http://127.0.0.1:PORT/PATH').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
_ASK_PORT = (
    "require('net').connect({port}, '127.0.0.1').on('connect', () => process.exit(0))"
    ".on('error', () => process.exit(1))"
)
_BY_INTERPRETER = {
    "node": ("node", "-e", _ASK_PORT, _ASK_PATH),
    "python": (
        "python3",
        "-c",
        "import socket; socket.create_connection(('127.0.0.1', {port}), 3).close()",
        "import urllib.request as u; u.urlopen('http://127.0.0.1:PORT/PATH', timeout=3)",
    ),
    "ruby": ("ruby", "-e", "require 'socket'; TCPSocket.new('127.0.0.1', {port}).close", ""),
    "php": ("php", "-r", "exit(@fsockopen('127.0.0.1', {port}) ? 0 : 1);", ""),
}
"""Runtime → program, option, a text that asks a port, a text that asks a path."""
_BY_SERVICE = {
    "postgres": ("pg_isready",),
    "redis": ("redis-cli", "ping"),
    "valkey": ("valkey-cli", "ping"),
    "mysql": ("mysqladmin", "ping"),
    "mariadb": ("healthcheck.sh", "--connect", "--innodb_initialized"),
    "rabbitmq": ("rabbitmq-diagnostics", "-q", "ping"),
}
"""What the services' own images bring for it; told only where the image is known to have it."""
_WEB_SERVERS = frozenset({"nginx", "httpd", "caddy"})
_BY_IMAGE = frozenset({"healthcheck.sh"})
"""Scripts of the official image itself."""


def proposal(situation: Situation, subject: Subject | None, base: BaseImage | None) -> str:
    """Return the lines that add a check to run on `base`; a pattern with PORT and PATH where the files tell several.

    Nothing is returned for what is not known to listen, nor for a server without a program to ask it with.
    """
    words = _words(situation, subject, base)
    if not words:
        return ""
    if situation.build is None:
        return f"+ healthcheck:\n+   test: {json.dumps(['CMD', *words])}"
    return f"+ HEALTHCHECK CMD {json.dumps(list(words))}"


def _words(situation: Situation, subject: Subject | None, base: BaseImage | None) -> tuple[str, ...]:
    port = _port(situation)
    workload = situation.workload
    if subject is not None and subject.kind is SubjectKind.RUNTIME and workload.service and not workload.runtime.ports:
        return ()  # a service that nobody calls is a worker: what proves it alive, its authors know
    if subject is not None and subject.kind is SubjectKind.RUNTIME and subject.name in _BY_INTERPRETER:
        program, option, by_port, by_path = _BY_INTERPRETER[subject.name]
        path = interpreter_path(base, subject.name)
        shown = path if path and base and "official" not in base.vendor.lower() else program
        text = by_port.format(port=port) if port and by_port else by_path
        if text:
            return (shown, option, text)
    if subject is not None and subject.kind is SubjectKind.SERVICE and (own := _BY_SERVICE.get(subject.name)):
        official = base is not None and "official" in base.vendor.lower()
        if base is not None and (has_tool(base, own[0]) or (official and own[0] in _BY_IMAGE)):
            return own
    is_server = subject is not None and subject.kind in {SubjectKind.SERVICE, SubjectKind.CONTENT}
    if is_server and subject is not None and subject.name not in _WEB_SERVERS:
        return ()
    if base is not None and has_tool(base, "wget"):
        served = next((one.partition("/")[0] for one in sorted(base.ports or ())), port) if is_server else port
        return ("wget", "-q", "--spider", f"http://127.0.0.1:{served or 'PORT'}/{'' if is_server else 'PATH'}")
    return () if is_server else (_program(situation), "SUBCOMMAND-THAT-ASKS-ITSELF")


def _program(situation: Situation) -> str:
    """Return the program that runs where the files name it by its path; a binary can ask itself."""
    words = [word for process in situation.processes if not process.is_shell_form for word in process.words[:1]]
    return words[0] if words and words[0].startswith("/") and "$" not in words[0] else "/PATH/TO/THE/PROGRAM"


def _port(situation: Situation) -> int | None:
    """Return the one TCP port that the files name, None where they name none or several."""
    found = {one.number for one in situation.workload.runtime.ports if one.protocol == "tcp"}
    return found.pop() if len(found) == 1 else None
