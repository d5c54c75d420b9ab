"""What a recorder costs the shop's page: Beside beside @rrweb/record and OpenReplay's tracker, in one run.

`python -m tests.bench capture [--rounds N] [--workloads A,B] [--recorders A,B]`. The recorders take turns within each
round, in another order each time, each in a renderer of its own. docs/benchmarks.md has the method.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys

from playwright.sync_api import Browser

from tests.bench.capture.measuring import RECORDERS, Measured, Unmeasured, measure
from tests.bench.capture.server import Places, bench_server
from tests.bench.capture.verdicts import EVERY, WORKLOADS, Results, publish_results
from tests.bench.report import ROOT
from tests.browser import headless_shell

ROUNDS = 15


def run(rounds: int = ROUNDS, workloads: str = "", recorders: str = "") -> None:
    pages = "tests/bench/capture/page"
    subprocess.run([sys.executable, "tools/node.py", "run", "tests/bench/bundle.mjs", pages], cwd=ROOT, check=True)
    load = os.getloadavg()
    chosen = workloads.split(",") if workloads else list(WORKLOADS)
    compared = ["none", *recorders.split(",")] if recorders else list(RECORDERS)
    results: Results = {name: {recorder: [] for recorder in compared} for name in chosen}
    repeated: list[str] = []
    with bench_server() as places, headless_shell() as browser:
        for turn in range(rounds):
            for name in chosen:
                for recorder in random.sample(compared, len(compared)):
                    if turn % EVERY.get(recorder, 1):
                        continue
                    results[name][recorder].append(measured(browser, places, name, recorder, repeated))
                print(f"round {turn + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
        publish_results(results, rounds, browser.version, load, repeated)


def measured(browser: Browser, places: Places, name: str, recorder: str, repeated: list[str]) -> Measured:
    """A measurement that failed need not cost the run: it is told, and taken once more."""
    try:
        return measure(browser, places, name, recorder)
    except Unmeasured as error:
        repeated.append(str(error))
        print(f"measured again: {error}", file=sys.stderr, flush=True)
        return measure(browser, places, name, recorder)
