"""Workers of one relay are killed, stand still, or lose Redis, while the others go on."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from websockets.exceptions import InvalidMessage, InvalidStatus

from beside.store import redis_keys as keys
from tests.e2e.processes import listening_at, workers_of
from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import STEPS, Journey, Step, live
from tests.faults.running import LIMIT_S, RelayUnderFault, TryAgain
from tests.unit.redis_groups import redis_cluster, redis_with_sentinel
from tests.unit.redis_server import RedisProcess
from tests.unit.relay.running import until

WORKERS = 3
Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]
Answer = TypeVar("Answer")


async def all_serve(relay: RelayUnderFault) -> None:
    async def holds() -> bool:
        return listening_at(relay.settings.port) == WORKERS

    await until(holds, within_s=30)


async def all_are_ready(relay: RelayUnderFault) -> bool:
    """As far as asking so often tells: who answers is the kernel's choice."""
    return all([(await relay.ready())[0] == 200 for _ in range(WORKERS * 8)])


@pytest.mark.parametrize("last", STEPS, ids=lambda step: step.__name__)
async def test_session_goes_on_where_it_was_after_workers_are_killed_at_any_step(
    last: Step, start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("two of three workers killed between two steps", "Redis")
    relay = await start(store=redis.url, workers=WORKERS)
    for number in range(ROUNDS):
        await all_serve(relay)
        journey = Journey(relay, f"T-{number}")
        at = STEPS.index(last)
        for step in STEPS[: at + 1]:
            await step(journey)

        victims = random.sample(workers_of(relay.process.pid), 2)
        with told.recovery():
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            await until(partial(gone, relay, victims))
            await as_browsers_do(journey.come_back)
        # The connection that is kept for the next request may be one to a worker that is gone.
        missing = await as_browsers_do(journey.missing)
        await journey.check_spent()
        following = STEPS[at + 1 :] if journey.state != "ended" else ()
        for step in following:
            await step(journey)

        told.count(len(journey.acknowledged), missing)
        assert await journey.missing() == []


async def test_view_outlives_the_loss_of_a_server_of_a_cluster(
    start: Start, tmp_path: Path, figures: MakeFigures
) -> None:
    told = figures("one of a cluster's servers killed", "Redis")
    with redis_cluster(tmp_path, has_replicas=True) as cluster:
        relay = await start(store=cluster.url, workers=WORKERS)
        await all_serve(relay)
        journey = await live(relay, "T-1")
        await journey.pause()
        killed = cluster.holder_of(keys.session(journey.session))
        await asyncio.to_thread(cluster.wait_for_replica, killed)

        killed.end(signal.SIGKILL)
        with told.recovery():
            await asyncio.to_thread(cluster.wait_for_another, killed)
            await until(partial(all_are_ready, relay), within_s=LIMIT_S)
            await as_browsers_do(journey.come_back)

        told.count(len(journey.acknowledged), await as_browsers_do(journey.missing))
        await journey.resume()
        assert await journey.missing() == []


async def as_browsers_do(doing: Callable[[], Awaitable[Answer]]) -> Answer:
    """They try again for as long as they are told to."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            try:
                return await doing()
            except (InvalidStatus, InvalidMessage, OSError, httpx.TransportError, TryAgain):
                await asyncio.sleep(0.1)


async def gone(relay: RelayUnderFault, pids: list[int]) -> bool:
    return not set(workers_of(relay.process.pid)) & set(pids)


async def test_view_outlives_a_failover_of_redis_with_all_that_was_told(
    start: Start, tmp_path: Path, figures: MakeFigures
) -> None:
    told = figures("Redis fails over to a replica, ?replicas=1", "Redis")
    with redis_with_sentinel(tmp_path) as watched:
        relay = await start(store=f"{watched.url}?replicas=1", workers=WORKERS)
        await all_serve(relay)
        journey = await live(relay, "T-1")
        await journey.pause()

        watched.primary.end(signal.SIGKILL)
        with told.recovery():
            await asyncio.to_thread(watched.wait_for_another_primary)
            await until(partial(all_are_ready, relay), within_s=LIMIT_S)
            await as_browsers_do(journey.come_back)

        # Each worker finds out by itself which connections to Redis are dead.
        told.count(len(journey.acknowledged), await as_browsers_do(journey.missing))
        await journey.resume()
        assert await journey.missing() == []
