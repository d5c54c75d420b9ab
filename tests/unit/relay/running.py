"""A real relay under uvicorn on a free port, in the test's own loop, with a SQLite file, for tests of its doors."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from tests.ports import free_port
from tests.unit.relay.conforming import conforming
from tests.unit.relay.sockets import LIMIT_S, Socket

from beside.app import create_app
from beside.routes.api import digest_of_key
from beside.serving import config_of, listen
from beside.settings import Settings
from beside.sites import site_of
from beside.store import open_store
from beside.store.contract import ApiKey
from beside.tokens import LaunchClaims, Signer

SHOP = "http://shop.localhost:5999"
CHECKOUT = "http://checkout.shop.localhost:5999"
OTHER_SHOP = "http://other.localhost:5999"
LAUNCH_SECRET = "the-launch-secret-of-the-tests-and-no-other"
API_KEY = "beside_an-api-key-of-the-tests"
OTHER_API_KEY = "beside_an-api-key-of-the-other-shop"


async def until(holds: Callable[[], Awaitable[bool]], within_s: float = LIMIT_S) -> None:
    """Waits for something that no event tells: another process does it."""
    async with asyncio.timeout(within_s):
        while not await holds():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: those belong to pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def settings_for(folder: Path, port: int, **changes: Any) -> Settings:
    sites = (
        site_of(
            "test",
            {
                "name": "Test shop",
                "origins": [SHOP, CHECKOUT],
                "shop_url": f"{SHOP}/",
                "launch_secrets": [LAUNCH_SECRET],
                "asset_origins": [SHOP, "https://cdn.example"],
            },
        ),
        site_of("other", {"name": "Other", "origins": [OTHER_SHOP], "shop_url": f"{OTHER_SHOP}/"}),
    )
    values: dict[str, Any] = {
        "public_url": f"http://console.localhost:{port}",
        "sites": sites,
        "secret_keys": ("a-secret-of-the-tests-and-of-nobody-else",),
        "port": port,
        "store": str(folder / "relay.sqlite3"),
        "keyframe_interval_s": 0.2,
        # A wait that nothing wakes lasts longer than any test's patience.
        "wait_poll_s": 2 * LIMIT_S,
    }
    return Settings(**values | changes)


@dataclass
class Pair:
    """One consented session: its cookie, and a token for the next connect of each side."""

    session: str
    cookie: str
    shopper_token: str
    agent_token: str


@dataclass
class RunningRelay:
    """What people and helpdesks do at a relay's doors. `app` is None where it runs in a process of its own."""

    settings: Settings
    app: Starlette | None
    http: httpx.AsyncClient
    sockets: list[Socket] = field(default_factory=list)
    # Where sockets are opened, in turns; and how many workers there are.
    ports: Iterator[int] = field(default_factory=lambda: iter(()))
    workers: int = 1

    @property
    def console(self) -> str:
        return self.settings.public_url

    async def api(self, ticket: str, agent: str = "Sam") -> dict[str, Any]:
        body = {"ticket": ticket, "subject": "Card declined", "agentName": agent, "locale": "en"}
        answer = await self.http.post("/api/sessions", json=body, headers={"Authorization": f"Bearer {API_KEY}"})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def sign_launch(self, ticket: str, agent: str, **changes: Any) -> str:
        """A launch link as a helpdesk's back end makes it, with the site's own secret."""
        claims = {
            "site": "test",
            "ticket": ticket,
            "subject": "Card declined",
            "agent_name": agent,
            "locale": None,
            "id": secrets.token_urlsafe(8),
            "session": None,
        }
        return f"{self.console}/launch#{Signer([LAUNCH_SECRET]).sign_launch(LaunchClaims(**claims | changes))}"

    async def launch(self, link: str) -> tuple[str, str]:
        """Redeems a launch link; gives session and cookie."""
        token = link.partition("#")[2]
        answer = await self.http.post("/launch/redeem", json={"token": token}, headers={"Origin": self.console})
        assert answer.status_code == 200, answer.text
        self.http.cookies.clear()
        return answer.json()["session"], answer.headers["set-cookie"].partition(";")[0]

    async def ask(self, path: str, cookie: str, body: Any = None) -> httpx.Response:
        """POSTs as the console does."""
        headers = {"Origin": self.console, "Cookie": cookie}
        return await self.http.post(path, json={} if body is None else body, headers=headers)

    async def look(self, path: str, cookie: str) -> httpx.Response:
        return await self.http.get(path, headers={"Cookie": cookie})

    async def join(self, door: str, body: dict[str, Any], origin: str = SHOP) -> httpx.Response:
        return await self.http.post(f"/join/{door}", json=body, headers={"Origin": origin})

    async def redeem(self, code: str | None, **changes: Any) -> httpx.Response:
        body = {"site": "test", "protocol": 1, "locale": "en", "code": code, "secret": None, "work": None}
        return await self.join("redeem", body | changes)

    async def answer(self, token: str, *grants: str) -> httpx.Response:
        return await self.join("answer", {"token": token, "grants": grants, "locale": "en", "textVersion": "1"})

    async def agent_token(self, session: str, cookie: str) -> str:
        handed = await self.ask(f"/s/{session}/pass", cookie)
        assert handed.status_code == 200, handed.text
        token: str = handed.json()["token"]
        return token

    async def pair(self, ticket: str = "T-1", grants: tuple[str, ...] = ("view", "point")) -> Pair:
        """The path up to *Allow*, by the same requests that people's browsers make."""
        made = await self.api(ticket)
        session, cookie = await self.launch(made["consoleLink"])
        offer = await self.redeem(made["code"])
        assert offer.status_code == 200, offer.text
        allowed = await self.answer(offer.json()["token"], *grants)
        assert allowed.status_code == 200, allowed.text
        return Pair(session, cookie, allowed.json()["token"], await self.agent_token(session, cookie))

    async def gauge(self, name: str) -> float:
        """A metric's value, of all workers together."""
        texts = [(await self.http.get("/metrics")).text for _ in range(self.workers)]
        lines = [line for text in texts for line in text.splitlines() if line.startswith(f"{name} ")]
        assert len(lines) == self.workers
        return sum(float(line.split()[1]) for line in lines)

    async def socket(self, session: str, token: str, origin: str, **changes: Any) -> Socket:
        opened = await Socket.open(next(self.ports, self.settings.port), session, token, origin, **changes)
        self.sockets.append(opened)
        return opened

    async def shopper(self, pair: Pair) -> Socket:
        opened = await self.socket(pair.session, pair.shopper_token, SHOP)
        pair.shopper_token = (await opened.event("welcome"))["nextToken"]
        return opened

    async def agent(self, pair: Pair) -> Socket:
        opened = await self.socket(pair.session, pair.agent_token, self.console)
        pair.agent_token = (await opened.event("welcome"))["nextToken"]
        return opened


@asynccontextmanager
async def running_relay(folder: Path, port: int, **changes: Any) -> AsyncIterator[RunningRelay]:
    """Starts a relay; on leaving, closes the test's sockets and stops it as SIGTERM does."""
    async with serving(settings_for(folder, port, **changes), port) as running:
        yield running


@asynccontextmanager
async def serving(settings: Settings, port: int) -> AsyncIterator[RunningRelay]:
    """A relay of these settings, at a port that may be another one than theirs."""
    await keep_keys(settings)
    app = create_app(settings)
    server = Server(config_of(app, settings))
    task = asyncio.create_task(server.serve([listen(settings.host, port)]))
    await asyncio.wait([task, asyncio.create_task(server.is_up.wait())], return_when=asyncio.FIRST_COMPLETED)
    assert server.started, "the relay did not start"
    checks = {"response": [conforming(app)]}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=LIMIT_S, trust_env=False, event_hooks=checks
    ) as http:
        relay = RunningRelay(settings, app, http)
        try:
            yield relay
        finally:
            for opened in relay.sockets:
                await opened.close()
            server.should_exit = True
            await task


class InTurns(httpx.AsyncBaseTransport):
    """Sends each request to the next port, as a balancer does that knows nothing."""

    def __init__(self, *ports: int) -> None:
        self._ports = itertools.cycle(ports)
        self._transport = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=next(self._ports))
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


@asynccontextmanager
async def running_workers(folder: Path, redis_url: str, **changes: Any) -> AsyncIterator[RunningRelay]:
    """Two workers on one Redis as if they were one relay: each request, and each socket, comes to the other one."""
    ports = (free_port(), free_port())
    settings = settings_for(folder, ports[0], **{"store": redis_url} | changes)
    async with (
        serving(settings, ports[0]) as one,
        serving(settings, ports[1]),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{ports[0]}", timeout=LIMIT_S, transport=InTurns(*ports)) as http,
    ):
        http.event_hooks = one.http.event_hooks
        yield RunningRelay(one.settings, one.app, http, one.sockets, itertools.cycle(ports), len(ports))


@asynccontextmanager
async def receiving(port: int) -> AsyncIterator[asyncio.Queue[tuple[dict[str, str], bytes]]]:
    """A helpdesk's end of a webhook: headers (names in lower case) and body of each request, answered 204."""
    came: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head)}
        body = await reader.readexactly(int(headers["content-length"]))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await came.put((headers, body))

    async with await asyncio.start_server(take, "127.0.0.1", port):
        yield came


async def keep_keys(settings: Settings) -> None:
    """Puts an API key of each site into the store of a relay that is not running yet."""
    store = open_store(settings.store)
    await store.open()
    for site, key in (("test", API_KEY), ("other", OTHER_API_KEY)):
        await store.put_api_key(
            ApiKey(id=f"k-{site}", site=site, label="tests", digest=digest_of_key(key), created_at=1.0)
        )
    await store.close()
