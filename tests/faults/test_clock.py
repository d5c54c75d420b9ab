"""The relay's wall clock is set forward or back while a view is on, and a shopper's device sleeps."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from tests.faults.clocks import Clock
from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import STEPS, Journey, in_state, live, refusal_of
from tests.faults.picture import frames_pass
from tests.faults.proxy import proxy_to
from tests.faults.running import RelayUnderFault
from tests.unit.relay.pages import mutation

Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]

HOUR_S = 3600.0
# This process answers for both sides, and for all else that it does, on a busy machine.
KEEPALIVE = {"ping_interval_s": 0.5, "ping_timeout_s": 5.0}


async def swept(journey: Journey) -> None:
    """Returns once the relay has looked after this session twice: it has seen what its clock says."""
    relay = journey.relay
    for number in range(2):
        # Its sockets are closed by the look that follows its farewell, which is over at once.
        other = await live(relay, f"{journey.ticket}-look-{number}")
        await other.end()
        await other.agent.here.closed()


@pytest.mark.parametrize("ahead_s", [30.0, -30.0, -HOUR_S, -24 * HOUR_S])
async def test_clock_that_is_set_back_or_a_little_forward_ends_no_view_and_stops_no_picture(
    ahead_s: float, clock: Clock, start: Start, figures: MakeFigures
) -> None:
    told = figures(f"clock set by {ahead_s:+.0f} s")
    relay = await start(environment=clock.environment, farewell_window_s=0.1)
    for number in range(ROUNDS):
        journey = await live(relay, f"T-{number}")
        await journey.highlight()

        with told.recovery():
            clock.jump(ahead_s)
            await frames_pass(journey, 10)
        await swept(journey)
        # A gap: the page is asked for a keyframe, whatever the clock said when it was asked last.
        await journey.shopper.here.send("frame", mutation(journey.epoch, 99))
        await journey.shopper.here.event("keyframe-wanted")
        await frames_pass(journey, 2)
        await journey.pause()
        await journey.resume()
        await journey.come_back()
        report = await relay.report(journey.session)
        clock.jump(0.0)
        await frames_pass(journey, 2)

        assert report["state"] == "live"
        told.count(len(journey.acknowledged), await journey.missing())
        await journey.check_spent()
        await journey.end()


async def test_what_was_signed_before_the_clock_was_set_back_an_hour_is_refused_in_words_and_a_new_view_begins(
    clock: Clock, start: Start, figures: MakeFigures
) -> None:
    told = figures("clock set by -3600 s before Allow")
    relay = await start(environment=clock.environment)
    asking = Journey(relay, "T-1")
    for step in STEPS[: STEPS.index(Journey.redeem) + 1]:
        await step(asking)

    clock.jump(-HOUR_S)
    answer = await relay.answer(asking.consent_token, "view")
    link = relay.sign_launch("T-2", "Ines").partition("#")[2]
    launch = await relay.http.post("/launch/redeem", json={"token": link}, headers={"Origin": relay.console})
    await asking.agent.here.send("end")
    await asking.agent.here.event("view", in_state("ended"))
    with told.recovery():
        following = await live(relay, "T-1")

    for refused in (answer, launch):
        assert "ahead of this relay's" in refused.json()["message"]
    assert (answer.json()["code"], launch.json()["code"]) == ("consent-invalid", "launch-invalid")
    told.count(len(following.acknowledged), await following.missing())


async def test_clock_that_is_set_an_hour_forward_ends_open_views_in_words_and_new_ones_begin(
    clock: Clock, start: Start, figures: MakeFigures
) -> None:
    told = figures("clock set by +3600 s")
    relay = await start(environment=clock.environment)
    journey = await live(relay, "T-1")
    await journey.highlight()
    offered = Journey(relay, "T-2")
    await offered.create()
    await offered.launch()

    clock.jump(HOUR_S + 60)
    ends = [await side.here.event("view", in_state("ended")) for side in (journey.shopper, journey.agent)]
    expired = await relay.redeem(offered.code)
    with told.recovery():
        following = await live(relay, "T-3")
    await following.end()

    assert [view["endReason"] for view in ends] == ["max-length", "max-length"]
    assert expired.status_code == 404
    journey.acknowledged["end"] = lambda report: report["receipt"]["endReason"] == "max-length"
    told.count(len(journey.acknowledged) + len(following.acknowledged), await journey.missing())


@pytest.mark.parametrize("ahead_s", [HOUR_S, -HOUR_S])
async def test_secret_that_was_spent_stays_spent_whatever_the_clock_says(
    ahead_s: float, clock: Clock, start: Start, store_url: str, figures: MakeFigures
) -> None:
    store = "Redis" if store_url.startswith("redis:") else "SQLite"
    told = figures(f"clock set by {ahead_s:+.0f} s after secrets were spent", store)
    relay = await start(store=store_url, environment=clock.environment)
    journey = Journey(relay, "T-1")
    for step in STEPS[: STEPS.index(Journey.shopper_goes_on) + 1]:
        await step(journey)
    await journey.come_back()

    clock.jump(ahead_s)
    statuses = {name: (await ask()).status_code for name, (ask, _) in journey.spent.items()}
    codes = [
        await refusal_of(relay, journey.session, token, person.origin)
        for person in (journey.shopper, journey.agent)
        for token in person.void
    ]

    assert set(statuses) == {"launch link", "share code", "secret of the move"}
    assert not {200, 201, 204} & set(statuses.values())
    assert codes
    assert set(codes) <= {"opened-elsewhere", "ended"}
    told.count(len(statuses) + len(codes), await journey.missing())


async def test_shopper_who_slept_for_less_than_the_window_goes_on(start: Start, figures: MakeFigures) -> None:
    told = figures("shopper's device sleeps within the window")
    relay = await start(**KEEPALIVE, resume_window_s=60.0)
    async with proxy_to(relay.settings.port) as proxy:
        journey = await live(relay, "T-1", shopper_port=proxy.port)
        await journey.highlight()

        proxy.swallow()
        await journey.agent.here.event("view", in_state("lost"))
        proxy.mend()
        with told.recovery():
            await journey.shopper.come(relay, journey.session)
            await journey.agent.here.event("view", in_state("live"))

        told.count(len(journey.acknowledged), await journey.missing())


async def test_shopper_who_slept_past_the_window_is_told_that_it_ended(start: Start, figures: MakeFigures) -> None:
    told = figures("shopper's device sleeps past the window")
    relay = await start(**KEEPALIVE, resume_window_s=1.0)
    async with proxy_to(relay.settings.port) as proxy:
        journey = await live(relay, "T-1", shopper_port=proxy.port)
        await journey.highlight()

        proxy.swallow()
        await journey.agent.here.event("view", in_state("lost"))
        ended = await journey.agent.here.event("view", in_state("ended"))
        proxy.mend()
        woken = await refusal_of(relay, journey.session, journey.shopper.token, journey.shopper.origin)
        with told.recovery():
            following = await live(relay, "T-1")

        assert ended["endReason"] == "resume-window"
        assert woken == "ended"
        assert following.session != journey.session
        journey.acknowledged["end"] = lambda report: report["receipt"]["endReason"] == "resume-window"
        told.count(len(journey.acknowledged), await journey.missing())


async def test_machine_that_slept_for_an_hour_ends_what_waited_and_serves_on(
    clock: Clock, start: Start, figures: MakeFigures
) -> None:
    told = figures("the relay's own machine sleeps for an hour")
    relay = await start(environment=clock.environment)
    journey = await live(relay, "T-1")
    asking = Journey(relay, "T-2")
    for step in STEPS[: STEPS.index(Journey.redeem) + 1]:
        await step(asking)

    # Its process stands still and the date goes on.
    os.kill(relay.process.pid, signal.SIGSTOP)
    clock.jump(HOUR_S + 60)
    os.kill(relay.process.pid, signal.SIGCONT)
    ended = await journey.agent.here.event("view", in_state("ended"))
    late = await relay.answer(asking.consent_token, "view")
    with told.recovery():
        following = await live(relay, "T-3")
    await following.end()

    assert ended["endReason"] == "max-length"
    assert late.status_code == 410
    assert (await relay.report(asking.session))["receipt"]["consentAt"] is None
    told.count(len(journey.acknowledged) + len(following.acknowledged), await journey.missing())
