"""The edge of the console under test: what its browser asks of the relay is answered here, in the relay's own words.

The console that runs is the built one, on a made-up origin with the relay's headers; HTTP and the WebSocket are
answered in this process, with messages made from the structs of `beside.protocol`.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import BrowserContext, Page, Request, Route, WebSocketRoute
from tests.unit.dom.conftest import BUILT, ROOT

from beside import bodies, protocol
from beside.routes.mirror_document import mirror_document

ORIGIN = "http://console.localhost"
STATIC = BUILT / "console"
SESSION = "s-7f3k"
AGENT = "p-mara"
CONSOLE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
MIRROR_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; sandbox allow-same-origin"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}

Answer = tuple[int, Any]


def wire(struct: Any) -> Any:
    """A struct of ours as it stands on the wire."""
    return msgspec.to_builtins(struct)


def console_state(**changes: Any) -> bodies.ConsoleState:
    facts: dict[str, Any] = {
        "session": SESSION,
        "site_name": "Fern & Pot",
        "ticket": "T-1042",
        "subject": "Card is declined at checkout",
        "agent_name": "Mara Okafor",
        "agent": AGENT,
        "state": "offered",
        "consent_age_s": None,
        "shop_url": "https://shop.example/",
        "offer": bodies.ShareOffer(code="428197", link="https://shop.example/#beside=Zk3x9Qm", expires_in_s=600.0),
        "words": None,
        "words_translated": None,
        "asset_origins": [],
    }
    return bodies.ConsoleState(**(facts | changes))


def mara(**changes: Any) -> protocol.AgentPresence:
    person: dict[str, Any] = {"id": AGENT, "name": "Mara Okafor", "admission": "admitted", "connected": True}
    return protocol.AgentPresence(**(person | changes))


def session_view(state: protocol.SessionState, **changes: Any) -> protocol.SessionView:
    consented = state in ("live", "paused", "away", "lost")
    known: dict[str, Any] = {
        "state": state,
        "pause_reason": None,
        "end_reason": None,
        "grants": ["view", "point"] if consented else [],
        "agents": [mara()],
        "shopper_connected": state in ("live", "paused"),
        "shopper_hidden": False,
        "moves": 0,
        "window_s": None,
        "words": None,
        "words_translated": None,
        "offer_outcome": None,
    }
    return protocol.SessionView(**(known | changes))


def problem(status: int, code: str, message: str, retry_after_s: float | None = None) -> Answer:
    return status, wire(bodies.Problem(code=code, message=message, retry_after_s=retry_after_s))


@functools.cache
def build_console() -> None:
    """Builds the console, once a run: the tests load what ships."""
    command = [sys.executable, "tools/node.py", "run", "tools/build.mjs", "--only=test-console", f"--out={BUILT}"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not built.returncode, f"The console does not build:\n{built.stderr}"


class RelayEdge:
    """Answers one browser context. Change `answers`, then act; read `asked` and `received` for what the console did."""

    def __init__(self, context: BrowserContext) -> None:
        build_console()
        # (method, path) -> status and body, or a function of the request's body that gives them. A text is sent as it
        # is, anything else as JSON.
        self.answers: dict[tuple[str, str], Answer | Callable[[Any], Answer]] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.received: list[list[Any]] = []
        self.hellos: list[Any] = []
        # Addresses of the mirror documents that were loaded.
        self.mirrors: list[str] = []
        self.reachable = True
        self.view = session_view("offered")
        # Refuses the next connects with this, where set.
        self.refuses: protocol.Refusal | None = None
        # Whether who connects is told first to drop the picture.
        self.blanks = False
        self.socket: WebSocketRoute | None = None
        self.mirror_html = mirror_document(is_quirks=False).replace("<head>", "<head><title>Mirror</title>")
        # What comes in its place, where set.
        self.mirror_trouble: Callable[[Route], None] | None = None
        self.answer("GET", "state", console_state())
        self.answer("POST", "pass", bodies.SocketPass(token="t" * 40, protocol=protocol.PROTOCOL_VERSION))
        self.answers["POST", f"/s/{SESSION}/end"] = (204, None)
        context.route(re.compile(re.escape(ORIGIN)), self._serve)
        context.route_web_socket(re.compile(r"/socket\.io/"), self._open)

    # -- HTTP ---------------------------------------------------------------------------------------------------------

    def answer(self, method: str, door: str, body: Any, status: int = 200) -> None:
        """Sets what `/s/ID/{door}` answers."""
        self.answers[method, f"/s/{SESSION}/{door}"] = (status, wire(body))

    def _serve(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ORIGIN).partition("?")[0]
        page = {"/launch": "launch.html", f"/s/{SESSION}": "console.html"}.get(path)
        if page or path.startswith("/console/"):
            self._static(route, STATIC / (page or path.removeprefix("/console/")))
        elif path == f"/s/{SESSION}/mirror":
            self.mirrors.append(request.url)
            if self.mirror_trouble is not None:
                self.mirror_trouble(route)
                return
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": MIRROR_CSP}
            route.fulfill(body=self.mirror_html, headers=headers)
        elif not self.reachable:
            route.abort("connectionrefused")
        else:
            self._answer(route, request, path)

    def _static(self, route: Route, file: Path) -> None:
        headers = {"content-type": TYPES[file.suffix] + "; charset=utf-8", "content-security-policy": CONSOLE_CSP}
        route.fulfill(body=file.read_bytes(), headers=headers)

    def _answer(self, route: Route, request: Request, path: str) -> None:
        sent = json.loads(request.post_data) if request.post_data else None
        self.asked.append((request.method, path, sent))
        known = self.answers.get((request.method, path), (404, None))
        status, body = known(sent) if callable(known) else known
        if status == 204:
            route.fulfill(status=204)
        elif isinstance(body, str):
            route.fulfill(status=status, body=body, headers={"content-type": "text/html; charset=utf-8"})
        else:
            route.fulfill(status=status, body=json.dumps(body), headers={"content-type": "application/json"})

    # -- Socket.IO (protocol 5 over Engine.IO 4, as far as a console goes) ---------------------------------------------

    def _open(self, socket: WebSocketRoute) -> None:
        if not self.reachable:
            socket.close()
            return
        self.socket = socket
        socket.on_message(lambda message: self._receive(socket, message))
        socket.send('0{"sid":"e1","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}')

    def _receive(self, socket: WebSocketRoute, message: str | bytes) -> None:
        text = message if isinstance(message, str) else message.decode()
        if text.startswith("40"):
            self.hellos.append(json.loads(text[2:]))
            if self.refuses:
                refusal = json.dumps({"message": self.refuses.message, "data": wire(self.refuses)})
                socket.send("44" + refusal)
                return
            socket.send('40{"sid":"s1"}')
            if self.blanks:
                self.send("blank", protocol.Blank("paused"))
            self.send(
                "welcome",
                protocol.AgentWelcome(
                    protocol=protocol.PROTOCOL_VERSION, session=SESSION, agent=AGENT, next_token="n", view=self.view
                ),
            )
        elif text.startswith("42"):
            self.received.append(json.loads(text[2:]))

    def send(self, event: str, struct: Any) -> None:
        """Emits an event to the console, as the relay would."""
        assert self.socket is not None
        self.socket.send("42" + json.dumps([event, wire(struct)]))

    def show(self, view: protocol.SessionView) -> None:
        """Sends a view, and greets later connects with it."""
        self.view = view
        self.send("view", view)

    def send_chunks(self, frame: protocol.Frame, chunk_bytes: int, raw_bytes: int | None = None) -> None:
        """Sends a frame deflated and in chunks; `raw_bytes` overrides what the headers announce."""
        raw = msgspec.json.encode(frame)
        packer = zlib.compressobj(wbits=-15)
        packed = packer.compress(raw) + packer.flush()
        parts = [packed[at : at + chunk_bytes] for at in range(0, len(packed), chunk_bytes)]
        for index, part in enumerate(parts):
            header = protocol.ChunkHeader(
                epoch=frame.epoch, seq=frame.seq, index=index, count=len(parts), raw_bytes=raw_bytes or len(raw)
            )
            self.send_chunk(header, part)

    def send_chunk(self, header: protocol.ChunkHeader, part: bytes) -> None:
        assert self.socket is not None
        self.socket.send("451-" + json.dumps(["chunk", wire(header), {"_placeholder": True, "num": 0}]))
        self.socket.send(part)

    def drop(self) -> None:
        """The network goes: the socket closes without a word."""
        assert self.socket is not None
        self.socket.close()

    def events(self, name: str) -> list[Any]:
        """What the console has emitted under this name."""
        return [event[1] if len(event) > 1 else None for event in self.received if event[0] == name]

    def acts(self, kind: str) -> list[Any]:
        return [act for act in self.events("act") if act[0] == kind]


def wait_until(page: Page, holds: Callable[[], bool], what: str, timeout_ms: int = 30_000) -> None:
    """Waits on a condition of this process while the browser's messages are let in."""
    waited = 0
    while not holds():
        assert waited < timeout_ms, f"waited {timeout_ms} ms for: {what}"
        page.wait_for_timeout(20)
        waited += 20
