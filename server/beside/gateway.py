"""The door for sockets: Socket.IO connections in, seats and decoded messages out. The only importer of socketio.

python-socketio keeps the handshake, the keepalive and the namespace; messages are read here, in the public `message`
hook of Engine.IO, because its own path decodes each one twice, starts a task for it, has no bound on attachments and
no queue that could push back. Knows no rules: whom a message reaches is decided in `relay.py` and `messages.py`.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from time import monotonic
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as ConnectionRefused
from starlette.types import Receive, Scope, Send

from beside import metrics, socket_events, socket_packets
from beside.arrivals import Arrival, Connection, WaitingRoom, forget_head, origin_of, screened, session_of
from beside.attendance import Attendance
from beside.carrying import Carrier
from beside.errors import AtHomeElsewhere, BesideError, Malformed, PeerError, Refused, TooLarge
from beside.live import Seat
from beside.messages import Messages, Turn
from beside.problems import refuse_websocket
from beside.protocol import Refusal
from beside.queues import OneReaderQueue
from beside.relay import Relay
from beside.settings import Settings
from beside.socket_packets import Heard
from beside.wires import SHORTCUT, Shortcut, Wire

log = logging.getLogger("beside.gateway")

# Refusals that only a broken or hostile page earns; the others come from messages that crossed on the way.
OFFENCES = frozenset({"wrong-role", "no-grant", "too-fast"})
# Each socket has these, however many its person has made by others: a page that comes back with the same picture finds
# out within some tries what of it offends, and makes a box of it.
OWN_OFFENCES = 3

# A token has 2048 characters at most, and all else in a greeting is small.
MAX_HELLO_CHARS = 8 * 1024

# Of a connect whose address names no session, or another one than its token.
NOT_NAMED = ("conflict", "Open the socket at /socket.io/?session=ID, with the session's id.")


class _Rooms(socketio.AsyncManager):  # type: ignore[misc]
    """python-socketio's table of sockets, without its scan over every room at each disconnect (829 us at 5,000).

    And without a room for each socket, where nothing is ever said: 0.8 kB.
    """

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        if room is None:
            super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        self.basic_leave_room(sid, namespace, None)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]


class Gateway:
    """An ASGI application for `/socket.io/`."""

    def __init__(
        self,
        attendance: Attendance,
        relay: Relay,
        messages: Messages,
        settings: Settings,
        carrier: Carrier | None = None,
    ) -> None:
        self._attendance = attendance
        self._relay = relay
        self._messages = messages
        self._settings = settings
        self._carrier = carrier
        # Sockets that are carried from here to where their session is.
        self._carried = 0
        self._connections: dict[str, Connection] = {}
        self._waiting = WaitingRoom(settings)
        self._server = socketio.AsyncServer(
            client_manager=_Rooms(),
            async_mode="asgi",
            async_handlers=False,
            transports=["websocket"],
            allow_upgrades=False,
            # Checked in __call__, where a missing Origin is refused too.
            cors_allowed_origins=[],
            max_http_buffer_size=2 * settings.max_message_bytes,
            ping_interval=settings.ping_interval_s,
            ping_timeout=settings.ping_timeout_s,
            logger=False,
            engineio_logger=False,
        )
        self._server.on("connect", self._check_in)
        engine = self._server.eio
        engine.create_queue = OneReaderQueue
        self._forward = dict(engine.handlers)
        engine.on("connect", self._opened)
        engine.on("message", self._heard)
        engine.on("disconnect", self._closed)

    def __len__(self) -> int:
        return len(self._connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = origin_of(scope)
        refusal: Refused | None = None
        if scope["type"] != "websocket":
            refusal = Refused("websocket-only", "Beside's sockets are WebSockets; long polling is not offered.")
        elif origin != self._settings.public_url and origin not in self._settings.shop_origins:
            # A page elsewhere, or a program without an Origin: browsers always send one with a WebSocket.
            refusal = Refused("wrong-origin", "Sockets are opened from the console and the listed shops only.")
        elif len(self) + self._carried >= self._settings.max_sockets or self._waiting.is_full(scope):
            refusal = Refused("full", "This relay has all the connections it can serve; try again in a moment.")
        if refusal is not None:
            metrics.REFUSALS.add(label=refusal.code)
            await refuse_websocket(refusal, scope, receive, send)
            return
        try:
            # Before the handshake is answered: it is answered where the session is.
            await self._attendance.expect(session_of(scope) or "")
        except AtHomeElsewhere as elsewhere:
            await self._carry(elsewhere.worker, scope, receive, send)
        except BesideError as error:
            await refuse_websocket(error, scope, receive, send)
        else:
            # What the server does with it too, and keeps a coroutine for as long as the socket is open.
            await self._server.eio.handle_request(scope, screened(receive), send)

    async def _carry(self, worker: str, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._carrier is not None
        self._carried += 1
        try:
            await self._carrier.carry_socket(worker, scope, receive, send)
        finally:
            self._carried -= 1

    # -- The life of a connection

    async def _opened(self, eio_sid: str, environ: dict[str, Any]) -> None:
        scope = environ["asgi.scope"]
        shortcut = scope.get("extensions", {}).get(SHORTCUT)
        deadline = asyncio.get_running_loop().call_later(self._settings.handshake_window_s, self._expire, eio_sid)
        arrival = self._waiting.enter(scope, deadline)
        connection = Connection(eio_sid, self._wire_of(eio_sid, shortcut), shortcut, arrival)
        self._connections[eio_sid] = connection
        environ["beside.arrival"] = arrival
        await self._forward["connect"](eio_sid, environ)

    def _wire_of(self, eio_sid: str, shortcut: Shortcut | None) -> Wire:
        return Wire(self._server.eio.sockets[eio_sid], shortcut)

    def _expire(self, eio_sid: str) -> None:
        connection = self._connections.get(eio_sid)
        if connection is not None and connection.seat is None:
            self._close(connection)

    async def _check_in(self, _sid: str, environ: dict[str, Any], auth: Any) -> None:
        arrival: Arrival = environ["beside.arrival"]
        try:
            hello = socket_events.greeting(auth)
            arrival.checked = await self._attendance.check_in(hello, origin=arrival.origin, session=arrival.session)
        except AtHomeElsewhere:
            raise _refused(Refused(*NOT_NAMED)) from None
        except BesideError as error:
            raise _refused(error) from None

    async def _closed(self, eio_sid: str, reason: str) -> None:
        connection = self._connections.pop(eio_sid, None)
        await self._forward["disconnect"](eio_sid, reason)
        if connection is None:
            return
        connection.is_closing = True
        connection.wire.cut()
        connection.shortcut = None
        if connection.arrival is not None:
            self._waiting.leave(connection.arrival)
        if connection.seat is not None:
            try:
                await self._attendance.leave(connection.seat)
            except BesideError as error:
                # The sweeper sees that nobody is there and tries again.
                log.warning("A leave could not be written down: %s", error)

    def _close(self, connection: Connection) -> None:
        if not connection.is_closing:
            connection.is_closing = True
            if connection.seat is not None:
                connection.seat.lane.close()
            else:
                connection.wire.close()

    # -- Messages

    async def _heard(self, eio_sid: str, data: Any) -> None:
        connection = self._connections.get(eio_sid)
        if connection is None or connection.is_deaf:
            return
        try:
            if connection.seat is not None:
                self._take(connection, connection.seat, data)
            elif connection.arrival is not None:
                await self._sit_down(connection, connection.arrival, data)
        except Exception as error:
            self._fail(connection, error)

    def _hear_frame(self, connection: Connection, seat: Seat, text: str) -> None:
        """A frame by the fast lane: what `_heard` does with one, in one step."""
        if connection.is_deaf:
            return
        try:
            frame = socket_packets.frame_in(text)
            if frame is None or connection.header is not None:
                heard = self._read(connection, seat, text)
                if heard is not None:
                    self._take_at_once(connection, seat, heard)
            else:
                # What `_read` would come to.
                self._measure(text)
                self._count(seat)
                self._relay.take_frame(seat, frame)
        except Exception as error:
            self._fail(connection, error)

    def _fail(self, connection: Connection, error: Exception) -> None:
        if isinstance(error, BesideError):
            self._refuse(connection, error)
        else:
            log.error("A message could not be handled.", exc_info=error)
            self._close(connection)

    async def _sit_down(self, connection: Connection, arrival: Arrival, data: Any) -> None:
        if not isinstance(data, str) or not data.startswith("0{") or len(data) > MAX_HELLO_CHARS:
            self._close(connection)
            return
        try:
            await self._forward["message"](connection.eio_sid, data)
        except (ValueError, RecursionError):
            raise Malformed("auth") from None
        if arrival.checked is None:
            # Refused in words, which go out before the close.
            self._close(connection)
            return
        if connection.is_closing:
            # It went, or its time was up, while the store took the token in.
            return
        arrival.deadline.cancel()
        forget_head(self._server.environ[connection.eio_sid])
        connection.seat = self._attendance.sit_down(arrival.checked, connection.wire)
        connection.arrival = None
        self._waiting.leave(arrival)
        # An agent has no frames to send.
        if connection.shortcut is not None and connection.seat.role == "shopper":
            connection.shortcut.hear = partial(self._hear_frame, connection, connection.seat)
        self._put_off(connection, connection.seat, Turn(partial(self._attendance.announce, connection.seat)))

    def _take(self, connection: Connection, seat: Seat, data: Any) -> None:
        heard = self._read(connection, seat, data)
        if heard is not None and not self._take_at_once(connection, seat, heard):
            turn = self._messages.hear(seat, heard.event, socket_events.payload_of(seat.role, heard))
            if turn is not None:
                self._put_off(connection, seat, turn)

    def _put_off(self, connection: Connection, seat: Seat, turn: Turn) -> None:
        """What waits for the store does so by itself: a pause or a stop behind it is heard meanwhile."""
        seat.turns.put(partial(self._take_turn, connection, turn), turn.word)

    async def _take_turn(self, connection: Connection, turn: Turn) -> None:
        try:
            await turn()
        except Exception as error:
            self._fail(connection, error)

    def _read(self, connection: Connection, seat: Seat, data: Any) -> Heard | None:
        """The event that a message says; None where there is nothing more to do. Raises as a message deserves."""
        header, connection.header = connection.header, None
        self._measure(data)
        if isinstance(data, bytes):
            if header is None:
                raise Malformed("packet")
            if header[0] == "chunk":
                self._relay.take_chunk(seat, header[1], data)
            else:
                self._relay.take_asset(seat, header[1], data)
            return None
        if not isinstance(data, str) or header is not None:
            raise Malformed("packet")
        if data.startswith("1"):
            self._close(connection)
            return None
        self._count(seat)
        return socket_events.read(seat.role, data)

    def _measure(self, data: str | bytes) -> None:
        if len(data) > self._settings.max_message_bytes:
            raise TooLarge("The message", len(data), self._settings.max_message_bytes)

    def _count(self, seat: Seat) -> None:
        if not seat.rates.messages.take(monotonic()):
            raise Refused("too-fast", "This page sends more messages than the relay takes in; send fewer.")

    def _take_at_once(self, connection: Connection, seat: Seat, heard: Heard) -> bool:
        """What makes the picture awaits nothing. False: it is something else."""
        payload = heard.payload or ""
        if heard.event == "frame":
            self._relay.take_frame(seat, payload)
        elif heard.event == "chunk":
            connection.header = ("chunk", payload)
        elif heard.event == "asset":
            connection.header = ("asset", socket_events.payload_of(seat.role, heard))
        elif heard.event == "offer-asset":
            self._relay.offer_asset(seat, socket_events.payload_of(seat.role, heard))
        else:
            return False
        return True

    def _refuse(self, connection: Connection, error: BesideError) -> None:
        metrics.REFUSALS.add(label=error.code)
        seat = connection.seat
        if seat is None:
            self._close(connection)
            return
        log.info("A message was refused.", extra={"session": seat.live.session.id, "code": error.code})
        seat.lane.tell("refusal", Refusal(code=error.code, message=str(error)[:300]))
        is_offence = isinstance(error, PeerError) or error.code in OFFENCES
        if not is_offence:
            return
        seat.offences += 1
        if not seat.rates.offences.take(monotonic()) and seat.offences > OWN_OFFENCES:
            log.warning("A socket is closed for what it sends.", extra={"session": seat.live.session.id})
            self._close(connection)


def _refused(error: BesideError) -> ConnectionRefused:
    """What a connect is answered with."""
    metrics.REFUSALS.add(label=error.code)
    log.info("A connect was refused.", extra={"code": error.code})
    return ConnectionRefused(str(error), {"code": error.code, "message": str(error)})
