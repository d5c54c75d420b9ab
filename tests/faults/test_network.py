"""The network between shopper and relay, agent and relay, relay and Redis: cut, half-open, slow, narrow."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidMessage

from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import STEPS, Journey, Person, in_state, live
from tests.faults.picture import frames_pass
from tests.faults.proxy import Proxy, proxy_to
from tests.faults.running import RelayUnderFault
from tests.unit.redis_server import RedisProcess
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import SHOP
from tests.unit.relay.sockets import Socket

Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]

# A dead socket is known after both: half a minute as set, six seconds here. On a busy machine this process may take
# seconds to answer for those that live.
KEEPALIVE = {"ping_interval_s": 1.0, "ping_timeout_s": 5.0}
# The sweeper sees too that nobody is there, after this: too late to be taken for the keepalive here.
SWEPT = {"handshake_window_s": 300.0}


async def through(relay: RelayUnderFault, who: str, ticket: str, proxy: Proxy) -> tuple[Journey, Person, Person]:
    """A shared session in which `who` comes through the proxy; then who that is, and the other side."""
    journey = await live(relay, ticket, **{f"{who}_port": proxy.port})
    people = {"shopper": journey.shopper, "agent": journey.agent}
    cut = people.pop(who)
    return journey, cut, *people.values()


def is_gone(who: str) -> Callable[[Any], bool]:
    """Of a view: what the other side is told when one's connection is lost."""
    if who == "shopper":
        return in_state("lost")
    return lambda view: not view["agents"][0]["connected"]


async def come_back_and_go_on(journey: Journey, who: str) -> None:
    """The lost one returns with their next token; then a frame passes."""
    if who == "agent":
        await journey.agent.come(journey.relay, journey.session)
        # From what the relay kept, at no cost to the shopper.
        await journey.agent.here.event("frame")
        assert "keyframe-wanted" not in journey.shopper.here.names()
        return
    welcome = await journey.shopper.come(journey.relay, journey.session)
    assert welcome["view"]["state"] == "live"
    journey.epoch = welcome["epoch"] - 1
    await frames_pass(journey, 2)


@pytest.mark.parametrize("how", ["cut", "half-open"])
@pytest.mark.parametrize("who", ["shopper", "agent"])
async def test_lost_connection_is_told_to_the_other_side_and_the_lost_one_comes_back(
    who: str, how: str, start: Start, figures: MakeFigures
) -> None:
    told = figures(f"{who}'s connection {how}")
    relay = await start(**KEEPALIVE, **SWEPT)
    async with proxy_to(relay.settings.port) as proxy:
        for number in range(ROUNDS):
            journey, lost, other = await through(relay, who, f"T-{number}", proxy)
            await journey.highlight()
            other.here.events.clear()

            began_at = time.monotonic()
            if how == "cut":
                proxy.cut()
            else:
                proxy.swallow()
            await other.here.event("view", is_gone(who))
            noticed_s = time.monotonic() - began_at
            if how == "cut":
                with pytest.raises((OSError, InvalidMessage)):
                    await lost.come(relay, journey.session)
            proxy.mend()
            with told.recovery():
                await come_back_and_go_on(journey, who)

            told.tell(**{"noticed after s": noticed_s})
            told.count(len(journey.acknowledged), await journey.missing())
            await journey.check_spent()


@pytest.mark.parametrize("who", ["shopper", "agent"])
async def test_who_comes_back_while_their_dead_socket_still_counts_is_let_in_at_once(
    who: str, start: Start, figures: MakeFigures
) -> None:
    told = figures(f"{who} back before the dead socket is noticed")
    # As it is set in earnest: nobody notices within this test.
    relay = await start()
    async with proxy_to(relay.settings.port) as proxy:
        for number in range(ROUNDS):
            journey, lost, other = await through(relay, who, f"T-{number}", proxy)
            await journey.pause()
            await journey.resume()
            await journey.come_back()
            dead = lost.here
            proxy.swallow()
            other.here.events.clear()

            proxy_port, lost.port = lost.port, None
            with told.recovery():
                await come_back_and_go_on(journey, who)
            lost.port = proxy_port

            assert not any(is_gone(who)(view) for name, view in other.here.events if name == "view")
            assert not dead.is_closed
            told.count(len(journey.acknowledged), await journey.missing())
            proxy.mend()


async def test_shopper_whose_welcome_was_lost_on_its_way_is_let_in_with_the_same_token(
    start: Start, figures: MakeFigures
) -> None:
    told = figures("welcome lost on its way")
    relay = await start(**KEEPALIVE)
    async with proxy_to(relay.settings.port) as proxy:
        journey, _, _ = await through(relay, "shopper", "T-1", proxy)
        await journey.shopper.here.close()
        await journey.agent.here.event("view", in_state("lost"))

        # The WebSocket is open; then nothing comes back any more, and the token is sent.
        deaf = await Socket.dial(proxy.port, journey.session, SHOP)
        relay.sockets.append(deaf)
        proxy.swallow(up=False, down=True)
        await deaf.say("40" + json.dumps({"protocol": 1, "version": "0.1.0", "token": journey.shopper.token}))
        await journey.agent.here.event("view", in_state("live"))
        proxy.mend()
        with told.recovery():
            await come_back_and_go_on(journey, "shopper")

        assert "welcome" not in deaf.names()
        told.count(len(journey.acknowledged), await journey.missing())


async def test_frame_of_which_half_came_is_never_shown(start: Start, figures: MakeFigures) -> None:
    told = figures("connection dropped in the middle of a frame")
    relay = await start()
    async with proxy_to(relay.settings.port) as proxy:
        journey, _, _ = await through(relay, "shopper", "T-1", proxy)
        header = {"epoch": journey.epoch + 1, "seq": 0, "index": 0, "count": 2, "rawBytes": 5000}
        await journey.shopper.here.send_chunk(header, b"half")
        await journey.shopper.here.send("visibility", {"hidden": True})
        await journey.agent.here.event("view", lambda view: view["shopperHidden"])
        journey.agent.here.events.clear()

        proxy.drop()
        await journey.agent.here.event("view", in_state("lost"))
        with told.recovery():
            await come_back_and_go_on(journey, "shopper")

        assert not {"frame", "chunk"} & set(journey.agent.here.names())
        told.count(len(journey.acknowledged), await journey.missing())


async def test_slow_network_delays_all_and_loses_nothing(start: Start, figures: MakeFigures) -> None:
    told = figures("both sides 200 ms away")
    relay = await start()
    async with proxy_to(relay.settings.port) as proxy:
        proxy.up.delay_s = proxy.down.delay_s = 0.1
        journey = await live(relay, "T-1", shopper_port=proxy.port, agent_port=proxy.port)

        slowest_s = await frames_pass(journey, 5)
        await journey.highlight()
        with told.recovery():
            await journey.pause()
        await journey.resume()
        await journey.end()

        told.tell(**{"slowest frame ms": slowest_s * 1000})
        told.count(len(journey.acknowledged), await journey.missing())


async def test_agent_on_a_narrow_line_gets_fewer_pictures_and_the_other_agent_all_of_them(
    start: Start, figures: MakeFigures
) -> None:
    told = figures("agent on a narrow line")
    relay = await start(max_queue_bytes=300_000, messages_per_s=10_000.0, frame_bytes_per_s=1e9)
    async with proxy_to(relay.settings.port) as proxy:
        journey = await live(relay, "T-1")
        journey.second.port = proxy.port
        await journey.admit_second_agent()
        await journey.second.here.event("frame")
        proxy.down.bytes_per_s = 2_000_000.0

        journey.epoch += 1
        frames = [keyframe(journey.epoch), *(mutation(journey.epoch, seq, "x" * 200_000) for seq in range(1, 60))]
        slowest_s = 0.0
        for frame in frames:
            sent_at = time.monotonic()
            await journey.shopper.here.send("frame", frame)
            assert await journey.agent.here.event("frame") == frame
            slowest_s = max(slowest_s, time.monotonic() - sent_at)
        proxy.down.bytes_per_s = None
        with told.recovery():
            await journey.shopper.here.event("keyframe-wanted")
            last = keyframe(journey.epoch + 1, text="for both")
            await journey.shopper.here.send("frame", last)
            await journey.second.here.event("frame", lambda frame: frame == last)

        seen = sum(name == "frame" for name, _ in journey.second.here.events)
        assert seen < len(frames)
        told.tell(**{"the other's slowest frame ms": slowest_s * 1000})
        told.count(len(journey.acknowledged), await journey.missing())


async def test_reply_to_an_answer_that_the_network_lost_is_given_again(start: Start, figures: MakeFigures) -> None:
    told = figures("Allow's reply lost by the network")
    relay = await start()
    journey = Journey(relay, "T-1")
    for step in STEPS[: STEPS.index(Journey.redeem) + 1]:
        await step(journey)
    async with proxy_to(relay.settings.port) as proxy:
        proxy.swallow(up=False, down=True)
        body = {"token": journey.consent_token, "grants": ["view", "point"], "locale": "en", "textVersion": "1"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{proxy.port}", trust_env=False) as http:
            asked = asyncio.create_task(http.post("/join/answer", json=body, headers={"Origin": SHOP}))
            await journey.agent.here.event("view", in_state("live"))
            proxy.drop()
            with pytest.raises(httpx.HTTPError):
                await asked

    with told.recovery():
        await journey.allow()
        await journey.shopper_comes()

    told.count(len(journey.acknowledged), await journey.missing())


# -- relay and Redis


@pytest.mark.parametrize("how", ["cut", "half-open", "answers lost"])
async def test_redis_out_of_reach_is_refused_in_words_and_used_again_when_it_is_back(
    how: str, start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures(f"network to Redis: {how}", "Redis")
    async with proxy_to(redis.port) as proxy:
        relay = await start(store=f"redis://127.0.0.1:{proxy.port}/0", store_behind=redis.url)
        for number in range(ROUNDS):
            journey = await live(relay, f"T-{number}")
            await journey.highlight()
            journey.agent.here.events.clear()
            if how == "cut":
                proxy.cut()
            else:
                proxy.swallow(up=how == "half-open", down=True)

            await journey.shopper.here.send("pause", {"reason": "shopper"})
            await journey.agent.here.event("blank")
            asked_at = time.monotonic()
            refusal = await journey.shopper.here.event("refusal")
            refused_s = time.monotonic() - asked_at
            sentence = await relay.until_not_ready()
            with told.recovery():
                proxy.mend()
                await journey.pause_until_it_is_told()
                await relay.until_ready()
            journey.acknowledged["pause"] = lambda report: len(report["receipt"]["pauses"]) == 1

            assert refusal["code"] == "store-unavailable"
            assert "Redis is not reached" in refusal["message"]
            assert "Redis is not reached" in sentence
            told.tell(**{"refused after s": refused_s})
            told.count(len(journey.acknowledged), await journey.missing())


async def test_redis_far_away_delays_what_is_told_and_no_frame(
    start: Start, redis: RedisProcess, figures: MakeFigures
) -> None:
    told = figures("Redis 100 ms away", "Redis")
    async with proxy_to(redis.port) as proxy:
        relay = await start(store=f"redis://127.0.0.1:{proxy.port}/0", store_behind=redis.url)
        journey = await live(relay, "T-1")
        proxy.up.delay_s = proxy.down.delay_s = 0.05

        slowest_s = await frames_pass(journey, 50)
        with told.recovery():
            await journey.pause()
        await journey.resume()
        await journey.highlight()
        await journey.end()

        told.tell(**{"slowest frame ms": slowest_s * 1000})
        told.count(len(journey.acknowledged), await journey.missing())
