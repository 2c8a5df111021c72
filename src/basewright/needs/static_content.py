"""STATIC_CONTENT: the process only hands out files that a build made."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, Need, NeedKind
from basewright.needs.copies import Brought
from basewright.needs.evidence import need, shortened
from basewright.needs.invocation import Invocation
from basewright.needs.service import running_services
from basewright.needs.tables import programs
from basewright.needs.view import WorkloadView

_WEB_SERVERS = frozenset({"nginx", "httpd", "caddy"})
_WEB_ROOTS = (
    "/usr/share/nginx/",
    "/usr/local/apache2/htdocs",
    "/usr/share/caddy",
    "/srv",
    "/var/www",
    "/etc/nginx/html",
)
_BUILT = re.compile(r"(?:^|/)(?:dist|build|out|public|html|www|_site|site|storybook-static|browser)(?:/|$)")


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the server of built files, and the Node process that a server of files could replace."""
    servers = [one.name for one in running_services(view) if one.name in _WEB_SERVERS]
    for one in view.copies if servers else ():
        if _is_content(one):
            yield need(
                NeedKind.STATIC_CONTENT, servers[0], one.placed.where, _what(view, one), detail=_detail(view, one)
            )
    for invocation in view.invocations:
        yield from _node_server(view, invocation)


def _is_content(one: Brought) -> bool:
    into = one.destination.startswith(_WEB_ROOTS)
    return into or (one.stage is not None and _BUILT.search(one.source) is not None)


def _what(view: WorkloadView, one: Brought) -> str:
    if one.stage is None:
        return f"{one.source} is copied from the context to be served"
    stage = view.workload.build.stages[one.stage] if view.workload.build else None
    return f"{one.source} is copied from the build stage {(stage and stage.name) or one.stage} to be served"


def _detail(view: WorkloadView, one: Brought) -> str:
    """Say that Node is of the build alone, where the stage that made the files ran it."""
    node = frozenset({"npm", "yarn", "pnpm", "npx", "node", "bun", "vite", "ng"})
    built = any(call.stage == one.stage and call.program in node for call in view.build_invocations)
    return "the files are built with Node, which is not needed at run time" if one.stage is not None and built else ""


def _node_server(view: WorkloadView, invocation: Invocation) -> Iterator[Need]:
    """Yield the trap: an image with Node whose process only hands out files."""
    if not invocation.is_main or not _serves_files(invocation):
        return
    built = next(
        (
            one
            for one in view.build_invocations
            if one.program in {"npm", "yarn", "pnpm", "bun", "npx"} and "build" in one.arguments
        ),
        None,
    )
    detail = "a server of static files would do; Node is then of the build alone"
    if built is not None:
        detail += f" ({shortened(str(built))} at {built.where})"
    yield need(
        NeedKind.STATIC_CONTENT,
        invocation.program,
        invocation.where,
        f"{shortened(str(invocation))} only hands out built files",
        confidence=Confidence.MEDIUM,
        detail=detail,
    )


def _serves_files(invocation: Invocation) -> bool:
    program, arguments = invocation.program, invocation.arguments
    if program in {"vite", "astro"}:
        return arguments[:1] == ("preview",)
    if program in programs().static_servers:
        return True
    return program.startswith("python") and arguments[:2] == ("-m", "http.server")
