"""Whether the mirror keeps up: the time from a message to its paint beside rrweb's Replayer, and memory over an hour.

`python -m tests.bench mirror [--rounds N]`. One page is recorded by both recorders at once; each player then shows what
its own recorder sent. A keyframe is painted when the screen shows all that it will show; `whole_ms` is the time until
what lies below is built and laid out too. The hour is 72,000 mutations, twenty a second, compressed in time.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route

from beside.routes.mirror_document import mirror_document
from beside.routes.policies import mirror_headers
from beside.sites import Site
from tests.bench.report import FOLDER, ROOT, percentile, publish
from tests.browser import headless_shell

ROUNDS = 15
KEYFRAME_BAR_MS = 100.0
# One animation frame at 60 a second, and the task in which its paint is noticed.
MUTATION_BAR_MS = 1000 / 60
PLAYERS = ("ours", "rrweb")
ORIGIN = "http://bench.localhost"
HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title><style>body {{ margin: 0 }}
iframe {{ border: 0; width: 1280px; height: 800px }}</style><body></body><script src="/pages/{script}.js"></script>"""
MUTATIONS_A_SECOND = 20
LOOKS = 10
HOUR = MUTATIONS_A_SECOND * 3600
# Heap may grow so much between the first and the last look: what V8 keeps for hot code, not for mutations.
FLAT_BYTES = 300_000
FULL_SNAPSHOT = 2


def run(rounds: int = ROUNDS) -> None:
    pages = "tests/bench/mirror/page"
    subprocess.run([sys.executable, "tools/node.py", "run", "tests/bench/bundle.mjs", pages], cwd=ROOT, check=True)
    with headless_shell() as browser:
        groups = recorded(browser)
        took: dict[str, list[list[float]]] = {player: [] for player in PLAYERS}
        whole: dict[str, list[float]] = {player: [] for player in PLAYERS}
        nodes: dict[str, int] = {}
        for turn in range(rounds):
            for player in random.sample(PLAYERS, len(PLAYERS)):
                shown = on_page(browser, f"mirror_{player}", player_of(groups[player]))
                if shown["problems"]:
                    raise AssertionError(f"{player}: {shown['problems'][0]}")
                took[player].append(shown["took_ms"])
                whole[player].append(shown["whole_ms"][0])
                nodes[player] = shown["nodes"]
            print(f"round {turn + 1} of {rounds} done", file=sys.stderr, flush=True)
        speed = [speed_row(player, took[player], whole[player], nodes[player]) for player in PLAYERS]
        memory = on_page(browser, "mirror_ours", watch_an_hour)
    grown = memory[-1]["heap_bytes"] - memory[1]["heap_bytes"]
    verdicts = [
        verdict("keyframe of 10,000 nodes painted, ms", speed[0]["keyframe_ms"], KEYFRAME_BAR_MS),
        verdict("mutation painted, median, ms", speed[0]["mutation_p50_ms"], MUTATION_BAR_MS),
        verdict("heap grown over an hour of mutations, bytes", grown, FLAT_BYTES),
        verdict("nodes grown over an hour of mutations", memory[-1]["nodes"] - memory[1]["nodes"], 0),
    ]
    publish("mirror_memory", f"The mirror over an hour of mutations ({HOUR:,})", memory)
    publish("mirror_speed", f"From a message to its paint, {rounds} interleaved rounds", speed)
    publish("mirror_verdicts", "Bars", verdicts)
    document = {"rounds": rounds, "speed": speed, "memory": memory, "verdicts": verdicts}
    (FOLDER / "mirror.json").write_text(json.dumps(document, indent=2) + "\n")


def player_of(groups: list[list[str]]) -> Callable[[Page], Any]:
    return lambda page: page.evaluate("play", groups)


def recorded(browser: Browser) -> dict[str, list[list[str]]]:
    """For each player its messages in groups: the page first, then one group a change."""
    both: dict[str, list[str]] = on_page(browser, "recording", lambda page: page.evaluate("recordBoth()"))
    events = both["theirs"]
    snapshot = next(n for n, event in enumerate(events) if json.loads(event)["type"] == FULL_SNAPSHOT)
    ours = [[frame] for frame in both["ours"]]
    return {"ours": ours, "rrweb": [events[: snapshot + 1], *([event] for event in events[snapshot + 1 :])]}


def on_page(browser: Browser, script: str, look: Callable[[Page], Any]) -> Any:
    """Runs `look` on a page of its own with this script; nothing comes from a network."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, device_scale_factor=1)
    try:
        serve(context, script)
        page = context.new_page()
        page.goto(f"{ORIGIN}/")
        return look(page)
    finally:
        context.close()


def serve(context: BrowserContext, script: str) -> None:
    site = Site(key="bench", name="Bench", origins=(ORIGIN,), shop_url=f"{ORIGIN}/")

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/mirror":
            route.fulfill(
                body=mirror_document(is_quirks=False),
                headers={**mirror_headers(site, "blob:"), "Content-Type": "text/html"},
            )
        elif path == "/replay.css":
            route.fulfill(path=ROOT / "node_modules/@rrweb/replay/dist/style.min.css")
        elif path.startswith("/pages/"):
            route.fulfill(path=FOLDER / path.removeprefix("/"), content_type="text/javascript; charset=utf-8")
        elif path == "/":
            route.fulfill(body=HTML.format(script=script), content_type="text/html")
        else:
            route.fulfill(status=404)

    context.route("**/*", answer)


def speed_row(player: str, rounds: list[list[float]], whole: list[float], nodes: int) -> dict[str, Any]:
    changes = [took for one in rounds for took in one[1:]]
    return {
        "player": player,
        "nodes": nodes,
        "keyframe_ms": statistics.median(one[0] for one in rounds),
        "whole_ms": statistics.median(whole),
        "mutations": len(rounds[0]) - 1,
        "mutation_p50_ms": statistics.median(changes),
        "mutation_p95_ms": percentile(changes, 95),
        "mutation_worst_ms": max(changes),
    }


def watch_an_hour(page: Page) -> list[dict[str, Any]]:
    """Heap and nodes after each part of the hour, garbage collected."""
    devtools = page.context.new_cdp_session(page)
    looks = []
    for part in range(LOOKS + 1):
        problems = page.evaluate("n => hour(n)", HOUR // LOOKS if part else 0)
        if problems:
            raise AssertionError(f"the mirror refused: {problems[0]}")
        devtools.send("HeapProfiler.collectGarbage")
        counted = devtools.send("Memory.getDOMCounters")
        looks.append(
            {
                "mutations": part * HOUR // LOOKS,
                "minutes": part * 60 // LOOKS,
                "heap_bytes": int(devtools.send("Runtime.getHeapUsage")["usedSize"]),
                "nodes": counted["nodes"],
                "listeners": counted["jsEventListeners"],
            }
        )
    return looks


def verdict(bar: str, ours: float, most: float) -> dict[str, Any]:
    return {"bar": bar, "ours": float(ours), "bar_at": float(most), "kept": "yes" if ours <= most else "NO"}
