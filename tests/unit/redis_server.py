"""A real redis-server for tests: its own process on a free port with a folder of its own, durable as Beside asks."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.ports import free_port

STARTS_WITHIN_S = 20.0


class RedisProcess:
    """One redis-server (not yet started) that a test may end and start again on its port."""

    def __init__(
        self,
        folder: Path,
        *more: str,
        port: int | None = None,
        appendfsync: str = "always",
        policy: str = "noeviction",
    ) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            pytest.fail("These tests start a real redis-server, and there is none on the PATH: install `redis-server`.")
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._log = folder / "redis.log"
        self._words = [binary, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(folder), "--save", ""]
        self._words += ["--appendonly", "yes", "--appendfsync", appendfsync, "--maxmemory-policy", policy, *more]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it takes connections; fails with what its log says."""
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(self._words, stdout=out, stderr=out)
        _wait_until_ready(self._process, self._log)

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends it, also one that was stopped, and waits."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(how)
            process.send_signal(signal.SIGCONT)
            process.wait(10)


@contextmanager
def redis_server(
    folder: Path,
    *,
    port: int | None = None,
    appendfsync: str = "always",
    policy: str = "noeviction",
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[str]:
    """Starts one and gives its address; fails with a sentence where the binary is missing."""
    process = RedisProcess(folder, port=port, appendfsync=appendfsync, policy=policy)
    try:
        process.start()
        yield process.url
    finally:
        process.end(stop)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    """Until its log says that it takes connections; fails with what it says where the process has ended instead."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while "Ready to accept connections" not in (said := log.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail("redis-server did not start:\n" + said[-2000:])
        time.sleep(0.02)
