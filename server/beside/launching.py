"""Sessions begin here: launch links are read and spent, sessions opened, agents given their place in them."""

from __future__ import annotations

import secrets

from msgspec.structs import replace

from beside.bodies import CreatedSession, CreateSession, LaunchPreview
from beside.errors import Conflict, Refused
from beside.ledger import Ledger
from beside.live import Live
from beside.offers import Offers
from beside.session import Participant, Session, TrailEntry, with_participant
from beside.settings import Settings
from beside.sites import Site
from beside.store.contract import Store
from beside.tokens import LaunchClaims, Signer, site_of_launch

# A ticket that is opened again and again, by many, is still one session.
MAX_AGENTS_KNOWN = 50


def new_id() -> str:
    """128 random bits, fit for an address."""
    return secrets.token_urlsafe(16)


class Launching:
    """From a ticket to an open session with a named agent."""

    def __init__(self, store: Store, ledger: Ledger, offers: Offers, signer: Signer, settings: Settings) -> None:
        self._store = store
        self._ledger = ledger
        self._offers = offers
        self._signer = signer
        self._settings = settings
        # A site's own links are signed with its own secrets: a helpdesk can open its tickets and no other shop's.
        self._site_signers = {
            site.key: Signer(site.launch_secrets, clock=ledger.clock) for site in settings.sites if site.launch_secrets
        }

    def preview(self, token: str) -> LaunchPreview:
        """What a launch link opens. Spends nothing."""
        claims, site = self._read(token)
        return LaunchPreview(site.name, claims.ticket, claims.subject, claims.agent_name)

    async def redeem(self, token: str) -> tuple[Session, Participant]:
        """Spends a launch link: joins the ticket's open session, or opens one. Raises `Refused` "launch-used"."""
        claims, site = self._read(token)
        now = self._ledger.clock()
        used = Refused("launch-used", "This launch link was used before. Start again from the ticket.")
        if await self._store.is_spent(claims.id, now=now):
            raise used
        # Before it is spent: the session may be held elsewhere, and then it is spent there; and it may have no room.
        live = await self._live_of(claims, site)
        agents = [person for person in live.session.participants if person.role == "agent"]
        if sum(person.id in live.agents for person in agents) >= self._settings.max_agents:
            raise Refused("session-full", "This session has all the agents it may have.")
        # Twice its life: also a link from a clock ahead of ours is remembered until it has expired.
        if not await self._store.spend(claims.id, expires_at=now + 2 * self._settings.launch_ttl_s + 120, now=now):
            raise used
        agent = Participant(id=new_id(), role="agent", name=claims.agent_name, admission="waiting")
        entry = TrailEntry(at=now, kind="launch", participant=agent.id, detail={"name": agent.name})

        def take_in(session: Session) -> Session:
            return with_participant(_with_room(session, live), agent)

        await self._ledger.change(live, None, edit=take_in, trail=[entry])
        if live.session.state == "offered" and self._offers.shown(live.session.id) is None:
            await self._offers.make(live.session, site)
        return live.session, agent

    async def create(self, site: Site, wanted: CreateSession) -> CreatedSession:
        """The REST way: a session with its links. A ticket's session that still waits is offered anew."""
        claims = LaunchClaims(
            site=site.key,
            ticket=wanted.ticket,
            subject=wanted.subject,
            agent_name=wanted.agent_name,
            locale=wanted.locale,
            id=new_id(),
            session=None,
        )
        live = await self._live_of(claims, site)
        if live.session.state != "offered":
            raise Refused("ticket-open", "This ticket has an open session that a shopper has joined; end it first.")
        offer = await self._offers.renew(live.session, site)
        token = self._signer.sign_launch(
            LaunchClaims(
                site=site.key,
                ticket=wanted.ticket,
                subject=wanted.subject,
                agent_name=wanted.agent_name,
                locale=wanted.locale,
                id=claims.id,
                session=live.session.id,
            )
        )
        return CreatedSession(
            session=live.session.id,
            code=offer.code,
            code_expires_in_s=offer.expires_in_s,
            console_link=f"{self._settings.public_url}/launch#{token}",
            shopper_link=offer.link,
        )

    def _read(self, token: str) -> tuple[LaunchClaims, Site]:
        site_signer = self._site_signers.get(site_of_launch(token) or "")
        try:
            claims = self._signer.read_launch(token, self._settings.launch_ttl_s)
        except Refused as error:
            if site_signer is None or error.code != "launch-invalid":
                raise
            claims = site_signer.read_launch(token, self._settings.launch_ttl_s)
            if claims.site != site_of_launch(token):
                # A shop whose secret is good opens its own tickets and no other's.
                raise
        site = self._settings.site(claims.site)
        if site is None:
            raise Refused("unknown-site", "This launch link is of a site that this relay does not serve.")
        return claims, site

    async def _live_of(self, claims: LaunchClaims, site: Site) -> Live:
        live = await self._find(claims, site)
        if live is not None:
            return live
        now = self._ledger.clock()
        session = Session(
            id=new_id(),
            site=site.key,
            ticket=claims.ticket,
            subject=claims.subject,
            locale=claims.locale,
            created_at=now,
            state_since=now,
            policy_version=site.policy_version,
            echo_key=secrets.token_hex(8),
        )
        try:
            return await self._ledger.insert(session, TrailEntry(at=now, kind="created"))
        except Conflict:
            # Two links of one ticket at the same moment: the other one opened it.
            live = await self._find(claims, site)
            if live is None:
                raise
            return live

    async def _find(self, claims: LaunchClaims, site: Site) -> Live | None:
        """The session that a link names, or the one that its ticket has open. Raises `Refused`."""
        if claims.session is not None:
            live = await self._ledger.find_open(claims.session)
            if (live.session.site, live.session.ticket) != (site.key, claims.ticket):
                raise Refused("launch-invalid", "This launch link does not fit its session; start again.")
            return live
        existing = await self._store.open_session_of(site.key, claims.ticket)
        return None if existing is None else await self._ledger.find_stored(existing)


def _with_room(session: Session, live: Live) -> Session:
    """Forgets the agents who came first and neither watched nor are there: each commit writes all of them down."""
    agents = [person for person in session.participants if person.role == "agent"]
    idle = [person.id for person in agents if person.admission != "admitted" and person.id not in live.agents]
    forgotten = idle[: max(0, len(agents) - MAX_AGENTS_KNOWN + 1)]
    return replace(session, participants=tuple(p for p in session.participants if p.id not in forgotten))
