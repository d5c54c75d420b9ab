"""What it costs the page to look for echoes: 50 masked fields on a page of 10,000 nodes.

`python -m tests.bench echoes [--rounds N]`. The main thread's own time (DevTools' `TaskDuration`) of a keyframe and of
1,000 changed texts, with no values to look for, with those of 50 fields, and with as many from the page before.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.bench.mirror import on_page
from tests.bench.report import ROOT, publish
from tests.browser import headless_shell

ROUNDS = 15
VALUES = ("none", "fields", "fingerprints")
WORK = ("keyframe", "change")
# Of each kind in a round; the first ones, which the engine's code is compiled in, are not counted.
TIMES = 6
WARM = 2


def run(rounds: int = ROUNDS) -> None:
    pages = "tests/bench/echoes/page"
    subprocess.run([sys.executable, "tools/node.py", "run", "tests/bench/bundle.mjs", pages], cwd=ROOT, check=True)
    took: dict[tuple[str, str], list[float]] = {(values, work): [] for values in VALUES for work in WORK}
    with headless_shell() as browser:
        for turn in range(rounds):
            for values in random.sample(VALUES, len(VALUES)):
                for work, ms in measure(browser, values).items():
                    took[values, work].append(ms)
            print(f"round {turn + 1} of {rounds} done", file=sys.stderr, flush=True)
    rows = [row(values, {work: statistics.median(took[values, work]) for work in WORK}) for values in VALUES]
    for each in rows:
        for work in WORK:
            each[f"{work}_x"] = each[f"{work}_ms"] / rows[0][f"{work}_ms"]
    publish("echoes", f"Looking for echoes: 50 masked fields, 10,000 nodes, {rounds} interleaved rounds", rows)


def row(values: str, took: dict[str, float]) -> dict[str, Any]:
    return {"values": values, **{f"{work}_ms": ms for work, ms in took.items()}}


def measure(browser: Browser, values: str) -> dict[str, float]:
    """Milliseconds of the main thread for each kind of work: the median of several."""

    def look(page: Page) -> dict[str, float]:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.evaluate("async (values) => { window.bench = await begin(values); }", values)
        found: dict[str, list[float]] = {work: [] for work in WORK}
        for turn in range(TIMES):
            for work in WORK:
                before = busy_ms(devtools)
                page.evaluate("([work, turn]) => bench[work](turn)", [work, turn + 1])
                if turn >= WARM:
                    found[work].append(busy_ms(devtools) - before)
        return {work: statistics.median(all_ms) for work, all_ms in found.items()}

    result: dict[str, float] = on_page(browser, "echoes", look)
    return result


def busy_ms(devtools: CDPSession) -> float:
    metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"]) * 1000
