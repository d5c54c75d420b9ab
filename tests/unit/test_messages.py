"""What the shopper takes back counts from when they say so, whatever the store is about."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.test_relay import View, seat_of, view

from beside.errors import Refused, StoreUnavailable
from beside.live import Seat
from beside.protocol import Admission, Highlight, Pause
from beside.rates import Rate
from beside.sweeper import Sweeper

__all__ = ["view"]

YES, NO = (Admission(agent="a", admitted=admitted) for admitted in (True, False))

PAUSE = Pause(reason="shopper")


async def begins(view: View, seat: Seat, event: str, payload: Any) -> asyncio.Task[None]:
    """A message that waits for the store, which does not answer now."""
    view.store.gate.clear()
    task = asyncio.create_task(view.messages.take(seat, event, payload))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not task.done()
    return task


def hear(view: View, event: str, payload: Any) -> None:
    """What the shopper says, as the door takes it."""
    turn = view.messages.hear(view.shopper, event, payload)
    if turn is not None:
        view.shopper.turns.put(turn, turn.word)


async def say(view: View, event: str, payload: Any) -> None:
    hear(view, event, payload)
    await view.shopper.turns.finished()


def frames_to(view: View, seat: Seat) -> list[str]:
    return [event for event in view.events_to(seat) if event in ("frame", "blank")]


async def test_agent_who_is_refused_sees_nothing_more_while_the_store_takes_that_in(view: View) -> None:
    view.send(keyframe(1))

    refusing = await begins(view, view.shopper, "admission", NO)
    view.send(mutation(1, 1, "not for them"))
    seen = frames_to(view, view.agent)
    view.store.gate.set()
    await refusing
    view.send(mutation(1, 2, "nor this"))

    assert seen == frames_to(view, view.agent) == ["frame", "blank"]
    assert view.agent.participant.admission == "refused"


async def test_agent_whose_refusal_was_not_kept_stays_refused_until_they_are_let_in(view: View) -> None:
    view.send(keyframe(1))
    view.store.is_away = True
    with pytest.raises(StoreUnavailable):
        await view.messages.take(view.shopper, "admission", NO)
    view.store.is_away = False

    back = view.live.agents["a"] = seat_of(view.live, "a", "agent")
    view.relay.refill(back)
    view.send(mutation(1, 1, "not for them"))
    with pytest.raises(Refused) as refused:
        await view.messages.take(back, "act", Highlight(act="h", epoch=1, node=6, message=None))
    before = frames_to(view, back)
    await view.messages.take(view.shopper, "admission", YES)
    # More than one packet goes out by a task.
    await asyncio.sleep(0)

    assert (before, refused.value.code) == ([], "not-admitted")
    assert frames_to(view, back) == ["frame", "frame"]


async def test_yes_on_its_way_lets_nobody_in_who_was_refused_meanwhile(view: View) -> None:
    """It was said in another of the shopper's pages."""
    view.send(keyframe(1))
    letting = await begins(view, view.shopper, "admission", YES)

    view.store.keeps = 1
    refusing = await begins(view, view.shopper, "admission", NO)
    view.store.gate.set()
    outcomes = await asyncio.gather(letting, refusing, return_exceptions=True)
    view.send(mutation(1, 1, "not for them"))

    assert [type(outcome) for outcome in outcomes] == [type(None), StoreUnavailable]
    assert frames_to(view, view.agent) == ["frame", "blank"]


async def test_highlight_that_waits_for_the_store_while_its_agent_is_refused_is_refused(view: View) -> None:
    view.send(keyframe(1))

    async with view.live.lock:
        acting = asyncio.create_task(
            view.messages.take(view.agent, "act", Highlight(act="h", epoch=1, node=6, message=None))
        )
        await asyncio.sleep(0)
        refusing = asyncio.create_task(view.messages.take(view.shopper, "admission", NO))
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(acting, refusing, return_exceptions=True)

    assert isinstance(outcomes[0], Refused)
    assert view.sent_to(view.shopper, "act") == []


async def test_pause_is_heard_behind_an_answer_that_waits_and_each_is_kept_in_its_turn(view: View) -> None:
    view.send(keyframe(1))

    turns = [view.messages.hear(view.shopper, *said) for said in (("resume", None), ("pause", PAUSE), ("stop", None))]
    view.send(mutation(1, 1, "after the pause"))
    for turn in turns:
        assert turn is not None
        await turn()

    assert frames_to(view, view.agent) == ["frame", "blank", "blank"]
    assert [entry.kind for entry in await view.store.trail("s")][-2:] == ["pause", "end"]
    assert view.live.is_withheld


async def test_frames_behind_a_resume_that_waits_are_asked_for_again(view: View) -> None:
    """A page that was never told of its failed pause goes on at once."""
    view.send(keyframe(1))
    view.store.is_away = True
    with pytest.raises(StoreUnavailable):
        await view.messages.take(view.shopper, "pause", PAUSE)
    view.store.is_away = False

    turn = view.messages.hear(view.shopper, "resume", None)
    view.send(keyframe(2))
    assert turn is not None
    await turn()

    assert len(view.sent_to(view.shopper, "keyframe-wanted")) == 1
    assert not view.live.is_withheld


async def test_highlight_that_waits_while_its_agent_goes_is_not_shown(view: View) -> None:
    view.send(keyframe(1))
    turn = view.messages.hear(view.agent, "act", Highlight(act="h", epoch=1, node=6, message=None))

    del view.live.agents["a"]
    assert turn is not None
    await turn()

    assert view.sent_to(view.shopper, "act") == []


async def test_page_that_says_late_that_it_leaves_takes_no_leave_of_the_one_that_came(view: View) -> None:
    turn = view.messages.hear(view.shopper, "leaving", None)

    view.live.shopper_checks_in(view.now[0])
    assert turn is not None
    await turn()

    assert view.live.session.state == "live"


@pytest.mark.parametrize("said", [("admission", NO), ("pause", PAUSE)])
async def test_page_that_takes_away_over_and_over_fills_no_store(view: View, said: tuple[str, Any]) -> None:
    view.shopper.rates.controls = Rate(5.0, 20)
    version = view.live.session.version

    for _ in range(200):
        view.send(keyframe(view.live.intake.next_epoch))
        await say(view, *said)
    trail = [entry.kind for entry in await view.store.trail("s")]

    assert view.live.session.version - version <= 21
    assert trail.count(said[0]) <= 21


async def test_what_takes_away_waits_once_and_again_only_behind_what_gives_back(view: View) -> None:
    view.shopper.rates.controls = Rate(5.0, 20)
    view.store.gate.clear()

    for _ in range(200):
        for said in (("pause", PAUSE), ("pause", Pause(reason="bar-hidden")), ("admission", NO)):
            hear(view, *said)
    waiting = len(view.shopper.turns)
    hear(view, "admission", YES)
    hear(view, "admission", NO)
    hear(view, "stop", None)
    view.store.gate.set()
    await view.shopper.turns.finished()

    assert waiting == 3
    assert view.live.session.state == "ended"
    assert view.live.session.participants[0].admission == "refused"


async def test_pause_is_kept_behind_a_resume_however_often_both_came_before(view: View) -> None:
    view.shopper.rates.controls = Rate(0.0, 1)
    await say(view, "pause", PAUSE)
    view.store.gate.clear()

    hear(view, "resume", None)
    hear(view, "pause", PAUSE)
    view.store.gate.set()
    await view.shopper.turns.finished()

    assert view.live.session.state == "paused"
    assert [entry.kind for entry in await view.store.trail("s")][-3:] == ["pause", "resume", "pause"]


@pytest.mark.parametrize("named", ["b", "nobody"])
async def test_page_that_refuses_who_is_no_agent_is_told_and_goes_on(view: View, named: str) -> None:
    with pytest.raises(Refused) as refused:
        await view.messages.take(view.shopper, "admission", Admission(agent=named, admitted=False))
    view.send(keyframe(1))

    assert refused.value.code == "unknown-agent"
    assert frames_to(view, view.agent) == ["frame"]
    assert view.live.refused_at == {}


async def test_refusal_that_was_not_kept_is_told_and_noted_as_a_leave_until_they_are_let_in(view: View) -> None:
    view.store.is_away = True
    with pytest.raises(StoreUnavailable):
        await view.messages.take(view.shopper, "admission", NO)
    told = [view.sent_to(seat, "view")[-1]["agents"][0]["admission"] for seat in view.live.seats]
    view.store.is_away = False

    for _ in range(2):
        await view.attendance.leave(view.live.agents["a"])
        view.live.agents["a"] = seat_of(view.live, "a", "agent")
    await view.messages.take(view.shopper, "admission", YES)
    trail = [entry.kind for entry in await view.store.trail("s") if entry.participant == "a"]

    assert told == ["refused", "refused"]
    assert trail == ["leave", "admission", "admission", "join"]
    assert view.sent_to(view.shopper, "view")[-1]["agents"][0]["admission"] == "admitted"


async def test_refusal_that_was_not_kept_is_kept_once_the_store_is_back(view: View) -> None:
    """Else the next worker that holds the session lets them see."""
    view.store.is_away = True
    with pytest.raises(StoreUnavailable):
        await view.messages.take(view.shopper, "admission", NO)
    with pytest.raises(StoreUnavailable):
        await view.ledger.flush(view.live)
    view.store.is_away = False

    await view.ledger.flush(view.live)
    stored = await view.store.load_session("s")

    assert stored is not None
    assert stored.participants[0].admission == "refused"
    assert [entry.kind for entry in await view.store.trail("s")].count("admission") == 1
    assert view.live.refused_at == {}
    assert not view.agent.may_watch


async def test_refusal_that_comes_over_and_over_while_the_store_is_away_is_noted_once(view: View) -> None:
    """A hostile page had each of its messages kept until the store was back."""
    view.store.is_away = True
    for _ in range(50):
        with pytest.raises(StoreUnavailable):
            await view.messages.take(view.shopper, "admission", NO)
    view.shopper.rates.controls = Rate(0.0, 0)
    turn = view.messages.hear(view.shopper, "admission", NO)
    view.store.is_away = False

    await view.ledger.flush(view.live)

    assert turn is None
    assert [entry.kind for entry in await view.store.trail("s") if entry.participant == "a"] == ["leave", "admission"]
    assert view.live.session.participants[0].admission == "refused"


async def test_refusal_that_takes_back_a_yes_is_noted_where_one_before_it_was_kept(view: View) -> None:
    view.store.gate.clear()
    for answer in (NO, YES, NO):
        hear(view, "admission", answer)
    view.store.keeps = 2
    view.store.gate.set()
    await view.shopper.turns.finished()
    view.store.keeps = 99

    await view.ledger.flush(view.live)
    trail = [entry.detail["admitted"] for entry in await view.store.trail("s") if entry.kind == "admission"]

    assert trail == ["False", "True", "False"]
    assert view.live.session.participants[0].admission == "refused"


async def test_refusal_that_waits_behind_a_yes_is_not_kept_before_it(view: View) -> None:
    view.store.gate.clear()
    hear(view, "admission", YES)
    hear(view, "admission", NO)
    flushing = asyncio.create_task(view.ledger.flush(view.live))
    view.store.gate.set()

    await view.shopper.turns.finished()
    await flushing

    assert not view.agent.may_watch
    assert view.live.session.participants[0].admission == "refused"


@pytest.mark.parametrize("who", ["shopper", "agent"])
async def test_end_that_was_not_kept_is_kept_once_the_store_is_back(view: View, who: str) -> None:
    """Whoever said it has closed the page, or looks at an end: nobody says it again."""
    seat, event = (view.shopper, "stop") if who == "shopper" else (view.agent, "end")
    sweeper = Sweeper(view.ledger, view.relay, view.attendance, view.store, view.settings)
    view.store.is_away = True
    with pytest.raises(StoreUnavailable):
        await view.messages.take(seat, event, None)
    await sweeper.sweep()
    assert view.live.session.state == "live"
    view.store.is_away = False

    await sweeper.sweep()

    assert view.live.session.end_reason == ("shopper-stopped" if who == "shopper" else "agent-ended")


async def test_what_waited_together_is_not_too_fast(view: View) -> None:
    view.agent.rates.controls = Rate(5, 5)
    view.store.gate.clear()
    turns = [view.messages.hear(view.agent, "act", Highlight(f"h{n}", 1, 6, None)) for n in range(5)]
    with pytest.raises(Refused, match="too often"):
        view.messages.hear(view.agent, "act", Highlight("more", 1, 6, None))
    view.store.gate.set()

    for turn in turns:
        assert turn is not None
        await turn()
