"""Many people who come back at once, as a process of its own: what it costs must not be taken for the relay's.

Reads who they are from standard input, a JSON object a line, until an empty one. Writes a line whenever all of them
are there: how long that took after the first was let in, and how often one was refused meanwhile. Ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

# As snippet and console wait before each attempt: between half and all of it.
RETRY_S = (0.3, 1.0, 2.0, 4.0, 8.0)
# A listener's queue of new connections is short, and browsers are many: so many knock in one moment.
AT_ONCE = 200


class Crowd:
    def __init__(self, people: list[dict[str, Any]], port: int) -> None:
        self._people = people
        self._uri = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket&session="
        self._doors = asyncio.Semaphore(AT_ONCE)
        self._here = 0
        self._first_at = 0.0
        self._refused = 0

    async def run(self) -> None:
        await asyncio.gather(*(self._stay(person) for person in self._people))

    async def _stay(self, person: dict[str, Any]) -> None:
        attempt = 0
        while True:
            try:
                if await self._be_there(person):
                    attempt = 0
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                self._refused += 1
            wait_s = RETRY_S[min(attempt, len(RETRY_S) - 1)]
            attempt += 1
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))

    async def _be_there(self, person: dict[str, Any]) -> bool:
        """One connection, to its end. Whether it was let in."""
        headers = {"Origin": person["origin"], "X-Forwarded-For": person["address"]}
        was_welcome = False
        async with self._doors:
            raw = await connect(
                self._uri + person["session"],
                additional_headers=headers,
                compression=None,
                proxy=None,
                ping_interval=None,
                open_timeout=20,
            )
        try:
            await raw.send("40" + json.dumps({"protocol": 1, "version": "0.1.0", "token": person["token"]}))
            async for message in raw:
                if message == "2":
                    await raw.send("3")
                elif isinstance(message, str) and message.startswith('42["welcome"'):
                    person["token"] = json.loads(message[2:])[1]["nextToken"]
                    was_welcome = True
                    self._came()
                elif isinstance(message, str) and message.startswith("44"):
                    print(json.dumps({"refused": message}), flush=True)
        except ConnectionClosed:
            pass
        finally:
            if was_welcome:
                self._here -= 1
            await raw.close()
        return was_welcome

    def _came(self) -> None:
        self._here += 1
        if self._here == 1:
            self._first_at = time.monotonic()
        if self._here == len(self._people):
            took_s = time.monotonic() - self._first_at
            print(json.dumps({"here": self._here, "took_s": took_s, "refused": self._refused}), flush=True)
            self._refused = 0


async def main(port: int) -> None:
    people = []
    while (line := sys.stdin.readline().strip()) != "":
        people.append(json.loads(line))
    crowd = asyncio.create_task(Crowd(people, port).run())
    await asyncio.to_thread(sys.stdin.read)
    crowd.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
