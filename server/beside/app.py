"""Builds every part of the relay once and puts the doors before it. Decides nothing else."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount, Route
from starlette.types import Receive, Scope, Send

from beside.attendance import Attendance
from beside.bodies import WebhookDelivery
from beside.carrying import Carrier
from beside.errors import AtHomeElsewhere, BesideError, Refused
from beside.gateway import Gateway
from beside.homes import Homes
from beside.household import Household
from beside.joining import Joining
from beside.launching import Launching
from beside.ledger import Ledger
from beside.letters import Letters
from beside.messages import Messages
from beside.moving import Moving
from beside.offers import Offers
from beside.parts import Parts
from beside.problems import answer_problem, problem
from beside.receipts import receipt_of
from beside.relay import Relay
from beside.routes.api import api_routes
from beside.routes.console import console_routes
from beside.routes.description import description_routes
from beside.routes.door import Door
from beside.routes.health import health_routes
from beside.routes.join import join_routes
from beside.routes.launch import launch_routes
from beside.routes.policies import SecurityHeaders
from beside.routes.preview import preview_routes
from beside.routes.site_policy import policy_routes
from beside.routes.static import static_routes
from beside.session import Session, TrailEntry
from beside.settings import Settings
from beside.store import open_store, shared
from beside.store.contract import Delivery, Store
from beside.sweeper import Sweeper
from beside.tasks import stop
from beside.tokens import Signer
from beside.traced.gateway import TracedGateway
from beside.traced.relay import TracedRelay
from beside.traced.store import traced_store
from beside.traces import Traces
from beside.webhooks import Outbox, Target

log = logging.getLogger("beside.app")

SOCKETS = "/socket.io"


def create_app(settings: Settings) -> Starlette:
    """The relay as an ASGI application: console, snippet, API and sockets. Its lifespan opens and closes the store.

    Where several workers share sessions, `app.state.worker` is this one's name, `app.state.carrier` carries to others,
    and `app.state.drain` is to be awaited before it stops: it gives its sessions up. Else all three are None.
    """
    traces = Traces(settings.trace_share) if settings.trace_share else None
    store = open_store(settings.store) if traces is None else traced_store(open_store(settings.store), traces)
    neighbours = _neighbours(store, settings)
    signer = Signer(settings.secret_keys)
    targets = _targets(settings)
    outbox = Outbox(store, targets, leads=partial(neighbours.homes.leads, "outbox") if neighbours else None)
    offers = Offers(store, settings)

    def deliveries_of(session: Session, trail: Sequence[TrailEntry]) -> list[Delivery]:
        return [_receipt_delivery(session, trail)] if session.site in targets else []

    async def on_ended(session: Session) -> None:
        outbox.wake()
        if neighbours is not None:
            # It is sent by the one of them that sends.
            neighbours.letters.tell_all("outbox", b"")
        await offers.forget(session.id)

    ledger = Ledger(
        store,
        settings,
        deliveries_of=deliveries_of,
        on_ended=on_ended,
        homes=neighbours.homes if neighbours else None,
    )
    relay = Relay(ledger, settings)
    attendance = Attendance(relay, ledger, signer, settings)
    messages = Messages(relay, attendance, ledger, settings)
    parts_of_it = (attendance, relay, messages, settings, neighbours.carrier if neighbours else None)
    if traces is None:
        gateway = Gateway(*parts_of_it)
    else:
        gateway = TracedGateway(*parts_of_it, traces=traces, traced=TracedRelay(ledger, settings))
    sweeper = Sweeper(ledger, relay, attendance, store, settings)
    parts = Parts(
        settings=settings,
        store=store,
        signer=signer,
        ledger=ledger,
        offers=offers,
        launching=Launching(store, ledger, offers, signer, settings),
        joining=Joining(store, ledger, offers, signer, settings),
        moving=Moving(store, ledger, signer, settings),
    )

    household = Household(store, ledger, neighbours.homes, offers) if neighbours else None
    works = [sweeper.run, sweeper.run_erasing, outbox.run, parts.joining.run]
    if neighbours is not None and household is not None:
        _correspond(neighbours.letters, parts, household, outbox)
        works += [household.run, neighbours.carrier.run]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            if traces is not None:
                opened.push_async_callback(traces.close)
            await store.open()
            opened.push_async_callback(store.close)
            if neighbours is not None:
                await neighbours.letters.open()
                opened.push_async_callback(neighbours.letters.close)
            await ledger.open()
            if household is not None:
                await household.adopt()
            async with _running(*(work() for work in works)):
                yield
            await ledger.close()

    routes = [
        *health_routes(
            parts,
            lambda: len(gateway),
            lambda: len(neighbours.carrier) if neighbours else 0,
            lambda: neighbours.letters.check() if neighbours else None,
        ),
        *static_routes(),
        *policy_routes(settings),
        *launch_routes(parts),
        *console_routes(parts),
        *join_routes(parts),
        *preview_routes(parts),
        *api_routes(parts),
    ]
    app = _App(
        gateway,
        routes=[
            Mount(SOCKETS, app=gateway),
            *routes,
            *description_routes(route for route in routes if isinstance(route, Door)),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={
            BesideError: answer_problem,
            404: _not_found,
            405: _wrong_method,
            **({AtHomeElsewhere: neighbours.carrier.carry_request} if neighbours is not None else {}),
        },
        lifespan=lifespan,
    )
    app.state.drain = app.state.worker = app.state.carrier = None
    if neighbours is not None and household is not None:
        _make_known(app, neighbours, household)
    return app


def _correspond(letters: Letters, parts: Parts, household: Household, outbox: Outbox) -> None:
    """What workers tell each other."""
    joining, ledger = parts.joining, parts.ledger
    joining.tell_over = lambda ask: letters.tell_all("wait over", ask.encode())
    letters.hearing("wait over", lambda ask, _: joining.wait_is_over(ask.decode()))
    ledger.tell_erased = lambda session_id: letters.tell_all("erased", session_id.encode())
    letters.hearing("erased", lambda session_id, _: ledger.forget(session_id.decode()))
    letters.hearing("outbox", lambda *_: outbox.wake(is_of_others=True))
    letters.when_back(household.look_soon)


class _App(Starlette):
    """Sockets go straight to their door: each would hold a coroutine of every layer on its way while it is open."""

    def __init__(self, sockets: Gateway, **starlettes: Any) -> None:
        super().__init__(**starlettes)
        self._sockets = sockets
        # An address is written in one way; an answer that leads to another would be made of the Host that was asked.
        self.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and scope["path"].startswith(f"{SOCKETS}/"):
            await self._sockets(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _make_known(app: Starlette, neighbours: _Neighbours, household: Household) -> None:
    neighbours.carrier.app = app
    app.state.drain = household.drain
    app.state.worker = neighbours.letters.worker
    app.state.carrier = neighbours.carrier


@dataclass(frozen=True)
class _Neighbours:
    """What a worker needs to share sessions with others."""

    letters: Letters
    homes: Homes
    carrier: Carrier


def _neighbours(store: Store, settings: Settings) -> _Neighbours | None:
    """None where the store is this process' own."""
    shared_store = shared(store)
    if shared_store is None:
        return None
    # A new name with each start: what an earlier process of this name held is nobody's.
    letters = Letters(shared_store.post(secrets.token_hex(6)))
    return _Neighbours(letters, Homes(shared_store.home_book(), letters), Carrier(letters, settings.max_body_bytes))


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
        await stop(*tasks)


def _say_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("A part of the relay stopped; restart it.", exc_info=task.exception())


async def _not_found(_request: Request, _: Exception) -> Response:
    return problem(Refused("not-found", "There is nothing at this address."))


async def _wrong_method(request: Request, _: Exception) -> Response:
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    methods = {
        name for route in routes if route.matches(request.scope)[0] != Match.NONE for name in route.methods or ()
    }
    allowed = ", ".join(sorted(methods))
    answer = problem(Refused("wrong-method", f"This address takes no {request.method}; it takes {allowed}."))
    # RFC 9110, section 15.5.6. Starlette's own names the first route of an address, where there are two.
    answer.headers["Allow"] = allowed
    return answer
