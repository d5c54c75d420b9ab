"""One connection pool to Redis, its errors in our words, and the proof that it keeps what it acknowledges."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from beside.errors import StoreUnavailable
from beside.store.redis_servers import (
    FAILURES,
    MAX_CONNECTIONS,
    TIMEOUT_S,
    NoScriptError,
    NotReplicatedError,
    ResponseError,
    Servers,
    connect,
)


class RedisClient:
    """Runs commands and scripts; anything that goes wrong is `StoreUnavailable`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._servers: Servers | None = None
        # Who comes while all connections are in use waits: after a restart a thousand sockets come back at once, and
        # not all of the library's pools can wait.
        self._places = asyncio.Semaphore(MAX_CONNECTIONS)

    async def open(self) -> None:
        if self._servers is not None:
            raise StoreUnavailable("it is open already")
        try:
            self._servers = connect(self._url)
        except ValueError as error:
            raise StoreUnavailable(f"the address is not one of Redis: {error}") from None

    async def close(self) -> None:
        servers, self._servers = self._servers, None
        if servers is not None:
            await servers.close()

    async def do(self, *words: str | bytes) -> Any:
        """The raw answer of one command."""
        if self._servers is None:
            raise StoreUnavailable("it is closed")
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._places.acquire()
        except TimeoutError:
            raise StoreUnavailable("all connections to Redis are in use") from None
        try:
            return await self._servers.do(*words)
        except NoScriptError:
            raise
        except FAILURES as error:
            raise StoreUnavailable(_reason(error)) from None
        finally:
            self._places.release()

    async def of_each(self, *words: str) -> list[Any]:
        """The raw answers of every server that takes writes."""
        if self._servers is None:
            raise StoreUnavailable("it is closed")
        try:
            return await self._servers.of_each(*words)
        except FAILURES as error:
            raise StoreUnavailable(_reason(error)) from None

    async def blob(self, *words: str | bytes) -> bytes | None:
        answer = await self.do(*words)
        return answer if isinstance(answer, bytes) else None

    async def text(self, *words: str | bytes) -> str | None:
        answer = await self.blob(*words)
        return None if answer is None else answer.decode()

    async def many(self, *words: str | bytes) -> Any:
        """An answer of several parts, as a list."""
        return list(await self.do(*words))

    async def run(self, script: str, names: Sequence[str], values: Sequence[str | bytes]) -> Any:
        """A script of `redis_scripts.py`: by its digest, and in full where the server does not know it yet."""
        # SHA-1 is the protocol's name for a script (EVALSHA), not a proof of anything.
        digest = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
        words = (str(len(names)), *names, *values)
        try:
            return await self.do("EVALSHA", digest, *words)
        except NoScriptError:
            return await self.do("EVAL", script, *words)

    async def check_durability(self) -> None:
        """Raises `StoreUnavailable` where Redis could lose what it acknowledged."""
        wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
        for name, value in wanted.items():
            for found in await self._config(name):
                if found != value:
                    raise StoreUnavailable(f"Redis has `{name} {found}`; set `{name} {value}` in redis.conf")
        for info in await self.of_each("INFO", "persistence"):
            if _mapping(info).get("aof_last_write_status", "ok") != "ok":
                raise StoreUnavailable("Redis could not write its append-only file; look at its disk")

    async def _config(self, name: str) -> list[str]:
        """A setting's value at each server."""
        return [_mapping(answer).get(name, "unknown") for answer in await self.of_each("CONFIG GET", name)]


def _mapping(answer: Any) -> dict[str, str]:
    """Names and values, however the library gives them."""
    if isinstance(answer, list | tuple):
        answer = dict(zip(answer[::2], answer[1::2], strict=True))
    if isinstance(answer, bytes | str):
        lines = (line.partition(":") for line in _str(answer).splitlines())
        answer = {name: value for name, _, value in lines}
    return {_str(name): _str(value) for name, value in answer.items()}


def _str(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _reason(error: BaseException) -> str:
    """Redis' own words, without the address, which may hold a password."""
    if isinstance(error, NotReplicatedError):
        return "too few replicas of Redis have what was written; look at INFO replication"
    if isinstance(error, ResponseError):
        return f"Redis says: {str(error).splitlines()[0]}"
    return f"Redis is not reached ({type(error).__name__})"
