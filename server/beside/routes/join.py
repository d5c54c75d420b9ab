"""`/join`: what the shop's pages ask before any socket is open. No cookie is read and none is set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beside.bodies import AskCode, CancelAsk, ConsentAnswer, HandOver, RedeemCode, StopView, TakeOver, WaitClaim
from beside.callers import caller_of
from beside.errors import BesideError
from beside.parts import Parts
from beside.problems import answer_with, problem
from beside.routes.exchange import origin, read_body

# Any page may read the answers: they carry no cookie's authority, and a page of an origin that is not listed must be
# able to read why it is refused. The origin itself is checked by the rules, in words.
_CORS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "7200",
}

Door = Callable[[Request], Awaitable[Response]]


def join_routes(parts: Parts) -> list[Route]:
    joining, settings = parts.joining, parts.settings

    async def redeem(request: Request) -> Response:
        body = await read_body(request, RedeemCode, settings)
        return answer_with(await joining.redeem(body, origin=origin(request), address=caller_of(request, settings)))

    async def ask(request: Request) -> Response:
        body = await read_body(request, AskCode, settings)
        return answer_with(await joining.ask(body, origin=origin(request), address=caller_of(request, settings)))

    async def wait(request: Request) -> Response:
        body = await read_body(request, WaitClaim, settings)
        return answer_with(await joining.wait(body.token, origin=origin(request)))

    async def cancel(request: Request) -> Response:
        body = await read_body(request, CancelAsk, settings)
        await joining.cancel(body.token, origin=origin(request))
        return Response(status_code=204)

    async def answer(request: Request) -> Response:
        body = await read_body(request, ConsentAnswer, settings)
        return answer_with(await joining.answer(body, origin=origin(request)))

    async def hand_over(request: Request) -> Response:
        body = await read_body(request, HandOver, settings)
        return answer_with(await parts.moving.hand_over(body, origin=origin(request)))

    async def take_over(request: Request) -> Response:
        body = await read_body(request, TakeOver, settings)
        return answer_with(await parts.moving.take_over(body, origin=origin(request)))

    async def stop(request: Request) -> Response:
        body = await read_body(request, StopView, settings)
        await joining.stop(body.token, origin=origin(request))
        return Response(status_code=204)

    doors = {
        "redeem": redeem,
        "ask": ask,
        "wait": wait,
        "cancel": cancel,
        "answer": answer,
        "hand-over": hand_over,
        "take-over": take_over,
        "stop": stop,
    }
    return [Route(f"/join/{name}", _crossing(door), methods=["POST", "OPTIONS"]) for name, door in doors.items()]


def _crossing(door: Door) -> Door:
    async def answer_across_origins(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        try:
            response = await door(request)
        except BesideError as error:
            response = problem(error)
        response.headers.update(_CORS)
        return response

    return answer_across_origins
