"""`/healthz`, `/readyz` and `/metrics`, for those who run the relay."""

from __future__ import annotations

import hmac
import ipaddress
from collections import Counter
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from beside.errors import Refused
from beside.metrics import exposition
from beside.parts import Parts
from beside.routes.exchange import address


def health_routes(parts: Parts, sockets: Callable[[], int]) -> list[Route]:
    """`sockets`: how many are open now."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        await parts.store.ping()
        return PlainTextResponse("ready\n")

    async def metrics(request: Request) -> Response:
        _check_reader(request)
        states = {state: float(n) for state, n in Counter(str(live.session.state) for live in parts.ledger).items()}
        text = exposition(
            {
                "beside_sessions": ("Open sessions, by state.", "state", lambda: states),
                "beside_sockets": ("Open sockets.", "", lambda: {"": sockets()}),
                "beside_backlog_bytes": (
                    "Bytes of pictures held for late joiners.",
                    "",
                    lambda: {"": sum(live.backlog.size_bytes for live in parts.ledger)},
                ),
            }
        )
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    def _check_reader(request: Request) -> None:
        key = parts.settings.metrics_key
        if not key and _is_loopback(address(request, parts.settings)):
            return
        given = request.headers.get("authorization", "")
        if not key or not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
            raise Refused("no-metrics-key", "Send the key of BESIDE_METRICS_KEY: Authorization: Bearer KEY.")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _is_loopback(reader: str) -> bool:
    try:
        return ipaddress.ip_network(reader).is_loopback
    except ValueError:
        return False
