"""What only the Redis store promises: no start on a Redis that forgets, and healing after a process that died."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis
from redis.crc import key_slot
from tests.ports import free_port
from tests.unit.redis_groups import redis_with_sentinel_behind_tls
from tests.unit.redis_server import redis_server

from beside.errors import Conflict, StoreUnavailable
from beside.session import Session, TrailEntry
from beside.store import open_store, redis_keys
from beside.store.contract import Delivery
from beside.store.redis import RedisStore
from beside.store.redis_client import RedisClient
from beside.store.redis_servers import _Given


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


async def test_backlog_of_a_site_that_is_passed_over_costs_few_questions(redis_url: str, redis: Redis) -> None:
    """It had been one for each delivery, at each look."""
    store = RedisStore(redis_url)
    await store.open()
    for number in range(250):
        site = "slow" if number < 249 else "shop"
        await store.put_delivery(Delivery(id=f"h{number}", site=site, session="s", body=b"", attempts=0, due_at=number))
    await redis.config_resetstat()

    found = await store.due_deliveries(now=999.0, limit=8, without={"slow"})
    asked = sum(command["calls"] for command in (await redis.info("commandstats")).values())

    assert [each.id for each in found] == ["h249"]
    assert asked < 10
    await store.close()


async def test_delivery_that_moves_while_it_is_looked_further_is_given_once(redis_url: str, redis: Redis) -> None:
    """What is put before it meanwhile shifts it onto the next page."""
    store = RedisStore(redis_url)
    await store.open()
    for number in range(101):
        site = "shop" if number in (7, 99) else "slow"
        await store.put_delivery(Delivery(id=f"h{number}", site=site, session="s", body=b"", attempts=0, due_at=number))
    other = store._redis
    store._redis = PutsBetweenPages(redis_url, store)
    await store._redis.open()

    found = await store.due_deliveries(now=999.0, limit=8, without={"slow"})

    assert [each.id for each in found] == ["h7", "h99"]
    await store.close()
    await other.close()


class PutsBetweenPages(RedisClient):
    """Another worker puts a delivery once a page of what is due was read."""

    def __init__(self, url: str, store: RedisStore) -> None:
        super().__init__(url)
        self._theirs = store._redis
        self._store = store

    async def do(self, *words: str | bytes) -> Any:
        answer = await super().do(*words)
        if words[0] == "ZRANGEBYSCORE":
            self._store._redis, ours = self._theirs, self
            hook = Delivery(id="early", site="slow", session="s", body=b"", attempts=0, due_at=-1.0)
            await self._store.put_delivery(hook)
            self._store._redis = ours
        return answer


class DiesAfterTheScript(RedisClient):
    """Nothing gets out any more once a script has run."""

    async def run(self, *words: Any) -> Any:
        answer = await super().run(*words)
        await self.close()
        return answer


async def test_what_was_acknowledged_survives_kill_9_of_redis(tmp_path: Path) -> None:
    with redis_server(tmp_path, stop=signal.SIGKILL) as url:
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


async def test_ticket_whose_session_is_written_while_another_creator_looks_is_taken(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_store(redis_url), open_store(redis_url)
    await first.open()
    await second.open()
    place = redis_keys.place("shop", "T-1")
    # The first creator holds the place and has not written the session yet.
    await redis.set(place, "s1", px=10_000)
    look = second.load_session

    async def look_and_be_overtaken(session_id: str) -> Session | None:
        found = await look(session_id)
        await redis.delete(place)
        await first.insert_session(session("s1"), [])
        return found

    monkeypatch.setattr(second, "load_session", look_and_be_overtaken)

    with pytest.raises(Conflict):
        await second.insert_session(session("s2"), [])

    await first.close()
    await second.close()


# -- Addresses


async def test_sentinels_and_their_primary_are_reached_by_tls_with_a_password_each(tmp_path: Path) -> None:
    with redis_with_sentinel_behind_tls(tmp_path, "pass/word", "other@word") as url:
        # Those that are gone, as when they went down with the primary, are not waited for: redis-py alone takes 4 s
        # for each.
        gone = ",".join(f"127.0.0.1:{free_port()}" for _ in range(3))
        store = open_store(url.replace("@127.0.0.1:", f"@{gone},127.0.0.1:"))
        async with asyncio.timeout(10):
            await store.open()
        await store.insert_session(session("s1"), [])
        kept = await store.load_session("s1")
        await store.close()

        for wrong in (url.replace("other%40word", "wrong"), url.replace("pass%2Fword", "wrong"), url.partition("?")[0]):
            with pytest.raises(StoreUnavailable) as refused:
                await open_store(wrong).open()
            assert "word" not in str(refused.value)

    assert kept == session("s1")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("redis+sentinel://127.0.0.1:1/main?sentinel_pasword=x", "no option ?sentinel_pasword="),
        ("redis+cluster://127.0.0.1:1?sentinel_password=x", "no option ?sentinel_password="),
        ("redis+cluster://127.0.0.1:1?replicas=1", "a cluster has no ?replicas"),
        ("redis://127.0.0.1:1?replicas=all", "?replicas= is a number"),
        ("redis+sentinel://127.0.0.1:1", "stands the name of the primary"),
        ("redis+sentinel:///main", "names no host"),
        ("redis+cluster://:SECRET?ss@127.0.0.1:1", "write one in a password as %3F"),
        ("redis://:SECRET/ss@127.0.0.1:1/0", "its host, port or database cannot be read"),
        ("redis+cluster://:SECRET/ss@127.0.0.1:1", "names no host"),
        ("redis+cluster://127.0.0.1:port", "a port of it is none"),
        ("redis://127.0.0.1:1?foo=bar", "no option ?foo="),
        ("redis://127.0.0.1:1?ssl_ca_certs=/x", "no option ?ssl_ca_certs="),
        ("redis://127.0.0.1:1?sentinel_password=x", "no option ?sentinel_password="),
    ],
)
async def test_address_that_says_something_else_is_refused_in_words(url: str, sentence: str) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        await open_store(url).open()

    assert sentence in str(refused.value)
    assert "SECRET" not in str(refused.value)
    assert "ss@" not in str(refused.value)


def test_name_and_password_part_at_the_first_colon() -> None:
    of_both = _Given("redis+cluster://name:pass:word@127.0.0.1:1").options_of_servers()
    of_one = _Given("redis+cluster://name@127.0.0.1:1").options_of_servers()

    assert (of_both["username"], of_both["password"]) == ("name", "pass:word")
    assert (of_one["username"], of_one.get("password")) == ("name", None)


async def test_ask_that_is_given_up_leaves_nothing_that_does_not_expire(redis_url: str, redis: Redis) -> None:
    store = open_store(redis_url, check_durability=False)
    await store.open()
    before = await redis.keys("*")
    expires_at = time.time() + 60

    claims = [await store.claim_ask(ask, "", expires_at=expires_at) for ask in ("one", "two", "one")]
    expiries = [await redis.ttl(key) for key in await redis.keys("*") if key not in before]
    await store.close()

    assert claims == [True, True, False]
    assert len(expiries) == 2
    assert all(expiry > 0 for expiry in expiries)


async def test_end_of_a_session_that_was_erased_leaves_nothing(redis_url: str, redis: Redis) -> None:
    store = open_store(redis_url)
    await store.open()
    first = session("s1")
    await store.insert_session(first, [])
    over = msgspec.structs.replace(first, version=2, state="ended", end_reason="idle", ended_at=1.0)
    hook = Delivery(id="hook", site="shop", session="s1", body=b"{}", attempts=0, due_at=0.0)
    await store.erase_session("s1")

    with pytest.raises(Conflict):
        await store.commit_session(over, [], [hook])
    await store.close()

    assert [name for name in await redis.keys() if await redis.ttl(name) == -1] == [b"beside:heartbeat"]
