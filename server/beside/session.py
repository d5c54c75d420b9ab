"""What a session is and the only place where it changes state.

Pure: no await, no clock but as an argument. Knows nothing of sockets, stores or HTTP.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from beside.protocol import EndReason, Grant, PauseReason, SessionState

Role = Literal["shopper", "agent"]


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """A person of a session. `generation` counts the participant tokens that have been used to connect."""

    id: str
    role: Role
    name: str
    generation: int = 0
    admission: Literal["waiting", "admitted", "refused"] = "waiting"
    joined_at: float | None = None
    left_at: float | None = None


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


class TrailEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, kept for the receipt and the audit. `detail` never holds page content or secrets."""

    at: float
    kind: str
    participant: str | None = None
    detail: dict[str, str] = {}
