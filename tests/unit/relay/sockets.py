"""A Socket.IO client that can say anything: Engine.IO 4 and Socket.IO 5 by hand over a real WebSocket."""

from __future__ import annotations

import asyncio
import gc
import json
import zlib
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request

# What passes in a second on an idle machine may take ten times that on a busy one.
LIMIT_S = 30.0


class ConnectRefused(Exception):
    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(str(data))
        self.data = data


class Socket:
    """One connection. Events that came are kept until a test asks for them."""

    # How long it waits for what must come.
    limit_s = LIMIT_S

    def __init__(self, raw: ClientConnection) -> None:
        self.raw = raw
        self.events: list[tuple[str, Any]] = []
        self.is_closed = False
        self.connected: bool | None = None
        self.refused: dict[str, Any] | None = None
        self._came = asyncio.Condition()
        self._header: tuple[str, Any] | None = None
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def dial(cls, port: int, session: str, origin: str | None, **options: Any) -> Socket:
        """The WebSocket only, with nothing said on it."""
        uri = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket&session={session}"
        headers = {"Origin": origin} if origin is not None else {}
        raw = await connect(uri, additional_headers=headers, max_size=None, compression=None, proxy=None, **options)
        return cls(raw)

    @classmethod
    async def open(
        cls, port: int, session: str, token: str, origin: str, *, protocol: int = 1, auth: Any = None, **options: Any
    ) -> Socket:
        """Connects. Raises `ConnectRefused` with the relay's data."""
        socket = await cls.dial(port, session, origin, **options)
        hello = {"protocol": protocol, "version": "0.1.0", "token": token}
        await socket.raw.send("40" + json.dumps(hello if auth is None else auth))
        await socket.until(lambda: socket.connected is not None or socket.is_closed)
        if not socket.connected:
            await socket.close()
            raise ConnectRefused(socket.refused or {})
        return socket

    async def send(self, event: str, *payload: Any) -> None:
        await self.raw.send("42" + json.dumps([event, *payload], separators=(",", ":")))

    async def say(self, text: str | bytes) -> None:
        await self.raw.send(text)

    async def send_chunks(self, frame: Any, *, size: int = 256 * 1024, **changes: Any) -> None:
        """A frame as the snippet sends large ones. `changes` are put into each header, to lie."""
        raw = json.dumps(frame, separators=(",", ":")).encode()
        deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
        deflated = deflater.compress(raw) + deflater.flush()
        pieces = [deflated[at : at + size] for at in range(0, len(deflated), size)]
        for index, piece in enumerate(pieces):
            header = {"epoch": frame[1], "seq": frame[2], "index": index, "count": len(pieces), "rawBytes": len(raw)}
            await self.send_chunk(header | changes, piece)

    async def send_chunk(self, header: dict[str, Any], data: bytes) -> None:
        await self.raw.send(f'451-["chunk",{json.dumps(header)},{{"_placeholder":true,"num":0}}]')
        await self.raw.send(data)

    async def send_asset(self, name: str, data: bytes) -> None:
        await self.raw.send(f'451-["asset",{{"hash":"{name}"}},{{"_placeholder":true,"num":0}}]')
        await self.raw.send(data)

    async def event(self, name: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """The next event of a name that fits; it and all of the same name before it are taken.

        Fails at once where it can come no more.
        """
        found: list[Any] = []

        def look() -> bool:
            for index, (other, payload) in enumerate(self.events):
                if other == name and fits(payload):
                    found.append(payload)
                    self.events[: index + 1] = [e for e in self.events[: index + 1] if e[0] != name]
                    return True
            return False

        await self.until(lambda: look() or self.is_closed)
        assert found, f"the socket was closed before {name!r} came; what came: {self.events!r:.2000}"
        return found[0]

    async def until(self, holds: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(self.limit_s), self._came:
                await self._came.wait_for(holds)
        except TimeoutError:
            raise AssertionError(f"it did not come; what came: {self.events!r:.2000}") from None

    async def closed(self) -> None:
        await self.until(lambda: self.is_closed)

    async def close(self) -> None:
        await self.raw.close()
        await self._reader

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    async def _read(self) -> None:
        try:
            async for message in self.raw:
                async with self._came:
                    await self._take(message)
                    self._came.notify_all()
        except ConnectionClosed:
            pass
        finally:
            async with self._came:
                self.is_closed = True
                self._came.notify_all()

    async def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            assert self._header is not None, "bytes without a header"
            name, header = self._header
            self._header = None
            self.events.append((name, (header, message)))
        elif message == "2":
            await self.raw.send("3")
        elif message.startswith("40"):
            self.connected = True
        elif message.startswith("44"):
            self.refused = json.loads(message[2:])
            self.connected = False
        elif message.startswith("42"):
            name, *args = json.loads(message[2:])
            self.events.append((name, args[0] if args else None))
        elif message.startswith("451-"):
            name, header, _ = json.loads(message[4:])
            self._header = (name, header)


def kept_of_heads(canary: str) -> list[object]:
    """What this process holds of handshakes with such a header: as uvicorn, ASGI and Engine.IO have them."""
    gc.collect()
    found: list[object] = []
    for each in gc.get_objects():
        if (
            (isinstance(each, Request) and canary in each.headers.values())
            or (isinstance(each, dict) and each.get("HTTP_USER_AGENT") == canary)
            or (isinstance(each, list) and (b"user-agent", canary.encode()) in each)
        ):
            found.append(each)
    return found
