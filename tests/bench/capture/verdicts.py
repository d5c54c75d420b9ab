"""The tables of a run, and for each bar of the design whether it is kept: said plainly, losses too."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.bench.capture.measuring import SNAPSHOTS, Measured
from tests.bench.report import FOLDER, ROOT, publish

# In the order of the tables, with what happens.
WORKLOADS = {
    "create": "1,000 chains of depth 10 appended",
    "add-and-remove": "the same added, removed and added in one task",
    "add-and-move": "10,000 divs added, their container moved, the old parent removed",
    "attributes": "classList.add on 10,000 divs",
    "deep-nested": "100 roots nested 256 deep after clearing the body",
    "descendants": "1,000 nodes, each appended into the last",
    "grid-snapshot": "snapshot of a product grid of 10,000 nodes",
    "reorder": "1,000 keyed rows reordered, three times",
    "toggle": "5,000 nodes toggling three attributes, four times",
    "typing": "200 keys over 20 fields",
    "ticker": "20 prices changing 60 times a second, for 3 s",
    "modal": "a modal opened over a long page and closed, five times",
    "css-rules": "5,000 rules inserted into a style sheet",
    "throttled": "the grid's snapshot and ten filterings under 4x CPU throttling",
}
PEERS = ("@rrweb/record", "@openreplay/tracker")
# Takes part in every so many rounds only: no bar is measured by it, and a round with it is half as long again.
EVERY = {"openreplay": 3}
RATIO_BAR = 0.5
# Workloads on which rrweb adds less are judged by their sum.
LARGE_MS = 40.0
TASK_BAR_MS = 50.0
# Where a task is the page's own, measured twice, it differs by about this much.
TASK_NOISE_MS = 5.0

Results = dict[str, dict[str, list[Measured]]]
Row = dict[str, Any]


def publish_results(
    results: Results, rounds: int, browser: str, load: Sequence[float], repeated: Sequence[str]
) -> None:
    """`load`: the machine's load averages when the run began; a busy machine's figures are to be seen as such.

    `repeated`: why measurements were taken a second time.
    """
    cost = [cost_row(name, of) for name, of in results.items()]
    sent = [bytes_row(name, of) for name, of in results.items()]
    verdicts = judge(cost, sent)
    more = [detail_row(name, recorder, of) for name, of in results.items() for recorder in of if recorder != "none"]
    publish("capture_details", f"Every recorder on every workload, medians of {rounds} rounds", more)
    publish("capture_bytes", "Bytes on the WebSocket, the page's own text and CSS subtracted", sent)
    publish("capture_cost", f"Main-thread CPU added, ms, medians of {rounds} interleaved rounds", cost)
    publish("capture_verdicts", "Bars", verdicts)
    document = {
        "rounds": rounds,
        "browser": browser,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": load,
        "repeated": repeated,
        "peers": {name: version_of(name) for name in PEERS},
        "workloads": {name: WORKLOADS[name] for name in results},
    }
    tables = {"cost": cost, "bytes": sent, "details": more, "verdicts": verdicts}
    (FOLDER / "capture.json").write_text(json.dumps({**document, **tables}, indent=2) + "\n")


def version_of(package: str) -> str:
    return str(json.loads((ROOT / "node_modules" / package / "package.json").read_text())["version"])


def median(measured: Sequence[Measured], look: Callable[[Measured], float]) -> float:
    return statistics.median(look(one) for one in measured)


def added(of: Mapping[str, list[Measured]], recorder: str, look: Callable[[Measured], float]) -> float:
    """Median of what a recorder adds to the page without any, compared within each round."""
    pairs = zip(of[recorder], of["none"][:: EVERY.get(recorder, 1)], strict=True)
    return statistics.median(look(one) - look(without) for one, without in pairs)


def cost_row(name: str, of: Mapping[str, list[Measured]]) -> Row:
    row: Row = {"workload": name}
    for recorder in of:
        if recorder != "none":
            row[recorder] = added(of, recorder, lambda one: one.cpu_ms)
    row["ours_by_rrweb"] = ratio(row.get("ours"), row.get("rrweb"))
    for recorder in of:
        row[f"longest_{recorder}"] = median(of[recorder], lambda one: one.longest_ms)
    row["longest_call_ours"] = median(of["ours"], lambda one: one.longest_own_ms) if "ours" in of else None
    return row


def form_of(form: str) -> Callable[[Measured], float]:
    return lambda one: one.bytes[form]


def bytes_row(name: str, of: Mapping[str, list[Measured]]) -> Row:
    row: Row = {"workload": name, "own": round(median(of["none"], lambda one: one.own_bytes))}
    if "ours" in of:
        row["ours"] = round(median(of["ours"], form_of("as_sent")) - row["own"])
    if "rrweb" in of:
        for form in ("as_sent", "deflate_takeover", "deflate_no_takeover"):
            row[f"rrweb_{form}"] = round(median(of["rrweb"], form_of(form)) - row["own"])
        row["rrweb_best"] = min(row["rrweb_as_sent"], row["rrweb_deflate_takeover"], row["rrweb_deflate_no_takeover"])
    row["ours_by_rrweb"] = ratio(row.get("ours"), row.get("rrweb_best"))
    return row


def detail_row(name: str, recorder: str, of: Mapping[str, list[Measured]]) -> Row:
    measured = of[recorder]
    row: Row = {"workload": name, "recorder": recorder, "cpu_ms": added(of, recorder, lambda one: one.cpu_ms)}
    row["longest_task_ms"] = median(measured, lambda one: one.longest_ms)
    row["longest_call_ms"] = median(measured, lambda one: one.longest_own_ms)
    row["startup_ms"] = median(measured, lambda one: one.startup_ms)
    row["snapshot_ms"] = median(measured, lambda one: one.snapshot_ms)
    row["heap_kb"] = round(added(of, recorder, lambda one: one.heap_bytes) / 1000)
    row["messages"] = round(median(measured, lambda one: one.messages))
    for form in ("raw", "one_stream", "as_sent"):
        row[f"{form}_bytes"] = round(median(measured, form_of(form)))
    return row


def ratio(ours: float | None, theirs: float | None) -> float | None:
    return ours / theirs if ours is not None and theirs else None


def judge(cost: Sequence[Row], sent: Sequence[Row]) -> list[Row]:
    """One line a bar and workload; `kept` says yes or NO."""
    if not all("ours" in row and "rrweb" in row for row in cost):
        return [{"bar": "none is judged without both ours and rrweb", "ours": 0.0, "bar_at": 0.0, "kept": "-"}]
    rows = []
    large = [row for row in cost if row["rrweb"] > LARGE_MS]
    small = [row for row in cost if row["rrweb"] <= LARGE_MS]
    for row in large:
        rows.append(verdict(f"CPU, {row['workload']}", row["ours"], RATIO_BAR * row["rrweb"]))
    if small:
        names = ", ".join(row["workload"] for row in small)
        bar = RATIO_BAR * sum(row["rrweb"] for row in small)
        rows.append(verdict(f"CPU, sum of {names}", sum(row["ours"] for row in small), bar))
    for row in sent:
        rows.append(verdict(f"bytes, {row['workload']}", row["ours"], RATIO_BAR * row["rrweb_best"]))
    for row in cost:
        bar = max(TASK_BAR_MS, row["longest_none"] + TASK_NOISE_MS)
        slow = " (4x throttled)" if row["workload"] in SNAPSHOTS and row["workload"] == "throttled" else ""
        rows.append(verdict(f"longest task, {row['workload']}{slow}", row["longest_ours"], bar))
    return rows


def verdict(bar: str, ours: float, most: float) -> Row:
    return {"bar": bar, "ours": float(ours), "bar_at": float(most), "kept": "yes" if ours <= most else "NO"}
