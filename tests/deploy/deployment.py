"""What docs/deploy describes, running: a Redis, three workers and both balancers, each a process of its own.

All listen on 127.0.0.1, are waited for by condition, and are ended by their pid by whoever started them.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.certificate import write_certificate
from tests.deploy.rendering import (
    HOST,
    METRICS_KEY,
    WORKER_PORTS,
    Places,
    block_of,
    render_environment,
    render_haproxy,
    render_nginx,
    render_redis,
    render_start,
)
from tests.e2e.processes import BESIDE, ServerProcess
from tests.ports import free_port

# A cold start on a busy machine; see tests/e2e/processes.py.
LIMIT_S = 30.0
# So many random names leave none of three workers without one, but once in a million million runs.
SPREAD = 72


def wait_until(holds: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {limit_s:g} s: {what}"
        time.sleep(0.02)


def binary_of(name: str) -> str:
    # Debian's are in /usr/sbin, which is not on everybody's PATH.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.fail(f"These tests start a real {name}, and there is none: install the package `{name}`.")
    return found


# A status, and the workers that were asked in turn.
Asked = tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Line:
    """One line of an access log, as both balancers write it."""

    path: str
    status: int
    # Indices of the workers that were tried, in turn; nginx names all of them, HAProxy the last.
    workers: tuple[int, ...]


@dataclass
class Balancer:
    name: str
    port: int
    plain_port: int
    # Where its access log and its errors go; all of them are looked through for what must not be there.
    access_log: Path
    logs: tuple[Path, ...]
    worker_ports: tuple[int, ...]
    trust: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    def client(self, address: str | None = None) -> httpx.AsyncClient:
        """A client of its own connection. `address`: the one of 127.0.0.0/8 that it comes from."""
        transport = httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)
        return httpx.AsyncClient(base_url=self.url, timeout=30, trust_env=False, transport=transport)

    def raw(self, request_line: str, *headers: str) -> tuple[int, str]:
        """Status and the rest of the answer to a request as it stands, which no client library would send."""
        head = "\r\n".join((request_line, f"Host: {HOST}", "Connection: close", *headers)) + "\r\n\r\n"
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_S) as plain,
            self.trust.wrap_socket(plain, server_hostname=HOST) as wire,
        ):
            wire.sendall(head.encode())
            answer = b""
            while part := wire.recv(65536):
                answer += part
        first, _, rest = answer.decode("utf-8", "replace").partition("\r\n")
        return int(first.split()[1]), rest

    def ask_for(self, *sessions: str) -> dict[str, Asked]:
        """The status of each session's page, and who was asked for it in turn."""
        written = self.log_bytes()
        paths = {f"/s/{session}" for session in sessions}
        for path in paths:
            self.raw(f"GET {path}?seen={path} HTTP/1.1")
        lines = {line.path: line for line in self.lines_of(paths, len(paths), written)}
        return {session: (lines[f"/s/{session}"].status, lines[f"/s/{session}"].workers) for session in sessions}

    def knows_all(self) -> bool:
        """Whether none is left out by its own checks, as far as it says. nginx has none: there requests tell."""
        said = re.findall(r"^Server workers/(worker-\d+) is (UP|DOWN)", self.access_log.read_text("utf-8"), re.M)
        return "DOWN" not in dict(said).values()

    def log_bytes(self) -> int:
        """How long the access log is: where to look for what is asked next."""
        return self.access_log.stat().st_size

    def lines(self, start_bytes: int = 0) -> list[Line]:
        with self.access_log.open("rb") as log:
            log.seek(start_bytes)
            written = log.read().decode().splitlines(keepends=True)
        # One that is being written ends with no newline yet.
        return [self._line(json.loads(line)) for line in written if line.startswith("{") and line.endswith("\n")]

    def lines_of(self, paths: set[str], count: int, start_bytes: int = 0, status: int | None = None) -> list[Line]:
        """The first lines from there on that tell of these; waits for so many, for logs are written after answers."""
        found: list[Line] = []

        def look() -> bool:
            told = [line for line in self.lines(start_bytes) if line.path in paths and status in (None, line.status)]
            found[:] = told[:count]
            return len(found) == count

        wait_until(look, f"{count} lines of {paths} in the log of {self.name}")
        return found

    def _line(self, said: dict[str, Any]) -> Line:
        if self.name == "nginx":
            tried = [part for part in said["worker"].split(", ") if part.startswith("127.0.0.1:")]
            workers = tuple(self.worker_ports.index(int(part.rpartition(":")[2])) for part in tried)
        else:
            names = {f"worker-{port}": index for index, port in enumerate(WORKER_PORTS)}
            workers = (names[said["worker"]],) if said["worker"] in names else ()
        return Line(said["path"], int(said["status"]), workers)

    def lines_from(self, start: int, count: int) -> list[Line]:
        """So many lines from this one on; waits for them, since a log is written after the answer."""
        wait_until(lambda: len(self.lines()) >= start + count, f"{count} lines in the log of {self.name}")
        return self.lines()[start : start + count]


@dataclass
class Deployment:
    places: Places
    workers: list[ServerProcess]
    balancers: dict[str, Balancer]
    api_key: str
    public_url: str
    certificate: Path

    def metrics(self, index: int) -> str:
        answer = httpx.get(
            f"http://127.0.0.1:{self.places.workers[index]}/metrics",
            headers={"Authorization": f"Bearer {METRICS_KEY}"},
            timeout=10,
            trust_env=False,
        )
        assert answer.status_code == 200, answer.text
        return answer.text

    def gauge(self, name: str) -> list[int]:
        """What each worker says of it."""
        each = [self.metrics(index).splitlines() for index in range(len(self.workers))]
        return [int(line.split()[1]) for lines in each for line in lines if line.startswith(f"{name} ")]


@contextmanager
def running_deployment(folder: Path) -> Iterator[Deployment]:
    places = Places(
        folder=folder,
        redis=free_port(),
        workers=tuple(free_port() for _ in WORKER_PORTS),
        nginx=free_port(),
        haproxy=free_port(),
        nginx_plain=free_port(),
        haproxy_plain=free_port(),
    )
    public_url = f"https://{HOST}:{places.nginx}"
    certificate, _ = write_certificate(folder, HOST)
    environment = render_environment(places, public_url)
    (folder / "sites.toml").write_text(block_of("README.md", "toml"), "utf-8")
    with ExitStack() as stack:
        stack.enter_context(_running_redis(places))
        workers = [_worker(index, places, environment) for index in range(len(WORKER_PORTS))]
        for worker in workers:
            stack.callback(worker.stop)
        with ThreadPoolExecutor() as pool:
            list(pool.map(ServerProcess.start, workers))
        trust = ssl.create_default_context(cafile=certificate)
        balancers = {
            "nginx": stack.enter_context(_running_nginx(places, trust)),
            "haproxy": stack.enter_context(_running_haproxy(places, trust)),
        }
        key = _api_key(environment)
        yield Deployment(places, workers, balancers, key, public_url, certificate)


def _worker(index: int, places: Places, environment: dict[str, str]) -> ServerProcess:
    port = places.workers[index]
    log = places.folder / f"worker-{index}.log"
    return ServerProcess(render_start(port, BESIDE), port=port, host=HOST, log=log, env=environment)


def _api_key(environment: dict[str, str]) -> str:
    words = [BESIDE, "apikey", "create", "my-shop", "--label", "helpdesk"]
    made = subprocess.run(
        words, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=True
    )
    return made.stdout.split()[-1]


@contextmanager
def _running_redis(places: Places) -> Iterator[None]:
    conf = places.folder / "redis.conf"
    conf.write_text(render_redis(places), "utf-8")
    with _process([binary_of("redis-server"), str(conf)], places.folder / "redis.log") as process:
        wait_until(lambda: listens(places.redis) or _ended(process, places.folder / "redis.log"), "redis-server")
        yield


@contextmanager
def _running_nginx(places: Places, trust: ssl.SSLContext) -> Iterator[Balancer]:
    folder = places.folder
    conf = folder / "nginx.conf"
    conf.write_text(render_nginx(places), "utf-8")
    access, errors, out = folder / "nginx-access.log", folder / "nginx-error.log", folder / "nginx-out.log"
    words = [binary_of("nginx"), "-c", str(conf), "-e", str(errors), "-g", "daemon off;"]
    with _process(words, out) as process:
        wait_until(lambda: listens(places.nginx) or _ended(process, out), "nginx")
        logs = (access, errors, out)
        yield Balancer("nginx", places.nginx, places.nginx_plain, access, logs, places.workers, trust)


@contextmanager
def _running_haproxy(places: Places, trust: ssl.SSLContext) -> Iterator[Balancer]:
    conf = places.folder / "haproxy.cfg"
    conf.write_text(render_haproxy(places), "utf-8")
    out = places.folder / "haproxy.log"
    with _process([binary_of("haproxy"), "-f", str(conf), "-db"], out) as process:
        wait_until(lambda: listens(places.haproxy) or _ended(process, out), "haproxy")
        yield Balancer("haproxy", places.haproxy, places.haproxy_plain, out, (out,), places.workers, trust)


@contextmanager
def _process(words: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(10)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _ended(process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        pytest.fail(f"{process.args!r:.200} ended at once:\n{log.read_text('utf-8')[-3000:]}")
    return False
