"""Redis as it is reached: one server, the primary that sentinels name, or a cluster; one way to speak to any of them.

The only importer of the `redis` library. Addresses:

    redis://HOST:PORT/DB            one server; rediss:// with TLS, unix:// by a socket
    redis+sentinel://HOST:PORT,HOST:PORT/NAME/DB     the primary called NAME, as those sentinels know it
    redis+cluster://HOST:PORT,HOST:PORT              a cluster, found by any of its servers

Both take USER:PASSWORD@ for the servers, and `rediss+…` for TLS, with servers and sentinels alike. Behind them may
stand, as a query: `ssl_ca_certs`, `ssl_certfile` and `ssl_keyfile` (paths), `sentinel_username`, `sentinel_password`.
Behind all but a cluster's may stand `replicas=N`: what is written counts once N replicas have it too, so that a
failover loses nothing that was acknowledged; without enough of them nothing is acknowledged any more.
Whatever goes wrong is one of `FAILURES`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import NoScriptError, RedisClusterException, RedisError, ResponseError

__all__ = ["FAILURES", "TIMEOUT_S", "NoScriptError", "ResponseError", "Servers", "connect"]

FAILURES = (RedisError, RedisClusterException, OSError, TimeoutError)
# Longer than an fsync of a busy disk; a shopper waits no longer than this for a refusal.
TIMEOUT_S = 5.0
# At once (redis_client.py). What is asked at once shares an fsync of Redis', so few would be slower.
MAX_CONNECTIONS = 100
# Of a pool that refuses rather than waits; letters take some too.
MANY_CONNECTIONS = MAX_CONNECTIONS + 20

_OPTIONS: dict[str, Any] = {
    "protocol": 2,  # answers of one shape on every server
    "socket_timeout": TIMEOUT_S,
    "socket_connect_timeout": TIMEOUT_S,
    "socket_keepalive": True,
}
# What changes nothing, and so waits for no replica.
READS = frozenset(
    "GET HGET HMGET HVALS SMEMBERS LRANGE ZRANGEBYSCORE PTTL INFO CONFIG PUBSUB".split()  # noqa: SIM905 - a list of words
)
# Less than what a command may take.
REPLICAS_WITHIN_S = 3.0
# Of TLS, as redis-py calls them.
TLS_OPTIONS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_OPTION_NAME = re.compile(r"[a-z_]{1,40}")
DEFAULT_PORT = 6379
SENTINEL_PORT = 26379


def _never_again() -> Retry:
    """Never by itself: the first try may have been done and only its answer lost, and a code taken twice is refused."""
    return Retry(NoBackoff(), 0)


class NotReplicatedError(RedisError):
    """Written, but too few replicas have it: a failover would lose it."""


class Ear(Protocol):
    """A connection that hears what is published on its channels."""

    async def get_message(self, *, timeout: float | None) -> dict[str, Any] | None:  # noqa: ASYNC109 - redis-py's
        """What comes next; None where nothing does in time."""


class Servers(Protocol):
    async def do(self, *words: str | bytes) -> Any:
        """The raw answer of one command, from the server that holds its keys."""

    async def of_each(self, *words: str) -> list[Any]:
        """The answers of every server that takes writes. A command of two words is one of `words`: "CONFIG GET"."""

    async def publish(self, batches: Sequence[tuple[str, bytes]]) -> list[int]:
        """Each on its channel, in order; how many heard it."""

    async def hearers(self, channel: str) -> int:
        """How many hear a channel."""

    async def look_again(self) -> None:
        """After a connection to one of them has failed: who holds what may have changed."""

    def together(self, channels: Sequence[str]) -> list[list[str]]:
        """The channels in groups that one connection can hear."""

    def listen(self, channels: Sequence[str]) -> Any:
        """An async context: an `Ear` on a connection of its own, subscribed."""

    async def close(self) -> None: ...


def connect(url: str) -> Servers:
    """Raises `ValueError` where that is no address of Redis. Nothing is reached yet."""
    given = _Given(url)
    replicas = given.take_number("replicas")
    if given.scheme.endswith("+cluster"):
        if replicas:
            raise ValueError("a cluster has no ?replicas")
        return _Cluster(given)
    if given.scheme.endswith("+sentinel"):
        primary, sentinels = _primary_of_sentinels(given)
        return _One(primary, replicas, sentinels)
    given.check_options(("db", *TLS_OPTIONS) if given.scheme == "rediss" else ("db",))
    try:
        # redis-py reads such an address by itself.
        redis = Redis.from_url(given.rest(), max_connections=MANY_CONNECTIONS, retry=_never_again(), **_OPTIONS)
    except ValueError:
        # Its own words may hold a part of the password.
        raise ValueError("its host, port or database cannot be read") from None
    return _One(redis, replicas)


class _One:
    """One server, or the one that is the primary now. `replicas`: how many others must have what is written."""

    def __init__(self, redis: Redis, replicas: int, sentinels: Sequence[Redis] = ()) -> None:
        self._redis = redis
        self._replicas = replicas
        self._sentinels = sentinels

    async def do(self, *words: str | bytes) -> Any:
        if not self._replicas or words[0] in READS:
            return await self._redis.execute_command(*words)  # type: ignore[no-untyped-call]
        # On one connection: https://redis.io/docs/latest/commands/wait/
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.execute_command(*words)
            pipe.execute_command("WAIT", self._replicas, int(REPLICAS_WITHIN_S * 1000))
            answer, have = await pipe.execute(raise_on_error=False)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(have, Exception) or have < self._replicas:
            raise NotReplicatedError
        return answer

    async def of_each(self, *words: str) -> list[Any]:
        return [await self.do(*words)]

    async def publish(self, batches: Sequence[tuple[str, bytes]]) -> list[int]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for channel, batch in batches:
                pipe.publish(channel, batch)
            return list(await pipe.execute())

    async def hearers(self, channel: str) -> int:
        _, count = await self.do("PUBSUB", "NUMSUB", channel)
        return int(count)

    async def look_again(self) -> None:
        """Sentinels are asked with each new connection."""

    def together(self, channels: Sequence[str]) -> list[list[str]]:
        return [list(channels)]

    @asynccontextmanager
    async def listen(self, channels: Sequence[str]) -> AsyncIterator[Ear]:
        async with self._redis.pubsub() as ear:
            await ear.subscribe(*channels)
            yield ear

    async def close(self) -> None:
        for redis in (self._redis, *self._sentinels):
            await redis.aclose(close_connection_pool=True)


class _Cluster:
    """A cluster. Channels are sharded: those of one slot are its server's, which alone knows who hears them."""

    def __init__(self, given: _Given) -> None:
        self._options = given.options_of_servers()
        given.check_options()
        self._redis = RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in given.hosts(DEFAULT_PORT)],
            retry=_never_again(),
            max_connections=MANY_CONNECTIONS,
            **self._options,
        )

    async def do(self, *words: str | bytes) -> Any:
        return await self._redis.execute_command(*words)

    async def of_each(self, *words: str) -> list[Any]:
        answers: dict[str, Any] = await self._redis.execute_command(*words, target_nodes=RedisCluster.PRIMARIES)
        return list(answers.values())

    async def publish(self, batches: Sequence[tuple[str, bytes]]) -> list[int]:
        return [int(await self._redis.execute_command("SPUBLISH", channel, batch)) for channel, batch in batches]

    async def hearers(self, channel: str) -> int:
        async with self._at(channel) as redis:
            _, count = await redis.execute_command("PUBSUB", "SHARDNUMSUB", channel)  # type: ignore[no-untyped-call]
            return int(count)

    async def look_again(self) -> None:
        # It reads its slots anew with the next command.
        await self._redis.aclose()

    def together(self, channels: Sequence[str]) -> list[list[str]]:
        by_slot: dict[int, list[str]] = {}
        for channel in channels:
            by_slot.setdefault(key_slot(channel.encode()), []).append(channel)
        return list(by_slot.values())

    @asynccontextmanager
    async def listen(self, channels: Sequence[str]) -> AsyncIterator[Ear]:
        async with self._at(channels[0]) as redis, redis.pubsub() as ear:
            await ear.ssubscribe(*channels)
            yield ear

    @asynccontextmanager
    async def _at(self, channel: str) -> AsyncIterator[Redis]:
        await self._redis.initialize()
        node = self._redis.get_node_from_key(channel)
        if node is None:
            raise RedisError("no server of the cluster has that slot")
        async with Redis(host=node.host, port=int(node.port), retry=_never_again(), **self._options) as redis:
            yield redis

    async def close(self) -> None:
        await self._redis.aclose()


class _Given:
    """What an address of Redis says. Its options are taken one by one; what is left of them nobody knows."""

    def __init__(self, url: str) -> None:
        self._place, _, query = url.partition("?")
        self.scheme, _, rest = self._place.partition("://")
        place, _, self.path = rest.partition("/")
        who, _, self._hosts = place.rpartition("@")
        self._user, _, self._password = who.partition(":")
        self._left = dict(parse_qsl(query, keep_blank_values=True))

    def take(self, *names: str) -> dict[str, str]:
        """Those of these options that stand there."""
        return {name: self._left.pop(name) for name in names if name in self._left}

    def take_number(self, name: str) -> int:
        said = self._left.pop(name, "0")
        if not said.isdecimal():
            raise ValueError(f"?{name}= is a number")
        return int(said)

    def rest(self) -> str:
        """The address without what was taken."""
        return f"{self._place}?{urlencode(self._left)}" if self._left else self._place

    def check_options(self, known: Sequence[str] = ()) -> None:
        """A misspelt option must not pass for one that is kept. What stands behind a stray `?` may be a password's."""
        for name in self._left.keys() - set(known):
            said = f"?{name}=" if _OPTION_NAME.fullmatch(name) else "behind its ?; write one in a password as %3F"
            raise ValueError(f"it has no option {said}")

    def options_of_servers(self) -> dict[str, Any]:
        options = dict(_OPTIONS)
        if self.scheme.startswith("rediss"):
            options |= {"ssl": True, **self.take(*TLS_OPTIONS)}
        if self._password:
            options["password"] = unquote(self._password)
        if self._user:
            options["username"] = unquote(self._user)
        return options

    def hosts(self, default_port: int) -> list[tuple[str, int]]:
        found = [urlsplit(f"//{host}") for host in self._hosts.split(",") if host]
        if not found or not all(host.hostname for host in found):
            raise ValueError("it names no host")
        try:
            return [(str(host.hostname), host.port or default_port) for host in found]
        except ValueError:
            raise ValueError("a port of it is none") from None


def _primary_of_sentinels(given: _Given) -> tuple[Redis, list[Redis]]:
    name, _, database = given.path.partition("/")
    if not name or (database and not database.isdecimal()):
        raise ValueError(
            "behind the sentinels stands the name of the primary, as in redis+sentinel://HOST:26379/mymaster"
        )
    options = given.options_of_servers()
    own = given.take("sentinel_username", "sentinel_password")
    of_sentinels = _OPTIONS | {key.removeprefix("sentinel_"): word for key, word in own.items()}
    of_sentinels |= {key: word for key, word in options.items() if key.startswith("ssl")}
    # The next one is asked instead: one that went down with the primary must not be waited for.
    of_sentinels["retry"] = _never_again()
    given.check_options()
    sentinels = Sentinel(given.hosts(SENTINEL_PORT), sentinel_kwargs=of_sentinels, **options)  # type: ignore[no-untyped-call]
    made: Redis = sentinels.master_for(
        name, Redis, db=int(database or 0), max_connections=MANY_CONNECTIONS, retry=_never_again(), **options
    )
    return made, sentinels.sentinels
