"""A shopper and an agent of one session, through a balancer: their browsers' requests, and real Socket.IO clients."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tools.node import node_and_npm

from tests.deploy.deployment import Balancer, Deployment

SHOP = "https://shop.example"
# What passes in a second on an idle machine may take ten times that on a busy one.
LIMIT_S = 30.0


class Person:
    """One socket.io-client in a Node of its own (participant.mjs)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.came: list[tuple[str, Any]] = []

    async def say(self, event: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(event).encode() + b"\n")
        await self._process.stdin.drain()

    async def event(self, name: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """The next event of this name that fits; what came before it is passed over."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(LIMIT_S):
                while line := await self._process.stdout.readline():
                    event, payload = json.loads(line)
                    self.came.append((event, payload))
                    if event == name and fits(payload):
                        return payload
        except TimeoutError:
            pass
        raise AssertionError(f"no '{name}' came: {self.came!r:.2000}")

    async def leave(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


class Session:
    """A consented session, and what only its people know of it."""

    def __init__(self, deployment: Deployment, balancer: Balancer, http: httpx.AsyncClient) -> None:
        self._deployment = deployment
        self._balancer = balancer
        self._http = http
        self._people: list[Person] = []
        self.id = ""
        self.epoch = 0
        # Codes, tokens and cookies: none of them may stand in a log.
        self.secrets: list[str] = []
        self._tokens: dict[str, str] = {}
        self._cookie = ""

    async def state(self) -> Any:
        """As the agent's console asks for it."""
        answer = await self._http.get(f"/s/{self.id}/state", headers={"Cookie": self._cookie})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def agree(self, ticket: str) -> None:
        """From the helpdesk's request to *Allow*."""
        console = {"Origin": self._deployment.public_url}
        key = {"Authorization": f"Bearer {self._deployment.api_key}"}
        body = {"ticket": ticket, "subject": "Card declined", "agentName": "Ines", "locale": "en"}
        made = await self._post("/api/sessions", body, key)
        launch = made["consoleLink"].partition("#")[2]
        assert made["consoleLink"].startswith(f"{self._deployment.public_url}/launch#")
        answer = await self._http.post("/launch/redeem", json={"token": launch}, headers=console)
        assert answer.status_code == 200, answer.text
        self._http.cookies.clear()
        self.id = answer.json()["session"]
        self._cookie = answer.headers["set-cookie"].partition(";")[0]
        ask = {"site": "my-shop", "protocol": 1, "locale": "en", "code": made["code"], "secret": None, "work": None}
        offer = await self._post("/join/redeem", ask, {"Origin": SHOP})
        said = {"token": offer["token"], "grants": ["view", "point"], "locale": "en", "textVersion": "1"}
        allowed = await self._post("/join/answer", said, {"Origin": SHOP})
        handed = await self._post(f"/s/{self.id}/pass", {}, {**console, "Cookie": self._cookie})
        self._tokens = {"shopper": allowed["token"], "agent": handed["token"]}
        code = made["code"]
        cookie = self._cookie.partition("=")[2]
        self.secrets += [launch, code, code.replace(" ", ""), offer["token"], cookie, *self._tokens.values()]
        self.secrets += [made["shopperLink"].partition("=")[2], self._deployment.api_key]

    async def _post(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        answer = await self._http.post(path, json=body, headers=headers)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def shopper(self) -> Person:
        person = await self._connect("shopper", SHOP)
        self.epoch = (await person.event("welcome"))["epoch"]
        return person

    async def agent(self) -> Person:
        person = await self._connect("agent", self._deployment.public_url)
        await person.event("welcome")
        return person

    async def _connect(self, role: str, origin: str) -> Person:
        node, _ = node_and_npm()
        process = await asyncio.create_subprocess_exec(
            node,
            str(Path(__file__).with_name("participant.mjs")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(self._deployment.certificate)},
            # A line holds a whole frame.
            limit=4 * 1024 * 1024,
        )
        person = Person(process)
        self._people.append(person)
        order = {"url": self._balancer.url, "session": self.id, "token": self._tokens[role], "origin": origin}
        await person.say(order)
        return person

    async def leave(self) -> None:
        for person in self._people:
            await person.leave()


@asynccontextmanager
async def session_through(
    balancer: Balancer, deployment: Deployment, ticket: str, at: int | None = None
) -> AsyncIterator[Session]:
    """`at`: the worker to which the balancer steers it; sessions are opened until one is."""
    async with balancer.client() as http:
        session = Session(deployment, balancer, http)
        try:
            for attempt in range(64):
                await session.agree(f"{ticket}-{attempt}")
                if at is None or balancer.ask_for(session.id)[session.id][1] == (at,):
                    break
            yield session
        finally:
            await session.leave()
