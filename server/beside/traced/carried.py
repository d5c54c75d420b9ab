"""A trace that goes on at another worker: the sockets that are carried there, and those that are carried here.

ASGI's messages are carried as they are (tunnels.py); one whose message is traced has the trace's address besides.
"""

from __future__ import annotations

from collections import deque

from starlette.types import Message, Receive, Send

from beside.errors import BesideError
from beside.frames import raw_bytes_of_head
from beside.socket_packets import read
from beside.traces import About, Trace, Traces

# Where the address stands in a message.
ADDRESS = "beside.trace"
# A tunnel lets no more messages be on their way (tunnels.py).
MAX_LEAVING = 64
CHUNK = '51-["chunk",'
FRAME = '2["frame",'


class ToElsewhere:
    """A socket of this worker whose session's home is another one."""

    def __init__(self, traces: Traces, session: str | None) -> None:
        self._traces = traces
        self._session = session
        self._carried: Trace | None = None

    def receives(self, receive: Receive) -> Receive:
        """Chooses messages, says so with them, and notes how long each takes until it is on its way."""

        async def receive_chosen() -> Message:
            # Who asks for the next has sent the one before.
            if self._carried is not None:
                self._carried.end()
                self._carried = None
            message = await receive()
            # Behind Engine.IO's mark of a message.
            text = (message.get("text") or "")[1:]
            if begins(text) and self._traces.is_chosen():
                about = About(session=self._session, size_bytes=len(text), outcome="taken")
                self._carried = Trace(self._traces, "carry in", about)
                message = {**message, ADDRESS: self._carried.address}
            return message

        return receive_chosen

    def sends(self, send: Send) -> Send:
        """Notes how long what came of a traced message takes from here to the transport."""

        async def send_noted(message: Message) -> None:
            address = message.pop(ADDRESS, None)
            if address is None:
                await send(message)
                return
            trace = Trace(self._traces, "carry out", About(session=self._session), address)
            await send(message)
            trace.end()

        return send_noted


class FromElsewhere:
    """A socket of another worker, at the home of its session."""

    def __init__(self) -> None:
        # Of the message that came last, if it was chosen there.
        self.address: str | None = None
        # What of traced frames is still to leave, in order.
        self._leaving: deque[tuple[str | bytes, Trace]] = deque(maxlen=MAX_LEAVING)

    def receives(self, receive: Receive) -> Receive:
        async def receive_addressed() -> Message:
            message = await receive()
            self.address = message.pop(ADDRESS, None)
            return message

        return receive_addressed

    def leave(self, piece: str | bytes, trace: Trace) -> None:
        """`piece`: the last of a frame's packet, as it was given to Engine.IO."""
        self._leaving.append((piece, trace))

    def sends(self, send: Send) -> Send:
        async def send_addressed(message: Message) -> None:
            if self._leaving and _says(message, self._leaving[0][0]):
                _, trace = self._leaving.popleft()
                message = {**message, ADDRESS: trace.address}
            await send(message)

        return send_addressed


def begins(packet: str) -> bool:
    """Whether a Socket.IO packet begins something of its own, and is not a further chunk of a frame."""
    if not packet.startswith(CHUNK):
        return packet.startswith(("2", "51-"))
    try:
        return raw_bytes_of_head(read(packet).payload or "") > 0
    except BesideError:
        return True


def _says(message: Message, piece: str | bytes) -> bool:
    if isinstance(piece, bytes):
        return bool(message.get("bytes") == piece)
    return (message.get("text") or "")[1:] == piece
