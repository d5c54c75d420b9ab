"""WebSocket messages as the bytes that a client writes, whole and broken, and what a server's bytes say (RFC 6455)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MASK = b"\x37\xfa\x21\x3d"

HANDSHAKE = (
    b"GET /socket.io/ HTTP/1.1\r\nHost: relay.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def frame(
    opcode: int,
    body: bytes = b"",
    *,
    is_final: bool = True,
    reserved: int = 0,
    mask: bytes | None = MASK,
    size_form: int | None = None,
) -> bytes:
    """One frame. `reserved`: its three reserved bits; `mask` None leaves it unmasked; `size_form`: 125, 126 or 127."""
    size = len(body)
    form = size_form or (125 if size < 126 else 126 if size < 1 << 16 else 127)
    masked = 0x80 if mask is not None else 0
    head = bytes((0x80 * is_final | reserved << 4 | opcode, masked | (size if form == 125 else form)))
    if form != 125:
        head += struct.pack("!H" if form == 126 else "!Q", size)
    if mask is None:
        return head + body
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))


def fragmented(opcode: int, pieces: list[bytes], between: bytes = b"") -> bytes:
    """One message in fragments, with whole frames `between` them."""
    last = len(pieces) - 1
    return b"".join(
        frame(opcode if not at else CONTINUATION, piece, is_final=at == last) + (between if at < last else b"")
        for at, piece in enumerate(pieces)
    )


def close(code: int | None = 1000, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


@dataclass
class Said:
    """What a server said behind its handshake."""

    messages: list[tuple[int, bytes]] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    close_codes: list[int | None] = field(default_factory=list)


def read_server(data: bytes) -> Said:
    """Reads what a server wrote, handshake and all. Raises `ValueError` where that is no sequence of whole frames."""
    said = Said()
    head, _, rest = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101 "):
        raise ValueError("no handshake")
    while rest:
        if rest[0] & 0x70 or not rest[0] & 0x80 or rest[1] & 0x80:
            raise ValueError("a server's frames are whole, plain and not masked")
        size, start = rest[1], 2
        if size == 126:
            size, start = struct.unpack("!H", rest[2:4])[0], 4
        elif size == 127:
            size, start = struct.unpack("!Q", rest[2:10])[0], 10
        opcode, body = rest[0] & 0x0F, rest[start : start + size]
        if len(body) < size:
            raise ValueError("half a frame")
        rest = rest[start + size :]
        if opcode == PONG:
            said.pongs.append(body)
        elif opcode == CLOSE:
            said.close_codes.append(struct.unpack("!H", body[:2])[0] if body else None)
        else:
            said.messages.append((opcode, body))
    return said
