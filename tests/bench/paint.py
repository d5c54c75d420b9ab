"""From a change on the shopper's page to its paint in the agent's mirror: two browsers, one machine, one clock.

The stopwatch starts before the edit and stops in the task after the console's animation frame that paints it. Both
pages read `performance.timeOrigin + performance.now()`, which is the machine's clock in both processes.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.bench.report import percentile, publish
from tests.browser import chromiums, system_chromium
from tests.e2e.people import Agent, Places, Shopper, meet
from tests.e2e.processes import running_demo

EDITS = 150
EVERY_MS = 200

WATCH = """() => {
  const doc = document.querySelector('iframe.mirror').contentDocument;
  window.paintedAt = {};
  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => {
    const now = performance.timeOrigin + performance.now();
    for (const tick of waiting.splice(0)) window.paintedAt[tick] = now;
  };
  new MutationObserver(() => {
    const tick = /tick (\\d+)/.exec(doc.querySelector('h1')?.textContent ?? '')?.[1];
    if (tick === undefined || tick in window.paintedAt || waiting.includes(tick)) return;
    waiting.push(tick);
    requestAnimationFrame(() => channel.port2.postMessage(null));
  }).observe(doc, { subtree: true, childList: true, characterData: true });
}"""
EDIT = """async ([edits, every]) => {
  const at = {};
  for (let tick = 0; tick < edits; tick++) {
    await new Promise((resolve) => setTimeout(resolve, every));
    at[tick] = performance.timeOrigin + performance.now();
    document.querySelector('h1').textContent = `tick ${tick}`;
  }
  return at;
}"""
# A ticker: 200 nodes change text and class in every animation frame.
BUSY = """() => {
  const box = document.createElement('div');
  const cells = Array.from({ length: 200 }, () => box.appendChild(document.createElement('span')));
  document.querySelector('main').append(box);
  let turn = 0;
  const tick = () => {
    turn++;
    for (const [at, cell] of cells.entries()) {
      cell.textContent = `${(turn + at) % 97} `;
      cell.className = (turn + at) % 2 ? 'odd' : 'even';
    }
    requestAnimationFrame(tick);
  };
  tick();
}"""


def run() -> None:
    with tempfile.TemporaryDirectory() as name, chromiums(2, system_chromium()) as (first, second):
        demo = running_demo(Path(name))
        demo.start()
        try:
            places = Places(demo.port)
            agent = Agent(first.new_context(viewport={"width": 1280, "height": 800}), places)
            shopper = Shopper(second.new_context(viewport={"width": 1280, "height": 800}).new_page(), places)
            shopper.fill_basket()
            meet(agent, shopper)
            agent.wait_for_picture("How can we reach you?")
            quiet = measure(agent.console, shopper.page, f"one edit every {EVERY_MS} ms")
            shopper.page.evaluate(BUSY)
            busy = measure(agent.console, shopper.page, "the same beside 200 nodes changing every frame")
        finally:
            demo.stop()
    publish("paint", "From a change on the page to its paint in the mirror", [quiet, busy])


def measure(console: Page, page: Page, name: str) -> dict[str, str | int | float]:
    console.evaluate(WATCH)
    edited: dict[str, float] = page.evaluate(EDIT, [EDITS, EVERY_MS])
    console.wait_for_timeout(1000)
    painted: dict[str, float] = console.evaluate("window.paintedAt")
    took = [painted[tick] - edited[tick] for tick in edited if tick in painted]
    return {
        "workload": name,
        "edits": len(edited),
        "painted": len(took),
        "p50_ms": statistics.median(took),
        "p99_ms": percentile(took, 99),
    }
