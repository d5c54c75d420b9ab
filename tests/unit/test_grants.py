"""Who may send what: every role, message, state, admission and grant, against the rules written out by hand."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from beside.errors import Refused
from beside.grants import RULES, check, may_watch
from beside.protocol import AGENT_EVENTS, SHOPPER_EVENTS, AgentPointer, Dismiss, Grant, Highlight, SessionState
from beside.session import Participant, Role, Session

STATES: tuple[SessionState, ...] = get_args(SessionState)
GRANTS: tuple[tuple[Grant, ...], ...] = ((), ("view",), ("view", "point"))
ACTS = [f"act:{kind.__struct_config__.tag}" for kind in (Highlight, Dismiss, AgentPointer)]
MESSAGES = sorted({*SHOPPER_EVENTS, *(set(AGENT_EVENTS) - {"act"}), *ACTS, "nonsense"})


def session(state: SessionState, grants: tuple[Grant, ...], person: Participant) -> Session:
    return Session(
        id="x",
        site="s",
        ticket="T",
        subject="",
        locale=None,
        created_at=1.0,
        state=state,
        state_since=1.0,
        grants=grants,
        participants=(person,),
    )


def allowed(role: Role, message: str, state: SessionState, grants: tuple[Grant, ...], *, admitted: bool) -> bool:
    """The law in other words than the table's."""
    watching, consented = state == "live", state in ("live", "paused", "away", "lost")
    if role == "shopper":
        return admitted_if_consented(state, admitted) and {
            "frame": watching and "view" in grants,
            "chunk": watching and "view" in grants,
            "offer-asset": watching and "view" in grants,
            "asset": watching and "view" in grants,
            "pause": state in ("live", "paused"),
            "resume": state in ("live", "paused"),
            "leaving": state in ("live", "paused"),
            "visibility": state in ("live", "paused"),
            "stop": consented,
            "admission": consented,
            "outcome": state in ("live", "paused") and "point" in grants,
            "drift": watching and "view" in grants,
            "rating": state == "ended",
        }.get(message, False)
    return admitted_if_consented(state, admitted) and {
        "act:highlight": watching and "point" in grants,
        "act:pointer": watching and "point" in grants,
        "act:dismiss": consented,
        "resync": consented and "view" in grants,
        "asset": consented and "view" in grants,
        "end": state != "ended",
    }.get(message, False)


def admitted_if_consented(state: SessionState, admitted: bool) -> bool:
    return admitted or state not in ("live", "paused", "away", "lost")


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("role", ["shopper", "agent"])
def test_each_message_passes_exactly_where_it_may(role: Role, message: str) -> None:
    for state, grants, admission in product(STATES, GRANTS, ("waiting", "admitted", "refused")):
        person = Participant(id="p", role=role, name="", admission=admission)
        try:
            check(session(state, grants, person), person, message)
            passed = True
        except Refused:
            passed = False
        assert passed == allowed(role, message, state, grants, admitted=admission == "admitted"), (state, grants)


def test_every_event_of_the_protocol_has_a_rule() -> None:
    shopper = {message for role, message in RULES if role == "shopper"}
    agent = {message for role, message in RULES if role == "agent"}

    assert shopper == set(SHOPPER_EVENTS)
    # An uploaded picture is asked for by HTTP, and checked by the same table.
    assert agent == (set(AGENT_EVENTS) - {"act"}) | set(ACTS) | {"asset"}


@pytest.mark.parametrize(
    ("role", "admission", "grants", "may"),
    [
        ("agent", "admitted", ("view",), True),
        ("agent", "waiting", ("view",), False),
        ("agent", "refused", ("view",), False),
        ("agent", "admitted", (), False),
        ("shopper", "admitted", ("view",), False),
    ],
)
def test_page_is_shown_to_admitted_agents_alone(
    role: Role, admission: str, grants: tuple[Grant, ...], may: bool
) -> None:
    person = Participant(id="p", role=role, name="", admission=admission)  # type: ignore[arg-type]

    assert may_watch(session("live", grants, person), person) is may
