"""Which worker holds which session, noted in Redis.

A note is no proof that its worker lives: whoever is asked for a session and hears nothing from its home takes it over.
"""

from __future__ import annotations

from beside.store import redis_keys as keys
from beside.store import redis_scripts as scripts
from beside.store.redis_client import RedisClient

# Longer than any session can last; what a killed worker noted of one that never came to be goes by itself.
KEPT_MS = 7 * 86_400_000


class RedisHomeBook:
    """`HomeBook` of `contract.py`."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def home_of(self, session_id: str) -> str | None:
        return await self._redis.text("GET", keys.home(session_id))

    async def settle(self, session_id: str, worker: str, *, before: str | None) -> bool:
        return bool(
            await self._redis.run(scripts.SETTLE, [keys.home(session_id)], [before or "", worker, str(KEPT_MS)])
        )

    async def leave(self, session_id: str, worker: str) -> None:
        await self._redis.run(scripts.LEAVE_PLACE, [keys.home(session_id)], [worker])

    async def open_ids(self) -> list[str]:
        return [name.decode() for name in await self._redis.many("SMEMBERS", keys.OPEN)]

    async def close(self, session_id: str) -> None:
        await self._redis.do("SREM", keys.OPEN, session_id)

    async def lead(self, task: str, worker: str, *, for_s: float) -> bool:
        return bool(await self._redis.run(scripts.LEAD, [keys.leader(task)], [worker, str(int(for_s * 1000))]))
