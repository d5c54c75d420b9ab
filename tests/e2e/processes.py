"""Real servers for the stories: `beside demo` and `beside serve` as processes of their own on free ports of 127.0.0.1.

Each is waited for by condition, and ended by its pid by whoever started it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from tests.ports import free_port

# A cold start on a busy two-core machine imports everything once: about 3 s. Three workers took more than 30 s beside
# twenty processes that compute.
START_LIMIT_S = 90.0


# The command as it was installed beside this Python.
BESIDE = str(Path(sys.executable).parent / "beside")


class ServerProcess:
    """One server under test. `host` is the name that its health checks are asked under."""

    def __init__(self, words: Sequence[str], *, port: int, host: str, log: Path, env: Mapping[str, str] | None = None):
        self.words = list(words)
        self.port = port
        self.host = host
        self.log = log
        self.env = {**{k: v for k, v in os.environ.items() if not k.startswith("BESIDE_")}, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.words, env=self.env, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_LIMIT_S
        while not self.is_ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended at once:\n{self.log.read_text()[-4000:]}")
            if time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the server was not ready in {START_LIMIT_S} s:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            answer = httpx.get(
                f"http://127.0.0.1:{self.port}/readyz", headers={"Host": f"{self.host}:{self.port}"}, timeout=2.0
            )
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not holds():
            assert time.monotonic() < deadline, f"waited for {what}"
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def send(self, how: signal.Signals) -> None:
        """A signal, after which it goes on."""
        os.kill(self.pid, how)

    def stop(self) -> None:
        """Ends it as an operator does, and waits."""
        self.end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it between any two instructions (kill -9)."""
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=15)
        self.process = None


def running_demo(folder: Path, port: int | None = None, **settings: str) -> ServerProcess:
    """`beside demo` (not yet started), with everything it keeps below `folder`; settings by their lower-case names."""
    port = port or free_port()
    words = [BESIDE, "demo", "--port", str(port), "--data-dir", str(folder)]
    env = environment_of(settings)
    return ServerProcess(words, port=port, host="console.localhost", log=folder / "demo.log", env=env)


def running_relay(folder: Path, sites: str, port: int | None = None, **settings: str) -> ServerProcess:
    """`beside serve` (not yet started) with a sites file of this text and settings by their lower-case names."""
    port = port or free_port()
    sites_file = folder / "sites.toml"
    sites_file.write_text(sites, encoding="utf-8")
    defaults = {
        "public_url": f"http://console.localhost:{port}",
        "port": str(port),
        "sites_file": str(sites_file),
        "secret_keys": "a-secret-of-the-tests-and-of-nobody-else",
        "store": str(folder / "relay.sqlite3"),
    }
    env = environment_of(defaults | settings)
    return ServerProcess([BESIDE, "serve"], port=port, host="console.localhost", log=folder / "relay.log", env=env)


def listening_at(port: int) -> int:
    """How many sockets take connections at a port (proc(5), /proc/net/tcp: state 0A)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def workers_of(pid: int) -> list[int]:
    """The pids of the workers that `beside serve --workers` has started."""
    pids = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [child for child in pids if "spawn_main" in words_of(child)]


def words_of(pid: int) -> str:
    """What a process was started with; "" for one that has gone, as one may between being listed and being read."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"BESIDE_{name.upper()}": value for name, value in settings.items()}
