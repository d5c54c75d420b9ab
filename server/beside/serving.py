"""Runs an application under uvicorn with the settings that the relay needs."""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from beside import logs
from beside.bounded_protocols import BoundedHttp, BoundedWebSocket
from beside.errors import BesideError
from beside.settings import Settings


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


def serve_app(app: ASGIApp, settings: Settings, *, says: str) -> None:
    """Serves until SIGTERM or SIGINT, then drains. `says` is printed once the port is ours.

    Raises `CannotListen` and `DidNotStart`.
    """
    logs.configure(settings.log_level)
    listener = listen(settings.host, settings.port)
    server = uvicorn.Server(config_of(app, settings))
    print(says, flush=True)  # noqa: T201
    # uvicorn leaves by exit code 3 where the application does not start, and says why in the log.
    with suppress(SystemExit):
        server.run(sockets=[listener])
    if not server.started:
        raise DidNotStart


def config_of(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """uvicorn's configuration for the relay."""
    return uvicorn.Config(
        app,
        lifespan="on",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=BoundedHttp,
        ws=BoundedWebSocket,
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


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises `CannotListen`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = "another program listens there" if error.errno == errno.EADDRINUSE else (error.strerror or "refused")
        raise CannotListen(host, port, reason) from error
    listener.set_inheritable(True)
    return listener
