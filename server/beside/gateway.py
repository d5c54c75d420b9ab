"""The door for sockets: Socket.IO connections in, seats and decoded messages out. The only importer of socketio.

python-socketio keeps the handshake, the keepalive and the namespace; messages are read here, in the public `message`
hook of Engine.IO, because its own path decodes each one twice, starts a task for it, has no bound on attachments and
no queue that could push back. Knows no rules: whom a message reaches is decided in `relay.py` and `messages.py`.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs

import engineio.packet
import msgspec
import socketio
from socketio.exceptions import ConnectionRefusedError as ConnectionRefused
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from beside import metrics, socket_packets
from beside.attendance import Attendance, CheckedIn
from beside.backlog import Packet
from beside.callers import caller_of
from beside.errors import BesideError, Malformed, PeerError, Refused, TooLarge, WrongProtocol
from beside.frames import UNREADABLE, malformed
from beside.live import Seat
from beside.messages import Messages
from beside.problems import refuse_websocket
from beside.protocol import AGENT_EVENTS, PROTOCOL_VERSION, SHOPPER_EVENTS, AssetName, Hello, Refusal
from beside.relay import Relay
from beside.settings import Settings

log = logging.getLogger("beside.gateway")

# Engine.IO: a pong, or a message whose first character says its kind (Socket.IO's packet types).
_SPOKEN = re.compile(r"3\Z|4[0-6]")
# Refusals that only a broken or hostile page earns; the others come from messages that crossed on the way.
OFFENCES = frozenset({"wrong-role", "no-grant", "too-fast"})

# What comes with an attachment.
WITH_BYTES = frozenset({"chunk", "asset"})

# A token has 2048 characters at most, and all else in a greeting is small.
MAX_HELLO_CHARS = 8 * 1024

_DECODERS: dict[str, dict[str, Any]] = {
    role: {name: None if kind is None else msgspec.json.Decoder(kind) for name, kind in events.items()}
    for role, events in (("shopper", SHOPPER_EVENTS), ("agent", AGENT_EVENTS))
}


@dataclass(eq=False)
class _Connection:
    """One Engine.IO connection, from its handshake to its end."""

    eio_sid: str
    wire: _Wire
    origin: str
    session: str | None
    caller: str
    deadline: asyncio.TimerHandle
    checked: CheckedIn | None = None
    seat: Seat | None = None
    # The event whose bytes come next, with its header: a chunk's as it came, an asset's decoded.
    header: tuple[Literal["chunk"], str] | tuple[Literal["asset"], AssetName] | None = None
    is_closing: bool = field(default=False)


class _Wire:
    """`lane.Wire` over an Engine.IO socket: its queue is kept at one packet, and empties as TCP takes what was sent."""

    def __init__(self, socket: Any) -> None:
        self._queue = socket.queue

    def is_idle(self) -> bool:
        return bool(self._queue.empty())

    def put(self, packet: Packet) -> None:
        for piece in socket_packets.write(packet):
            self._queue.put_nowait(engineio.packet.Packet(engineio.packet.MESSAGE, piece))

    async def drained(self) -> None:
        await self._queue.join()

    def close(self) -> None:
        # What Engine.IO itself puts to make its writer finish what is queued and close the WebSocket.
        self._queue.put_nowait(None)


class _Rooms(socketio.AsyncManager):  # type: ignore[misc]
    """python-socketio's table of sockets, without its scan over every room at each disconnect (829 us at 5,000)."""

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        for room in (sid, None):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]


class Gateway:
    """An ASGI application for `/socket.io/`."""

    def __init__(self, attendance: Attendance, relay: Relay, messages: Messages, settings: Settings) -> None:
        self._attendance = attendance
        self._relay = relay
        self._messages = messages
        self._settings = settings
        self._connections: dict[str, _Connection] = {}
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
        self._forward = dict(engine.handlers)
        engine.on("connect", self._opened)
        engine.on("message", self._heard)
        engine.on("disconnect", self._closed)

    def __len__(self) -> int:
        return len(self._connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin", "")
        refusal: Refused | None = None
        if scope["type"] != "websocket":
            refusal = Refused("websocket-only", "Beside's sockets are WebSockets; long polling is not offered.")
        elif origin != self._settings.public_url and origin not in self._settings.shop_origins:
            # A page elsewhere, or a program without an Origin: browsers always send one with a WebSocket.
            refusal = Refused("wrong-origin", "Sockets are opened from the console and the listed shops only.")
        elif len(self._connections) >= self._settings.max_sockets or self._has_too_many_waiting(scope):
            refusal = Refused("full", "This relay has all the connections it can serve; try again in a moment.")
        if refusal is not None:
            metrics.REFUSALS.add(label=refusal.code)
            await refuse_websocket(refusal, scope, receive, send)
            return
        await self._server.handle_request(scope, _screened(receive), send)

    def _has_too_many_waiting(self, scope: Scope) -> bool:
        """One address could otherwise hold every socket there is, without ever saying whose they are."""
        caller = caller_of(HTTPConnection(scope), self._settings)
        waiting = sum(other.caller == caller for other in self._connections.values() if other.seat is None)
        return waiting >= self._settings.max_waiting_sockets

    # -- The life of a connection

    async def _opened(self, eio_sid: str, environ: dict[str, Any]) -> None:
        scope = environ["asgi.scope"]
        sessions = parse_qs(scope["query_string"].decode("latin-1")).get("session", [])
        connection = _Connection(
            eio_sid=eio_sid,
            wire=_Wire(self._server.eio.sockets[eio_sid]),
            origin=Headers(scope=scope).get("origin", ""),
            session=sessions[0] if sessions else None,
            caller=caller_of(HTTPConnection(scope), self._settings),
            deadline=asyncio.get_running_loop().call_later(self._settings.handshake_window_s, self._expire, eio_sid),
        )
        self._connections[eio_sid] = connection
        environ["beside.connection"] = connection
        await self._forward["connect"](eio_sid, environ)

    def _expire(self, eio_sid: str) -> None:
        connection = self._connections.get(eio_sid)
        if connection is not None and connection.seat is None:
            self._close(connection)

    async def _check_in(self, _sid: str, environ: dict[str, Any], auth: Any) -> None:
        connection: _Connection = environ["beside.connection"]
        try:
            hello = _hello(auth)
            connection.checked = await self._attendance.check_in(
                hello, origin=connection.origin, session=connection.session
            )
        except BesideError as error:
            metrics.REFUSALS.add(label=error.code)
            log.info("A connect was refused.", extra={"code": error.code})
            raise ConnectionRefused(str(error), {"code": error.code, "message": str(error)}) from None

    async def _closed(self, eio_sid: str, reason: str) -> None:
        connection = self._connections.pop(eio_sid, None)
        await self._forward["disconnect"](eio_sid, reason)
        if connection is None:
            return
        connection.is_closing = True
        connection.deadline.cancel()
        if connection.seat is not None:
            try:
                await self._attendance.leave(connection.seat)
            except BesideError as error:
                # The sweeper sees that nobody is there and tries again.
                log.warning("A leave could not be written down: %s", error)

    def _close(self, connection: _Connection) -> None:
        if not connection.is_closing:
            connection.is_closing = True
            if connection.seat is not None:
                connection.seat.lane.close()
            else:
                connection.wire.close()

    # -- Messages

    async def _heard(self, eio_sid: str, data: Any) -> None:
        connection = self._connections.get(eio_sid)
        if connection is None or connection.is_closing:
            return
        try:
            if connection.seat is None:
                await self._sit_down(connection, data)
            else:
                await self._take(connection, connection.seat, data)
        except BesideError as error:
            self._refuse(connection, error)
        except Exception:
            log.exception("A message could not be handled.")
            self._close(connection)

    async def _sit_down(self, connection: _Connection, data: Any) -> None:
        if not isinstance(data, str) or not data.startswith("0{") or len(data) > MAX_HELLO_CHARS:
            self._close(connection)
            return
        try:
            await self._forward["message"](connection.eio_sid, data)
        except (ValueError, RecursionError):
            raise Malformed("auth") from None
        if connection.checked is None:
            # Refused in words, which go out before the close.
            self._close(connection)
            return
        if connection.is_closing:
            # It went, or its time was up, while the store took the token in.
            return
        connection.deadline.cancel()
        connection.seat = self._attendance.sit_down(connection.checked, connection.wire)
        await self._attendance.announce(connection.seat)

    async def _take(self, connection: _Connection, seat: Seat, data: Any) -> None:
        if len(data) > self._settings.max_message_bytes:
            connection.header = None
            raise TooLarge("The message", len(data), self._settings.max_message_bytes)
        header, connection.header = connection.header, None
        if isinstance(data, bytes):
            if header is None:
                raise Malformed("packet")
            if header[0] == "chunk":
                self._relay.take_chunk(seat, header[1], data)
            else:
                self._relay.take_asset(seat, header[1], data)
            return
        if not isinstance(data, str) or header is not None:
            raise Malformed("packet")
        if data.startswith("1"):
            self._close(connection)
            return
        if not seat.messages.take(asyncio.get_running_loop().time()):
            raise Refused("too-fast", "This page sends more messages than the relay takes in; send fewer.")
        await self._dispatch(connection, seat, socket_packets.read(data))

    async def _dispatch(self, connection: _Connection, seat: Seat, heard: socket_packets.Heard) -> None:
        event, payload = heard.event, heard.payload
        decoders = _DECODERS[seat.role]
        if event not in decoders:
            if any(event in events for events in _DECODERS.values()):
                raise Refused("wrong-role", f"A {seat.role} cannot send '{event}'.")
            raise Malformed("packet")
        if heard.has_attachment is not (event in WITH_BYTES) or (payload is None) is not (decoders[event] is None):
            raise Malformed(event)
        if event == "chunk":
            connection.header = ("chunk", payload or "")
        elif event == "asset":
            connection.header = ("asset", _decoded(event, decoders[event], payload))
        elif event == "offer-asset":
            self._relay.offer_asset(seat, _decoded(event, decoders[event], payload))
        elif event == "frame":
            self._relay.take_frame(seat, payload or "")
        else:
            await self._messages.take(seat, event, _decoded(event, decoders[event], payload))

    def _refuse(self, connection: _Connection, error: BesideError) -> None:
        metrics.REFUSALS.add(label=error.code)
        seat = connection.seat
        if seat is None:
            self._close(connection)
            return
        log.info("A message was refused.", extra={"session": seat.live.session.id, "code": error.code})
        seat.lane.tell("refusal", Refusal(code=error.code, message=str(error)[:300]))
        is_offence = isinstance(error, PeerError) or error.code in OFFENCES
        if is_offence and not seat.offences.take(asyncio.get_running_loop().time()):
            log.warning("A socket is closed for what it sends.", extra={"session": seat.live.session.id})
            self._close(connection)


def _screened(receive: Receive) -> Receive:
    """Ends a connection that says what no client of ours does.

    Engine.IO reads a packet of any kind and tries its content as JSON; where that raises, it leaves the connection half
    open, with a participant who seems to be there.
    """

    async def receive_screened() -> Message:
        message = await receive()
        text = message.get("text")
        if message["type"] == "websocket.receive" and text is not None and not _SPOKEN.match(text):
            return {"type": "websocket.disconnect", "code": 1002}
        return message

    return receive_screened


def _hello(auth: Any) -> Hello:
    """The version is compared first: a newer page's greeting may look different in all else."""
    theirs = auth.get("protocol") if isinstance(auth, dict) else None
    if isinstance(theirs, int) and theirs != PROTOCOL_VERSION:
        raise WrongProtocol(PROTOCOL_VERSION, theirs)
    try:
        hello = msgspec.convert(auth, Hello)
        # Half of a surrogate pair passes for text until somebody writes it down.
        hello.version.encode()
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise malformed("auth", error) from None
    return hello


def _decoded(event: str, decoder: Any, payload: str | None) -> Any:
    if decoder is None or payload is None:
        return None
    try:
        return decoder.decode(payload)
    except UNREADABLE as error:
        raise malformed(event, error) from None
