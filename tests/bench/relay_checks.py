"""What each of the relay's checks costs a message, by itself: the typed decode, the tripwire, a site's own numbers.

Medians of interleaved runs in this process, microseconds of CPU a frame. The bar of the design is a part of the relay's
whole: what a message costs there stands in the tables before.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from functools import partial

import msgspec

from beside import tripwire
from beside.protocol import Frame, SitePattern
from beside.site_patterns import SitePatterns
from tests.bench.report import publish

ROUNDS = 31
TEXT = "the basket has changed and total is new again delivery on Tuesday order 10482 of 3 items for 49.90"
WORDS = TEXT.split()
SITE_NUMBERS = (SitePattern("customer number", "KD-######"), SitePattern("voucher", "####-@@@@"))
_decoder = msgspec.json.Decoder(Frame)


def run() -> None:
    patterns = SitePatterns(SITE_NUMBERS)
    rows = []
    for name, text in (("mutation of 400 bytes", mutation(400)), ("keyframe of 200 kB", keyframe(200_000))):
        frame = _decoder.decode(text)
        assert tripwire.trips(frame, patterns) is None
        checks: dict[str, Callable[[], object]] = {
            "typed decode": partial(_decoder.decode, text),
            "tripwire": partial(tripwire.trips, frame),
            "tripwire and two numbers of the site": partial(tripwire.trips, frame, patterns),
        }
        repeats = max(1, 100_000 // len(text))
        spent: dict[str, list[float]] = {check: [] for check in checks}
        for _ in range(ROUNDS):
            for check in random.sample(list(checks), len(checks)):
                spent[check].append(cpu_us(checks[check], repeats))
        rows += [{"frame": name, "check": check, "us_a_frame": statistics.median(spent[check])} for check in checks]
    publish("relay_checks", f"What the relay's checks cost a frame, medians of {ROUNDS} rounds", rows)


def cpu_us(work: Callable[[], object], repeats: int) -> float:
    before = time.process_time_ns()
    for _ in range(repeats):
        work()
    return (time.process_time_ns() - before) / repeats / 1000


def mutation(size_bytes: int) -> str:
    return msgspec.json.encode(["mutation", 1, 1, 3, [["text", 2, words(size_bytes - 40)]]]).decode()


def keyframe(size_bytes: int) -> str:
    page = {"origin": "https://shop.example", "path": "/checkout", "quirks": False}
    entries: list[list[object]] = [["el", "html", {}, 1], ["el", "body", {}, 0]]
    made = 0
    while made < size_bytes:
        text = words(60)
        entries += [["el", "p", {"class": "line"}, 1], ["tx", text]]
        made += len(text) + 40
    entries[1][3] = (len(entries) - 2) // 2
    return msgspec.json.encode(["keyframe", 1, 0, page, entries, []]).decode()


def words(count: int) -> str:
    return " ".join(random.choices(WORDS, k=count // 5))[:count]
