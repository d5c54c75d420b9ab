"""Which worker holds a session: its home. All that is done with a session is done there, by the one process.

A session comes home to the worker that is asked for it first. It goes along to another one that a participant's socket
reaches, as long as nobody is connected where it is; else it stays, and the doors carry (carrying.py). A worker that
does not answer has lost its sessions. Why: docs/decisions/0014-a-session-has-a-home.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from beside.bodies import ShareOffer
from beside.errors import AtHomeElsewhere, Conflict, StoreUnavailable
from beside.letters import Letters, Nobody
from beside.store.contract import HomeBook

log = logging.getLogger("beside.homes")

# A question costs a millisecond; a worker that leaves two in a row unanswered has its sessions taken from it.
ANSWER_WITHIN_S = 2.0
# Where nobody takes the letters: a worker that has only lost its connection to Redis is back by then.
GONE_AFTER_S = 1.0
LOOK_AGAIN_S = 0.2
# For so long its other sessions are taken over without waiting again.
GONE_FOR_S = 10.0
# Homes that change hands while they are looked for.
MAX_ATTEMPTS = 10
LEAD_S = 15.0
# Sessions that are asked for together.
AT_ONCE = 100


class Luggage(msgspec.Struct, frozen=True, kw_only=True):
    """What a session's process alone knows of it, and the next one should. Times are Unix seconds."""

    last_active_at: float
    shopper_gone_at: float | None
    agents_gone_at: float | None
    moves: int
    path: str | None
    pages_noted: int
    trips_noted: int
    # The ways in as the console shows them, and until when they are good.
    offer: ShareOffer | None = None
    offer_until: float = 0.0


class _Wanted(msgspec.Struct, frozen=True):
    session: str
    # A participant's socket is waiting for it.
    has_socket: bool


class _Answer(msgspec.Struct, frozen=True):
    says: Literal["stays", "goes"]
    luggage: Luggage | None


_wanted = msgspec.msgpack.Decoder(_Wanted)
_answer = msgspec.msgpack.Decoder(_Answer)
_encode = msgspec.msgpack.encode

# Gives a session up, with its luggage; `True`: where it goes somebody's socket waits for it. None where it was not
# held. Raises `Conflict` where it stays.
GiveUp = Callable[[str, bool], Awaitable[Luggage | None]]


class Homes:
    """One worker's part in it. `give_up`, `holds` and `part` are its household's."""

    def __init__(self, book: HomeBook, letters: Letters) -> None:
        self.worker = letters.worker
        self.give_up: GiveUp | None = None
        self.holds: Callable[[str], bool] = lambda _: False
        # Lets go of a session that another worker has taken.
        self.part: Callable[[str], None] = lambda _: None
        self._book = book
        self._letters = letters
        # Workers that are gone, until when that is taken for granted.
        self._gone: dict[str, float] = {}
        letters.answering("wanted", self._let_go)
        letters.hearing("taken over", self._hear_taken)

    async def bring(self, session_id: str, *, has_socket: bool) -> Luggage | None:
        """Makes this worker the home of a session; the luggage that came with it, None where its last home is dead.

        Raises `AtHomeElsewhere` where it stays where it is, `Conflict` and `StoreUnavailable`.
        """
        now = asyncio.get_running_loop().time
        asked_at = now()
        silences = 0
        for _ in range(MAX_ATTEMPTS):
            home = await self._book.home_of(session_id)
            if home == self.worker:
                return None
            if home is None:
                if await self._book.settle(session_id, self.worker, before=None):
                    return None
                continue
            try:
                wanted = _encode(_Wanted(session_id, has_socket))
                answer = _answer.decode(await self._letters.ask(home, "wanted", wanted, within_s=ANSWER_WITHIN_S))
            except Nobody:
                silences += 1
                gone_until = self._gone.get(home, 0.0)
                is_known = gone_until > now() and self._letters.heard_at(home) < gone_until - GONE_FOR_S
                if not is_known and (silences < 2 or now() < asked_at + GONE_AFTER_S):
                    await asyncio.sleep(LOOK_AGAIN_S)
                    continue
                if self._letters.heard_at(home) >= asked_at:
                    # It lives, and waits for something itself.
                    raise StoreUnavailable("the worker that holds this session is busy; try again") from None
                if await self._take_over(session_id, home):
                    return None
                continue
            if answer.says == "stays":
                raise AtHomeElsewhere(session_id, home)
            if await self._book.home_of(session_id) == self.worker:
                return answer.luggage
        raise Conflict

    async def _take_over(self, session_id: str, home: str) -> bool:
        self._gone[home] = asyncio.get_running_loop().time() + GONE_FOR_S
        is_ours = await self._book.settle(session_id, self.worker, before=home)
        if is_ours:
            log.warning("A session is taken over from a worker that is gone.", extra={"session": session_id})
            # Should it only have slept, it reads that first.
            self._letters.tell(home, "taken over", session_id.encode())
        return is_ours

    def _hear_taken(self, body: bytes, _: str) -> None:
        self.part(body.decode())

    async def settle(self, session_id: str) -> None:
        """A new session begins here. Raises `Conflict`."""
        if not await self._book.settle(session_id, self.worker, before=None):
            raise Conflict

    async def look(self, session_id: str) -> Literal["ours", "again", "theirs"]:
        """Whether this worker is still the home of a session that it holds. `again`: it had none, and has anew."""
        home = await self._book.home_of(session_id)
        if home is None and await self._book.settle(session_id, self.worker, before=None):
            return "again"
        return "ours" if home == self.worker else "theirs"

    async def leave(self, session_id: str) -> None:
        """The session has no home any more; the next who is asked for it takes it."""
        await self._book.leave(session_id, self.worker)

    async def homeless(self) -> list[str]:
        """Open sessions that nobody holds: their worker was killed, or drained."""
        others_ids = [session_id for session_id in await self._book.open_ids() if not self.holds(session_id)]
        homes: dict[str, str | None] = {}
        for at in range(0, len(others_ids), AT_ONCE):
            ids = others_ids[at : at + AT_ONCE]
            found = await asyncio.gather(*(self._book.home_of(session_id) for session_id in ids))
            homes |= zip(ids, found, strict=True)
        # Ours and not held is what we could not hold when we took it.
        others = {home for home in homes.values() if home not in (None, self.worker)}
        missing = [home for home in others if not await self._letters.is_there(home)]
        if missing:
            await asyncio.sleep(GONE_AFTER_S)
        now = asyncio.get_running_loop().time()
        gone = [home for home in missing if not await self._letters.is_there(home)]
        self._gone = {home: until for home, until in self._gone.items() if until > now}
        self._gone |= dict.fromkeys(gone, now + GONE_FOR_S)
        return [session_id for session_id, home in homes.items() if home in (None, self.worker, *gone)]

    async def close(self, session_id: str) -> None:
        """The session has ended: nobody need hold it."""
        await self._book.close(session_id)

    async def leads(self, task: str, for_s: float = LEAD_S) -> bool:
        """Whether it is this worker that does, for all of them, what is to be done once; asked again within `for_s`."""
        return await self._book.lead(task, self.worker, for_s=for_s)

    async def _let_go(self, body: bytes, asker: str) -> bytes:
        wanted = _wanted.decode(body)
        # What follows may take longer than the asker waits for somebody who is dead.
        self._letters.tell(asker, "here", b"")
        assert self.give_up is not None
        try:
            luggage = await self.give_up(wanted.session, wanted.has_socket)
        except Conflict:
            return _encode(_Answer("stays", None))
        # Also where it was not held: noted by somebody of our name, or given up before.
        await self._book.settle(wanted.session, asker, before=self.worker)
        return _encode(_Answer("goes", luggage))
