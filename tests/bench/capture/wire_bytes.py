"""Bytes as they travel: WebSocket frames as sent, permessage-deflate as ws does it, one deflate stream of it all."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

# https://www.rfc-editor.org/rfc/rfc7692#section-7.2.1: the tail of each message's last block is not sent.
TAIL = b"\x00\x00\xff\xff"


def websocket_bytes(messages: Sequence[bytes]) -> int:
    """Of these messages towards a server, with the header and the mask of each (RFC 6455, section 5.2)."""
    return sum(len(message) + header_bytes(len(message)) for message in messages)


def header_bytes(length: int) -> int:
    return 6 if length < 126 else 8 if length < 65_536 else 14


def permessage_deflate_bytes(messages: Sequence[bytes], *, takeover: bool) -> int:
    """`takeover`: one window for all messages, else a fresh one for each."""
    deflater = new_deflater()
    packed = []
    for message in messages:
        if not takeover:
            deflater = new_deflater()
        packed.append((deflater.compress(message) + deflater.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL))
    return websocket_bytes(packed)


def one_stream_bytes(messages: Sequence[bytes]) -> int:
    """One deflate stream of all of them, one a line: the least that this content could be."""
    deflater = new_deflater()
    return len(deflater.compress(b"\n".join(messages)) + deflater.flush())


def new_deflater() -> zlib._Compress:
    return zlib.compressobj(6, zlib.DEFLATED, -15, 8)
