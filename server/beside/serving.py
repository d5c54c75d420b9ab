"""Runs an application under uvicorn with the settings that the relay needs."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from beside import logs
from beside.bounded_protocols import BoundedHttp, BoundedWebSocket
from beside.errors import BesideError
from beside.fast_lane import FastWebSocket
from beside.settings import Settings

log = logging.getLogger("beside.serving")

# The store's connections, logs, static files.
FILES_BESIDE = 500
# What is not given up by then is taken over as that of a worker that was killed.
DRAIN_WITHIN_S = 5.0
# Python's own are 700, 10, 10. A connection makes some hundred objects.
COLLECTOR_THRESHOLDS = (5_000, 10, 10)


class CannotListen(BesideError):
    """The port is taken or not ours to use."""

    code = "cannot-listen"

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot listen on {self.host}, port {self.port}: {self.reason}. Choose another with --port."


class DidNotStart(BesideError):
    """The store is not there, most likely."""

    code = "did-not-start"

    def __str__(self) -> str:
        return "The relay did not start; the log above says why."


class Neighbour(Protocol):
    """Takes connections over from other workers (passing.py)."""

    def open(self, server: uvicorn.Server) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is done around serving.

    `drain` is awaited when no new connection is taken any more, and before those that are open are closed.
    `on_started` is called once requests are answered.
    """

    drain: Callable[[], Awaitable[None]] | None = None
    neighbour: Neighbour | None = None
    on_started: Callable[[], None] = lambda: None


def serve_app(app: ASGIApp, settings: Settings, *, says: str, around: Around = Around()) -> None:
    """Serves until SIGTERM or SIGINT, then drains. `says` is printed once the port is ours.

    Raises `CannotListen` and `DidNotStart`.
    """
    logs.configure(settings.log_level)
    listener = listen(settings.host, settings.port)
    print(says, flush=True)  # noqa: T201
    serve_on(listener, app, settings, around)


def serve_on(listener: socket.socket, app: ASGIApp, settings: Settings, around: Around) -> None:
    """Serves at a port that is ours already. Raises `DidNotStart`."""
    server = DrainingServer(config_of(app, settings), around)
    tune_collector()
    allow_sockets(settings.max_sockets)
    # uvicorn leaves by exit code 3 where the application does not start, and says why in the log.
    with suppress(SystemExit):
        server.run(sockets=[listener])
    if not server.started:
        raise DidNotStart


class DrainingServer(uvicorn.Server):
    """On SIGTERM no new connection is taken, then the sessions are given up, then what is open is closed."""

    def __init__(self, config: uvicorn.Config, around: Around) -> None:
        super().__init__(config)
        self._around = around

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        if self._around.neighbour is not None:
            self._around.neighbour.open(self)
        self._around.on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        if self._around.neighbour is not None:
            self._around.neighbour.close()
        if self._around.drain is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_WITHIN_S):
                    await self._around.drain()
        await super().shutdown(sockets)


def allow_sockets(count: int) -> None:
    """Lets this process hold so many sockets and some files more, as far as the system lets it.

    Shells and service managers often begin with 1,024, which is 500 sessions.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        except (ValueError, OSError):
            most = soft
        if most < wanted:
            log.warning(
                "This process may open %d files, and BESIDE_MAX_SOCKETS asks for %d: see ulimit -n.", most, count
            )


def tune_collector() -> None:
    """Lets the garbage collector look at what comes from now on, and less often.

    It would look through all that was imported at each full round, and begin one with every quarter that the number of
    open sessions grows by: 0.4 s at 2,000. Connections that ended are found by such rounds alone (python-engineio's
    tasks refer to themselves), so they are not to be rare either.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def config_of(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """uvicorn's configuration for the relay."""
    return uvicorn.Config(
        app,
        lifespan="on",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=BoundedHttp,
        ws=FastWebSocket if settings.fast_lane else BoundedWebSocket,
        # Frames are deflated once, in the shopper's browser; a deflate context a socket costs 75 kB.
        ws_per_message_deflate=False,
        ws_max_size=2 * settings.max_message_bytes,
        # Engine.IO has its own keepalive, which also tells a slow reader from a dead one.
        ws_ping_interval=None,
        # Who the client is behind proxies is worked out in one place, from settings (sharecodes.address_of).
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
    )


# Linux spreads what comes over the sockets of one port; elsewhere the last of them gets it all.
SPREADS = sys.platform == "linux"


def listen(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """A bound socket. `is_shared`: other processes of ours may bind one there too. Raises `CannotListen`.

    One socket that several processes listen on would not do: while there is little to do, the same one takes it all.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio turns Nagle's algorithm off for sockets that say so alone (`_set_nodelay`, base_events.py),
    # and what is accepted says what its listener does: 40 ms for each answer in two pieces. uvloop does it by itself.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if is_shared and SPREADS:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = "another program listens there" if error.errno == errno.EADDRINUSE else (error.strerror or "refused")
        raise CannotListen(host, port, reason) from error
    listener.set_inheritable(True)
    return listener
