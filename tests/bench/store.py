"""What a session's life costs the Redis that workers share: commands, writes, bytes of its log, memory and CPU.

A real worker goes through whole lives on a real Redis, durable as Beside asks; Redis' own MONITOR tells what was asked
of it. Counts and bytes mean the same on a busy machine; times are a look.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from beside.homes import AT_ONCE as HOMES_AT_ONCE
from beside.sites import site_of
from beside.store import open_store
from beside.store import redis_keys as keys
from beside.store.redis_client import RedisClient
from beside.store.redis_homes import RedisHomeBook
from tests.bench.relay import cpu_s
from tests.bench.report import publish
from tests.bench.workers import redis
from tests.ports import free_port
from tests.unit.relay.pages import field as shown_field
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import API_KEY, SHOP, Pair, RunningRelay, running_relay
from tests.unit.relay.sockets import Socket
from tests.unit.webhook_receiver import Receiver

LIVES = 20
# Of the last step's wait: what the sweeper writes down, and what follows an end, is done by then.
SETTLED_S = 1.5
FAREWELL_S = 4.0
IDLE_S = 10.0
SCANNED = 10_000
ERASED = 100
ROUNDS = 5
AT_ONCE = 50
HEARERS = 100
TOLD = 1000
# About what a session is in the store.
BODY = "x" * 1000
READS = {"GET", "HGET", "HMGET", "HVALS", "SMEMBERS", "LRANGE", "ZRANGEBYSCORE", "PTTL", "PUBSUB", "PING", "INFO"}
# What a cluster does not spread: these are a key each, and webhooks one slot.
ONE_FOR_ALL = (keys.OPEN, keys.ENDED, keys.OUTGOING, "beside:{deliveries}:", keys.letters_to("*"))

Row = dict[str, Any]


@dataclass
class Life:
    """One session on its way."""

    pair: Pair = field(default_factory=lambda: Pair("", "", "", ""))
    made: Row = field(default_factory=dict)
    offer: str = ""
    sides: list[Socket] = field(default_factory=list)
    epoch: int = 0


def run() -> None:
    asyncio.run(_run())


async def _run() -> None:
    with redis() as (pid, url), tempfile.TemporaryDirectory() as folder, Receiver().running() as receiver:
        port = free_port()
        site = {"name": "Test shop", "origins": [SHOP], "shop_url": f"{SHOP}/"}
        site |= {"webhook_url": receiver.url, "webhook_secret": "a-secret-of-the-benchmark-and-of-nobody"}
        changes: Row = {"store": url, "sites": (site_of("test", site),), "farewell_window_s": FAREWELL_S}
        async with running_relay(Path(folder), port, **changes) as relay, _watching(url) as watch:
            idle = await _idle(watch)
            lives = [Life() for _ in range(LIVES)]
            rows = []
            for name, step in STEPS.items():
                rows.append({"step": name, **await _step(watch, relay, lives, step)})
            erase_us = statistics.median([await _erase_us(relay, url, number) for number in range(ROUNDS)])
        client = RedisClient(url)
        await client.open()
        rounds = [await _times(client, url, pid) for _ in range(ROUNDS)]
        await client.close()
    total = {key: sum(row[key] for row in rows) for key in ("commands", "writes", "of_one_key", "log_bytes")}
    rows.append({"step": "all of it", **total, "memory_bytes": rows[-1]["memory_bytes"]})
    publish("store", f"What a session's life asks of Redis, a session of {LIVES}", rows)
    others = [
        {"what": "commands a second of a worker without sessions", "value": idle},
        {"what": "one session of the erasure of ended ones, us", "value": erase_us},
        *({"what": what, "value": statistics.median(each[what] for each in rounds)} for what in rounds[0]),
    ]
    publish("store_rest", "What else Redis is asked", others)


class Watch:
    """Redis as MONITOR shows it."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.lines: list[str] = []

    def take(self) -> list[tuple[str, str]]:
        """Commands since the last time, with their first key; those within scripts are their script's."""
        lines, self.lines = self.lines, []
        found = []
        for line in lines:
            head, _, words = line.partition("] ")
            if "lua" in head.rpartition("[")[2]:
                continue
            name, *rest = [word.strip('"') for word in words.split('" "')]
            found.append((name.upper(), rest[2] if name.upper() == "EVALSHA" else (rest or [""])[0]))
        return found

    async def info(self, part: str, name: str) -> int:
        info = await self.redis.info(part)
        return int(info[name])


@asynccontextmanager
async def _watching(url: str) -> AsyncIterator[Watch]:
    reader, writer = await asyncio.open_connection(*_place_of(url), limit=2**24)
    async with Redis.from_url(url, protocol=2) as redis:
        watch = Watch(redis)
        writer.write(b"MONITOR\r\n")
        await reader.readline()

        async def read() -> None:
            while line := await reader.readline():
                watch.lines.append(line.decode("utf-8", "replace").rstrip())

        task = asyncio.create_task(read())
        try:
            yield watch
        finally:
            task.cancel()
            writer.close()


def _place_of(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("redis://").partition("/")[0].partition(":")
    return host, int(port)


async def _idle(watch: Watch) -> float:
    watch.take()
    await asyncio.sleep(IDLE_S)
    return len(watch.take()) / IDLE_S


async def _step(
    watch: Watch, relay: RunningRelay, lives: list[Life], step: Callable[[RunningRelay, Life], Awaitable[None]]
) -> Row:
    log_bytes = await watch.info("persistence", "aof_current_size")
    watch.take()
    for life in lives:
        await step(relay, life)
    await asyncio.sleep(SETTLED_S)
    asked = [(name, key) for name, key in watch.take() if not _is_workers_own(name, key)]
    return {
        "commands": len(asked) / len(lives),
        "writes": sum(name not in READS and name != "PUBLISH" for name, _ in asked) / len(lives),
        "of_one_key": sum(key.startswith(ONE_FOR_ALL) for _, key in asked) / len(lives),
        "log_bytes": round((await watch.info("persistence", "aof_current_size") - log_bytes) / len(lives)),
        "memory_bytes": round(await _memory_bytes(watch) / len(lives)),
    }


def _is_workers_own(name: str, key: str) -> bool:
    """What a worker asks for by the clock: its beat, who leads, what is to be sent, and whose its sessions are."""
    is_look = name in READS and (key in (keys.OPEN, keys.OUTGOING, keys.DELIVERIES_DUE) or key.endswith("}:home"))
    is_beat = key.startswith(keys.letters_to("")) and key != keys.letters_to("*")
    return is_look or is_beat or name == "INFO" or key.startswith((keys.leader(""), f"{keys.PREFIX}heartbeat"))


async def _memory_bytes(watch: Watch) -> int:
    """Of all keys of sessions, as Redis says of each."""
    total = 0
    async for key in watch.redis.scan_iter(match="beside:{*", count=1000):
        total += await watch.redis.memory_usage(key, samples=0) or 0
    # MONITOR is a little behind.
    await asyncio.sleep(0.2)
    return total


async def _times(client: RedisClient, url: str, pid: int) -> dict[str, float]:
    alone = await _written(client, pid, 1_500, at_once=1)
    together = await _written(client, pid, 20_000, at_once=AT_ONCE)
    return {
        "one question, one after the other, us": await _ask_us(client),
        "one session of the scan for those that nobody holds, us": await _scan_us(client),
        "writes a second, one after the other": alone[0],
        "CPU of such a write, us": alone[1],
        f"writes a second, {AT_ONCE} at once": together[0],
        f"CPU of a write, {AT_ONCE} at once, us": together[1],
        "CPU of a letter to all, for each worker that hears it, us": await _told_us(url, pid),
    }


async def _erase_us(relay: RunningRelay, url: str, number: int) -> float:
    """What `Store.erase_ended_before` takes for each session: it erases one after the other."""
    for one in range(ERASED):
        pair = await relay.pair(f"T-erased-{number}-{one}")
        (await relay.join("stop", {"token": pair.shopper_token})).raise_for_status()
    # Their ends are settled, and their webhooks sent, or on their way.
    await asyncio.sleep(SETTLED_S)
    store = open_store(url)
    await store.open()
    try:
        started = time.perf_counter()
        erased = await store.erase_ended_before(time.time() + 1)
        return (time.perf_counter() - started) / erased * 1e6
    finally:
        await store.close()


async def _ask_us(client: RedisClient) -> float:
    book = RedisHomeBook(client)
    await book.settle("scanned", "somebody", before=None)
    started = time.perf_counter()
    for _ in range(SCANNED):
        await book.home_of("scanned")
    return (time.perf_counter() - started) / SCANNED * 1e6


async def _scan_us(client: RedisClient) -> float:
    """What `Homes.homeless` takes for each open session of another worker. Nearly all of it is the worker's own CPU."""
    book = RedisHomeBook(client)
    await asyncio.gather(*(book.home_of("scanned") for _ in range(HOMES_AT_ONCE)))
    started = time.perf_counter()
    for _ in range(SCANNED // HOMES_AT_ONCE):
        await asyncio.gather(*(book.home_of("scanned") for _ in range(HOMES_AT_ONCE)))
    return (time.perf_counter() - started) / SCANNED * 1e6


async def _told_us(url: str, pid: int) -> float:
    """Redis' CPU to hand one letter on to one hearer, where many hear it: as at each end of a session."""
    ears = []
    for _ in range(HEARERS):
        ear = await asyncio.open_connection(*_place_of(url))
        ear[1].write(b"SUBSCRIBE told\r\n")
        await ear[0].readuntil(b":1\r\n")
        ears.append(ear)
    async with Redis.from_url(url, protocol=2) as redis:
        before_s = cpu_s(pid)
        for _ in range(TOLD):
            await redis.publish("told", b"x" * 50)
        told_us = (cpu_s(pid) - before_s) / TOLD / HEARERS * 1e6
    for _, writer in ears:
        writer.close()
    return told_us


async def _written(client: RedisClient, pid: int, count: int, *, at_once: int) -> tuple[float, float]:
    """Writes a second, and Redis' CPU of each in microseconds, with its log on disk before it answers."""

    async def write(number: int) -> None:
        for _ in range(count // at_once):
            await client.do("HSET", f"beside:{{written-{number}}}:session", "body", BODY)

    started, before_s = time.perf_counter(), cpu_s(pid)
    await asyncio.gather(*(write(number) for number in range(at_once)))
    return count / (time.perf_counter() - started), (cpu_s(pid) - before_s) / count * 1e6


# -- A session's life


async def _create(relay: RunningRelay, life: Life) -> None:
    life.made = await relay.api(f"T-{id(life)}")


async def _launch(relay: RunningRelay, life: Life) -> None:
    session, cookie = await relay.launch(life.made["consoleLink"])
    life.pair = Pair(session, cookie, "", await relay.agent_token(session, cookie))


async def _agent_connects(relay: RunningRelay, life: Life) -> None:
    life.sides = [await relay.agent(life.pair)]


async def _redeem(relay: RunningRelay, life: Life) -> None:
    life.offer = (await relay.redeem(life.made["code"])).json()["token"]


async def _allow(relay: RunningRelay, life: Life) -> None:
    life.pair.shopper_token = (await relay.answer(life.offer, "view", "point")).json()["token"]


async def _shopper_connects(relay: RunningRelay, life: Life) -> None:
    opened = await relay.socket(life.pair.session, life.pair.shopper_token, SHOP)
    welcome = await opened.event("welcome")
    life.pair.shopper_token, life.epoch = welcome["nextToken"], welcome["epoch"]
    life.sides = [life.sides[0], opened]


async def _first_keyframe(_: RunningRelay, life: Life) -> None:
    await life.sides[1].send("frame", keyframe(life.epoch, changes=(["field", 6, shown_field()],)))
    await life.sides[0].event("frame")


async def _mutations(_: RunningRelay, life: Life) -> None:
    for seq in range(1, 101):
        await life.sides[1].send("frame", mutation(life.epoch, seq))
    await life.sides[0].event("frame", lambda frame: frame[2] == 100)


async def _page_load(relay: RunningRelay, life: Life) -> None:
    await life.sides[1].send("leaving")
    await life.sides[1].close()
    await life.sides[0].event("view", lambda view: view["state"] == "away")
    await _shopper_connects(relay, life)
    await life.sides[1].send("frame", keyframe(life.epoch, path="/checkout/payment"))
    await life.sides[0].event("frame", lambda frame: frame[0] == "keyframe")


async def _highlight(_: RunningRelay, life: Life) -> None:
    await life.sides[0].send("act", ["highlight", "a1", life.epoch, 5, "Here"])
    await life.sides[1].event("act")
    await life.sides[1].send("outcome", {"act": "a1", "outcome": "shown", "label": ""})
    await life.sides[0].event("outcome")


async def _end(_: RunningRelay, life: Life) -> None:
    await life.sides[0].send("end")
    await life.sides[1].event("view", lambda view: view["state"] == "ended")


async def _farewell(_: RunningRelay, life: Life) -> None:
    for side in life.sides:
        await side.closed()


async def _erase(relay: RunningRelay, life: Life) -> None:
    answer = await relay.http.delete(
        f"/api/sessions/{life.pair.session}", headers={"Authorization": f"Bearer {API_KEY}"}
    )
    assert answer.is_success, answer.text


STEPS: dict[str, Callable[[RunningRelay, Life], Awaitable[None]]] = {
    "created, with code and link": _create,
    "launch link spent": _launch,
    "agent connects": _agent_connects,
    "code redeemed": _redeem,
    "consent given": _allow,
    "shopper connects": _shopper_connects,
    "first keyframe": _first_keyframe,
    "100 mutations": _mutations,
    "a page load, with its keyframe": _page_load,
    "a highlight": _highlight,
    "end, with its webhook": _end,
    "sockets closed after the farewell": _farewell,
    "erased after its retention": _erase,
}
