import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from basewright.ports import cache as module
from basewright.ports.cache import Cache

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


def files(place: Path) -> list[Path]:
    return sorted(one for one in place.rglob("*") if one.is_file())


def test_what_was_put_is_got_by_every_process(place: Path) -> None:
    value = os.urandom(1000) * 50
    Cache(place).put("key", value)

    assert Cache(place).get("key") == value
    assert Cache(place).get("other") is None
    assert place.stat().st_mode & 0o777 == 0o700
    assert all(one.stat().st_mode & 0o077 == 0 for one in place.rglob("*"))


def test_an_empty_value_is_a_value(place: Path) -> None:
    Cache(place).put("key", b"")

    assert Cache(place).get("key") == b""


def test_reading_makes_no_directory(place: Path) -> None:
    assert Cache(place).get("key") is None
    assert Cache(place).info().files == 0
    assert Cache(place).clean() == 0
    assert not place.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data + b"x",
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: b"XXXX" + data[4:],
        lambda data: data[:10] + b"\0" + data[11:],
    ],
)
def test_a_torn_or_altered_file_is_a_miss_and_is_removed(place: Path, damage) -> None:
    Cache(place).put("key", b"value" * 100)
    (file,) = files(place)
    file.write_bytes(damage(file.read_bytes()))
    told: list[str] = []

    assert Cache(place, told=told.append).get("key") is None
    assert files(place) == []
    assert told == []


def test_the_file_of_another_key_is_a_miss(place: Path) -> None:
    cache = Cache(place)
    cache.put("one", b"1")
    (one,) = files(place)
    data = one.read_bytes()
    cache.put("two", b"2")
    (two,) = (file for file in files(place) if file != one)
    two.write_bytes(data)

    assert cache.get("two") is None
    assert cache.get("one") == b"1"


@pytest.mark.timeout(20)
def test_links_and_pipes_in_the_cache_are_not_followed(place: Path) -> None:
    cache = Cache(place)
    cache.put("key", b"1")
    (file,) = files(place)
    kept = file.rename(place / "elsewhere")
    told: list[str] = []

    file.symlink_to(kept)
    assert Cache(place, told=told.append).get("key") is None
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    assert cache.get("key") is None
    assert len(told) == 1


def test_a_cache_that_cannot_be_written_is_told_once_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    told: list[str] = []
    cache = Cache(tmp_path / "file" / "cache", told=told.append)

    cache.put("a", b"1")
    cache.put("b", b"2")

    assert cache.get("a") is None
    assert len(told) == 1
    assert "cannot be written" in told[0]
    assert "the result is not affected" in told[0]


@pytest.mark.skipif(IS_ROOT, reason="root writes everywhere")
def test_a_cache_that_is_closed_to_writing_still_gives(place: Path) -> None:
    Cache(place).put("key", b"value")
    for folder in (place, *place.iterdir()):
        folder.chmod(0o500)
    told: list[str] = []
    cache = Cache(place, told=told.append)
    try:
        cache.put("new", b"1")
        assert cache.get("key") == b"value"
    finally:
        for folder in (place, *place.iterdir()):
            folder.chmod(0o700)
    assert len(told) == 1


def test_a_full_disk_is_told_and_leaves_nothing_half_written(place: Path) -> None:
    program = """
        import os, resource, sys
        from pathlib import Path
        from basewright.ports.cache import Cache

        cache = Cache(Path(sys.argv[1]), told=print)
        cache.put("small", b"1")
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        cache.put("large", os.urandom(100_000))
        cache.put("after", b"2")
        print(cache.get("small"), cache.get("large"))
    """

    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(place)], capture_output=True, text=True, check=True
    )

    lines = run.stdout.splitlines()
    assert "cannot be written: File too large; the result is not affected" in lines[0]
    assert lines[1:] == ["b'1' None"]
    assert len(files(place)) == 1


def test_writers_that_are_killed_leave_nothing_that_is_read(place: Path) -> None:
    program = """
        import os, sys
        from pathlib import Path
        from basewright.ports.cache import Cache

        cache = Cache(Path(sys.argv[1]))
        print("ready", flush=True)
        number = 0
        while True:
            cache.put(f"key {number % 50}", bytes([number % 256]) + os.urandom(200_000))
            number += 1
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(place)]
    for wait in (0.02, 0.1, 0.2):
        writers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
        for one in writers:
            assert one.stdout is not None
            one.stdout.readline()
        time.sleep(wait)
        for one in writers:
            one.send_signal(signal.SIGKILL)
            one.wait()
            assert one.stdout is not None
            one.stdout.close()

    cache = Cache(place)
    for number in range(50):
        value = cache.get(f"key {number}")
        assert value is None or len(value) == 200_001
    cache.put("key 0", b"again")
    assert cache.get("key 0") == b"again"


def test_what_killed_writers_left_is_swept_after_an_hour(place: Path) -> None:
    Cache(place).put("key", b"value")
    shelf = next(place.iterdir())
    old, young = shelf / ".writing-old", shelf / ".writing-young"
    for one in (old, young):
        one.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)

    Cache(place).put("other", b"value")

    assert not old.exists()
    assert young.exists()
    assert Cache(place).info().files == 2


def test_the_least_recently_used_go_first_when_it_grows_too_large(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TEND_AFTER", 0)
    cache = Cache(place, limit=50_000)
    now = time.time()
    for number in range(4):
        cache.put(f"old {number}", os.urandom(10_000))
        (newest,) = (one for one in files(place) if one.stat().st_mtime > now - 1000)
        os.utime(newest, (now - 100_000 + number, now - 100_000 + number))
    assert cache.get("old 0") is not None  # used again

    cache.put("new", os.urandom(15_000))

    assert cache.get("new") is not None
    assert cache.get("old 0") is not None
    assert cache.get("old 1") is None
    assert cache.info().bytes <= 50_000


def test_info_and_clean_tell_and_free_what_is_there(place: Path) -> None:
    cache = Cache(place)
    assert cache.info().oldest is None
    cache.put("old", os.urandom(5000))
    (old,) = files(place)
    os.utime(old, (1_000_000, 1_000_000))
    cache.put("new", os.urandom(100))
    (old.parent / ".writing-left").write_bytes(b"1234")

    info = cache.info()
    assert (info.files, info.oldest) == (2, 1_000_000.0)
    assert cache.clean(3600) == old_size(info.bytes, cache)
    assert cache.get("new") is not None
    assert cache.clean() > 100
    assert files(place) == []


def old_size(before: int, cache: Cache) -> int:
    return before - cache.info().bytes


def test_a_value_that_is_a_bomb_is_a_miss(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache(place).put("key", bytes(10_000_000))
    monkeypatch.setattr(module, "_VALUE_LIMIT", 1_000_000)

    assert Cache(place).get("key") is None
    Cache(place).put("large", bytes(1_000_001))
    assert files(place) == []
