"""Webhooks: deliveries leave signed, and again until the receiver has them. Also how a receiver checks one.

Addresses come from the settings alone, never from a request: a relay that calls what it is told to call could be made
to call its own network. Knows nothing of sessions; a body is bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import httpx
import msgspec

from beside.errors import StoreUnavailable
from beside.store.contract import Delivery, Store
from beside.tasks import stop

SIGNATURE_HEADER = "Beside-Signature"
# A receiver refuses what is older than this, so that a captured delivery cannot be played to it later.
TOLERANCE_S = 300.0

log = logging.getLogger("beside.webhooks")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where a site's webhooks go, and the secret shared with the receiver."""

    url: str
    secret: str

    def __repr__(self) -> str:
        return f"Target(url={self.url!r})"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How hard the outbox tries. The defaults reach over a weekend: the last of 20 attempts is about 3 days later."""

    timeout_s: float = 10.0
    first_retry_s: float = 5.0
    longest_retry_s: float = 6 * 3600.0
    max_attempts: int = 20
    # How often the store is asked, for what another worker or an earlier process left.
    poll_s: float = 5.0
    max_at_once: int = 8
    # Who has not answered by then is waited for no longer before others are sent theirs.
    patience_s: float = 1.0


def sign(secret: str, body: bytes, at: float) -> str:
    """The value of `Beside-Signature` for a body that leaves at `at` (Unix seconds): `t=UNIX,v1=HEX`."""
    stamp = str(int(at))
    return f"t={stamp},v1={_mac(secret, stamp, body)}"


def verify(secret: str, header: str, body: bytes, now: float, tolerance_s: float = TOLERANCE_S) -> bool:
    """For receivers: True when `body` was signed with `secret` at most `tolerance_s` ago (or ahead).

    `header` may hold several `v1`, as it does while a secret is being changed; one that fits is enough.
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdigit() and len(stamps[0]) < 16):
        return False
    if abs(now - int(stamps[0])) > tolerance_s:
        return False
    expected = _mac(secret, stamps[0], body).encode()
    return any(hmac.compare_digest(expected, value.encode()) for name, _, value in parts if name == "v1")


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def retry_delay_s(attempts: int, options: Options) -> float:
    """How long after attempt number `attempts` (from 1) the next one is due: doubling up to a bound."""
    return float(min(options.first_retry_s * 2.0 ** min(attempts - 1, 32), options.longest_retry_s))


def _reached_at(url: str) -> tuple[str, str | None]:
    """Where an address is called, and the Host header it then needs. Names below `localhost` are loopback (RFC 6761,
    section 6.3), but few systems' resolvers know it; browsers do, so the demo lives under such names.
    """
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, None
    port = "" if parts.port is None else f":{parts.port}"
    return parts._replace(netloc=f"127.0.0.1{port}").geturl(), parts.netloc


def _say_why(error: BaseException) -> None:
    if isinstance(error, StoreUnavailable):
        log.warning("Webhooks wait. %s", error)
    else:
        log.error("Webhooks wait: one could not be handled.", exc_info=error)


class Outbox:
    """Sends what is due. Of several workers the one sends that `leads` says it of.

    At least once: a delivery is postponed before it is sent and settled after a 2xx, so a process that dies in between
    sends again, under the same delivery id. `targets`: site -> where its webhooks go.

    A few at once, and then the next few. A site whose receiver keeps one waiting is passed over until that is over: one
    that hangs delays its own and no others.
    """

    def __init__(
        self,
        store: Store,
        targets: Mapping[str, Target],
        options: Options = Options(),  # noqa: B008 - frozen
        *,
        clock: Callable[[], float] = time.time,
        leads: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self._store = store
        self._leads = leads
        self._is_leading = leads is None
        self._targets = targets
        self._options = options
        self._clock = clock
        self._wake = asyncio.Event()
        # What has been begun and not ended, and whose it is.
        self._under_way: dict[asyncio.Task[None], str] = {}

    def wake(self, *, is_of_others: bool = False) -> None:
        """Says that the store has a delivery that is due: it is sent now, and not at the next look.

        `is_of_others`: another worker has put it there; that is nothing to one that does not send.
        """
        if self._is_leading or not is_of_others:
            self._wake.set()

    async def run(self) -> None:
        """Sends until cancelled. A store that is down is waited for."""
        # Redirects are not followed: the receiver's answer must not choose another address for us. The environment's
        # proxies and .netrc are not ours to use.
        # What is under way is bounded for each site. Those that hang are not to use up the connections of all.
        async with httpx.AsyncClient(
            follow_redirects=False,
            timeout=self._options.timeout_s,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            trust_env=False,
            headers={"User-Agent": "Beside"},
        ) as client:
            try:
                while True:
                    self._wake.clear()
                    try:
                        self._is_leading = self._leads is None or await self._leads()
                        sent = await self.send_due(client) if self._is_leading else 0
                    except Exception as error:
                        _say_why(error)
                        sent = 0
                    if not sent:
                        await self._rest()
            finally:
                await stop(*self._under_way)

    async def send_due(self, client: httpx.AsyncClient) -> int:
        """Begins with what is due now, a few at once, and waits for it for a while.

        Returns how many they were; 0 where one could not be handled, and the next few would be the same.
        """
        slow = set(self._under_way.values())
        due = await self._store.due_deliveries(now=self._clock(), limit=self._options.max_at_once, without=slow)
        begun = [asyncio.create_task(self._try(client, each)) for each in due]
        for task, each in zip(begun, due, strict=True):
            self._under_way[task] = each.site
            task.add_done_callback(self._end)
        if begun:
            await asyncio.wait(begun, timeout=self._options.patience_s)
        return 0 if any(task.done() and task.exception() is not None for task in begun) else len(due)

    def _end(self, task: asyncio.Task[None]) -> None:
        site = self._under_way.pop(task)
        if task.cancelled():
            return
        # One that could not be noted down must not keep the others from being sent; what was not settled comes again.
        if error := task.exception():
            _say_why(error)
        elif site not in self._under_way.values():
            # More of it may be due, and were passed over.
            self._wake.set()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._options.poll_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _try(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        target = self._targets.get(delivery.site)
        if target is None:
            log.error("Webhook %s is dropped: its site has no address any more.", delivery.id)
            await self._store.settle_delivery(delivery.id)
            return
        attempts = delivery.attempts + 1
        due_at = self._clock() + self._options.timeout_s + retry_delay_s(attempts, self._options)
        await self._store.postpone_delivery(delivery.id, attempts=attempts, due_at=due_at)
        failure = await self._send(client, target, delivery)
        if failure is None:
            await self._store.settle_delivery(delivery.id)
        elif attempts >= self._options.max_attempts:
            log.error("Webhook %s is given up after %d attempts: %s.", delivery.id, attempts, failure)
            await self._store.settle_delivery(delivery.id)
        else:
            log.warning("Webhook %s failed (attempt %d): %s.", delivery.id, attempts, failure)
            due_at = self._clock() + retry_delay_s(attempts, self._options)
            await self._store.postpone_delivery(delivery.id, attempts=attempts, due_at=due_at)

    async def _send(self, client: httpx.AsyncClient, target: Target, delivery: Delivery) -> str | None:
        """None when the receiver has it, else why not, without anything of body or answer."""
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: sign(target.secret, delivery.body, self._clock()),
        }
        try:
            url, host = _reached_at(target.url)
            if host is not None:
                headers["Host"] = host
            # httpx bounds each read, not the whole: a receiver that drips would hold the place for ever.
            async with asyncio.timeout(self._options.timeout_s):
                # Streamed and left unread: what a receiver answers beyond its status is nothing to us, however long.
                async with client.stream("POST", url, content=delivery.body, headers=headers) as answer:
                    return None if answer.is_success else f"the receiver answered {answer.status_code}"
        except (TimeoutError, httpx.TimeoutException):
            return f"no answer within {self._options.timeout_s:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return f"the receiver was not reached ({type(error).__name__})"
