"""A real HTTP server that receives webhooks, answers as it is told and keeps what came."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

WITHIN_S = 20.0


class Received(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """`answers`: status of each delivery in turn, 204 once they are used up. 0: read it and never answer."""

    def __init__(self, *answers: int) -> None:
        self._answers = list(answers)
        self._received: queue.Queue[Received] = queue.Queue()
        self._closing = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._answer(self)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    async def next(self) -> Received:
        """What comes next; fails where nothing comes."""
        return await asyncio.to_thread(self._received.get, True, WITHIN_S)

    @property
    def waiting(self) -> int:
        return self._received.qsize()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        status = self._answers.pop(0) if self._answers else 204
        self._received.put(Received(request.path, dict(request.headers), body))
        if not status:
            self._closing.wait(WITHIN_S)
            return
        request.send_response(status)
        if status in (301, 302, 307, 308):
            request.send_header("Location", self.url + "/elsewhere")
        request.end_headers()

    @contextmanager
    def running(self) -> Iterator[Receiver]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._closing.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()
