"""What time alone does: each window, a moment before and at its end."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.relay.running import settings_for
from tests.unit.test_session import session

from beside.session import ConsentLapsed, Ended, Event, Lost, Paused, WindowPassed
from beside.windows import Since, due


@pytest.mark.parametrize(
    ("state", "setting", "event"),
    [
        ("offered", "offer_window_s", Ended(reason="idle")),
        ("asking", "consent_window_s", ConsentLapsed()),
        ("away", "away_window_s", WindowPassed()),
        ("lost", "resume_window_s", WindowPassed()),
    ],
)
def test_window_of_a_state_passes_at_its_end(state: Any, setting: str, event: Event, tmp_path: Any) -> None:
    settings = settings_for(tmp_path, 1)
    since = Since(last_active_at=1.0, shopper_gone_at=1.0, agents_gone_at=1.0)
    end = 1.0 + getattr(settings, setting)

    assert due(session(state), since, settings, end - 0.1) is None
    assert due(session(state), since, settings, end) == event


@pytest.mark.parametrize(
    ("state", "changes", "setting", "event"),
    [
        ("live", {"agents_gone_at": 1.0}, "no_agent_window_s", Paused(reason="no-agent")),
        ("paused", {"agents_gone_at": 1.0}, "no_agent_window_s", None),
        ("live", {"shopper_gone_at": 1.0}, "handshake_window_s", Lost()),
        ("paused", {"shopper_gone_at": 1.0}, "handshake_window_s", Lost()),
        ("live", {"last_active_at": 1.0}, "idle_window_s", Ended(reason="idle")),
        ("paused", {"last_active_at": 1.0}, "idle_window_s", Ended(reason="idle")),
    ],
)
def test_window_while_the_shopper_is_here(
    state: Any, changes: dict[str, float], setting: str, event: Event | None, tmp_path: Any
) -> None:
    settings = settings_for(tmp_path, 1)
    end = 1.0 + getattr(settings, setting)
    quiet: dict[str, Any] = {"last_active_at": end, "shopper_gone_at": None, "agents_gone_at": None}
    since = Since(**quiet | changes)

    assert due(session(state), since, settings, end - 0.1) is None
    assert due(session(state), since, settings, end) == event


def test_longest_view_ends_however_busy(tmp_path: Any) -> None:
    settings = settings_for(tmp_path, 1)
    live = session("live").__class__(**{**_fields(session("live")), "consent_at": 1.0})
    now = 1.0 + settings.max_session_s

    assert due(live, Since(last_active_at=now, shopper_gone_at=None, agents_gone_at=None), settings, now) == Ended(
        reason="max-length"
    )


def test_ended_session_waits_for_nothing(tmp_path: Any) -> None:
    since = Since(last_active_at=0.0, shopper_gone_at=0.0, agents_gone_at=0.0)

    assert due(session("ended"), since, settings_for(tmp_path, 1), 1e12) is None


def _fields(of: Any) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__struct_fields__}
