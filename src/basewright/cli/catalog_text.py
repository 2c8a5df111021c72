"""The catalog's facts as text for a terminal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from basewright.model.base import BaseImage, Horizon, Recognition
from basewright.ports.terminal import printable

_UNKNOWN = "?"
_MEGABYTE = 1_000_000
_MOST_ALIASES = 12
_MOST_RUNTIMES = 25


def list_text(images: Sequence[BaseImage]) -> str:
    """Return one line for each image, under a heading."""
    head = ("IMAGE", "KIND", "FAMILY", "LIBC", "SIZE", "SUPPORTED UNTIL", "VENDOR")
    rows = [head, *(_row(image) for image in images)]
    return printable("\n".join(_columns(rows))) + "\n"


def summary_text(images: Sequence[BaseImage]) -> str:
    """Return how many images there are of each vendor and for each runtime, and how to see them."""
    vendors = Counter(image.vendor or _UNKNOWN for image in images)
    hardened = Counter(image.vendor or _UNKNOWN for image in images if image.hardened)
    by: dict[str, list[str]] = defaultdict(list)
    for image in images:
        if image.runtime:
            by[image.runtime.name].append(image.vendor)
    most = sorted(by, key=lambda name: (-len(set(by[name])), -len(by[name]), name))[:_MOST_RUNTIMES]
    lines = [
        *_columns(
            [("VENDOR", "IMAGES", "HARDENED")]
            + [(name, str(count), str(hardened[name] or "-")) for name, count in sorted(vendors.items())]
        ),
        "",
        *_columns(
            [("RUNTIME OR SERVICE", "IMAGES", "VENDORS")]
            + [(name, str(len(by[name])), ", ".join(sorted(set(by[name])))) for name in sorted(most)]
        ),
        "",
        f"{len(images)} images in all, of {len(by)} runtimes and services; those of most vendors are shown.",
        "See them with a filter (basewright catalog list --runtime python --kind distroless), or all with --all.",
    ]
    return printable("\n".join(lines)) + "\n"


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows as lines of aligned columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def image_text(asked: str, recognition: Recognition) -> str:
    """Return all that is known of one image, each group of facts with its source."""
    facts = [(name, value) for name, value in _facts(recognition.base) if value]
    width = max(len(name) for name, _ in facts)
    lines = [f"{asked}  ({_MATCHES[str(recognition.match)]})"]
    lines += [f"  {name:<{width}}  {value}" for name, value in facts]
    for title, notes in (("of this answer", recognition.notes), ("of this image", recognition.base.notes)):
        lines += [f"  note {title}: {note}" for note in notes]
    lines.append("  sources")
    for group, one in sorted(recognition.base.provenance.items()):
        lines.append(f"    {group}: {one.source}, {one.date}" + (f", commit {one.commit[:12]}" if one.commit else ""))
    return printable("\n".join(lines)) + "\n"


_MATCHES = {
    "exact": "listed under this tag",
    "retired": "was listed once, is no longer built",
    "version": "follows the scheme of listed tags; sizes are left out",
    "repository": "the repository is known, the tag is not",
    "mirror": "a mirror of a known image",
}


def _row(image: BaseImage) -> tuple[str, ...]:
    return (
        str(image.reference),
        str(image.kind or _UNKNOWN),
        image.family or _UNKNOWN,
        image.libc or _UNKNOWN,
        _megabytes(image.compressed_bytes),
        str(image.horizon.earliest() or _UNKNOWN),
        image.vendor + (", hardened" if image.hardened else ""),
    )


def _facts(base: BaseImage) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of every fact, in groups; a fact that is not known is shown as ?."""
    aliases = [one for one in base.aliases if one != base.reference.tag]
    more = f" and {len(aliases) - _MOST_ALIASES} more" if len(aliases) > _MOST_ALIASES else ""
    yield "image", str(base.reference)
    yield "same build as", ", ".join(aliases[:_MOST_ALIASES]) + more
    yield "vendor", base.vendor or _UNKNOWN
    yield "hardened", f"by {base.hardened.vendor}: {base.hardened.basis}" if base.hardened else "no claim"
    yield "access", str(base.access)
    yield "role", str(base.role)
    yield "runtime", " ".join(filter(None, (base.runtime.name, base.runtime.version))) if base.runtime else ""
    yield "carries", ", ".join(" ".join(filter(None, (one.name, one.version))) for one in base.carries)
    system = " ".join(filter(None, (base.os.id, base.os.version, base.os.codename))) if base.os else ""
    yield "system", system or base.family or _UNKNOWN
    yield "kind", str(base.kind or _UNKNOWN)
    yield "libc", " ".join(filter(None, (base.libc, base.libc_version))) or _UNKNOWN
    yield "shell", _yes_no(base.shell)
    yield "package manager", _yes_no(base.package_manager)
    yield "CA certificates", _yes_no(base.ca_certificates)
    yield "time zones", _yes_no(base.time_zones)
    yield from _contract(base)
    yield "architectures", _words(base.architectures or None)
    yield "compressed", _megabytes(base.compressed_bytes)
    yield "uncompressed", _megabytes(base.bytes)
    yield "packages", _number(base.packages)
    yield "executables", _number(base.executables)
    yield "set-uid files", _number(base.setuid)
    yield "supported until", _horizon(base.horizon)


def _contract(base: BaseImage) -> Iterator[tuple[str, str]]:
    uid = f" (uid {base.uid})" if base.uid is not None and str(base.uid) != base.user else ""
    yield "user", (_UNKNOWN if base.user is None else base.user or "root, not set") + uid
    yield "work directory", _UNKNOWN if base.working_directory is None else base.working_directory or "not set"
    yield "ENTRYPOINT", _command(base.entrypoint)
    yield "CMD", _command(base.command)
    yield "ports", _words(base.ports)
    yield "volumes", _words(base.volumes)
    yield "stop signal", base.stop_signal or ""


def _horizon(horizon: Horizon) -> str:
    dates = (
        ("distribution", horizon.security_end),
        ("its long-term support", horizon.lts_end),
        ("runtime", horizon.runtime_end),
        ("tag retired", horizon.retired),
        ("publisher", horizon.publisher_end),
    )
    return ", ".join(f"{name} {day}" for name, day in dates if day is not None) or _UNKNOWN


def _command(words: tuple[str, ...] | None) -> str:
    if words is None:
        return _UNKNOWN
    return " ".join(words) or "not set"


def _words(words: Iterable[str] | None) -> str:
    return _UNKNOWN if words is None else ", ".join(words) or "none"


def _megabytes(size: int | None) -> str:
    return _UNKNOWN if size is None else f"{size / _MEGABYTE:.1f} MB"


def _number(count: int | None) -> str:
    return _UNKNOWN if count is None else str(count)


def _yes_no(value: bool | None) -> str:
    return _UNKNOWN if value is None else "yes" if value else "no"
