"""A TCP proxy between two of the parts, which fails as networks do: cut, swallowing, slow, narrow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PIECE_BYTES = 16 * 1024


@dataclass
class Way:
    """One direction. `delay_s` is added to each piece; `bytes_per_s` is how much passes; both while they are set."""

    delay_s: float = 0.0
    bytes_per_s: float | None = None
    is_swallowing: bool = False
    passed_bytes: int = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until one end closes. What is swallowed is gone, and nobody is told."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)

        async def take() -> None:
            while piece := await reader.read(PIECE_BYTES):
                await queue.put((loop.time() + self.delay_s, piece))
            await queue.put((loop.time() + self.delay_s, b""))

        taking = asyncio.create_task(take())
        try:
            while True:
                due_at, piece = await queue.get()
                # Time that a network takes, not time that a test waits.
                await asyncio.sleep(max(0.0, due_at - loop.time()))
                if not piece:
                    return
                if self.is_swallowing:
                    continue
                if self.bytes_per_s:
                    await asyncio.sleep(len(piece) / self.bytes_per_s)
                writer.write(piece)
                await writer.drain()
                self.passed_bytes += len(piece)
        finally:
            taking.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await taking


@dataclass(eq=False)
class Proxy:
    """`port` is what one side connects to; `up` leads to the other side, `down` back."""

    to_port: int
    port: int = 0
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)
    is_refusing: bool = False
    _lines: set[asyncio.Task[None]] = field(default_factory=set)

    def cut(self) -> None:
        """Every connection ends at once; new ones are refused until `mend`."""
        self.is_refusing = True
        self.drop()

    def drop(self) -> None:
        """Every connection ends at once; new ones pass."""
        for line in self._lines:
            line.cancel()

    def swallow(self, *, up: bool = True, down: bool = True) -> None:
        """Half-open: what is sent goes nowhere, and no end is told."""
        self.up.is_swallowing = up
        self.down.is_swallowing = down

    def mend(self) -> None:
        """New connections pass as if nothing had been. One that was swallowed from stays deaf: its bytes are gone."""
        self.is_refusing = False
        self.up, self.down = Way(), Way()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_refusing:
            writer.transport.abort()
            return
        line = asyncio.create_task(self._join(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far: asyncio.StreamWriter | None = None
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.to_port)
            ways = [
                asyncio.create_task(self.up.carry(reader, far)),
                asyncio.create_task(self.down.carry(far_reader, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, far):
                if end is not None:
                    end.transport.abort()


@asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(to_port=port)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.drop()
        await asyncio.gather(*proxy._lines, return_exceptions=True)
        await server.wait_closed()
