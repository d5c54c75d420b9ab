"""What is said, begun or ended just as a session changes hands, or its worker goes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.unit.relay.running import RunningRelay
from tests.unit.relay.test_workers import meet, worker

from beside.errors import StoreUnavailable
from beside.household import Household


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
