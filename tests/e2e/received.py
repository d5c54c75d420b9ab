"""Everything that an agent's socket receives, as text that can be searched: proof asks the bytes, not the mirror."""

from __future__ import annotations

import json
import re
import zlib

from playwright.sync_api import Page, WebSocket

_CHUNK = re.compile(r'^451-(?:/,)?(\["chunk",.*\])$', re.DOTALL)


class Received:
    """Listens to every WebSocket of a page from before it opens."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        self.frames = 0
        self._header: dict[str, int] | None = None
        self._chunks: dict[tuple[int, int], dict[int, bytes]] = {}
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            self._note_chunk(payload)
            return
        self.texts.append(payload)
        self.frames += payload.startswith('42["frame"')
        if found := _CHUNK.match(payload):
            self._header = json.loads(found[1])[1]

    def _note_chunk(self, payload: bytes) -> None:
        header, self._header = self._header, None
        assert header is not None, "a binary message without its header"
        whole = self._chunks.setdefault((header["epoch"], header["seq"]), {})
        whole[header["index"]] = payload
        if len(whole) == header["count"]:
            deflated = b"".join(whole[index] for index in range(header["count"]))
            self.texts.append(zlib.decompress(deflated, wbits=-15).decode())
            self.frames += 1

    def everything(self) -> str:
        """All text received so far, with JSON's escapes undone."""
        return "\n".join(
            text.encode().decode("unicode_escape", "ignore") if "\\u" in text else text for text in self.texts
        )

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
