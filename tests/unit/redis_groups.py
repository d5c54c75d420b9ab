"""Several real redis-servers that belong together: a cluster, and a primary with its replicas and a sentinel."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from redis import Redis
from redis.exceptions import RedisError
from tests.certificate import write_certificate
from tests.ports import free_port
from tests.unit.redis_server import RedisProcess

SERVERS = 3
SLOTS = 16384
PRIMARY = "beside-primary"
AGREES_WITHIN_S = 30.0
# A primary waits 5 s for more replicas before it sends the first one anything.
AT_ONCE = ("--repl-diskless-sync-delay", "0")
# Of Linux; an outgoing connection would take a port between its choice and the server's bind (ports.py).
FIRST_OUTGOING_PORT = 32_768


def flush(url: str) -> None:
    """Empties every server of an address."""
    for place in url.partition("://")[2].partition("/")[0].split(","):
        with _reached(int(place.rpartition(":")[2])) as redis:
            redis.flushall()


@dataclass
class Cluster:
    """Primaries that share the slots, each with as many replicas as the others; `url` names all of them."""

    primaries: list[RedisProcess]
    replicas: list[RedisProcess]

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server in self._servers)

    @property
    def _servers(self) -> list[RedisProcess]:
        return [*self.primaries, *self.replicas]

    def holder_of(self, key: str) -> RedisProcess:
        """The primary that had this key's slot to begin with."""
        with _reached(self.primaries[0].port) as redis:
            slot = int(redis.execute_command("CLUSTER", "KEYSLOT", key))
        return next(each for each, (first, last) in zip(self.primaries, _SHARES, strict=True) if first <= slot <= last)

    def wait_for_replica(self, primary: RedisProcess) -> None:
        """Until its replica has all that a primary was told: it acknowledges before that."""
        replica = self.replicas[self.primaries.index(primary)]
        with _reached(primary.port) as told, _reached(replica.port) as copied:
            offset = told.info("replication")["master_repl_offset"]
            _until(lambda: copied.info("replication")["slave_repl_offset"] >= offset, "the replica lags behind")

    def wait_for_another(self, gone: RedisProcess) -> None:
        """Until a replica has the slots of a primary that is gone, and all that are left say so."""
        for server in self._servers:
            if server is not gone:
                with _reached(server.port) as redis:
                    _until(lambda redis=redis: self._does_without(redis, gone), "no replica takes over")  # type: ignore[misc]

    def wait_until_it_agrees(self) -> None:
        for server in self._servers:
            with _reached(server.port) as redis:
                _until(lambda redis=redis: self._agrees(redis), "the cluster does not agree")  # type: ignore[misc]

    def _agrees(self, redis: Redis) -> bool:
        info: bytes = redis.execute_command("CLUSTER", "INFO")
        return b"cluster_state:ok" in info and f"cluster_known_nodes:{len(self._servers)}".encode() in info

    def _does_without(self, redis: Redis, gone: RedisProcess) -> bool:
        holders = {int(row[2][1]) for row in redis.execute_command("CLUSTER", "SLOTS")}
        return self._agrees(redis) and gone.port not in holders and len(holders) == len(self.primaries)


_SHARES = [(SLOTS * number // SERVERS, SLOTS * (number + 1) // SERVERS - 1) for number in range(SERVERS)]


@contextmanager
def redis_cluster(folder: Path, *, has_replicas: bool = False) -> Iterator[Cluster]:
    """Three primaries, with a replica each or none. Of one that is gone the others know after a second."""
    with ExitStack() as stack:

        def start(name: str) -> RedisProcess:
            (folder / name).mkdir()
            options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000" if has_replicas else "15000"]
            server = RedisProcess(folder / name, *options, *AT_ONCE, port=_port_for_cluster())
            stack.callback(server.end)
            server.start()
            return server

        cluster = Cluster([start(str(number)) for number in range(SERVERS)], [])
        for server, (first, last) in zip(cluster.primaries, _SHARES, strict=True):
            with _reached(server.port) as redis:
                redis.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
                redis.execute_command("CLUSTER", "MEET", "127.0.0.1", cluster.primaries[0].port)
        cluster.wait_until_it_agrees()
        if has_replicas:
            cluster.replicas += [_replica_of(primary, start(f"of {primary.port}")) for primary in cluster.primaries]
            cluster.wait_until_it_agrees()
        yield cluster


def _replica_of(primary: RedisProcess, server: RedisProcess) -> RedisProcess:
    with _reached(primary.port) as redis:
        name: bytes = redis.execute_command("CLUSTER", "MYID")
    with _reached(server.port) as redis:
        redis.execute_command("CLUSTER", "MEET", "127.0.0.1", primary.port)
        # It must have heard of that one first.
        _until(lambda: redis.execute_command("CLUSTER", "REPLICATE", name) == b"OK", "the replica knows no primary")
        _until(lambda: _is_up_to_date(redis), "the replica gets nothing")
    return server


def _is_up_to_date(redis: Redis) -> bool:
    return bool(redis.info("replication")["master_link_status"] == "up")


@dataclass
class Watched:
    """A primary and its two replicas; `url` names the sentinel that watches them."""

    primary: RedisProcess
    replicas: list[RedisProcess]
    url: str
    sentinel_port: int

    def wait_for_another_primary(self) -> None:
        ports = [replica.port for replica in self.replicas]
        _until(lambda: self._primary_port() in ports, "no replica takes over")

    def _primary_port(self) -> int:
        with _reached(self.sentinel_port) as redis:
            _, port = redis.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", PRIMARY)
            return int(port)


@contextmanager
def redis_with_sentinel_behind_tls(folder: Path, password: str, sentinel_password: str) -> Iterator[str]:
    """A primary alone, and its sentinel: each takes TLS only, and asks for a password of its own. Gives the address."""
    certificate, key = write_certificate(folder)
    port, plain = free_port(), free_port()
    tls = ["--tls-port", str(port), "--port", "0", "--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    tls += ["--tls-ca-cert-file", str(certificate), "--tls-auth-clients", "no", "--tls-replication", "yes"]
    server = RedisProcess(folder, *tls, "--requirepass", password, port=plain)
    sentinel_port = free_port()
    config = folder / "sentinel.conf"
    config.write_text(
        f"port 0\ntls-port {sentinel_port}\nbind 127.0.0.1\ndir {folder}\n"
        f"tls-cert-file {certificate}\ntls-key-file {key}\ntls-ca-cert-file {certificate}\ntls-auth-clients no\n"
        f"tls-replication yes\nrequirepass {sentinel_password}\n"
        f"sentinel monitor {PRIMARY} 127.0.0.1 {port} 1\nsentinel auth-pass {PRIMARY} {password}\n"
    )
    try:
        server.start()
        with (folder / "sentinel.log").open("wb") as log:
            sentinel = subprocess.Popen(["redis-server", str(config), "--sentinel"], stdout=log, stderr=log)
        try:
            asked = Redis(port=sentinel_port, password=sentinel_password, ssl=True, ssl_ca_certs=str(certificate))

            def says_it_is_up() -> bool:
                flags = str(asked.sentinel_master(PRIMARY)["flags"])
                return "disconnected" not in flags and "down" not in flags

            with asked:
                _until(says_it_is_up, "the sentinel does not see the primary")
            yield (
                f"rediss+sentinel://:{quote(password, safe='')}@127.0.0.1:{sentinel_port}/{PRIMARY}/0"
                f"?ssl_ca_certs={quote(str(certificate))}&sentinel_password={quote(sentinel_password, safe='')}"
            )
        finally:
            sentinel.terminate()
            sentinel.wait(10)
    finally:
        server.end()


@contextmanager
def redis_with_sentinel(folder: Path) -> Iterator[Watched]:
    with ExitStack() as stack:
        servers: list[RedisProcess] = []
        for name in ("primary", "replica", "another"):
            (folder / name).mkdir()
            more = ["--replicaof", "127.0.0.1", str(servers[0].port)] if servers else []
            server = RedisProcess(folder / name, *more, *AT_ONCE)
            stack.callback(server.end)
            server.start()
            servers.append(server)
        port = free_port()
        config = folder / "sentinel.conf"
        config.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor {PRIMARY} 127.0.0.1 {servers[0].port} 1\n"
            # A busy machine must not have it take the new primary for dead as well.
            f"sentinel down-after-milliseconds {PRIMARY} 1500\nsentinel failover-timeout {PRIMARY} 6000\n"
        )
        with (folder / "sentinel.log").open("wb") as log:
            words = ["redis-server", str(config), "--sentinel"]
            sentinel = stack.enter_context(subprocess.Popen(words, stdout=log, stderr=log))
        stack.callback(sentinel.terminate)

        def knows_replicas() -> bool:
            for replica in servers[1:]:
                with _reached(replica.port) as redis:
                    if not _is_up_to_date(redis):
                        return False
            with _reached(port) as redis:
                return bool(redis.sentinel_master(PRIMARY)["num-slaves"] == len(servers) - 1)

        _until(knows_replicas, "the sentinel does not see the replicas")
        yield Watched(servers[0], servers[1:], f"redis+sentinel://127.0.0.1:{port}/{PRIMARY}/0", port)


def _reached(port: int) -> Redis:
    return Redis(port=port, protocol=2)


def _port_for_cluster() -> int:
    """The servers of a cluster talk at a port that is higher by 10,000, which must be free as well, and stay so."""
    while True:
        port = free_port()
        if port + 10_000 >= FIRST_OUTGOING_PORT:
            continue
        with socket.socket() as other, suppress(OSError):
            other.bind(("127.0.0.1", port + 10_000))
            return port


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + AGREES_WITHIN_S
    while True:
        try:
            if holds():
                return
        except RedisError:
            pass
        if time.monotonic() > deadline:
            pytest.fail(otherwise)
        time.sleep(0.1)
