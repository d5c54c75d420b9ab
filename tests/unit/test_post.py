"""Whether a worker that does not hear the others knows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.unit.relay.running import until

from beside.store import redis_keys as keys
from beside.store.redis_post import RedisPost


@dataclass
class Silent:
    """An ear that is connected and subscribed, and to which nothing comes."""

    ear: Any

    async def get_message(self, *, timeout: float | None) -> dict[str, Any] | None:  # noqa: ASYNC109 - redis-py's
        message = await self.ear.get_message(timeout=timeout)
        return None if message is not None and message["type"] in ("message", "smessage") else message


@pytest.mark.parametrize("which", ["w1", "*"], ids=["what is for it", "what is for all"])
async def test_one_silent_ear_of_two_is_noticed_whatever_comes_to_the_other(cluster_url: str, which: str) -> None:
    post = RedisPost(cluster_url, "w1")
    await post.open()
    servers: Any = post._servers
    listen, is_silent = servers.listen, True

    @asynccontextmanager
    async def listen_silently(channels: Sequence[str]) -> AsyncIterator[Any]:
        async with listen(channels) as ear:
            yield Silent(ear) if is_silent and keys.letters_to(which) in channels else ear

    async def is_deaf() -> bool:
        # Others tell everybody something, and tell us.
        post.send_all(b"to all")
        post.send("w1", b"to us")
        return not post.is_heard()

    servers.listen = listen_silently
    await asyncio.gather(*post._listen_anew())
    await until(is_deaf)
    for _ in range(20):
        assert await is_deaf()
        await asyncio.sleep(0.2)

    is_silent = False

    async def is_heard() -> bool:
        return post.is_heard()

    await until(is_heard)
    await post.close()
