"""The helpdesk's pages, and the door through which Beside's receipts come in."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from beside.demo.csrf import read_form
from beside.demo.headers import SecurityHeaders, policy
from beside.demo.helpdesk.config import HelpdeskConfig, LaunchRequest
from beside.demo.helpdesk.receipt_note import BadDelivery, read_delivery
from beside.demo.helpdesk.render import STATIC, acting_agent, render
from beside.demo.helpdesk.seeds import AGENTS
from beside.demo.helpdesk.store import Ticket, TicketStore

COOKIE_MAX_AGE_S = 12 * 60 * 60
MAX_REPLY_LENGTH = 4000
# A receipt of a long session is some kilobytes; what is larger was not sent by Beside.
MAX_WEBHOOK_BYTES = 512 * 1024
STATUSES = ("open", "pending", "solved")


def create_helpdesk(config: HelpdeskConfig) -> Starlette:
    """Build the helpdesk's application and its database, with the demo's tickets when the file is new."""
    store = TicketStore(config.database)
    store.open()
    desk = Desk(config, store)
    return Starlette(
        routes=[
            Route("/", desk.tickets),
            Route("/tickets/{id}", desk.ticket),
            Route("/tickets/{id}/reply", desk.reply, methods=["POST"]),
            Route("/tickets/{id}/status", desk.set_status, methods=["POST"]),
            Route("/tickets/{id}/launch", desk.launch, methods=["POST"]),
            Route("/agent", desk.switch_agent, methods=["POST"]),
            Route("/webhooks/beside", desk.receive_webhook, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            # Chrome checks where a form's answer redirects to as well: starting co-browsing leads to the console.
            Middleware(SecurityHeaders, {"Content-Security-Policy": _policy(config)}),
            Middleware(SessionMiddleware, secret_key=config.secret, session_cookie="desk", max_age=COOKIE_MAX_AGE_S),
        ],
        exception_handlers={HTTPException: _explain},
    )


class Desk:
    """The pages, over one configuration and one store."""

    def __init__(self, config: HelpdeskConfig, store: TicketStore) -> None:
        self._config = config
        self._store = store

    async def tickets(self, request: Request) -> Response:
        """List the tickets."""
        return await render(request, self._store, "tickets.j2", current=None)

    async def ticket(self, request: Request) -> Response:
        """Show one ticket with its timeline."""
        return await self._page_of(request, await self._ticket(request))

    async def reply(self, request: Request) -> Response:
        """Add a reply of the acting agent."""
        ticket = await self._ticket(request)
        text = (await read_form(request)).get("text", "")[:MAX_REPLY_LENGTH]
        if not text:
            return await self._page_of(request, ticket, reply_error="Write something first.", status=422)
        await run_in_threadpool(self._store.add_entry, ticket.id, "message", acting_agent(request), text)
        return RedirectResponse(f"/tickets/{ticket.id}#end", 303)

    async def set_status(self, request: Request) -> Response:
        """Open, park or solve a ticket."""
        ticket = await self._ticket(request)
        status = (await read_form(request)).get("status")
        if status not in STATUSES:
            raise HTTPException(422, "A ticket is open, pending or solved.")
        await run_in_threadpool(self._store.set_status, ticket.id, status)
        return RedirectResponse(f"/tickets/{ticket.id}", 303)

    async def launch(self, request: Request) -> Response:
        """Make a launch link for the acting agent and lead there; with `show` print the link instead.

        The link is never kept: it is a key, good once, and a timeline is read by many.
        """
        ticket = await self._ticket(request)
        form = await read_form(request)
        agent = acting_agent(request)
        link = self._config.make_launch_link(LaunchRequest(ticket.id, ticket.subject, agent, ticket.language))
        await run_in_threadpool(self._store.add_entry, ticket.id, "event", agent, "made a co-browsing link.")
        if "show" in form:
            return await self._page_of(request, ticket, link=link)
        return RedirectResponse(link, 303)

    async def switch_agent(self, request: Request) -> Response:
        """Act as the other demo agent from now on, in this browser."""
        form = await read_form(request)
        if form.get("agent") not in AGENTS:
            raise HTTPException(422, "There is no such agent.")
        request.session["agent"] = form["agent"]
        ticket = await run_in_threadpool(self._store.ticket, form.get("ticket", ""))
        return RedirectResponse(f"/tickets/{ticket.id}" if ticket else "/", 303)

    async def receive_webhook(self, request: Request) -> Response:
        """Take a receipt from Beside: 401 when it is not signed, 404 for a ticket that is not here, 204 when kept."""
        body = await _read_at_most(request, MAX_WEBHOOK_BYTES)
        if body is None:
            return PlainTextResponse("The delivery is too large.\n", 413)
        if not self._config.verify_webhook(dict(request.headers), body):
            return PlainTextResponse("The delivery is not signed by Beside, or is too old.\n", 401)
        try:
            delivery = read_delivery(body)
        except BadDelivery as error:
            return PlainTextResponse(f"{error}\n", 422)
        if not await run_in_threadpool(self._store.keep_receipt, delivery):
            return PlainTextResponse("There is no such ticket.\n", 404)
        return Response(status_code=204)

    async def _ticket(self, request: Request) -> Ticket:
        ticket = await run_in_threadpool(self._store.ticket, request.path_params["id"])
        if ticket is None:
            raise HTTPException(404, "There is no such ticket.")
        return ticket

    async def _page_of(
        self, request: Request, ticket: Ticket, *, link: str | None = None, reply_error: str = "", status: int = 200
    ) -> Response:
        timeline = await run_in_threadpool(self._store.timeline, ticket.id)
        return await render(
            request,
            self._store,
            "ticket.j2",
            status=status,
            current=ticket,
            timeline=timeline,
            link=link,
            reply_error=reply_error,
            statuses=STATUSES,
        )


async def _read_at_most(request: Request, max_bytes: int) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            return None
    return bytes(body)


async def _explain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", error.status_code)


def _policy(config: HelpdeskConfig) -> str:
    return policy(
        script_src="'self'",
        style_src="'self'",
        img_src="'self' data:",
        font_src="'self'",
        form_action=f"'self' {config.console_origin}",
        frame_ancestors="'none'",
    )
