"""What watches the time: windows that pass, notes to write down, keyframes that were put off.

Each round looks at every session and waits for no store: what takes a picture away does so there. What the store has to
be told is told by a task of the session's own, and whoever has one is passed over for the next.

Knows nothing of sockets.
"""

from __future__ import annotations

import asyncio
import logging

from beside.attendance import Attendance
from beside.errors import BesideError, Refused
from beside.ledger import Ledger
from beside.live import Live
from beside.relay import Relay
from beside.session import Ended, Event
from beside.settings import Settings
from beside.store.contract import Store
from beside.tasks import stop
from beside.windows import Since, due

log = logging.getLogger("beside.sweeper")

# A put-off keyframe waits no longer; a window may be overrun by this much, and by as long as the store takes for it.
PERIOD_S = 0.5
# Sessions that wait for the store side by side: a quarter of the connections that a worker has to it.
SIDE_BY_SIDE = 25
# Old sessions are looked for this often.
RETENTION_PERIOD_S = 3600.0
# Sessions looked at in one go, some 5 us each: thousands would keep frames waiting for longer than the frames take.
AT_ONCE = 50
MAX_LENGTH = Ended(reason="max-length")


class Sweeper:
    """Sweeps the sessions held here. `sweep` takes no time from a clock but the ledger's, so tests move it."""

    def __init__(self, ledger: Ledger, relay: Relay, attendance: Attendance, store: Store, settings: Settings) -> None:
        self._ledger = ledger
        self._relay = relay
        self._attendance = attendance
        self._store = store
        self._settings = settings
        # Those that wait for the store, or for a place among those who do.
        self._in_care: dict[Live, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def run(self) -> None:
        """Sweeps until cancelled. Who is still looked after by then keeps nobody else waiting."""
        try:
            while True:
                await self._look_at_all()
                await asyncio.sleep(PERIOD_S)
        finally:
            await stop(*self._in_care.values())

    async def sweep(self) -> None:
        """One round, and all that comes of it. A session that cannot be changed now is tried again in the next."""
        await self._look_at_all()
        while self._in_care:
            await asyncio.wait(self._in_care.values())

    async def _look_at_all(self) -> None:
        """Does what needs no store, whatever that does, and begins the rest."""
        for number, live in enumerate(self._ledger, 1):
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
            if live.has_left:
                continue
            try:
                self._look_at(live)
            except Exception:
                # One session must not keep the rest from being looked at.
                log.exception("A session could not be looked at.", extra={"session": live.session.id})

    def _look_at(self, live: Live) -> None:
        event = self._due(live)
        # Who holds the lock may be somebody who comes back; nobody's coming back makes a session shorter.
        is_sure = event == MAX_LENGTH or not live.lock.locked()
        if event is not None and is_sure and not live.is_withheld:
            self._ledger.begin_by_time(live, event)
        if live not in self._in_care:
            if event is None and live.session.state != "ended":
                live.give_back()
            if self._needs_care(live, event):
                self._in_care[live] = care = asyncio.create_task(self._care_for(live))
                care.add_done_callback(lambda _: self._in_care.pop(live))
        if live.wants_keyframe:
            self._relay.want_keyframe(live)

    def _needs_care(self, live: Live, event: Event | None) -> bool:
        """Most need none, and no task of their own."""
        if live.session.state == "ended":
            return live.is_unsettled or self._is_farewell_over(live)
        return event is not None or live.has_unwritten or self._attendance.miscounts_agents(live)

    async def _care_for(self, live: Live) -> None:
        async with self._places:
            try:
                if not live.has_left:
                    await self._look_after(live)
            except BesideError as error:
                log.warning("A session could not be looked after: %s", error, extra={"session": live.session.id})
            except Exception:
                # Nobody else ends sessions and stops captures that nobody watches: it is tried again.
                log.exception("A session could not be looked after.", extra={"session": live.session.id})

    async def _look_after(self, live: Live) -> None:
        if live.session.state == "ended":
            if live.is_unsettled:
                await self._ledger.settle(live)
            if self._is_farewell_over(live):
                try:
                    await self._ledger.flush(live)
                except Refused:
                    # It has been erased, or is another's: nothing is to be written down.
                    log.info("The notes of a session that is over were not written down.")
                await self._ledger.drop(live)
            return
        event = self._due(live)
        if event is not None and event in (MAX_LENGTH, live.unkept_end):
            # Nobody's coming back changes that.
            await self._ledger.change(live, event)
        elif event is not None:
            # Somebody may be coming back this very moment, and waits for the store.
            await self._ledger.change_if(live, event, lambda: self._due(live) == event)
        else:
            await self._ledger.flush(live)
        await self._attendance.count_agents(live)

    def _is_farewell_over(self, live: Live) -> bool:
        ended_at = live.session.ended_at
        return ended_at is not None and self._ledger.clock() - ended_at >= self._settings.farewell_window_s

    def _due(self, live: Live) -> Event | None:
        if live.unkept_end is not None and live.session.state != "ended":
            return live.unkept_end
        since = Since(
            last_active_at=live.last_active_at,
            shopper_gone_at=live.shopper_gone_at,
            agents_gone_at=live.agents_gone_at,
        )
        return due(live.session, since, self._settings, self._ledger.clock())

    async def run_erasing(self) -> None:
        """Until cancelled: deletes what ended long ago. Apart from `run`, for it takes a while; one process does it."""
        while True:
            try:
                # Whoever does it goes on doing it: each asks by a clock of its own.
                if await self._ledger.leads("erasing", 1.5 * RETENTION_PERIOD_S):
                    await self.erase_old()
            except BesideError as error:
                log.warning("Old sessions could not be erased: %s", error)
            except Exception:
                log.exception("Old sessions could not be erased.")
            await asyncio.sleep(RETENTION_PERIOD_S)

    async def erase_old(self) -> None:
        """Deletes sessions that ended longer ago than they are kept, and what else has expired.

        Raises `StoreUnavailable`.
        """
        now = self._ledger.clock()
        await self._store.erase_expired(now=now, window_s=self._settings.guess_window_s)
        erased = await self._store.erase_ended_before(now - self._settings.retention_s)
        if erased:
            log.info("Erased %d sessions that ended long ago.", erased)
