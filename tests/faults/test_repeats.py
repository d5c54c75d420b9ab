"""What comes twice: a frame, a message, a token, a person in two tabs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import STEPS, Journey, in_state, live, refusal_of
from tests.faults.running import RelayUnderFault
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import SHOP

Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]


async def test_frame_that_comes_twice_is_shown_once_and_the_picture_goes_on(start: Start, figures: MakeFigures) -> None:
    told = figures("a frame comes twice")
    relay = await start()
    journey = await live(relay, "T-1")
    epoch = journey.epoch
    frames = [mutation(epoch, 1, "once"), mutation(epoch, 1, "once"), mutation(epoch, 2, "then")]

    for frame in frames:
        await journey.shopper.here.send("frame", frame)
    refusal = await journey.shopper.here.event("refusal")
    with told.recovery():
        await journey.shopper.here.event("keyframe-wanted")
        await journey.shopper.here.send("frame", keyframe(epoch + 1))
        await journey.agent.here.until(lambda: ("frame", keyframe(epoch + 1)) in journey.agent.here.events)
    shown = [payload for name, payload in journey.agent.here.events if name == "frame"]

    assert refusal["code"] == "sequence-gap"
    assert shown.count(mutation(epoch, 1, "once")) == 1
    told.count(len(journey.acknowledged), await journey.missing())


async def test_message_that_comes_twice_does_once_what_it_does(start: Start, figures: MakeFigures) -> None:
    told = figures("a message comes twice")
    relay = await start()
    for number in range(ROUNDS):
        journey = await live(relay, f"T-{number}")
        shopper, agent = journey.shopper.here, journey.agent.here

        await shopper.send("pause", {"reason": "shopper"})
        await journey.pause()
        await shopper.send("resume")
        await journey.resume()
        await agent.send("end")
        await journey.end()
        # The first of each is told of by what came; the rest of the way is walked with the second.
        await shopper.send("rating", {"stars": 4})
        await journey.rate()

        receipt = (await relay.report(journey.session))["receipt"]
        assert len(receipt["pauses"]) == 1
        assert receipt["endReason"] == "agent-ended"
        told.count(len(journey.acknowledged), await journey.missing())


async def test_one_token_in_two_tabs_leaves_one_of_them_and_tells_the_other(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("two tabs with one token", store)
    relay = await start(store=store_url)
    for number in range(ROUNDS):
        journey = await live(relay, f"T-{number}")
        token = journey.shopper.token
        tabs = await asyncio.gather(*(relay.socket(journey.session, token, SHOP) for _ in range(4)))

        await asyncio.gather(*(tab.until(lambda tab=tab: bool(tab.events) or tab.is_closed) for tab in tabs))
        # The last to sit down stays; each before it, and the page before all of them, is told.
        away = [journey.shopper.here]
        async with asyncio.timeout(20):
            while len(away) < len(tabs):
                closing = [asyncio.create_task(tab.closed()) for tab in tabs if tab not in away]
                _, waiting = await asyncio.wait(closing, return_when=asyncio.FIRST_COMPLETED)
                for task in waiting:
                    task.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)
                away += [tab for tab in tabs if tab.is_closed and tab not in away]
        (stays,) = (tab for tab in tabs if not tab.is_closed)
        await stays.send("pause", {"reason": "shopper"})
        await stays.event("view", in_state("paused"))
        await journey.shopper.here.closed()

        codes = [[payload["code"] for name, payload in tab.events if name == "refusal"] for tab in away]
        assert codes == [["opened-elsewhere"]] * len(tabs)
        journey.acknowledged["pause"] = lambda report: len(report["receipt"]["pauses"]) == 1
        told.count(len(journey.acknowledged), await journey.missing())


async def test_token_that_a_later_one_followed_opens_nothing_however_often_it_comes(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("an old token comes again", store)
    relay = await start(store=store_url)
    journey = await live(relay, "T-1")
    for _ in range(3):
        await journey.come_back()

    tries = [(person, token) for person in (journey.shopper, journey.agent) for token in person.void for _ in range(3)]
    codes = [await refusal_of(relay, journey.session, token, person.origin) for person, token in tries]

    assert codes == ["opened-elsewhere"] * len(tries)
    assert len(tries) == 18
    assert (journey.shopper.here.is_closed, journey.agent.here.is_closed) == (False, False)
    told.count(len(journey.acknowledged), await journey.missing())


async def test_secret_that_many_spend_at_once_opens_for_one(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("a code typed by many at once", store)
    relay = await start(store=store_url)
    for number in range(ROUNDS):
        journey = Journey(relay, f"T-{number}")
        for step in STEPS[: STEPS.index(Journey.agent_comes) + 1]:
            await step(journey)

        answers = await asyncio.gather(*(relay.redeem(journey.code) for _ in range(12)))
        statuses = sorted(answer.status_code for answer in answers)

        assert statuses == [200] + [404] * 11
        told.count(1, await journey.missing())
