"""A shopper who speaks the wire with a client of their own: no snippet, no policy, whatever frames they like.

HTTP up to *Allow*, then Engine.IO 4 and Socket.IO 5 by hand over a real WebSocket. Synchronous, beside a browser.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.closed_root import WAIT_LIMIT_S
from tests.e2e.people import Places

CHUNK_BYTES = 200_000
Entry = list[Any]


class Rogue:
    """One rogue shopper. `heard` holds what the relay said: (event, payload), in order."""

    def __init__(self, places: Places, site: str, origin: str, code: str) -> None:
        with places.http(Origin=origin) as http:
            asked = {"site": site, "protocol": 1, "locale": "en", "code": code, "secret": None, "work": None}
            offer = http.post("/join/redeem", json=asked)
            assert offer.status_code == 200, offer.text
            words = {"token": offer.json()["token"], "grants": ["view", "point"], "locale": "en", "textVersion": "1"}
            allowed = http.post("/join/answer", json=words)
            assert allowed.status_code == 200, allowed.text
        session, token = allowed.json()["session"], allowed.json()["token"]
        uri = f"ws://127.0.0.1:{places.port}/socket.io/?EIO=4&transport=websocket&session={session}"
        self.heard: list[tuple[str, Any]] = []
        self.origin = origin
        self._opened = ExitStack()
        self._socket = self._opened.enter_context(
            connect(uri, origin=Origin(origin), max_size=None, compression=None, proxy=None)
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._socket.send("40" + json.dumps({"protocol": 1, "version": "0.1.0", "token": token}))
        self.epoch = self.wait_for("welcome")["epoch"]
        self.seq = 0
        self.next = 2

    def keyframe(self, entries: list[Entry], *changes: Any, path: str = "/") -> None:
        """Opens an epoch."""
        self.epoch += 1
        self.seq = 0
        self.next = 2 + sum(entry[0] != "at" for entry in entries)
        page = {"origin": self.origin, "path": path, "quirks": False}
        self.send(["keyframe", self.epoch, 0, page, entries, list(changes)])

    def mutate(self, *changes: Any) -> None:
        self.seq += 1
        self.send(["mutation", self.epoch, self.seq, self.next, list(changes)])
        for change in changes:
            self.next += sum(entry[0] != "at" for entry in change[4]) if change[0] == "children" else 0

    def send(self, frame: list[Any]) -> None:
        """As the snippet sends it: what is large in deflated chunks."""
        text = json.dumps(frame, separators=(",", ":"))
        if len(text) < CHUNK_BYTES:
            self.say(f'42["frame",{text}]')
            return
        raw = text.encode()
        deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
        deflated = deflater.compress(raw) + deflater.flush()
        pieces = [deflated[at : at + CHUNK_BYTES] for at in range(0, len(deflated), CHUNK_BYTES)]
        for index, piece in enumerate(pieces):
            header = {"epoch": frame[1], "seq": frame[2], "index": index, "count": len(pieces), "rawBytes": len(raw)}
            self.say(f'451-["chunk",{json.dumps(header)},{{"_placeholder":true,"num":0}}]')
            self.say(piece)

    def say(self, message: str | bytes) -> None:
        """Anything at all."""
        self._socket.send(message)

    def wait_for(self, event: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """The payload of the first such event that has come since the last call for it."""
        deadline = time.monotonic() + WAIT_LIMIT_S
        while True:
            for at, (name, payload) in enumerate(self.heard):
                if name == event and fits(payload):
                    del self.heard[: at + 1]
                    return payload
            assert time.monotonic() < deadline, f"no {event} came: {self.heard!r:.500}"
            time.sleep(0.01)

    def __enter__(self) -> Rogue:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        self._reader.join()

    def _read(self) -> None:
        try:
            for message in self._socket:
                if message == "2":
                    self._socket.send("3")
                elif isinstance(message, str) and message.startswith("42"):
                    name, *rest = json.loads(message[2:])
                    self.heard.append((name, rest[0] if rest else None))
        except ConnectionClosed:
            pass
