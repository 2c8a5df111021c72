"""The manifest of distroless Azure Linux."""

from basewright.formats.problems import Problems
from basewright.formats.rpm_header import RpmHeader
from basewright.formats.rpm_manifest import read_manifest

# The layout and the first values are those of microsoft/azurelinux's distroless images.
LINES = (
    b"mariner-release\t2.0-12.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t580\tnoarch\t0\t"
    b"mariner-release-2.0-12.cm2.src.rpm\n"
    b"vim\t9.0-1.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t2\t45000\tx86_64\t2\tvim-9.0-1.cm2.src.rpm\n"
    b"tzdata\t2022a-1.cm2\t1653816591\t1653753130\t(none)\t(none)\t7\tnoarch\t3\t(none)\n"
)


def read(data: bytes) -> tuple[list[RpmHeader], list[str]]:
    problems = Problems()
    return list(read_manifest(data, problems)), list(problems)


def test_every_line_is_a_package_whose_files_and_signature_are_not_known() -> None:
    (release, vim, tzdata), problems = read(LINES)

    assert not problems
    assert (release.name, release.evr, release.arch) == ("mariner-release", "2.0-12.cm2", "noarch")
    assert (release.source_rpm, release.size) == ("mariner-release-2.0-12.cm2.src.rpm", 580)
    assert (release.files, release.is_signed, release.epoch) == (None, None, None)
    assert vim.epoch == 2
    assert (tzdata.epoch, tzdata.vendor, tzdata.source_rpm) == (3, "", "")


def test_lines_that_are_no_packages_are_told_by_number() -> None:
    packages, problems = read(b"\n" + LINES + b"a\tb\n" + b"x" * 20_000 + b"\n\xff\t-\t\t\t\t\t\t\t\t\n")

    assert len(packages) == 3
    assert problems == ["line 5 is no package", "line 6 is no package", "line 7 is no package"]


def test_numbers_that_are_none_are_not_known() -> None:
    ((one,), problems) = read(b"a\t1-1\t-5\t\t\t(none)\t99999999999999999999999\tnoarch\t\xb2\ta-1-1.src.rpm\r\n")

    assert not problems
    assert (one.size, one.install_time, one.epoch) == (None, None, None)
    assert one.source_rpm == "a-1-1.src.rpm"


def test_a_file_of_nothing_but_broken_lines_is_given_up() -> None:
    packages, problems = read(b"x\n" * 1_000_000)

    assert not packages
    assert problems[-2:] == ["and 900 more damaged places", "given up after 1000 damaged places"]
