"""What is said, begun or ended just as a session changes hands, or its worker goes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio
from tests.unit.relay.running import RunningRelay, until
from tests.unit.relay.test_workers import meet, worker, workers

from beside.errors import Conflict, StoreUnavailable
from beside.household import Household
from beside.session import Ended

__all__ = ["workers"]


def household_of(relay: RunningRelay) -> Household:
    assert relay.app is not None
    found: Household = relay.app.state.drain.__self__
    return found


@pytest.mark.parametrize("said", ["stop", "admission"])
async def test_what_is_taken_back_while_its_worker_drains_and_was_not_kept_is_kept_before_it_goes(
    tmp_path: Path, redis_url: str, said: str
) -> None:
    """It was heard after all had been written down, and failed before the session was let go of."""
    async with worker(tmp_path, redis_url) as one:
        pair = await one.pair(f"T-{said}")
        shopper, agent, _ = await meet(one, pair)
        household = household_of(one)
        live = household._ledger.held(pair.session)
        assert live is not None
        store: Any = household._store
        committed, gate, waits = store.commit_session, asyncio.Event(), asyncio.Event()
        attempts: list[str] = []

        async def commit(session: Any, *more: Any) -> None:
            attempts.append(session.state)
            waits.set()
            await gate.wait()
            if len(attempts) == 2:
                raise StoreUnavailable("as Redis that does not answer")
            await committed(session, *more)

        store.commit_session = commit
        draining = asyncio.create_task(household.drain())
        await waits.wait()
        await shopper.send(said, *([] if said == "stop" else [{"agent": next(iter(live.agents)), "admitted": False}]))
        await agent.event("blank")
        gate.set()
        await draining
        session = await store.load_session(pair.session)

    assert (session.end_reason, session.participants[0].admission) == (
        ("shopper-stopped", "admitted") if said == "stop" else (None, "refused")
    )


async def test_stop_that_comes_once_its_session_has_left_is_answered_by_the_sockets_end(
    workers: tuple[RunningRelay, RunningRelay],
) -> None:
    one, two = workers
    pair = await one.pair("T-late")
    shopper, _, _ = await meet(one, pair)
    household = household_of(one)
    live = household._ledger.held(pair.session)
    assert live is not None
    assert live.shopper is not None
    wire: Any = live.shopper.lane._wire
    closing = asyncio.Event()

    class Waits:
        """The socket's end is on its way, as behind a reader who is slow."""

        def __getattr__(self, name: str) -> Any:
            return getattr(wire, name)

        def close(self) -> None:
            closing.set()

    live.shopper.lane._wire = Waits()  # type: ignore[assignment]
    await household.drain()
    await closing.wait()
    await shopper.send("stop")
    # Behind it.
    await (await shopper.raw.ping())
    wire.close()
    await shopper.closed()
    again = await two.join("stop", {"token": pair.shopper_token})
    state = (await two.look(f"/s/{pair.session}/state", pair.cookie)).json()

    # Neither heard, nor told to have been.
    assert not live.is_withheld
    assert [payload["state"] for name, payload in shopper.events if name == "view"][-1:] != ["ended"]
    assert (again.status_code, state["state"]) == (204, "ended")


async def test_session_that_begins_is_given_away_to_nobody_before_it_is_held(
    workers: tuple[RunningRelay, RunningRelay],
) -> None:
    """Its ticket was opened at another worker meanwhile, and both held it."""
    one, two = workers
    store: Any = household_of(one)._store
    assert one.app is not None
    letters = one.app.state.carrier._letters
    inserted, wanted = store.insert_session, letters._answers["wanted"]
    gate, waits, asked = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def insert(*words: Any) -> None:
        await inserted(*words)
        waits.set()
        await gate.wait()

    async def answer(*words: Any) -> bytes:
        asked.set()
        found: bytes = await wanted(*words)
        return found

    store.insert_session, letters._answers["wanted"] = insert, answer
    first = asyncio.create_task(one.api("T-begins"))
    await waits.wait()
    second = asyncio.create_task(two.api("T-begins"))
    await asked.wait()
    # It is given away within some milliseconds, or not before the first has it.
    await asyncio.wait([second], timeout=0.5)
    gate.set()
    made, found = await asyncio.gather(first, second)

    assert made["session"] == found["session"]
    assert [household_of(each)._ledger.held(made["session"]) is not None for each in workers] == [True, False]
    # The code that was told last opens it, wherever it is typed.
    await one.launch(found["consoleLink"])
    assert (await two.redeem(found["code"])).status_code == 200


async def test_ended_session_whose_name_stayed_among_the_open_ones_is_looked_for_once(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str
) -> None:
    """Redis failed between the two; it was looked for every five seconds until it was erased."""
    one, _ = workers
    household = household_of(one)
    pair = await one.pair("T-ended")
    store: Any = household._store
    real = store._redis

    class Fails:
        """As Redis that goes away once the end is written."""

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        async def do(self, *words: Any) -> Any:
            if words[:2] == ("SREM", "beside:open"):
                raise StoreUnavailable("as Redis that does not answer")
            return await real.do(*words)

    store._redis = Fails()
    failed = await one.ask(f"/s/{pair.session}/end", pair.cookie)
    store._redis = real
    live = household._ledger.held(pair.session)
    assert live is not None

    async def is_settled() -> bool:
        return live.session.state == "ended" and not live.is_unsettled

    await until(is_settled)
    # As once both sides have read the farewell.
    await household._ledger.drop(live)
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        before = await client.sismember("beside:open", pair.session)  # type: ignore[misc]
        await household.adopt()
        after = await client.sismember("beside:open", pair.session)  # type: ignore[misc]

    assert failed.status_code == 503
    assert (bool(before), bool(after)) == (True, False)
    assert (await one.look(f"/s/{pair.session}/receipt", pair.cookie)).json()["endReason"] == "agent-ended"


async def test_session_whose_stop_waits_for_a_lock_just_let_go_of_is_in_use(
    workers: tuple[RunningRelay, RunningRelay],
) -> None:
    one, _ = workers
    pair = await one.pair("T-lock")
    household = household_of(one)
    live = household._ledger.held(pair.session)
    assert live is not None

    await live.lock.acquire()
    ending = asyncio.create_task(household._ledger.change(live, Ended(reason="shopper-stopped")))
    await asyncio.sleep(0)
    live.lock.release()
    assert not live.lock.locked()
    with pytest.raises(Conflict):
        await household.give_up(pair.session, True)
    await ending

    assert live.session.end_reason == "shopper-stopped"
