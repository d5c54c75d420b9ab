"""One port, several host names: hands each connection to the application of the name it was addressed to.

Browsers tell origins apart by name, so the demo needs real names for its origin rules to be the real ones. Knows
nothing of what the applications do.
"""

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ByHost:
    """An ASGI application that picks another one by the `Host` header, whatever port stands there.

    `apps` maps lower-case host names without a port to applications. A name that is not listed, a missing or a doubled
    `Host` header is answered with 421 Misdirected Request (RFC 9110, section 15.5.20), also for WebSockets.
    Each application gets the lifespan events once, in the order of the mapping, and shuts down in the reverse order.
    """

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = dict(apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _Lifespans(list(dict.fromkeys(self._apps.values()))).run(receive, send)
            return
        name = host_name(Headers(scope=scope))
        app = self._apps.get(name) if name is not None else None
        if app is not None:
            await app(scope, receive, send)
            return
        names = ", ".join(self._apps)
        refusal = PlainTextResponse(
            f"This server does not answer under that name. It answers as {names}: open one of these instead.\n",
            status_code=421,
        )
        if scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await _refuse_websocket(refusal, scope, receive, send)


def host_name(headers: Headers) -> str | None:
    """Give the lower-case name in the one `Host` header, without its port; None if there is not exactly one."""
    hosts = headers.getlist("host")
    if len(hosts) != 1:
        return None
    name, colon, port = hosts[0].lower().rpartition(":")
    if not colon:
        return port
    return name if port.isascii() and port.isdigit() else None


async def _refuse_websocket(refusal: PlainTextResponse, scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        # Closing before accepting makes the server answer 403: the best that a server without the extension can say.
        await send({"type": "websocket.close", "code": 1008, "reason": "unknown host name"})
        return
    await refusal(scope, receive, send)


class _Lifespan:
    """Runs one application's side of the lifespan protocol, one event at a time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def tell(self, event: str) -> Message:
        """Send `startup` or `shutdown` and give its answer; an application without a lifespan says yes."""
        if self._task is None:
            self._task = asyncio.create_task(self._serve())
        await self._to_app.put({"type": f"lifespan.{event}"})
        answer = asyncio.create_task(self._from_app.get())
        await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        answer.cancel()
        self._task.result()
        # It left at the very scope: by the ASGI specification that means "no lifespan here", not a failure.
        return {"type": f"lifespan.{event}.complete"}

    async def _serve(self) -> None:
        said: str | None = None

        async def send(message: Message) -> None:
            nonlocal said
            said = message["type"]
            await self._from_app.put(message)

        try:
            await self._app(
                {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}},
                self._to_app.get,
                send,
            )
        except Exception:
            # What it raised before a word means "no lifespan here"; after "failed" it has told its reason already.
            if said is not None and not said.endswith(".failed"):
                raise


class _Lifespans:
    """Tells all applications of startup and shutdown and answers the server once for all of them."""

    def __init__(self, apps: list[ASGIApp]) -> None:
        self._all = [_Lifespan(app) for app in apps]

    async def run(self, receive: Receive, send: Send) -> None:
        await receive()
        started: list[_Lifespan] = []
        for lifespan in self._all:
            answer = await lifespan.tell("startup")
            if answer["type"] == "lifespan.startup.failed":
                await self._stop(started)
                await send(answer)
                return
            started.append(lifespan)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        failed = await self._stop(started)
        await send(failed or {"type": "lifespan.shutdown.complete"})

    async def _stop(self, started: list[_Lifespan]) -> Message | None:
        failed: Message | None = None
        for lifespan in reversed(started):
            answer = await lifespan.tell("shutdown")
            if answer["type"] == "lifespan.shutdown.failed":
                failed = answer
        return failed
