"""How a view moves: to another tab, or to another origin of the same shop, by a secret that is good once for a minute.

The secret stands for what two pages agreed upon; the token itself never leaves the page that it was given to. Why:
docs/decisions/0006-a-view-moves-by-a-secret-that-is-spent-once.md.
"""

from __future__ import annotations

import secrets
from functools import partial

from beside.bodies import HandedOver, HandOver, TakenOver, TakeOver
from beside.errors import BesideError, Conflict, Refused, StoreUnavailable, TooSoon, WrongProtocol
from beside.grants import CONSENTED
from beside.ledger import Ledger
from beside.protocol import PROTOCOL_VERSION
from beside.rates import Rate
from beside.session import (
    Participant,
    Session,
    TrailEntry,
    generation_of,
    participant_of,
    shopper_of,
    with_generation,
    with_participant,
)
from beside.settings import Settings
from beside.sharecodes import digest
from beside.sites import Site
from beside.store.contract import CodeEntry, Store
from beside.tokens import Signer

# A slow page load is over within half of it; a link that is found in a history later opens nothing.
HAND_OVER_S = 60.0
# Tokens that a page holds: the one in use, and the next. A move leaves both of them behind.
PASSED_OVER = 2
# A page asks when the shopper presses a link to another of the shop's origins, or continues in another tab.
HAND_OVERS_PER_MINUTE = 30
MAX_SESSIONS = 10_000
GONE = ("wrong-code", "This view was moved already, or it waited too long.")
ELSEWHERE = ("opened-elsewhere", "This view was opened somewhere else; it goes on there.")


class Moving:
    """Secrets for a move, and who spends them. `origin` is always the asking page's."""

    def __init__(self, store: Store, ledger: Ledger, signer: Signer, settings: Settings) -> None:
        self._store = store
        self._ledger = ledger
        self._signer = signer
        self._settings = settings
        self._rates: dict[str, Rate] = {}

    async def hand_over(self, body: HandOver, *, origin: str) -> HandedOver:
        """A secret that `body.target`, one of the site's origins, may spend. Raises `Refused` and `TooSoon`."""
        claims = self._signer.read_participant(body.token)
        live = await self._ledger.find_open(claims.session)
        site = self._settings.site(live.session.site)
        shopper = participant_of(live.session, claims.participant)
        if site is None or shopper is None or shopper.role != "shopper" or claims.role != "shopper":
            raise Refused("token-invalid", "This page's place in the session is not known here; start again.")
        if claims.generation < generation_of(shopper, claims.chain):
            raise Refused(*ELSEWHERE)
        if origin not in site.origins or body.target not in site.origins or claims.chain not in ("", origin):
            raise Refused("wrong-origin", "A view moves between the listed origins of one site only.")
        _check_consented(live.session)
        self._slow_down(live.session.id)
        secret = secrets.token_urlsafe(24)
        entry = CodeEntry(
            kind="handover",
            site=site.key,
            session=live.session.id,
            ask=claims.chain if body.target == origin else body.target,
            locale="",
            expires_at=self._ledger.clock() + HAND_OVER_S,
        )
        await self._store.put_code(self._digest(secret, site, origin, body.target), entry, now=self._ledger.clock())
        return HandedOver(secret, HAND_OVER_S)

    async def take_over(self, body: TakeOver, *, origin: str) -> TakenOver:
        """Spends a secret: the view goes on at the asking page, and every older token of its chain is void."""
        if body.protocol != PROTOCOL_VERSION:
            raise WrongProtocol(PROTOCOL_VERSION, body.protocol)
        site = self._settings.site(body.site)
        if site is None:
            raise Refused("unknown-site", "This relay serves no site of this key. Check data-site in the script tag.")
        now = self._ledger.clock()
        name = self._digest(body.secret, site, body.source, origin)
        found = await self._store.find_code(name, ["handover"], site.key, now=now)
        if found is None:
            raise Refused(*GONE)
        # Before it is spent: the session may be held elsewhere, and then it is spent there.
        live = await self._ledger.find_open(found.session)
        entry = await self._store.take_code(name, ["handover"], site.key, now=now)
        if entry is None:
            raise Refused(*GONE)
        shopper = shopper_of(live.session)
        if shopper is None:
            raise Refused("ended", "This session has ended. Start a new one from the ticket.")
        moved = TrailEntry(at=now, kind="move", participant=shopper.id, detail={"origin": origin})
        try:
            await self._ledger.change(live, None, edit=partial(_pass_on, chain=entry.ask), trail=[moved])
        except BesideError as error:
            # It is spent for what the rules say, and not because the store failed or the session went elsewhere.
            if live.has_left or isinstance(error, StoreUnavailable | Conflict):
                await self._store.put_code(name, entry, now=now)
            raise
        person = shopper_of(live.session) or shopper
        live.moves += 1
        return TakenOver(
            session=live.session.id,
            token=self._signer.sign_participant(
                live.session.id, person.id, "shopper", generation_of(person, entry.ask), entry.ask
            ),
            age_s=max(0.0, now - (live.session.consent_at or now)),
            agents=_names_of_agents(live.session),
        )

    def _digest(self, secret: str, site: Site, source: str, target: str) -> str:
        # Both origins are part of what the secret is kept under: at another one it is nothing, and so it is for a
        # shopper who came from anywhere else (somebody sent them a link to a view that they never allowed).
        return digest(secret, f"{site.key} {source} {target}", self._settings.secret_keys[0])

    def _slow_down(self, session: str) -> None:
        rate = self._rates.pop(session, None) or Rate(HAND_OVERS_PER_MINUTE / 60.0, float(HAND_OVERS_PER_MINUTE))
        self._rates[session] = rate
        while len(self._rates) > MAX_SESSIONS:
            del self._rates[next(iter(self._rates))]
        if not rate.take(self._ledger.clock()):
            raise TooSoon("too-soon", "This view was to be moved too often. Try again in a minute.", 60.0)


def _check_consented(session: Session) -> None:
    if session.state not in CONSENTED:
        raise Refused("wrong-state", f"That is not possible while the session is {session.state}.")


def _names_of_agents(session: Session) -> list[str]:
    agents = [person for person in session.participants if person.role == "agent" and person.admission != "refused"]
    return [person.name for person in agents if person.admission == "admitted"] or [person.name for person in agents]


def _pass_on(session: Session, *, chain: str) -> Session:
    _check_consented(session)
    shopper = shopper_of(session)
    if shopper is None:
        raise Refused("wrong-state", "Nobody shares anything in this session.")
    moved: Participant = with_generation(shopper, chain, generation_of(shopper, chain) + PASSED_OVER)
    return with_participant(session, moved)
