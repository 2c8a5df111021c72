"""Zip archives for tests: good ones by the standard library, lying ones by patching their bytes."""

import io
import struct
import zipfile
from collections.abc import Mapping

from basewright.formats.content import Content, MalformedError, OutsideWindowsError

Members = Mapping[str, "bytes | str"]


def zip_of(members: Members, *, stored: bool = False, comment: bytes = b"") -> bytes:
    """Return an archive of `members`, deflated unless `stored`."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def quoted_bomb(copies: int, kernel: bytes) -> bytes:
    """Return an archive whose directory names one stored member `copies` times, all with the same local header."""
    single = zip_of({"a": kernel}, stored=True)
    start = struct.unpack_from("<I", single, single.rfind(b"PK\5\6") + 16)[0]
    entry = single[start : single.rfind(b"PK\5\6")]
    directory = b"".join(entry[:46] + name.to_bytes(1, "big") + entry[47:] for name in range(97, 97 + copies))
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, copies, copies, len(directory), start, 0)
    return single[:start] + directory + end


def nested(depth: int, inner: bytes = b"") -> bytes:
    """Return a jar in a jar, `depth` deep, stored so that its size does not double."""
    data = inner or zip_of({"META-INF/MANIFEST.MF": "Implementation-Version: 1\n"})
    for _ in range(depth):
        data = zip_of({"inner.jar": data}, stored=True)
    return data


def in_windows(data: bytes, read, *, first=(), looks: int = 5):  # type: ignore[no-untyped-def]
    """Call `read` with windows of `data` until it needs no more; return what it returned, how often, and the bytes."""
    spans = [(one.offset, one.offset + one.length) for one in first]
    for look in range(1, looks + 1):
        united: list[list[int]] = []
        for start, stop in sorted(spans):
            if united and start <= united[-1][1]:
                united[-1][1] = max(united[-1][1], stop)
            else:
                united.append([start, stop])
        content = Content.windows(len(data), [(start, data[start:stop]) for start, stop in united])
        try:
            return read(content), look, sum(stop - start for start, stop in united)
        except OutsideWindowsError:
            spans += [(one.offset, one.offset + one.length) for one in content.missed]
    raise MalformedError(f"not read after {looks} looks")
