"""The shared store: Redis, for more than one worker or machine. What each method promises stands in `contract.py`.

Redis keeps what it acknowledged only with `appendfsync always` and forgets nothing only with `noeviction`: `ping()`
checks both. Lists of sessions (open, ended, a ticket's) lie in other slots than the sessions, so they are written
first and believed only as far as the session itself agrees: a process killed in between leaves a name too many.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Sequence

import msgspec

from beside.errors import Conflict, StoreUnavailable
from beside.session import Session, TrailEntry
from beside.store import redis_keys as keys
from beside.store import redis_scripts as scripts
from beside.store.contract import ApiKey, CodeEntry, Delivery
from beside.store.redis_client import RedisClient
from beside.store.redis_homes import RedisHomeBook
from beside.store.redis_post import RedisPost

# How long a ticket's place is held by a creator who may have died before the session was written.
PLACE_HELD_MS = 10_000
# Expiry by the server's clock comes this much after expiry by ours, whose `now` decides.
BROOM_MARGIN_S = 60.0
# So many deliveries are read in one go where a site's whole backlog may have to be passed over.
DELIVERIES_AT_ONCE = 100

_encode = msgspec.json.encode
_session = msgspec.json.Decoder(Session)
_entry = msgspec.json.Decoder(TrailEntry)
_code = msgspec.json.Decoder(CodeEntry)
_key = msgspec.json.Decoder(ApiKey)
_delivery = msgspec.json.Decoder(Delivery)


class RedisStore:
    """`check_durability=False` accepts a Redis that may lose what it acknowledged: for development only."""

    def __init__(self, url: str, *, check_durability: bool = True) -> None:
        self._url = url
        self._redis = RedisClient(url)
        self._check_durability = check_durability

    async def open(self) -> None:
        await self._redis.open()
        try:
            await self.ping()
        except StoreUnavailable:
            await self._redis.close()
            raise

    async def close(self) -> None:
        await self._redis.close()

    async def ping(self) -> None:
        await self._redis.do("SET", f"{keys.PREFIX}heartbeat", "1")
        if self._check_durability:
            await self._redis.check_durability()

    def home_book(self) -> RedisHomeBook:
        """Where workers note who holds which session; on this store's connections."""
        return RedisHomeBook(self._redis)

    def post(self, worker: str) -> RedisPost:
        """What a worker of this name sends and gets letters by; on connections of its own."""
        return RedisPost(self._url, worker)

    # -- sessions

    async def insert_session(self, session: Session, trail: Sequence[TrailEntry]) -> None:
        place = keys.place(session.site, session.ticket)
        holder = await self._redis.text("GET", place) or ""
        if holder and not await self._is_left(place, holder):
            raise Conflict
        if not await self._redis.run(scripts.TAKE_PLACE, [place], [holder, session.id, str(PLACE_HELD_MS)]):
            raise Conflict
        await self._redis.do("SADD", keys.OPEN, session.id)
        if not await self._write_session(session, trail, before=0):
            raise Conflict
        if not await self._redis.run(scripts.TAKE_PLACE, [place], [session.id, session.id, "0"]):
            # We were slower than the place was held, and somebody has taken it: the ticket is theirs.
            await self.erase_session(session.id)
            raise Conflict

    async def _is_left(self, place: str, holder: str) -> bool:
        """Whether a ticket's place is held by a session that is over. A place still about to fall free is not left.

        In this order: a session is written before its place is held for good. Looked for first, one that is written and
        then held in between would count as left, and its ticket have two sessions.
        """
        if await self._redis.do("PTTL", place) != -1:
            return False
        session = await self.load_session(holder)
        return session is None or session.state == "ended"

    async def _write_session(
        self, session: Session, trail: Sequence[TrailEntry], deliveries: Sequence[Delivery] = (), *, before: int
    ) -> bool:
        names = [keys.session(session.id), keys.trail(session.id), keys.outgoing(session.id)]
        values: list[str | bytes] = [str(before), str(session.version), _encode(session), str(len(deliveries))]
        values += [_encode(delivery) for delivery in deliveries]
        values += [_encode(entry) for entry in trail]
        return bool(await self._redis.run(scripts.COMMIT_SESSION, names, values))

    async def load_session(self, session_id: str) -> Session | None:
        body = await self._redis.blob("HGET", keys.session(session_id), "body")
        return _session.decode(body) if body else None

    async def open_session_of(self, site: str, ticket: str) -> Session | None:
        holder = await self._redis.text("GET", keys.place(site, ticket))
        session = await self.load_session(holder) if holder else None
        return session if session and session.state != "ended" else None

    async def commit_session(
        self, session: Session, trail: Sequence[TrailEntry], deliveries: Sequence[Delivery] = ()
    ) -> None:
        is_ended = session.state == "ended"
        if deliveries:
            await self._redis.do("SADD", keys.OUTGOING, session.id)
        if is_ended:
            await self._redis.do("ZADD", keys.ENDED, str(session.ended_at or 0.0), session.id)
        if not await self._write_session(session, trail, deliveries, before=session.version - 1):
            if await self.load_session(session.id) is None:
                # Erased meanwhile: what was noted of it a moment ago would stay.
                await self._redis.do("SREM", keys.OUTGOING, session.id)
                await self._redis.do("ZREM", keys.ENDED, session.id)
            raise Conflict
        if is_ended:
            await self._redis.do("SREM", keys.OPEN, session.id)
            await self._redis.run(scripts.LEAVE_PLACE, [keys.place(session.site, session.ticket)], [session.id])

    async def trail(self, session_id: str) -> list[TrailEntry]:
        return [_entry.decode(body) for body in await self._redis.many("LRANGE", keys.trail(session_id), "0", "-1")]

    async def open_sessions(self) -> list[Session]:
        ids = [name.decode() for name in await self._redis.many("SMEMBERS", keys.OPEN)]
        found = [await self.load_session(session_id) for session_id in ids]
        return [session for session in found if session and session.state != "ended"]

    async def erase_session(self, session_id: str) -> bool:
        session = await self.load_session(session_id)
        await self.drop_codes(session_id)
        for ask in await self._redis.many("SMEMBERS", keys.asks_of(session_id)):
            await self._redis.do("DEL", keys.ask(ask.decode()))
        deliveries = [name.decode() for name in await self._redis.many("SMEMBERS", keys.deliveries_of(session_id))]
        await self._drop_deliveries(session_id, deliveries)
        if session is not None:
            place = keys.place(session.site, session.ticket)
            await self._redis.run(scripts.LEAVE_PLACE, [place], [session_id])
        of_session = (keys.session, keys.trail, keys.asks_of, keys.outgoing, keys.home)
        erased = await self._redis.do("DEL", *(name(session_id) for name in of_session))
        await self._redis.do("SREM", keys.OUTGOING, session_id)
        await self._redis.do("SREM", keys.OPEN, session_id)
        await self._redis.do("ZREM", keys.ENDED, session_id)
        return session is not None and erased != 0

    async def erase_ended_before(self, at: float) -> int:
        count = 0
        for name in await self._redis.many("ZRANGEBYSCORE", keys.ENDED, "-inf", f"({at!r}"):
            session = await self.load_session(name.decode())
            if session is None:
                await self._redis.do("ZREM", keys.ENDED, name)
            elif session.state == "ended":
                count += await self.erase_session(session.id)
        return count

    # -- single-use secrets

    async def put_code(self, digest: str, entry: CodeEntry, *, now: float) -> bool:
        broom = _broom_ms(entry.expires_at - now)
        if entry.session:
            await self._redis.do("SADD", keys.codes_of(entry.session), digest)
        values: list[str | bytes] = [repr(now), repr(entry.expires_at), broom, entry.kind, entry.site, _encode(entry)]
        return bool(await self._redis.run(scripts.PUT_CODE, [keys.code(digest)], values))

    async def find_code(self, digest: str, kinds: Sequence[str], site: str, *, now: float) -> CodeEntry | None:
        body = await self._redis.blob("HGET", keys.code(digest), "body")
        entry = _code.decode(body) if body else None
        fits = entry is not None and entry.site == site and entry.kind in kinds and entry.expires_at > now
        return entry if fits else None

    async def take_code(self, digest: str, kinds: Sequence[str], site: str, *, now: float) -> CodeEntry | None:
        body = await self._redis.run(scripts.TAKE_CODE, [keys.code(digest)], [repr(now), site, *kinds])
        return _code.decode(body) if isinstance(body, bytes) else None

    async def drop_codes(self, session_id: str) -> None:
        for digest in await self._redis.many("SMEMBERS", keys.codes_of(session_id)):
            # A digest that another session drew since is not ours to drop.
            body = await self._redis.blob("HGET", keys.code(digest.decode()), "body")
            if body and _code.decode(body).session == session_id:
                await self._redis.do("DEL", keys.code(digest.decode()))
        await self._redis.do("DEL", keys.codes_of(session_id))

    async def claim_ask(self, ask: str, session_id: str, *, expires_at: float) -> bool:
        if session_id:
            await self._redis.do("SADD", keys.asks_of(session_id), ask)
        # No `now` here: a claim of this ask, also an expired one, stays the only one until the broom has passed.
        values = ["-inf", repr(expires_at), _broom_ms(expires_at - time.time()), session_id]
        return bool(await self._redis.run(scripts.SET_MARK, [keys.ask(ask)], values))

    async def claimed_session(self, ask: str, *, now: float) -> str | None:
        claim = await self._redis.many("HMGET", keys.ask(ask), "expires_at", "says")
        expires_at, session_id = claim
        return session_id.decode() if expires_at and float(expires_at) > now else None

    async def spend(self, token_id: str, *, expires_at: float, now: float) -> bool:
        values = [repr(now), repr(expires_at), _broom_ms(expires_at - now), ""]
        return bool(await self._redis.run(scripts.SET_MARK, [keys.spent(token_id)], values))

    async def is_spent(self, token_id: str, *, now: float) -> bool:
        expires_at = await self._redis.blob("HGET", keys.spent(token_id), "expires_at")
        return expires_at is not None and float(expires_at) > now

    async def erase_expired(self, *, now: float, window_s: float) -> None:
        """The broom does."""

    # -- guesses

    async def begin_guess(self, address: str, *, now: float, window_s: float, count: int) -> str | None:
        guess = secrets.token_hex(8)
        values = [repr(now), repr(now - window_s), _broom_ms(window_s), guess, str(count)]
        return guess if await self._redis.run(scripts.BEGIN_GUESS, [keys.guesses(address)], values) else None

    async def count_guess(self, name: str, *, now: float, window_s: float, most: int) -> int:
        values = [repr(now), repr(now - window_s), _broom_ms(window_s), secrets.token_hex(8), str(most)]
        return int(await self._redis.run(scripts.COUNT_GUESS, [keys.guesses(name)], values))

    async def forgive_guess(self, address: str, guess: str) -> None:
        await self._redis.do("ZREM", keys.guesses(address), guess)

    async def guesses(self, address: str, *, now: float, window_s: float) -> tuple[int, float]:
        name = keys.guesses(address)
        found = await self._redis.many("ZRANGEBYSCORE", name, f"({now - window_s!r}", "+inf", "WITHSCORES")
        return len(found) // 2, float(found[-1]) if found else 0.0

    # -- API keys

    async def put_api_key(self, key: ApiKey) -> None:
        names = [keys.API_KEYS, keys.API_KEY_DIGESTS]
        await self._redis.run(scripts.PUT_API_KEY, names, [key.id, key.digest, _encode(key)])

    async def api_key(self, digest: str) -> ApiKey | None:
        body = await self._redis.blob("HGET", keys.API_KEYS, digest)
        return _key.decode(body) if body else None

    async def api_keys(self, site: str) -> list[ApiKey]:
        found = [_key.decode(body) for body in await self._redis.many("HVALS", keys.API_KEYS)]
        return sorted((key for key in found if key.site == site), key=lambda key: (key.created_at, key.id))

    async def revoke_api_key(self, key_id: str, *, now: float) -> bool:
        digest = await self._redis.text("HGET", keys.API_KEY_DIGESTS, key_id)
        body = await self._redis.blob("HGET", keys.API_KEYS, digest) if digest else None
        if not digest or not body or _key.decode(body).revoked_at is not None:
            return False
        revoked = msgspec.structs.replace(_key.decode(body), revoked_at=now)
        values: list[str | bytes] = [digest, body, _encode(revoked)]
        return bool(await self._redis.run(scripts.SWAP_API_KEY, [keys.API_KEYS], values))

    # -- webhooks on their way

    async def put_delivery(self, delivery: Delivery) -> None:
        names = [keys.DELIVERIES, keys.DELIVERIES_DUE, keys.deliveries_of(delivery.session)]
        await self._redis.run(scripts.PUT_DELIVERY, names, [delivery.id, _encode(delivery), repr(delivery.due_at)])

    async def due_deliveries(self, *, now: float, limit: int, without: Collection[str] = ()) -> list[Delivery]:
        for name in await self._redis.many("SMEMBERS", keys.OUTGOING):
            await self._move_outgoing(name.decode())
        # By id: what is put meanwhile moves others onto the next page, where they come again.
        found: dict[str, Delivery] = {}
        at, size = 0, max(limit, DELIVERIES_AT_ONCE) if without else limit
        while True:
            words = ("ZRANGEBYSCORE", keys.DELIVERIES_DUE, "-inf", repr(now), "LIMIT", str(at), str(size))
            names = await self._redis.many(*words)
            bodies = await self._redis.many("HMGET", keys.DELIVERIES, *names) if names else []
            deliveries = [_delivery.decode(body) for body in bodies if body]
            # Whose they are stands in them: where those of some sites are passed over, it is looked further.
            found |= {delivery.id: delivery for delivery in deliveries if delivery.site not in without}
            if len(found) >= limit or len(names) < size:
                return list(found.values())[:limit]
            at += size

    async def _move_outgoing(self, session_id: str) -> None:
        """Takes webhooks that were committed with a session to where all wait; a move cut off is done again.

        The session is read before the list: one that has ended has its webhooks in the list or had them moved, while
        one that has not may be about to get them, and stays in the index.
        """
        session = await self.load_session(session_id)
        bodies = await self._redis.many("LRANGE", keys.outgoing(session_id), "0", "-1")
        for body in bodies:
            await self.put_delivery(_delivery.decode(body))
        if bodies:
            await self._redis.do("LTRIM", keys.outgoing(session_id), str(len(bodies)), "-1")
            if await self.load_session(session_id) is None:
                # Erased meanwhile, by somebody who could not see these yet.
                await self._drop_deliveries(session_id, [_delivery.decode(body).id for body in bodies])
        if session is None or session.state == "ended":
            await self._redis.do("SREM", keys.OUTGOING, session_id)

    async def postpone_delivery(self, delivery_id: str, *, attempts: int, due_at: float) -> None:
        body = await self._redis.blob("HGET", keys.DELIVERIES, delivery_id)
        if body:
            later = msgspec.structs.replace(_delivery.decode(body), attempts=attempts, due_at=due_at)
            values: list[str | bytes] = [delivery_id, body, _encode(later), repr(due_at)]
            await self._redis.run(scripts.POSTPONE_DELIVERY, [keys.DELIVERIES, keys.DELIVERIES_DUE], values)

    async def settle_delivery(self, delivery_id: str) -> None:
        body = await self._redis.blob("HGET", keys.DELIVERIES, delivery_id)
        if body:
            await self._drop_deliveries(_delivery.decode(body).session, [delivery_id])

    async def _drop_deliveries(self, session_id: str, delivery_ids: Sequence[str]) -> None:
        if delivery_ids:
            names = [keys.DELIVERIES, keys.DELIVERIES_DUE, keys.deliveries_of(session_id)]
            await self._redis.run(scripts.DROP_DELIVERIES, names, list(delivery_ids))


def _broom_ms(left_s: float) -> str:
    """When the server may sweep what has `left_s` seconds to live by our clock."""
    return str(int((max(left_s, 0.0) + BROOM_MARGIN_S) * 1000))
