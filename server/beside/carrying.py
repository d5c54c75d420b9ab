"""What reaches a worker that is not a session's home is carried there: requests with their answers, and WebSockets.

The home's own application answers, with all its checks, as if the browser had come to it. Knows nothing of sessions.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from beside import metrics
from beside.errors import AtHomeElsewhere, BesideError, Refused, StoreUnavailable
from beside.letters import Letters, Nobody
from beside.problems import problem, refuse_websocket
from beside.reading import read_whole
from beside.tunnels import Piece, Taken, Tunnel, TunnelCut

log = logging.getLogger("beside.carrying")

# A shopper's wait for an agent is the longest request, 20 s.
ANSWER_WITHIN_S = 30.0
# The two ends tell each other this often which tunnels they have: one that was cut at one end alone would go on showing
# its agent a picture that was taken away. A tunnel that has just begun is not known to both yet.
LOOK_S = 1.0
BEGINNING_S = 3.0
# Marks what came from another worker: it is not carried on.
CARRIED = "beside.carried"

GONE = 1012  # "service restart": https://www.iana.org/assignments/websocket/websocket.xhtml

_encode = msgspec.msgpack.encode


class _Asked(msgspec.Struct, frozen=True, array_like=True):
    scope: dict[str, Any]
    body: bytes


class _Answered(msgspec.Struct, frozen=True, array_like=True):
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class _Opening(msgspec.Struct, frozen=True, array_like=True):
    tunnel: str
    scope: dict[str, Any]


_asked = msgspec.msgpack.Decoder(_Asked)
_answered = msgspec.msgpack.Decoder(_Answered)
_opening = msgspec.msgpack.Decoder(_Opening)
_piece = msgspec.msgpack.Decoder(Piece)
_taken = msgspec.msgpack.Decoder(Taken)
_names = msgspec.msgpack.Decoder(list[str])


# Gives the connection itself to a worker, and ends the application by an error that the server knows; returns where it
# cannot.
PassOn = Callable[[str, Scope, Receive], Awaitable[None]]


async def _keep(*_: object) -> None:
    """No worker is on this machine."""


class Carrier:
    """One worker's. `app` is what answers here for others; it is given once it is built."""

    def __init__(self, letters: Letters, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self.app: ASGIApp | None = None
        # Gives the connection itself to a worker of this machine, where one can be given (passing.py).
        self.pass_on: PassOn = _keep
        self._letters = letters
        self._tunnels: dict[str, Tunnel] = {}
        self._works: set[asyncio.Task[None]] = set()
        letters.answering("request", self._answer)
        letters.hearing("open", self._open)
        letters.hearing("piece", self._hear)
        letters.hearing("taken", self._told)
        letters.hearing("cut", self._cut)
        letters.hearing("tunnels", self._compare)
        letters.when_gone(self._gone)

    def __len__(self) -> int:
        """How many sockets are carried, from here and to here."""
        return len(self._tunnels)

    async def run(self) -> None:
        """Until cancelled: looks whether each tunnel still has both its ends."""
        while True:
            await asyncio.sleep(LOOK_S)
            for worker in {tunnel.worker for tunnel in self._tunnels.values()}:
                names = [tunnel.name for tunnel in self._tunnels.values() if tunnel.worker == worker]
                # Where nobody takes it, it comes back as `gone`.
                self._letters.tell(worker, "tunnels", _encode(names))

    def _compare(self, body: bytes, sender: str) -> None:
        theirs = set(_names.decode(body))
        for name in theirs - self._tunnels.keys():
            self._letters.tell(sender, "cut", name.encode())
        old = asyncio.get_running_loop().time() - BEGINNING_S
        for tunnel in list(self._tunnels.values()):
            if tunnel.worker == sender and tunnel.name not in theirs and tunnel.began_at < old:
                self._end(tunnel)

    # -- Requests

    async def carry_request(self, request: Request, error: Exception) -> Response:
        """Starlette's handler of `AtHomeElsewhere`: the answer that the session's home gives."""
        assert isinstance(error, AtHomeElsewhere)
        metrics.CARRIED.add(label="request")
        if request.scope.get(CARRIED):
            return problem(Refused(*_MOVED))
        try:
            # Doors that look for the session first have not read it.
            body = await read_whole(request, self._max_body_bytes)
            asked = _encode(_Asked(_scope_of(request.scope), body))
            answer = await self._letters.ask(error.worker, "request", asked, within_s=ANSWER_WITHIN_S)
        except Nobody:
            return problem(StoreUnavailable("the worker that holds this session is gone; ask again"))
        except BesideError as refusal:
            return problem(refusal)
        answered = _answered.decode(answer)
        response = Response(answered.body, answered.status)
        response.raw_headers = answered.headers
        return response

    async def _answer(self, question: bytes, _: str) -> bytes:
        asked = _asked.decode(question)
        parts: list[bytes] = []
        start: dict[str, Any] = {}
        inbox: list[Message] = [{"type": "http.request", "body": asked.body, "more_body": False}]

        async def receive() -> Message:
            if inbox:
                return inbox.pop()
            # Whether the browser has gone meanwhile, nobody here knows.
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        assert self.app is not None
        try:
            await self.app(_scope_from(asked.scope), receive, send)
        except Exception:
            # As uvicorn does: Starlette has made an answer of it, and raises it all the same.
            log.exception("A carried request has failed.")
            start.setdefault("status", 500)
        return _encode(_Answered(start["status"], list(start.get("headers", [])), b"".join(parts)))

    # -- Sockets, at the end where the browser is

    async def carry_socket(self, worker: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs a WebSocket whose session's home is `worker`, until it ends."""
        if scope.get(CARRIED):
            await refuse_websocket(Refused(*_MOVED), scope, receive, send)
            return
        await self.pass_on(worker, scope, receive)
        metrics.CARRIED.add(label="socket")
        tunnel = self._begin(secrets.token_urlsafe(9), worker)
        self._letters.tell(worker, "open", _encode(_Opening(tunnel.name, _scope_of(scope))))
        up = asyncio.create_task(_pass_up(tunnel, receive))
        is_accepted = False
        try:
            while True:
                message = await tunnel.get()
                await send(message)
                if message["type"] == "websocket.accept":
                    is_accepted = True
                    # The home has them, and forgets them too.
                    scope["headers"].clear()
                if message["type"] == "websocket.close" or _is_refusal(message):
                    break
        except TunnelCut:
            log.info("A carried socket is cut.")
            with suppress(Exception):
                await send({"type": "websocket.close", "code": GONE if is_accepted else 1001})
        finally:
            up.cancel()
            self._end(tunnel)

    # -- Sockets, at the home

    def _open(self, body: bytes, sender: str) -> None:
        opening = _opening.decode(body)
        self._start(self._serve(self._begin(opening.tunnel, sender), _scope_from(opening.scope)))

    async def _serve(self, tunnel: Tunnel, scope: Scope) -> None:
        """The application as for a socket of our own. A cut tells it of an abrupt close, once."""
        is_over = False

        async def receive() -> Message:
            nonlocal is_over
            try:
                message = await tunnel.get()
            except TunnelCut:
                message = {"type": "websocket.disconnect", "code": 1006}
            is_over = is_over or message["type"] == "websocket.disconnect"
            return message

        async def send(message: Message) -> None:
            # Of what uvicorn does for a socket that is gone: nothing is sent, and nobody is told.
            with suppress(TunnelCut):
                if not is_over:
                    await tunnel.put(dict(message))

        assert self.app is not None
        try:
            await self.app(scope, receive, send)
        finally:
            self._end(tunnel)

    # -- Both ends

    def _begin(self, name: str, worker: str) -> Tunnel:
        tunnel = self._tunnels[name] = Tunnel(name, worker, self._letters)
        return tunnel

    def _end(self, tunnel: Tunnel) -> None:
        if self._tunnels.pop(tunnel.name, None) is not None and not tunnel.is_cut:
            tunnel.cut()
            self._letters.tell(tunnel.worker, "cut", tunnel.name.encode())

    def _hear(self, body: bytes, sender: str) -> None:
        piece = _piece.decode(body)
        tunnel = self._tunnels.get(piece.tunnel)
        if tunnel is None or tunnel.worker != sender:
            self._letters.tell(sender, "cut", piece.tunnel.encode())
            return
        try:
            tunnel.hear(piece, len(body))
        except TunnelCut:
            self._end(tunnel)

    def _told(self, body: bytes, sender: str) -> None:
        taken = _taken.decode(body)
        tunnel = self._tunnels.get(taken.tunnel)
        if tunnel is not None and tunnel.worker == sender:
            tunnel.told(taken)

    def _cut(self, body: bytes, sender: str) -> None:
        tunnel = self._tunnels.get(body.decode())
        if tunnel is not None and tunnel.worker == sender:
            del self._tunnels[tunnel.name]
            tunnel.cut()

    def _gone(self, worker: str | None) -> None:
        for tunnel in list(self._tunnels.values()):
            if worker in (None, tunnel.worker):
                del self._tunnels[tunnel.name]
                tunnel.cut()

    def _start(self, doing: Awaitable[None]) -> None:
        work = asyncio.ensure_future(doing)
        self._works.add(work)
        work.add_done_callback(self._works.discard)


_MOVED = ("conflict", "This session moves between workers. Try again in a moment.")


async def _pass_up(tunnel: Tunnel, receive: Receive) -> None:
    with suppress(TunnelCut):
        while True:
            message = await receive()
            await tunnel.put(dict(message))
            if message["type"] == "websocket.disconnect":
                return


def _is_refusal(message: dict[str, Any]) -> bool:
    """The end of an answer to a handshake that was not accepted."""
    return message["type"] == "websocket.http.response.body" and not message.get("more_body", False)


def _scope_of(scope: Scope) -> dict[str, Any]:
    """What of a scope another process can use, as it was before routing."""
    said = ("method", "path", "raw_path", "query_string", "headers", "subprotocols")
    names = ("type", "asgi", "http_version", "scheme", "client", "server", *said)
    extensions = scope.get("extensions") or {}
    return {
        **{name: scope[name] for name in names if name in scope},
        "root_path": scope.get("app_root_path", scope.get("root_path", "")),
        "extensions": {name: {} for name in extensions if name == "websocket.http.response"},
    }


def _scope_from(carried: dict[str, Any]) -> Scope:
    scope = dict(carried)
    scope["headers"] = [(bytes(name), bytes(value)) for name, value in carried["headers"]]
    for place in ("client", "server"):
        if carried.get(place) is not None:
            scope[place] = tuple(carried[place])
    scope["state"] = {}
    scope[CARRIED] = True
    return scope
