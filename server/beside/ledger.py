"""The open sessions that this process holds, and the one way to change them: apply, commit, tell.

What is acknowledged is durable: both sides hear of a change only after the store has it. Knows nothing of tokens,
sockets or HTTP.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from functools import partial

from msgspec.structs import replace

from beside import metrics
from beside.drift import settle_drift
from beside.errors import BesideError, Conflict, Refused, StoreUnavailable
from beside.homes import Homes
from beside.live import Live, blank_of, live_of, view_of
from beside.protocol import Blank
from beside.session import (
    Ended,
    Event,
    Left,
    Lost,
    Resumed,
    Returned,
    Session,
    TrailEntry,
    WindowPassed,
    apply,
    entries_of,
    is_paused,
)
from beside.settings import Settings
from beside.store.contract import Delivery, Store

log = logging.getLogger("beside.ledger")

# As long as the store may take for one of the things that were said just before a relay stops.
HEARD_WITHIN_S = 5.0

DRAINING = ("draining", "This relay is about to stop. Try again in a moment.")

Edit = Callable[[Session], Session]


class Ledger:
    """Sessions by id.

    `deliveries_of`: the webhooks that leave with a session's end, from the session and its whole trail; they are
    committed with it. `on_ended` is called for each session that ends, after the commit, until it succeeds. `homes`:
    None where this process holds all sessions that there are.
    """

    def __init__(  # noqa: PLR0913 - by name
        self,
        store: Store,
        settings: Settings,
        *,
        deliveries_of: Callable[[Session, Sequence[TrailEntry]], Sequence[Delivery]],
        on_ended: Callable[[Session], Awaitable[None]],
        clock: Callable[[], float] = time.time,
        homes: Homes | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._deliveries_of = deliveries_of
        self._on_ended = on_ended
        self.clock = clock
        self._homes = homes
        # How a session that is not held here comes, where several processes share them (household.py).
        self.bring: Callable[[str, bool], Awaitable[Live | None]] | None = None
        # Held while a session comes here or leaves, by its id.
        self.moving: Callable[[str], AbstractAsyncContextManager[object]] = lambda _: nullcontext()
        # Tells other processes of a session that was erased here.
        self.tell_erased: Callable[[str], None] = lambda _: None
        # No session begins here any more, or comes.
        self.is_draining = False
        # Whether this process can be sure that what it holds is still its own: not right after it stood still.
        self.is_sure: Callable[[], bool] = lambda: True
        # Whether this process does, for all of them, what is to be done once; it asks again within so many seconds.
        self.leads: Callable[[str, float], Awaitable[bool]] = _alone
        self._table: dict[str, Live] = {}

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._table

    def held(self, session_id: str) -> Live | None:
        """The session, if it is held here."""
        return self._table.get(session_id)

    def __iter__(self) -> Iterator[Live]:
        return iter(list(self._table.values()))

    async def open(self) -> None:
        """Takes up what an earlier process left. Its shoppers were lost silently: their window begins now."""
        if self._homes is not None:
            return
        for session in await self._store.open_sessions():
            await self.take_up(session)

    async def take_up(self, session: Session) -> Live:
        """Holds a session of the store whose process is gone."""
        live = self.hold(session)
        if session.state in ("live", "paused"):
            await self.change(live, Lost())
        elif session.state == "lost":
            # Nobody could come back while the relay was down.
            await self.change(live, None, edit=partial(replace, state_since=self.clock()))
        return live

    async def close(self) -> None:
        """Does what was said by now, and writes down what nobody waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARD_WITHIN_S):
                for live in self:
                    await live.heard_out()
        for live in self:
            try:
                await self.flush(live)
            except BesideError as error:
                log.warning("Notes were not written down: %s", error, extra={"session": live.session.id})

    async def insert(self, session: Session, *trail: TrailEntry) -> Live:
        """Adds a new session. Raises `Conflict` when its ticket has an open one."""
        if self.is_draining:
            raise Refused(*DRAINING)
        # Other processes see it before it is held here, and may ask for it.
        async with self.moving(session.id):
            if self._homes is not None:
                await self._homes.settle(session.id)
            try:
                await self._store.insert_session(session, trail)
            except BaseException:
                if self._homes is not None:
                    with suppress(StoreUnavailable):
                        await self._homes.leave(session.id)
                raise
            metrics.SESSIONS_CREATED.add()
            return self.hold(session)

    async def find(self, session_id: str, *, has_socket: bool = False) -> Live | None:
        """An open session; None where there is none. `has_socket`: somebody's socket waits for it.

        Raises `AtHomeElsewhere` where another process holds it, and `StoreUnavailable`.
        """
        live = self._table.get(session_id)
        if live is not None or self.bring is None:
            return live
        return await self.bring(session_id, has_socket)

    async def find_open(self, session_id: str, *, has_socket: bool = False) -> Live:
        """As `find`. Raises `Refused` "ended" where there is no such session any more."""
        live = await self.find(session_id, has_socket=has_socket)
        if live is None or live.session.state == "ended":
            raise Refused("ended", "This session has ended. Start a new one from the ticket.")
        return live

    async def find_stored(self, session: Session) -> Live | None:
        """An open session of the store; held nowhere where it was inserted and the answer was lost on its way."""
        return self.hold(session) if self._homes is None else await self.find(session.id)

    async def load(self, session_id: str) -> Session | None:
        """A session from here or, ended, from the store. Raises `AtHomeElsewhere`."""
        live = await self.find(session_id)
        return live.session if live else await self._store.load_session(session_id)

    async def change(  # noqa: PLR0913 - by name
        self,
        live: Live,
        event: Event | None,
        *,
        edit: Edit | None = None,
        trail: Sequence[TrailEntry] = (),
        is_silent: bool = False,
        begun: int | None = None,
    ) -> None:
        """Applies `event` and `edit` to a session, commits it with `trail`, and (unless silent) tells both sides.

        What takes the picture away does so before anything is awaited. Raises `Refused` where the event is not
        possible now, and `StoreUnavailable`; then nothing has changed, but the picture stays withheld, and an end is
        tried again.
        `begun`: where this was asked for earlier, how many withdrawals there were then, as `begin` gave it.

        After `Conflict` it is done once more over what the store has: an answer of the store that was lost on its
        way leaves there a commit that was taken for failed.
        """
        # Before the lock: who has waited for it must not give back what was taken away meanwhile.
        if begun is None:
            begun = self.begin(live, event)
        live.changes += 1
        try:
            async with live.lock:
                try:
                    await self._change(live, event, edit, trail, begun)
                except Conflict:
                    await self._reread(live)
                    await self._change(live, event, edit, trail, begun)
                if not is_silent:
                    live.tell_all("view", view_of(live, self._settings, self.clock()))
        except StoreUnavailable:
            # Whoever said it sees an end by now, and says it no second time.
            if isinstance(event, Ended):
                live.unkept_end = event
            raise
        finally:
            live.changes -= 1
        if live.is_unsettled:
            await self.settle(live)

    async def change_if(self, live: Live, event: Event, holds: Callable[[], bool]) -> None:
        """As `change`, of what nobody asked for, such as a window that is over: only if `holds` then.

        It is asked once the changes before this one are committed, since with one of them somebody may have come back.
        """
        async with live.lock:
            if not holds():
                return
            begun = self.begin_by_time(live, event)
            try:
                await self._change(live, event, None, (), begun)
            except Conflict:
                await self._reread(live)
                if not holds():
                    return
                await self._change(live, event, None, (), begun)
            live.tell_all("view", view_of(live, self._settings, self.clock()))
        if live.is_unsettled:
            await self.settle(live)

    def begin(self, live: Live, event: Event | None) -> int:
        """Takes away what a change takes away; gives how many withdrawals there are by then. Raises `Refused`.

        The change itself comes with it, or later by `change`.
        """
        if event is not None:
            # Refused before the picture is touched: a pause that comes too late must not blank a mirror.
            apply(live.session, event, self.clock())
            self._take_away(live, event)
        return live.withdrawals

    def begin_by_time(self, live: Live, event: Event) -> int:
        """As `begin`, of what nobody asked for: where it comes to nothing, `give_back` shows the view again."""
        if live.is_withheld and not live.is_withheld_by_time:
            # Somebody's own word stands, and whoever takes that back need not take back this as well.
            apply(live.session, event, self.clock())
            return live.withdrawals
        begun = self.begin(live, event)
        if live.is_withheld:
            live.withheld_by_time = live.withheld_at
        return begun

    async def _change(
        self, live: Live, event: Event | None, edit: Edit | None, trail: Sequence[TrailEntry], begun: int
    ) -> None:
        if live.has_left:
            raise Refused("conflict", "This session is held elsewhere by now. Try again.")
        now = self.clock()
        before = live.session
        session = apply(before, event, now) if event is not None else before
        session = edit(session) if edit else session
        await self._commit(live, session, [*entries_of(before, session, now), *trail])
        # Not where a pause came meanwhile and waits for its turn, or an end for the store: their word is given already.
        if isinstance(event, Resumed | Returned) and live.withheld_at <= begun and live.unkept_end is None:
            live.is_withheld = False
        blank = blank_of(event)
        if blank is not None and not live.is_withheld:
            # Somebody came back while an agent's end waited for its turn, and was given the picture.
            live.keep_blank(blank)
        if session.state != before.state:
            log.info("Session changes state.", extra={"session": session.id, "from": before.state, "to": session.state})

    async def _reread(self, live: Live) -> None:
        """Takes over what the store has of a session, and tells both sides."""
        if self._homes is not None and await self._homes.look(live.session.id) == "theirs":
            self.part(live)
            return
        stored = await self._store.load_session(live.session.id)
        if stored is None:
            live.notes = []
            await self.drop(live)
            raise Refused("ended", "This session has been erased.")
        live.is_unsettled = live.is_unsettled or (stored.state == "ended" and live.session.state != "ended")
        live.session = stored
        if is_paused(stored) or stored.state == "ended":
            # Decided elsewhere, or here before the answer was lost: either way no picture outlives it.
            live.keep_blank(Blank(reason="ended" if stored.state == "ended" else "paused"))
        live.tell_all("view", view_of(live, self._settings, self.clock()))

    async def catch_up(self, live: Live) -> None:
        """Takes over what the store has, should it be newer: for a while nobody was noted to hold this session."""
        async with live.lock:
            stored = await self._store.load_session(live.session.id)
            if stored is None or stored.version != live.session.version:
                await self._reread(live)

    async def settle(self, live: Live) -> None:
        """What follows an end: codes void, the receipt sent. Where the store cannot take it now, it is tried again."""
        try:
            await self._on_ended(live.session)
            live.is_unsettled = False
        except BesideError as error:
            log.warning("An end is not settled yet: %s", error, extra={"session": live.session.id})

    async def flush(self, live: Live) -> None:
        """Commits what nobody waits for, if there is any.

        Notes, how far epochs and masked fields have come, and refusals and ends that the store could not keep when they
        came.
        """
        if live.unkept_end is not None and live.session.state != "ended":
            # Refused where it was kept after all, and the answer was lost.
            with suppress(Refused):
                await self.change(live, live.unkept_end)
        if live.has_unwritten:
            async with live.lock:
                try:
                    await self._commit_all(live)
                except Conflict:
                    await self._reread(live)
                    await self._commit_all(live)

    async def _commit_all(self, live: Live) -> None:
        begun, refused = live.withdrawals, live.unkept_refusals
        people = tuple(live.participants) if refused else live.session.participants
        await self._commit(live, replace(live.session, participants=people), [])
        for agent in refused:
            live.settle_admission(agent, begun)

    async def drop(self, live: Live) -> None:
        """Forgets an ended session and closes what is still open of it."""
        self._table.pop(live.session.id, None)
        for seat in live.seats:
            seat.lane.close()
        if self._homes is not None:
            await self._homes.leave(live.session.id)

    async def erase(self, session_id: str) -> bool:
        """Deletes a session and all that the store has of it; an open one ends first. False: there was none."""
        live = self._table.get(session_id)
        if live is not None and live.session.state != "ended":
            await self.change(live, Ended(reason="erased"))
        erased = await self._store.erase_session(session_id)
        if live is not None:
            await self.drop(live)
        self.tell_erased(session_id)
        return erased

    def forget(self, session_id: str) -> None:
        """Of a session that was erased elsewhere nothing is kept here, nor is anything of it written down any more."""
        live = self._table.get(session_id)
        if live is not None:
            live.notes = []
            self.part(live)

    def part(self, live: Live) -> None:
        """Another process holds the session from now on: what is connected is closed, and comes again elsewhere."""
        live.has_left = True
        self._table.pop(live.session.id, None)
        for seat in live.seats:
            seat.lane.close()

    def hold(self, session: Session) -> Live:
        """A session of the store as an open one of this process."""
        held = self._table.get(session.id)
        if held is not None:
            return held
        live = live_of(session, self._settings, self.clock())
        self._table[session.id] = live
        return live

    def _take_away(self, live: Live, event: Event) -> None:
        """What a page's leave and a picture's end bring about before anything is awaited."""
        if isinstance(event, Left | Ended | WindowPassed):
            # Before the end itself: a console that has heard of the end hears nothing more.
            settle_drift(live, self._settings)
        blank = blank_of(event)
        if blank is not None:
            live.withhold(blank)

    async def _commit(self, live: Live, session: Session, trail: list[TrailEntry]) -> None:
        notes, live.notes = live.notes, []
        session = replace(self._counted(live, session), version=live.session.version + 1)
        is_end = session.state == "ended" and live.session.state != "ended"
        try:
            entries = [*notes, *trail]
            deliveries: Sequence[Delivery] = ()
            if is_end:
                deliveries = self._deliveries_of(session, [*await self._store.trail(session.id), *entries])
            await self._store.commit_session(session, entries, deliveries)
        except BaseException:
            live.notes = [*notes, *live.notes]
            raise
        live.session = session
        live.is_unsettled = live.is_unsettled or is_end

    def _counted(self, live: Live, session: Session) -> Session:
        """The session with what frames have brought since the last commit."""
        return replace(
            session,
            epoch=max(session.epoch, live.intake.next_epoch - 1),
            fields_masked=max(session.fields_masked, live.fields.most_masked),
        )


async def _alone(*_: object) -> bool:
    return True
