"""What the sweeper does each second for all sessions, and what waits meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.unit.relay.running import settings_for
from tests.unit.troubled_store import TroubledStore

from beside.attendance import Attendance
from beside.ledger import Ledger
from beside.relay import Relay
from beside.session import Session, TrailEntry
from beside.sweeper import AT_ONCE, Sweeper
from beside.tasks import stop
from beside.tokens import Signer

NOW = 1_800_000_000.0


@pytest.fixture
async def sweeper(tmp_path: Path) -> AsyncIterator[tuple[Sweeper, Ledger, TroubledStore]]:
    """Of a relay with some sessions that wait for their shoppers."""

    async def on_ended(_: Session) -> None:
        pass

    settings = settings_for(tmp_path, 1)
    store = TroubledStore()
    await store.open()
    ledger = Ledger(store, settings, deliveries_of=lambda _session, _trail: [], on_ended=on_ended, clock=lambda: NOW)
    relay = Relay(ledger, settings)
    for number in range(3 * AT_ONCE):
        session = Session(
            id=f"s{number}",
            site="test",
            ticket=f"T-{number}",
            subject="",
            locale=None,
            created_at=NOW,
            state_since=NOW - (number % AT_ONCE == 0) * settings.offer_window_s,
            participants=(),
        )
        await ledger.insert(session, TrailEntry(at=NOW, kind="created"))
    yield (
        Sweeper(ledger, relay, Attendance(relay, ledger, Signer(settings.secret_keys), settings), store, settings),
        ledger,
        store,
    )
    await store.close()


async def test_what_is_due_comes_about_and_nothing_else(sweeper: tuple[Sweeper, Ledger, TroubledStore]) -> None:
    sweeps, ledger, _ = sweeper

    await sweeps.sweep()

    assert [live.session.id for live in ledger if live.session.state == "ended"] == ["s0", "s50", "s100"]


async def test_sessions_wait_for_the_store_side_by_side(sweeper: tuple[Sweeper, Ledger, TroubledStore]) -> None:
    """One behind the other, the last of a thousand windows is overrun by a thousand times what the store takes."""
    sweeps, ledger, store = sweeper
    store.gate.clear()

    sweeping = asyncio.create_task(sweeps.sweep())
    async with asyncio.timeout(5):
        while store.waiting < 3:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.001)
    store.gate.set()
    await sweeping

    assert sum(live.session.state == "ended" for live in ledger) == 3


async def test_many_sessions_keep_nothing_waiting(sweeper: tuple[Sweeper, Ledger, TroubledStore]) -> None:
    """Each of those who looked at sessions let others come after fifty of them, and all of them at once never did."""
    sweeps, ledger, _ = sweeper
    await sweeps.sweep()
    looks = [0]

    def clock() -> float:
        looks[-1] += 1
        return NOW

    async def counts_turns() -> None:
        while True:
            looks.append(0)
            await asyncio.sleep(0)

    ledger.clock = clock
    counting = asyncio.create_task(counts_turns())
    await sweeps.sweep()
    counting.cancel()

    assert sum(looks) >= 3 * AT_ONCE - 3
    assert max(looks) <= 2 * AT_ONCE


async def test_session_that_waits_keeps_no_other_from_being_looked_at(
    sweeper: tuple[Sweeper, Ledger, TroubledStore],
) -> None:
    """Whoever holds its lock may wait for the store: a round had ended only with the last of its sessions."""
    sweeps, ledger, _ = sweeper
    held = {live.session.id: live for live in ledger}
    stuck, other, last = held["s1"], held["s2"], held["s100"]
    stuck.note(NOW, "page", path="/cart")
    before = other.session.version
    async with stuck.lock:
        sweeping = asyncio.create_task(sweeps.run())
        async with asyncio.timeout(5):
            while last.session.state != "ended":  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.001)
            other.note(NOW, "page", path="/cart")
            while other.session.version == before:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.001)
    sweeping.cancel()


async def test_guesses_go_with_their_window_though_nobody_guesses_again(
    sweeper: tuple[Sweeper, Ledger, TroubledStore],
) -> None:
    sweeps, _, store = sweeper
    for name, at in (("old", NOW - 3600), ("new", NOW - 3599)):
        await store.begin_guess(name, now=at, window_s=3600, count=0)

    await sweeps.erase_old()

    assert [(await store.guesses(name, now=NOW, window_s=9e9))[0] for name in ("old", "new")] == [0, 1]


async def test_who_is_looked_after_goes_with_the_sweeper(sweeper: tuple[Sweeper, Ledger, TroubledStore]) -> None:
    sweeps, _, store = sweeper
    store.gate.clear()
    sweeping = asyncio.create_task(sweeps.run())
    async with asyncio.timeout(5):
        while store.waiting < 3:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.001)
    before = asyncio.all_tasks()

    await stop(sweeping)

    assert len(before - asyncio.all_tasks()) == 4
