"""The relay with the checks of a frame timed, and when it was kept. Knows nothing of sockets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from beside.backlog import Packet
from beside.frames import Arrived
from beside.ledger import Ledger
from beside.live import Live, Seat
from beside.protocol import Frame
from beside.relay import Relay
from beside.settings import Settings
from beside.sheets import Shown
from beside.site_patterns import SitePatterns
from beside.traces import Trace, current
from beside.tripwire import Trip, trips


class TracedPacket(Packet, frozen=True, gc=True):
    """The last packet of a frame, as those who watch are sent it. The backlog keeps the one without a trace."""

    trace: Trace
    # When it was put into every lane (Unix nanoseconds).
    shown_at: int


class TracedRelay(Relay):
    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        super().__init__(ledger, settings)
        self._trips = _trips
        # Of the frame under way: none waits for anything.
        self._carried_at = 0

    def _may_send(self, seat: Seat, event: str) -> bool:
        trace = current()
        if trace is None:
            return super()._may_send(seat, event)
        with trace.step("check grant"):
            may = super()._may_send(seat, event)
        if not may:
            trace.about.outcome = "dropped"
        return may

    def _take(self, seat: Seat, cost_bytes: int, read: Callable[[], Arrived | None]) -> None:
        trace = current()
        super()._take(seat, cost_bytes, read if trace is None else partial(_read, trace, read))

    def _trip(self, seat: Seat, frame: Frame, trip: Trip, now: float) -> None:
        super()._trip(seat, frame, trip, now)
        if (trace := current()) is not None:
            trace.about.outcome = "tripwire"

    def _carry(self, live: Live, arrived: Arrived, sheets: Shown) -> None:
        self._carried_at = time.time_ns()
        super()._carry(live, arrived, sheets)

    def _show(self, live: Live, packets: Sequence[Packet], *, is_keyframe: bool, sheets: Shown) -> None:
        trace = current()
        if trace is not None:
            trace.add("backlog", self._carried_at)
            trace.about.outcome = "taken"
            trace.about.agents = len(live.watching)
            *before, last = packets
            packets = (*before, TracedPacket(last.event, last.args, last.size_bytes, trace, trace.last_at))
        super()._show(live, packets, is_keyframe=is_keyframe, sheets=sheets)


def _read(trace: Trace, read: Callable[[], Arrived | None]) -> Arrived | None:
    """Inflating and decoding belong to it: what is out of order is seen once it is read."""
    with trace.step("check sequence"):
        arrived = read()
    if arrived is not None:
        about = trace.about
        about.epoch, about.seq, about.size_bytes = arrived.frame.epoch, arrived.frame.seq, arrived.size_bytes
    return arrived


def _trips(frame: Frame, patterns: SitePatterns | None = None) -> Trip | None:
    trace = current()
    if trace is None:
        return trips(frame, patterns)
    with trace.step("check tripwire"):
        return trips(frame, patterns)
