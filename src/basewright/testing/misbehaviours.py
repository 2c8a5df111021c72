"""Ways for a registry to misbehave, as the wild has them: broken, slow, endless, false."""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from basewright.testing.registry import Conversation, Reply

_PIECE = b"x" * 65536


@dataclass(frozen=True, slots=True)
class Answer:
    """Another answer altogether; `length` announces as many bytes instead."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        conversation.send(Reply(self.status, self.headers, self.body), length=self.length)
        if self.length is not None and self.length != len(self.body):
            conversation.handler.close_connection = True


@dataclass(frozen=True, slots=True)
class Redirect:
    """Leads to `location`."""

    location: str
    status: int = 307

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        conversation.send(Reply(self.status, {"Location": self.location}))


@dataclass(frozen=True, slots=True)
class WithHeaders:
    """The obedient answer with other headers."""

    headers: Mapping[str, str]

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        reply = conversation.reply
        conversation.send(replace(reply, headers={**reply.headers, **self.headers}))


@dataclass(frozen=True, slots=True)
class CutOff:
    """The obedient answer, until the connection breaks `after` some bytes of its body."""

    after: int
    is_reset: bool = False
    """By RST instead of FIN."""

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        reply = conversation.reply
        conversation.send(replace(reply, body=reply.body[: self.after]), length=len(reply.body))
        handler = conversation.handler
        handler.wfile.flush()
        handler.close_connection = True
        if self.is_reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass(frozen=True, slots=True)
class WithoutLength:
    """The obedient answer in chunks, cut `after` some bytes, its end said as if nothing were missing."""

    after: int | None = None

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        reply, handler = conversation.reply, conversation.handler
        conversation.start(reply, {"Transfer-Encoding": "chunked"})
        body = reply.body[: self.after]
        handler.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n")


@dataclass(frozen=True, slots=True)
class Endless:
    """A body in chunks that does not end."""

    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        conversation.start(Reply(200, self.headers), {"Transfer-Encoding": "chunked"})
        while not conversation.is_over.is_set():
            conversation.handler.wfile.write(b"%x\r\n%b\r\n" % (len(_PIECE), _PIECE))


@dataclass(frozen=True, slots=True)
class Drip:
    """A body, or with `is_header` a header, that comes byte by byte, one each `seconds`."""

    seconds: float = 0.05
    is_header: bool = False

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        handler = conversation.handler
        if self.is_header:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        else:
            conversation.start(Reply(200), {"Content-Length": "1000000"})
        while not conversation.is_over.wait(self.seconds):
            handler.wfile.write(b"x")


@dataclass(frozen=True, slots=True)
class Stall:
    """Says nothing at all."""

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        conversation.is_over.wait()
        conversation.handler.close_connection = True


@dataclass(frozen=True, slots=True)
class LongHeader:
    """A header of `size` bytes."""

    name: str = "WWW-Authenticate"
    size: int = 1024 * 1024
    status: int = 401

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        conversation.send(Reply(self.status, {self.name: "Bearer realm=" + "x" * self.size}))


@dataclass(frozen=True, slots=True)
class Garbage:
    """Something that is no HTTP."""

    data: bytes = b"\x15\x03\x03\x00\x02\x02\x28 not HTTP\r\n\r\n"

    def answer(self, conversation: Conversation) -> None:
        """See `Misbehaviour.answer`."""
        conversation.handler.wfile.write(self.data)
        conversation.handler.close_connection = True
