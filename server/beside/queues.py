"""A queue for one reader. Knows nothing of what is in it."""

from __future__ import annotations

import asyncio
from typing import Any


class OneReaderQueue:
    """An unbounded `asyncio.Queue` for one reader, in 0.3 kB where that takes 3; a relay holds two for each socket.

    `is_done` says at once what `join` waits for.
    """

    __slots__ = ("_finished", "_items", "_reader", "_unfinished")

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._reader: asyncio.Future[None] | None = None
        # What was put and not yet said to be done with, and who waits for the last of it.
        self._unfinished = 0
        self._finished: asyncio.Future[None] | None = None

    @property
    def is_done(self) -> bool:
        return not self._unfinished

    def qsize(self) -> int:
        return len(self._items)

    def empty(self) -> bool:
        return not self._items

    def put_nowait(self, item: Any) -> None:
        self._items.append(item)
        self._unfinished += 1
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def put(self, item: Any) -> None:
        self.put_nowait(item)

    def get_nowait(self) -> Any:
        """Raises `asyncio.QueueEmpty`."""
        if not self._items:
            raise asyncio.QueueEmpty
        return self._items.pop(0)

    async def get(self) -> Any:
        while not self._items:
            if self._reader is not None:
                raise RuntimeError("this queue has a reader")
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._items.pop(0)

    def task_done(self) -> None:
        """Raises `ValueError` where nothing is left to be done with."""
        if not self._unfinished:
            raise ValueError("task_done() called too many times")
        self._unfinished -= 1
        if not self._unfinished and self._finished is not None:
            self._finished.set_result(None)
            self._finished = None

    async def join(self) -> None:
        while self._unfinished:
            if self._finished is None:
                self._finished = asyncio.get_running_loop().create_future()
            # Several may wait, and one of them may give up.
            await asyncio.shield(self._finished)
