"""A WebSocket whose application runs in another worker, carried by letters; one end here, the other there.

What is carried are ASGI's own messages, so neither side knows. Each direction is numbered, for a letter that is lost
ends the connection; and each has a window, so that who does not read stops who writes, as a socket's own buffers do.
Knows nothing of sessions.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import msgspec

from beside.letters import Letters

# What may be on its way and not taken yet, in one direction of one connection; one piece may pass it. Redis closes a
# worker that leaves too much unread, whoever it is for: see docs/deploy/redis.conf.
WINDOW = 64
WINDOW_BYTES = 256 * 1024
# Of a message in one piece: a chunk has 256 kB, and ASGI says some words around it. The text of a style sheet has MBs.
PIECE_BYTES = WINDOW_BYTES + 4096

_encode = msgspec.msgpack.encode
_message = msgspec.msgpack.Decoder(dict[str, Any])


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """One ASGI message on its way, or a part of one. `number`: from 1, in its direction. `left`: parts that follow."""

    tunnel: str
    number: int
    body: bytes
    left: int = 0


class Taken(msgspec.Struct, frozen=True, array_like=True):
    """How much of a direction has been taken so far."""

    tunnel: str
    number: int
    size_bytes: int


class TunnelCut(Exception):
    """The other end is gone, or letters were lost."""


class Tunnel:
    """One end; `worker` has the other. What it puts the other gets, and what comes of there is given to `hear`."""

    def __init__(self, name: str, worker: str, letters: Letters) -> None:
        self.name = name
        self.worker = worker
        self.began_at = asyncio.get_running_loop().time()
        self._letters = letters
        self._sent = 0
        self._sent_bytes = 0
        self._taken = Taken(name, 0, 0)
        self._told = Taken(name, 0, 0)
        self._theirs = Taken(name, 0, 0)
        # Whole messages, each with the sizes of those of its pieces that have not been said to be taken.
        self._came: deque[tuple[list[int], dict[str, Any]]] = deque()
        self._come = 0
        # Of a message that comes in several pieces.
        self._begun: list[bytes] = []
        self._begun_sizes: list[int] = []
        # Pieces of two messages must not come between each other.
        self._putting = asyncio.Lock()
        self._changed = asyncio.Event()
        self.is_cut = False

    async def put(self, message: dict[str, Any]) -> None:
        """Sends a message as the window opens. Raises `TunnelCut`."""
        body = _encode(message)
        starts = range(0, len(body), PIECE_BYTES)
        async with self._putting:
            before = self._sent
            try:
                for left, start in zip(reversed(range(len(starts))), starts, strict=True):
                    while not self._is_open():
                        await self._change()
                    self._send(left, body[start : start + PIECE_BYTES])
            except BaseException:
                if self._sent > before:
                    # The rest never comes, and what comes next is none of it: to the other end, a letter that was lost.
                    self._sent += 1
                raise

    def _send(self, left: int, body: bytes) -> None:
        self._sent += 1
        piece = _encode(Piece(self.name, self._sent, body, left))
        self._sent_bytes += len(piece)
        self._letters.tell(self.worker, "piece", piece)

    def _is_open(self) -> bool:
        if self.is_cut:
            raise TunnelCut
        on_way = self._sent - self._theirs.number
        return on_way < WINDOW and self._sent_bytes - self._theirs.size_bytes < WINDOW_BYTES

    async def get(self) -> dict[str, Any]:
        """The next message. Raises `TunnelCut`, once what came before has been taken."""
        while not self._came:
            if self.is_cut:
                raise TunnelCut
            await self._change()
        sizes, message = self._came.popleft()
        self._take(sizes)
        self._make_room()
        return message

    def _make_room(self) -> None:
        """For the rest of a message whose reader waits: nobody gets it before all of it is here.

        Where whole ones wait before it, the reader is behind, and whoever writes has to know.
        """
        if not self._came:
            self._take(self._begun_sizes)
            self._begun_sizes = []

    def _take(self, sizes: list[int]) -> None:
        self._taken = Taken(self.name, self._taken.number + len(sizes), self._taken.size_bytes + sum(sizes))
        is_due = self._taken.number - self._told.number >= WINDOW // 2
        if is_due or self._taken.size_bytes - self._told.size_bytes >= WINDOW_BYTES // 2:
            self._told = self._taken
            self._letters.tell(self.worker, "taken", _encode(self._taken))

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def hear(self, piece: Piece, size_bytes: int) -> None:
        """A piece came. Raises `TunnelCut` where one before it is missing, or more comes than the window lets."""
        if piece.number != self._come + 1 or len(self._came) > 2 * WINDOW:
            raise TunnelCut
        self._come = piece.number
        self._begun.append(piece.body)
        self._begun_sizes.append(size_bytes)
        if piece.left:
            self._make_room()
            return
        self._came.append((self._begun_sizes, _message.decode(b"".join(self._begun))))
        self._begun, self._begun_sizes = [], []
        self._changed.set()

    def told(self, taken: Taken) -> None:
        self._theirs = taken
        self._changed.set()

    def cut(self) -> None:
        self.is_cut = True
        self._changed.set()
