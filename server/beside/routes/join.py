"""`/join`: what the shop's pages ask before any socket is open. No cookie is read and none is set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from beside.bodies import (
    Allowed,
    AskCode,
    AskedCode,
    CancelAsk,
    ConsentAnswer,
    ConsentOffer,
    HandedOver,
    HandOver,
    RedeemCode,
    StopView,
    TakenOver,
    TakeOver,
    WaitClaim,
    Waiting,
    WorkWanted,
)
from beside.callers import caller_of
from beside.errors import AtHomeElsewhere, BesideError
from beside.parts import Parts
from beside.problems import answer_with, problem
from beside.routes.door import HELD, Door, Operation
from beside.routes.exchange import SHOP, origin, read_body

# Any page may read the answers: they carry no cookie's authority, and a page of an origin that is not listed must be
# able to read why it is refused. The origin itself is checked by the rules, in words.
_CORS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "7200",
}

Endpoint = Callable[[Request], Awaitable[Response]]

REDEEM = Operation(
    name="redeemCode",
    does="A share code, or a shopper link's secret, opens the question for consent.",
    origin=SHOP,
    takes=RedeemCode,
    gives=(ConsentOffer, WorkWanted),
    refuses=(
        "unknown-site",
        "code-malformed",
        "wrong-code",
        "too-soon",
        "no-agent-yet",
        "ended",
        "wrong-state",
        "consent-lapsed",
        *HELD,
    ),
)
ASK = Operation(
    name="askCode",
    does="A code for the shopper to read out.",
    origin=SHOP,
    takes=AskCode,
    gives=(AskedCode,),
    refuses=("unknown-site", "too-soon", "store-unavailable"),
)
_OF_AN_ASK = ("ask-invalid", "ask-expired", "unknown-site")
WAIT = Operation(
    name="waitForClaim",
    does="Wait, for up to 20 seconds, until an agent has typed the code that was asked for.",
    origin=SHOP,
    takes=WaitClaim,
    gives=(ConsentOffer, Waiting),
    refuses=(*_OF_AN_ASK, "ended", "consent-lapsed", *HELD),
)
CANCEL = Operation(
    name="cancelAsk",
    does="Give up the code that was asked for.",
    origin=SHOP,
    takes=CancelAsk,
    status=204,
    refuses=(*_OF_AN_ASK, "ended", "wrong-state", *HELD),
)
ANSWER = Operation(
    name="answerConsent",
    does="The shopper's answer to the question for consent.",
    origin=SHOP,
    takes=ConsentAnswer,
    gives=(Allowed,),
    refuses=(
        "consent-invalid",
        "consent-expired",
        "consent-lapsed",
        "unknown-site",
        "ended",
        "wrong-state",
        *HELD,
    ),
)
HAND_OVER = Operation(
    name="handOver",
    does="A secret with which another of the shopper's pages takes the view over.",
    origin=SHOP,
    takes=HandOver,
    gives=(HandedOver,),
    refuses=("token-invalid", "opened-elsewhere", "ended", "wrong-state", "too-soon", *HELD),
)
TAKE_OVER = Operation(
    name="takeOver",
    does="Spend that secret: the view goes on at the page that asks.",
    origin=SHOP,
    takes=TakeOver,
    gives=(TakenOver,),
    refuses=("unknown-site", "wrong-code", "ended", "wrong-state", *HELD),
)
STOP = Operation(
    name="stopView",
    does="End the view where no socket is open any more.",
    origin=SHOP,
    takes=StopView,
    status=204,
    refuses=("token-invalid", "unknown-site", "opened-elsewhere", "wrong-role", "ended", "wrong-state", *HELD),
)


def join_routes(parts: Parts) -> list[Door]:
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
        "redeem": (redeem, REDEEM),
        "ask": (ask, ASK),
        "wait": (wait, WAIT),
        "cancel": (cancel, CANCEL),
        "answer": (answer, ANSWER),
        "hand-over": (hand_over, HAND_OVER),
        "take-over": (take_over, TAKE_OVER),
        "stop": (stop, STOP),
    }
    return [
        Door("POST", f"/join/{name}", _crossing(endpoint), operation, also=["OPTIONS"])
        for name, (endpoint, operation) in doors.items()
    ]


def _crossing(endpoint: Endpoint) -> Endpoint:
    async def answer_across_origins(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        try:
            response = await endpoint(request)
        except AtHomeElsewhere as elsewhere:
            response = await request.app.state.carrier.carry_request(request, elsewhere)
        except BesideError as error:
            response = problem(error)
        response.headers.update(_CORS)
        return response

    return answer_across_origins
