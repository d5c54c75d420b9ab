"""uvicorn's protocols with the bounds that it leaves to a proxy: anybody can open a connection and say anything.

Knows nothing of requests: what comes whole and in time goes on to the application.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from beside.queues import Gate, OneReaderQueue

# Browsers' heads have some kB; nginx and Node refuse what is larger than 8 to 32 kB in all.
MAX_HEAD_BYTES = 64 * 1024
# A head comes in one packet, or two; whoever drips it (a "slow loris") holds a file descriptor for nothing.
HEAD_WINDOW_S = 10.0
# Pongs are small; who leaves so much of them unread pings to fill our memory.
MAX_UNREAD_BYTES = 64 * 1024
# Whoever takes less than this in that time, of what waits for them, does not read: TCP waits for as long as its probes
# are answered. The slowest phone network (GPRS) brings ten times as much.
UNREAD_WINDOW_S = 30.0
LEAST_READ_BYTES = 16 * 1024
# Requests that came before the one in front of them was answered: no browser sends any. uvicorn reads on after each
# answer, and makes 6,000 of what it may read at once, of some kB each.
MAX_PIPELINED = 16


class _BoundedUnread(asyncio.Protocol):
    """Cuts off who does not read, while a buffer is full or what is left of it keeps a connection from closing.

    It costs those nothing who read.
    """

    __slots__ = ("_unread_timer",)

    # uvicorn's.
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    connections: set[Any]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._unread_timer: asyncio.TimerHandle | None = None
        super().connection_made(transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._forget_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_reader()
        super().connection_lost(exc)

    def _await_reader(self) -> None:
        # Not once the connection is lost.
        if self._unread_timer is None and self in self.connections:
            unread_bytes = self.transport.get_write_buffer_size()
            self._unread_timer = self.loop.call_later(UNREAD_WINDOW_S, self._look_for_reader, unread_bytes)

    def _look_for_reader(self, before_bytes: int) -> None:
        self._unread_timer = None
        if self.transport.get_write_buffer_size() > before_bytes - LEAST_READ_BYTES:
            self.transport.abort()
        else:
            self._await_reader()

    def _forget_reader(self) -> None:
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None


class BoundedHttp(_BoundedUnread, HttpToolsProtocol):
    """Closes a connection whose next request's head is too large or too slow; httptools keeps any length of it.

    And one whose answers nobody reads, or that sends requests without waiting for them.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._head_bytes = 0
        self._is_in_head = True
        self._head_timer: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        if self._is_in_head:
            self._await_head()
            self._head_bytes += len(data)
        super().data_received(data)
        # Where a head or a message ended in this data, what was counted of the next is nothing yet.
        if self._is_in_head and self._head_bytes > MAX_HEAD_BYTES:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._head_bytes = 0
        self._forget_head()
        super().on_headers_complete()
        if len(self.pipeline) > MAX_PIPELINED:
            # Ends the reading of what came with it too.
            raise httptools.HttpParserError("pipelined")

    def on_message_complete(self) -> None:
        self._is_in_head = True
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._is_in_head = False
        super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_reader()

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(msg)
        self._await_reader()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._await_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_WINDOW_S, self.transport.abort)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class BoundedWebSocket(_BoundedUnread, WebSocketsSansIOProtocol):
    """Closes a connection that does not read, pongs above all, and one that goes on talking before it is answered.

    No browser does that. uvicorn would take what came for frames, of a connection that may yet be refused.
    Of a handshake's head it keeps the scope's alone, which is the application's to forget.
    """

    # uvicorn's own attributes: a dictionary of so many takes 1.6 kB a socket. One that a later uvicorn adds finds its
    # place in a small dictionary.
    __slots__ = (
        "app",
        "app_state",
        "asgi_version",
        "client",
        "close_sent",
        "close_timeout",
        "close_timer",
        "config",
        "conn",
        "connections",
        "curr_msg_data_type",
        "default_headers",
        "disconnected",
        "frames",
        "handshake_complete",
        "handshake_initiated",
        "initial_response",
        "last_ping_rtt",
        "logger",
        "loop",
        "pending_ping_payload",
        "ping_interval",
        "ping_sent_at",
        "ping_timeout",
        "ping_timer",
        "pong_timer",
        "queue",
        "read_paused",
        "request",
        "response",
        "root_path",
        "scheme",
        "scope",
        "server",
        "tasks",
        "transport",
        "writable",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if type(self.queue) is not asyncio.Queue or type(self.writable) is not asyncio.Event:
            # Ours would be ones that nobody fills and opens, and frames would overtake what waits in uvicorn's.
            raise RuntimeError("This version of uvicorn keeps messages otherwise than Beside knows.")
        self.queue = OneReaderQueue()  # type: ignore[assignment]
        self.writable = Gate()  # type: ignore[assignment]

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # They are answered, and in the scope; the parser would hold them for as long as the socket is open.
        event.headers.clear()
        event.path = ""

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        # The application has closed it, and uvicorn closes it in a moment.
        self._await_reader()

    def data_received(self, data: bytes) -> None:
        if self.handshake_initiated and not self.handshake_complete:
            self.transport.abort()
        else:
            super().data_received(data)

    def handle_ping(self) -> None:
        if self.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            self.transport.abort()
        else:
            super().handle_ping()
