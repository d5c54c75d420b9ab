"""Sockets that have come: what is known of one until it has a seat, how many of a caller wait for theirs, and what is
forgotten of them then.

Knows nothing of Socket.IO, and of sessions only the name that an address gives.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope

from beside.attendance import CheckedIn
from beside.callers import caller_of
from beside.live import Seat
from beside.protocol import AssetName
from beside.settings import Settings
from beside.wires import Shortcut, Wire

# Engine.IO: a pong, or a message whose first character says its kind (Socket.IO's packet types).
_SPOKEN = re.compile(r"3\Z|4[0-6]")


@dataclass(eq=False, slots=True)
class Arrival:
    """What is known of a connection that has no seat yet."""

    origin: str
    session: str | None
    caller: str
    deadline: asyncio.TimerHandle
    checked: CheckedIn | None = None


@dataclass(eq=False, slots=True)
class Connection:
    """One Engine.IO connection, from its handshake to its end."""

    eio_sid: str
    wire: Wire
    shortcut: Shortcut | None
    # None once there is a seat.
    arrival: Arrival | None
    seat: Seat | None = None
    # The event whose bytes come next, with its header: a chunk's as it came, an asset's decoded.
    header: tuple[Literal["chunk"], str] | tuple[Literal["asset"], AssetName] | None = None
    is_closing: bool = field(default=False)

    @property
    def is_deaf(self) -> bool:
        """Nothing is heard of it any more: it closes, or its session has left, and then its lane closes it.

        Whoever says something now knows by the socket's end that it was not heard.
        """
        return self.is_closing or (self.seat is not None and self.seat.live.has_left)


class WaitingRoom:
    """How many connections of each caller have not said yet whose they are.

    One address could otherwise hold every socket there is, without ever saying so.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: Counter[str] = Counter()

    def is_full(self, scope: Scope) -> bool:
        """For whoever comes with this scope."""
        return self._waiting[caller_of(HTTPConnection(scope), self._settings)] >= self._settings.max_waiting_sockets

    def enter(self, scope: Scope, deadline: asyncio.TimerHandle) -> Arrival:
        arrival = Arrival(
            origin=origin_of(scope),
            session=session_of(scope),
            caller=caller_of(HTTPConnection(scope), self._settings),
            deadline=deadline,
        )
        self._waiting[arrival.caller] += 1
        return arrival

    def leave(self, arrival: Arrival) -> None:
        """It has a seat, or is gone."""
        arrival.deadline.cancel()
        self._waiting[arrival.caller] -= 1
        if not self._waiting[arrival.caller]:
            del self._waiting[arrival.caller]


def origin_of(scope: Scope) -> str:
    return Headers(scope=scope).get("origin", "")


def session_of(scope: Scope) -> str | None:
    """The session that a socket's address names."""
    sessions = parse_qs(scope["query_string"].decode("latin-1")).get("session", [])
    return sessions[0] if sessions else None


def forget_head(environ: dict[str, Any]) -> None:
    """What the handshake said is kept twice, for as long as the socket is open: 9 kB, the caller's address in it."""
    environ["asgi.scope"].clear()
    environ.clear()


def screened(receive: Receive) -> Receive:
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
