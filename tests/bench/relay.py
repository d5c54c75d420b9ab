"""Messages a second, latency, CPU and memory of the relay on one core, beside a plain Node socket.io relay in one run.

Beside has all its checks in place; the peer (relay_peer.mjs) forwards to a room and checks nothing. The relay runs on
one core, the generator on another where there is one. A load counts as carried when its p99 stays within 50 ms and
nothing is lost or refused. CPU a message is the relay process' own, user and system, over the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.bench.report import ROOT, publish
from tests.e2e.processes import BESIDE, ServerProcess, running_relay

SHOP = "http://shop.localhost:5999"
SITES = f'[sites.bench]\nname = "Bench"\norigins = ["{SHOP}"]\nshop_url = "{SHOP}/"\n'
PER_SECOND = 10
SECONDS = 6
MUTATION_BYTES = 400
P99_LIMIT_MS = 50.0
NODE = os.environ.get("NODE", "node")
# Sessions of one run: 10 messages a second each. A relay drops out at the first load that it does not carry.
STEPS = (25, 100, 200, 400, 600, 800, 1000, 1200, 1500, 1800, 2100, 2400, 2800, 3200, 3600)
SHARES = (25, 50, 75)
# Of the figures of a load, what only some tables tell.
PARTS = ("cpu_us_by_process", "kernel_us_per_message")

Row = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A relay that runs, with sessions that are open on it: `id`, and a token for each side."""

    pid: int
    port: int
    host: str
    sessions: list[dict[str, str]]
    # Of other processes that have a part in it: more workers, their Redis.
    others: tuple[int, ...] = ()


def run() -> None:
    ramp: list[Row] = []
    most = dict.fromkeys(RELAYS, 0)
    running = list(RELAYS)
    for sessions in STEPS:
        # In turns, so that what else the machine does hits both.
        for relay in list(running):
            row = measure(relay, sessions)
            ramp.append(row)
            print(f"{relay}: {row['messages_per_s']} messages a second, p99 {row['p99_ms']:.1f} ms", flush=True)
            if row["carried"]:
                most[relay] = max(most[relay], row["messages_per_s"])
            else:
                running.remove(relay)
    at_shares = []
    for percent in SHARES:
        for relay in RELAYS:
            sessions = max(1, most[relay] * percent // 100 // PER_SECOND)
            at_shares.append({"share_of_its_most": f"{percent} %", **measure(relay, sessions)})
    what = f"{MUTATION_BYTES}-byte mutations, {PER_SECOND} a second a session, one agent each"
    publish("relay_shares", f"Relays on one core at shares of what each carries: {what}", at_shares)
    notes = [f"{relay}: most messages a second with p99 <= {P99_LIMIT_MS:.0f} ms: {most[relay]:,}" for relay in RELAYS]
    notes.append(f"Beside by Node: {most['beside'] / max(1, most['node socket.io']):.2f}")
    publish("relay", f"Relays on one core: {what}", ramp, notes)


def measure(relay: str, sessions: int) -> Row:
    figures = measure_parts(relay, sessions)
    return {name: value for name, value in figures.items() if name not in PARTS}


def measure_parts(relay: str, sessions: int) -> Row:
    with RELAYS[relay](sessions) as target:
        return {"relay": relay, **load(target)}


@contextmanager
def beside(sessions: int) -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as name:
        server = running_relay(Path(name), SITES, max_sockets=str(4 * sessions + 100))
        server.start()
        try:
            pin(server.pid, 0)
            host = f"console.localhost:{server.port}"
            yield Target(server.pid, server.port, host, open_sessions(server, sessions))
        finally:
            server.stop()


@contextmanager
def node(sessions: int) -> Iterator[Target]:
    words = [NODE, str(ROOT / "tests/bench/relay_peer.mjs")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdout is not None
        try:
            pin(peer.pid, 0)
            port = int(peer.stdout.readline())
            named = [{"id": f"s{number}", "agent": "agent", "shopper": "shopper"} for number in range(sessions)]
            yield Target(peer.pid, port, f"127.0.0.1:{port}", named)
        finally:
            peer.terminate()


RELAYS = {"beside": beside, "node socket.io": node}


def load(target: Target, *, per_second: float = PER_SECOND, message_bytes: int = MUTATION_BYTES) -> Row:
    plan = {
        "url": f"ws://127.0.0.1:{target.port}",
        "host": target.host,
        "origin": SHOP,
        "agentOrigin": f"http://{target.host}",
        "sessions": target.sessions,
        "perSecond": per_second,
        "seconds": SECONDS,
        "mutationBytes": message_bytes,
    }
    words = [NODE, str(ROOT / "tests/bench/relay_load.mjs")]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as generator:
        assert generator.stdin is not None
        assert generator.stdout is not None
        pin(generator.pid, 1)
        generator.stdin.write(json.dumps(plan) + "\n")
        generator.stdin.flush()
        assert json.loads(generator.stdout.readline())["ready"]
        resident = resident_kb(target.pid)
        pids = (target.pid, *target.others)
        before, kernel_before = [cpu_s(pid) for pid in pids], sum(map(kernel_s, pids))
        figures = json.loads(generator.stdout.readline())
        spent_by = [cpu_s(pid) - earlier for pid, earlier in zip(pids, before, strict=True)]
        spent = sum(spent_by)
        kernel = sum(map(kernel_s, pids)) - kernel_before
    whole = figures["received"] == figures["sent"] and figures["refusals"] == 0
    return {
        "sessions": len(target.sessions),
        "messages_per_s": round(figures["sent"] / figures["busy_s"]),
        "p50_ms": figures["p50_ms"],
        "p99_ms": figures["p99_ms"],
        "cpu_us_per_message": spent / max(1, figures["sent"]) * 1e6,
        "relay_busy_percent": round(100 * spent / figures["busy_s"]),
        "generator_busy_percent": round(100 * figures["generator_cpu_s"] / (figures["busy_s"] + figures["opened_s"])),
        "lost": figures["sent"] - figures["received"],
        "refused": figures["refusals"],
        "carried": whole and figures["p99_ms"] <= P99_LIMIT_MS,
        "opened_s": figures["opened_s"],
        "resident_kb": resident,
        "kernel_us_per_message": kernel / max(1, figures["sent"]) * 1e6,
        "cpu_us_by_process": [part / max(1, figures["sent"]) * 1e6 for part in spent_by],
    }


def open_sessions(server: ServerProcess, count: int) -> list[dict[str, str]]:
    """Consented sessions with a token for each side, by the same HTTP calls that people's browsers make."""
    words = [BESIDE, "apikey", "create", "bench", "--label", "bench"]
    key = subprocess.run(words, env=server.env, capture_output=True, text=True, check=True).stdout.split()[-1]
    console = f"http://console.localhost:{server.port}"
    names = {"Host": f"console.localhost:{server.port}"}
    opened = []
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30, headers=names) as http:
        for number in range(count):
            body = {"ticket": f"T-{number}", "subject": "bench", "agentName": "Sam", "locale": "en"}
            made = answer(http.post("/api/sessions", json=body, headers={"Authorization": f"Bearer {key}"}))
            token = made["consoleLink"].partition("#")[2]
            agent = {"Origin": console}
            launched = http.post("/launch/redeem", json={"token": token}, headers=agent)
            session = answer(launched)["session"]
            cookie = launched.headers["set-cookie"].partition(";")[0]
            handed = answer(http.post(f"/s/{session}/pass", json={}, headers={**agent, "Cookie": cookie}))
            shop = {"Origin": SHOP}
            way_in = {
                "site": "bench",
                "protocol": 1,
                "locale": "en",
                "code": made["code"],
                "secret": None,
                "work": None,
            }
            offer = answer(http.post("/join/redeem", json={**way_in, "secret": None, "work": None}, headers=shop))
            yes = {"token": offer["token"], "grants": ["view"], "locale": "en", "textVersion": "bench"}
            allowed = answer(http.post("/join/answer", json=yes, headers=shop))
            opened.append({"id": session, "agent": handed["token"], "shopper": allowed["token"]})
            http.cookies.clear()
    return opened


def answer(response: httpx.Response) -> dict[str, Any]:
    assert response.is_success, f"{response.request.url}: {response.status_code} {response.text[:300]}"
    body: dict[str, Any] = response.json()
    return body


def cpu_s(pid: int) -> float:
    """User and system time of a process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kernel_s(pid: int) -> float:
    """Of it, system time."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[12]) / os.sysconf("SC_CLK_TCK")


def resident_kb(pid: int) -> int:
    """Memory of a process that is in use now (proc(5), VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def pin(pid: int, core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    # Threads that run already keep where they may run.
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {cores[core % len(cores)]})
