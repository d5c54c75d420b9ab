"""kill -9 of the relay: between any two steps of a session's path, under load, and while secrets are spent."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable

import httpx
import pytest

from beside.sites import site_of
from tests.faults.chatter import chattering
from tests.faults.clocks import Clock
from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import STEPS, Journey, Step, live, refusal_of
from tests.faults.running import LIMIT_S, RelayUnderFault
from tests.ports import free_port
from tests.unit.relay.running import API_KEY, CHECKOUT, SHOP, receiving

Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]


@pytest.mark.parametrize("last", STEPS, ids=lambda step: step.__name__)
async def test_session_goes_on_where_it_was_after_a_kill_at_any_step(
    last: Step, start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("relay killed between two steps", store)
    relay = await start(store=store_url)
    for number in range(ROUNDS):
        journey = Journey(relay, f"T-{number}")
        at = STEPS.index(last)
        for step in STEPS[: at + 1]:
            await step(journey)

        with told.recovery():
            await relay.restart()
            await journey.come_back()
        missing = await journey.missing()
        await journey.check_spent()
        # Who had not rated when the relay went cannot any more: an ended session is not held again.
        following = STEPS[at + 1 :] if journey.state != "ended" else ()
        for step in following:
            await step(journey)

        told.count(len(journey.acknowledged), missing)
        assert await journey.missing() == []


async def test_answer_whose_reply_a_kill_took_along_may_be_given_again(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("relay killed before Allow's reply was read", store)
    relay = await start(store=store_url)
    journey = Journey(relay, "T-1")
    for step in STEPS[: STEPS.index(Journey.allow) + 1]:
        await step(journey)
    # As where the reply did not come: the page holds no token, and only what it asked with.
    journey.shopper.token = ""

    with told.recovery():
        await relay.restart()
        await journey.allow()
        await journey.agent_comes()
        await journey.shopper_comes()

    told.count(1, await journey.missing())
    report = await relay.report(journey.session)
    assert report["state"] == "live"


async def test_nothing_that_was_told_is_lost_by_a_kill_under_load(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("relay killed under load", store)
    relay = await start(store=store_url)
    for number in range(2 * ROUNDS):
        created: list[str] = []
        async with chattering(relay, f"T-{number}", sessions=4) as chat:
            creating = asyncio.create_task(_create_tickets(relay, f"N-{number}", created))
            await chat.heard(random.randrange(40, 160))
            # The loop stands still meanwhile: what is read after it was on its way before, and counts as told.
            relay.process.kill()
            await creating

        with told.recovery():
            await relay.start()
            for each in chat.sessions:
                each.journey.state = (await relay.report(each.journey.session))["state"]
                assert each.journey.state == "lost"

        for session in created:
            await relay.report(session)
        told.count(chat.count + len(created), await chat.missing())


async def test_code_that_a_shopper_asked_for_outlives_every_kill_on_its_way(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("relay killed while a shopper waits with a code", store)
    relay = await start(store=store_url)
    journey = Journey(relay, "T-1")
    await journey.create()
    await journey.launch()
    await journey.agent_comes()
    asked = (await relay.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()

    with told.recovery():
        await relay.restart()
    claimed = await relay.ask(f"/s/{journey.session}/claim", journey.cookie, {"code": asked["code"]})
    with told.recovery():
        await relay.restart()
    again = await relay.ask(f"/s/{journey.session}/claim", journey.cookie, {"code": asked["code"]})
    offer = await relay.join("wait", {"token": asked["token"]})
    with told.recovery():
        await relay.restart()
    journey.consent_token = offer.json()["token"]
    await journey.allow()
    await journey.agent.come(relay, journey.session)
    await journey.shopper_comes()

    assert (claimed.status_code, again.status_code) == (204, 409)
    told.count(len(journey.acknowledged) + 2, await journey.missing())


async def test_tab_that_a_view_has_left_cannot_come_back_after_a_kill(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("relay killed after a view moved to another tab", store)
    relay = await start(store=store_url)
    for number in range(ROUNDS):
        journey = await live(relay, f"T-{number}")
        await journey.hand_over(SHOP)
        await journey.take_over()

        with told.recovery():
            await relay.restart()
            await journey.agent.come(relay, journey.session)
            await journey.shopper_goes_on()
        await journey.check_spent()

        assert len(journey.shopper.void) == 2
        told.count(len(journey.acknowledged) + 1, await journey.missing())


async def test_erased_session_stays_erased(start: Start, store: str, store_url: str, figures: MakeFigures) -> None:
    told = figures("relay killed after a session was erased", store)
    relay = await start(store=store_url)
    journey = await live(relay, "T-1")
    key = {"Authorization": f"Bearer {API_KEY}"}

    erased = await relay.http.delete(f"/api/sessions/{journey.session}", headers=key)
    with told.recovery():
        await relay.restart()
    looked = await relay.http.get(f"/api/sessions/{journey.session}", headers=key)

    assert erased.status_code == 204
    assert await refusal_of(relay, journey.session, journey.shopper.token, SHOP) == "ended"
    told.count(1, ["erasure"] if looked.status_code != 404 else [])


async def test_receipt_of_an_end_reaches_the_helpdesk_though_the_relay_is_killed_before_it_is_sent(
    start: Start, store: str, store_url: str, clock: Clock, figures: MakeFigures
) -> None:
    told = figures("relay killed before a webhook was taken", store)
    desk = free_port()
    hook = {"webhook_url": f"http://desk.localhost:{desk}/", "webhook_secret": "of-the-tests-and-of-nobody-else-at-all"}
    site = site_of("test", {"name": "Shop", "origins": [SHOP, CHECKOUT], "shop_url": f"{SHOP}/", **hook})
    relay = await start(store=store_url, sites=(site,), environment=clock.environment)
    for number in range(ROUNDS):
        journey = await live(relay, f"T-{number}")
        # Nobody takes it yet.
        await journey.end()
        await relay.kill()
        # A try that failed is repeated later; here the clock says that it is.
        clock.jump(60.0 * (number + 1))

        async with receiving(desk) as came:
            with told.recovery():
                await relay.start()
                async with asyncio.timeout(LIMIT_S):
                    _, body = await came.get()

        receipt = json.loads(body)["receipt"]
        assert (receipt["session"], receipt["endReason"]) == (journey.session, "agent-ended")
        told.count(len(journey.acknowledged), await journey.missing())


async def _create_tickets(relay: RelayUnderFault, name: str, created: list[str]) -> None:
    number = 0
    while True:
        number += 1
        try:
            created.append((await relay.api(f"{name}-{number}"))["session"])
        except httpx.HTTPError:
            return


async def _outcome(asked: Awaitable[httpx.Response]) -> int:
    """The status; 0 where the relay was killed before it answered."""
    try:
        return (await asked).status_code
    except httpx.HTTPError:
        return 0


@pytest.mark.parametrize("secret", ["launch link", "share code", "secret of a move"])
async def test_secret_lets_one_in_at_most_also_where_the_relay_is_killed_while_it_is_spent(
    secret: str, start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures(f"relay killed while a {secret} is spent", store)
    relay = await start(store=store_url)
    for number in range(ROUNDS):
        journeys = [Journey(relay, f"T-{number}-{i}") for i in range(8)]
        upto = {"launch link": Journey.create, "share code": Journey.agent_comes, "secret of a move": Journey.hand_over}
        for journey in journeys:
            for step in STEPS[: STEPS.index(upto[secret]) + 1]:
                await step(journey)

        def spend(journey: Journey) -> Awaitable[httpx.Response]:
            if secret == "launch link":
                return journey._post("/launch/redeem", {"token": journey.link.partition("#")[2]})
            return relay.redeem(journey.code) if secret == "share code" else journey._take_over()

        # Two who want in by each; the kill comes with the first answer, in the middle of the others.
        first = [[asyncio.create_task(_outcome(spend(journey))) for _ in range(2)] for journey in journeys]
        await asyncio.wait([task for pair in first for task in pair], return_when=asyncio.FIRST_COMPLETED)
        relay.process.kill()
        statuses = [[await task for task in pair] for pair in first]
        with told.recovery():
            await relay.start()
        again = [[await _outcome(spend(journey)) for _ in range(2)] for journey in journeys]

        let_in = [[*before, *after].count(200) for before, after in zip(statuses, again, strict=True)]
        told.tell(interrupted=sum(0 in pair for pair in statuses))
        told.count(sum(let_in), [f"let in {times} times" for times in let_in if times > 1])
        # A kill took only answers that were on their way: before it, and after it, the relay answers.
        assert 0 not in {status for pair in again for status in pair}
