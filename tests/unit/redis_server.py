"""A real redis-server for tests: its own process on a free port with a folder of its own, durable as Beside asks."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.ports import free_port

STARTS_WITHIN_S = 20.0


@contextmanager
def redis_server(
    folder: Path,
    *,
    port: int | None = None,
    appendfsync: str = "always",
    policy: str = "noeviction",
    stop: Callable[[subprocess.Popen[bytes]], None] = subprocess.Popen.terminate,
) -> Iterator[str]:
    """Starts one and gives its address; fails with a sentence where the binary is missing."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.fail("These tests start a real redis-server, and there is none on the PATH: install `redis-server`.")
    port = port or free_port()
    words = [binary, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    words += ["--appendonly", "yes", "--appendfsync", appendfsync, "--maxmemory-policy", policy]
    log = folder / "redis.log"
    with log.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out) as process:
        try:
            _wait_until_ready(process, log)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop(process)
            process.wait(10)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    """Reads the log until Redis says that it takes connections; a process that ends says why there."""
    # `tail` blocks on the file, so nothing here sleeps.
    tail = ["tail", "-n", "+1", "-f", f"--pid={process.pid}", str(log)]
    with subprocess.Popen(tail, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as reader:
        assert reader.stdout is not None
        lines = []
        for line in reader.stdout:
            lines.append(line)
            if "Ready to accept connections" in line:
                reader.kill()
                return
    pytest.fail("redis-server did not start:\n" + "".join(lines[-20:]))
