"""What every format for people says of an inspection: the same facts in the same order and words."""

import datetime as dt
from typing import Final

from basewright.model.catalog import EndOfLife
from basewright.model.image import ImageConfig, ImageHealthcheck, ImageIdentity
from basewright.model.inventory import Inspection, Inventory
from basewright.model.redaction import redact_value, redact_words
from basewright.report import wording

NOT_LOOKED_AT: Final = (
    ("advisories", "no vulnerability was looked up, so nothing here says that a package is safe or unsafe"),
    ("behaviour", "nothing of the image was run: what is downloaded or unpacked at its start is not seen"),
    ("signatures", "whether the publisher signed the image, or attested how it was built, was not checked"),
    ("secrets in any file", "only files that are known to hold keys and credentials were searched for them"),
)
"""What no inspection looks at, each in a word and a sentence."""


def platform(inspection: Inspection) -> str:
    """Return the platform of the image, as its index or configuration names it."""
    named = inspection.identity.platform or (inspection.config.platform if inspection.config else None)
    return str(named) if named else "platform not known"


def source(identity: ImageIdentity) -> str:
    """Return where the image was read; empty where its reference says it already."""
    if identity.reference.startswith(f"{identity.transport}:"):
        return ""
    names = {"docker": "Docker", "podman": "Podman", "registry": "its registry"}
    return f"from {names.get(identity.transport, identity.transport)}"


def age(inspection: Inspection) -> str:
    """Return when the image was made and how long ago that is, as its configuration claims."""
    created = inspection.config.created if inspection.config else None
    if created is None:
        return wording.NOT_KNOWN
    day = created.date()
    if day.year <= 1980:
        return f"{day} (a fixed date, as reproducible builds set it)"
    days = (inspection.created.date() - day).days
    if days < 0:
        return f"{day} (in the future)"
    return f"{day} ({_ago(days)})"


def _ago(days: int) -> str:
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 60:
        return f"{days} days ago"
    return f"{round(days / 30.44)} months ago" if days < 730 else f"{days / 365.25:.1f} years ago"


def system(inspection: Inspection) -> str:
    """Return the distribution and its release, and how that was told where it is a guess."""
    os = inspection.inventory.os
    if os is None:
        return "no distribution was recognised"
    release = " ".join(filter(None, (os.id, os.version_id)))
    name = os.pretty_name or release
    if os.version_id and os.version_id.partition(".")[0] not in name:  # as of distroless images: «Distroless»
        name = f"{name} ({release})"
    return f"{name} (guessed from /{os.path})" if os.is_guess else name


def support(inspection: Inspection) -> tuple[str, bool]:
    """Return until when the distribution's release is supported, and whether that is over; empty without release."""
    end, today = inspection.end_of_life, inspection.created.date()
    if inspection.inventory.os is None:
        return "", False
    if end is None:
        return "end of support not known", False
    is_over = is_past(end, today)
    if is_over is None:
        return "end of support not known", False
    if end.security_end is None:
        return ("support has ended", True) if is_over else ("supported", False)
    if is_over:
        return f"support ended on {max(end.security_end, end.lts_end or dt.date.min)}", True
    if end.security_end >= today:
        return f"supported until {end.security_end}", False
    return f"support ended on {end.security_end}, long-term support until {end.lts_end}", False


def is_past(end: EndOfLife, on: dt.date) -> bool | None:
    """Return whether all support is over on a day, long-term support included; None where no source says so."""
    if end.security_end is None:
        return end.is_over
    return max(end.security_end, end.lts_end or dt.date.min) < on


def libc(inventory: Inventory) -> str:
    """Return the C libraries with their versions; says so where there is none."""
    found = dict.fromkeys(" ".join(filter(None, (one.name, one.version))) for one in inventory.libc)
    return ", ".join(found) or "no C library"


def user(config: ImageConfig | None) -> tuple[str, bool]:
    """Return as whom the image runs, and whether that is root."""
    if config is None:
        return wording.NOT_KNOWN, False
    name = config.user.partition(":")[0]
    if not config.user:
        return "root, since no user is set", True
    if name in {"root", "0"}:
        return "root" if config.user == "root" else f"root ({config.user})", True
    return config.user, False


def words(command: tuple[str, ...] | None) -> str:
    """Return a command as the exec form writes it, credentials hidden."""
    if not command:
        return "" if command is None else "[]"
    quoted = (f'"{word}"' for word in redact_words(command))
    return f"[{', '.join(quoted)}]"


def starts(config: ImageConfig) -> str:
    """Return what a container of the image runs: entrypoint, then command."""
    parts = [words(command) for command in (config.entrypoint, config.command) if command]
    return " then ".join(parts) or "nothing: neither entrypoint nor command is set"


def settings(config: ImageConfig) -> list[tuple[str, str]]:
    """Return further settings that the image makes, as terms and texts."""
    told = [
        ("folder", config.working_directory),
        ("ports", ", ".join(config.exposed_ports)),
        ("volumes", ", ".join(config.volumes)),
        ("stops on", config.stop_signal or ""),
        ("health", health(config.healthcheck)),
    ]
    return [(term, text) for term, text in told if text]


def health(check: ImageHealthcheck | None) -> str:
    """Return the health check, credentials hidden."""
    if check is None or not check.test:
        return "none"
    if check.test == ("NONE",):
        return "switched off"
    times = (("every", check.interval), ("at most", check.timeout))
    said = [f"{word} {seconds:g} s" for word, seconds in times if seconds]
    return ", ".join((" ".join(redact_words(check.test[1:])), *said))


def variables(config: ImageConfig) -> list[tuple[str, str]]:
    """Return the environment in its order, credentials hidden."""
    return [(name, redact_value(name, value)) for name, value in config.environment]


def labels(config: ImageConfig) -> list[tuple[str, str]]:
    """Return the labels by name, credentials hidden."""
    return [(name, redact_value(name, value)) for name, value in sorted(config.labels.items())]


def sizes(inspection: Inspection) -> str:
    """Return the sizes in one sentence."""
    inventory, packed = inspection.inventory, inspection.identity.compressed_bytes
    files = "1 file" if inventory.files == 1 else f"{wording.count(inventory.files)} files"
    parts = [f"{wording.size(inventory.bytes)} unpacked in {files}"]
    if packed is not None:
        parts.append(f"{wording.size(packed)} to download")
    parts.append(wording.plural(len(inventory.layers), "layer"))
    return ", ".join(parts)


def next_steps(reference: str, *, verbose: bool) -> list[tuple[str, str]]:
    """Return commands that go on from here, each with what it gives; `reference` is quoted for a shell."""
    steps = [(f"basewright inspect {reference} -o html=image.html", "a page with a treemap of bytes")]
    if not verbose:
        steps.append((f"basewright inspect {reference} -v", "every layer, path, package and fact"))
    steps.append((f"basewright inspect {reference} --against OTHER", "what differs from another image"))
    steps.append(("basewright assess .", "which smaller base fits the project in this folder"))
    return steps
