"""The two ends of a carried socket: what one puts the other gets, in order, no more than the window lets."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import msgspec
import pytest

from beside.letters import Letters
from beside.store.redis_post import MAX_LETTER_BYTES
from beside.tunnels import PIECE_BYTES, WINDOW, WINDOW_BYTES, Piece, Taken, Tunnel, TunnelCut


class Line(Letters):
    """Letters that wait until the test lets them through."""

    def __init__(self) -> None:
        self.worker = "here"
        self.waiting: deque[tuple[str, bytes]] = deque()

    def tell(self, worker: str, kind: str, body: bytes) -> None:
        self.waiting.append((kind, body))


class Ends:
    """`near` puts, `far` gets."""

    def __init__(self) -> None:
        self.there, self.back = Line(), Line()
        self.near = Tunnel("t", "far", self.there)
        self.far = Tunnel("t", "near", self.back)

    def carry(self) -> None:
        while self.there.waiting:
            kind, body = self.there.waiting.popleft()
            assert kind == "piece"
            self.far.hear(msgspec.msgpack.decode(body, type=Piece), len(body))
        while self.back.waiting:
            kind, body = self.back.waiting.popleft()
            assert kind == "taken"
            self.near.told(msgspec.msgpack.decode(body, type=Taken))


async def finishes(doing: asyncio.Task[Any]) -> bool:
    for _ in range(5):
        await asyncio.sleep(0)
    return doing.done()


async def test_messages_come_in_order_and_whole() -> None:
    ends = Ends()
    said = [{"type": "websocket.receive", "text": f"{n}", "bytes": None} for n in range(10)]

    for message in said:
        await ends.near.put(message)
    ends.carry()

    assert [await ends.far.get() for _ in said] == said


@pytest.mark.parametrize(("count", "size"), [(WINDOW, 10), (3, WINDOW_BYTES // 2)], ids=["many", "large"])
async def test_who_is_not_read_stops_until_they_are(count: int, size: int) -> None:
    ends = Ends()
    message = {"type": "websocket.send", "bytes": b"x" * size, "text": None}
    putting = [asyncio.create_task(ends.near.put(message)) for _ in range(count + 1)]
    assert not await finishes(putting[-1])
    ends.carry()
    assert not await finishes(putting[-1])

    for _ in range(count // 2 + 1):
        await ends.far.get()
    ends.carry()

    assert await finishes(putting[-1])


async def test_what_waits_at_the_far_end_is_bounded() -> None:
    ends = Ends()
    for number in range(1, 10 * WINDOW):
        piece = Piece("t", number, msgspec.msgpack.encode({"type": "websocket.send"}))
        try:
            ends.far.hear(piece, 10)
        except TunnelCut:
            # Who keeps to the window never gets here.
            assert number > WINDOW
            return
    pytest.fail("it takes whatever comes")


async def test_message_of_some_mb_comes_whole_in_letters_that_are_small_enough() -> None:
    """A style sheet's text may have 16 MB as JSON: no letter holds it, and who was to get it lost the picture."""
    ends = Ends()
    large = {"type": "websocket.send", "text": "\\u0001" * 1_000_000}
    putting = [asyncio.create_task(ends.near.put(message)) for message in (large, {"type": "websocket.send"})]
    sizes: list[int] = []

    while not await finishes(putting[-1]):
        assert ends.there.waiting
        sizes += [len(body) for _, body in ends.there.waiting]
        ends.carry()
    ends.carry()

    assert [await ends.far.get(), await ends.far.get()] == [large, {"type": "websocket.send"}]
    assert max(sizes) < 2 * WINDOW_BYTES < MAX_LETTER_BYTES


async def test_who_is_not_read_is_sent_no_large_message_behind_another() -> None:
    """All of them were taken as read once all but their last piece had come, and a blank stood behind them."""
    ends = Ends()
    large = {"type": "websocket.send", "text": "x" * 4 * WINDOW_BYTES}
    putting = [asyncio.create_task(ends.near.put(large)) for _ in range(5)]
    came = 0

    async def comes() -> None:
        nonlocal came
        await finishes(putting[-1])
        while ends.there.waiting:
            came += sum(len(body) for _, body in ends.there.waiting)
            ends.carry()
            await finishes(putting[-1])

    await comes()
    assert came < 6 * WINDOW_BYTES

    for _ in putting:
        assert await ends.far.get() == large
        ends.carry()
        await comes()


@pytest.mark.parametrize("left", [3, 1], ids=["some", "one"])
async def test_message_that_was_put_in_part_is_not_taken_for_the_next(left: int) -> None:
    ends = Ends()
    putting = asyncio.create_task(ends.near.put({"text": "x" * 3 * PIECE_BYTES}))
    for _ in range(4 - left):
        assert not await finishes(putting)
        ends.carry()
    putting.cancel()
    await finishes(putting)

    await ends.near.put({"text": "next"})
    with pytest.raises(TunnelCut):
        ends.carry()


async def test_message_that_was_stopped_before_it_began_is_missed_by_nobody() -> None:
    ends = Ends()
    first = {"bytes": b"x" * WINDOW_BYTES}
    await ends.near.put(first)
    waiting = asyncio.create_task(ends.near.put({"text": "stopped"}))
    await finishes(waiting)
    waiting.cancel()
    await finishes(waiting)
    ends.carry()

    assert await ends.far.get() == first
    ends.carry()
    await ends.near.put({"text": "next"})
    ends.carry()

    assert await ends.far.get() == {"text": "next"}


async def test_letter_that_is_missing_cuts() -> None:
    ends = Ends()
    for number in range(3):
        await ends.near.put({"number": number})
    del ends.there.waiting[1]

    with pytest.raises(TunnelCut):
        ends.carry()


async def test_what_came_before_the_cut_is_still_got() -> None:
    ends = Ends()
    await ends.near.put({"type": "websocket.close", "code": 1000})
    ends.carry()
    ends.far.cut()

    assert (await ends.far.get())["code"] == 1000
    with pytest.raises(TunnelCut):
        await ends.far.get()


async def test_cut_ends_every_wait() -> None:
    ends = Ends()
    getting = asyncio.create_task(ends.far.get())
    putting = [asyncio.create_task(ends.near.put({})) for _ in range(WINDOW + 1)]
    await finishes(getting)

    ends.far.cut()
    ends.near.cut()

    with pytest.raises(TunnelCut):
        await getting
    with pytest.raises(TunnelCut):
        await putting[-1]
