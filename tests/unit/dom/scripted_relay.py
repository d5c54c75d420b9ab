"""A relay whose words a test decides: real HTTP, real Socket.IO (python-socketio), in a thread of its own.

The edge at which the snippet's tests stand in for the relay. What the relay itself does is tested with the relay.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import socketio
import uvicorn
from socketio.exceptions import ConnectionRefusedError as ConnectionRefused
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

WAIT_LIMIT_S = 30.0

AGENT = {"id": "agent1", "name": "Sam", "admission": "admitted", "connected": True}


def view(**changes: Any) -> dict[str, Any]:
    """A SessionView: live, with one agent who watches."""
    return {
        "state": "live",
        "pauseReason": None,
        "endReason": None,
        "grants": ["view", "point"],
        "agents": [AGENT],
        "shopperConnected": True,
        "shopperHidden": False,
        "moves": 0,
        "windowS": None,
        "words": None,
        "wordsTranslated": None,
        "offerOutcome": None,
        **changes,
    }


def offer(**changes: Any) -> dict[str, Any]:
    """A ConsentOffer."""
    return {
        "token": "consent-token-consent",
        "session": "session1",
        "agentName": "Sam",
        "shopName": "Plant Shop",
        "words": ["amber", "river"],
        "expiresInS": 120.0,
        **changes,
    }


class ScriptedRelay:
    """`answers[path]` holds (status, body) pairs: each is given once, the last for ever."""

    def __init__(self, static: Path | None) -> None:
        self.static = static
        self.answers: dict[str, list[tuple[int, Any]]] = {
            "redeem": [(200, offer())],
            "answer": [(200, {"session": "session1", "token": "participant-token-1"})],
            "ask": [(200, {"code": "123 456", "token": "ask-token-ask-token", "expiresInS": 600.0})],
            "wait": [(200, {"waiting": True})],
            "cancel": [(204, None)],
            "stop": [(204, None)],
        }
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        # Socket.IO: what each connect presented, and what was heard on any socket, in order.
        self.connects: list[dict[str, Any]] = []
        self.sessions: list[str] = []
        self.heard: list[tuple[str, Any]] = []
        self.refusals: list[str] = []
        self.view = view()
        self.epoch = 1
        self.sheets: list[str] = []
        self.origins: list[str] = []
        # Whether a socket's "stop" gets through, and its answer back.
        self.hears_stop = True
        self.files: list[tuple[str, dict[str, str]]] = []
        self.broken_files: dict[str, bytes] = {}
        self._ready = threading.Event()
        self._changed = threading.Condition()
        self._sids: list[str] = []

    # -- What tests say and see

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, event: str, payload: Any = None) -> None:
        """Sends an event to the socket that connected last."""
        args = () if payload is None else (payload,)
        self._run(self.io.emit(event, args, to=self._last()))

    def drop(self) -> None:
        """Cuts the last socket without a word."""
        self._run(self.io.eio.disconnect(self.io.manager.eio_sid_from_sid(self._last(), "/")))

    def wait_for(self, look: Callable[[ScriptedRelay], Any], what: str) -> Any:
        """Waits until `look` sees something true."""
        with self._changed:
            if not self._changed.wait_for(lambda: look(self), WAIT_LIMIT_S):
                heard = [name for name, _ in self.heard]
                raise AssertionError(f"waited for {what}; asked {[path for path, _ in self.asked]}, heard {heard}")
            return look(self)

    def wait_heard(self, event: str, count: int = 1) -> Any:
        """The payload of the `count`-th event of this name."""
        self.wait_for(lambda relay: len(relay.all_heard(event)) >= count, f"{count} x {event}")
        return self.all_heard(event)[count - 1]

    def all_heard(self, event: str) -> list[Any]:
        return [payload for name, payload in self.heard if name == event]

    def wait_connects(self, count: int) -> None:
        self.wait_for(lambda relay: len(relay._sids) >= count, f"{count} connects")

    # -- Its own works

    def _last(self) -> str:
        # A page may have read its welcome before that is noted here.
        self.wait_connects(1)
        return self._sids[-1]

    def _run(self, doing: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(WAIT_LIMIT_S)

    def _note(self, change: Callable[[], None]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    async def _join(self, request: Request) -> Response:
        path = request.path_params["path"]
        body = json.loads(await request.body())
        self._note(lambda: self.asked.append((path, body)))
        self.headers.append(dict(request.headers))
        answers = self.answers[path]
        status, content = answers[0] if len(answers) == 1 else answers.pop(0)
        if content == {"waiting": True}:
            await asyncio.sleep(0.05)  # a long poll that holds an answer back for a moment, as the relay does for 20 s
        return Response(status_code=204) if content is None else JSONResponse(content, status)

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        self._note(lambda: self.files.append((name, dict(request.headers))))
        if name in self.broken_files:
            return Response(self.broken_files[name], media_type="text/javascript")
        assert self.static is not None
        return FileResponse(self.static / name, media_type="text/javascript; charset=utf-8")

    def serve(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.io = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*", transports=["websocket"])

        async def connect(sid: str, environ: dict[str, Any], auth: dict[str, Any]) -> None:
            session = parse_qs(environ["QUERY_STRING"])["session"][0]
            self.connects.append(auth)
            self.sessions.append(session)
            if self.refusals:
                code = self.refusals.pop(0)
                raise ConnectionRefused("No.", {"code": code, "message": "No."})
            welcome = {
                "protocol": 1,
                "session": session,
                "nextToken": f"participant-token-{len(self.connects) + 1}",
                "epoch": self.epoch,
                "sheets": self.sheets,
                "origins": self.origins,
                "echoKey": "0123456789abcdef",
                "view": self.view,
            }

            async def greet() -> None:
                await self.io.emit("welcome", welcome, to=sid)
                self._note(lambda: self._sids.append(sid))

            # Once the connect itself has been answered.
            self.io.start_background_task(greet)

        async def hear(event: str, sid: str, *args: Any) -> None:
            if event == "stop" and self.hears_stop:
                await self.io.emit("view", view(state="ended", endReason="shopper-stopped"), to=sid)
            self._note(lambda: self.heard.append((event, args if len(args) > 1 else args[0] if args else None)))

        self.io.on("connect", connect)
        self.io.on("*", hear)
        routes = [
            Route("/join/{path}", self._join, methods=["POST"]),
            Route("/v/0/{name}", self._file),
        ]
        pages = CORSMiddleware(Starlette(routes=routes), allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        app = socketio.ASGIApp(self.io, pages)
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        # Who comes before the server is up waits at the door.
        listener.listen(64)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=0)
        self.server = uvicorn.Server(config)
        self._ready.set()
        await self.server.serve(sockets=[listener])
        listener.close()


@contextmanager
def scripted_relay(static: Path | None = None) -> Iterator[ScriptedRelay]:
    relay = ScriptedRelay(static)
    thread = threading.Thread(target=relay.serve, daemon=True)
    thread.start()
    assert relay._ready.wait(WAIT_LIMIT_S)
    yield relay
    relay.server.should_exit = True
    relay.server.force_exit = True
    thread.join(WAIT_LIMIT_S)
