"""The `build` section of a Compose service (Compose Build specification)."""

from collections.abc import Mapping

from basewright.sources.build_spec import Argument, BuildSpec, InlineDockerfile, is_remote, resolve_path
from basewright.sources.compose.merge import as_table
from basewright.sources.compose.tree import Table, Text, texts
from basewright.sources.compose.variables import Variables


def read_build(service: Table, sources: Mapping[str, bytes], variables: Variables) -> BuildSpec | None:
    """Return what the service builds, None where it builds nothing; `sources` are the Compose files that were read."""
    section = service.get("build")
    if isinstance(section, Text):
        section = Table({"context": section}, section.where)
    if not isinstance(section, Table):
        return None
    where = service.where_of("build")
    context, reason = _context(section)
    inline_text = section.text("dockerfile_inline")
    dockerfile: str | None = None
    if inline_text is None and not reason:
        dockerfile, reason = _dockerfile(section, context)
    target = section.text("target")
    if target is not None and target.reason:
        reason = f"build.target: {target.reason}"
    return BuildSpec(
        where=where,
        context=context,
        dockerfile=dockerfile,
        inline=_inline(inline_text, sources) if inline_text else None,
        target=target.value if target and target.value else None,
        arguments=_arguments(section, variables),
        contexts=_contexts(section),
        platform=_platform(service, section),
        reason="" if inline_text and context is None else reason,
    )


def _context(section: Table) -> tuple[str | None, str]:
    """Return the context's folder, or None and why."""
    text = section.text("context")
    if text is None:
        # `build: {dockerfile: x}`: the context defaults to the project's folder
        folder = next((one.folder for one in section.entries.values() if isinstance(one, Text)), None)
        return (folder, "") if folder is not None else (".", "")
    if text.reason:
        return None, f"build.context: {text.reason}"
    if is_remote(text.value):
        return None, f"the build context {text.value[:200]!r} is remote: nothing is fetched"
    return resolve_path(text.folder, text.value or ".")


def _dockerfile(section: Table, context: str | None) -> tuple[str | None, str]:
    text = section.text("dockerfile")
    if text is not None and text.reason:
        return None, f"build.dockerfile: {text.reason}"
    return resolve_path(context or ".", text.value if text and text.value else "Dockerfile")


def _arguments(section: Table, variables: Variables) -> dict[str, Argument]:
    """Return the build arguments; one without a value is the environment's, left out where that has none."""
    value = section.get("args")
    table = as_table(value) if value is not None else None
    found: dict[str, Argument] = {}
    if not isinstance(table, Table):
        return found
    for name, one in table.entries.items():
        if not isinstance(one, Text):
            continue
        if not one.is_null:
            found[name] = Argument(one.value, one.decided_at, one.reason)
        elif name in variables.values:
            found[name] = Argument(variables.values[name], variables.places.get(name, one.place))
    return found


def _contexts(section: Table) -> dict[str, str]:
    value = section.get("additional_contexts")
    table = as_table(value) if value is not None else None
    if not isinstance(table, Table):
        return {}
    return {name: one.value for name, one in table.entries.items() if isinstance(one, Text) and not one.is_null}


def _platform(service: Table, section: Table) -> str | None:
    """Return the one platform that is built for; None where several are, or none is named."""
    platforms = [one.value for one in texts(section.get("platforms"))]
    own = service.text("platform")
    if own is not None and own.value and not own.reason:
        return own.value
    return platforms[0] if len(platforms) == 1 else None


def _inline(text: Text, sources: Mapping[str, bytes]) -> InlineDockerfile:
    """Return the Dockerfile of `dockerfile_inline`.

    A literal block keeps its bytes where they are: what stands before it is blanked out, so that every line and offset
    of the parsed Dockerfile is one of the Compose file. Where quotes or variables change the text, only lines are kept.
    """
    file, line = text.where.file, text.where.line
    source = sources.get(file, b"")
    lines = source.splitlines(keepends=True)
    content = text.value.encode("utf-8", "surrogateescape")
    wanted = [one.strip() for one in content.splitlines()]
    for first in (line, line - 1):
        block = lines[first : first + len(wanted)]
        if wanted and [one.strip() for one in block] == wanted:
            before = b"".join(_blank(one) for one in lines[:first])
            return InlineDockerfile(file, before + b"".join(block), has_offsets=True)
    return InlineDockerfile(file, b"\n" * max(line, 1) + content, has_offsets=False)


def _blank(line: bytes) -> bytes:
    ending = line[len(line.rstrip(b"\r\n")) :]
    return b" " * (len(line) - len(ending)) + ending
