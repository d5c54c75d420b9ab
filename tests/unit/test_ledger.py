"""The one way to change a session: what is told is durable, and what meets in time is sorted out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from tests.unit.relay.running import settings_for
from tests.unit.troubled_store import TroubledStore

from beside.errors import Refused, StoreUnavailable
from beside.ledger import Ledger
from beside.live import Live
from beside.session import (
    Allowed,
    Ended,
    Event,
    Participant,
    Paused,
    Redeemed,
    Resumed,
    Returned,
    Session,
    TrailEntry,
)
from beside.store.contract import Delivery

NOW = 1_800_000_000.0


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def ledger(store: TroubledStore, tmp_path: Path) -> Ledger:
    async def on_ended(_: Session) -> None:
        pass

    def deliveries_of(session: Session, trail: Sequence[TrailEntry]) -> list[Delivery]:
        body = " ".join(entry.kind for entry in trail).encode()
        return [Delivery(id="hook", site="test", session=session.id, body=body, attempts=0, due_at=0.0)]

    return Ledger(store, settings_for(tmp_path, 1), deliveries_of=deliveries_of, on_ended=on_ended, clock=lambda: NOW)


@pytest.fixture
async def live(ledger: Ledger) -> Live:
    """A session with a view that the shopper allowed."""
    agent = Participant(id="a", role="agent", name="Sam")
    session = Session(
        id="s", site="test", ticket="T", subject="", locale=None, created_at=1.0, state_since=1.0, participants=(agent,)
    )
    live = await ledger.insert(session, TrailEntry(at=1.0, kind="created"))
    await ledger.change(live, Redeemed(shopper="b", agent="a", locale="en", words=(), words_translated=()))
    await ledger.change(live, Allowed(grants=("view",), locale="en", text_version="1"))
    return live


async def until(holds: object) -> None:
    async with asyncio.timeout(5):
        while not holds():  # type: ignore[operator]  # noqa: ASYNC110 - a plain fact, which tells nobody
            await asyncio.sleep(0)


async def test_end_is_committed_with_the_webhook_of_its_whole_trail(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    live.note(NOW, "page", path="/a")

    await ledger.change(live, Ended(reason="agent-ended"))
    (hook,) = await store.due_deliveries(now=NOW, limit=9)

    assert hook.body == b"created page end"


async def test_end_that_was_not_committed_leaves_no_webhook_and_keeps_its_notes(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    live.note(NOW, "page", path="/a")
    await store.close()

    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Ended(reason="agent-ended"))

    assert live.session.state == "live"
    assert [note.kind for note in live.notes] == ["page"]


async def test_commit_whose_answer_was_lost_does_not_lock_the_session(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    store.loses_answer = True
    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Paused(reason="bar-hidden"))

    await ledger.change(live, Paused(reason="shopper"))
    await ledger.change(live, Ended(reason="shopper-stopped"))

    stored = await store.load_session("s")
    assert stored == live.session
    assert stored is not None
    assert (stored.state, stored.end_reason) == ("ended", "shopper-stopped")


async def test_end_that_was_not_kept_is_to_be_tried_again_whoever_said_it(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    """Over HTTP as well: the console has no other way, nor has a page without a socket."""
    store.is_away = True
    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Paused(reason="shopper"))
    assert live.unkept_end is None

    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Ended(reason="agent-ended"))
    asked = live.unkept_end
    with pytest.raises(StoreUnavailable):
        await ledger.erase("s")

    assert (asked, live.unkept_end) == (Ended(reason="agent-ended"), Ended(reason="erased"))


@pytest.mark.parametrize("event", [Returned(), Resumed()])
async def test_nothing_that_comes_after_an_end_that_was_not_kept_gives_the_picture_back(
    ledger: Ledger, store: TroubledStore, live: Live, event: Event
) -> None:
    store.is_away = True
    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Ended(reason="shopper-stopped"))
    store.is_away = False

    await ledger.change(live, event)

    assert live.is_withheld


async def test_end_that_was_not_kept_is_kept_before_its_relay_stops(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    live.note(NOW, "page", path="/a")
    store.is_away = True
    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Ended(reason="shopper-stopped"))
    store.is_away = False

    await ledger.close()

    stored = await store.load_session("s")
    assert stored is not None
    assert stored.end_reason == "shopper-stopped"
    assert [entry.kind for entry in await store.trail("s")][-2:] == ["page", "end"]


async def test_end_whose_answer_was_lost_is_over_at_the_next_try(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    store.loses_answer = True
    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Ended(reason="shopper-stopped"))

    with pytest.raises(Refused):
        await ledger.change(live, Ended(reason="agent-ended"))

    assert (live.session.state, live.session.end_reason) == ("ended", "shopper-stopped")
    assert live.is_unsettled


async def test_resume_on_its_way_gives_back_nothing_that_a_later_pause_took(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    await ledger.change(live, Paused(reason="no-agent"))
    store.gate.clear()
    resuming = asyncio.create_task(ledger.change(live, Resumed(only="no-agent")))
    await until(lambda: store.waiting == 1)
    pausing = asyncio.create_task(ledger.change(live, Paused(reason="shopper")))
    seen: list[bool] = []
    resuming.add_done_callback(lambda _: seen.append(live.is_withheld))

    store.gate.set()
    await asyncio.gather(resuming, pausing)

    assert seen == [True]
    assert (live.session.state, live.session.pause_reason) == ("paused", "shopper")


@pytest.mark.parametrize(
    ("taken", "given"), [(Paused(reason="shopper"), Resumed(only="no-agent")), (Ended(reason="erased"), Returned())]
)
async def test_resume_that_waits_for_its_turn_gives_back_nothing_that_was_taken_meanwhile(
    ledger: Ledger, store: TroubledStore, live: Live, taken: Event, given: Event
) -> None:
    """Also where the store then keeps the resume and not what came after it."""
    await ledger.change(live, Paused(reason="no-agent"))
    live.note(NOW, "page", path="/a")
    store.gate.clear()
    flushing = asyncio.create_task(ledger.flush(live))
    await until(lambda: store.waiting == 1)
    resuming = asyncio.create_task(ledger.change(live, given))
    await asyncio.sleep(0)
    taking = asyncio.create_task(ledger.change(live, taken))
    await asyncio.sleep(0)
    store.keeps = 2

    store.gate.set()
    outcomes = await asyncio.gather(flushing, resuming, taking, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [type(None), type(None), StoreUnavailable]
    assert live.is_withheld


async def test_resume_after_a_pause_whose_answer_was_lost_gives_the_picture_back(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    store.loses_answer = True
    with pytest.raises(StoreUnavailable):
        await ledger.change(live, Paused(reason="shopper"))

    await ledger.change(live, Resumed())

    assert (live.session.state, live.is_withheld) == ("live", False)


async def test_agents_return_does_not_undo_a_pause_of_the_shopper_that_came_first(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    await ledger.change(live, Paused(reason="no-agent"))
    store.gate.clear()
    pausing = asyncio.create_task(ledger.change(live, Paused(reason="shopper")))
    await until(lambda: store.waiting == 1)
    resuming = asyncio.create_task(ledger.change(live, Resumed(only="no-agent")))

    store.gate.set()
    outcomes = await asyncio.gather(pausing, resuming, return_exceptions=True)

    assert isinstance(outcomes[1], Refused)
    assert (live.session.state, live.session.pause_reason, live.is_withheld) == ("paused", "shopper", True)


async def test_epochs_are_written_down_also_where_nothing_else_is(
    ledger: Ledger, store: TroubledStore, live: Live
) -> None:
    """A killed process must not hand an epoch out again that mirrors have seen."""
    page = '{"origin":"http://a","path":"/","quirks":false}'
    live.intake.take_frame(f'["keyframe",70,0,{page},[],[]]')

    await ledger.flush(live)

    stored = await store.load_session("s")
    assert stored is not None
    assert stored.epoch == 70


async def test_end_that_waited_for_its_turn_takes_what_was_given_back_meanwhile(ledger: Ledger, live: Live) -> None:
    begun = ledger.begin(live, Ended(reason="agent-ended"))
    await ledger.change(live, Returned())
    assert not live.is_withheld

    await ledger.change(live, Ended(reason="agent-ended"), begun=begun)

    assert live.is_withheld
