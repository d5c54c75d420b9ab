"""A queue for one reader does what asyncio's does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.queues import OneReaderQueue

STEPS = st.lists(st.sampled_from(["put", "get", "get and give up", "done", "join"]), max_size=40)


@given(STEPS)
def test_it_says_and_gives_what_asyncios_would(steps: list[str]) -> None:
    async def seen(queue: Any) -> list[object]:
        out: list[object] = []
        for number, step in enumerate(steps):
            if step == "put":
                queue.put_nowait(number)
            elif step == "get":
                try:
                    out.append(queue.get_nowait())
                except asyncio.QueueEmpty:
                    out.append("empty")
            elif step == "get and give up":
                reader = asyncio.ensure_future(queue.get())
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                out.append(reader.result() if reader.done() else "waits")
                reader.cancel()
                await asyncio.sleep(0)
            elif step == "done":
                try:
                    queue.task_done()
                except ValueError:
                    out.append("too many")
            else:
                waiter = asyncio.ensure_future(queue.join())
                await asyncio.sleep(0)
                out.append(waiter.done())
                waiter.cancel()
                await asyncio.sleep(0)
            out.append((queue.qsize(), queue.empty()))
        return out

    async def both() -> None:
        assert await seen(OneReaderQueue()) == await seen(asyncio.Queue())

    asyncio.run(both())


async def test_reader_that_waits_is_given_what_comes_and_whoever_joins_hears_when_all_is_done() -> None:
    queue = OneReaderQueue()
    reader = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait("first")
    await queue.put("second")
    joining = [asyncio.create_task(queue.join()) for _ in range(3)]

    taken = [await reader, await queue.get()]
    joining[0].cancel()
    queue.task_done()
    await asyncio.sleep(0)
    waits = [joined.done() for joined in joining[1:]]
    is_done = queue.is_done
    queue.task_done()
    await asyncio.gather(*joining[1:])

    assert taken == ["first", "second"]
    assert (waits, is_done, queue.is_done) == ([False, False], False, True)


async def test_reader_that_was_woken_and_gives_up_takes_nothing_along() -> None:
    queue = OneReaderQueue()
    reader = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait("kept")
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader

    assert queue.get_nowait() == "kept"


async def test_second_reader_is_refused() -> None:
    queue = OneReaderQueue()
    reader = asyncio.create_task(queue.get())
    await asyncio.sleep(0)

    with pytest.raises(RuntimeError):
        await queue.get()
    queue.put_nowait("first")
    assert await reader == "first"
