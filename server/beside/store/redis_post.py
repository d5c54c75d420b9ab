"""Letters between workers, by Redis' publish and subscribe.

Redis keeps no letter: one that finds nobody is gone, and so are those of a broken connection. Who depends on each
numbers them. All that is written in one turn of the loop, and while the last answer is awaited, travels together: a
command costs ten times what a letter does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from beside.errors import StoreUnavailable, TooLarge
from beside.store import redis_keys as keys
from beside.store.redis_servers import FAILURES, TIMEOUT_S, Servers, connect
from beside.tasks import stop

log = logging.getLogger("beside.post")

# A letter to ourselves, this often; one that has not come back for so long says that our ear is deaf, or was asleep.
BEAT_S = 1.0
DEAF_AFTER_S = 3.0
HEARD_WITHIN_S = 2.0
# Between attempts to listen again.
PAUSE_S = 0.3
# Far more than any has: what a carried socket says comes in pieces of 256 kB (tunnels.py).
MAX_LETTER_BYTES = 4 * 1024 * 1024
# What may wait while Redis does not answer; beyond it letters are lost as those of a broken connection are.
MAX_WAITING_BYTES = 64 * 1024 * 1024
# Of one command: Redis closes a subscriber that has more than 32 MB waiting.
MAX_BATCH_BYTES = 4 * 1024 * 1024

_BEAT = b""
_encode = msgspec.msgpack.encode
_batch = msgspec.msgpack.Decoder(list[bytes])


def _ignore(*_: object) -> None:
    """Nobody listens yet."""


class RedisPost:
    """`Post` of `contract.py`."""

    def __init__(self, url: str, worker: str) -> None:
        self.worker = worker
        self.on_letter: Callable[[bytes], None] = _ignore
        self.on_nobody: Callable[[str], None] = _ignore
        self.on_cut: Callable[[], None] = _ignore
        self.on_back: Callable[[], None] = _ignore
        self._servers: Servers | None = None
        self._url = url
        self._own = keys.letters_to(worker)
        self._all = keys.letters_to("*")
        # Where our beats come back: in a cluster an ear each hears the two above.
        self._beats = (self._own, keys.beats_beside(self._all, worker))
        self._out: dict[str, list[bytes]] = {}
        self._out_bytes = 0
        self._written = asyncio.Event()
        self._works: list[asyncio.Task[None]] = []
        # Each hears some of our channels.
        self._ears: list[asyncio.Task[None]] = []
        # Of ears that heard before.
        self._endings: set[asyncio.Task[None]] = set()
        self._heard_at: dict[str, float] = {}
        # When we began to listen anew because nothing came, and when anything came or was confirmed last.
        self._anew_at = self._awake_at = 0.0

    async def open(self) -> None:
        """Raises `StoreUnavailable`. Returns once letters reach us."""
        try:
            self._servers = connect(self._url)
        except ValueError as error:
            raise StoreUnavailable(f"the address is not one of Redis: {error}") from None
        # Nobody is deaf before they have begun to listen.
        self._heard_at = dict.fromkeys(self._beats, asyncio.get_running_loop().time())
        self._works = [asyncio.create_task(self._write())]
        ready = self._listen_anew()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await asyncio.gather(*ready)
        except TimeoutError:
            await self.close()
            raise StoreUnavailable("Redis does not let us listen for letters") from None
        self._works.append(asyncio.create_task(self._beat()))

    async def close(self) -> None:
        works, self._works, self._ears = [*self._works, *self._ears], [], []
        await stop(*works)
        await asyncio.gather(*self._endings)
        if self._servers is not None:
            await self._servers.close()

    def send(self, worker: str, letter: bytes) -> None:
        self._put(keys.letters_to(worker), letter)

    def send_all(self, letter: bytes) -> None:
        self._put(self._all, letter)

    async def is_there(self, worker: str) -> bool:
        assert self._servers is not None
        try:
            return await self._servers.hearers(keys.letters_to(worker)) > 0
        except FAILURES as error:
            raise StoreUnavailable(f"Redis is not reached ({type(error).__name__})") from None

    def is_heard(self) -> bool:
        return self._silent_s() <= HEARD_WITHIN_S

    def _silent_s(self) -> float:
        """For how long a beat of ours has not come back, by the ear that hears least."""
        return asyncio.get_running_loop().time() - min(self._heard_at.values())

    # -- Out

    def _put(self, channel: str, letter: bytes) -> None:
        if len(letter) > MAX_LETTER_BYTES:
            # Redis would close whoever is to get it.
            raise TooLarge("What is to be carried", len(letter), MAX_LETTER_BYTES)
        self._out.setdefault(channel, []).append(letter)
        self._out_bytes += len(letter)
        if self._out_bytes > MAX_WAITING_BYTES:
            log.warning("Letters to other workers are lost: Redis does not take them.")
            self._out, self._out_bytes = {}, 0
            # Not here, where whoever writes is in the middle of something.
            asyncio.get_running_loop().call_soon(self._cut)
        self._written.set()

    async def _write(self) -> None:
        assert self._servers is not None
        while True:
            await self._written.wait()
            self._written.clear()
            batches = self._take()
            try:
                counts = await self._servers.publish(batches)
            except FAILURES as error:
                log.warning("Letters to other workers are lost: Redis is not reached (%s).", type(error).__name__)
                self._out, self._out_bytes = {}, 0
                self._cut()
                await asyncio.sleep(PAUSE_S)
                continue
            for (channel, _), count in zip(batches, counts, strict=True):
                if not count and channel not in (self._all, *self._beats):
                    self._tell(self.on_nobody, channel.removeprefix(keys.letters_to("")))

    def _take(self) -> list[tuple[str, bytes]]:
        """What waits, a batch or more for each channel."""
        out, self._out, self._out_bytes = self._out, {}, 0
        batches = []
        for channel, letters in out.items():
            batch: list[bytes] = []
            size_bytes = 0
            for letter in letters:
                if batch and size_bytes + len(letter) > MAX_BATCH_BYTES:
                    batches.append((channel, _encode(batch)))
                    batch, size_bytes = [], 0
                batch.append(letter)
                size_bytes += len(letter)
            batches.append((channel, _encode(batch)))
        return batches

    async def _beat(self) -> None:
        """Finds out that nothing reaches us, also where the connection says nothing."""
        now = asyncio.get_running_loop().time
        while True:
            self._send_beats()
            await asyncio.sleep(BEAT_S)
            if min(self._silent_s(), now() - self._anew_at) > DEAF_AFTER_S:
                log.warning("No letter has come for %.0f s; listening anew.", DEAF_AFTER_S)
                self._anew_at = now()
                self._listen_anew()

    def _send_beats(self) -> None:
        for channel in self._beats:
            self._put(channel, _BEAT)

    # -- In

    def _listen_anew(self) -> list[asyncio.Future[None]]:
        """Futures that are done once all our channels are heard."""
        assert self._servers is not None
        is_first = not self._ears
        if self._ears:
            ending = asyncio.create_task(stop(*self._ears))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        groups = self._servers.together([self._all, *self._beats])
        loop = asyncio.get_running_loop()
        ready: list[asyncio.Future[None]] = [loop.create_future() for _ in groups]
        self._ears = [
            asyncio.create_task(self._listen(group, done, is_first=is_first))
            for group, done in zip(groups, ready, strict=True)
        ]
        return ready

    async def _listen(self, channels: list[str], ready: asyncio.Future[None], *, is_first: bool) -> None:
        assert self._servers is not None
        pause_s = 0.0
        while True:
            try:
                async with self._servers.listen(channels) as ear:
                    left = len(channels)
                    while True:
                        # It answers each channel, and then says what comes on it.
                        message = await ear.get_message(timeout=TIMEOUT_S if left else None)
                        if message is None and left:
                            raise TimeoutError
                        if message is None:
                            continue
                        if message["type"].endswith("subscribe"):
                            left -= 1
                            if not left:
                                self._hears(ready, is_first=is_first)
                                is_first, pause_s = False, 0.0
                        elif message["type"] in ("message", "smessage"):
                            self._hear(message["channel"].decode(), message["data"])
            except FAILURES as error:
                log.warning("Letters of other workers do not come: Redis is not reached (%s).", type(error).__name__)
            except asyncio.CancelledError:
                self._cut()
                raise
            if self._own in channels:
                # What others tell everybody is told again, or found out; what they tell us is not.
                self._cut()
            with suppress(*FAILURES):
                await self._servers.look_again()
            await asyncio.sleep(pause_s)
            pause_s = PAUSE_S

    def _hears(self, ready: asyncio.Future[None], *, is_first: bool) -> None:
        self._awake_at = asyncio.get_running_loop().time()
        if not ready.done():
            ready.set_result(None)
        # That it says so proves nothing; what comes does.
        self._send_beats()
        if not is_first:
            self._tell(self.on_back)

    def _hear(self, channel: str, batch: bytes) -> None:
        now = asyncio.get_running_loop().time()
        # The whole process stood still: others may have taken us for dead.
        slept = now - self._awake_at > DEAF_AFTER_S
        self._awake_at = now
        if slept:
            self._cut()
            self._tell(self.on_back)
        try:
            letters = _batch.decode(batch)
        except msgspec.DecodeError:
            log.error("A letter could not be read; do all workers run the same version?")
            return
        for letter in letters:
            if letter == _BEAT:
                self._heard_at[channel] = now
            else:
                self._tell(self.on_letter, letter)

    def _cut(self) -> None:
        self._tell(self.on_cut)

    @staticmethod
    def _tell(whom: Callable[..., None], *words: Any) -> None:
        """One listener's mistake must not end the post of all."""
        try:
            whom(*words)
        except Exception:
            log.exception("A letter could not be handled.")
