"""All that a page's browser sends, by the DevTools protocol: requests with headers and bodies, sockets' frames."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from playwright.sync_api import Page

# RFC 6455, section 5.2: the opcode of a text.
TEXT = 1


# What the page itself asks its own host for, with or without us, in whatever words it likes.
OF_PAGES = {"Document", "Image", "Stylesheet", "Script", "Font", "Other"}


class Sent:
    """Listens from before the page's first request. What it keeps are JSON texts, as `encodings.py` takes them."""

    def __init__(self, page: Page, own_origin: str) -> None:
        self.sent: list[str] = []
        self.received: list[str] = []
        self._own_origin = own_origin
        self._own: set[str] = set()
        self._headers: list[tuple[str, str]] = []
        self._deflated: dict[str, bytes] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable", {"maxPostDataSize": 10_000_000})
        session.on("Network.requestWillBeSent", self._note_request)
        session.on("Network.requestWillBeSentExtraInfo", self._note_headers)
        session.on("Network.webSocketCreated", lambda event: _keep(self.sent, event["url"]))
        session.on("Network.webSocketFrameSent", lambda event: self._note_frame(self.sent, "sent", event))
        session.on("Network.webSocketFrameReceived", lambda event: self._note_frame(self.received, "got", event))

    def headers(self) -> list[str]:
        """The headers as they really went out, of all but the page's own requests to its own host."""
        return [text for request, text in self._headers if request not in self._own]

    def _note_request(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if request["url"].startswith(self._own_origin) and event.get("type") in OF_PAGES:
            self._own.add(event["requestId"])
            return
        _keep(self.sent, request["url"] + request.get("urlFragment", ""))
        _keep(self.sent, request.get("postData", ""))
        for entry in request.get("postDataEntries", []):
            _keep(self.sent, base64.b64decode(entry.get("bytes", "")).decode("utf-8", "replace"))

    def _note_headers(self, event: dict[str, Any]) -> None:
        self._headers += [(event["requestId"], json.dumps(text)) for text in event["headers"].values()]

    def _note_frame(self, kept: list[str], way: str, event: dict[str, Any]) -> None:
        data = event["response"]["payloadData"]
        if event["response"]["opcode"] == TEXT:
            _keep(kept, data)
            if data.startswith('451-["chunk"') and json.loads(data[4:])[1]["index"] == 0:
                self._deflated[way] = b""
            return
        self._deflated[way] += base64.b64decode(data)
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        text = inflater.decompress(self._deflated[way])
        if inflater.eof:
            _keep(kept, text.decode())


def _keep(kept: list[str], text: str) -> None:
    """What a message says, number by number and string by string, where it is one of JSON; else as a text."""
    starts = [at for at in (text.find("["), text.find("{")) if at >= 0]
    try:
        kept.append(json.dumps(json.loads(text[min(starts) :])))
    except (ValueError, json.JSONDecodeError):
        kept.append(json.dumps(text))
