"""A queue for one reader and a gate do what asyncio's do."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.queues import Gate, OneReaderQueue, Turns

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
    reader = queue.get()
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


async def test_reader_whose_time_was_up_takes_nothing_along() -> None:
    queue = OneReaderQueue()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.get(), 0.001)
    is_awaited = queue.is_awaited
    queue.put_nowait("kept")

    assert not is_awaited
    assert await queue.get() == "kept"


async def test_item_that_was_handed_over_is_gone_with_a_reader_who_gives_up_then() -> None:
    queue = OneReaderQueue()

    async def read() -> None:
        await queue.get()

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    queue.put_nowait("first")
    reading.cancel()
    await asyncio.wait([reading])

    assert reading.cancelled()
    assert queue.empty()
    assert not queue.is_done


async def test_queue_is_awaited_only_by_a_reader_who_took_all() -> None:
    queue = OneReaderQueue()
    said = [queue.is_awaited]
    reader = queue.get()
    said.append(queue.is_awaited)
    queue.put_nowait("first")
    said.append(queue.is_awaited)

    assert said == [False, True, False]
    assert await reader == "first"


async def test_second_reader_is_refused() -> None:
    queue = OneReaderQueue()
    reader = queue.get()

    with pytest.raises(RuntimeError):
        await queue.get()
    queue.put_nowait("first")
    assert await reader == "first"


async def test_gate_lets_all_pass_once_it_is_opened_and_forgets_who_gave_up() -> None:
    gate = Gate()
    await gate.wait()
    gate.clear()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    passed_before = [waiter.done() for waiter in waiting[1:]]
    gate.set()
    # Who waited passes, though it is closed again by the time that they wake.
    gate.clear()
    await asyncio.gather(*waiting[1:])

    assert passed_before == [False, False]
    assert waiting[0].cancelled()
    assert not gate.is_set()


async def test_turns_are_taken_one_at_a_time_in_the_order_they_were_put() -> None:
    turns, gate, seen = Turns(), asyncio.Event(), list[str]()

    async def turn(name: str) -> None:
        seen.append(f"{name} begins")
        await gate.wait()
        seen.append(f"{name} ends")

    for name in "abc":
        turns.put(partial(turn, name))
    await asyncio.sleep(0)
    begun, left = list(seen), len(turns)
    gate.set()
    await turns.finished()

    assert (begun, left) == (["a begins"], 3)
    assert seen == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]
    assert len(turns) == 0


async def test_word_waits_until_it_is_done_or_something_without_one_comes_behind_it() -> None:
    turns, gate = Turns(), asyncio.Event()

    async def turn() -> None:
        await gate.wait()

    turns.put(turn, "pause")
    turns.put(turn, "stop")
    first = [turns.waits(word) for word in ("pause", "stop", "other")], turns.has_wordless
    turns.put(turn)
    turns.put(turn, "stop")
    then = [turns.waits(word) for word in ("pause", "stop", "other")], turns.has_wordless
    gate.set()
    await turns.finished()

    assert first == ([True, True, False], False)
    assert then == ([False, True, False], True)
    assert not turns.waits("stop")


async def test_turn_is_taken_in_the_context_of_whoever_put_it() -> None:
    name: ContextVar[str] = ContextVar("name")
    turns, seen = Turns(), list[str]()

    async def turn() -> None:
        seen.append(name.get())

    for each in "ab":
        name.set(each)
        turns.put(turn)
    name.set("c")
    await turns.finished()

    assert seen == ["a", "b"]
