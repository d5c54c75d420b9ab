"""`/api/sessions`: the REST API of helpdesks' back ends. A key opens its own site's sessions and no other's."""

from __future__ import annotations

import hashlib
from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from beside.bodies import CreatedSession, CreateSession, SessionReport
from beside.errors import Refused
from beside.parts import Parts
from beside.problems import answer_with
from beside.receipts import receipt_of
from beside.routes.door import API_KEY, HELD, Door, Operation
from beside.routes.exchange import identifier, read_body
from beside.session import Session
from beside.sites import Site

# To Python, the separators of ASCII are blanks too.
_NOT_BLANK = r"[^\s\x1c-\x1f]"
# What is blank only is refused in words of its own, and not as malformed.
_FILLED = {"properties": {"ticket": {"pattern": _NOT_BLANK}, "agentName": {"pattern": _NOT_BLANK}}}
CREATE = Operation(
    name="createSession",
    does="Open a session for a ticket, or offer the one that still waits for its shopper anew.",
    key=API_KEY,
    takes=Annotated[CreateSession, Meta(extra_json_schema=_FILLED)],
    gives=(CreatedSession,),
    status=201,
    refuses=("empty", "ticket-open", *HELD),
)
REPORT = Operation(
    name="reportSession",
    does="See how a session stands, with its receipt so far.",
    key=API_KEY,
    gives=(SessionReport,),
    refuses=("unknown-session", *HELD),
)
ERASE = Operation(
    name="eraseSession",
    does="End a session and delete all that is kept of it.",
    key=API_KEY,
    status=204,
    refuses=("unknown-session", *HELD),
)


def digest_of_key(key: str) -> str:
    """What is stored of an API key. It has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def api_routes(parts: Parts) -> list[Door]:
    async def create(request: Request) -> Response:
        site = await _site(request)
        body = await read_body(request, CreateSession, parts.settings)
        if not (body.ticket.strip() and body.agent_name.strip()):
            raise Refused("empty", "ticket and agentName must not be empty.")
        return answer_with(await parts.launching.create(site, body), 201)

    async def report(request: Request) -> Response:
        session = await _session(request)
        live = await parts.ledger.find(session.id)
        if live is not None:
            await parts.ledger.flush(live)
            session = live.session
        receipt = receipt_of(session, await parts.store.trail(session.id))
        return answer_with(SessionReport(session.id, session.state, receipt))

    async def erase(request: Request) -> Response:
        session = await _session(request)
        await parts.ledger.erase(session.id)
        return Response(status_code=204)

    async def _site(request: Request) -> Site:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise Refused("no-api-key", "Send an API key: Authorization: Bearer KEY. `beside apikey create` makes one.")
        found = await parts.store.api_key(digest_of_key(key.strip()))
        if found is None or found.revoked_at is not None:
            raise Refused("wrong-api-key", "This API key is not known here, or was revoked.")
        site = parts.settings.site(found.site)
        if site is None:
            raise Refused("wrong-api-key", "This API key is of a site that this relay serves no more.")
        return site

    async def _session(request: Request) -> Session:
        site = await _site(request)
        session = await parts.ledger.load(identifier(request))
        if session is None or session.site != site.key:
            raise Refused("unknown-session", "This site has no session of that id.")
        return session

    return [
        Door("POST", "/api/sessions", create, CREATE),
        Door("GET", "/api/sessions/{session}", report, REPORT),
        Door("DELETE", "/api/sessions/{session}", erase, ERASE),
    ]
