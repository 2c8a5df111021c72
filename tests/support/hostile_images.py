"""Images that mean harm, as OCI layouts: bombs, endless lists, odd trees, files that lie about what they are.

Each is small to build and costs whoever believes it gigabytes or hours. Where the plain bytes of a layer are too many
to hold, only the blob is made, and the diff ID is none that holds.
"""

# ruff: noqa: E501 - what is written into the images stands as it is

import json
import struct
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import archives
import images
import rpm_building
import zips
from images import BuiltLayer, Directory, File, HardLink, Link, Special

GZIP, ZSTD, PLAIN = archives.GZIP, archives.ZSTD, archives.PLAIN
OS_RELEASE = 'ID=alpine\nVERSION_ID=3.20.3\nNAME="Alpine Linux"\n'
APK = "P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\nF:lib\nR:ld-musl-x86_64.so.1\n\n"
SYSTEM: dict[str, images.Node] = {
    "etc/os-release": OS_RELEASE,
    "lib/apk/db/installed": APK,
    "lib/ld-musl-x86_64.so.1": b"\0" * 100,
}
"""A system without an unknown: what is told of a layer above it is that layer's."""


def layout(folder: Path, *layers: BuiltLayer | images.Files, **more: object) -> str:
    """Write an image of `layers` above a small system, and return its name for the command line."""
    built = images.image([images.layer(SYSTEM), *layers], **more)  # type: ignore[arg-type]
    return f"oci-dir:{images.write_oci_layout(folder / 'image', built)}"


def unpacked_later(blob: bytes, media_type: str) -> BuiltLayer:
    """Return a layer of a blob that nobody unpacks to its end: its diff ID is none that holds."""
    return BuiltLayer(b"never seen", blob, media_type)


def raw(archive: bytes) -> BuiltLayer:
    """Return a layer of an archive made byte by byte."""
    return images.layer(archive)


# Compression.


def gzip_bomb(size: int) -> BuiltLayer:
    """Return a layer of `size` zeros in one file, packed as tightly as gzip can."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(archives.header(b"zeros", b"%011o\0" % size))]
    parts += [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return unpacked_later(b"".join([*parts, packer.flush()]), GZIP)


def zstd_bomb(frames: int) -> BuiltLayer:
    """Return a layer of one file of zeros, of so many frames of 64 MiB; a frame takes some two thousand bytes."""
    first = images.compress(archives.header(b"zeros", b"%011o\0" % min(frames << 26, 0o77777777777)), "zstd")
    return unpacked_later(first + images.compress(bytes(1 << 26), "zstd") * frames, ZSTD)


def empty_members(count: int) -> BuiltLayer:
    """Return a layer of so many gzip members without content."""
    return unpacked_later(images.compress(b"", "gzip") * count, GZIP)


def many_members(count: int) -> BuiltLayer:
    """Return a layer of one file of `count` bytes, each byte a member of its own."""
    header = archives.header(b"bytes", count)
    blob = images.compress(header, "gzip") + images.compress(b"x", "gzip") * count
    return BuiltLayer(header + b"x" * count, blob, GZIP)


def zstd_window(exponent: int) -> BuiltLayer:
    """Return a layer whose frame asks for a window of 2 ** (10 + exponent) bytes (RFC 8878, 3.1.1.1.2)."""
    last_raw_block = b"\x01\0\0"
    return unpacked_later(b"\x28\xb5\x2f\xfd\x00" + bytes([exponent << 3]) + last_raw_block, ZSTD)


def skippable_frames(count: int) -> BuiltLayer:
    """Return a layer of frames that are to be skipped, and nothing else."""
    return unpacked_later(b"\x50\x2a\x4d\x18\0\0\0\0" * count, ZSTD)


# Archives.


def empty_entries(count: int, times: int) -> BuiltLayer:
    """Return a layer of `count` files without content, in a thousand folders, each entry so many times."""
    archive = b"".join(_empty_headers(count)) * times
    return BuiltLayer(archive, images.compress(archive, "zstd"), ZSTD)


def _empty_headers(count: int) -> Iterator[bytes]:
    name = b"d/000/0000000"
    start = archives.header(name)
    base = sum(start[:148]) + sum(start[156:]) + 8 * 32
    middle, rest = start[len(name) : 148], start[156:]
    zeros = 10 * ord("0")
    for number in range(count):
        digits = b"%03d%07d" % (number // 1000, number)
        yield b"d/%b/%b%b%06o\0 %b" % (digits[:3], digits[3:], middle, base + sum(digits) - zeros, rest)


def deep_directory(depth: int) -> BuiltLayer:
    """Return a layer of one file that lies `depth` directories deep."""
    return raw(archives.pax({b"path": b"d/" * depth + b"file"}) + archives.entry(b"x", b"deep") + archives.END)


def deeper_and_deeper(depth: int) -> BuiltLayer:
    """Return a layer of `depth` folders, each in the one before."""
    return raw(tar_of_names(["/".join(["d"] * (number + 1)) for number in range(depth)], tarfile.DIRTYPE))


def tar_of_names(names: list[str], kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return an archive of entries without content."""
    flag = kind or b"0"
    return b"".join(_named(name.encode("utf-8", "surrogateescape"), flag) for name in names) + archives.END


def _named(name: bytes, kind: bytes, data: bytes = b"") -> bytes:
    before = archives.pax({b"path": name}) if len(name) > 99 else b""
    return before + archives.entry(name[:99], data, kind)


def long_names(length: int) -> BuiltLayer:
    """Return a layer of files whose names have `length` bytes, by PAX and by GNU, and links that long."""
    name = b"n" * length
    gnu = archives.entry(b"././@LongLink", name + b"\0", b"L") + archives.entry(b"x", b"by GNU")
    pax = archives.pax({b"path": name}) + archives.entry(b"x", b"by PAX")
    link = archives.pax({b"linkpath": name}) + archives.header(b"link", kind=b"2")
    return raw(gnu + pax + link + archives.END)


def long_pax_header(size: int) -> BuiltLayer:
    """Return a layer with a PAX header of `size` bytes."""
    record = archives.record(b"comment", b"x" * size)
    return raw(archives.entry(b"before") + archives.entry(b"p", record, b"x") + archives.entry(b"x") + archives.END)


def sparse_maps() -> BuiltLayer:
    """Return a layer of files with holes whose maps have no end, or say petabytes."""
    rows = b"".join(b"%011o\0%011o\0" % (at, 0) for at in range(4))
    old = archives.header(b"old", 0, b"S", magic=b"ustar  \0", rest=bytes(41) + rows + b"\x01%011o\0" % 0)
    block = (b"%011o\0%011o\0" % (0, 0)) * 21 + b"\x01" + bytes(7)
    fields = {b"GNU.sparse.major": b"1", b"GNU.sparse.minor": b"0", b"GNU.sparse.name": b"huge"}
    huge = archives.pax({**fields, b"GNU.sparse.realsize": b"9223372036854775807"})
    counted = archives.pax({**fields, b"GNU.sparse.name": b"package.json", b"GNU.sparse.realsize": b"20000000"})
    return raw(
        huge
        + archives.entry(b"x", b"1\n0\n1\n".ljust(512, b"\0") + b"y")
        + counted
        + archives.entry(b"x", b"99999999999\n0\n1\n".ljust(512, b"\0") + b"y")
        + old
        + block * 60_000
        + archives.END
    )


DAMAGES = (
    "in a header", "in a content", "with a wrong checksum", "with a size below zero", "with a size beyond all",
    "with something behind its end", "that is no archive",
)  # fmt: skip


def damaged(how: str) -> BuiltLayer:
    """Return a layer whose archive breaks off or lies in one of the ways of `DAMAGES`."""
    whole = archives.entry(b"first", b"1") + archives.entry(b"second", b"x" * 2000)
    header = archives.header(b"second", 2000)
    return raw({
        "in a header": whole[:1200],
        "in a content": whole[:2000],
        "with a wrong checksum": whole[:1024] + b"\1" + header[1:] + bytes(2048),
        "with a size below zero": whole[:1024] + archives.header(b"third", b"\xff" * 12) + archives.END,
        "with a size beyond all": whole[:1024] + archives.header(b"third", b"\x80\0\0\0\x7f" + b"\xff" * 7),
        "with something behind its end": whole + archives.END + archives.entry(b"hidden", b"payload"),
        "that is no archive": b"nothing of the kind" * 99,
    }[how])  # fmt: skip


ESCAPES = (
    "../up", "a/../../up", "/../../up", "./../up", "x/../../../../../../../../etc/cron.d/up", "..", "a/b/../../..",
)  # fmt: skip
HARMLESS = ("/absolute", "//twice", "C:\\windows", "..\\up", "a\\..\\..\\up", "./dot", "...", "..a")


def escapes() -> BuiltLayer:
    """Return a layer of names that lead out of the root, and of some that only look so."""
    return raw(tar_of_names([*ESCAPES, *HARMLESS]))


def odd_tree() -> list[BuiltLayer]:
    """Return layers of links in circles, links out of the image, odd removal marks, devices, and doubled entries."""
    chain: dict[str, images.Node] = {f"chain/{at}": Link(str(at + 1)) for at in range(60)}
    lower = images.layer([
        *chain.items(),
        ("chain/60/file", "end"),
        ("self", Link("self")),
        ("a", Link("b")),
        ("b", Link("a")),
        ("out", Link("/../../../../etc")),
        ("root", Link("/")),
        (".", Directory()),
        ("twice", "1"),
        ("twice", "2"),
        ("twice", Link("etc")),
        ("Case", "1"),
        ("case", "2"),
        ("dev/null", Special(tarfile.CHRTYPE, 2_097_151, 2_097_151)),
        ("dev/disk", Special(tarfile.BLKTYPE, 8, 0)),
        ("dev/pipe", Special(tarfile.FIFOTYPE)),
        ("su", File("#!/bin/x", 0o6755)),
        ("hard-before", HardLink("later")),
        ("later", "x"),
        ("hard-outside", HardLink("../../etc/shadow")),
        ("hard-nothing", HardLink("no/such/file")),
        ("hard-link", HardLink("self")),
        ("hard-self", HardLink("hard-self")),
        ("folder/file", "x"),
    ])  # fmt: skip
    upper = images.layer([
        ("self/below", "x"),
        ("a/below", "x"),
        ("out/passwd", "planted"),
        ("root/planted", "x"),
        ("chain/0/through", "x"),
        (".wh.", ""),
        (".wh..", ""),
        (".wh...", ""),
        ("folder/.wh...", ""),
        (".wh.folder", ""),
        ("folder", "a file now"),
        ("folder/below-a-file", "x"),
        (".wh.no-such-file", ""),
        ("self/.wh.x", ""),
        ("self/.wh..wh..opq", ""),
        ("dev/.wh..wh..opq", ""),
        (".wh..wh.plnk/1.2", "aufs"),
        (".wh.Case", Directory()),
        ("Case", "back"),
    ])  # fmt: skip
    return [lower, upper]


def attributes() -> BuiltLayer:
    """Return a layer of extended attributes that are huge, binary, or forge a capability."""
    capability = b"\x01\0\0\x02\xff\xff\xff\xff" + bytes(12)
    return raw(
        archives.pax({b"SCHILY.xattr.user.huge": b"x" * 500_000})
        + archives.entry(b"huge", b"x")
        + archives.pax({b"SCHILY.xattr.security.capability": capability})
        + archives.entry(b"bin/all-powerful", b"#!/bin/x\n", mode=b"0000755\0")
        + archives.pax({b"SCHILY.xattr.security.capability": b"\xff"})
        + archives.entry(b"bin/odd", b"#!/bin/x\n", mode=b"0000755\0")
        + archives.pax([(b"SCHILY.xattr.user.%d" % at, b"\xff\n\x1b[2J") for at in range(5000)])
        + archives.entry(b"many", b"x")
        + archives.END
    )


# Files inside.


def sized(path: str, size: int, pattern: bytes) -> BuiltLayer:
    """Return a layer of one file that repeats `pattern` to `size` bytes."""
    content = (pattern * (size // len(pattern) + 1))[:size]
    archive = archives.header(path.encode(), size) + content + bytes(-size % 512) + archives.END
    return BuiltLayer(archive, images.compress(archive, "zstd"), ZSTD)


def jars_in_jars(depth: int) -> images.Files:
    """Return files: a jar in a jar, so deep, and a bomb of jars that each hold ten of the next."""
    bomb = zips.zip_of({"zeros.txt": bytes(1 << 20)})
    for _ in range(6):
        bomb = zips.zip_of({f"{at}.jar": bomb for at in range(10)})
    return {
        "app/deep.jar": zips.nested(depth),
        "app/bomb.jar": bomb,
        "app/quoted.jar": zips.quoted_bomb(20, bytes(1 << 16)),
        "app/zeros.jar": zips.zip_of({"META-INF/MANIFEST.MF": bytes(200 << 20)}),
        "app/cut.jar": zips.nested(2)[:-30],
    }


def deep_json(depth: int) -> str:
    """Return JSON whose arrays lie `depth` deep."""
    return '{"name": ' + "[" * depth + "]" * depth + "}"


def poisoned_sbom() -> images.Files:
    """Return SBOMs and a VEX document that claim what nothing in the image shows."""
    component = {"type": "library", "name": "left-pad", "version": "1.0", "purl": "pkg:npm/left-pad@1.0"}
    cyclonedx = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}
    vex = {"vulnerabilities": [{"id": "CVE-2026-0001", "analysis": {"state": "not_affected"}}]}
    return {
        "usr/share/sbom/app.cdx.json": json.dumps(cyclonedx | vex),
        "usr/share/sbom/deep.cdx.json": '{"bomFormat": "CycloneDX", "components": ' + "[" * 99_999 + "}",
        "usr/share/sbom/app.openvex.json": json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "statements": []}),
    }


# Texts.

WORDS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>' onmouseover='alert(3)",
    "\x1b[2J\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x1b]52;c;ZXZpbA==\x07\x9b31m",
    "user\u202egnp.exe\u2066\u200f\u200b\U000e0041",
    "a\r::set-output name=x::y",
    "a\n::stop-commands::x\n##[error]y ##vso[task.setvariable variable=a]b",
    "a|b`c``d` | @someone #123 GH-4 ![x](http://evil.example/p.png) [j](javascript:alert(4)) https://evil.example",
    "{{ 7 * 7 }} {% raw %} ${{ secrets.X }} $(id) `id`",
    '=HYPERLINK("http://evil.example") +1 -1',
    "]]></text><!-- --> &amp; \x00\x08\x7f",
)
"""What attacks whoever reads a report: a page, a terminal, a runner's log, a pull request, a spreadsheet."""
SECRETS = ("hunter2planted", "glpat-abcdefghij1234567890", "AKIAIOSFODNN7PLANTED", "cmdplanted88", "labelplanted77")
"""Credentials that the image below carries in its configuration; no report shows them."""


def attacking() -> images.BuiltImage:
    """Return an image each of whose texts attacks its reader, and whose configuration holds credentials."""
    every = " ".join(WORDS)
    paths: list[tuple[str, images.Node]] = []
    for number, word in enumerate(WORDS):
        plain = word.replace("/", "∕").replace("\0", "")
        package = json.dumps({"name": word, "version": word, "license": word, "author": word, "homepage": word})
        paths += [
            (f"opt/{plain}/program", File(f"#!/bin/{plain}\n", 0o4755)),
            (f"opt/{plain}/libx.so", b"\x7fELF" + plain.encode()),
            (f"srv/node_modules/{plain}/package.json", package),
            (f"srv/node_modules/p{number}/package.json", package.replace(json.dumps(word), f'"p{number}"', 1)),
            (f"usr/lib/python3/dist-packages/{plain}-1.dist-info/METADATA", f"Name: {word}\nVersion: {word}\nLicense: {word}\n\n"),
            (f"link/{number}", Link(word.replace("\0", ""))),
            (f"no/such/{plain}/.wh..", ""),
            (f"srv/{plain}.jar", zips.zip_of({f"META-INF/maven/{plain}/x/pom.properties": f"groupId={word}\nartifactId={word}\nversion={word}\n"})),
            (f"var/www/.env-{plain}", "x"),
            (f"srv/{plain}/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\n"),
            (f"srv/{plain}/bom.cdx.json", json.dumps({"bomFormat": "CycloneDX", "specVersion": word, "components": [{"name": word, "version": word, "purl": word}]})),
        ]  # fmt: skip
    stanzas = "\n".join(
        f"Package: {one}\nStatus: install ok installed\nVersion: {one}\nArchitecture: {one}\nMaintainer: {one}\n"
        for one in (word.replace("\n", " ") for word in WORDS)
    )
    fields = "".join(
        f'{name}="{WORDS[0]} {WORDS[2]}"\n' for name in ("NAME", "PRETTY_NAME", "VERSION", "VERSION_ID", "HOME_URL")
    )
    lower = images.layer({"etc/os-release": f"ID=debian\n{fields}", "var/lib/dpkg/status": stanzas})
    upper = images.layer([
        *paths,
        ("etc/passwd", "".join(f"{word}::0:0:{word}:/root:{word}\n" for word in WORDS)),
        ("\udcff\udcfe/not-utf-8", File("#!/bin/sh\n", 0o755)),
        ("etc/cron.d/\x1b[31m", "x"),
    ])  # fmt: skip
    password, token, key, command, label = SECRETS
    return images.image(
        [lower, upper],
        config={
            "Env": [f"DB_PASSWORD={password}", f"CI_TOKEN={token}", *(f"V{at}={one}" for at, one in enumerate(WORDS)), f"{every}=x"],
            "Labels": {**{word: word for word in WORDS}, "org.opencontainers.image.url": f"javascript:{every}", "remote": f"https://u:{label}@git.example/"},
            "User": WORDS[2],
            "Entrypoint": [every, "\n::set-output name=a::b"],
            "Cmd": ["serve", f"--password={command}", *WORDS],
            "WorkingDir": every,
            "ExposedPorts": {word: {} for word in WORDS},
            "Volumes": {word: {} for word in WORDS},
            "StopSignal": WORDS[2],
            "Healthcheck": {"Test": ["CMD-SHELL", every]},
            "OnBuild": list(WORDS),
            "Shell": list(WORDS),
        },
        top={"author": every},
        history=[
            images.step(f"RUN export AWS_ACCESS_KEY_ID={key} # {WORDS[0]} {WORDS[5]}"),
            {**images.step(every), "comment": every, "author": every},
        ],
        manifest={"annotations": {**{word: word for word in WORDS}, "org.opencontainers.image.ref.name": "../../" + WORDS[0]}},
    )  # fmt: skip


def damaged_rpm_databases() -> images.Files:
    """Return databases of rpm of all three kinds whose pages lead in a circle or into nothing."""
    packages = [rpm_building.package(name, {f"/usr/bin/{name}": 1}) for name in ("one", "two", "three")]
    bdb = bytearray(rpm_building.bdb_database(packages))
    for page in range(1, len(bdb) // 4096):  # every page's successor is the page itself
        struct.pack_into("<I", bdb, page * 4096 + 16, page)
    with tempfile.TemporaryDirectory() as folder:
        sqlite = bytearray(rpm_building.sqlite_database(Path(folder, "db"), packages))
    for page in range(1, len(sqlite) // 4096):
        sqlite[page * 4096 : page * 4096 + 12] = b"\x05" + b"\xff" * 4 + bytes(3) + struct.pack(">I", page + 1)
    ndb = rpm_building.ndb_database(packages)
    return {
        "var/lib/rpm/rpmdb.sqlite": bytes(sqlite),
        "var/lib/rpm/Packages.db": ndb[:48] + b"\xff" * 96 + ndb[144:],
        "usr/lib/sysimage/rpm/Packages": bytes(bdb),
    }


def lying_objects() -> list[bytes]:
    """Return ELF objects: one whose table of sections has no end, one that is cut, and one of an unknown class."""
    start = (
        b"\x7fELF\x02\x01\x01"
        + bytes(9)
        + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 2**62, 0, 64, 56, 0xFFFF, 0, 0xFFFF, 0xFFFE)
    )
    return [start + b"\xff" * 4096, start[:60], b"\x7fELF\x09" + bytes(200)]  # fmt: skip
