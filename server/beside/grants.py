"""Who may send what, when, and with which grant: the relay's whole authorisation, as one table.

Pure. The shopper's page checks again what an act does to it; the relay, which has no page, checks role, state,
admission and grant. Knows nothing of sockets or payloads.
"""

from __future__ import annotations

import msgspec

from beside.errors import Refused
from beside.protocol import Grant, SessionState
from beside.session import Participant, Role, Session, shopper_of

WATCHING: frozenset[SessionState] = frozenset({"live"})
CONSENTED: frozenset[SessionState] = frozenset({"live", "paused", "away", "lost"})
HERE: frozenset[SessionState] = frozenset({"live", "paused"})
NOT_ENDED: frozenset[SessionState] = CONSENTED | {"offered", "asking"}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """States in which a message may be sent, the grant it needs, and whether its sender must be admitted.

    Admission is never asked for before a consent: until then there is nothing to be admitted to.
    """

    states: frozenset[SessionState]
    grant: Grant | None = None
    admitted: bool = True


# (role, message) -> rule. An act is named with its kind. What is not listed nobody may send.
RULES: dict[tuple[Role, str], Rule] = {
    ("shopper", "frame"): Rule(states=WATCHING, grant="view"),
    ("shopper", "chunk"): Rule(states=WATCHING, grant="view"),
    ("shopper", "offer-asset"): Rule(states=WATCHING, grant="view"),
    ("shopper", "asset"): Rule(states=WATCHING, grant="view"),
    ("shopper", "pause"): Rule(states=HERE),
    ("shopper", "resume"): Rule(states=HERE),
    ("shopper", "stop"): Rule(states=CONSENTED),
    ("shopper", "leaving"): Rule(states=HERE),
    ("shopper", "visibility"): Rule(states=HERE),
    ("shopper", "admission"): Rule(states=CONSENTED),
    ("shopper", "outcome"): Rule(states=HERE, grant="point"),
    ("shopper", "drift"): Rule(states=WATCHING, grant="view"),
    ("shopper", "rating"): Rule(states=frozenset({"ended"})),
    ("agent", "act:highlight"): Rule(states=WATCHING, grant="point"),
    ("agent", "act:pointer"): Rule(states=WATCHING, grant="point"),
    # Taking guidance away is always good.
    ("agent", "act:dismiss"): Rule(states=CONSENTED),
    ("agent", "resync"): Rule(states=CONSENTED, grant="view"),
    # By HTTP: their browser loads an uploaded picture for the mirror, which stands while a shopper loads the next page.
    ("agent", "asset"): Rule(states=CONSENTED, grant="view"),
    ("agent", "end"): Rule(states=NOT_ENDED),
}


def check(session: Session, participant: Participant, message: str) -> None:
    """Passes, or raises `Refused`: "wrong-role", "not-admitted", "wrong-state" or "no-grant"."""
    rule = RULES.get((participant.role, message))
    if rule is None:
        raise Refused("wrong-role", f"A {participant.role} cannot send '{message.partition(':')[0]}'.")
    if rule.admitted and session.state in CONSENTED and participant.admission != "admitted":
        raise Refused("not-admitted", "The shopper has not let you in yet.")
    if session.state not in rule.states:
        raise Refused("wrong-state", f"That is not possible while the session is {session.state}.")
    if rule.grant is not None and rule.grant not in session.grants:
        raise Refused("no-grant", f"The shopper has not allowed '{rule.grant}'.")


def may_watch(session: Session, participant: Participant) -> bool:
    """Whether an agent may be sent what the page shows."""
    return participant.role == "agent" and participant.admission == "admitted" and "view" in session.grants


def is_asked(session: Session, shopper: str) -> bool:
    """Whether this shopper is asked for consent, and has not answered yet."""
    asked = shopper_of(session)
    return session.state == "asking" and asked is not None and asked.id == shopper


def may_answer_again(session: Session, shopper: str) -> bool:
    """Whether this shopper has allowed the view and may not know it: no page of theirs has connected.

    Meanwhile the session may count as lost, where the relay was killed or the handshake's window has passed.
    """
    asked = shopper_of(session)
    has_come = asked is None or asked.id != shopper or asked.generation > 0 or bool(asked.chains)
    return session.state in CONSENTED and not has_come
