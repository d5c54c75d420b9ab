"""A queue for one reader, a gate, and turns: what a relay holds for each socket, as small as it needs them.

Knows nothing of what is in them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any


class OneReaderQueue:
    """An unbounded `asyncio.Queue` for one reader, in 0.3 kB where that takes 3; a relay holds two for each socket.

    `is_done` says at once what `join` waits for, and `is_awaited` whether the reader has taken all and wants more.
    """

    __slots__ = ("_finished", "_items", "_reader", "_unfinished")

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._reader: asyncio.Future[Any] | None = None
        # What was put and not yet said to be done with, and who waits for the last of it.
        self._unfinished = 0
        self._finished: asyncio.Future[None] | None = None

    @property
    def is_done(self) -> bool:
        return not self._unfinished

    @property
    def is_awaited(self) -> bool:
        # Done while it is still here: the reader gave up.
        return self._reader is not None and not self._reader.done()

    def qsize(self) -> int:
        return len(self._items)

    def empty(self) -> bool:
        return not self._items

    def put_nowait(self, item: Any) -> None:
        self._unfinished += 1
        reader, self._reader = self._reader, None
        if reader is None or reader.done():
            self._items.append(item)
        else:
            reader.set_result(item)

    async def put(self, item: Any) -> None:
        self.put_nowait(item)

    def get_nowait(self) -> Any:
        """Raises `asyncio.QueueEmpty`."""
        if not self._items:
            raise asyncio.QueueEmpty
        return self._items.pop(0)

    def get(self) -> asyncio.Future[Any]:
        """The next item, now or later. What was handed to a reader who gives up before they look at it is gone.

        Not a coroutine: each socket's writer waits in `asyncio.wait_for`, which makes a task of one (0.9 kB).
        """
        if self.is_awaited:
            raise RuntimeError("this queue has a reader")
        reader = asyncio.get_running_loop().create_future()
        if self._items:
            reader.set_result(self._items.pop(0))
        else:
            self._reader = reader
        return reader

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


class Gate:
    """An `asyncio.Event` that is set to begin with, in 0.1 kB: a deque for its waiters, who are rare, would be 0.7."""

    __slots__ = ("_is_open", "_waiters")

    def __init__(self) -> None:
        self._is_open = True
        self._waiters: list[asyncio.Future[None]] = []

    def is_set(self) -> bool:
        return self._is_open

    def set(self) -> None:
        self._is_open = True
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def clear(self) -> None:
        self._is_open = False

    async def wait(self) -> None:
        if self._is_open:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        finally:
            self._waiters.remove(waiter)


class Turns:
    """Does one thing after the other, in the order they were put; whoever puts them waits for none of them.

    Each is a task of its own, in the context of whoever put it. Its errors are its own to deal with.
    """

    __slots__ = ("_last", "_waiting")

    def __init__(self) -> None:
        self._last: asyncio.Task[None] | None = None
        # The words of what is not done yet, in order.
        self._waiting: list[Hashable] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, turn: Callable[[], Awaitable[None]], word: Hashable = None) -> None:
        """`word`: what it says, where saying that again before anything without a word says no more."""
        self._waiting.append(word)
        self._last = asyncio.get_running_loop().create_task(self._take(self._last, turn))

    def waits(self, word: Hashable) -> bool:
        """Whether something of that word is still to be done, and nothing without one after it."""
        for other in reversed(self._waiting):
            if other is None:
                return False
            if other == word:
                return True
        return False

    @property
    def has_wordless(self) -> bool:
        return None in self._waiting

    async def finished(self) -> None:
        """Returns once all that was put by now is done."""
        if self._last is not None:
            await asyncio.wait([self._last])

    async def _take(self, before: asyncio.Task[None] | None, turn: Callable[[], Awaitable[None]]) -> None:
        try:
            if before is not None:
                await asyncio.wait([before])
            await turn()
        finally:
            del self._waiting[0]
            if not self._waiting:
                self._last = None
