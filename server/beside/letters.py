"""What workers say to each other: questions, each with one answer, and things that are told.

Knows what a letter looks like and not what it is about.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable

import msgspec

from beside.errors import StoreUnavailable
from beside.store.contract import Post

log = logging.getLogger("beside.letters")

_encode = msgspec.msgpack.encode


class Nobody(Exception):
    """The worker that was asked is gone, or does not answer."""


class _Letter(msgspec.Struct, frozen=True, array_like=True):
    """`number` ties an answer to its question; 0 where none is waited for. `body` is None where that has failed."""

    sender: str
    kind: str
    number: int
    is_answer: bool
    body: bytes | None


_decode = msgspec.msgpack.Decoder(_Letter).decode

Answer = Callable[[bytes, str], Awaitable[bytes]]


class Letters:
    """One worker's."""

    def __init__(self, post: Post) -> None:
        self.worker = post.worker
        self._post = post
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[str, asyncio.Future[bytes]]] = {}
        self._answers: dict[str, Answer] = {}
        self._hearers: dict[str, Callable[[bytes, str], None]] = {}
        self._when_gone: list[Callable[[str | None], None]] = []
        self._when_back: list[Callable[[], None]] = []
        self._works: set[asyncio.Task[None]] = set()
        # When each worker said something last, by the loop's clock.
        self._heard_at: dict[str, float] = {}
        post.on_letter = self._take
        post.on_nobody = self._gone
        post.on_cut = lambda: self._gone(None)
        post.on_back = self._back

    async def open(self) -> None:
        await self._post.open()

    async def close(self) -> None:
        for work in self._works:
            work.cancel()
        await self._post.close()

    def answering(self, kind: str, answer: Answer) -> None:
        """`answer` is given a question of this kind, and who asks; what it raises the asker hears as a failure."""
        self._answers[kind] = answer

    def hearing(self, kind: str, hear: Callable[[bytes, str], None]) -> None:
        """`hear` is given what is told of this kind, and by whom."""
        self._hearers[kind] = hear

    def when_gone(self, gone: Callable[[str | None], None]) -> None:
        """`gone` is called with a worker that nobody is there for any more; with None where that may be any of them."""
        self._when_gone.append(gone)

    def when_back(self, back: Callable[[], None]) -> None:
        """`back` is called when letters come again after some may have been lost: others may have thought us dead."""
        self._when_back.append(back)

    async def is_there(self, worker: str) -> bool:
        """Raises `StoreUnavailable`."""
        return worker == self.worker or await self._post.is_there(worker)

    def tell(self, worker: str, kind: str, body: bytes) -> None:
        self._send(worker, kind, 0, body)

    def tell_all(self, kind: str, body: bytes) -> None:
        """Every other worker."""
        self._post.send_all(_encode(_Letter(self.worker, kind, 0, False, body)))

    def check(self) -> None:
        """Raises `StoreUnavailable` where nothing that others say reaches us."""
        if not self._post.is_heard():
            raise StoreUnavailable("letters of other workers do not come")

    def heard_at(self, worker: str) -> float:
        """When a worker said something last, by the loop's clock; 0 for never."""
        return self._heard_at.get(worker, 0.0)

    async def ask(self, worker: str, kind: str, body: bytes, *, within_s: float) -> bytes:
        """The answer. Raises `Nobody`; `StoreUnavailable` where letters do not go now, or the other side has failed.

        Silence says something of the other side only where this one was awake and heard its own letters all the while.
        """
        number = next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (worker, answer)
        self._send(worker, kind, number, body)
        try:
            async with asyncio.timeout(within_s):
                return await answer
        except TimeoutError:
            self.check()
            raise Nobody from None
        finally:
            del self._waiting[number]

    def _send(self, worker: str, kind: str, number: int, body: bytes | None, *, is_answer: bool = False) -> None:
        self._post.send(worker, _encode(_Letter(self.worker, kind, number, is_answer, body)))

    def _take(self, data: bytes) -> None:
        letter = _decode(data)
        self._heard_at[letter.sender] = asyncio.get_running_loop().time()
        if letter.is_answer:
            self._settle(letter)
        elif letter.number:
            self._start(self._answer(letter))
        elif letter.sender != self.worker and letter.kind in self._hearers and letter.body is not None:
            self._hearers[letter.kind](letter.body, letter.sender)

    def _settle(self, letter: _Letter) -> None:
        _, answer = self._waiting.get(letter.number, ("", None))
        if answer is None or answer.done():
            return
        if letter.body is None:
            answer.set_exception(StoreUnavailable("another worker could not do its part; try again"))
        else:
            answer.set_result(letter.body)

    async def _answer(self, letter: _Letter) -> None:
        try:
            body = await self._answers[letter.kind](letter.body or b"", letter.sender)
        except Exception as error:
            # Also a kind that this version does not know. Said, for silence would be taken for death.
            log.warning("Another worker's question has failed: %s", type(error).__name__, exc_info=error)
            self._send(letter.sender, letter.kind, letter.number, None, is_answer=True)
        else:
            self._send(letter.sender, letter.kind, letter.number, body, is_answer=True)

    def _gone(self, worker: str | None) -> None:
        for asked, answer in list(self._waiting.values()):
            if not answer.done() and worker in (None, asked):
                lost = StoreUnavailable("letters to other workers are lost") if worker is None else Nobody()
                answer.set_exception(lost)
        if worker is None:
            # Of names of long ago too.
            self._heard_at.clear()
        for gone in self._when_gone:
            gone(worker)

    def _back(self) -> None:
        for back in self._when_back:
            back()

    def _start(self, doing: Awaitable[None]) -> None:
        work = asyncio.ensure_future(doing)
        self._works.add(work)
        work.add_done_callback(self._works.discard)
