"""Ways in for a shopper: share codes, shopper links, and codes that a waiting shopper asked for.

In the store a code is a keyed digest; in clear it is only in this process' memory, for the console that shows it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

from beside.bodies import ShareOffer
from beside.errors import BesideError, Refused, TooSoon
from beside.session import Session
from beside.settings import Settings
from beside.sharecodes import digest, draw_code, draw_secret, format_code, guess_delay_s, normalise_code
from beside.sites import Site
from beside.store.contract import CodeEntry, Store

# With a thousand live codes of a million, ten draws all taken is one in 10**30.
MAX_DRAWS = 10
# One sentence for every code that opens nothing: which of them it is, a guesser need not learn.
WRONG_CODE = Refused("wrong-code", "This code is wrong, was used already, or has expired. Ask for a new one.")


class Offers:
    """Makes and takes codes. A guess is counted against the address it came from, and no other waits for it."""

    def __init__(self, store: Store, settings: Settings, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._shown: dict[str, tuple[ShareOffer, float]] = {}
        self._guessing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def make(self, session: Session, site: Site) -> ShareOffer:
        """A new code and a new link of a session; what it had before is void."""
        await self._store.drop_codes(session.id)
        expires_at = self._clock() + self._settings.code_ttl_s
        entry = CodeEntry(
            kind="offer", site=site.key, session=session.id, ask="", locale=session.locale or "", expires_at=expires_at
        )
        code = await self._keep(draw_code, entry)
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
        return await self._keep(draw_code, entry), ask

    async def take(self, text: str, kind: str, site: Site, guesser: str) -> CodeEntry:
        """Spends a code or secret. `guesser`: who waits after wrong ones.

        Raises `Refused` "wrong-code" or "code-malformed", and `TooSoon` "too-soon" while the guesser must wait.
        """
        # One at a time, or a burst of guesses would all be judged before the first is counted.
        lock = self._guessing.setdefault(guesser, asyncio.Lock())
        async with lock:
            now = self._clock()
            count, last_at = await self._store.guesses(guesser, now=now, window_s=self._settings.guess_window_s)
            # A clock that was set back makes the last guess one to come; it is not waited for.
            wait_s = min(last_at, now) + guess_delay_s(count) - now
            if wait_s > 0:
                raise TooSoon("too-soon", f"Too many wrong codes. Try again in {round(wait_s + 0.5)} s.", wait_s)
            plain = text if kind == "link" else normalise_code(text)
            entry = await self._store.take_code(self._digest(plain, site.key), [kind], site.key, now=now)
            if entry is not None:
                return entry
            await self._store.count_guess(guesser, now=now, window_s=self._settings.guess_window_s)
        raise WRONG_CODE

    async def put_back(self, text: str, entry: CodeEntry) -> None:
        """Undoes a `take` that came too early."""
        plain = text if entry.kind == "link" else normalise_code(text)
        await self._store.put_code(self._digest(plain, entry.site), entry, now=self._clock())

    async def _keep(self, draw: Callable[[], str], entry: CodeEntry) -> str:
        for _ in range(MAX_DRAWS):
            text = draw()
            if await self._store.put_code(self._digest(text, entry.site), entry, now=self._clock()):
                return text
        raise BesideError("No free share code was found.")

    def _digest(self, text: str, site: str) -> str:
        return digest(text, site, self._settings.secret_keys[0])
