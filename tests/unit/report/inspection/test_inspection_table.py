"""The page of an image for the terminal."""

import re
from dataclasses import replace

import pytest
from inspections import CASES, SECRET, attacked, config, empty, incomplete, inspection, inventory, package, successor
from rich.cells import cell_len

from basewright.inventory.compare import compare
from basewright.model.inventory import DirectorySize, Efficiency, Inspection, WastedPath
from basewright.report.inspection import render
from basewright.report.interface import RenderOptions

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def page(*inspections: Inspection, **options: object) -> str:
    wishes = RenderOptions(**options)  # type: ignore[arg-type] # shorthand
    return render(inspections, "table", options=wishes).decode()


def compared(old: Inspection, new: Inspection, **options: object) -> str:
    wishes = RenderOptions(**options)  # type: ignore[arg-type] # shorthand
    return render([new], "table", options=wishes, comparison=compare(old, new)).decode()


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("width", [0, 40, 72, 100, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(name: str, width: int, verbose: bool) -> None:
    text = page(CASES[name](), width=width, verbose=verbose)
    assert max(map(cell_len, text.splitlines())) <= max(width, 40)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("width", [40, 100])
def test_no_line_of_a_comparison_is_wider_than_the_terminal(name: str, width: int) -> None:
    text = compared(inspection(), CASES[name](), width=width)
    assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("name", CASES)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    colored = page(CASES[name](), color=True)
    assert ESCAPES.search(colored)
    assert [line.rstrip() for line in ESCAPES.sub("", colored).splitlines()] == page(CASES[name]()).splitlines()
    assert "\x1b" not in page(CASES[name]())


@pytest.mark.parametrize("name", CASES)
def test_ascii_only_is_ascii(name: str) -> None:
    assert page(CASES[name](), ascii_only=True, verbose=True).isascii()
    assert compared(inspection(), CASES[name](), ascii_only=True).isascii()


@pytest.mark.parametrize("options", [{}, {"verbose": True}, {"width": 50}, {"ascii_only": True}])
def test_hostile_text_cannot_steer_the_terminal(options: dict[str, object]) -> None:
    for text in (page(attacked(), **options), compared(inspection(), attacked(), **options)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
        assert "##[" not in text


def test_a_page_says_what_the_image_is() -> None:
    text = in_one_line(page(inspection()))
    assert "Inspection of registry.test/shop/web:1.4" in text
    assert "linux/amd64 · from its registry · read on 2026-11-21" in text
    assert f"sha256:{'d' * 64}" in text
    assert "90.0 MB unpacked in 1\u202f000 files, 40.0 MB to download, 3 layers".replace("\u202f", " ") in text
    assert "2026-10-02 (50 days ago)" in text
    assert "support ended on 2026-06-10, long-term support until 2028-06-30 · glibc 2.36" in text
    assert "root, since no user is set" in text
    assert '["docker-entrypoint.sh"] then ["node", "server.js", "--api-token", "***"]' in text


def test_layers_have_bars_and_the_steps_that_made_them() -> None:
    lines = page(inspection()).splitlines()
    (first,) = [line for line in lines if "ADD file:2c1d0e5 in /" in line]
    assert first.split()[:6] == ["0", "75.0", "MB", "███████████░", "67.0", "MB"]
    assert "8.0 MB" in first
    assert any("RUN … apt-get install curl …" in line for line in lines)
    assert any("COPY app /srv/app" in line for line in lines)


def test_a_layer_that_could_not_be_read_has_no_size() -> None:
    row = next(line for line in page(incomplete()).splitlines() if line.startswith(" 1 "))
    assert "?" in row.split()
    assert "0 B" not in row


def test_of_many_layers_the_largest_are_shown() -> None:
    layer = inventory().layers[0]
    layers = tuple(replace(layer, bytes=1_000 * number, created_by=f"RUN step-{number}-") for number in range(30))
    text = page(inspection(inventory=inventory(layers=layers)))
    assert "step-29-" in text
    assert "step-2-" not in text
    assert "and 18 more, smaller ones" in text
    assert "step-2-" in page(inspection(inventory=inventory(layers=layers)), verbose=True)


def test_waste_names_the_paths() -> None:
    text = in_one_line(page(inspection()))
    assert "8.0 MB are carried and never seen (8.2 %); efficiency 93.4 % by dive's count" in text
    assert "8.0 MB /var/cache/apt/pkgcache.bin layers 0, 1" in text


def test_packages_are_counted_by_type_and_the_biggest_named() -> None:
    text = in_one_line(page(inspection()))
    assert "3 system (deb), 67.0 MB" in text
    assert "1 Python (pypi), all brought by the distribution" in text
    assert "13.0 MB libc6 2.36-9+deb12u10 (deb)" in text
    assert "pip 23.0.1 (pypi)" not in text, "python3-pip has those bytes"


def test_executables_are_counted_and_the_unexplained_named() -> None:
    text = in_one_line(page(inspection()))
    assert (
        "3 programs, 1 shared object, 1 script, 1 set-uid or set-gid, 1 statically linked, 1 made by Go, "
        "1 at a fixed address (not PIE), 2 no package explains" in text
    )
    assert "no package brought /docker-entrypoint.sh, /opt/tool" in text
    assert "88.9 % of the bytes and 95 % of the files belong to a package" in text


def test_hardening_facts_come_gravest_first_with_place_and_remedy() -> None:
    text = in_one_line(page(inspection()))
    assert text.index("private-key") < text.index("runs-as-root") < text.index("setuid-file")
    assert (
        "error private-key The image carries a private key. /srv/app/key.pem → Do something about private-key." in text
    )
    assert "CIS Docker Benchmark 1.6.0: 4.1" in in_one_line(page(inspection(), verbose=True))


def test_claims_are_named_as_such() -> None:
    assert "claims /srv/app/bom.json: cyclonedx 1.5, 1 package named" in in_one_line(page(inspection()))


def test_what_is_incomplete_stands_at_the_top() -> None:
    lines = page(incomplete()).splitlines()
    assert lines[2].startswith("INCOMPLETE  8 things could not be looked at")
    assert "layer 0: the blob ends early" in lines[3]
    assert "and 3 more" in page(incomplete())
    assert "INCOMPLETE" not in page(inspection())


def test_an_image_without_anything_has_a_page() -> None:
    text = page(empty())
    assert "none was found" in text
    assert "the image carries no configuration" in text
    assert "no distribution was recognised" in text


def test_verbose_shows_all() -> None:
    short, long = page(inspection()), page(inspection(), verbose=True)
    assert "NODE_VERSION=24.1.0" not in short
    assert "NODE_VERSION=24.1.0" in long
    assert "no vulnerability was looked up" in in_one_line(long)
    assert "python3-pip 23.0.1 (deb), layer 0, /var/lib/dpkg/status" in in_one_line(long)


@pytest.mark.parametrize("verbose", [False, True])
def test_no_credential_is_shown(verbose: bool) -> None:
    assert SECRET not in page(inspection(), verbose=verbose)
    assert SECRET not in compared(inspection(), successor(), verbose=verbose)


def test_several_platforms_are_a_page_each() -> None:
    other = inspection(identity=replace(inspection().identity, platform=None), config=config())
    assert page(inspection(), other).count("Inspection of ") == 2


def test_the_commands_that_it_recommends_quote_the_reference() -> None:
    text = page(inspection(identity=replace(inspection().identity, reference="oci-dir:/my images/x")), width=120)
    assert "basewright inspect 'oci-dir:/my images/x' -v" in text


def test_a_comparison_lays_the_numbers_side_by_side() -> None:
    text = compared(inspection(), successor())
    rows = {line.strip().split("  ")[0]: line.split()[-2:] for line in text.splitlines() if line.startswith(" ")}
    assert rows["unpacked"] == ["−10.0", "MB"]
    assert rows["to download"] == ["−5.0", "MB"]
    assert rows["packages"][-1] == "−1"
    assert rows["set-uid or set-gid files"] == ["0", "−1"]
    assert rows["shells"][-1] == "same"


def test_a_comparison_says_what_changed() -> None:
    text = in_one_line(compared(inspection(), successor()))
    assert "shared 1 of 2 layers, 75.0 MB unpacked" in text
    assert "1 added, 2 removed, 1 of another version" in text
    assert "+ zod 3.23.0 (npm, 900 kB)" in text
    assert "- left-pad of unknown version (npm, 4.0 kB)" in text
    assert "~ bash 5.2.15-2 → 5.2.21-1 (deb)" in text
    assert "~ environment DB_PASSWORD: another value, which is hidden" in text
    assert "- /usr/bin/passwd" in text
    assert "- warning runs-as-root: The image sets no user." in text


def test_an_incomplete_side_is_said_in_a_comparison() -> None:
    assert "new image 8 places could not be read" in in_one_line(compared(inspection(), incomplete()))


def test_nothing_differs_from_itself() -> None:
    assert "nothing else differs" in compared(inspection(), inspection())


def test_a_verbose_comparison_shows_both_images_too() -> None:
    assert compared(inspection(), successor(), verbose=True).count("Inspection of ") == 2


LONG = "usr/lib/" + "deeper/" * 20 + "the-end.bin"


@pytest.mark.parametrize("width", [40, 72, 100])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_long_path_loses_its_middle_and_stays_beside_its_size(width: int, ascii_only: bool) -> None:
    efficiency = Efficiency(0.9, 8_000_000, (WastedPath(LONG, 8_000_000, (0, 1)),))
    found = inventory(efficiency=efficiency, directories=(DirectorySize(LONG, 7_000_000, 1),))
    lines = page(inspection(inventory=found), width=width, ascii_only=ascii_only).splitlines()
    for size in ("8.0 MB", "7.0 MB"):
        (row,) = [line for line in lines if f"{size}  /usr" in line]
        assert row.split("  ")[-1].endswith("end.bin") or "the-end.bin  layers" in row
    assert "layers 0, 1" in "".join(lines)


def test_verbose_shows_the_whole_of_a_long_path() -> None:
    efficiency = Efficiency(0.9, 8_000_000, (WastedPath(LONG, 8_000_000, (0, 1)),))
    text = page(inspection(inventory=inventory(efficiency=efficiency)), width=72, verbose=True)
    assert f"8.0 MB  /{LONG}  layers 0, 1" in re.sub(r"(?<=\w|/)\n {22}(?=\S)", "", text).replace("\n" + " " * 22, "  ")


def test_the_steps_of_layers_are_indented_where_the_page_is_narrow() -> None:
    layer = replace(inventory().layers[0], created_by="RUN make every thing that is needed here " * 5)
    lines = page(inspection(inventory=inventory(layers=(layer,))), width=40).splitlines()
    start = next(number for number, line in enumerate(lines) if "RUN make every" in line)
    end = next(number for number, line in enumerate(lines) if line.startswith("waste"))
    assert end - start > 1
    assert all(line.startswith("   ") for line in lines[start:end])


def test_every_label_stands_apart_from_its_text() -> None:
    lines = page(inspection()).splitlines()
    (row,) = [line for line in lines if line.startswith("executables")]
    assert row.startswith("executables 3 programs")
    column = row.index("3 programs")
    assert next(line for line in lines if line.startswith("size")).index("90.0 MB") == column
    assert next(line for line in lines if line.startswith("waste")).index("8.0 MB") == column


@pytest.mark.parametrize(("verbose", "told"), [(False, "and 25 more, 4 of"), (True, "and 10 more, 4 of")])
def test_every_package_is_among_the_biggest_or_counted_after_them(verbose: bool, told: str) -> None:
    packages = (
        *(package(f"sized-{number:02}", "1", 1_000 * (number + 1)) for number in range(30)),
        *(package(f"without-{number}", "1", None, kind="cargo") for number in range(4)),
    )
    text = in_one_line(page(inspection(inventory=inventory(packages=packages)), verbose=verbose))
    assert f"{told} no size of their own" in text
    assert text.count("sized-29") == 1 + verbose
