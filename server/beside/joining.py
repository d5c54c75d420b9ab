"""How a shopper comes in: code or link, consent, answer; and the other way round, by a code that they asked for.

Consent is given before any socket is open and by nothing but the shopper's answer to the question they were shown.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from beside import words
from beside.bodies import (
    Allowed,
    AskCode,
    AskedCode,
    ConsentAnswer,
    ConsentOffer,
    RedeemCode,
    Waiting,
    Work,
    WorkWanted,
)
from beside.errors import BesideError, Malformed, Refused, StoreUnavailable, TooSoon, WrongProtocol
from beside.grants import check, is_asked, may_answer_again
from beside.launching import new_id
from beside.ledger import Ledger
from beside.live import Live
from beside.offers import WRONG_CODE, Offers
from beside.protocol import PROTOCOL_VERSION, Grant
from beside.rates import Rate
from beside.session import Allowed as AllowedEvent
from beside.session import (
    ConsentLapsed,
    Declined,
    Ended,
    Participant,
    Redeemed,
    Session,
    TrailEntry,
    generation_of,
    participant_of,
    shopper_of,
)
from beside.settings import Settings
from beside.sharecodes import digest, normalise_code
from beside.sites import Site
from beside.store.contract import CodeEntry, Store
from beside.tokens import Signer
from beside.work import CHALLENGE_WINDOW_S, ROUNDS, is_proof

log = logging.getLogger("beside.joining")

# Control is not offered yet.
_GRANTS: tuple[Grant, ...] = ("view", "point")
OFFERED_GRANTS = frozenset(_GRANTS)
# Addresses remembered for the rate of asks, by each process for itself; the oldest is forgotten first.
MAX_ADDRESSES = 10_000
# An answer may be on its way when the question lapses; the session's own state decides then.
GRACE_S = 5.0
# Codes that could not be given back are tried again this often: an agent who is told to try again does so in seconds.
PERIOD_S = 0.5

_WRONG_ORIGIN = ("wrong-origin", "This page's origin is not one of the site's; add it in the sites file.")
_LAPSED = ("consent-lapsed", "The question waited too long, or was asked again elsewhere. Enter a new code.")
_rng = random.SystemRandom()


class Joining:
    """The shopper's side of a session's beginning. `origin` is the page's, `address` whose guesses are counted."""

    def __init__(self, store: Store, ledger: Ledger, offers: Offers, signer: Signer, settings: Settings) -> None:
        self._store = store
        self._ledger = ledger
        self._offers = offers
        self._signer = signer
        self._settings = settings
        # Tells other processes of a wait that is over: who asked for a code may wait at any of them.
        self.tell_over: Callable[[str], None] = lambda _: None
        self._asks: dict[str, Rate] = {}
        # Ask -> who waits for it to be claimed. The newest alone: a page that asks again has given the last one up.
        self._claims: dict[str, asyncio.Event] = {}
        # Ask -> a code that was spent for nothing, and the session that it was typed into. Until the store has it back.
        self._untaken: dict[str, tuple[Live, str, CodeEntry]] = {}

    async def redeem(self, body: RedeemCode, *, origin: str, address: str) -> ConsentOffer | WorkWanted:
        """A code or a link's secret opens the consent. Raises `Refused` with what is wrong, and `TooSoon`.

        While many wrong codes are typed at the site, whoever types one is asked for work first, whatever it opens.
        """
        site = self._site(body.site, body.protocol, origin)
        if (body.code is None) == (body.secret is None):
            raise Malformed("redeem", "$.code")
        text, kind = (body.secret, "link") if body.code is None else (body.code, "offer")
        assert text is not None
        if kind == "offer":
            wanted = await self._work_wanted(normalise_code(text), site, address, body.work)
            if wanted is not None:
                return wanted
        found: list[tuple[Live, Participant]] = []

        async def come(entry: CodeEntry) -> None:
            # Held elsewhere, it is spent there.
            live = await self._ledger.find_open(entry.session)
            agent = _named_agent(live)
            if agent is None:
                raise TooSoon("no-agent-yet", "The agent has not opened the session yet. Try again in a moment.", 5.0)
            found.append((live, agent))

        entry = await self._offers.take(text, kind, site, address, before=come)
        live, agent = found[0]
        try:
            await self._question(live, shopper=new_id(), agent=agent, locale=body.locale)
        except BesideError:
            # The session has gone elsewhere, or the store failed: a right code is not spent for that.
            stored = await self._store.load_session(entry.session)
            if stored is not None and stored.state == "offered":
                await self._offers.put_back(text, entry)
            raise
        return self._offer(live.session, site)

    async def _work_wanted(self, code: str, site: Site, address: str, work: Work | None) -> WorkWanted | None:
        if not await self._offers.is_alarmed(site, address):
            return None
        guesser = digest(address, site.key, self._settings.secret_keys[0])
        if work is not None:
            try:
                claims = self._signer.read_work(work.challenge, CHALLENGE_WINDOW_S)
            except Refused:
                # Too old, or of another relay: it is asked for anew.
                pass
            else:
                is_theirs = (claims.site, claims.guesser) == (site.key, guesser)
                if is_theirs and await asyncio.to_thread(is_proof, work.challenge, code, work.nonce):
                    return None
                if is_theirs:
                    await self._offers.count_false_proof(address)
        return WorkWanted(self._signer.sign_work(site.key, guesser), ROUNDS)

    async def ask(self, body: AskCode, *, origin: str, address: str) -> AskedCode:
        """A code for the shopper to read out."""
        site = self._site(body.site, body.protocol, origin)
        self._slow_down(address)
        code, ask = await self._offers.ask(site, body.locale)
        token = self._signer.sign_ask(ask, site.key, body.locale)
        return AskedCode(f"{code[:3]} {code[3:]}", token, self._settings.code_ttl_s)

    async def claim(self, session_id: str, agent: Participant, code: str) -> None:
        """An agent types the code that a shopper read out: that shopper is asked for consent to this session."""
        live = await self._ledger.find_open(session_id)
        site = self._settings.site(live.session.site)
        if site is None or live.session.state != "offered":
            raise Refused("wrong-state", "A shopper has joined this session already.")
        # An agent's guesses count against their session, not against the office that shares an address with shoppers.
        entry = await self._offers.take(code, "ask", site, f"session {session_id}", before=self._check_waiting)
        # It is back already, whether or not the store's answer to that has come.
        self._untaken.pop(entry.ask, None)
        try:
            await self._question(live, shopper=entry.ask, agent=agent, locale=entry.locale)
            is_theirs = await self._store.claim_ask(entry.ask, session_id, expires_at=entry.expires_at)
        except BesideError:
            # As in `redeem`: the shopper still reads it out, and has been asked nothing.
            self._untaken[entry.ask] = (live, code, entry)
            await self.give_back()
            if entry.ask not in self._untaken and is_asked(live.session, entry.ask):
                # It was kept, and only the store's answer lost.
                return
            raise
        if not is_theirs:
            # Cancelled at this very moment: nobody is there to answer.
            await self._ledger.change(live, Declined())
            raise Refused(*WRONG_CODE)
        self._end_wait(entry.ask)

    async def run(self) -> None:
        """Gives codes back until cancelled: a store that failed as one was used is as a rule still away then."""
        while True:
            await asyncio.sleep(PERIOD_S)
            await self.give_back()

    async def give_back(self) -> None:
        """Undoes the claims of which nothing came. What the store cannot keep now is tried again.

        A claim that the store has kept, though its answer was lost, is none of them: whoever waits is asked.
        """
        for ask, (live, code, entry) in list(self._untaken.items()):
            if ask not in self._untaken:
                # Given back meanwhile, and typed again.
                continue
            try:
                claimed = await self._store.claimed_session(ask, now=self._ledger.clock())
                if is_asked(live.session, ask):
                    if claimed == live.session.id:
                        self._end_wait(ask)
                    else:
                        with suppress(Refused):
                            await self._ledger.change(live, ConsentLapsed())
                # One that was claimed, or given up by who asked for it, opens nothing any more.
                if claimed is None and self._ledger.clock() < entry.expires_at:
                    await self._offers.put_back(code, entry)
            except BesideError as error:
                log.warning("A code could not be given back yet: %s", error)
            else:
                self._untaken.pop(ask, None)

    async def _check_waiting(self, entry: CodeEntry) -> None:
        if await self._store.claimed_session(entry.ask, now=self._ledger.clock()) is not None:
            raise Refused(*WRONG_CODE)

    def _end_wait(self, ask: str) -> None:
        self.wait_is_over(ask)
        self.tell_over(ask)

    def wait_is_over(self, ask: str) -> None:
        """Who waits for this code to be typed, if that is here, is told how it stands."""
        waiting = self._claims.get(ask)
        if waiting is not None:
            waiting.set()

    async def wait(self, token: str, *, origin: str) -> ConsentOffer | Waiting:
        """Waits until an agent has typed the asked code; `Waiting` says ask again."""
        claims = self._signer.read_ask(token, self._settings.code_ttl_s + self._settings.consent_window_s)
        site = self._site(claims.site, PROTOCOL_VERSION, origin)
        session_id = await self._claimed(claims.ask)
        if session_id is None:
            return Waiting(True)
        live = await self._ledger.find_open(session_id)
        if not is_asked(live.session, claims.ask):
            raise Refused(*_LAPSED)
        return self._offer(live.session, site)

    async def cancel(self, token: str, *, origin: str) -> None:
        """The shopper gave up the code that they asked for. What an agent made of it already counts as declined."""
        max_age_s = self._settings.code_ttl_s + self._settings.consent_window_s
        claims = self._signer.read_ask(token, max_age_s)
        self._site(claims.site, PROTOCOL_VERSION, origin)
        now = self._ledger.clock()
        # Claimed by no session: the code still stands in the store, and opens nothing any more.
        if not await self._store.claim_ask(claims.ask, "", expires_at=now + max_age_s):
            session_id = await self._store.claimed_session(claims.ask, now=now)
            live = await self._ledger.find(session_id) if session_id else None
            if live is not None and is_asked(live.session, claims.ask):
                await self._decline(live, claims.ask)
        self._end_wait(claims.ask)

    async def answer(self, body: ConsentAnswer, *, origin: str) -> Allowed:
        """The shopper's answer. The only place where a view is allowed."""
        claims = self._signer.read_consent(body.token, self._settings.consent_window_s + GRACE_S)
        live = await self._ledger.find_open(claims.session)
        self._site(live.session.site, PROTOCOL_VERSION, origin)
        shopper = shopper_of(live.session)
        if shopper is None or shopper.id != claims.participant:
            raise Refused(*_LAPSED)
        if not body.grants:
            await self._decline(live, shopper.id)
            return Allowed(live.session.id, None)
        if "view" not in body.grants or not set(body.grants) <= OFFERED_GRANTS:
            raise Malformed("answer", "$.grants")
        if not may_answer_again(live.session, shopper.id):
            try:
                await self._allow(live, body, shopper)
            except Refused:
                # By what the store has, which was read again: the first answer was kept, and only the store's own lost.
                if not may_answer_again(live.session, shopper.id):
                    raise
        if not set(live.session.grants) <= set(body.grants):
            await self._take_back(live, body, shopper)
        token = self._signer.sign_participant(live.session.id, shopper.id, "shopper", 1)
        return Allowed(live.session.id, token)

    async def stop(self, token: str, *, origin: str) -> None:
        """Ends the view for a page without a socket. A session that has ended is left as it is."""
        claims = self._signer.read_participant(token)
        if origin not in self._settings.shop_origins:
            # Also of a session that is gone, and its site with it: nobody else is told that it is.
            raise Refused(*_WRONG_ORIGIN)
        live = await self._ledger.find(claims.session)
        if live is None or live.session.state == "ended":
            return
        self._site(live.session.site, PROTOCOL_VERSION, origin)
        shopper = participant_of(live.session, claims.participant)
        if shopper is None or claims.generation < generation_of(shopper, claims.chain):
            raise Refused("opened-elsewhere", "This view was opened somewhere else; it goes on there.")
        check(live.session, shopper, "stop")
        await self._ledger.change(live, Ended(reason="shopper-stopped"))

    async def _allow(self, live: Live, body: ConsentAnswer, shopper: Participant) -> None:
        now = self._ledger.clock()
        grants = _granted(body)
        trail = [self._consent(body, shopper)]
        trail += [
            self._entry("join", person, name=person.name)
            for person in live.session.participants
            if person.admission == "admitted" and person.id in live.agents
        ]
        event = AllowedEvent(grants=grants, locale=body.locale, text_version=body.text_version)

        def begin(session: Session) -> Session:
            # Here, where the answer has been found possible: one that comes too late must not say that nobody is there.
            live.last_active_at = live.shopper_gone_at = live.agents_gone_at = now
            return session

        await self._ledger.change(live, event, edit=begin, trail=trail)
        if live.watching:
            live.agents_gone_at = None

    async def _take_back(self, live: Live, body: ConsentAnswer, shopper: Participant) -> None:
        """Of two answers the later one counts, where it grants less."""
        edit = partial(replace, grants=_granted(body))
        await self._ledger.change(live, None, edit=edit, trail=[self._consent(body, shopper)])

    async def _decline(self, live: Live, shopper: str) -> None:
        """A No. It takes back a Yes of which the shopper has seen nothing: no page of theirs has connected."""
        trail = [TrailEntry(at=self._ledger.clock(), kind="declined", participant=shopper)]
        try:
            await self._ledger.change(live, Declined(), trail=trail)
        except Refused:
            if not may_answer_again(live.session, shopper):
                raise
            await self._ledger.change(live, Ended(reason="shopper-stopped"), trail=trail)

    async def _question(self, live: Live, *, shopper: str, agent: Participant, locale: str) -> None:
        drawn, in_english = words.draw(locale, _rng)
        event = Redeemed(
            shopper=shopper, agent=agent.id, locale=locale, words=tuple(drawn), words_translated=tuple(in_english)
        )
        await self._ledger.change(live, event, trail=[TrailEntry(at=self._ledger.clock(), kind="redeemed")])
        with suppress(StoreUnavailable):
            # They are void with the session's state; its end forgets them again.
            await self._offers.forget(live.session.id)

    def _offer(self, session: Session, site: Site) -> ConsentOffer:
        shopper = shopper_of(session)
        agent = next((p for p in session.participants if p.role == "agent" and p.admission == "admitted"), None)
        if session.state != "asking" or shopper is None or agent is None:
            raise Refused(*_LAPSED)
        return ConsentOffer(
            token=self._signer.sign_consent(session.id, shopper.id),
            session=session.id,
            agent_name=agent.name,
            shop_name=site.name,
            words=list(session.words),
            expires_in_s=max(0.0, session.state_since + self._settings.consent_window_s - self._ledger.clock()),
        )

    async def _claimed(self, ask: str) -> str | None:
        self.wait_is_over(ask)
        event = self._claims[ask] = asyncio.Event()
        try:
            session_id = await self._store.claimed_session(ask, now=self._ledger.clock())
            if session_id is not None:
                return session_id
            async with asyncio.timeout(self._settings.wait_poll_s):
                await event.wait()
        except TimeoutError:
            return None
        finally:
            if self._claims.get(ask) is event:
                del self._claims[ask]
        return await self._store.claimed_session(ask, now=self._ledger.clock())

    def _site(self, key: str, protocol: int, origin: str) -> Site:
        if protocol != PROTOCOL_VERSION:
            raise WrongProtocol(PROTOCOL_VERSION, protocol)
        site = self._settings.site(key)
        if site is None:
            raise Refused("unknown-site", "This relay serves no site of this key. Check data-site in the script tag.")
        if origin not in site.origins:
            raise Refused(*_WRONG_ORIGIN)
        return site

    def _slow_down(self, address: str) -> None:
        rate = self._asks.pop(address, None) or Rate(
            self._settings.asks_per_minute / 60.0, float(self._settings.asks_per_minute)
        )
        self._asks[address] = rate
        while len(self._asks) > MAX_ADDRESSES:
            del self._asks[next(iter(self._asks))]
        if not rate.take(self._ledger.clock()):
            raise TooSoon("too-soon", "Too many codes were asked for. Try again in a minute.", 60.0)

    def _consent(self, body: ConsentAnswer, shopper: Participant) -> TrailEntry:
        grants = " ".join(_granted(body))
        return self._entry("consent", shopper, locale=body.locale, text_version=body.text_version, grants=grants)

    def _entry(self, kind: str, person: Participant, **detail: str) -> TrailEntry:
        return TrailEntry(at=self._ledger.clock(), kind=kind, participant=person.id, detail=detail)


def _granted(body: ConsentAnswer) -> tuple[Grant, ...]:
    return tuple(grant for grant in _GRANTS if grant in body.grants)


def _named_agent(live: Live) -> Participant | None:
    """Whom the consent names: the agent whose console is open, first come first; else the last who launched."""
    agents = [person for person in live.session.participants if person.role == "agent"]
    connected = [person for person in agents if person.id in live.agents]
    return connected[0] if connected else (agents[-1] if agents else None)
