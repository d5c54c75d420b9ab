"""What a session is and the only place where it changes state.

Pure: no await, no clock but as an argument. Knows nothing of sockets, stores or HTTP.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from beside.errors import Refused
from beside.protocol import EndReason, Grant, PauseReason, SessionState

Role = Literal["shopper", "agent"]


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """A person of a session. `generation` counts the participant tokens that have been used to connect.

    `chains`: the same of the tokens at further origins, to which a shopper's view was handed over. Each origin has its
    own storage and so its own chain: whoever goes back to the first origin goes on with the token that waits there.
    """

    id: str
    role: Role
    name: str
    generation: int = 0
    chains: dict[str, int] = {}
    admission: Literal["waiting", "admitted", "refused"] = "waiting"
    joined_at: float | None = None
    left_at: float | None = None


# Of a session that is over, or that an older release began.
NO_ECHO_KEY = "0" * 16


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One shopper's sharing, from creation to end. Times are Unix seconds; `version` grows by 1 with each commit."""

    id: str
    site: str
    ticket: str
    subject: str
    locale: str | None
    created_at: float
    version: int = 1
    state: SessionState = "offered"
    state_since: float
    pause_reason: PauseReason | None = None
    # The state that a returning shopper resumes: `live` or `paused`.
    resume_to: SessionState | None = None
    end_reason: EndReason | None = None
    ended_at: float | None = None
    consent_at: float | None = None
    consent_locale: str = ""
    consent_text_version: str = ""
    grants: tuple[Grant, ...] = ()
    participants: tuple[Participant, ...] = ()
    words: tuple[str, ...] = ()
    words_translated: tuple[str, ...] = ()
    offer_outcome: Literal["declined", "lapsed"] | None = None
    # The highest epoch given to the shopper's page; the next page gets a greater one.
    epoch: int = 0
    fields_masked: int = 0
    rating: int | None = None
    snippet_version: str = ""
    policy_version: int = 0
    # For the fingerprints of what was typed; never told to agents, and gone with the end.
    echo_key: str = NO_ECHO_KEY


class TrailEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, kept for the receipt and the audit. `detail` never holds page content or secrets."""

    at: float
    kind: str
    participant: str | None = None
    detail: dict[str, str] = {}


def participant_of(session: Session, participant_id: str) -> Participant | None:
    return next((person for person in session.participants if person.id == participant_id), None)


def shopper_of(session: Session) -> Participant | None:
    return next((person for person in session.participants if person.role == "shopper"), None)


def is_paused(session: Session) -> bool:
    """Also while its page is away or lost."""
    return "paused" in (session.state, session.resume_to)


def generation_of(person: Participant, chain: str) -> int:
    """How far a chain of tokens has come; the first one's name is empty."""
    return person.chains.get(chain, 0) if chain else person.generation


def with_generation(person: Participant, chain: str, generation: int) -> Participant:
    if chain:
        return replace(person, chains={**person.chains, chain: generation})
    return replace(person, generation=generation)


def with_participant(session: Session, changed: Participant) -> Session:
    """The session with one participant replaced, or added at the end."""
    others = session.participants
    if any(person.id == changed.id for person in others):
        people = tuple(changed if person.id == changed.id else person for person in others)
    else:
        people = (*others, changed)
    return replace(session, participants=people)


# -- Events ----------------------------------------------------------------------------------------------------------
# The law: a session changes state by `apply` and nothing else; a pair that TRANSITIONS does not list is refused.


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a session."""


class Redeemed(Event, frozen=True):
    """A shopper came with a code or link and is asked. `shopper` is who may answer, `agent` whom the consent names."""

    shopper: str
    agent: str
    locale: str
    words: tuple[str, ...]
    words_translated: tuple[str, ...]


class Allowed(Event, frozen=True):
    grants: tuple[Grant, ...]
    locale: str
    text_version: str


class Declined(Event, frozen=True):
    """The shopper said no."""


class ConsentLapsed(Event, frozen=True):
    """The shopper did not answer within the consent window."""


class Paused(Event, frozen=True):
    reason: PauseReason


class Resumed(Event, frozen=True):
    """The view goes on from a new keyframe. `only`: if this is why it was paused; else it is refused."""

    only: PauseReason | None = None


class Left(Event, frozen=True):
    """The shopper's page announced that it leaves: a page load, or a bank's page."""


class Lost(Event, frozen=True):
    """The shopper's socket went without a word."""


class Returned(Event, frozen=True):
    """A page of the shopper connected."""


class WindowPassed(Event, frozen=True):
    """The window of a shopper who is away or lost is over."""


class Ended(Event, frozen=True):
    reason: EndReason


# "resumed" stands for the state that `resume_to` holds, "same" for the state as it is.
Target = SessionState | Literal["resumed", "same"]

TRANSITIONS: dict[tuple[SessionState, type[Event]], Target] = {
    ("offered", Redeemed): "asking",
    ("offered", Ended): "ended",
    ("asking", Allowed): "live",
    ("asking", Declined): "offered",
    ("asking", ConsentLapsed): "offered",
    ("asking", Ended): "ended",
    ("live", Paused): "paused",
    # A page that was never told of a failed pause asks to go on: it is going on.
    ("live", Resumed): "same",
    ("live", Left): "away",
    ("live", Lost): "lost",
    ("live", Returned): "same",
    ("live", Ended): "ended",
    ("paused", Paused): "same",
    ("paused", Resumed): "live",
    ("paused", Left): "away",
    ("paused", Lost): "lost",
    ("paused", Returned): "same",
    ("paused", Ended): "ended",
    # Said before the page went, and kept after it: it comes back paused.
    ("away", Paused): "same",
    ("away", Returned): "resumed",
    ("away", WindowPassed): "ended",
    ("away", Ended): "ended",
    ("lost", Paused): "same",
    ("lost", Returned): "resumed",
    ("lost", WindowPassed): "ended",
    ("lost", Ended): "ended",
}

EVENTS: tuple[type[Event], ...] = (
    Redeemed,
    Allowed,
    Declined,
    ConsentLapsed,
    Paused,
    Resumed,
    Left,
    Lost,
    Returned,
    WindowPassed,
    Ended,
)

# Of two reasons to pause the stronger stays: what the shopper paused, only the shopper resumes.
_PAUSE_STRENGTH: dict[PauseReason, int] = {"no-agent": 0, "bar-hidden": 1, "policy": 2, "shopper": 3}
_WINDOW_REASON: dict[SessionState, EndReason] = {"away": "away-window", "lost": "resume-window"}


def apply(session: Session, event: Event, now: float) -> Session:
    """The session after `event` at `now` (Unix seconds).

    Raises `Refused` "wrong-state" where TRANSITIONS has no such pair.
    """
    target = TRANSITIONS.get((session.state, type(event)))
    if target is None:
        raise Refused("wrong-state", f"That is not possible while the session is {session.state}.")
    before = session.state
    after: SessionState = (
        before if target == "same" else (session.resume_to or "live") if target == "resumed" else target
    )
    if isinstance(event, Resumed) and event.only is not None and session.pause_reason != event.only:
        # An agent's return, on its way while the shopper pressed Pause, must not undo it.
        raise Refused("wrong-state", "The view was paused for another reason.")
    session = _take_in(session, event, now)
    if after != before:
        session = replace(session, state=after, state_since=now)
    if after in ("away", "lost"):
        before = "paused" if isinstance(event, Paused) else before
        return replace(session, resume_to=before if before in ("live", "paused") else session.resume_to)
    if after == "ended":
        reason = event.reason if isinstance(event, Ended) else _WINDOW_REASON[before]
        return replace(
            session,
            end_reason=reason,
            ended_at=now,
            pause_reason=None,
            resume_to=None,
            words=(),
            words_translated=(),
            echo_key=NO_ECHO_KEY,
        )
    return replace(session, resume_to=None, pause_reason=session.pause_reason if after == "paused" else None)


def _take_in(session: Session, event: Event, now: float) -> Session:
    """What an event brings with it, apart from the state."""
    match event:
        case Redeemed():
            shopper = Participant(id=event.shopper, role="shopper", name="")
            return replace(
                session,
                words=event.words,
                words_translated=event.words_translated,
                offer_outcome=None,
                consent_locale=event.locale,
                participants=(*_named(session, event.agent), shopper),
            )
        case Allowed():
            return replace(
                session,
                grants=event.grants,
                consent_at=now,
                consent_locale=event.locale,
                consent_text_version=event.text_version,
                words=(),
                words_translated=(),
                participants=tuple(
                    replace(person, admission="admitted") if person.role == "shopper" else person
                    for person in session.participants
                ),
            )
        case Declined() | ConsentLapsed():
            return replace(
                session,
                offer_outcome="declined" if isinstance(event, Declined) else "lapsed",
                words=(),
                words_translated=(),
                participants=_named(session, None),
            )
        case Paused() if session.pause_reason is None or _is_stronger(event.reason, session.pause_reason):
            return replace(session, pause_reason=event.reason)
        case _:
            return session


def _is_stronger(reason: PauseReason, other: PauseReason) -> bool:
    return _PAUSE_STRENGTH[reason] > _PAUSE_STRENGTH[other]


def _named(session: Session, agent: str | None) -> tuple[Participant, ...]:
    """The agents, of whom only the one that the consent names is admitted by it."""
    return tuple(
        replace(person, admission="admitted" if person.id == agent else "waiting")
        for person in session.participants
        if person.role == "agent"
    )


def entries_of(before: Session, after: Session, now: float) -> list[TrailEntry]:
    """The trail of a change of state; who did it stands in the entries of whoever asked for it."""
    entries = []
    if is_paused(after) and (not is_paused(before) or before.pause_reason != after.pause_reason):
        entries.append(TrailEntry(at=now, kind="pause", detail={"reason": after.pause_reason or ""}))
    elif before.state == "paused" and after.state == "live":
        entries.append(TrailEntry(at=now, kind="resume"))
    elif after.state == "ended" and before.state != "ended":
        entries.append(TrailEntry(at=now, kind="end", detail={"reason": after.end_reason or ""}))
    return entries
