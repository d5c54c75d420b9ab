"""The short way past uvicorn and python-socketio, for frames: no task, no queue and no timer a message.

In, a frame that comes whole in one plain text message is unmasked here and handed on at once; all else goes on to
uvicorn, byte for byte. Out, a packet is written at once where nothing else is on its way. That changes what a message
costs and nothing else: what is checked, refused and said, and in which order, is the same; one test suite runs
against both.
Knows nothing of sessions, and of Socket.IO only how the packet of a frame begins.

How messages are framed: https://www.rfc-editor.org/rfc/rfc6455#section-5
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn._types import ASGISendEvent
from websockets.http11 import Request
from websockets.protocol import State

from beside.bounded_protocols import BoundedWebSocket
from beside.wires import SHORTCUT

try:
    from websockets.speedups import apply_mask
except ImportError:
    # websockets was built without a compiler; ten times slower.
    from websockets.utils import apply_mask

# Engine.IO's mark of a message, and then Socket.IO's packet.
_BEGINS = b'42["frame",'
# Of one connection in one turn of the loop, however often it is read from in it: who floods goes the way that stops
# reading from them. Frames cost some 30 us each and 0.1 us a byte.
_MAX_A_TURN = 64
_MAX_BYTES_A_TURN = 64 * 1024

_FINAL = 0x80
_MASKED = 0x80
_RESERVED = 0x70
_OPCODES = frozenset({0x0, 0x1, 0x2, 0x8, 0x9, 0xA})
_MAX_CONTROL_BYTES = 125
_TEXT = 0x81
_BINARY = 0x82


class _Turns:
    """Counts the turns of a loop in which something is read; one callback a turn, however many connections ask.

    Not by the loop's clock, which moves on within a turn that is long.
    """

    __slots__ = ("_is_counting", "_number")

    def __init__(self) -> None:
        self._number = 0
        self._is_counting = False

    def now(self, loop: asyncio.AbstractEventLoop) -> int:
        if not self._is_counting:
            self._is_counting = True
            loop.call_soon(self._end)
        return self._number

    def _end(self) -> None:
        self._is_counting = False
        self._number += 1


_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()


class FastWebSocket(BoundedWebSocket):
    """uvicorn's WebSocket with a short way in and out; a gateway knows it as a `Shortcut` (wires.py)."""

    __slots__ = (
        "_counted_at",
        "_is_in_fragments",
        "_is_lost",
        "_is_offered",
        "_leaving",
        "_left",
        "_left_bytes",
        "_max_bytes",
        "_passing_bytes",
        "_rest",
        "_turns",
        "hear",
    )

    # Mutations have some hundred bytes to some kB; what is larger is rare, and its content costs more than its way.
    max_bytes = 64 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # uvicorn refuses larger ones.
        self._max_bytes = min(self.max_bytes, self.config.ws_max_size)
        # Takes the content of one message, a frame's packet, without Engine.IO's mark. None: all goes the long way.
        self.hear: Callable[[str], None] | None = None
        # Of a WebSocket frame that has not come whole.
        self._rest = b""
        # How much of a WebSocket frame that goes the long way is still to come.
        self._passing_bytes = 0
        # A message is under way in fragments: whole ones between them are an error, which uvicorn tells.
        self._is_in_fragments = False
        # Where WebSocket frames begin is not known (any more): all goes the long way, for good.
        self._is_lost = False
        # The application can see this as its shortcut.
        self._is_offered = False
        # What may still be handed on in the turn of the loop in which it was last counted.
        self._left = _MAX_A_TURN
        self._left_bytes = _MAX_BYTES_A_TURN
        self._counted_at = -1
        self._turns = _TURNS.setdefault(self.loop, _Turns())
        # Messages that the application gave and that are not written yet.
        self._leaving = 0

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # A handshake that is refused has no scope.
        if not self.handshake_complete:
            self.scope["extensions"][SHORTCUT] = self  # type: ignore[assignment]
            self._is_offered = True

    def connection_lost(self, exc: Exception | None) -> None:
        # What refers to this in a circle would wait for the garbage collector, with all that it holds.
        self.hear = None
        self._rest = b""
        self.frames = []
        self.conn.reader.discard()
        if self._is_offered:
            # The application may have forgotten it all by then.
            self.scope.get("extensions", {}).pop(SHORTCUT, None)
        super().connection_lost(exc)

    # -- In

    def data_received(self, data: bytes) -> None:
        if self._is_lost or not self.handshake_complete:
            super().data_received(data)
            return
        turn = self._turns.now(self.loop)
        if turn != self._counted_at:
            self._counted_at = turn
            self._left, self._left_bytes = _MAX_A_TURN, _MAX_BYTES_A_TURN
        self._take(self._rest + data if self._rest else data)

    def _take(self, data: bytes) -> None:
        self._rest = b""
        end = len(data)
        # What goes the long way begins at `passed`; nothing is told of it before something else must be.
        passed = 0
        at = self._skip(0, end)
        while at < end:
            frame = _frame_at(data, at, end)
            if frame is None:
                break
            head, start, size = frame
            if head == _TEXT and size <= self._max_bytes and not self._is_in_fragments:
                if start + size > end:
                    break
                if self._may_hear(size) and (body := _unmasked(data, start, size)).startswith(_BEGINS):
                    if passed < at:
                        self._pass(data[passed:at])
                    passed = at
                    if self._hear(body):
                        passed = start + size
                at = start + size
            else:
                self._follow_fragments(head)
                self._passing_bytes = start - at + size
                at = self._skip(at, end)
        if at < end:
            if _is_broken(data, at, end):
                self._is_lost = True
                at = end
            self._rest = data[at:]
        if passed < at:
            self._pass(data[passed:at])

    def _may_hear(self, size: int) -> bool:
        """Counts what is looked at: also what has to wait is unmasked for that."""
        if self.hear is None or self._left <= 0 or self._left_bytes <= 0:
            return False
        self._left -= 1
        self._left_bytes -= size
        return True

    def _hear(self, body: bytes) -> bool:
        """Hands a frame on, if all that came before it has been dealt with. False: it has to wait its turn."""
        # The application waits for what comes next: it has done with all that came before.
        is_next = self.queue.is_awaited  # type: ignore[attr-defined]
        if self.hear is None or not is_next or self.conn.state is not State.OPEN or self.transport.is_closing():
            return False
        try:
            text = body[1:].decode()
        except UnicodeDecodeError:
            return False
        self.hear(text)
        return True

    def _follow_fragments(self, head: int) -> None:
        opcode = head & 0x0F
        if opcode in (1, 2):
            self._is_in_fragments = not head & _FINAL
        elif opcode == 0 and head & _FINAL:
            self._is_in_fragments = False

    def _skip(self, at: int, end: int) -> int:
        """Where the WebSocket frame ends that goes the long way; `end` while the rest of it has not come."""
        size = min(self._passing_bytes, end - at)
        self._passing_bytes -= size
        return at + size

    def _pass(self, data: bytes) -> None:
        # Behind what closes a connection nothing is read.
        if not self.transport.is_closing():
            super().data_received(data)

    # -- Out

    @property
    def is_clear(self) -> bool:
        """Whether all that the application gave is written, and the other side reads."""
        return self._leaving == 0 and self.writable.is_set()

    async def cleared(self) -> None:
        """Returns once `is_clear`, or the connection is gone."""
        while not self.is_clear:
            await self.writable.wait()
            # What waited longer goes first.
            await asyncio.sleep(0)

    def write(self, content: str | bytes) -> None:
        """Sends one Engine.IO message; only while `is_clear`. Of a connection that closes nothing is sent."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        if isinstance(content, str):
            self.transport.write(_head(_TEXT, body := b"4" + content.encode()) + body)
        else:
            self.transport.write(_head(_BINARY, content) + content)

    async def send(self, message: ASGISendEvent) -> None:
        self._leaving += 1
        try:
            await super().send(message)
        finally:
            self._leaving -= 1
        if message["type"] == "websocket.accept":
            # They are sent, and uvicorn would hold them for as long as the socket is open.
            self.response.headers.clear()


def _frame_at(data: bytes, at: int, end: int) -> tuple[int, int, int] | None:
    """The first byte of the WebSocket frame at `at`, where its content begins, and how large that is.

    None: its head has not come whole, or it is broken.
    """
    if end - at < 2 or _is_broken(data, at, end):
        return None
    size = data[at + 1] & 0x7F
    start = at + 6
    if size == 126:
        start = at + 8
        size = int.from_bytes(data[at + 2 : at + 4])
    elif size == 127:
        start = at + 14
        size = int.from_bytes(data[at + 2 : at + 10])
    # The mask stands last in the head.
    return (data[at], start, size) if start <= end else None


def _is_broken(data: bytes, at: int, end: int) -> bool:
    """Whether two bytes tell that uvicorn will end the connection: where the next frame begins is nobody's matter."""
    if end - at < 2:
        return False
    head, size = data[at], data[at + 1] & 0x7F
    if head == _TEXT and data[at + 1] & _MASKED:
        return False
    is_control = head & 0x08
    return (
        head & 0x0F not in _OPCODES
        or bool(head & _RESERVED)
        or not data[at + 1] & _MASKED
        or bool(is_control and (size > _MAX_CONTROL_BYTES or not head & _FINAL))
    )


def _unmasked(data: bytes, start: int, size: int) -> bytes:
    return apply_mask(data[start : start + size], data[start - 4 : start])


def _head(kind: int, body: bytes) -> bytes:
    size = len(body)
    if size < 126:
        return bytes((kind, size))
    if size < 1 << 16:
        return bytes((kind, 126)) + size.to_bytes(2)
    return bytes((kind, 127)) + size.to_bytes(8)
