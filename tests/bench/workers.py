"""What a message costs where two workers share a Redis: with both sides at one of them, with a side at each.

Beside two Node processes with socket.io's Redis adapter, in turns in one run. A relay's processes and Redis stand on
one core, the generator on another; CPU is that of all of them. The load is one that each of them carries.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.relay import NODE, SITES, Target, load, open_sessions, pin
from tests.bench.report import ROOT, publish
from tests.e2e.processes import running_relay
from tests.ports import free_port

SESSIONS = 60

Row = dict[str, Any]


def run(rounds: int = 5) -> None:
    measured: dict[str, list[Row]] = {name: [] for name in VARIANTS}
    for number in range(rounds):
        for name, (relay, is_apart) in VARIANTS.items():
            with relay(is_apart) as target:
                row = load(target)
            measured[name].append(row)
            print(f"{number + 1}: {name}: {row['cpu_us_per_message']:.0f} us, p99 {row['p99_ms']:.1f} ms", flush=True)
    rows = [{"relays": name, **middle(rows)} for name, rows in measured.items()]
    cost = {str(row["relays"]): row["cpu_us_per_message"] for row in rows}
    notes = [
        f"With a side at each, Beside by Node: {cost['beside, a side at each'] / cost['node, a side at each']:.2f}",
        f"With both at one, Beside by Node: {cost['beside, both at one'] / cost['node, both at one']:.2f}",
    ]
    publish(
        "workers", f"Two workers and a Redis: {SESSIONS} sessions, 10 messages of 400 bytes a second each", rows, notes
    )


def middle(rows: list[Row]) -> Row:
    """Medians over the rounds."""

    def median(name: str) -> float:
        return statistics.median(row[name] for row in rows)

    parts = [statistics.median(parts) for parts in zip(*(row["cpu_us_by_process"] for row in rows), strict=True)]
    return {
        "cpu_us_per_message": median("cpu_us_per_message"),
        "first_worker_us": parts[0],
        "second_worker_us": parts[1] if len(parts) > 1 else 0.0,
        "redis_us": parts[2] if len(parts) > 2 else 0.0,
        "p50_ms": median("p50_ms"),
        "p99_ms": median("p99_ms"),
        "lost": sum(row["lost"] for row in rows),
    }


@contextmanager
def redis() -> Iterator[tuple[int, str]]:
    """Its pid and address; durable as Beside asks."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        words = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--save", ""]
        words += ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                for line in server.stdout:
                    if "Ready to accept connections" in line:
                        break
                pin(server.pid, 0)
                yield server.pid, f"redis://127.0.0.1:{port}/0"
            finally:
                server.terminate()


@contextmanager
def beside(is_apart: bool) -> Iterator[Target]:
    with ExitStack() as stack:
        redis_pid, url = stack.enter_context(redis())
        first_port = free_port()
        public_url = f"http://console.localhost:{first_port}"
        servers = []
        for port in (first_port, free_port()):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = running_relay(folder, SITES, port, store=url, public_url=public_url, max_sockets="1000")
            server.start()
            stack.callback(server.stop)
            pin(server.pid, 0)
            servers.append(server)
        one, two = servers
        sessions = apart(open_sessions(one, SESSIONS), one.port, two.port, is_apart=is_apart)
        yield Target(one.pid, one.port, f"console.localhost:{one.port}", sessions, (two.pid, redis_pid))


@contextmanager
def node(is_apart: bool) -> Iterator[Target]:
    with ExitStack() as stack:
        redis_pid, url = stack.enter_context(redis())
        peers, ports = [], []
        for _ in range(2):
            words = [NODE, str(ROOT / "tests/bench/relay_peer.mjs"), url]
            peer = stack.enter_context(subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True))
            stack.callback(peer.terminate)
            assert peer.stdout is not None
            pin(peer.pid, 0)
            ports.append(int(peer.stdout.readline()))
            peers.append(peer)
        named = [{"id": f"s{number}", "agent": "agent", "shopper": "shopper"} for number in range(SESSIONS)]
        sessions = apart(named, *ports, is_apart=is_apart)
        yield Target(peers[0].pid, ports[0], f"127.0.0.1:{ports[0]}", sessions, (peers[1].pid, redis_pid))


def apart(sessions: list[dict[str, str]], one: int, two: int, *, is_apart: bool) -> list[dict[str, str]]:
    """The agent comes to the first worker; the shopper there too, or to the second one."""
    urls = {"agentUrl": f"ws://127.0.0.1:{one}", "shopperUrl": f"ws://127.0.0.1:{two if is_apart else one}"}
    return [session | urls for session in sessions]


VARIANTS = {
    "beside, both at one": (beside, False),
    "node, both at one": (node, False),
    "beside, a side at each": (beside, True),
    "node, a side at each": (node, True),
}
