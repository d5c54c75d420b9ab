"""Turns a request and a template into a page of the helpdesk: list of tickets, acting agent and form token on each."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from beside.demo.csrf import csrf_token
from beside.demo.helpdesk.receipt_note import receipt_lines
from beside.demo.helpdesk.seeds import AGENTS
from beside.demo.helpdesk.store import TicketStore
from beside.demo.templates import templates_in

STATIC = Path(__file__).parents[1] / "static"
LANGUAGES = {"en": "English", "ar": "Arabic", "zh": "Chinese", "de": "German", "fr": "French"}
_TEMPLATES = templates_in(Path(__file__).parent / "templates")


def acting_agent(request: Request) -> str:
    """Give the demo agent that this browser acts as; a real desk would have logged one in."""
    agent = request.session.get("agent")
    return agent if agent in AGENTS else AGENTS[0]


async def render(request: Request, store: TicketStore, template: str, *, status: int = 200, **context: Any) -> Response:
    """Render a page; it is never stored by the browser, as it may hold a launch link."""
    page = _TEMPLATES.TemplateResponse(
        request,
        template,
        {
            "tickets": await run_in_threadpool(store.tickets),
            "agent": acting_agent(request),
            "agents": AGENTS,
            "csrf": csrf_token(request),
            **context,
        },
        status_code=status,
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def ago(at: datetime) -> str:
    """Write how long ago something was, as people say it: "4 min ago"."""
    minutes = int((datetime.now(UTC) - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 24 * 60 else f"{at:%d %b %Y}"


def initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()


_TEMPLATES.env.globals.update(ago=ago, initials=initials, languages=LANGUAGES, receipt_lines=receipt_lines)
