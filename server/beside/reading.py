"""A request's body, within a bound of size and time. Knows nothing of what it says."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request

from beside.errors import Refused, TooLarge

# 64 kB come in less on any line; whoever drips them holds a connection and a task for nothing.
BODY_WINDOW_S = 10.0
# Where a body that was read is left, should the request have to be asked again elsewhere.
_KEPT = "beside.body"


async def read_whole(request: Request, max_bytes: int) -> bytes:
    """The body, also a second time. Raises `Refused` "incomplete" and `TooLarge`."""
    kept: bytes | None = request.scope.get(_KEPT)
    if kept is not None:
        return kept
    body = b""
    try:
        async with asyncio.timeout(BODY_WINDOW_S):
            async for piece in request.stream():
                body += piece
                if len(body) > max_bytes:
                    raise TooLarge("The request", len(body), max_bytes)
    except (TimeoutError, ClientDisconnect):
        raise Refused("incomplete", "The request did not come whole. Send it again.") from None
    request.scope[_KEPT] = body
    return body
