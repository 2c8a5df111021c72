"""`basewright inspect` through the real command line: every error of the contract, hostile surroundings, outputs."""

import base64
import json
import os
import re
import resource
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import images
import pytest
from engines import Answer, ScriptedEngine, listening
from inspect_runs import Runs, check_document, hooked
from registries import at, push

from basewright.cli.settings import INSPECT_FORMATS
from basewright.model.digest import Digest
from basewright.testing.registry import Conversation, Login, RegistrySimulator

pytestmark = pytest.mark.integration

SECRETS = ("hunter2secret", "cmdpw77", "histtoken55", "histpw66", "awsAWS88", "npmtok44", "labelpw99", "refpw33")
"""Planted in the image below and in references; nothing may show them."""
APK = "P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\nF:lib\nR:ld-musl-x86_64.so.1\n\n"
BASE = images.layer({
    "etc/os-release": 'ID=alpine\nVERSION_ID=3.20.3\nNAME="Alpine Linux"\n',
    "lib/apk/db/installed": APK,
    "lib/ld-musl-x86_64.so.1": images.File(bytes(range(256)) * 40, 0o755),
    "bin/sh": images.File("#!/bin/nothing\n", 0o755),
})  # fmt: skip
TOP = images.layer({"app/main.py": "print()\n" * 400, "app/old": "1" * 5000})
LAST = images.layer({"app/.wh.old": ""})
APP = images.image(
    [BASE, TOP, LAST],
    config={
        "Env": ["PATH=/bin", "DB_PASSWORD=hunter2secret"],
        "Cmd": ["server", "--password=cmdpw77"],
        "Labels": {"build.url": "https://bob:labelpw99@git.example/x"},
    },
    history=[
        images.step("RUN curl -H 'Authorization: Bearer histtoken55' https://u:histpw66@x.example/"),
        images.step("ARG NPM_TOKEN=npmtok44", empty=True),
        images.step("RUN export AWS_SECRET_ACCESS_KEY=awsAWS88 && make"),
        images.step("RUN rm /app/old"),
    ],
)
ARM = images.image([BASE, TOP], platform="linux/arm64")
CONFIG = Digest.parse(images.sha256(APP.config))
TOP_DIGEST = Digest.parse(TOP.digest)
WRONG = TOP.blob[:-5] + bytes(5)


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the runs keep compiled modules: started often, they start sooner."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def runs(tmp_path: Path, bytecode: Path) -> Runs:
    return Runs(tmp_path, SECRETS, bytecode)


@pytest.fixture
def registry() -> Iterator[RegistrySimulator]:
    with RegistrySimulator() as simulator:
        push(simulator, APP)
        push(simulator, images.index([APP, ARM], attestations=True), "all")
        yield simulator


def layout(runs: Runs, built: images.Built = APP, name: str = "image") -> str:
    """Write a layout into the folder of `runs` and return its name for the command line."""
    return f"oci-dir:{images.write_oci_layout(runs.folder / name, {'1.0': built})}:1.0"


def blob(runs: Runs, digest: str, name: str = "image") -> Path:
    """Return where a blob of a layout lies."""
    return runs.folder / name / "blobs" / digest.replace(":", "/")


# What the caller gave.


@pytest.mark.parametrize("scheme", ["", "registry:"])
def test_a_reference_that_the_registry_does_not_know_is_the_callers_error(
    runs: Runs, registry: RegistrySimulator, scheme: str
) -> None:
    runs.inspect(f"{scheme}{at(registry, 'shop/web:9')}").refused(
        2, "shop/web:9 is not there", "hint: check the spelling"
    )


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("Shop/Web", "lower case"),
        ("shop/web@sha256:12", "not a digest"),
        ("", "an empty image name"),
        ("./here", "a path, and no image reference"),
        ("containers-storage:x", "not read directly"),
    ],
)
def test_what_is_no_reference_is_told_in_one_line(runs: Runs, reference: str, told: str) -> None:
    runs.inspect(reference).refused(3 if "storage" in reference else 2, told)


@pytest.mark.parametrize(
    "name",
    [
        "user:refpw33@registry.example/shop/web:1.0",
        "registry:user:a@refpw33/b@registry.example/shop/web:1.0",
        "https://user:refpw33@registry.example/shop/web",
        "docker:user:refpw33@registry.example/shop/web",
    ],
)
def test_credentials_in_a_reference_are_refused_and_not_shown(runs: Runs, name: str) -> None:
    runs.inspect(name).refused(2, "log in: docker login")


def test_a_platform_that_is_not_there_is_told_with_those_that_are(runs: Runs, registry: RegistrySimulator) -> None:
    told = "no image for the platform linux/s390x; there are: linux/amd64"
    runs.inspect(layout(runs), "--platform", "linux/s390x").refused(2, told)
    runs.inspect(at(registry, "shop/web:all"), "--platform", "linux/s390x").refused(2, f"{told}, linux/arm64")
    runs.inspect(layout(runs), "--platform", "a b").refused(2, "not a platform")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("oci-dir:nowhere", "no such file or folder"),
        ("oci-archive:nowhere", "no such file or folder"),
        ("docker-archive:nowhere", "no such file or folder"),
        ("dir:nowhere", "No such file or directory"),
        ("oci-dir:empty", "no OCI image layout"),
        ("oci-dir:image:2.0", "no image is named '2.0'; there are: 1.0"),
        ("docker-archive:empty", "a folder, not a regular file"),
        ("docker-archive:fifo", "a FIFO"),
        ("docker-archive:junk", "cannot be read as an archive"),
        ("dir:junk", "Not a directory"),
    ],
)
def test_files_that_are_missing_or_something_else_are_told(runs: Runs, name: str, told: str) -> None:
    layout(runs)
    (runs.folder / "empty").mkdir()
    os.mkfifo(runs.folder / "fifo")
    (runs.folder / "junk").write_bytes(b"junk" * 999)

    runs.inspect(name).refused(2, told)


@pytest.mark.parametrize("scheme", ["oci-dir", "oci-archive", "docker-archive", "dir"])
def test_files_that_may_not_be_read_are_told(runs: Runs, scheme: str) -> None:
    place = runs.folder / "closed"
    place.mkdir() if scheme.endswith("dir") else place.touch()
    place.chmod(0)
    be_nobody = "os.seteuid(65534)" if os.getuid() == 0 else "pass"  # only now: what it imports may be root's own
    program = hooked("event in ('open', 'os.listdir', 'os.scandir') and 'closed' in str(arguments[0])", be_nobody)

    ran = runs.finish(runs.start("inspect", f"{scheme}:{place}", program=program))
    ran.refused(2, "ermission denied")


def test_offline_a_registrys_name_is_refused(runs: Runs, registry: RegistrySimulator) -> None:
    ran = runs.inspect(at(registry), "--offline")

    ran.refused(2, "nothing can be asked offline", "oci-dir:PATH")
    assert registry.connections == 0


def test_offline_no_socket_is_opened(runs: Runs) -> None:
    """The kernel's own word for it: neither for an image that is here, nor for one that is not."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    for name, code in ((layout(runs), 0), ("registry.example/shop/web:1.0", 2), ("docker:shop/web", 2)):
        log = runs.folder / "calls"
        watch = ["strace", "-f", "--seccomp-bpf", "-e", "trace=socket,connect", "-o", str(log)]
        process = runs.start("inspect", name, "--offline", prefix=watch)
        assert runs.finish(process).code == code
        assert re.findall("socket|connect", log.read_text()) == []


def test_a_file_is_inspected_without_a_socket_at_any_time(runs: Runs) -> None:
    program = hooked("event.startswith('socket.')", "os._exit(99)")

    assert runs.finish(runs.start("inspect", layout(runs), program=program)).code == 0
    process = runs.start("inspect", "registry.example/shop/web:1.0", program=program)
    process.communicate(timeout=60)
    assert process.returncode == 99, "the hook works"


# What a remote does.


def log_in(runs: Runs, host: str, password: str) -> None:
    """Write Docker's credential file."""
    entry = {"auth": base64.b64encode(f"ada:{password}".encode()).decode()}
    (runs.folder / "home" / ".docker").mkdir(parents=True, exist_ok=True)
    (runs.folder / "home" / ".docker" / "config.json").write_text(json.dumps({"auths": {host: entry}}))


@pytest.mark.parametrize("is_token", [True, False], ids=["token", "basic"])
def test_wrong_credentials_are_told_with_what_to_do(runs: Runs, is_token: bool) -> None:
    runs.secrets = (*SECRETS, "wonderland", "wr0ng-pw")
    with RegistrySimulator(login=Login("ada", "wonderland", is_token=is_token)) as registry:
        push(registry, APP)
        runs.inspect(at(registry)).refused(
            4, "needs a login", f"hint: check the spelling, or log in: docker login {registry.host}"
        )
        log_in(runs, registry.host, "wr0ng-pw")
        runs.inspect(at(registry)).refused(4, "does not accept the credentials", f"docker login {registry.host}")
        login = {"BASEWRIGHT_REGISTRY": registry.host, "BASEWRIGHT_REGISTRY_USERNAME": "ada"}
        assert runs.inspect(at(registry), BASEWRIGHT_REGISTRY_PASSWORD="wonderland", **login).code == 0
        log_in(runs, registry.host, "wonderland")
        assert runs.inspect(at(registry)).code == 0


def test_a_registry_that_is_not_there_is_told(runs: Runs) -> None:
    with RegistrySimulator() as registry:
        gone = at(registry)
    runs.inspect(gone).refused(4, "nobody listens there")


def test_an_engine_that_does_not_run_is_told(runs: Runs) -> None:
    runs.inspect("docker:shop/web:1.0").refused(4, "Docker is not running", "registry:shop/web:1.0")
    runs.inspect("podman:shop/web").refused(4, "Podman is not running", "systemctl --user start podman.socket")
    gone = f"unix://{runs.folder}/gone"
    runs.inspect("docker:shop/web", DOCKER_HOST=gone).refused(4, "DOCKER_HOST", "is not running")


def test_an_engines_image_is_read_and_its_failures_are_told(runs: Runs) -> None:
    with listening(ScriptedEngine(APP), runs.folder / "s") as path:
        host = f"unix://{path}"
        ran = runs.inspect("docker:shop/web:1.0", "--format", "json", DOCKER_HOST=host)
        assert [one["diff_id"] for one in ran.document["image"]["layers"]] == [one.diff_id for one in APP.layers]
        runs.inspect("docker:shop/none:1.0", DOCKER_HOST=host).refused(2, "shop/none:1.0")
    broken = ScriptedEngine(APP, changed={"/get": Answer(200, images.tar_of(images.docker_files({"x:1": ARM})))})
    with listening(broken, runs.folder / "t") as path:
        other = {"DOCKER_HOST": f"unix://{path}", "BASEWRIGHT_CACHE_DIR": str(runs.folder / "other")}
        runs.inspect("docker:shop/web:1.0", **other).refused(5, "other layers than it tells of")


# Bytes that are not what they should be.


@pytest.mark.parametrize("wrong", [TOP.blob[:-5], b"", WRONG, TOP.blob + b"x"])
def test_bytes_that_differ_from_their_digest_are_refused(runs: Runs, registry: RegistrySimulator, wrong: bytes) -> None:
    name = layout(runs)
    blob(runs, TOP.digest).write_bytes(wrong)
    runs.inspect(name).refused(5, "layer 2 of 3", TOP.digest)

    registry.tamper(TOP_DIGEST, wrong)
    runs.inspect(at(registry)).refused(5, "layer 2 of 3", TOP.digest)


def test_documents_that_differ_from_their_digest_are_refused(runs: Runs, registry: RegistrySimulator) -> None:
    name = layout(runs)
    for digest in (str(CONFIG), APP.digest):
        blob(runs, digest).write_bytes(
            blob(runs, digest).read_bytes().replace(b"linux", b"Linux").replace(b"2,", b"3,")
        )
        runs.inspect(name).refused(5, digest)

    registry.tamper(CONFIG, b"{}")
    runs.inspect(at(registry)).refused(5, str(CONFIG))


def test_a_wrong_diff_id_is_refused(runs: Runs, registry: RegistrySimulator) -> None:
    wrong = {"type": "layers", "diff_ids": [BASE.diff_id, f"sha256:{'0' * 64}"]}
    built = images.image([BASE, TOP], top={"rootfs": wrong})
    push(registry, built, "wrong")
    for name in (layout(runs, built), at(registry, "shop/web:wrong")):
        runs.inspect(name).refused(5, "layer 2 of 2", "the diff ID", TOP.diff_id)


def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(runs: Runs, registry: RegistrySimulator) -> None:
    from basewright.testing.misbehaviours import CutOff

    registry.misbehave(f"/blobs/{TOP.digest}", CutOff(after=50), times=1)

    assert runs.inspect(at(registry)).code == 0
    assert [one.headers.get("range") for one in registry.seen if one.path.endswith(TOP.digest)] == [None, "bytes=50-"]


# What is well formed, and not handled.

HELM = {"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": images.sha256(b"{}"), "size": 2}}
SCHEMA_1 = images.dumps({"schemaVersion": 1, "name": "a", "tag": "1", "fsLayers": [], "history": [], "signatures": []})


@pytest.mark.parametrize(
    ("built", "told"),
    [
        (images.image([images.BuiltLayer(b"", b"x", f"{images.OCI}.layer.v1.tar+gzip+encrypted")]), "encrypted"),
        (images.image([images.BuiltLayer(b"", b"x", "application/vnd.example.blocks.v1")]), "vnd.example.blocks"),
        (images.image([], manifest=HELM), "a Helm chart"),
    ],
    ids=["encrypted", "unknown layer", "artifact"],
)
def test_what_is_not_handled_is_told(
    runs: Runs, registry: RegistrySimulator, built: images.BuiltImage, told: str
) -> None:
    push(registry, built, "odd")
    for name in (layout(runs, built), at(registry, "shop/web:odd")):
        runs.inspect(name).refused(3, told)


def test_a_manifest_of_schema_1_is_told(runs: Runs, registry: RegistrySimulator) -> None:
    registry.push_manifest("shop/old", SCHEMA_1, f"{images.DOCKER}.distribution.manifest.v1+prettyjws", tag="1")

    runs.inspect(at(registry, "shop/old:1")).refused(3, "schema 1")


# The cache.

NAME = "oci-dir:image:1.0"
JSON = ("--format", "json", "--no-progress")


def telling(runs: Runs) -> bytes:
    """Inspect the image in the folder of `runs` and return its JSON."""
    layout(runs)
    ran = runs.inspect(NAME, *JSON)
    assert ran.code == 0, ran.err
    return ran.out


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, bytecode: Path) -> tuple[Runs, str]:
    """A run that found no cache, and what it said."""
    runs = Runs(tmp_path_factory.mktemp("first"), SECRETS, bytecode)
    return runs, without_cache(telling(runs))


@pytest.fixture
def expected(first: tuple[Runs, str]) -> str:
    return first[1]


def test_a_remembered_image_is_told_alike(runs: Runs) -> None:
    first = telling(runs)
    for one in APP.layers:  # proof that no layer is read again
        blob(runs, one.digest).write_bytes(bytes(len(one.blob)))
    again = runs.inspect(NAME, *JSON)
    assert again.code == 0
    assert again.document["image"]["layers"] == json.loads(first)["image"]["layers"]


@dataclass(frozen=True)
class Disk:
    """How a run is started so that its cache cannot be written."""

    prefix: Sequence[str] = ()
    file_limit: int | None = None

    def limit(self) -> None:
        if self.file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_limit, self.file_limit))


def on_disk(runs: Runs, disk: Disk, expected: str) -> str:
    """Inspect the image on `disk`; return what was told besides the result, which must be the right one."""
    layout(runs)
    process = runs.start("inspect", NAME, *JSON, prefix=disk.prefix, limit=disk.limit)
    ran = runs.finish(process)
    assert ran.code == 0, ran.err
    assert without_cache(ran.out) == expected
    return ran.err


def without_cache(out: bytes) -> str:
    """Return a document without what it says of having been read before."""
    return re.sub(r'"cached_layers":\s*\d+', "", out.decode())


def mounted(runs: Runs, options: str) -> Disk:
    """Return a disk that is mounted at the cache for one run, or skip."""
    if os.getuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("not root, or no unshare: nothing can be mounted")
    runs.cache.mkdir()
    script = f'mount -t tmpfs -o {options} tmpfs "{runs.cache}" && exec "$@"'
    probe = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", "true"], capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {probe.stderr.decode()[-200:]}")
    return Disk(("unshare", "-m", "sh", "-c", script, "sh"))


def test_a_full_disk_is_told_once_and_changes_nothing(runs: Runs, expected: str) -> None:
    told = on_disk(runs, mounted(runs, "size=4k"), expected)

    assert told == f"the cache in {runs.cache} cannot be written: No space left on device; the result is not affected\n"


def test_a_limit_of_file_sizes_is_told_once_and_changes_nothing(runs: Runs, expected: str) -> None:
    told = on_disk(runs, Disk(file_limit=100), expected)

    assert told == f"the cache in {runs.cache} cannot be written: File too large; the result is not affected\n"
    assert [one for one in runs.cache.rglob("*") if one.is_file()] == []


def test_a_disk_that_is_read_only_is_told_once_and_changes_nothing(runs: Runs, expected: str) -> None:
    told = on_disk(runs, mounted(runs, "ro"), expected)

    assert told == f"the cache in {runs.cache} cannot be written: Read-only file system; the result is not affected\n"


def test_a_cache_that_is_no_folder_is_told_once_and_changes_nothing(runs: Runs, expected: str) -> None:
    runs.cache.touch()

    assert f"the cache in {runs.cache} cannot be" in on_disk(runs, Disk(), expected)


@pytest.mark.parametrize("damage", ["cut", "zeros", "empty", "folders", "swapped"])
def test_damaged_values_are_not_believed(runs: Runs, first: tuple[Runs, str], damage: str) -> None:
    shutil.copytree(first[0].cache, runs.cache)
    values = sorted(one for one in runs.cache.rglob("*") if one.is_file())
    contents = [one.read_bytes() for one in values]
    assert len(values) > len(APP.layers)
    for path, content, other in zip(values, contents, reversed(contents), strict=True):
        path.unlink()
        if damage == "folders":
            path.mkdir()
        else:
            made = {"cut": content[:-7], "zeros": bytes(len(content)), "empty": b""}
            path.write_bytes(made.get(damage, other))

    assert without_cache(telling(runs)) == first[1]


def test_processes_that_share_a_cache_say_the_same(runs: Runs, expected: str) -> None:
    layout(runs)
    started = [runs.start("inspect", NAME, *JSON) for _ in range(3)]
    found = [runs.finish(one) for one in started]

    assert {(one.code, one.err) for one in found} == {(0, "")}
    assert {without_cache(one.out) for one in found} == {expected}
    assert without_cache(telling(runs)) == expected


@pytest.mark.parametrize("number", [1, 3])
def test_a_run_that_was_killed_while_it_wrote_leaves_nothing_that_harms(runs: Runs, expected: str, number: int) -> None:
    layout(runs)
    kill = hooked("event == 'os.rename'", "os.kill(os.getpid(), signal.SIGKILL)", number)
    process = runs.start("inspect", NAME, *JSON, program=kill)
    out, _ = process.communicate(timeout=60)

    assert (process.returncode, out) == (-9, b"")
    assert list(runs.cache.rglob(".writing-*")), "it was killed while it wrote"
    assert without_cache(telling(runs)) == expected


# What is printed, and where.


@dataclass(frozen=True)
class Later:
    """The obedient answer after some seconds."""

    seconds: float

    def answer(self, conversation: Conversation) -> None:
        conversation.is_over.wait(self.seconds)
        conversation.send(conversation.reply)


def test_progress_goes_to_stderr_and_json_alone_to_stdout(runs: Runs, registry: RegistrySimulator) -> None:
    registry.misbehave(f"/blobs/{TOP.digest}", Later(1.3))
    off = {"BASEWRIGHT_CACHE_DIR": str(runs.folder / "other")}
    started = [
        runs.start("inspect", at(registry), "--format", "json"),
        runs.start("inspect", at(registry), "--format", "json", "--no-progress", **off),
        runs.start("inspect", at(registry), "--format", "json", "--quiet", **off),
    ]
    loud, still, quiet = (runs.finish(one) for one in started)

    assert loud.err.startswith("basewright: ")
    assert (still.err, quiet.err) == ("", "")
    for ran in (loud, still, quiet):
        check_document(ran.out)


def test_documents_go_where_they_are_sent(runs: Runs) -> None:
    name = layout(runs)
    ran = runs.inspect(name, "-o", "html=image.html", "-o", "json=-", "-o", "markdown=image.md")

    check_document(ran.out)
    assert (runs.folder / "image.html").read_text().startswith("<!DOCTYPE html>")
    assert (runs.folder / "image.md").read_text().startswith("#")
    for path in ("image.html", "image.md"):
        assert [one for one in SECRETS if one in (runs.folder / path).read_text()] == []


def test_no_format_shows_a_secret(runs: Runs) -> None:
    name = layout(runs)
    for one in INSPECT_FORMATS:
        ran = runs.inspect(name, "--format", one, "-v")  # `Runs` looks for them
        assert "***" in ran.text


@pytest.mark.parametrize(
    ("output", "told"),
    [("html=nowhere/x.html", "create the folder"), ("pdf=x", "no format"), ("html=.", "cannot be written")],
)
def test_an_output_that_cannot_be_written_leaves_stdout_empty(runs: Runs, output: str, told: str) -> None:
    runs.inspect(layout(runs), "-o", output).refused(2, told)


def test_every_platform_is_told(runs: Runs, registry: RegistrySimulator) -> None:
    ran = runs.inspect(at(registry, "shop/web:all"), "--all-platforms", "--format", "json")
    check_document(ran.out)
    assert b"unknown/unknown" not in ran.out
    table = runs.inspect(at(registry, "shop/web:all"), "--all-platforms")
    for platform in ("linux/amd64", "linux/arm64"):
        assert platform in table.text
        assert platform.encode() in ran.out
    one = runs.inspect(at(registry, "shop/web:all"), "--platform", "linux/arm64", "--format", "json")
    assert one.document["image"]["platform"] == "linux/arm64"


def test_two_images_are_compared(runs: Runs) -> None:
    new, old = layout(runs), layout(runs, images.image([BASE]), "old")
    ran = runs.inspect(new, "--against", old, "--format", "json")
    check_document(ran.out)
    assert runs.inspect(new, "--against", old).code == 0
    runs.inspect(new, "--against", "oci-dir:nowhere").refused(2, "nowhere")
    runs.inspect(new, "--against", old, "--all-platforms").refused(2, "--against compares one platform with one")


def test_colour_follows_the_environment(runs: Runs) -> None:
    name = layout(runs)
    assert b"\x1b[" in runs.inspect(name, FORCE_COLOR="1").out
    assert b"\x1b" not in runs.inspect(name, FORCE_COLOR="1", NO_COLOR="1").out
    assert b"\x1b" not in runs.inspect(name).out


@pytest.mark.parametrize("columns", [40, 72])
def test_a_page_fits_a_narrow_terminal(runs: Runs, columns: int) -> None:
    ran = runs.inspect(layout(runs), "-v", COLUMNS=str(columns))

    assert [line for line in ran.text.splitlines() if len(line) > columns and " " in line.strip()[:columns]] == []


def test_a_terminal_without_utf_8_gets_ascii(runs: Runs) -> None:
    assert runs.inspect(layout(runs), LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0").out.isascii()


def test_a_reader_that_went_away_is_no_error(runs: Runs) -> None:
    process = runs.start("inspect", layout(runs))
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == b""
