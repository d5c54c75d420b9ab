"""Builds every part of the relay once and puts the doors before it. Decides nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from beside.attendance import Attendance
from beside.bodies import WebhookDelivery
from beside.errors import BesideError, Refused
from beside.gateway import Gateway
from beside.joining import Joining
from beside.launching import Launching
from beside.ledger import Ledger
from beside.messages import Messages
from beside.moving import Moving
from beside.offers import Offers
from beside.parts import Parts
from beside.problems import answer_problem, problem
from beside.receipts import receipt_of
from beside.relay import Relay
from beside.routes.api import api_routes
from beside.routes.console import console_routes
from beside.routes.health import health_routes
from beside.routes.join import join_routes
from beside.routes.launch import launch_routes
from beside.routes.policies import SecurityHeaders
from beside.routes.preview import preview_routes
from beside.routes.site_policy import policy_routes
from beside.routes.static import static_routes
from beside.session import Session, TrailEntry
from beside.settings import Settings
from beside.store import open_store
from beside.store.contract import Delivery
from beside.sweeper import Sweeper
from beside.tokens import Signer
from beside.webhooks import Outbox, Target

log = logging.getLogger("beside.app")


def create_app(settings: Settings) -> ASGIApp:
    """The relay as an ASGI application: console, snippet, API and sockets. Its lifespan opens and closes the store."""
    store = open_store(settings.store)
    signer = Signer(settings.secret_keys)
    targets = _targets(settings)
    outbox = Outbox(store, targets)
    offers = Offers(store, settings)

    def deliveries_of(session: Session, trail: Sequence[TrailEntry]) -> list[Delivery]:
        return [_receipt_delivery(session, trail)] if session.site in targets else []

    async def on_ended(session: Session) -> None:
        outbox.wake()
        await offers.forget(session.id)

    ledger = Ledger(store, settings, deliveries_of=deliveries_of, on_ended=on_ended)
    relay = Relay(ledger, settings)
    attendance = Attendance(relay, ledger, signer, settings)
    gateway = Gateway(attendance, relay, Messages(relay, attendance, ledger, settings), settings)
    sweeper = Sweeper(ledger, relay, attendance, store, settings)
    launching = Launching(store, ledger, offers, signer, settings)
    parts = Parts(
        settings=settings,
        store=store,
        signer=signer,
        ledger=ledger,
        offers=offers,
        launching=launching,
        joining=Joining(store, ledger, offers, signer, settings),
        moving=Moving(store, ledger, signer, settings),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await store.open()
        try:
            await ledger.open()
            async with _running(sweeper.run(), outbox.run()):
                yield
            await ledger.close()
        finally:
            await store.close()

    return Starlette(
        routes=[
            Mount("/socket.io", app=gateway),
            *health_routes(parts, lambda: len(gateway)),
            *static_routes(),
            *policy_routes(settings),
            *launch_routes(parts),
            *console_routes(parts),
            *join_routes(parts),
            *preview_routes(parts),
            *api_routes(parts),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={BesideError: answer_problem, 404: _not_found, 405: _not_found},
        lifespan=lifespan,
    )


def _targets(settings: Settings) -> dict[str, Target]:
    return {
        site.key: Target(url=site.webhook_url, secret=site.webhook_secret)
        for site in settings.sites
        if site.webhook_url is not None and site.webhook_secret is not None
    }


def _receipt_delivery(session: Session, trail: Sequence[TrailEntry]) -> Delivery:
    """The id is the session's own, so that a receiver sees a repeat for what it is."""
    receipt = receipt_of(session, trail)
    body = msgspec.json.encode(WebhookDelivery(id=session.id, kind="session.ended", receipt=receipt))
    return Delivery(id=session.id, site=session.site, session=session.id, body=body, attempts=0, due_at=0.0)


@asynccontextmanager
async def _running(*works: object) -> AsyncIterator[None]:
    """Tasks that run as long as the application does."""
    tasks = [asyncio.ensure_future(work) for work in works]  # type: ignore[call-overload]
    for task in tasks:
        task.add_done_callback(_say_why)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _say_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("A part of the relay stopped; restart it.", exc_info=task.exception())


async def _not_found(request: Request, _: Exception) -> Response:
    return problem(Refused("not-found", f"There is nothing at this address for {request.method}."))
