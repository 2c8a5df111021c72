"""The package list that distroless Azure Linux (CBL-Mariner) images carry instead of a database.

Each line of ``var/lib/rpmmanifest/container-manifest-2`` is what rpm prints for the query format NAME, VERSION-RELEASE,
INSTALLTIME, BUILDTIME, VENDOR, EPOCH, SIZE, ARCH, EPOCHNUM, SOURCERPM, joined by tabs.
"""

from collections.abc import Iterator

from basewright.formats.problems import Problems, TooManyProblemsError
from basewright.formats.rpm_header import RpmHeader, decoded

_FIELDS = 10
_LONGEST_LINE = 16 * 1024
MOST_PACKAGES = 100_000


def read_manifest(data: bytes | memoryview, problems: Problems) -> Iterator[RpmHeader]:
    """Yield the package of every line, without files; lines that are none become problems."""
    try:
        for number, line in enumerate(bytes(data).split(b"\n"), 1):
            if number > MOST_PACKAGES:
                problems.add(f"more than {MOST_PACKAGES} lines")
                return
            if line.strip():
                header = _header(line)
                if header is None:
                    problems.add(f"line {number} is no package")
                else:
                    yield header
    except TooManyProblemsError:
        return


def _header(line: bytes) -> RpmHeader | None:
    fields = [_told(field) for field in decoded(line.rstrip(b"\r")).split("\t")]
    if len(line) > _LONGEST_LINE or len(fields) < _FIELDS:
        return None
    name, both, installed, _, vendor, epoch, size, arch, epoch_number, source = fields[:_FIELDS]
    version, _, release = both.rpartition("-")
    if not (name and version and release):
        return None
    return RpmHeader(
        name=name,
        version=version,
        release=release,
        # Azure Linux prints a fixed «(none)» for EPOCH; EPOCHNUM is 0 where there is none.
        epoch=_number(epoch) if epoch else _number(epoch_number) or None,
        arch=arch,
        source_rpm=source,
        vendor=vendor,
        size=_number(size),
        install_time=_number(installed),
        is_signed=None,
    )


def _told(field: str) -> str:
    return "" if field == "(none)" else field


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
