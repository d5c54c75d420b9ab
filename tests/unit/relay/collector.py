"""An OpenTelemetry collector: takes what the real exporter sends over HTTP, and gives the spans of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from tests.ports import free_port
from tests.unit.relay.sockets import LIMIT_S


@dataclass(frozen=True)
class Span:
    trace: bytes
    id: bytes
    parent: bytes
    name: str
    began_at: int
    ended_at: int
    about: dict[str, Any]
    is_error: bool
    # Of whom it comes.
    resource: dict[str, Any]


@dataclass
class Collector:
    port: int
    spans: list[Span] = field(default_factory=list)
    # The requests as they came: what the exporter says at all.
    bodies: list[bytes] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    # While it is not set no request is answered.
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, holds: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(LIMIT_S), self.came:
                await self.came.wait_for(holds)
        except TimeoutError:
            raise AssertionError(f"it did not come; what came: {[span.name for span in self.spans]}") from None

    async def root(self, name: str, fits: Callable[[Span], bool] = lambda _: True) -> Span:
        """The first span of this name that fits, once it came."""
        await self.until(lambda: any(span.name == name and fits(span) for span in self.spans))
        return next(span for span in self.spans if span.name == name and fits(span))

    async def steps(self, root: Span, *names: str) -> dict[str, Span]:
        """What is part of it, by name, once all these came."""
        await self.until(lambda: names_of(self.parts(root)) >= set(names))
        return {span.name: span for span in self.parts(root)}

    def parts(self, root: Span) -> list[Span]:
        return [span for span in self.spans if span.parent == root.id]

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().lower().split("\r\n")
                size = int(next(line.split(":")[1] for line in lines if line.startswith("content-length:")))
                body = await reader.readexactly(size)
                await self.answers.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                async with self.came:
                    self.heads.append(head.decode())
                    self.bodies.append(body)
                    self.spans += spans_of(body)
                    self.came.notify_all()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def names_of(spans: list[Span]) -> set[str]:
    return {span.name for span in spans}


def spans_of(body: bytes) -> list[Span]:
    request = ExportTraceServiceRequest.FromString(body)
    return [
        Span(
            trace=span.trace_id,
            id=span.span_id,
            parent=span.parent_span_id,
            name=span.name,
            began_at=span.start_time_unix_nano,
            ended_at=span.end_time_unix_nano,
            about=values_of(span.attributes),
            is_error=span.status.code == 2,
            resource=values_of(of_one.resource.attributes),
        )
        for of_one in request.resource_spans
        for scope in of_one.scope_spans
        for span in scope.spans
    ]


def values_of(attributes: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in attributes}


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector = Collector(free_port())
    collector.answers.set()
    async with await asyncio.start_server(collector.take, "127.0.0.1", collector.port):
        yield collector
        collector.answers.set()
