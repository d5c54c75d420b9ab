"""The session's state machine: every state with every event, and what each event brings with it."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from beside.errors import Refused
from beside.protocol import SessionState
from beside.session import (
    EVENTS,
    TRANSITIONS,
    Allowed,
    ConsentLapsed,
    Declined,
    Ended,
    Event,
    Left,
    Lost,
    Participant,
    Paused,
    Redeemed,
    Resumed,
    Returned,
    Session,
    WindowPassed,
    apply,
    participant_of,
    shopper_of,
    with_participant,
)

STATES: tuple[SessionState, ...] = get_args(SessionState)
SAMPLES: dict[type[Event], Event] = {
    Redeemed: Redeemed(shopper="s", agent="a", locale="zh", words=("鹰", "书"), words_translated=("eagle", "book")),
    Allowed: Allowed(grants=("view",), locale="zh", text_version="1"),
    Declined: Declined(),
    ConsentLapsed: ConsentLapsed(),
    Paused: Paused(reason="shopper"),
    Resumed: Resumed(),
    Left: Left(),
    Lost: Lost(),
    Returned: Returned(),
    WindowPassed: WindowPassed(),
    Ended: Ended(reason="agent-ended"),
}
# What must happen, written again by hand: state -> event -> state after. Everything else must be refused.
LAW: dict[SessionState, dict[type[Event], SessionState]] = {
    "offered": {Redeemed: "asking", Ended: "ended"},
    "asking": {Allowed: "live", Declined: "offered", ConsentLapsed: "offered", Ended: "ended"},
    "live": {Paused: "paused", Resumed: "live", Left: "away", Lost: "lost", Returned: "live", Ended: "ended"},
    "paused": {Paused: "paused", Resumed: "live", Left: "away", Lost: "lost", Returned: "paused", Ended: "ended"},
    "away": {Paused: "away", Returned: "live", WindowPassed: "ended", Ended: "ended"},
    "lost": {Paused: "lost", Returned: "live", WindowPassed: "ended", Ended: "ended"},
    "ended": {},
}


def session(state: SessionState = "offered") -> Session:
    return Session(
        id="x",
        site="shop",
        ticket="T",
        subject="",
        locale=None,
        created_at=1.0,
        state=state,
        state_since=1.0,
        pause_reason="shopper" if state == "paused" else None,
        resume_to="live" if state in ("away", "lost") else None,
        participants=(Participant(id="a", role="agent", name="Ines"), Participant(id="b", role="agent", name="Sam")),
    )


def run(start: Session, *events: Event) -> Session:
    for at, event in enumerate(events):
        start = apply(start, event, 10.0 + at)
    return start


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_every_pair_goes_where_the_law_says_or_is_refused(state: SessionState, event: type[Event]) -> None:
    before = session(state)
    expected = LAW[state].get(event)

    if expected is None:
        with pytest.raises(Refused) as refused:
            apply(before, SAMPLES[event], 5.0)
        assert refused.value.code == "wrong-state"
    else:
        after = apply(before, SAMPLES[event], 5.0)
        assert after.state == expected
        assert after.state_since == (1.0 if expected == state else 5.0)


def test_the_table_and_the_law_list_the_same_pairs() -> None:
    assert set(TRANSITIONS) == {(state, event) for state, events in LAW.items() for event in events}
    assert set(SAMPLES) == set(EVENTS)


def test_nothing_leads_out_of_the_end() -> None:
    assert not [state for state, _ in TRANSITIONS if state == "ended"]


def test_consent_admits_the_agent_it_names_and_no_other() -> None:
    asking = run(session(), SAMPLES[Redeemed])

    assert [(p.id, p.admission) for p in asking.participants] == [("a", "admitted"), ("b", "waiting"), ("s", "waiting")]
    assert (asking.words, asking.words_translated) == (("鹰", "书"), ("eagle", "book"))
    assert asking.grants == ()


@pytest.mark.parametrize(("event", "outcome"), [(Declined(), "declined"), (ConsentLapsed(), "lapsed")])
def test_consent_not_given_leaves_no_shopper_no_words_and_nobody_admitted(event: Event, outcome: str) -> None:
    after = run(session(), SAMPLES[Redeemed], event)

    assert (after.offer_outcome, after.words) == (outcome, ())
    assert shopper_of(after) is None
    assert {person.admission for person in after.participants} == {"waiting"}


def test_allow_notes_what_was_on_the_screen() -> None:
    live = run(session(), SAMPLES[Redeemed], SAMPLES[Allowed])

    assert (live.grants, live.consent_at) == (("view",), 11.0)
    assert (live.consent_locale, live.consent_text_version, live.words) == ("zh", "1", ())


def test_paused_session_comes_back_paused_with_its_reason() -> None:
    after = run(session("live"), Paused(reason="shopper"), Left(), Returned())

    assert (after.state, after.pause_reason, after.resume_to) == ("paused", "shopper", None)


def test_pause_that_is_kept_after_its_page_went_counts_when_it_comes_back() -> None:
    after = run(session("live"), Lost(), Paused(reason="shopper"), Returned())

    assert (after.state, after.pause_reason, after.resume_to) == ("paused", "shopper", None)


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [("no-agent", "shopper", "shopper"), ("shopper", "no-agent", "shopper"), ("shopper", "bar-hidden", "shopper")],
)
def test_stronger_reason_to_pause_stays(first: str, second: str, stays: str) -> None:
    after = run(session("live"), Paused(reason=first), Paused(reason=second))  # type: ignore[arg-type]

    assert after.pause_reason == stays


def test_resumed_session_has_no_reason_to_pause() -> None:
    assert run(session("live"), Paused(reason="policy"), Resumed()).pause_reason is None


@pytest.mark.parametrize(("leave", "reason"), [(Left(), "away-window"), (Lost(), "resume-window")])
def test_window_that_passes_ends_with_its_own_reason(leave: Event, reason: str) -> None:
    after = run(session("live"), leave, WindowPassed())

    assert (after.end_reason, after.ended_at) == (reason, 11.0)


def test_participant_is_replaced_in_place_or_added_last() -> None:
    before = session()

    renamed = with_participant(before, replace(before.participants[0], name="Ines D."))
    added = with_participant(before, Participant(id="c", role="agent", name="Li"))

    assert [person.name for person in renamed.participants] == ["Ines D.", "Sam"]
    assert [person.id for person in added.participants] == ["a", "b", "c"]
    assert participant_of(before, "nobody") is None
