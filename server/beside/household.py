"""How sessions come to this process and leave it, where several share one store: what goes along, and what is let go.

Knows nothing of how processes talk.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic, process_time
from weakref import WeakValueDictionary

from beside.errors import AtHomeElsewhere, BesideError, Conflict, Refused
from beside.homes import AT_ONCE, Homes, Luggage
from beside.ledger import DRAINING, Ledger
from beside.live import Live
from beside.offers import Offers
from beside.store.contract import Store

log = logging.getLogger("beside.household")

# What a killed process held, and nobody has come back to, is looked for this often.
ADOPTION_PERIOD_S = 5.0
# Whether what is held here is still its own, this often; those who take it over say so themselves.
LOOK_AROUND_PERIOD_S = 15.0
TICK_S = 0.5
# Others wait longer before they take over.
ASLEEP_AFTER_S = 3.0


class Household:
    """The comings and goings of one process. `offers`: whose ways in a session takes along."""

    def __init__(self, store: Store, ledger: Ledger, homes: Homes, offers: Offers) -> None:
        self._store = store
        self._ledger = ledger
        self._homes = homes
        self._offers = offers
        # When the loop ran last, and what CPU time this process had used by then.
        self._ran_at = monotonic()
        self._used_s = process_time()
        # How often it has stood still, and how often it had when all homes were looked at last.
        self._sleeps = 0
        self._looked = 0
        self._wants_look = False
        self._timer: asyncio.TimerHandle | None = None
        # Open by their names alone, when it was looked last for what nobody holds: there is no session of these.
        self._unborn: set[str] = set()
        # Held while a session comes here or leaves.
        self._moving: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        ledger.bring = self.bring
        ledger.moving = self._lock_of
        homes.holds = ledger.__contains__
        ledger.is_sure = self.is_sure
        ledger.leads = homes.leads
        homes.give_up = self.give_up
        homes.part = self._let_go

    def _lock_of(self, session_id: str) -> asyncio.Lock:
        return self._moving.setdefault(session_id, asyncio.Lock())

    async def bring(self, session_id: str, has_socket: bool) -> Live | None:
        """A session that is not held here. None: there is none that is open. Raises as `Homes.bring` does."""
        if self._ledger.is_draining:
            raise Refused(*DRAINING)
        async with self._lock_of(session_id):
            if session_id in self._ledger:
                return self._ledger.held(session_id)
            # Of what nobody opened no home is noted: anybody may ask for any name.
            session = await self._store.load_session(session_id)
            if session is None or session.state == "ended":
                return None
            luggage = await self._homes.bring(session_id, has_socket=has_socket)
            # With what was committed meanwhile, where it was.
            session = await self._store.load_session(session_id)
            if session is None or session.state == "ended":
                await self._homes.leave(session_id)
                return None
            if luggage is None:
                return await self._ledger.take_up(session)
            live = self._ledger.hold(session)
            self._unpack(live, luggage)
            return live

    async def give_up(self, session_id: str, has_socket: bool) -> Luggage | None:
        """As `homes.GiveUp` says: a session that nobody is connected to goes where somebody wants to be."""
        async with self._lock_of(session_id):
            live = self._ledger.held(session_id)
            if live is None:
                return None
            if not has_socket or _is_in_use(live):
                raise Conflict
            await self._ledger.flush(live)
            # Somebody came, or began something, while that was written down.
            if _is_in_use(live):
                raise Conflict
            self._ledger.part(live)
            return self._pack(live)

    async def run(self) -> None:
        """Until cancelled: looks after what is held here, and, as one process of all, after what nobody holds."""
        looked_at = adopted_at = monotonic()
        self._tick()
        try:
            while True:
                await asyncio.sleep(TICK_S)
                now = monotonic()
                try:
                    if not self.is_sure() or self._wants_look or now - looked_at >= LOOK_AROUND_PERIOD_S:
                        await self.look_around()
                        looked_at = now
                    if now - adopted_at >= ADOPTION_PERIOD_S:
                        adopted_at = now
                        if await self._homes.leads("adoption"):
                            await self.adopt()
                except BesideError as error:
                    log.warning("Sessions could not be looked after: %s", error)
                except Exception:
                    log.exception("Sessions could not be looked after.")
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def is_sure(self) -> bool:
        """False once the whole process has stood still, until it is known which sessions are still its own."""
        gap_s = monotonic() - self._ran_at
        if gap_s > ASLEEP_AFTER_S:
            # Who was busy all the while did not sleep, however long it took.
            self._sleeps += process_time() - self._used_s < gap_s / 2
            self._note_time()
        return self._looked == self._sleeps

    def _note_time(self) -> None:
        self._ran_at, self._used_s = monotonic(), process_time()

    def _tick(self) -> None:
        """Notes that the loop runs; what runs before it, after a sleep, asks `is_sure` and finds the old time."""
        self.is_sure()
        self._note_time()
        self._timer = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _let_go(self, session_id: str) -> None:
        """Another process has taken a session, having thought this one dead."""
        live = self._ledger.held(session_id)
        if live is not None:
            log.warning("A session was taken over by another worker.", extra={"session": session_id})
            self._ledger.part(live)

    async def adopt(self) -> None:
        """Takes up sessions that no process holds, so that their windows pass."""
        found = await self._homes.homeless()
        before, self._unborn = self._unborn, set()
        for at in range(0, len(found), AT_ONCE):
            await asyncio.gather(*(self._adopt(session_id, before) for session_id in found[at : at + AT_ONCE]))

    async def _adopt(self, session_id: str, unborn: set[str]) -> None:
        try:
            if await self.bring(session_id, False) is not None:
                return
            session = await self._store.load_session(session_id)
            if session is not None:
                if session.state == "ended":
                    # Who wrote that died, or lost the store, before it was taken from the list of the open ones.
                    await self._homes.close(session_id)
            elif session_id in unborn:
                await self._store.erase_session(session_id)
            else:
                # Who began it died before it was written, or could not write it, and a write may still be on its way:
                # it is forgotten only where it is so a round later.
                self._unborn.add(session_id)
        except (AtHomeElsewhere, Conflict):
            # Somebody else was faster.
            return
        except BesideError as error:
            # One that cannot be had must not keep the others, nor a relay from starting.
            log.warning("A session that nobody holds was not taken up: %s", error, extra={"session": session_id})

    async def look_around(self) -> None:
        """Lets go of what others have taken meanwhile. Raises `StoreUnavailable`; then it is looked again."""
        self._wants_look = False
        sleeps = self._sleeps
        try:
            held = [live for live in self._ledger if not live.has_left]
            for at in range(0, len(held), AT_ONCE):
                await asyncio.gather(*(self._look_at(live) for live in held[at : at + AT_ONCE]))
        except BesideError:
            self._wants_look = True
            raise
        # Not what it has slept through once more since.
        self._looked = max(self._looked, sleeps)

    def look_soon(self) -> None:
        """Letters were lost: others may have thought this process dead."""
        self._wants_look = True

    async def _look_at(self, live: Live) -> None:
        found = await self._homes.look(live.session.id)
        if found == "theirs":
            self._let_go(live.session.id)
        elif found == "again":
            # Somebody held it in between, and gave it up: what they decided counts.
            with suppress(Refused):
                await self._ledger.catch_up(live)

    async def drain(self) -> None:
        """Gives all sessions up, for whichever process their participants reach next. Their sockets are closed."""
        self._ledger.is_draining = True
        await asyncio.gather(*(self._send_away(live) for live in self._ledger))

    async def _send_away(self, live: Live) -> None:
        try:
            # A stop that was heard is not said again elsewhere. Whoever drains gives up waiting.
            await live.heard_out()
            # Here: who has left finds no session any more to note it in.
            live.note_leaves(self._ledger.clock())
            while self._ledger.held(live.session.id) is live:
                await live.heard_out()
                await self._ledger.flush(live)
                # What is being written down is done first.
                async with live.lock:
                    # Else what somebody took back meanwhile, and the store did not keep, would be forgotten with it.
                    if not live.has_turns and not live.owes:
                        self._ledger.part(live)
            await self._homes.leave(live.session.id)
        except BesideError as error:
            # It is taken over as that of a worker that was killed.
            log.warning("A session was not given up: %s", error, extra={"session": live.session.id})

    def _pack(self, live: Live) -> Luggage:
        offer, until = self._offers.give_away(live.session.id)
        return Luggage(
            last_active_at=live.last_active_at,
            shopper_gone_at=live.shopper_gone_at,
            agents_gone_at=live.agents_gone_at,
            moves=live.moves,
            path=live.path,
            pages_noted=live.pages_noted,
            trips_noted=live.trips_noted,
            offer=offer,
            offer_until=until,
        )

    def _unpack(self, live: Live, luggage: Luggage) -> None:
        live.last_active_at = luggage.last_active_at
        live.shopper_gone_at = luggage.shopper_gone_at
        live.agents_gone_at = luggage.agents_gone_at
        live.moves, live.path = luggage.moves, luggage.path
        live.pages_noted, live.trips_noted = luggage.pages_noted, luggage.trips_noted
        if luggage.offer is not None:
            self._offers.take_along(live.session.id, luggage.offer, luggage.offer_until)


def _is_in_use(live: Live) -> bool:
    is_over = live.session.state == "ended" or live.unkept_end is not None
    return is_over or bool(live.seats) or live.has_turns or bool(live.changes) or live.lock.locked()
