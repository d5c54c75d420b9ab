"""The last keyframe and the mutations since, so that a late joiner or a reloading console costs the shopper nothing.

Keeps packets as the gateway forwards them and does not look inside. Knows nothing of sockets, epochs or sequences.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

# What CPython spends on a packet beside its text (tuple, list slot, string header): a shopper who only moves the
# pointer would otherwise fill the memory with frames of 60 bytes.
PACKET_OVERHEAD_BYTES = 250


class Packet(msgspec.Struct, frozen=True, gc=False):
    """One Socket.IO event, ready to be sent: `args` are its arguments, `size_bytes` what it weighs on the wire.

    Thousands are kept for each session; they hold text and bytes, and the garbage collector need not look at them.
    """

    event: str
    args: tuple[str | bytes, ...]
    size_bytes: int


def packet_of(event: str, payload: msgspec.Struct | None) -> Packet:
    """A packet of one argument, or none."""
    if payload is None:
        return Packet(event, (), 0)
    text = msgspec.json.encode(payload).decode()
    return Packet(event, (text,), len(text))


class Backlog:
    """What one session's mirror is built from. Holds a whole picture or nothing: never one with a hole.

    `max_bytes` bounds what is kept. Past it everything is dropped, and only a new keyframe fills it again.
    """

    __slots__ = ("_max_bytes", "_packets", "_size_bytes")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._packets: list[Packet] = []
        self._size_bytes = 0

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    @property
    def needs_keyframe(self) -> bool:
        """True while there is no picture to hand on: ask the shopper for a keyframe."""
        return not self._packets

    def restart(self, keyframe: Sequence[Packet]) -> bool:
        """Begins anew from a keyframe's packets (one, or its chunks in order). False: too large to keep."""
        self.clear()
        return self._keep(keyframe)

    def append(self, mutation: Sequence[Packet]) -> bool:
        """Adds a mutation's packets. False: it was not kept, and a keyframe is needed.

        Where no keyframe is held there is nothing that the mutation could change, so it is not kept either.
        """
        return bool(self._packets) and self._keep(mutation)

    def replay(self) -> list[Packet]:
        """All that a new reader needs, in order; empty while `needs_keyframe`."""
        return list(self._packets)

    def clear(self) -> None:
        """Forgets the picture: on pause, revoke, trip and end."""
        self._packets = []
        self._size_bytes = 0

    def _keep(self, packets: Sequence[Packet]) -> bool:
        self._size_bytes += sum(packet.size_bytes + PACKET_OVERHEAD_BYTES for packet in packets)
        if self._size_bytes > self._max_bytes:
            self.clear()
            return False
        self._packets.extend(packets)
        return True
