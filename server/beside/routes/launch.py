"""`/launch`: a page that spends nothing, and the click that spends the link."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beside.bodies import Launched, LaunchPreview, LaunchToken
from beside.parts import Parts
from beside.problems import answer_with
from beside.routes.door import HELD, Door, Operation
from beside.routes.exchange import CONSOLE, check_origin, read_body
from beside.routes.policies import console_headers
from beside.routes.static import page

_LINK = ("launch-invalid", "launch-expired", "unknown-site")
PREVIEW = Operation(
    name="previewLaunch",
    does="See what a launch link opens. Spends nothing.",
    origin=CONSOLE,
    takes=LaunchToken,
    gives=(LaunchPreview,),
    refuses=_LINK,
)
REDEEM = Operation(
    name="redeemLaunch",
    does="Spend a launch link: its session opens, and the answer sets the session's cookie.",
    origin=CONSOLE,
    takes=LaunchToken,
    gives=(Launched,),
    refuses=(*_LINK, "launch-used", "ended", "session-full", *HELD),
)


def launch_routes(parts: Parts) -> list[Route]:
    settings = parts.settings

    async def show(_: Request) -> Response:
        return page("launch.html", console_headers(settings))

    async def preview(request: Request) -> Response:
        check_origin(request, settings)
        body = await read_body(request, LaunchToken, settings)
        return answer_with(parts.launching.preview(body.token))

    async def redeem(request: Request) -> Response:
        check_origin(request, settings)
        body = await read_body(request, LaunchToken, settings)
        session, agent = await parts.launching.redeem(body.token)
        answer = answer_with(Launched(session.id, f"/s/{session.id}"))
        answer.set_cookie(
            f"beside_{session.id}",
            parts.signer.sign_cookie(session.id, agent.id),
            path=f"/s/{session.id}",
            secure=settings.is_https,
            httponly=True,
            samesite="strict",
        )
        return answer

    return [
        Route("/launch", show),
        Door("POST", "/launch/preview", preview, PREVIEW),
        Door("POST", "/launch/redeem", redeem, REDEEM),
    ]
