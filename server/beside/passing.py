"""Connections that workers of one machine pass to each other: the open socket itself, with the request that came on it.

Workers of one port get connections by chance. One that is for another's session goes there before it is answered, and
costs nothing from then on. By SCM_RIGHTS over sockets in a folder that is theirs alone:
https://man7.org/linux/man-pages/man7/unix.7.html
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from array import array
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import Receive, Scope
from uvicorn.protocols.utils import ClientDisconnected

from beside import metrics
from beside.bounded_protocols import MAX_HEAD_BYTES
from beside.wires import SHORTCUT

log = logging.getLogger("beside.passing")

_LATER = (BlockingIOError, InterruptedError)


class Passing:
    """One worker's end. `folder`: of this machine's workers; nobody else may enter it."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._path = folder / worker
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._server: uvicorn.Server | None = None
        self._works: set[asyncio.Task[None]] = set()

    def open(self, server: uvicorn.Server) -> None:
        """Takes connections for `server` from now on."""
        self._server = server
        self._socket.bind(str(self._path))
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._take)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._path.unlink(missing_ok=True)
        # Those that were on their way.
        self._take()
        self._socket.close()

    async def pass_on(self, worker: str, scope: Scope, receive: Receive) -> None:
        """Gives the connection of a WebSocket's request to another worker; returns where it has to be carried.

        Raises uvicorn's `ClientDisconnected` where it was given: as far as this server can see, nobody waits any more.
        """
        protocol = scope.get("extensions", {}).get(SHORTCUT)
        if protocol is None:
            return
        transport = cast("asyncio.Transport", protocol.transport)
        given: Any = transport.get_extra_info("socket")
        if given is None or transport.is_closing():
            return
        try:
            # `socket.send_fds` takes an address and does not use it.
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [given.fileno()]))
            self._socket.sendmsg([_request_of(scope)], [rights], 0, str(self._folder / worker))
        except OSError:
            # A worker of another machine, one that is gone, or one with no room: it is carried, or asked for again.
            return
        # Closes our hold of it alone.
        transport.abort()
        while (await receive())["type"] != "websocket.disconnect":
            pass
        metrics.CARRIED.add(label="passed")
        raise ClientDisconnected

    def _take(self) -> None:
        while True:
            try:
                request, descriptors, _, _ = socket.recv_fds(self._socket, 2 * MAX_HEAD_BYTES, 1)
            except _LATER:
                return
            except OSError as error:
                log.warning("A connection of another worker could not be taken: %s", error.strerror)
                return
            for descriptor in descriptors:
                work = asyncio.ensure_future(self._serve(descriptor, request))
                self._works.add(work)
                work.add_done_callback(self._works.discard)

    async def _serve(self, descriptor: int, request: bytes) -> None:
        assert self._server is not None
        server, config = self._server, self._server.config

        def protocol() -> asyncio.Protocol:
            made = cast("Any", config.http_protocol_class)(
                config=config, server_state=server.server_state, app_state=server.lifespan.state
            )
            begin = made.connection_made

            def connection_made(transport: asyncio.Transport) -> None:
                # Before anything is read: what comes behind it is no request of its own.
                begin(transport)
                made.data_received(request)

            made.connection_made = connection_made
            return cast("asyncio.Protocol", made)

        try:
            connection = socket.socket(fileno=descriptor)
        except OSError:
            os.close(descriptor)
            return
        connection.setblocking(False)
        with suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(protocol, connection)


def _request_of(scope: Scope) -> bytes:
    """The request as it came; a WebSocket's client says nothing more before it is answered."""
    target: bytes = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    lines = [b"GET " + target + b" HTTP/1.1", *(name + b": " + value for name, value in scope["headers"])]
    return b"\r\n".join([*lines, b"", b""])
