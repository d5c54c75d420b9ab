"""A task that swallows a cancel is ended all the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from tests.unit.relay.running import until

from beside.store.redis_post import RedisPost
from beside.tasks import stop


async def swallows_one() -> None:
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await asyncio.Event().wait()


async def test_task_that_swallows_a_cancel_is_ended() -> None:
    stubborn, usual = asyncio.create_task(swallows_one()), asyncio.create_task(asyncio.Event().wait())
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await stop(stubborn, usual)  # type: ignore[arg-type]

    assert stubborn.cancelled()
    assert usual.cancelled()


async def test_task_that_had_failed_is_no_trouble() -> None:
    async def fail() -> None:
        raise LookupError

    failed = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await stop(failed)

    assert isinstance(failed.exception(), LookupError)
    await stop()


async def test_post_closes_where_redis_py_swallows_the_cancel(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    post = RedisPost(redis_url, "w1")
    await post.open()
    servers = post._servers
    assert servers is not None
    publish = servers.publish
    sending = asyncio.Event()

    async def publish_and_swallow(batches: list[tuple[str, bytes]]) -> list[int]:
        sending.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return await publish(batches)

    monkeypatch.setattr(servers, "publish", publish_and_swallow)
    post.send("w2", b"a letter")
    await sending.wait()

    async with asyncio.timeout(5):
        await post.close()


async def test_ear_that_swallows_its_end_does_not_hear_beside_the_new_one(redis_url: str) -> None:
    post = RedisPost(redis_url, "w1")
    heard: list[bytes] = []
    post.on_letter = heard.append
    await post.open()
    # As an ear that is cancelled in the very turn in which its subscription is sent.
    stubborn = asyncio.create_task(swallows_one())
    await asyncio.sleep(0)
    post._ears.append(stubborn)

    await asyncio.gather(*post._listen_anew())
    post.send("w1", b"once")

    async def is_heard_and_ended() -> bool:
        return bool(heard) and stubborn.done()

    await until(is_heard_and_ended)
    await post.close()

    assert heard == [b"once"]
