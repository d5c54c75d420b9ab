"""What time alone does to a session. Pure: the clock is an argument."""

from __future__ import annotations

import msgspec

from beside.session import ConsentLapsed, Ended, Event, Lost, Paused, Session, WindowPassed
from beside.settings import Settings


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """What the session itself does not hold. `agents_gone_at`: since when no admitted agent is connected.

    `shopper_gone_at`: since when no page of the shopper is: after *Allow*, or where a loss was not written down.
    """

    last_active_at: float
    shopper_gone_at: float | None
    agents_gone_at: float | None


def due(session: Session, since: Since, settings: Settings, now: float) -> Event | None:
    """The event that is due at `now` (Unix seconds), or None."""
    waited_s = now - session.state_since
    match session.state:
        case "offered" if waited_s >= settings.offer_window_s:
            return Ended(reason="idle")
        case "asking" if waited_s >= settings.consent_window_s:
            return ConsentLapsed()
        case "away" if waited_s >= settings.away_window_s:
            return WindowPassed()
        case "lost" if waited_s >= settings.resume_window_s:
            return WindowPassed()
        case "live" | "paused":
            return _due_while_here(session, since, settings, now)
    return None


def _due_while_here(session: Session, since: Since, settings: Settings, now: float) -> Event | None:
    if session.consent_at is not None and now - session.consent_at >= settings.max_session_s:
        return Ended(reason="max-length")
    if now - since.last_active_at >= settings.idle_window_s:
        return Ended(reason="idle")
    if _is_over(since.shopper_gone_at, settings.handshake_window_s, now):
        return Lost()
    if session.state == "live" and _is_over(since.agents_gone_at, settings.no_agent_window_s, now):
        return Paused(reason="no-agent")
    return None


def _is_over(since: float | None, window_s: float, now: float) -> bool:
    return since is not None and now - since >= window_s
