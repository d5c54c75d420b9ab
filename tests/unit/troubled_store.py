"""A store of which a test decides when it answers, and whether."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

from beside.errors import StoreUnavailable
from beside.session import Session, TrailEntry
from beside.store.contract import Delivery
from beside.store.sqlite import SqliteStore


class TroubledStore(SqliteStore):
    """A SQLite file behind a line that can be slow, or lose an answer after the work was done."""

    def __init__(self) -> None:
        super().__init__(None)
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0
        self.loses_answer = False
        self.is_away = False
        # How many commits it keeps before it is away.
        self.keeps = math.inf

    async def commit_session(
        self, session: Session, trail: Sequence[TrailEntry], deliveries: Sequence[Delivery] = ()
    ) -> None:
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        self.keeps -= 1
        if self.is_away or self.keeps < 0:
            raise StoreUnavailable("it is not reached")
        await super().commit_session(session, trail, deliveries)
        if self.loses_answer:
            self.loses_answer = False
            raise StoreUnavailable("the answer was lost on its way")
