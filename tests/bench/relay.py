"""Messages a second and CPU a message of the relay on one core, with its checks in place.

The relay runs on core 0, the generator on core 1 where there are two. A load counts as carried when its p99 stays
within 50 ms and nothing is lost or refused. CPU a message is the relay process' own, user and system, over the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
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
# Sessions of one run: 10 messages a second each. Stops at the first load that is not carried.
STEPS = (25, 100, 200, 300, 400, 500, 600, 700, 800, 1000, 1200)


def run() -> None:
    rows = []
    for sessions in STEPS:
        row = measure(sessions)
        rows.append(row)
        if not row["carried"]:
            break
    carried = [row["messages_per_s"] for row in rows if row["carried"]]
    publish(
        "relay",
        f"Relay on one core: {MUTATION_BYTES}-byte mutations, {PER_SECOND} a second a session, one agent each",
        rows,
        [f"most messages a second with p99 <= {P99_LIMIT_MS:.0f} ms: {max(carried, default=0):,.0f}"],
    )


def measure(sessions: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = running_relay(folder, SITES, max_sockets=str(4 * sessions + 100))
        server.start()
        try:
            pin(server.pid, 0)
            plan = {
                "url": f"ws://127.0.0.1:{server.port}",
                "host": f"console.localhost:{server.port}",
                "origin": SHOP,
                "agentOrigin": f"http://console.localhost:{server.port}",
                "sessions": open_sessions(server, sessions),
                "perSecond": PER_SECOND,
                "seconds": SECONDS,
                "mutationBytes": MUTATION_BYTES,
            }
            return load(server, plan)
        finally:
            server.stop()


def load(server: ServerProcess, plan: dict[str, Any]) -> dict[str, Any]:
    words = [os.environ.get("NODE", "node"), str(ROOT / "tests/bench/relay_load.mjs")]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as generator:
        assert generator.stdin is not None
        assert generator.stdout is not None
        pin(generator.pid, 1)
        generator.stdin.write(json.dumps(plan) + "\n")
        generator.stdin.flush()
        assert json.loads(generator.stdout.readline())["ready"]
        before = cpu_s(server.pid)
        figures = json.loads(generator.stdout.readline())
        spent = cpu_s(server.pid) - before
    rate = figures["sent"] / figures["busy_s"]
    whole = figures["received"] == figures["sent"] and figures["refusals"] == 0
    return {
        "sessions": len(plan["sessions"]),
        "messages_per_s": round(rate),
        "p50_ms": figures["p50_ms"],
        "p99_ms": figures["p99_ms"],
        "cpu_us_per_message": spent / max(1, figures["sent"]) * 1e6,
        "relay_busy_percent": round(100 * spent / figures["busy_s"]),
        "generator_busy_percent": round(100 * figures["generator_cpu_s"] / (figures["busy_s"] + figures["opened_s"])),
        "lost": figures["sent"] - figures["received"],
        "refused": figures["refusals"],
        "carried": whole and figures["p99_ms"] <= P99_LIMIT_MS,
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
            way_in = {"site": "bench", "protocol": 1, "locale": "en", "code": made["code"], "secret": None}
            offer = answer(http.post("/join/redeem", json=way_in, headers=shop))
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


def pin(pid: int, core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(pid, {cores[core % len(cores)]})
