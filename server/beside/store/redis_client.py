"""One connection pool to Redis, its errors in our words, and the proof that it keeps what it acknowledges."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError, ResponseError

from beside.errors import StoreUnavailable

# Longer than an fsync of a busy disk; a shopper waits no longer than this for a refusal.
TIMEOUT_S = 5.0


class RedisClient:
    """Runs commands and scripts; anything that goes wrong is `StoreUnavailable`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._redis: Redis | None = None

    async def open(self) -> None:
        if self._redis is not None:
            raise StoreUnavailable("it is open already")
        try:
            self._redis = Redis.from_url(
                self._url,
                protocol=2,  # answers of one shape on every server
                socket_timeout=TIMEOUT_S,
                socket_connect_timeout=TIMEOUT_S,
                # Never again by itself: the first try may have been done and only its answer lost, and a code taken
                # twice is a right code refused.
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError as error:
            raise StoreUnavailable(f"the address is not one of Redis: {error}") from None

    async def close(self) -> None:
        redis, self._redis = self._redis, None
        if redis is not None:
            await redis.aclose()

    async def do(self, *words: str | bytes) -> Any:
        """The raw answer of one command."""
        if self._redis is None:
            raise StoreUnavailable("it is closed")
        try:
            return await self._redis.execute_command(*words)  # type: ignore[no-untyped-call]
        except NoScriptError:
            raise
        except (RedisError, OSError, TimeoutError) as error:
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
            found = await self._config(name)
            if found != value:
                raise StoreUnavailable(f"Redis has `{name} {found}`; set `{name} {value}` in redis.conf")
        info = await self.do("INFO", "persistence")
        if info.get("aof_last_write_status", "ok") != "ok":
            raise StoreUnavailable("Redis could not write its append-only file; look at its disk")

    async def _config(self, name: str) -> str:
        answer = await self.do("CONFIG", "GET", name)
        found = answer if isinstance(answer, dict) else dict(zip(answer[::2], answer[1::2], strict=True))
        return str({_str(key): _str(value) for key, value in found.items()}.get(name, "unknown"))


def _str(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _reason(error: BaseException) -> str:
    """Redis' own words, without the address, which may hold a password."""
    if isinstance(error, ResponseError):
        return f"Redis says: {str(error).splitlines()[0]}"
    return f"Redis is not reached ({type(error).__name__})"
