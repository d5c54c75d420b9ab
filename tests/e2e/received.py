"""Everything that an agent's socket receives, as text that can be searched: proof asks the bytes, not the mirror.

What is searched is what messages say: their strings, and numbers each for itself. Left out is what differs by chance
from run to run, of which a canary of a few digits may be a part: the port in an address of this machine, a style
sheet's hash, the ids that engine.io and Socket.IO give to a connection.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, WebSocket

# engine.io's type, Socket.IO's type, how many binary parts follow, the namespace; then JSON, if there is any.
_MESSAGE = re.compile(r"^\d{1,2}(?:\d*-)?(?:/,)?(?P<json>[\[{].*)?$", re.DOTALL)
_OWN_PORT = re.compile(r"(//[\w.-]*localhost):\d+")
# No text of a page holds it, and what is left out between the letters of a secret does not either.
_APART = "\0"


class Received:
    """Listens to every WebSocket of a page from before it opens."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        self.frames = 0
        self._strings: list[str] = []
        self._numbers: list[str] = []
        self._header: dict[str, int] | None = None
        self._chunks: dict[tuple[int, int], dict[int, bytes]] = {}
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            self._note_chunk(payload)
            return
        found = _MESSAGE.match(payload)
        assert found, f"no message of Socket.IO: {payload[:80]}"
        message = json.loads(found["json"] or "null")
        self._keep(payload, message)
        self.frames += payload.startswith('42["frame"')
        if payload.startswith("451-") and message[0] == "chunk":
            self._header = message[1]

    def _note_chunk(self, payload: bytes) -> None:
        header, self._header = self._header, None
        assert header is not None, "a binary message without its header"
        whole = self._chunks.setdefault((header["epoch"], header["seq"]), {})
        whole[header["index"]] = payload
        if len(whole) == header["count"]:
            deflated = b"".join(whole[index] for index in range(header["count"]))
            text = zlib.decompress(deflated, wbits=-15).decode()
            self._keep(text, json.loads(text))
            self.frames += 1

    def _keep(self, text: str, message: Any) -> None:
        self.texts.append(text)
        for said in _said_in(message):
            if isinstance(said, str):
                self._strings.append(said)
            else:
                # Of a time or a place, more decimals than a canary has digits would be chance.
                self._numbers.append(f"{said:.2f}".replace(".", _APART))

    def strings(self) -> str:
        """Every string and every name that was received so far, each apart from the next."""
        return _APART.join(self._strings)

    def everything(self) -> str:
        """The strings and the numbers."""
        return _APART.join((self.strings(), *self._numbers))

    def holds(self, secret: str) -> bool:
        """Whether a secret occurs: as it is, without what groups it, in another case, or cut into pieces of six."""
        return bool(self.traces(secret))

    def traces(self, secret: str) -> list[str]:
        """What `holds` found: each trace of the secret with what stands around it, for a failing test to print."""
        hay = self.everything().casefold()
        bare_hay = re.sub(r"[\s\-/().+]", "", hay)
        bare = re.sub(r"[\s\-/().+]", "", secret.casefold())
        pieces = [bare[at : at + 6] for at in range(0, len(bare) - 5)] if len(bare) > 8 else []
        found = [secret.casefold()] if secret.casefold() in hay else []
        return found + [
            bare_hay[max(0, at - 60) : at + 60] for piece in [bare, *pieces] if (at := bare_hay.find(piece)) >= 0
        ]


def _said_in(value: Any) -> Iterator[str | float]:
    """Strings, names and numbers of a message, at any depth."""
    match value:
        case str():
            yield _OWN_PORT.sub(r"\1", value)
        case ["named", str()]:
            yield "named"
        case list():
            for item in value:
                yield from _said_in(item)
        case dict():
            for name, item in value.items():
                if name != "sid":
                    yield name
                    yield from _said_in(item)
        case int() | float() if not isinstance(value, bool):
            yield value
