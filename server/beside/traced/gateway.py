"""The door for sockets, which begins a trace with a message that is chosen and ends it once that has been answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.types import Receive, Scope, Send

from beside import socket_events
from beside.arrivals import Connection, session_of
from beside.backlog import Packet
from beside.carrying import CARRIED
from beside.errors import BesideError
from beside.gateway import Gateway
from beside.live import Seat
from beside.messages import Turn
from beside.socket_packets import write
from beside.traced.carried import CHUNK, FRAME, FromElsewhere, ToElsewhere, begins
from beside.traced.relay import TracedPacket, TracedRelay
from beside.traces import About, Trace, Traces, current, outcome_of, under
from beside.wires import Shortcut, Wire

# Where a socket's `FromElsewhere` stands in its scope.
_ELSEWHERE = "beside.elsewhere"


class TracedWire(Wire):
    """Notes when a packet is handed to the transport, whether at once or after it has waited in a lane."""

    def __init__(self, socket: Any, shortcut: Shortcut | None, elsewhere: FromElsewhere | None = None) -> None:
        super().__init__(socket, shortcut)
        self._elsewhere = elsewhere

    def _hand_over(self, packet: Packet, *, is_idle: bool) -> None:
        super()._hand_over(packet, is_idle=is_idle)
        if type(packet) is TracedPacket:
            self._note(packet, packet.trace, packet.shown_at, "agent")
        elif packet.event == "act" and (trace := current()) is not None:
            self._note(packet, trace, trace.last_at, "shopper")

    def _note(self, packet: Packet, trace: Trace, began_at: int, role: str) -> None:
        trace.add("write", began_at, About(role=role))
        if self._elsewhere is not None:
            self._elsewhere.leave(write(packet)[-1], trace)


class TracedGateway(Gateway):
    """A frame in chunks is chosen by its first. What another worker carries here was chosen there, or was not.

    `traced`: takes frames in place of the other relay where they are chosen. Neither has anything of its own to keep.
    """

    def __init__(self, *args: Any, traces: Traces, traced: TracedRelay) -> None:
        super().__init__(*args)
        self._traces = traces
        self._relays = (self._relay, traced)
        # What waits for its bytes, or for chunks, by connection and event; and the sockets that are carried here.
        self._unfinished: dict[tuple[str, str], Trace] = {}
        self._elsewhere: dict[str, FromElsewhere] = {}

    # -- Messages

    def _hear_frame(self, connection: Connection, seat: Seat, text: str) -> None:
        self._give_up(connection.eio_sid)
        if not self._traces.is_chosen():
            super()._hear_frame(connection, seat, text)
            return
        trace = self._begin("frame", seat, text)
        with self._under(trace):
            super()._hear_frame(connection, seat, text)
        _end(trace)

    async def _heard(self, eio_sid: str, data: Any) -> None:
        connection = self._connections.get(eio_sid)
        seat = connection.seat if connection is not None else None
        trace = None if connection is None or seat is None else self._trace_of(connection, seat, data)
        if trace is None or connection is None:
            await super()._heard(eio_sid, data)
            return
        with self._under(trace):
            await super()._heard(eio_sid, data)
        if trace.is_put_off:
            return
        waits = trace.name == "chunk" or connection.header is not None
        if trace.about.outcome is not None or not waits:
            self._unfinished.pop((eio_sid, trace.name), None)
            _end(trace)

    def _put_off(self, connection: Connection, seat: Seat, turn: Turn) -> None:
        super()._put_off(connection, seat, turn)
        if (trace := current()) is not None:
            trace.is_put_off = True

    async def _take_turn(self, connection: Connection, turn: Turn) -> None:
        await super()._take_turn(connection, turn)
        if (trace := current()) is not None:
            _end(trace)

    @contextmanager
    def _under(self, trace: Trace) -> Iterator[None]:
        plain, traced = self._relays
        self._relay = traced
        try:
            with under(trace):
                yield
        finally:
            self._relay = plain

    def _trace_of(self, connection: Connection, seat: Seat, data: str | bytes) -> Trace | None:
        eio_sid = connection.eio_sid
        if isinstance(data, bytes):
            return self._unfinished.get((eio_sid, connection.header[0])) if connection.header is not None else None
        event = "chunk" if data.startswith(CHUNK) else "asset" if data.startswith("51-") else ""
        if data.startswith(FRAME):
            self._give_up(eio_sid)
        if not begins(data):
            return self._unfinished.get((eio_sid, event))
        if (older := self._unfinished.pop((eio_sid, event), None)) is not None:
            _end(older)
        elsewhere = self._elsewhere.get(eio_sid)
        address = elsewhere.address if elsewhere is not None else None
        if address is None and (elsewhere is not None or not self._traces.is_chosen()):
            return None
        trace = self._begin(event or _event_of(seat, data), seat, data, address)
        if event:
            self._unfinished[eio_sid, event] = trace
        return trace

    def _give_up(self, eio_sid: str) -> None:
        """A frame has begun before the one in chunks was whole, which is dropped."""
        if self._unfinished and (unfinished := self._unfinished.pop((eio_sid, "chunk"), None)) is not None:
            _end(unfinished)

    def _begin(self, name: str, seat: Seat, text: str, parent: str | None = None) -> Trace:
        about = About(session=seat.live.session.id, role=seat.role, size_bytes=len(text))
        return Trace(self._traces, name, about, parent)

    def _fail(self, connection: Connection, error: Exception) -> None:
        if (trace := current()) is not None:
            trace.about.outcome = outcome_of(error)
        super()._fail(connection, error)

    # -- Connections

    def _wire_of(self, eio_sid: str, shortcut: Shortcut | None) -> Wire:
        return TracedWire(self._server.eio.sockets[eio_sid], shortcut, self._elsewhere.get(eio_sid))

    async def _opened(self, eio_sid: str, environ: dict[str, Any]) -> None:
        elsewhere = environ["asgi.scope"].get(_ELSEWHERE)
        if elsewhere is not None:
            self._elsewhere[eio_sid] = elsewhere
        await super()._opened(eio_sid, environ)

    async def _closed(self, eio_sid: str, reason: str) -> None:
        self._elsewhere.pop(eio_sid, None)
        for event in ("chunk", "asset"):
            if (unfinished := self._unfinished.pop((eio_sid, event), None)) is not None:
                _end(unfinished)
        await super()._closed(eio_sid, reason)

    # -- From one worker to another

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get(CARRIED):
            scope[_ELSEWHERE] = elsewhere = FromElsewhere()
            receive, send = elsewhere.receives(receive), elsewhere.sends(send)
        await super().__call__(scope, receive, send)

    async def _carry(self, worker: str, scope: Scope, receive: Receive, send: Send) -> None:
        elsewhere = ToElsewhere(self._traces, session_of(scope))
        await super()._carry(worker, scope, elsewhere.receives(receive), elsewhere.sends(send))


def _event_of(seat: Seat, packet: str) -> str:
    """One of those that there are: what a page calls something else is not told."""
    try:
        return socket_events.read(seat.role, packet).event
    except BesideError:
        return "message"


def _end(trace: Trace) -> None:
    about = trace.about
    about.message = trace.name
    about.outcome = about.outcome or ("dropped" if trace.name in ("frame", "chunk") else "taken")
    # For the rest of a frame that never came whole nobody has waited.
    trace.end(trace.last_at if about.outcome == "dropped" else None)
