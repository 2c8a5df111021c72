"""What every report says of an assessment beyond its parts: today's bases, sums over the project, due dates."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from basewright.model.assessment import AssessedWorkload, Assessment, ImageRole, ImagesSeen, ReadImage
from basewright.model.base import BaseImage, Kind
from basewright.model.candidate import Candidate
from basewright.model.need import Need, Phase
from basewright.model.reference import ImageReference
from basewright.report import wording

REVIEW_AFTER = dt.timedelta(days=90)
"""A choice of base is looked at again after this time at the latest."""
FOOTPRINT = {Kind.FULL: 4, Kind.SLIM: 3, Kind.MINIMAL: 2, Kind.DISTROLESS: 1, Kind.SCRATCH: 0}
"""The kinds from the smallest to the largest."""

_ADVISORIES = "advisories: no vulnerability data was read, so nothing is said of known vulnerabilities, before or after"
_CONTAINERS = "running containers: nothing was started, needs come from the project's files"
_FROM_CATALOG = "sizes, packages and configuration come from the catalog"


def not_looked_at(assessment: Assessment) -> tuple[str, ...]:
    """Return what was not looked at, each as a name, a colon and a sentence, in the words of every report."""
    return (_ADVISORIES, *_images_not_seen(assessment.images), _CONTAINERS)


def _images_not_seen(images: ImagesSeen) -> tuple[str, ...]:
    """Return where no image was looked at, if there is such a place."""
    if images.note and not images.read:
        return (f"images: {images.note}; {_FROM_CATALOG}",)
    if not images.read and not images.unread:
        return (f"images: {_FROM_CATALOG}; no image was pulled or opened",)
    if not images.unread:
        return ()
    names = sorted({one.reference for one in images.unread})
    shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return (f"images: not read, so told from the catalog: {shown} ({images.unread[0].reason})",)


_NAMED = 5
"""Images that one sentence names."""


def read_images(assessment: Assessment) -> tuple[str, ...]:
    """Return one sentence for each image that was read."""
    return tuple(dict.fromkeys(_read(one) for one in assessment.images.read))


def _read(image: ReadImage) -> str:
    role = "the base" if image.role is ImageRole.BASE else "built earlier"
    facts = [
        wording.size(image.bytes),
        wording.plural(image.packages, "package"),
        wording.plural(image.executables, "executable"),
        f"{image.setuid} set-uid or set-gid",
    ]
    warned = f"; warnings: {', '.join(image.warnings)}" if image.warnings else ""
    partly = "; not read completely" if image.is_incomplete else ""
    return f"{image.reference} ({role} of {image.workload}, {image.transport}): {', '.join(facts)}{warned}{partly}"


@dataclass(frozen=True, slots=True)
class Stored:
    """What several bases take, shared layers counted once; `unknown` names the bases left out of it."""

    compressed_bytes: int
    unknown: tuple[str, ...]


_SCRATCH = BaseImage(
    ImageReference.parse("scratch"),
    family="none",
    libc="none",
    shell=False,
    package_manager=False,
    kind=Kind.SCRATCH,
    user="",
    uid=0,
    working_directory="",
    ca_certificates=False,
    time_zones=False,
    compressed_bytes=0,
    bytes=0,
    packages=0,
    executables=0,
    setuid=0,
)
"""The empty base of ``FROM scratch``: BuildKit adds no layer and no configuration for it."""


def is_scratch(assessed: AssessedWorkload) -> bool:
    """Whether the workload stands on no image at all."""
    return assessed.workload.base.resolved == "scratch"


def current_base(assessed: AssessedWorkload) -> BaseImage | None:
    """Return today's base as the catalog knows it, or the empty one."""
    if assessed.recommendation.current is not None:
        return assessed.recommendation.current.base
    return _SCRATCH if is_scratch(assessed) else None


def base_name(assessed: AssessedWorkload) -> str:
    """Return today's base as a person would name it."""
    use = assessed.workload.base
    return str(use.reference) if use.reference else (use.resolved or use.written)


def first_candidate(assessed: AssessedWorkload) -> Candidate | None:
    """Return the candidate that is advised."""
    return min(assessed.recommendation.candidates, key=lambda one: one.rank, default=None)


def ranked(assessed: AssessedWorkload) -> tuple[Candidate, ...]:
    """Return the candidates in their order."""
    return tuple(sorted(assessed.recommendation.candidates, key=lambda one: one.rank))


def run_needs(assessed: AssessedWorkload) -> tuple[Need, ...]:
    """Return what is needed when it runs, the surest first."""
    needs = (one for one in assessed.needs if one.phase is Phase.RUN)
    return tuple(sorted(needs, key=lambda one: (-one.confidence, one.kind.value, one.value)))


def need_name(need: Need) -> str:
    """Return a need in a few words: ``interpreter node 24``."""
    version = f" {need.version}" if need.version else ""
    return f"{need.kind.value.replace('-', ' ')} {need.value}{version}"


def is_started_as_root(assessed: AssessedWorkload, base: BaseImage | None) -> bool | None:
    """Whether the process starts as root on `base`: by what the project sets, else by the base; None: not known."""
    user = assessed.workload.runtime.user
    if user is not None:
        return user.value.partition(":")[0] in {"", "0", "root"}
    return base.is_root if base else None


def runs_as(assessed: AssessedWorkload) -> str | None:
    """Return who the process starts as today; None where not known."""
    user, base = assessed.workload.runtime.user, current_base(assessed)
    if user is not None:
        return user.value or "root"
    if base is None or base.is_root is None:
        return None
    return "root" if base.is_root else (base.user or str(base.uid))


def is_supported(base: BaseImage, on: dt.date) -> bool | None:
    """Whether all its support still runs on that day; None where no date is known."""
    end = base.horizon.earliest()
    return None if end is None else end > on


def stored(bases: Iterable[BaseImage | None], names: Iterable[str]) -> Stored:
    """Sum the downloads of `bases`, one per name: each image once, and a first layer of the same build once.

    Two images share their first layer when both are of one release of one distribution and give it the same size.
    """
    images: dict[str, BaseImage] = {}
    unknown: set[str] = set()
    for base, name in zip(bases, names, strict=True):
        if base is None or base.compressed_bytes is None:
            unknown.add(name)
        else:
            images[str(base.reference)] = base
    total, layers = 0, set[tuple[str, str | None, int]]()
    for base in images.values():
        assert base.compressed_bytes is not None  # noqa: S101 - set aside above
        total += base.compressed_bytes
        if base.base_layer_compressed_bytes is not None and base.os is not None:
            layer = (base.os.id, base.os.version, base.base_layer_compressed_bytes)
            total -= base.base_layer_compressed_bytes if layer in layers else 0
            layers.add(layer)
    return Stored(total, tuple(sorted(unknown)))


@dataclass(frozen=True, slots=True)
class Savings:
    """Bases of the project today and with every first candidate taken, over the workloads where both are known."""

    today: int
    after: int
    counted: int
    left_out: tuple[str, ...]
    """Names of the workloads of which a size is not known."""

    @property
    def saved(self) -> int:
        """Bytes to download that fall away."""
        return self.today - self.after


def savings(assessment: Assessment) -> Savings:
    """Return the project's sums, shared layers counted once."""
    counted: list[tuple[BaseImage, BaseImage, str]] = []
    left_out: list[str] = []
    for assessed in assessment.workloads:
        today, candidate = current_base(assessed), first_candidate(assessed)
        after = candidate.base if candidate else today
        if today is None or after is None or today.compressed_bytes is None or after.compressed_bytes is None:
            left_out.append(assessed.workload.name)
        else:
            counted.append((today, after, assessed.workload.name))
    names = [name for *_, name in counted]
    return Savings(
        stored((today for today, *_ in counted), names).compressed_bytes,
        stored((after for _, after, _ in counted), names).compressed_bytes,
        len(counted),
        tuple(sorted(left_out)),
    )


@dataclass(frozen=True, slots=True)
class Review:
    """When to look again, and why then."""

    day: dt.date
    because: str


def review(assessment: Assessment) -> Review:
    """Return the day of the next review: 90 days on, or the first end of support of an advised base if sooner."""
    today = assessment.created.date()
    due = Review(today + REVIEW_AFTER, f"{REVIEW_AFTER.days} days after this report")
    for assessed in assessment.workloads:
        candidate = first_candidate(assessed)
        base = candidate.base if candidate else current_base(assessed)
        end = base.horizon.earliest() if base else None
        if base is not None and end is not None and end < due.day:
            if end <= today:
                return Review(today, f"support of {base.reference} ({assessed.workload.name}) has ended on {end}")
            due = Review(end, f"support of {base.reference} ({assessed.workload.name}) ends")
    return due


def savings_sentence(assessment: Assessment) -> str:
    """Return what the project's bases take today and after; empty where no size is known or nothing changes."""
    sums = savings(assessment)
    if not sums.counted or not sums.saved:
        return ""
    left_out = f"; not known for {wording.listing(list(sums.left_out))}" if sums.left_out else ""
    less = f"{wording.size(abs(sums.saved))} {'less' if sums.saved > 0 else 'more'}"
    return (
        f"{wording.size(sums.today)} to download today, {wording.size(sums.after)} with the first candidates: {less} "
        f"(shared layers counted once{left_out})"
    )
