"""`lane.Wire` over an Engine.IO socket: what a lane hands over goes out in order, and waits where TCP does.

Knows nothing of sessions, and of WebSockets only what a `Shortcut` says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import engineio.packet

from beside import socket_packets
from beside.backlog import Packet
from beside.queues import OneReaderQueue

# Where a connection's shortcut stands in its ASGI scope's extensions.
SHORTCUT = "beside.shortcut"


class Shortcut(Protocol):
    """One WebSocket's fast lane (fast_lane.py), as the gateway sees it."""

    hear: Callable[[str], None] | None
    """Takes the content of a frame's packet, without Engine.IO's mark; None while all is to go the long way."""

    @property
    def is_clear(self) -> bool:
        """Whether all that went the long way is written, and the other side reads."""

    async def cleared(self) -> None:
        """Returns once `is_clear`, or the connection is gone."""

    def write(self, content: str | bytes) -> None:
        """Sends one Engine.IO message; only while `is_clear`."""


class Wire:
    """Engine.IO's queue is kept at one packet, and empties as TCP takes what was sent."""

    __slots__ = ("_queue", "_shortcut")

    def __init__(self, socket: Any, shortcut: Shortcut | None) -> None:
        self._queue: OneReaderQueue = socket.queue
        self._shortcut = shortcut

    def is_idle(self) -> bool:
        # Not `empty`: what a reader was handed may be on its way to them.
        return self._queue.is_done and (self._shortcut is None or self._shortcut.is_clear)

    def offer(self, packet: Packet) -> bool:
        """Hands a packet over if this `is_idle`; False: it was not taken."""
        if not self.is_idle():
            return False
        self._hand_over(packet, is_idle=True)
        return True

    def put(self, packet: Packet) -> None:
        """Hands a packet over, behind what is on its way."""
        self._hand_over(packet, is_idle=self.is_idle())

    def _hand_over(self, packet: Packet, *, is_idle: bool) -> None:
        pieces = socket_packets.write(packet)
        if is_idle and self._shortcut is not None:
            for piece in pieces:
                self._shortcut.write(piece)
        else:
            for piece in pieces:
                self._queue.put_nowait(engineio.packet.Packet(engineio.packet.MESSAGE, piece))

    async def drained(self) -> None:
        await self._queue.join()
        if self._shortcut is not None:
            await self._shortcut.cleared()

    def cut(self) -> None:
        """The connection is gone."""
        self._shortcut = None

    def close(self) -> None:
        # What Engine.IO itself puts to make its writer finish what is queued and close the WebSocket.
        self._queue.put_nowait(None)
