"""People come and go for a while at two workers that share a Redis, and nothing of them stays behind.

A short while here; `make soak` takes half an hour (`BESIDE_SOAK_S`).
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import redis.asyncio
from websockets.exceptions import ConnectionClosed

from tests.bench.report import publish
from tests.faults.journey import STEPS, Journey
from tests.faults.running import LIMIT_S, PatientSocket, RelayUnderFault, running_relay
from tests.unit.redis_server import RedisProcess
from tests.unit.relay.pages import mutation
from tests.unit.relay.running import API_KEY, InTurns, until
from tests.unit.relay.sockets import Socket

SOAK_S = float(os.environ.get("BESIDE_SOAK_S", "20"))
# Sessions at once, and how many go by before anything is measured: pools fill, code is compiled.
AT_ONCE = 6
WARM_UP = 24
# What may be more at the end than when it began: the allocator's and the collector's, whatever the length.
MORE_KB = 12_000
MORE_FILES = 4
MORE_TASKS = 6


class AtBothWorkers(RelayUnderFault):
    """Each socket comes to the other one, so that most sessions are carried for one of their sides."""

    turns: itertools.cycle[int]

    async def socket(self, session: str, token: str, origin: str, *, port: int | None = None, **how: Any) -> Socket:
        opened = await PatientSocket.open(next(self.turns), session, token, origin, **how)
        self.sockets.append(opened)
        return opened


@dataclass(frozen=True)
class Sample:
    """Of both workers together, and of the Redis: keys that stay until somebody deletes them.

    `files`: without the connections to Redis, of which a pool keeps as many as it once needed.
    """

    at_s: float
    resident_kb: int
    files: int
    connections: int
    tasks: int
    keys: int


async def test_nothing_stays_of_people_who_came_and_went(tmp_path: Path, redis: RedisProcess) -> None:
    async with both(tmp_path, redis.url) as (relay, ports, pids):
        crowd = Crowd(relay)
        await crowd.lives(WARM_UP)
        await settled(ports)
        before = await look(ports, pids, redis.url)

        began_at = time.monotonic()
        samples = []
        while time.monotonic() - began_at < SOAK_S:
            await crowd.lives(2 * AT_ONCE)
            samples.append(await look(ports, pids, redis.url))
        await settled(ports)
        after = await look(ports, pids, redis.url)

    tell(crowd, before, samples, after)
    assert after.keys <= before.keys, "keys stay in Redis"
    assert after.files <= before.files + MORE_FILES, "files stay open"
    assert after.tasks <= before.tasks + MORE_TASKS, "tasks go on"
    # Not by the last sample alone: it wanders.
    late = statistics.median(sample.resident_kb for sample in samples[-max(1, len(samples) // 4) :])
    assert late <= before.resident_kb + MORE_KB, "memory grows"


@asynccontextmanager
async def both(folder: Path, url: str) -> AsyncIterator[tuple[AtBothWorkers, list[int], list[int]]]:
    places = [folder / "one", folder / "two"]
    for place in places:
        place.mkdir()
    # An end is over soon, and so what it holds. All sockets of the crowd are answered by one process, which a busy
    # machine may leave waiting for seconds: the relay must not take it for dead.
    quick = {"store": url, "farewell_window_s": 0.5, "ping_interval_s": 2.0, "ping_timeout_s": 15.0}
    async with (
        running_relay(places[0], **quick) as one,
        running_relay(places[1], **quick, public_url=one.console) as two,
    ):
        ports = [one.settings.port, two.settings.port]
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{ports[0]}", timeout=LIMIT_S, transport=InTurns(*ports)
        ) as http:
            relay = AtBothWorkers(one.settings, None, http, process=one.process)
            relay.turns = itertools.cycle(ports)
            yield relay, ports, [one.process.pid, two.process.pid]


class Crowd:
    """Sessions one after the other, some at once, each in its own way."""

    def __init__(self, relay: AtBothWorkers) -> None:
        self._relay = relay
        self._numbers = itertools.count()
        self.sessions = 0

    async def lives(self, count: int) -> None:
        numbers = itertools.islice(self._numbers, count)
        await asyncio.gather(*(self._live_on(numbers) for _ in range(AT_ONCE)))
        for opened in self._relay.sockets:
            await opened.close()
        self._relay.sockets.clear()

    async def _live_on(self, numbers: Any) -> None:
        for number in numbers:
            await self._live(number)

    async def _live(self, number: int) -> None:
        """A whole path, or a part of one after which nobody says anything any more."""
        journey = Journey(self._relay, f"T-{number}")
        last = random.choice((len(STEPS), len(STEPS), random.randrange(3, len(STEPS))))
        for step in STEPS[:last]:
            await step(journey)
            if step is Journey.shopper_comes:
                await self._chatter(journey)
        if random.random() < 0.5:
            # Without a word, as a train in a tunnel.
            for person in (journey.shopper, journey.agent):
                if person.socket is not None:
                    with suppress(ConnectionClosed):
                        person.here.raw.transport.abort()
        answer = await self._relay.http.delete(
            f"/api/sessions/{journey.session}", headers={"Authorization": f"Bearer {API_KEY}"}
        )
        assert answer.status_code == 204, answer.text
        self.sessions += 1

    async def _chatter(self, journey: Journey) -> None:
        for seq in range(1, 40):
            await journey.shopper.here.send("frame", mutation(journey.epoch, seq, text="x" * random.randrange(2000)))
        await journey.agent.here.event("frame", lambda frame: frame[:3] == ["mutation", journey.epoch, 39])


async def look(ports: list[int], pids: list[int], url: str) -> Sample:
    async with redis.asyncio.Redis.from_url(url) as client:
        # The others go by themselves: what was spent, codes, guesses.
        names = [name async for name in client.scan_iter(count=1000)]
        keys = sum([await client.ttl(name) == -1 for name in names])
        connections = len(await client.client_list()) - 1
    return Sample(
        at_s=time.monotonic(),
        resident_kb=sum(resident_kb(pid) for pid in pids),
        files=sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids) - connections,
        connections=connections,
        tasks=int(await gauge(ports, "beside_tasks")),
        keys=keys,
    )


async def settled(ports: list[int]) -> None:
    """Returns once nobody is there any more, and nothing is held of anybody."""

    async def holds() -> bool:
        return await gauge(ports, "beside_sockets") == 0 and await gauge(ports, "beside_sessions") == 0

    await until(holds, within_s=60)
    # Engine.IO's sleeping keepalives, which end by themselves.
    await asyncio.sleep(5.0)


async def gauge(ports: list[int], name: str) -> float:
    total = 0.0
    async with httpx.AsyncClient(timeout=LIMIT_S) as http:
        for port in ports:
            text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
            total += sum(
                float(line.split()[-1]) for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))
            )
    return total


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def tell(crowd: Crowd, before: Sample, samples: list[Sample], after: Sample) -> None:
    middle = samples[len(samples) // 2]
    rows = [
        {
            "when": name,
            "resident_kb": sample.resident_kb,
            "files": sample.files,
            "redis_connections": sample.connections,
            "tasks": sample.tasks,
            "redis_keys": sample.keys,
        }
        for name, sample in (("before", before), ("in the middle", middle), ("at the end", after))
    ]
    publish(
        "soak", f"{crowd.sessions} sessions in {SOAK_S:.0f} s at two workers; those of the middle are still there", rows
    )
