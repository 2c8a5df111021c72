"""The command line in hostile surroundings: configuration, environment, outputs, streams, signals, locale, home."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import SECONDS, check_clean, check_text, command, environment, run
from hostile_compose import many_services
from hostile_files import write
from hostile_names import WRITING

pytestmark = pytest.mark.integration

SERVICE = "services:\n  web: {image: 'node:20', command: node a.js}\n"


@pytest.fixture
def around() -> Iterator[Path]:
    """A folder with a short name: the paths below it are long enough."""
    with tempfile.TemporaryDirectory(prefix="bw") as folder:
        yield Path(folder)


@pytest.fixture
def shop(around: Path) -> Path:
    (around / "p").mkdir()
    write(around / "p", {"compose.yaml": SERVICE})
    return around


def _refused(done: subprocess.CompletedProcess[bytes], told: str) -> None:
    text = done.stderr.decode()
    assert done.returncode == 2, text
    assert done.stdout == b""
    assert told in text
    assert text.startswith("error: ")
    assert len(text.splitlines()) < 60
    check_text(text)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\0", "not UTF-8"),
        (b"k" * 900_000 + b" = 1", "unknown key"),
        (b"".join(b"k%d = 1\n" % n for n in range(60_000)), "more is wrong"),
        (b"a." * 400_000 + b"b = 1", "too many parts"),
        (b"x = {" + b"a . " * 100_000 + b"b = 1}", "too many parts"),
        (b"x = " + b"[" * 400_000, "nested too deep"),
        (b"x = " + b"9" * 900_000, "too long"),
        (b"[[a]]\n" * 100_000, "unknown key"),
        (b"format = 3\nbandwidth = 'x'\nworkload = []\n", "format must be a text"),
        (b"bandwidth = 99999999999999999999999999", "bandwidth"),
        (b"output = ['html=/tmp/x']", "cannot be set in a file"),
        (b"format = '\\u001b[31m\\u202e'", "format"),
        (b"x" * 2_000_000, "more than the"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_hostile_configuration_is_one_clear_error(content: bytes, told: str, shop: Path) -> None:
    (shop / "p" / "basewright.toml").write_bytes(content)

    _refused(run(shop, "assess", "."), told)


def test_a_configuration_that_is_no_file_is_told(shop: Path) -> None:
    own = shop / "p" / "basewright.toml"
    for told, make in (
        ("a FIFO", lambda: os.mkfifo(own)),
        ("leads outside", lambda: own.symlink_to("/etc/passwd")),
        ("leads nowhere", lambda: own.symlink_to("nowhere")),
        ("a folder", own.mkdir),
    ):
        make()
        _refused(run(shop, "assess", "."), told)
        own.rmdir() if own.is_dir() and not own.is_symlink() else own.unlink()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASEWRIGHT_FORMAT", "pdf"),
        ("BASEWRIGHT_BANDWIDTH", "-1"),
        ("BASEWRIGHT_QUIET", "maybe"),
        ("BASEWRIGHT_NONSENSE", "\x1b[31m"),
        ("BASEWRIGHT_MIRRORS", "="),
        ("BASEWRIGHT_OUTPUT", "html"),
        ("SOURCE_DATE_EPOCH", "yesterday"),
        ("SOURCE_DATE_EPOCH", "9" * 30),
        ("SOURCE_DATE_EPOCH", "9" * 5000),
    ],
)
def test_nonsense_in_the_environment_is_one_clear_error(name: str, value: str, shop: Path) -> None:
    _refused(run(shop, "assess", ".", **{name: value}), "-o: " if name.endswith("OUTPUT") else name)


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        (["-o", "html=."], "cannot be written"),
        (["-o", "html=nowhere/x.html"], "create the folder"),
        (["-o", "json=a", "-o", "html=./a"], "two documents"),
        (["-o", "json=a", "-o", "html=link"], "two documents"),
        (["-o", "json=/dev/full"], "cannot be written"),
        (["-o", "html=/proc/x"], "cannot be written"),
        (["-o", "html=" + "a" * 5000], "cannot be written"),
        (["-o", "pdf=x"], "no format"),
    ],
)
def test_an_output_that_cannot_be_written_is_one_clear_error(outputs: list[str], told: str, shop: Path) -> None:
    (shop / "p" / "link").symlink_to("a")
    before = sorted(path.name for path in (shop / "p").iterdir())

    _refused(run(shop, "assess", ".", *outputs), told)

    assert sorted(path.name for path in (shop / "p").iterdir()) == before


@pytest.mark.parametrize("form", ["table", "json", "markdown", "html", "sarif"])
def test_a_full_disk_behind_stdout_is_an_error_and_a_closed_reader_is_none(form: str, shop: Path) -> None:
    argv = command("assess", ".", "--format", form, "--quiet")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            argv, cwd=shop / "p", env=environment(shop), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"stdout cannot be written" in done.stderr

    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            argv, cwd=shop / "p", env=environment(shop), stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_streams_that_are_closed_are_no_defect(shop: Path) -> None:
    script = 'exec "$@" <&- >&- 2>&-'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *command("assess", ".", "-o", "json=made.json")],
        cwd=shop / "p", env=environment(shop), timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    json.loads((shop / "p" / "made.json").read_bytes())


def test_an_interrupt_ends_the_run_and_leaves_nothing(shop: Path) -> None:
    write(shop / "p", {"compose.yaml": many_services(1500)})
    with subprocess.Popen(
        command("assess", ".", "-o", "html=made.html"), cwd=shop / "p", env=environment(shop),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        time.sleep(2.5)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=SECONDS)

    assert running.returncode == 130
    assert out == b""
    assert b"Traceback" not in err
    assert [path.name for path in (shop / "p").iterdir()] == ["compose.yaml"]
    check_clean(shop)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16", "utf-8:strict"])
def test_any_locale_gets_an_answer(encoding: str, around: Path) -> None:
    (around / "p").mkdir()
    WRITING["names with direction controls"](around / "p")
    for form in ("table", "json", "markdown", "html", "sarif"):
        done = run(
            around, "assess", ".", "--format", form, LC_ALL="C", PYTHONIOENCODING=encoding, PYTHONCOERCECLOCALE="0",
            PYTHONUTF8="0",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        if form == "table" and encoding != "utf-8:strict":
            assert done.stdout.isascii() or encoding.startswith("utf")
        check_text(done.stdout.decode("utf-8"))


def test_a_home_that_is_missing_or_cannot_be_written_is_no_matter(shop: Path) -> None:
    locked = shop / "locked"
    locked.mkdir(mode=0o500)
    for home in (None, "", "/nonexistent", str(locked), "relative", "/dev/null"):
        done = run(shop, "assess", ".", "--quiet", HOME=home, XDG_CONFIG_HOME=home, XDG_CACHE_HOME=home)
        assert done.returncode == 0, (home, done.stderr)


def test_a_working_directory_that_was_removed_is_one_clear_error(shop: Path) -> None:
    gone = shop / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f'rmdir {gone}; exec "$@"', "sh", *command("assess", ".")],
        cwd=gone, env=environment(shop), capture_output=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    _refused(done, "working directory")


@pytest.mark.parametrize("target", ["", "/dev/null", "/dev/zero", "a" * 100_000, "\x1b]8;;x", "../" * 3000])
def test_an_odd_target_is_one_clear_error(target: str, shop: Path) -> None:
    _refused(run(shop, "assess", target), "error: ")
