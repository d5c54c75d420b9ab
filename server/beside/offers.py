"""Ways in for a shopper: share codes, shopper links, and codes that a waiting shopper asked for.

In the store a code is a keyed digest; in clear it is only in this process' memory, for the console that shows it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from weakref import WeakValueDictionary

from beside.bodies import ShareOffer
from beside.errors import BesideError, Refused, StoreUnavailable, TooSoon
from beside.session import Session
from beside.settings import Settings
from beside.sharecodes import (
    CODE_DIGITS,
    LONG_CODE_DIGITS,
    digest,
    draw_code,
    draw_secret,
    format_code,
    guess_delay_s,
    normalise_code,
)
from beside.sites import Site
from beside.store.contract import CodeEntry, Store

log = logging.getLogger("beside.offers")

# With a thousand live codes of a million, ten draws all taken is one in 10**30.
MAX_DRAWS = 10
# One sentence for every code that opens nothing: which of them it is, a guesser need not learn.
WRONG_CODE = ("wrong-code", "This code is wrong, was used already, or has expired. Ask for a new one.")

Before = Callable[[CodeEntry], Awaitable[None]]


class Offers:
    """Makes and takes codes. A guess is counted against the address it came from, and no other waits for it."""

    def __init__(self, store: Store, settings: Settings, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._shown: dict[str, tuple[ShareOffer, float]] = {}
        self._guessing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def renew(self, session: Session, site: Site) -> ShareOffer:
        """A new code and a new link of a session; what it had before is void."""
        await self._store.drop_codes(session.id)
        return await self.make(session, site)

    async def make(self, session: Session, site: Site) -> ShareOffer:
        """A code and a link of a session, beside what a process that was killed may have told of them."""
        expires_at = self._clock() + self._settings.code_ttl_s
        entry = CodeEntry(
            kind="offer", site=site.key, session=session.id, ask="", locale=session.locale or "", expires_at=expires_at
        )
        code = await self._keep(await self._drawing(site.key), entry)
        link_entry = CodeEntry(
            kind="link", site=site.key, session=session.id, ask="", locale=session.locale or "", expires_at=expires_at
        )
        secret = await self._keep(draw_secret, link_entry)
        offer = ShareOffer(format_code(code), f"{site.shop_url}#beside={secret}", self._settings.code_ttl_s)
        self._shown[session.id] = (offer, expires_at)
        return offer

    def shown(self, session_id: str) -> ShareOffer | None:
        """The offer that is good now. None also after a restart: then the console asks for a new one."""
        offer, expires_at = self._shown.get(session_id, (None, 0.0))
        left_s = expires_at - self._clock()
        if offer is None or left_s <= 0:
            self._shown.pop(session_id, None)
            return None
        return ShareOffer(offer.code, offer.link, left_s)

    def give_away(self, session_id: str) -> tuple[ShareOffer | None, float]:
        """What `shown` would show, and until when (Unix seconds), for who holds the session from now on."""
        return self._shown.pop(session_id, (None, 0.0))

    def take_along(self, session_id: str, offer: ShareOffer, until: float) -> None:
        """What another process has shown of a session that is ours now."""
        self._shown[session_id] = (offer, until)

    async def forget(self, session_id: str) -> None:
        """The session needs no way in any more."""
        self._shown.pop(session_id, None)
        await self._store.drop_codes(session_id)

    async def ask(self, site: Site, locale: str) -> tuple[str, str]:
        """A code for a shopper to read out, and the name of their wait."""
        ask = secrets.token_urlsafe(16)
        entry = CodeEntry(
            kind="ask",
            site=site.key,
            session="",
            ask=ask,
            locale=locale,
            expires_at=self._clock() + self._settings.code_ttl_s,
        )
        return await self._keep(await self._drawing(site.key), entry), ask

    async def take(
        self,
        text: str,
        kind: str,
        site: Site,
        guesser: str,
        *,
        before: Before | None = None,
    ) -> CodeEntry:
        """Spends a code or secret. `guesser`: who waits after wrong ones. `before`: done with what a right one opens.

        What `before` raises leaves the code unspent: a right one is refused to nobody because something else failed.
        Raises `Refused` "wrong-code" or "code-malformed", and `TooSoon` "too-soon" while the guesser must wait.
        """
        guesser = self._name_of(guesser)
        # Each counts as wrong until it is known to be right, or a burst of them would all be judged before the first is
        # counted. One at a time, so that those of one process do not get into each other's way.
        lock = self._guessing.setdefault(guesser, asyncio.Lock())
        async with lock:
            guess = None
            while guess is None:
                now = self._clock()
                count = await self._guess_in(guesser, now)
                plain = text if kind == "link" else normalise_code(text)
                window_s = self._settings.guess_window_s
                guess = await self._store.begin_guess(guesser, now=now, window_s=window_s, count=count)
            try:
                entry = await self._take(self._digest(plain, site.key), kind, site, now, before)
            except BaseException:
                # It is not known to be wrong.
                await self._forgive(guesser, guess)
                raise
            if entry is None:
                await self._count_wrong(plain, kind, site.key, now)
                raise Refused(*WRONG_CODE)
            await self._forgive(guesser, guess)
            return entry

    async def is_alarmed(self, site: Site, guesser: str) -> bool:
        """Whether many wrong codes are typed at a site. Raises `TooSoon` where the guesser must wait in any case."""
        await self._guess_in(self._name_of(guesser), self._clock())
        return await self._digits(site.key) != CODE_DIGITS

    async def count_false_proof(self, guesser: str) -> None:
        """Work that was not done counts as a wrong code: no page of ours sends it, and to see it costs us some."""
        guesser, now = self._name_of(guesser), self._clock()
        count = await self._guess_in(guesser, now)
        await self._store.begin_guess(guesser, now=now, window_s=self._settings.guess_window_s, count=count)

    async def _forgive(self, guesser: str, guess: str) -> None:
        # The code is spent, or something else has gone wrong that is to be told: not that one guess too many counts.
        with suppress(StoreUnavailable):
            await self._store.forgive_guess(guesser, guess)

    async def _guess_in(self, guesser: str, now: float) -> int:
        """How often they have guessed wrong lately. Raises `TooSoon`."""
        count, last_at = await self._store.guesses(guesser, now=now, window_s=self._settings.guess_window_s)
        # A clock that was set back makes the last guess one to come; it is not waited for.
        wait_s = min(last_at, now) + guess_delay_s(count) - now
        if wait_s > 0:
            raise TooSoon("too-soon", f"Too many wrong codes. Try again in {round(wait_s + 0.5)} s.", wait_s)
        return count

    async def _digits(self, site: str) -> int:
        """How many a new code of a site has."""
        window_s = self._settings.guess_window_s
        wrong, _ = await self._store.guesses(_of_all(site), now=self._clock(), window_s=window_s)
        return CODE_DIGITS if wrong < self._settings.guess_alarm else LONG_CODE_DIGITS

    async def _drawing(self, site: str) -> Callable[[], str]:
        return partial(draw_code, await self._digits(site))

    async def _count_wrong(self, code: str, kind: str, site: str, now: float) -> None:
        """Of those alone that are as long as codes are now: who types a long one has typed a short one on the way."""
        if kind == "link" or len(code) != await self._digits(site):
            return
        alarm, window_s = self._settings.guess_alarm, self._settings.guess_window_s
        if await self._store.count_guess(_of_all(site), now=now, window_s=window_s, most=alarm) == alarm:
            log.warning("Many wrong codes are typed: new ones are longer, and guesses cost work.", extra={"site": site})

    async def _take(self, name: str, kind: str, site: Site, now: float, before: Before | None) -> CodeEntry | None:
        if before is not None:
            found = await self._store.find_code(name, [kind], site.key, now=now)
            if found is not None:
                await before(found)
        return await self._store.take_code(name, [kind], site.key, now=now)

    async def put_back(self, text: str, entry: CodeEntry) -> None:
        """Undoes a `take`, of which nothing came. Not where the agent has made another one meanwhile."""
        plain = text if entry.kind == "link" else normalise_code(text)
        shown = self.shown(entry.session)
        if shown is not None and plain not in (normalise_code(shown.code), shown.link.partition("#beside=")[2]):
            return
        await self._store.put_code(self._digest(plain, entry.site), entry, now=self._clock())

    async def _keep(self, draw: Callable[[], str], entry: CodeEntry) -> str:
        for _ in range(MAX_DRAWS):
            text = draw()
            if await self._store.put_code(self._digest(text, entry.site), entry, now=self._clock()):
                return text
        raise BesideError("No free share code was found.")

    def _name_of(self, guesser: str) -> str:
        """As whom the store counts them: of an address it is nobody's to read there."""
        return self._digest(guesser, "")

    def _digest(self, text: str, site: str) -> str:
        return digest(text, site, self._settings.secret_keys[0])


def _of_all(site: str) -> str:
    """As whose guesses those of every address at a site are counted; no address and no session is called so."""
    return f"site:{site}"
