"""A session as both participants see it."""

from __future__ import annotations

from typing import Literal

from beside.protocol.bounds import Identifier, Line, Whole
from beside.protocol.shapes import Record

Grant = Literal["view", "point", "control"]
SessionState = Literal["offered", "asking", "live", "paused", "away", "lost", "ended"]
PauseReason = Literal["shopper", "bar-hidden", "no-agent", "policy"]
EndReason = Literal[
    "shopper-stopped", "agent-ended", "resume-window", "away-window", "idle", "max-length", "erased", "opened-elsewhere"
]


class AgentPresence(Record, frozen=True):
    """One agent who watches, or waits for the shopper to let them."""

    id: Identifier
    name: Line
    admission: Literal["waiting", "admitted", "refused"]
    connected: bool


class SessionView(Record, frozen=True):
    """A session as both participants see it; sent on every change of it."""

    state: SessionState
    pause_reason: PauseReason | None
    end_reason: EndReason | None
    grants: list[Grant]
    agents: list[AgentPresence]
    shopper_connected: bool
    # The shopper looks at another tab, window or app; their page is still open.
    shopper_hidden: bool
    # How often the view has moved to another tab, or to another of the shop's origins.
    moves: Whole
    # Seconds of the window after which an away or lost shopper's session ends; null in other states.
    window_s: float | None
    # While the shopper reads the consent: the two words, in the shopper's language and in English.
    words: list[Line] | None
    words_translated: list[Line] | None
    # What became of the last offer that led to no view.
    offer_outcome: Literal["declined", "lapsed"] | None
