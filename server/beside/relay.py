"""Who receives what of the page, in which order: frames are checked, kept and carried on.

Knows nothing of Socket.IO, HTTP or the environment. The frame path awaits nothing: a frame is checked, kept and put
into every watching agent's lane in one step, so order cannot change and no reader can delay another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from beside import metrics, tripwire
from beside.backlog import Packet
from beside.drift import settle_drift
from beside.errors import BesideError, Refused, SequenceGap, UnknownSheet
from beside.frames import Arrived, raw_bytes_of_head
from beside.ledger import Ledger
from beside.live import Live, Seat
from beside.protocol import (
    AssetAnswer,
    AssetName,
    Blank,
    Frame,
    Keyframe,
    KeyframeWanted,
    Page,
    PageChange,
    Refusal,
    Tripped,
)
from beside.settings import Settings
from beside.sheets import Shown
from beside.site_patterns import SitePatterns

log = logging.getLogger("beside.relay")

# A shopper visits tens of pages; a page that invents paths must not fill the store.
MAX_PAGES_NOTED = 1000
# A page is told of each trip and shows a box there; one that goes on to trip must not fill the store and the logs.
MAX_TRIPS_NOTED = 100
TRIPPED = Refusal(code="tripwire", message="This page shows what looks like a payment number; it was not passed on.")


def refusal_of(trip: tripwire.Trip) -> Refusal:
    """What both sides are told of a frame that was withheld. The site names its own numbers; none of them is told."""
    if trip.rule != "pattern":
        return TRIPPED
    message = f"This page shows what the shop keeps private (“{trip.pattern}”); it was not passed on."
    return Refusal(code="tripwire", message=message)


class Relay:
    """The frames of every open session."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings
        # By site; of those that have some.
        self._patterns = {site.key: SitePatterns(site.patterns) for site in settings.sites if site.patterns}
        self._trips = tripwire.trips

    def take_frame(self, seat: Seat, text: str) -> None:
        """A frame that came as text. Raises what `Intake.take_frame` does, and `Refused`."""
        if self._may_send(seat, "frame") and self._is_sure(seat.live):
            self._take(seat, len(text), partial(seat.live.intake.take_frame, text))

    def take_chunk(self, seat: Seat, header_text: str, data: bytes) -> None:
        """One chunk of a frame. Raises what `Intake.take_chunk` does, and `Refused`."""
        if self._may_send(seat, "chunk") and self._is_sure(seat.live):
            # A frame is charged for what it inflates to: 16 kB can become 16 MB, which cost half a second to read.
            raw_bytes = raw_bytes_of_head(header_text)
            is_read = raw_bytes <= self._settings.max_frame_bytes
            cost_bytes = len(header_text) + len(data) + (raw_bytes if is_read else 0)
            self._take(seat, cost_bytes, partial(seat.live.intake.take_chunk, header_text, data))

    def offer_asset(self, seat: Seat, offer: AssetName) -> None:
        """A picture that a frame is to name: where it is here already, its bytes need not come. Raises `Refused`."""
        if self._may_send(seat, "offer-asset"):
            self._answer(seat, offer.hash, "kept" if seat.live.assets.offer(offer.hash) else "wanted")

    def take_asset(self, seat: Seat, header: AssetName, data: bytes) -> None:
        """A picture's bytes. Raises `Refused` and `BadAsset`; the page hears of that either way.

        Of one that is only too large the answer says all: a page that hears of an offence makes boxes of what it shows.
        """
        if not self._may_send(seat, "asset"):
            return
        try:
            if not seat.rates.frame_bytes.take(self._ledger.clock(), len(data)):
                raise Refused("too-fast", "This page sends more than the relay takes in; send less.")
            is_kept = seat.live.assets.take(header.hash, data)
        except BesideError:
            self._answer(seat, header.hash, "refused")
            raise
        if is_kept:
            metrics.ASSET_BYTES.add(len(data))
        self._answer(seat, header.hash, "kept" if is_kept else "refused")

    def _answer(self, seat: Seat, name: str, state: Literal["wanted", "kept", "refused"]) -> None:
        seat.lane.tell("asset", AssetAnswer(hash=name, state=state))

    def _may_send(self, seat: Seat, event: str) -> bool:
        """False drops a frame without a word: it was on its way when the view paused or ended."""
        live = seat.live
        if seat.role == "shopper" and (live.shopper is not seat or live.session.state != "live" or live.is_withheld):
            # Should the view go on without having been paused, this is missing.
            live.wants_keyframe = live.wants_keyframe or live.is_withheld
            return False
        seat.check(event)
        return True

    def _is_sure(self, live: Live) -> bool:
        """False right after this process stood still: the session may be another's by now, and paused there."""
        if self._ledger.is_sure():
            return True
        # What follows cannot be applied without it; the sweeper asks for a keyframe.
        live.intake.cut()
        live.wants_keyframe = True
        return False

    def _take(self, seat: Seat, cost_bytes: int, read: Callable[[], Arrived | None]) -> None:
        live = seat.live
        now = self._ledger.clock()
        try:
            if not seat.rates.frame_bytes.take(now, cost_bytes):
                raise Refused("too-fast", "This page sends more than the relay takes in; send less.")
            arrived = read()
        except SequenceGap:
            self.want_keyframe(live)
            raise
        except Exception:
            # What follows a frame that was refused cannot be applied without it.
            live.intake.cut()
            self.want_keyframe(live)
            raise
        if arrived is None:
            return
        trip = self._trips(arrived.frame, self._patterns.get(live.session.site))
        if trip is not None:
            self._trip(seat, arrived.frame, trip, now)
            return
        try:
            sheets = live.sheets.take(arrived.frame)
        except UnknownSheet:
            live.intake.cut()
            self.want_keyframe(live)
            raise
        metrics.FRAMES.add()
        metrics.FRAME_BYTES.add(arrived.size_bytes)
        live.last_active_at = now
        live.fields.take(arrived.frame)
        self._note_pages(live, arrived.frame, now)
        self._carry(live, arrived, sheets)

    def _carry(self, live: Live, arrived: Arrived, sheets: Shown) -> None:
        is_keyframe = isinstance(arrived.frame, Keyframe)
        if is_keyframe:
            live.wants_keyframe = False
            live.backlog.restart(arrived.packets)
        else:
            live.backlog.append(arrived.packets)
        self._show(live, arrived.packets, is_keyframe=is_keyframe, sheets=sheets)
        if live.backlog.needs_keyframe and not is_keyframe:
            self.want_keyframe(live)

    def _show(self, live: Live, packets: Sequence[Packet], *, is_keyframe: bool, sheets: Shown) -> None:
        for seat in live.watching:
            seat.lane.show(packets, is_keyframe=is_keyframe, sheets=sheets)

    def _trip(self, seat: Seat, frame: Frame, trip: tripwire.Trip, now: float) -> None:
        """Withholds the frame. The page is told where: its next keyframe has a box there, and passes."""
        live = seat.live
        live.blank(Blank(reason="tripwire"))
        metrics.TRIPS.add(label=trip.rule)
        refusal = refusal_of(trip)
        if live.trips_noted < MAX_TRIPS_NOTED:
            live.trips_noted += 1
            detail = {"rule": trip.rule, "path": _path_of(frame, live), "count": str(live.trips_noted)}
            live.note(now, "trip", **detail, **({"pattern": trip.pattern} if trip.pattern else {}))
            log.warning("The tripwire withheld a frame.", extra={"session": live.session.id, "rule": trip.rule})
            for agent in live.watching:
                agent.lane.tell("refusal", refusal)
        # What follows in this epoch cannot be applied: the page's answer is a keyframe, at once.
        live.intake.cut()
        seat.lane.tell("refusal", refusal)
        seat.lane.tell("tripped", Tripped(epoch=frame.epoch, node=trip.node))

    def _note_pages(self, live: Live, frame: Frame, now: float) -> None:
        if isinstance(frame, Keyframe):
            self._note_page(live, frame.page, now)
        for change in frame.changes:
            if type(change) is PageChange:
                self._note_page(live, change.page, now)

    def _note_page(self, live: Live, page: Page, now: float) -> None:
        # A relay that was started again has heard of no page: the one that it hears of is no other.
        if live.path is not None and page.path != live.path:
            settle_drift(live, self._settings)
        if page.path != live.path and live.pages_noted < MAX_PAGES_NOTED:
            live.path = page.path
            live.pages_noted += 1
            live.note(now, "page", path=page.path)

    def want_keyframe(self, live: Live) -> None:
        """Asks the shopper's page for a keyframe, now or once the interval allows: limited a session, not an agent."""
        if live.shopper is None or live.session.state != "live":
            return
        live.wants_keyframe = True
        if live.is_withheld:
            return
        now = self._ledger.clock()
        asked_at = live.keyframe_asked_at
        # A clock that was set back must not keep keyframes from coming until it is there again.
        if asked_at is not None and 0 <= now - asked_at < self._settings.keyframe_interval_s:
            return
        live.keyframe_asked_at = now
        live.wants_keyframe = False
        live.shopper.lane.tell("keyframe-wanted", KeyframeWanted(sheets=live.sheets.hashes))

    def refill(self, seat: Seat) -> None:
        """Gives an agent who has just come the picture: from the backlog, at once and at no cost to the shopper."""
        live = seat.live
        if live.agents.get(seat.participant_id) is not seat or not seat.may_watch:
            return
        for alarm in live.drift_alarms:
            seat.lane.tell("drift", alarm)
        if live.is_withheld or live.session.state in ("paused", "ended"):
            return
        sheets = live.sheets.shown()
        if live.backlog.needs_keyframe or sheets is None:
            self.want_keyframe(live)
        else:
            seat.lane.show(live.backlog.replay(), is_keyframe=True, sheets=sheets)

    def refill_anew(self, seat: Seat) -> None:
        """Gives an agent who lost the thread the picture, with all that it needs: what they hold may be gone.

        Whom the kept frames did not help it does not help to get them again: their mirror refuses one of them.
        """
        live = seat.live
        epoch = live.intake.next_epoch - 1
        is_again = seat.refilled_epoch == epoch
        seat.refilled_epoch = epoch
        seat.lane.distrust()
        if is_again and live.shopper is not None and live.session.state == "live":
            self.want_keyframe(live)
        else:
            self.refill(seat)

    def catch_up(self, seat: Seat) -> None:
        """Gives an agent who fell behind the picture again: a slow one is helped by a keyframe, not by a history.

        A shopper's lane has never had a picture, and says so each time that it is empty.
        """
        if seat.role != "agent":
            return
        if seat.live.backlog.size_bytes > self._settings.max_queue_bytes // 2:
            self.want_keyframe(seat.live)
        else:
            self.refill(seat)

    def shows_number(self, live: Live, text: str) -> bool:
        """Does a line that comes beside the frames show a number, of a card or of the site's own?"""
        return tripwire.shows_number(text, self._patterns.get(live.session.site))

    def refuse(self, live: Live, agent: str) -> None:
        """Takes the picture from one agent whom the shopper refuses, and gives them none any more."""
        seat = live.agents.get(agent)
        if seat is not None and seat.may_watch:
            # Also where the refusal itself cannot be kept.
            live.note(self._ledger.clock(), "leave", agent)
        live.refuse(agent)
        if seat is not None:
            seat.lane.blank(Blank(reason="revoked"))


def _path_of(frame: Frame, live: Live) -> str:
    """The page that a withheld frame shows: its own path, reduced as ever, or the one of the page before it."""
    return frame.page.path if isinstance(frame, Keyframe) else live.path or ""
