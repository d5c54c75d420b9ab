"""How an error leaves by HTTP: a `Problem` body with a fitting status. Knows no route."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from beside import metrics
from beside.bodies import Problem
from beside.errors import BesideError, TooSoon
from beside.protocol import Record

UNAVAILABLE = 503
# What is away for a moment: a store that fails over, a worker that leaves.
UNAVAILABLE_FOR_S = 1

# By code alone, so that a status is known, and can be described, before it happens. A refusal that is not listed is
# 409: the request was well made, and the session is in another state.
_STATUS = {
    "wrong-code": 404,
    "unknown-session": 404,
    "unknown-site": 404,
    "not-found": 404,
    "wrong-method": 405,
    "not-built": 404,
    "wrong-origin": 403,
    "not-admitted": 403,
    "no-grant": 403,
    "wrong-role": 403,
    "wrong-use": 403,
    "no-cookie": 401,
    "cookie-invalid": 401,
    "no-api-key": 401,
    "wrong-api-key": 401,
    "no-metrics-key": 401,
    "launch-invalid": 400,
    "empty": 400,
    "code-malformed": 400,
    "not-json": 415,
    "incomplete": 408,
    "too-large": 413,
    "malformed": 400,
    "launch-expired": 410,
    "launch-used": 410,
    "ended": 410,
    "ask-expired": 410,
    "consent-expired": 410,
    "websocket-only": 400,
    "too-soon": 429,
    "no-agent-yet": 429,
    "store-unavailable": UNAVAILABLE,
    "full": UNAVAILABLE,
    "draining": UNAVAILABLE,
}


def status_of_code(code: str) -> int:
    return _STATUS.get(code, 409)


def problem(error: BesideError) -> Response:
    """The answer that tells an error."""
    metrics.REFUSALS.add(label=error.code)
    retry_after_s = error.retry_after_s if isinstance(error, TooSoon) else None
    answer = answer_with(Problem(error.code, str(error)[:300], retry_after_s), status_of_code(error.code))
    if answer.status_code == UNAVAILABLE:
        # To programs alone: people are told that it is so, not that it will be over in a second.
        answer.headers["Retry-After"] = str(UNAVAILABLE_FOR_S)
    if retry_after_s is not None:
        answer.headers["Retry-After"] = str(max(1, round(retry_after_s)))
    return answer


def answer_with(body: Record, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    return Response(msgspec.json.encode(body), status, {"Cache-Control": "no-store"}, media_type="application/json")


async def answer_problem(_: Request, error: Exception) -> Response:
    """Starlette's exception handler for the errors of our tree."""
    if not isinstance(error, BesideError):
        raise error
    return problem(error)


async def refuse_websocket(error: BesideError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers an HTTP request, or a WebSocket's handshake, with an error."""
    answer = problem(error)
    if scope["type"] == "websocket":
        await receive()
    await answer(scope, receive, send)
