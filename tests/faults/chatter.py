"""Sessions in which much is told, so that a fault comes into the middle of it; and what of that is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.faults.journey import Journey, in_state, live
from tests.faults.running import LIMIT_S, RelayUnderFault


class Chatter:
    """An agent draws, a shopper pauses and resumes, each as soon as the one before was told. `heard` is called then."""

    def __init__(self, journey: Journey, name: str, heard: Callable[[], None]) -> None:
        self.journey = journey
        self._name = name
        self._heard = heard
        self.drawn: list[str] = []
        self.pauses = 0
        self.resumes = 0

    async def run(self) -> None:
        """Until a socket dies or something is refused. What is counted was told; what was on its way then was not."""
        with suppress(ConnectionClosed):
            number = 1
            while await self._draw(f"{self._name}-{number}"):
                if number % 3 == 0 and not await self._pause_and_resume():
                    return
                number += 1

    async def _draw(self, act: str) -> bool:
        await self.journey.agent.here.send("act", ["highlight", act, 1, 6, act])
        if not await self._told("act", lambda delivery: delivery["act"][1] == act):
            return False
        self.drawn.append(act)
        self._heard()
        return True

    async def _pause_and_resume(self) -> bool:
        await self.journey.shopper.here.send("pause", {"reason": "shopper"})
        if not await self._told("view", in_state("paused")):
            return False
        self.pauses += 1
        self._heard()
        await self.journey.shopper.here.send("resume")
        if not await self._told("view", in_state("live")):
            return False
        self.resumes += 1
        self._heard()
        return True

    async def _told(self, name: str, fits: Callable[[Any], bool]) -> bool:
        """Whether the shopper is told it, and not that it cannot be, or nothing more at all."""
        agent, shopper = self.journey.agent.here, self.journey.shopper.here

        def came() -> bool:
            return any(event == name and fits(payload) for event, payload in shopper.events)

        waits = [
            asyncio.create_task(shopper.until(lambda: came() or shopper.is_closed or "refusal" in shopper.names())),
            asyncio.create_task(agent.until(lambda: agent.is_closed or "refusal" in agent.names())),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        is_told = came()
        shopper.events.clear()
        return is_told

    async def missing(self) -> list[str]:
        """What was told and is not in the receipt."""
        receipt = (await self.journey.relay.report(self.journey.session))["receipt"]
        there = {each["message"] for each in receipt["highlights"]}
        paused = [each for each in receipt["pauses"] if each["reason"] == "shopper"]
        resumed = [each for each in paused if each["endedAt"] is not None]
        missing = [act for act in self.drawn if act not in there]
        missing += ["pause"] * (self.pauses - len(paused))
        missing += ["resume"] * (self.resumes - len(resumed))
        return missing


class Chat:
    def __init__(self) -> None:
        self.sessions: list[Chatter] = []
        self._wanted = 0
        self._came = asyncio.Event()

    @property
    def count(self) -> int:
        return sum(len(each.drawn) + each.pauses + each.resumes for each in self.sessions)

    async def heard(self, count: int) -> None:
        """Returns once so much more has been told in all."""
        self._wanted = self.count + count
        self._came.clear()
        async with asyncio.timeout(LIMIT_S):
            await self._came.wait()

    def notice(self) -> None:
        if self.count >= self._wanted:
            self._came.set()

    async def missing(self) -> list[str]:
        return [each for session in self.sessions for each in await session.missing()]


@asynccontextmanager
async def chattering(relay: RelayUnderFault, ticket: str, *, sessions: int) -> AsyncIterator[Chat]:
    """While in it, all talk; at its end everybody has fallen silent by the fault that the test brought about."""
    chat = Chat()
    chat.sessions = [Chatter(await live(relay, f"{ticket}-{i}"), f"{ticket}-{i}", chat.notice) for i in range(sessions)]
    running = [asyncio.create_task(each.run()) for each in chat.sessions]
    try:
        yield chat
        async with asyncio.timeout(LIMIT_S):
            await asyncio.gather(*running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
