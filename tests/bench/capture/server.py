"""Where the recorders' bytes go: pages over HTTP, a relay that keeps what it gets, and OpenReplay's ingest.

The relay here says hello as ours does and checks nothing: what is measured is what the page pays and sends.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from websockets.sync.server import ServerConnection, serve

from beside.protocol import PROTOCOL_VERSION, SessionView, ShopperWelcome
from tests.bench.report import FOLDER

PAGES = FOLDER / "pages"
HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bench</title></head><body></body>
<script src="/pages/bench.js"></script><script src="/pages/{recorder}.js"></script></html>"""
# As the protocol has it now: a field that is missing here is an error at once, and not a snippet that waits for ever.
WELCOME = ShopperWelcome(
    protocol=PROTOCOL_VERSION,
    session="bench",
    next_token="participant-token-2",
    epoch=1,
    sheets=[],
    origins=[],
    echo_key="0123456789abcdef",
    view=SessionView(
        state="live",
        pause_reason=None,
        end_reason=None,
        grants=["view"],
        agents=[],
        shopper_connected=True,
        shopper_hidden=False,
        moves=0,
        window_s=None,
        words=None,
        words_translated=None,
        offer_outcome=None,
    ),
)
OPEN = {"sid": "bench", "upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 1_000_000}
# What the tracker asks of its own back-end before it sends anything.
INGEST_START = {
    "token": "bench",
    "userUUID": "bench",
    "projectID": "1",
    "sessionID": "1",
    "delay": 0,
    "startTimestamp": 0,
    "beaconSizeLimit": 1_000_000,
    "protocolVersion": 1,
    "features": {},
}


@dataclass
class Places:
    """The addresses, and what arrived since `clear`, in order."""

    origin: str
    relay: str
    # WebSocket messages as sent.
    messages: list[str | bytes] = field(default_factory=list)
    # Bodies of the tracker's requests.
    posts: list[bytes] = field(default_factory=list)

    def clear(self) -> None:
        self.messages.clear()
        self.posts.clear()

    def url(self, recorder: str) -> str:
        return f"{self.origin}/page/{recorder}"

    def sent(self) -> list[list[str]]:
        """Frames and chunks for `check.difference`: JSON, and the bytes that belong to it."""
        found: list[list[str]] = []
        for message in self.messages:
            if isinstance(message, bytes):
                found[-1].append(base64.b64encode(message).decode())
            elif message.startswith('42["frame",'):
                found.append([json.dumps(json.loads(message[2:])[1])])
            elif message.startswith("451-"):
                found.append([json.dumps(json.loads(message[4:])[1])])
        return found


@contextmanager
def bench_server() -> Iterator[Places]:
    current: list[Places] = []
    web = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(current))
    web.daemon_threads = True
    with serve(lambda socket: relay(socket, current[0]), "127.0.0.1", 0, compression=None, max_size=None) as sockets:
        relay_origin = f"http://127.0.0.1:{sockets.socket.getsockname()[1]}"
        current.append(Places(f"http://127.0.0.1:{web.server_port}", relay_origin))
        for server in (web.serve_forever, sockets.serve_forever):
            threading.Thread(target=server, daemon=True).start()
        yield current[0]
        web.shutdown()
        sockets.shutdown()
    web.server_close()


def relay(socket: ServerConnection, places: Places) -> None:
    """Engine.IO 4 and Socket.IO 5, as far as it takes to be told frames."""
    socket.send("0" + json.dumps(OPEN))
    for message in socket:
        if isinstance(message, str) and message.startswith("40"):
            socket.send('40{"sid":"bench"}')
            socket.send(f'42["welcome",{msgspec.json.encode(WELCOME).decode()}]')
        else:
            places.messages.append(message)


def handler_for(current: list[Places]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            folder, _, name = self.path.removeprefix("/").partition("/")
            if folder == "page":
                self.answer(HTML.format(recorder=name).encode(), "text/html; charset=utf-8")
            elif folder == "pages" and (PAGES / name).is_file():
                self.answer((PAGES / name).read_bytes(), "text/javascript; charset=utf-8")
            else:
                self.answer(b"[]", "application/json")

        def do_POST(self) -> None:
            body = self.read_body()
            if self.path.endswith("/v1/web/start"):
                self.answer(json.dumps(INGEST_START).encode(), "application/json")
                return
            if "/v1/web/i" in self.path:
                current[0].posts.append(body)
            self.answer(b"{}", "application/json")

        def read_body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Silent: the tables are the output."""

    return Handler
