"""The way out of one socket: by the fast lane where nothing is on its way, else behind what is."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from beside.backlog import Packet
from beside.queues import OneReaderQueue
from beside.wires import Wire


class Lane:
    """A fast lane whose other end reads when the test says so."""

    def __init__(self) -> None:
        self.hear = None
        self.written: list[str | bytes] = []
        self.clear = asyncio.Event()
        self.clear.set()

    @property
    def is_clear(self) -> bool:
        return self.clear.is_set()

    async def cleared(self) -> None:
        await self.clear.wait()

    def write(self, content: str | bytes) -> None:
        assert self.is_clear
        self.written.append(content)


def packet(text: str) -> Packet:
    return Packet("frame", (text,), len(text))


def wire(lane: Lane | None) -> tuple[Wire, OneReaderQueue]:
    queue = OneReaderQueue()
    return Wire(SimpleNamespace(queue=queue), lane), queue


async def test_packet_is_written_at_once_where_nothing_is_on_its_way() -> None:
    lane = Lane()
    out, queue = wire(lane)

    out.put(Packet("chunk", ("{}", b"bytes"), 7))

    assert lane.written == ['51-["chunk",{},{"_placeholder":true,"num":0}]', b"bytes"]
    assert queue.empty()
    assert out.is_idle()


async def test_packet_waits_behind_what_was_taken_from_the_queue_and_is_not_done() -> None:
    """Engine.IO's writer takes a packet in one turn of the loop and writes it in a later one."""
    lane = Lane()
    out, queue = wire(lane)
    queue.put_nowait("a greeting")
    await queue.get()
    assert queue.empty()

    out.put(packet("1"))

    assert not out.is_idle()
    assert lane.written == []
    await queue.get()
    for _ in range(2):
        queue.task_done()
    assert out.is_idle()


async def test_drained_waits_for_the_other_side_to_read() -> None:
    lane = Lane()
    lane.clear.clear()
    out, queue = wire(lane)
    out.put(packet("1"))
    await queue.get()
    queue.task_done()
    waiting = asyncio.create_task(out.drained())
    for _ in range(5):
        await asyncio.sleep(0)

    assert not waiting.done()
    lane.clear.set()
    await waiting

    assert out.is_idle()


async def test_without_a_fast_lane_all_goes_by_the_queue() -> None:
    out, queue = wire(None)

    out.put(packet("1"))

    assert not out.is_idle()
    assert queue.qsize() == 1
