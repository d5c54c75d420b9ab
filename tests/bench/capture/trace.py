"""What the main thread did between two moments, read from Chromium's own trace. Times are the thread's CPU time.

CPU time and not the clock: another process that takes the core away makes nobody look slow. Under CPU throttling,
Chromium burns the main thread's own time, so that throttled figures are comparable with one another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

# Tasks of the main thread, and each call that the browser makes into a script.
CATEGORIES = ["toplevel", "devtools.timeline", "blink.user_timing"]
START = "bench-start"


@dataclass(frozen=True)
class Span:
    """CPU in ms: of all tasks, of the longest one, and of the longest call into the recorder's own script.

    A call is a part of a task: a longer one says that the trace lost the task.
    """

    total_ms: float
    longest_ms: float
    longest_own_ms: float


def read_trace(trace: bytes, recorder: str) -> Span:
    """From the page's mark to the end of the trace; `recorder` names the script whose calls are its own."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    begin = next(event for event in events if event["name"] == START)
    thread = (begin["pid"], begin["tid"])
    spans = sorted(
        (
            event
            for event in events
            if event["ph"] == "X" and (event["pid"], event["tid"]) == thread and "tdur" in event
        ),
        key=lambda event: (event["ts"], -event["dur"]),
    )
    # What stands in no other span is a task: Chromium names most of them RunTask, and not all.
    tasks: list[float] = []
    own: list[float] = []
    end = begin["ts"]
    for event in spans:
        if event["ts"] + event["dur"] < begin["ts"]:
            continue
        if event["ts"] + event["dur"] > end and (event["ts"] >= end or not tasks):
            tasks.append(event["tdur"] / 1000)
            end = event["ts"] + event["dur"]
        if event["name"] == "FunctionCall" and script_of(event).endswith(f"/{recorder}.js"):
            own.append(event["tdur"] / 1000)
    return Span(sum(tasks), max(tasks), max(own, default=0.0))


def script_of(call: dict[str, Any]) -> str:
    """The address of the script that a call went into."""
    return str(call["args"].get("data", {}).get("url", ""))
