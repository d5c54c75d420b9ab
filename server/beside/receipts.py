"""The receipt of a session, made from the session and its trail. Pure; knows nothing of stores or webhooks.

The trail entries it understands (others are passed over, so that an audit may keep more):

    kind       participant   detail
    join       agent         name                   an agent's console opened
    leave      agent                                it closed
    admission  agent         admitted               the shopper's answer: "True", or "False" also to one who watches
    consent    shopper       locale, text_version, grants ("view point")
    page                     path                   reduced, as frames carry it
    highlight  agent         act, label, message    label: as the policy showed it to the agent, or empty
    outcome    agent         act, outcome           of that agent's highlight
    move       shopper       origin                 the view went on in another tab, or at another of the shop's origins
    pause                    reason
    resume
    rating     shopper       stars
    end                      reason

`Session` has the answer already for consent, rating and end; their entries are for the audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import cast

import msgspec

from beside.bodies import Receipt, ReceiptHighlight, ReceiptPage, ReceiptPause, ReceiptPerson
from beside.protocol import PauseReason
from beside.session import Participant, Session, TrailEntry


def time_of(at: float) -> str:
    """Unix seconds as RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def receipt_of(session: Session, trail: Iterable[TrailEntry]) -> Receipt:
    """What happened, as shopper, agent and ticket get it. Also of a session that has not ended yet."""
    entries = sorted(trail, key=lambda entry: entry.at)
    return Receipt(
        session=session.id,
        site=session.site,
        ticket=session.ticket,
        subject=session.subject,
        created_at=time_of(session.created_at),
        consent_at=_time_or_none(session.consent_at),
        ended_at=_time_or_none(session.ended_at),
        end_reason=session.end_reason,
        agents=_people(session, entries),
        grants=list(session.grants),
        consent_locale=session.consent_locale,
        consent_text_version=session.consent_text_version,
        pages=_pages(entries),
        highlights=_highlights(session, entries),
        pauses=_pauses(session, entries),
        fields_masked=session.fields_masked,
        rating=session.rating,
        snippet_version=session.snippet_version,
        policy_version=session.policy_version,
    )


def _time_or_none(at: float | None) -> str | None:
    return None if at is None else time_of(at)


def _people(session: Session, entries: Sequence[TrailEntry]) -> list[ReceiptPerson]:
    """Each agent who watched, from the first join to the last leave: a reloaded console is still one presence.

    Who only asked to watch is not among them: nothing of the page ever reached them.
    """
    people = []
    for agent in session.participants:
        if agent.role != "agent":
            continue
        mine = [entry for entry in entries if entry.participant == agent.id]
        joined_at = next((entry.at for entry in mine if entry.kind == "join"), _joined_unnoted(session, agent))
        if joined_at is None:
            continue
        comings = [entry for entry in mine if entry.kind in ("join", "leave") or _takes_back(entry)]
        left_at = comings[-1].at if comings and comings[-1].kind != "join" else None
        if session.ended_at is not None:
            left_at = min(left_at or session.ended_at, session.ended_at)
        people.append(ReceiptPerson(name=agent.name, joined_at=time_of(joined_at), left_at=_time_or_none(left_at)))
    return people


def _joined_unnoted(session: Session, agent: Participant) -> float | None:
    """When an agent who was let in came, where a killed process took the note of it along: the session knows too."""
    if session.consent_at is None or agent.admission != "admitted" or agent.joined_at is None:
        return None
    return max(agent.joined_at, session.consent_at)


def _takes_back(entry: TrailEntry) -> bool:
    return entry.kind == "admission" and entry.detail.get("admitted") != "True"


def _pages(entries: Sequence[TrailEntry]) -> list[ReceiptPage]:
    """Pages in order; a page that tells its path again (a new keyframe) was not visited again."""
    pages: list[ReceiptPage] = []
    for entry in entries:
        path = entry.detail.get("path", "")
        if entry.kind == "page" and not (pages and pages[-1].path == path):
            pages.append(ReceiptPage(path=path, at=time_of(entry.at)))
    return pages


def _highlights(session: Session, entries: Sequence[TrailEntry]) -> list[ReceiptHighlight]:
    names = {participant.id: participant.name for participant in session.participants}
    found: list[ReceiptHighlight] = []
    # An act is named by its agent, so two agents may use one name, and an agent the same one again.
    latest: dict[tuple[str | None, str], int] = {}
    for entry in entries:
        key = (entry.participant, entry.detail.get("act", ""))
        if entry.kind == "highlight":
            latest[key] = len(found)
            found.append(
                ReceiptHighlight(
                    agent_name=names.get(entry.participant or "", ""),
                    label=entry.detail.get("label", ""),
                    message=entry.detail.get("message", ""),
                    at=time_of(entry.at),
                    outcome="",
                )
            )
        elif entry.kind == "outcome" and key in latest:
            at = latest[key]
            # What is no field has no name before the shopper's page says what was pointed at.
            label = found[at].label or entry.detail.get("label", "")
            found[at] = msgspec.structs.replace(found[at], label=label, outcome=entry.detail.get("outcome", ""))
    return found


def _pauses(session: Session, entries: Sequence[TrailEntry]) -> list[ReceiptPause]:
    pauses: list[ReceiptPause] = []
    for entry in entries:
        is_open = bool(pauses) and pauses[-1].ended_at is None
        if is_open and entry.kind in ("resume", "pause", "end"):
            pauses[-1] = msgspec.structs.replace(pauses[-1], ended_at=time_of(entry.at))
        if entry.kind == "pause":
            reason = cast(PauseReason, entry.detail.get("reason", "shopper"))
            pauses.append(ReceiptPause(reason=reason, at=time_of(entry.at), ended_at=None))
    if pauses and pauses[-1].ended_at is None and session.ended_at is not None:
        pauses[-1] = msgspec.structs.replace(pauses[-1], ended_at=time_of(session.ended_at))
    return pauses
