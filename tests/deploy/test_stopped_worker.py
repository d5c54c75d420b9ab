"""A worker that is gone: its sessions go on elsewhere, all others stay where they are, and it gets its own back."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Callable

import pytest

from tests.deploy.deployment import SPREAD, Asked, Balancer, Deployment, wait_until
from tests.deploy.people import Person, Session, session_through
from tests.deploy.rendering import WORKER_PORTS
from tests.e2e.processes import ServerProcess
from tests.unit.relay.pages import keyframe, mutation

STAYS, STOPPED = 0, 2


async def share(session: Session) -> tuple[Person, Person]:
    """Agent and shopper; the agent has seen a first frame."""
    agent, shopper = await session.agent(), await session.shopper()
    await shopper.say(["frame", keyframe(session.epoch)])
    await agent.event("frame")
    return agent, shopper


async def go_on(session: Session, agent: Person, shopper: Person) -> None:
    """After an interruption: both come back by themselves, and the agent sees the page again."""
    session.epoch = (await shopper.event("welcome"))["epoch"]
    await agent.event("welcome")
    shown = keyframe(session.epoch, f"after the interruption: {session.epoch}")
    await shopper.say(["frame", shown])
    await agent.event("frame", lambda frame: frame == shown)


def await_return(balancer: Balancer, before: dict[str, Asked]) -> None:
    """Until the balancer has taken a worker in again that was gone, and all is steered as before."""
    wait_until(lambda: balancer.knows_all() and balancer.ask_for(*before) == before, "all are where they were")


@pytest.mark.parametrize("end", [ServerProcess.stop, ServerProcess.kill], ids=["stopped", "killed"])
async def test_stopped_workers_sessions_go_on_elsewhere_and_others_stay(
    balancer: Balancer, deployment: Deployment, end: Callable[[ServerProcess], None]
) -> None:
    names = [secrets.token_urlsafe(16) for _ in range(SPREAD)]
    before = balancer.ask_for(*names)
    ticket = f"{balancer.name}-{end.__name__}"
    async with (
        session_through(balancer, deployment, f"stays-{ticket}", at=STAYS) as staying,
        session_through(balancer, deployment, f"moves-{ticket}", at=STOPPED) as moving,
    ):
        one, two = await share(staying), await share(moving)

        end(deployment.workers[STOPPED])
        try:
            without = balancer.ask_for(*names)
            await go_on(moving, *two)
            await one[1].say(["frame", mutation(staying.epoch, 1)])
            await one[0].event("frame", lambda frame: frame == mutation(staying.epoch, 1))
        finally:
            deployment.workers[STOPPED].start()
        await_return(balancer, before)
        # It is steered to the worker that was stopped, and at home at another.
        state = (await moving.state())["state"]
        carried = deployment.gauge("beside_carried_sockets")
        interruptions = [event for person in one for event, _ in person.came if event == "+disconnect"]

    of_the_stopped = {name for name in names if before[name][1] == (STOPPED,)}
    assert of_the_stopped
    assert {status for status, _ in without.values()} == {200}
    for name in names:
        if name in of_the_stopped:
            assert without[name][1][-1] != STOPPED
        else:
            assert without[name] == before[name]
    assert (state, carried, interruptions) == ("live", [0, 0, 0], [])
    for log in balancer.logs:
        text = log.read_text("utf-8")
        assert [line for line in text.splitlines() if "?" in line or "seen=" in line] == []


async def test_view_outlives_a_restart_of_each_worker_in_turn(balancer: Balancer, deployment: Deployment) -> None:
    before = balancer.ask_for(*(secrets.token_urlsafe(16) for _ in range(20)))
    async with session_through(balancer, deployment, f"rolling-{balancer.name}") as session:
        agent, shopper = await share(session)
        homes = []
        for index, worker in enumerate(deployment.workers):
            is_home = deployment.gauge("beside_sockets")[index] == 2
            homes.append(is_home)
            worker.stop()
            worker.start()
            if is_home:
                await go_on(session, agent, shopper)
            await_return(balancer, before)
        await shopper.say(["frame", mutation(session.epoch, 1)])
        await agent.event("frame", lambda frame: frame == mutation(session.epoch, 1))

        assert any(homes)
        assert (await session.state())["state"] == "live"


@pytest.mark.parametrize("balancer", ["haproxy"], indirect=True)
async def test_haproxy_leaves_out_a_worker_that_hangs(balancer: Balancer, deployment: Deployment) -> None:
    """By its own checks: a request to such a worker would wait for a minute."""
    names = [secrets.token_urlsafe(16) for _ in range(SPREAD)]
    before = balancer.ask_for(*names)
    written = len(balancer.access_log.read_text("utf-8"))
    process = deployment.workers[STOPPED].pid

    os.kill(process, signal.SIGSTOP)
    try:
        down = f"Server workers/worker-{WORKER_PORTS[STOPPED]} is DOWN"
        wait_until(lambda: down in balancer.access_log.read_text("utf-8")[written:], "HAProxy sees that a worker hangs")
        without = balancer.ask_for(*names)
    finally:
        os.kill(process, signal.SIGCONT)
    await_return(balancer, before)

    assert {workers for _, workers in before.values()} == {(0,), (1,), (2,)}
    assert {status for status, _ in without.values()} == {200}
    assert {workers for _, workers in without.values()} == {(0,), (1,)}
