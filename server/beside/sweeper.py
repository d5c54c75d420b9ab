"""What watches the time: windows that pass, notes to write down, keyframes that were put off.

Knows nothing of sockets.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

from beside.attendance import Attendance
from beside.errors import BesideError, Refused
from beside.ledger import Ledger
from beside.live import Live
from beside.relay import Relay
from beside.session import Ended, Event
from beside.settings import Settings
from beside.store.contract import Store
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


class Sweeper:
    """Sweeps the sessions held here. `sweep` takes no time from a clock but the ledger's, so tests move it."""

    def __init__(self, ledger: Ledger, relay: Relay, attendance: Attendance, store: Store, settings: Settings) -> None:
        self._ledger = ledger
        self._relay = relay
        self._attendance = attendance
        self._store = store
        self._settings = settings

    async def run(self) -> None:
        """Sweeps until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(PERIOD_S)

    async def run_asking(self) -> None:
        """Until cancelled: asks for the keyframes that were put off. Apart from `run`, which waits for the store."""
        while True:
            self.ask_for_keyframes()
            await asyncio.sleep(PERIOD_S)

    def ask_for_keyframes(self) -> None:
        """Of each page whose session wants one that may be asked for by now."""
        for live in self._ledger:
            if live.wants_keyframe and not live.has_left:
                try:
                    self._relay.want_keyframe(live)
                except Exception:
                    # One page must not keep the rest from being asked.
                    log.exception("A keyframe could not be asked for.", extra={"session": live.session.id})

    async def sweep(self) -> None:
        """One round. A session that cannot be changed now is tried again in the next."""
        turns = enumerate(self._ledger, 1)
        # Each takes the next session as soon as it is done with its last: most need no store, and no task of their own.
        await asyncio.gather(*(self._sweep(turns) for _ in range(SIDE_BY_SIDE)))

    async def _sweep(self, turns: Iterator[tuple[int, Live]]) -> None:
        for number, live in turns:
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
            if live.has_left:
                continue
            try:
                await self._look_after(live)
            except BesideError as error:
                log.warning("A session could not be looked after: %s", error, extra={"session": live.session.id})
            except Exception:
                # Nobody else ends sessions and stops captures that nobody watches: one must not keep it from the rest.
                log.exception("A session could not be looked after.", extra={"session": live.session.id})

    async def _look_after(self, live: Live) -> None:
        now = self._ledger.clock()
        session = live.session
        if session.state == "ended":
            if live.is_unsettled:
                await self._ledger.settle(live)
            if session.ended_at is not None and now - session.ended_at >= self._settings.farewell_window_s:
                try:
                    await self._ledger.flush(live)
                except Refused:
                    # It has been erased, or is another's: nothing is to be written down.
                    log.info("The notes of a session that is over were not written down.")
                await self._ledger.drop(live)
            return
        event = self._due(live)
        if event == Ended(reason="max-length"):
            # Nobody's coming back changes that.
            await self._ledger.change(live, event)
        elif event is not None:
            # Somebody may be coming back this very moment, and waits for the store.
            await self._ledger.change_if(live, event, lambda: self._due(live) == event)
        else:
            self._ledger.give_back(live)
            await self._ledger.flush(live)
        await self._attendance.count_agents(live)

    def _due(self, live: Live) -> Event | None:
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
        """Deletes sessions that ended longer ago than they are kept. Raises `StoreUnavailable`."""
        erased = await self._store.erase_ended_before(self._ledger.clock() - self._settings.retention_s)
        if erased:
            log.info("Erased %d sessions that ended long ago.", erased)
