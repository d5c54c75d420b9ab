"""`/healthz`, `/readyz` and `/metrics`, for those who run the relay."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import Counter
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from beside.callers import is_on_this_machine
from beside.errors import Refused, StoreUnavailable
from beside.metrics import exposition
from beside.parts import Parts
from beside.routes.door import Door, Operation
from beside.store.contract import Store

# Balancers ask every second or more.
READINESS_PERIOD_S = 1.0

HEALTH = Operation(name="health", does="Whether the process answers.", gives=(str,), media_type="text/plain")
READINESS = Operation(
    name="readiness",
    does="Whether it can take what must survive: its store and the other workers are there.",
    gives=(str,),
    media_type="text/plain",
    refuses=("store-unavailable",),
)


def health_routes(
    parts: Parts, sockets: Callable[[], int], carried: Callable[[], int], check_letters: Callable[[], None]
) -> list[Route]:
    """`sockets`: how many are open now; `carried`: how many from or to other workers.

    `check_letters`: raises `StoreUnavailable` where other workers are not heard.
    """
    readiness = _Readiness(parts.store)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        await readiness.check()
        check_letters()
        return PlainTextResponse("ready\n")

    async def metrics(request: Request) -> Response:
        _check_reader(request)
        states = {state: float(n) for state, n in Counter(str(live.session.state) for live in parts.ledger).items()}
        text = exposition(
            {
                "beside_sessions": ("Open sessions, by state.", "state", lambda: states),
                "beside_sockets": ("Open sockets.", "", lambda: {"": sockets()}),
                "beside_carried_sockets": ("Sockets carried from or to other workers.", "", lambda: {"": carried()}),
                "beside_tasks": ("Tasks of the event loop.", "", lambda: {"": len(asyncio.all_tasks())}),
                "beside_backlog_bytes": (
                    "Bytes of pictures held for late joiners.",
                    "",
                    lambda: {"": sum(live.backlog.size_bytes for live in parts.ledger)},
                ),
                "beside_sheet_bytes": (
                    "Bytes of style sheets held so that each travels once.",
                    "",
                    lambda: {"": sum(live.sheets.size_bytes for live in parts.ledger)},
                ),
                "beside_asset_bytes": (
                    "Bytes of uploaded pictures held for agents' mirrors.",
                    "",
                    lambda: {"": sum(live.assets.size_bytes for live in parts.ledger)},
                ),
            }
        )
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    def _check_reader(request: Request) -> None:
        key = parts.settings.metrics_key
        if not key and is_on_this_machine(request, parts.settings):
            return
        given = request.headers.get("authorization", "")
        if not key or not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
            raise Refused("no-metrics-key", "Send the key of BESIDE_METRICS_KEY: Authorization: Bearer KEY.")

    return [
        Door("GET", "/healthz", healthz, HEALTH),
        Door("GET", "/readyz", readyz, READINESS),
        Route("/metrics", metrics),
    ]


class _Readiness:
    """What the store last said of itself. Anybody may ask, and each look at the store is a write to disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = asyncio.Lock()
        self._looked_at = -READINESS_PERIOD_S
        self._trouble: StoreUnavailable | None = None

    async def check(self) -> None:
        """Raises `StoreUnavailable` with what was the matter, at most a second ago."""
        async with self._lock:
            if time.monotonic() - self._looked_at >= READINESS_PERIOD_S:
                self._trouble = None
                try:
                    await self._store.ping()
                except StoreUnavailable as error:
                    self._trouble = error
                self._looked_at = time.monotonic()
        if self._trouble is not None:
            raise StoreUnavailable(self._trouble.reason)
