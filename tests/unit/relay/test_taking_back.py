"""Pause, Stop and No are heard at once over real sockets, whatever the store or an agent is about."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ports import free_port
from tests.unit.relay.running import RunningRelay, running_relay, until
from tests.unit.relay.test_view_on_the_wire import in_state, live, second_agent

from beside.store import sqlite_writer


@contextlib.contextmanager
def store_held(relay: RunningRelay) -> Iterator[None]:
    """Another process holds the file: the relay waits for it."""
    with contextlib.closing(sqlite3.connect(relay.settings.store)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay gives the store up after this, and not before a slow machine has come to the end of a test."""
    monkeypatch.setattr(sqlite_writer, "BUSY_TIMEOUT_S", 20.0)


@pytest.mark.usefixtures("patient")
async def test_shopper_is_heard_while_the_store_takes_in_what_they_said_before(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port()) as relay:
        pair, shopper, agent, _ = await live(relay)
        joining, second = await second_agent(relay)
        await shopper.send("admission", {"agent": joining, "admitted": True})
        await second.event("frame")

        with store_held(relay):
            await shopper.send("admission", {"agent": joining, "admitted": False})
            await second.event("blank")
            await shopper.send("pause", {"reason": "shopper"})
            # Behind what the store is about it would come after 20 s.
            async with asyncio.timeout(8):
                await agent.event("blank")
            await shopper.send("stop")
            await agent.event("blank")
            told = [name for name, _ in shopper.events if name == "refusal"]
        ended = await agent.event("view", in_state("ended"))
        receipt = (await relay.look(f"/s/{pair.session}/receipt", pair.cookie)).json()

        assert told == []
        assert ended["endReason"] == "shopper-stopped"
        assert [pause["reason"] for pause in receipt["pauses"]] == ["shopper"]


@pytest.mark.usefixtures("patient")
async def test_what_waits_for_the_store_is_bounded_and_a_stop_behind_it_counts(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port()) as relay:
        _, shopper, agent, _ = await live(relay)

        with store_held(relay):
            for _ in range(25):
                await shopper.send("resume")
            refusal = await shopper.event("refusal")
            await shopper.send("stop")
            await agent.event("blank")
        ended = await agent.event("view", in_state("ended"))

        assert refusal["code"] == "too-fast"
        assert ended["endReason"] == "shopper-stopped"


async def test_end_by_http_that_the_store_could_not_keep_is_kept_once_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_writer, "BUSY_TIMEOUT_S", 0.2)
    async with running_relay(tmp_path, free_port()) as relay:
        ended, stopped = await relay.pair("T-1"), await relay.pair("T-2")

        with store_held(relay):
            answers = [
                await relay.ask(f"/s/{ended.session}/end", ended.cookie),
                await relay.join("stop", {"token": stopped.shopper_token}),
            ]

        async def are_over() -> bool:
            states = [await relay.look(f"/s/{pair.session}/state", pair.cookie) for pair in (ended, stopped)]
            return [state.json()["state"] for state in states] == ["ended", "ended"]

        await until(are_over)

        receipts = [await relay.look(f"/s/{pair.session}/receipt", pair.cookie) for pair in (ended, stopped)]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert [receipt.json()["endReason"] for receipt in receipts] == ["agent-ended", "shopper-stopped"]


@pytest.mark.usefixtures("patient")
async def test_page_that_leaves_while_the_store_is_slow_is_away_and_not_lost(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port()) as relay:
        _, shopper, agent, _ = await live(relay)
        agent.events.clear()

        with store_held(relay):
            await shopper.send("leaving")
            await shopper.close()
        view = await agent.event("view", lambda view: view["state"] != "live")

        assert view["state"] == "away"


async def test_agent_whose_acts_the_page_answers_cannot_have_the_shopper_unheard(tmp_path: Path) -> None:
    """A page that answers used to spend what its buttons need, and was closed for it."""
    async with running_relay(tmp_path, free_port(), controls_per_s=0.5) as relay:
        _, shopper, agent, epoch = await live(relay)
        joining, second = await second_agent(relay)
        await shopper.send("admission", {"agent": joining, "admitted": True})
        await second.event("frame")
        for act in ("a0", "a1"):
            await agent.send("act", ["highlight", act, epoch, 6, None])
            await shopper.event("act")

        for _ in range(15):
            for act in ("a0", "a1"):
                await shopper.send("outcome", {"act": act, "outcome": "shown", "label": ""})
        await shopper.send("admission", {"agent": joining, "admitted": False})
        await second.event("blank")
        for _ in range(5):
            await shopper.send("pause", {"reason": "shopper"})
        await agent.event("view", in_state("paused"))
        await shopper.send("stop")
        ended = await agent.event("view", in_state("ended"))

        assert ended["endReason"] == "shopper-stopped"
        assert "refusal" not in shopper.names()
        assert not shopper.is_closed
