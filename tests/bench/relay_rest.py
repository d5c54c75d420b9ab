"""What a large keyframe costs, how fast sockets are taken in, and what an idle session holds, beside Node's socket.io.

The relays take turns within each round; medians over the rounds. The memory of a session is a slope, between a relay
with some sessions and one with many, so that what a relay takes for its first ones does not count.
"""

from __future__ import annotations

import statistics

from tests.bench.relay import RELAYS, Row, load
from tests.bench.report import publish

KEYFRAME_BYTES = 200_000
FEW, MANY = 500, 2000


def run(rounds: int = 3) -> None:
    measured: dict[str, list[Row]] = {relay: [] for relay in RELAYS}
    for number in range(rounds):
        for relay, rows in measured.items():
            rows.append(_measure(relay))
            print(f"round {number + 1} of {rounds}, {relay}: {rows[-1]}", flush=True)
    medians = [{"relay": relay, "rounds": rounds, **_medians(rows)} for relay, rows in measured.items()]
    publish("relay_rest", "A keyframe, a connection and a session", medians)


def _measure(relay: str) -> Row:
    with RELAYS[relay](1) as target:
        keyframe = load(target, per_second=5, message_bytes=KEYFRAME_BYTES)
    idle = {}
    for sessions in (FEW, MANY):
        with RELAYS[relay](sessions) as target:
            idle[sessions] = load(target, per_second=0.2)
    few, many = idle[FEW], idle[MANY]
    return {
        "keyframe_cpu_ms": keyframe["cpu_us_per_message"] / 1000,
        "keyframe_p50_ms": keyframe["p50_ms"],
        "connections_per_s": 2 * FEW / few["opened_s"],
        "idle_kb_a_session": (many["resident_kb"] - few["resident_kb"]) / (MANY - FEW),
    }


def _medians(rows: list[Row]) -> Row:
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}
