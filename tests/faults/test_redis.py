"""Redis killed, hung, full, and set up so that it forgets."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from tests.faults.chatter import chattering
from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import in_state, live
from tests.faults.picture import frames_pass
from tests.faults.running import RelayUnderFault
from tests.unit.redis_server import RedisProcess

Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]


async def test_what_was_told_survives_kill_9_of_redis_and_the_picture_goes_on_without_it(
    start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("Redis killed under load", "Redis")
    relay = await start(store=redis.url)
    for number in range(2 * ROUNDS):
        async with chattering(relay, f"T-{number}", sessions=4) as chat:
            await chat.heard(random.randrange(40, 160))
            redis.end(signal.SIGKILL)
        first = chat.sessions[0].journey
        first.agent.here.events.clear()
        sentence = await relay.until_not_ready()

        with told.recovery():
            redis.start()
            await first.pause_until_it_is_told()
            await relay.until_ready()
        await first.resume()
        await first.come_back()

        assert "Redis is not reached" in sentence
        told.count(chat.count, await chat.missing())


async def test_relay_and_redis_killed_at_once_lose_nothing_that_was_told(
    start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("relay and Redis killed at once", "Redis")
    relay = await start(store=redis.url)
    for number in range(ROUNDS):
        async with chattering(relay, f"T-{number}", sessions=4) as chat:
            await chat.heard(random.randrange(40, 160))
            redis.end(signal.SIGKILL)
            relay.process.kill()

        with told.recovery():
            redis.start()
            await relay.start()
        told.count(chat.count, await chat.missing())


async def test_relay_that_finds_no_redis_says_so_and_starts_once_it_is_there(
    start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("relay started without Redis", "Redis")
    relay = await start(store=redis.url)
    journey = await live(relay, "T-1")
    redis.end(signal.SIGKILL)
    await relay.kill()

    with pytest.raises(AssertionError, match="Redis is not reached"):
        await relay.start()
    with told.recovery():
        redis.start()
        await relay.start()
        await journey.come_back()

    told.count(len(journey.acknowledged), await journey.missing())


async def test_frames_pass_a_hung_redis_and_a_pause_blanks_at_once_and_is_refused_in_words(
    start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("Redis hangs for longer than 5 s", "Redis")
    relay = await start(store=redis.url)
    for number in range(ROUNDS):
        journey = await live(relay, f"T-{number}")
        await journey.highlight()
        redis.send(signal.SIGSTOP)

        passed = await frames_pass(journey, 50)
        journey.agent.here.events.clear()
        await journey.shopper.here.send("pause", {"reason": "shopper"})
        await journey.agent.here.event("blank")
        blanked_at = time.monotonic()
        refusal = await journey.shopper.here.event("refusal")
        refused_s = time.monotonic() - blanked_at
        with told.recovery():
            redis.send(signal.SIGCONT)
            await journey.pause_until_it_is_told()
        journey.acknowledged["pause"] = lambda report: len(report["receipt"]["pauses"]) == 1
        await relay.until_ready()

        assert refusal["code"] == "store-unavailable"
        assert "Redis is not reached" in refusal["message"]
        assert "frame" not in journey.agent.here.names()
        told.tell(**{"refused after s": refused_s, "slowest frame meanwhile ms": passed * 1000})
        told.count(len(journey.acknowledged), await journey.missing())
        await journey.resume()


async def test_short_stall_of_redis_delays_and_refuses_nothing(
    start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("Redis hangs for less than 5 s", "Redis")
    relay = await start(store=redis.url)
    journey = await live(relay, "T-1")
    redis.send(signal.SIGSTOP)

    journey.shopper.here.events.clear()
    await journey.shopper.here.send("pause", {"reason": "shopper"})
    await journey.agent.here.event("blank")
    before = journey.shopper.here.names()
    with told.recovery():
        redis.send(signal.SIGCONT)
        await journey.shopper.here.event("view", in_state("paused"))
    journey.acknowledged["pause"] = lambda report: len(report["receipt"]["pauses"]) == 1

    assert "view" not in before
    assert "refusal" not in journey.shopper.here.names()
    told.count(len(journey.acknowledged), await journey.missing())


async def test_redis_without_memory_refuses_in_words_and_the_picture_goes_on(
    start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("Redis has no memory left", "Redis")
    relay = await start(store=redis.url)
    async with Redis.from_url(redis.url) as operator:
        for number in range(ROUNDS):
            journey = await live(relay, f"T-{number}")
            await operator.config_set("maxmemory", 1)

            await journey.agent.here.send("act", ["highlight", "x", 1, 6, "not kept"])
            refusal = await journey.agent.here.event("refusal")
            await frames_pass(journey, 20)
            sentence = await relay.until_not_ready()
            with pytest.raises(AssertionError, match="store-unavailable"):
                await relay.api(f"N-{number}")
            with told.recovery():
                await operator.config_set("maxmemory", 0)
                await journey.highlight()
                await relay.until_ready()

            assert refusal["code"] == "store-unavailable"
            assert "used memory > 'maxmemory'" in refusal["message"]
            assert "used memory > 'maxmemory'" in sentence
            assert "act" not in journey.shopper.here.names()
            told.count(len(journey.acknowledged), await journey.missing())


@pytest.mark.parametrize(
    "setting",
    [
        ("appendfsync", "everysec", "always"),
        ("maxmemory-policy", "allkeys-lru", "noeviction"),
        ("appendonly", "no", "yes"),
    ],
    ids=lambda setting: setting[0],
)
async def test_relay_is_not_ready_while_redis_is_set_to_forget(
    setting: tuple[str, str, str], start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    name, wrong, right = setting
    told = figures("Redis is set to forget", "Redis")
    relay = await start(store=redis.url)
    async with Redis.from_url(redis.url) as operator:
        journey = await live(relay, "T-1")
        await operator.config_set(name, wrong)

        sentence = await relay.until_not_ready()
        with told.recovery():
            await operator.config_set(name, right)
            await relay.until_ready()

    assert sentence == (
        f"The store cannot take this now: Redis has `{name} {wrong}`; set `{name} {right}` in redis.conf."
    )
    told.count(len(journey.acknowledged), await journey.missing())
