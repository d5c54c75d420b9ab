"""`/s/ID`: one session's console. Everything but the empty page needs that session's own cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beside.bodies import ClaimCode, ConsoleState, Receipt, ShareOffer, SocketPass
from beside.errors import Refused
from beside.grants import check
from beside.parts import Parts
from beside.problems import answer_with
from beside.protocol import PROTOCOL_VERSION
from beside.receipts import receipt_of
from beside.routes.door import CONSOLE_COOKIE, HELD, Door, Operation
from beside.routes.exchange import CONSOLE, Empty, check_origin, identifier, no_body, read_body
from beside.routes.mirror_document import mirror_answer
from beside.routes.policies import asset_headers, console_headers, mirror_headers
from beside.routes.static import page
from beside.session import Ended, Participant, Session, participant_of
from beside.sites import Site

STATE = Operation(
    name="consoleState",
    does="All that a console needs to open.",
    key=CONSOLE_COOKIE,
    gives=(ConsoleState,),
    refuses=HELD,
)
RECEIPT = Operation(
    name="consoleReceipt",
    does="The receipt so far, for an agent whom the shopper has let in.",
    key=CONSOLE_COOKIE,
    gives=(Receipt,),
    refuses=("not-admitted", *HELD),
)
PASS = Operation(
    name="passSocket",
    does="A token for one connect of the agent's socket.",
    key=CONSOLE_COOKIE,
    origin=CONSOLE,
    takes=Empty,
    gives=(SocketPass,),
    refuses=("ended", *HELD),
)
CODE = Operation(
    name="renewOffer",
    does="A new share code and shopper link; those before are void.",
    key=CONSOLE_COOKIE,
    origin=CONSOLE,
    takes=Empty,
    gives=(ShareOffer,),
    refuses=("ended", "wrong-state", *HELD),
)
CLAIM = Operation(
    name="claimCode",
    does="Type the code that a shopper reads out: they are asked for consent.",
    key=CONSOLE_COOKIE,
    origin=CONSOLE,
    takes=ClaimCode,
    status=204,
    refuses=("ended", "wrong-state", "code-malformed", "wrong-code", "too-soon", *HELD),
)
END = Operation(
    name="endSession",
    does="End the session.",
    key=CONSOLE_COOKIE,
    origin=CONSOLE,
    takes=Empty,
    status=204,
    refuses=("ended", "wrong-state", "not-admitted", *HELD),
)


def console_routes(parts: Parts) -> list[Route]:
    doors = _Console(parts)
    return [
        Route("/s/{session}", doors.show),
        Door("GET", "/s/{session}/state", doors.state, STATE),
        Route("/s/{session}/mirror", doors.mirror),
        Route("/s/{session}/assets/{asset}", doors.asset),
        Door("GET", "/s/{session}/receipt", doors.receipt, RECEIPT),
        Door("POST", "/s/{session}/pass", doors.hand_pass, PASS),
        Door("POST", "/s/{session}/code", doors.make_code, CODE),
        Door("POST", "/s/{session}/claim", doors.claim, CLAIM),
        Door("POST", "/s/{session}/end", doors.end, END),
    ]


class _Console:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def show(self, request: Request) -> Response:
        identifier(request)
        return page("console.html", console_headers(self._parts.settings))

    async def state(self, request: Request) -> Response:
        session, agent, site = await self._who(request)
        now = self._parts.ledger.clock()
        return answer_with(
            ConsoleState(
                session=session.id,
                site_name=site.name,
                ticket=session.ticket,
                subject=session.subject,
                agent_name=agent.name,
                agent=agent.id,
                state=session.state,
                consent_age_s=None if session.consent_at is None else max(0.0, now - session.consent_at),
                shop_url=site.shop_url,
                offer=self._parts.offers.shown(session.id) if session.state == "offered" else None,
                words=list(session.words) or None,
                words_translated=list(session.words_translated) or None,
                asset_origins=list(site.asset_origins),
            )
        )

    async def mirror(self, request: Request) -> Response:
        session, _, site = await self._who(request)
        # Nothing else of the relay's is an image to the mirror.
        headers = mirror_headers(site, f"{self._parts.settings.public_url}/s/{session.id}/assets/")
        return mirror_answer(request, headers)

    async def asset(self, request: Request) -> Response:
        """A picture that the shopper's page uploaded: for the mirror alone, and for agents who may see the page."""
        session, agent, _ = await self._who(request)
        live = await self._parts.ledger.find_open(session.id)
        check(live.session, agent, "asset")
        picture = live.assets.find(identifier(request, "asset"))
        if picture is None:
            raise Refused("not-found", "This picture is not here any more. Ask the shopper to load the page again.")
        # Opened by itself, or by another site, it would be a document; browsers say for what they ask (Fetch Metadata).
        if request.headers.get("sec-fetch-dest", "image") != "image":
            raise Refused("wrong-use", "Uploaded pictures are shown in the mirror only.")
        return Response(picture.data, headers=asset_headers(picture.media_type), media_type=picture.media_type)

    async def receipt(self, request: Request) -> Response:
        session, agent, _ = await self._who(request)
        if session.consent_at is not None and agent.admission != "admitted":
            # It tells which pages the shopper saw and which fields were on them.
            raise Refused("not-admitted", "The shopper has not let you in, so this receipt is not yours to read.")
        live = await self._parts.ledger.find(session.id)
        if live is not None:
            await self._parts.ledger.flush(live)
            session = live.session
        return answer_with(receipt_of(session, await self._parts.store.trail(session.id)))

    async def hand_pass(self, request: Request) -> Response:
        session, agent, _ = await self._post(request)
        await self._parts.ledger.find_open(session.id)
        token = self._parts.signer.sign_participant(session.id, agent.id, "agent", agent.generation + 1)
        return answer_with(SocketPass(token, PROTOCOL_VERSION))

    async def make_code(self, request: Request) -> Response:
        session, _, site = await self._post(request)
        live = await self._parts.ledger.find_open(session.id)
        if live.session.state != "offered":
            raise Refused("wrong-state", "A shopper has joined this session already.")
        return answer_with(await self._parts.offers.renew(session, site))

    async def claim(self, request: Request) -> Response:
        check_origin(request, self._parts.settings)
        session, agent, _ = await self._who(request)
        body = await read_body(request, ClaimCode, self._parts.settings)
        await self._parts.joining.claim(session.id, agent, body.code)
        return Response(status_code=204)

    async def end(self, request: Request) -> Response:
        session, agent, _ = await self._post(request)
        live = await self._parts.ledger.find_open(session.id)
        check(live.session, agent, "end")
        await self._parts.ledger.change(live, Ended(reason="agent-ended"))
        return Response(status_code=204)

    async def _post(self, request: Request) -> tuple[Session, Participant, Site]:
        check_origin(request, self._parts.settings)
        who = await self._who(request)
        await no_body(request, self._parts.settings)
        return who

    async def _who(self, request: Request) -> tuple[Session, Participant, Site]:
        """The session of the address and the agent of its cookie. Raises `Refused`."""
        session_id = identifier(request)
        cookie = request.cookies.get(f"beside_{session_id}")
        if cookie is None:
            raise Refused("no-cookie", "This browser has not opened this session; use the ticket's launch link.")
        claims = self._parts.signer.read_cookie(cookie)
        session = await self._parts.ledger.load(session_id)
        agent = self._agent_of(session, claims.participant) if session and claims.session == session_id else None
        site = self._parts.settings.site(session.site) if session else None
        if session is None or agent is None or agent.role != "agent" or site is None:
            raise Refused("unknown-session", "There is no such session any more.")
        return session, agent, site

    def _agent_of(self, session: Session, participant: str) -> Participant | None:
        live = self._parts.ledger.held(session.id)
        return live.participant(participant) if live is not None else participant_of(session, participant)
