"""The relay's CPU a message at a fixed load, beside Node's socket.io: the design's bar is on this measure.

The relays take turns within each round; medians over the rounds. How much of it is the kernel's says what no program
of ours can save: a message is read from one socket and written to another.
"""

from __future__ import annotations

import statistics

from tests.bench.relay import PER_SECOND, RELAYS, Row, measure_parts
from tests.bench.report import publish

MESSAGES_PER_S = 10_000
FIGURES = ("cpu_us_per_message", "kernel_us_per_message", "p50_ms", "p99_ms", "generator_busy_percent", "lost")


def run(rounds: int = 7) -> None:
    measured: dict[str, list[Row]] = {relay: [] for relay in RELAYS}
    for number in range(rounds):
        for relay, rows in measured.items():
            rows.append(measure_parts(relay, MESSAGES_PER_S // PER_SECOND))
            told = ", ".join(f"{name} {rows[-1][name]:.2f}" for name in FIGURES)
            print(f"round {number + 1} of {rounds}, {relay}: {told}", flush=True)
    medians = [
        {"relay": relay, "rounds": rounds, **{name: statistics.median(row[name] for row in rows) for name in FIGURES}}
        for relay, rows in measured.items()
    ]
    ours, theirs = (row["cpu_us_per_message"] for row in medians)
    publish(
        "relay_fixed",
        f"Relays on one core at {MESSAGES_PER_S:,} messages a second",
        medians,
        [f"Beside by Node: {ours / theirs:.2f}"],
    )
