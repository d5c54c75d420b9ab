"""Socket.IO packets of the kinds that Beside speaks: events in the default namespace, one attachment at most.

Stricter than the protocol, because anonymous pages speak it: no other namespace, no acknowledgements, and no count of
attachments but one. Knows nothing of sockets. https://socket.io/docs/v4/socket-io-protocol/
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from beside.backlog import Packet
from beside.errors import Malformed
from beside.protocol import Identifier

_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_NAME = msgspec.json.Decoder(Identifier)
_FRAME_HEAD = '2["frame",'
_ATTACHMENT_MARK = '{"_placeholder":true,"num":0}'


class _Placeholder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    placeholder: Literal[True] = msgspec.field(name="_placeholder")
    num: Literal[0]


class Heard(NamedTuple):
    """An event as it came: `payload` is its one argument, still JSON, or None. With `has_attachment` bytes follow."""

    event: str
    payload: str | None
    has_attachment: bool


def frame_in(text: str) -> str | None:
    """The one argument of a packet that is plainly a frame's; None where `read` has to tell.

    The many: it is decoded where frames are, once, and this text would only be cut up before.
    """
    return text[len(_FRAME_HEAD) : -1] if text.startswith(_FRAME_HEAD) and text.endswith("]") else None


def read(text: str) -> Heard:
    """Reads one event packet. Raises `Malformed`."""
    frame = frame_in(text)
    if frame is not None:
        return Heard("frame", frame, False)
    has_attachment = text.startswith("51-")
    if not has_attachment and not text.startswith("2"):
        raise Malformed("packet")
    try:
        parts = _RAW_LIST.decode(text[3 if has_attachment else 1 :])
        event = _NAME.decode(parts.pop(0)) if parts else ""
        if has_attachment:
            msgspec.json.decode(parts.pop() if parts else b"", type=_Placeholder)
    except (msgspec.DecodeError, RecursionError):
        raise Malformed("packet") from None
    if len(parts) > 1 or not event:
        raise Malformed("packet")
    payload = bytes(parts[0]).decode() if parts else None
    # socket.io-client writes an argument that is undefined as null.
    return Heard(event, None if payload == "null" else payload, has_attachment)


def write(packet: Packet) -> tuple[str | bytes, ...]:
    """An event packet, and its attachment after it."""
    if len(packet.args) == 1 and isinstance(packet.args[0], str):
        return (f'2["{packet.event}",{packet.args[0]}]',)
    texts = [part for part in packet.args if isinstance(part, str)]
    attachments = [part for part in packet.args if isinstance(part, bytes)]
    if not attachments:
        return (f'2["{packet.event}"{"".join(f",{text}" for text in texts)}]',)
    return (f'51-["{packet.event}",{",".join([*texts, _ATTACHMENT_MARK])}]', attachments[0])
