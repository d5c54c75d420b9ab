"""What only the Redis store promises: no start on a Redis that forgets, and healing after a process that died."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis
from redis.crc import key_slot
from tests.ports import free_port
from tests.unit.redis_server import redis_server

from beside.errors import Conflict, StoreUnavailable
from beside.session import Session, TrailEntry
from beside.store import open_store, redis_keys
from beside.store.contract import Delivery
from beside.store.redis import RedisStore
from beside.store.redis_client import RedisClient


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as client:
        await client.flushall()
        yield client


def session(session_id: str, ticket: str = "T-1") -> Session:
    return Session(id=session_id, site="shop", ticket=ticket, subject="", locale=None, created_at=0, state_since=0)


@pytest.mark.parametrize(
    ("appendfsync", "policy", "words"),
    [
        ("everysec", "noeviction", "appendfsync always"),
        ("always", "allkeys-lru", "maxmemory-policy noeviction"),
    ],
)
async def test_a_redis_that_may_forget_is_refused_with_what_to_set(
    tmp_path: Path, appendfsync: str, policy: str, words: str
) -> None:
    with redis_server(tmp_path, appendfsync=appendfsync, policy=policy) as url:
        with pytest.raises(StoreUnavailable, match=words):
            await open_store(url).open()

        lenient = open_store(url, check_durability=False)
        await lenient.open()
        await lenient.ping()
        await lenient.close()


async def test_a_redis_that_is_not_there_is_unavailable_and_tells_no_password() -> None:
    store = open_store(f"redis://:s3cret@127.0.0.1:{free_port()}/0")

    with pytest.raises(StoreUnavailable) as caught:
        await store.open()

    assert "not reached" in str(caught.value)
    assert "s3cret" not in str(caught.value)


async def test_a_redis_that_goes_and_comes_back_is_used_again_with_all_it_acknowledged(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        store = open_store(url)
        await store.open()
        await store.insert_session(session("s1"), [])
    port = url.rpartition(":")[2].partition("/")[0]

    with pytest.raises(StoreUnavailable):
        await store.load_session("s1")
    with redis_server(tmp_path, port=int(port)):
        assert await store.load_session("s1") == session("s1")
    await store.close()


async def test_end_whose_process_died_right_after_it_still_sends_its_webhook(redis_url: str, redis: Redis) -> None:
    """What lies in other slots than the session is written after it, and must not be needed."""
    store, after = RedisStore(redis_url), RedisStore(redis_url)
    await store.open()
    await after.open()
    first = session("s")
    await store.insert_session(first, [])
    hook = Delivery(id="hook", site="shop", session="s", body=b"{}", attempts=0, due_at=0.0)
    over = msgspec.structs.replace(first, version=2, state="ended", end_reason="idle", ended_at=1.0)
    assert await after.due_deliveries(now=1.0, limit=9) == []

    await store._redis.close()
    store._redis = DiesAfterTheScript(redis_url)
    await store._redis.open()
    with pytest.raises(StoreUnavailable):
        await store.commit_session(over, [], [hook])
    found = [await after.due_deliveries(now=1.0, limit=9) for _ in range(2)]
    await after.settle_delivery("hook")

    assert found == [[hook], [hook]]
    assert await after.due_deliveries(now=1.0, limit=9) == []
    await after.close()
    await store.close()


class DiesAfterTheScript(RedisClient):
    """Nothing gets out any more once a script has run."""

    async def run(self, *words: Any) -> Any:
        answer = await super().run(*words)
        await self.close()
        return answer


async def test_what_was_acknowledged_survives_kill_9_of_redis(tmp_path: Path) -> None:
    with redis_server(tmp_path, stop=subprocess.Popen.kill) as url:
        store = open_store(url)
        await store.open()
        for number in range(20):
            await store.insert_session(session(f"s{number}", f"T-{number}"), [])
        await store.close()

    with redis_server(tmp_path) as url:
        store = open_store(url)
        await store.open()
        kept = await store.open_sessions()
        await store.close()

    assert len(kept) == 20


async def test_a_creator_that_died_before_its_session_was_written_frees_the_ticket_soon(
    redis: Redis, redis_url: str
) -> None:
    store = open_store(redis_url)
    await store.open()
    place = redis_keys.place("shop", "T-1")
    await redis.set(place, "dead", px=60_000)

    with pytest.raises(Conflict):
        await store.insert_session(session("s1"), [])
    await redis.delete(place)  # as the server does when the time is over
    await store.insert_session(session("s2"), [])

    assert await redis.pttl(place) == -1
    assert await store.open_session_of("shop", "T-1") == session("s2")
    await store.close()


async def test_an_end_that_died_before_it_freed_the_ticket_does_not_block_it(redis: Redis, redis_url: str) -> None:
    store = open_store(redis_url)
    await store.open()
    await store.insert_session(session("s1"), [])
    over = Session(
        id="s1", site="shop", ticket="T-1", subject="", locale=None, created_at=0, state_since=9, version=2,
        state="ended", ended_at=9,
    )  # fmt: skip
    await store.commit_session(over, [])
    # As a process leaves it that dies right after the session was written.
    await redis.set(redis_keys.place("shop", "T-1"), "s1")
    await redis.sadd(redis_keys.OPEN, "s1")

    assert await store.open_session_of("shop", "T-1") is None
    assert await store.open_sessions() == []
    await store.insert_session(session("s2"), [])

    assert await store.open_sessions() == [session("s2")]
    await store.close()


async def test_all_keys_carry_the_prefix_and_a_sessions_own_share_a_slot(redis: Redis, redis_url: str) -> None:
    store = open_store(redis_url)
    await store.open()
    await store.insert_session(session("s1"), [TrailEntry(at=1, kind="join")])
    await store.close()

    names = [name.decode() if isinstance(name, bytes) else name for name in await redis.keys("*")]

    assert all(name.startswith(redis_keys.PREFIX) for name in names)
    assert {"beside:{s1}:session", "beside:{s1}:trail"} <= set(names)
    assert key_slot(b"beside:{s1}:session") == key_slot(b"beside:{s1}:trail")
