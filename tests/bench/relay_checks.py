"""What each of the relay's checks costs a message, by itself: the typed decode, the tripwire, a site's own numbers.

Medians of interleaved runs in this process, microseconds of CPU a frame. The bar of the design is a part of the relay's
whole: what a message costs there stands in the tables before.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec

from beside import tripwire
from beside.protocol import Frame, SitePattern
from beside.site_patterns import SitePatterns
from tests.bench.report import publish

ROUNDS = 31
TEXT = "the basket has changed and total is new again delivery on Tuesday order 10482 of 3 items for 49.90"
WORDS = TEXT.split()
SITE_NUMBERS = (SitePattern("customer number", "KD-######"), SitePattern("voucher", "####-@@@@"))
# By chance the words of one frame hold digits beside each other, and of the next none: so many, and always the same.
FRAMES = 100
_chance = random.Random(7)
_decoder = msgspec.json.Decoder(Frame)


def run() -> None:
    patterns = SitePatterns(SITE_NUMBERS)
    rows = []
    mutations = [mutation(400) for _ in range(FRAMES)]
    for name, texts in (("mutation of 400 bytes", mutations), ("keyframe of 200 kB", [keyframe(200_000)])):
        frames = [_decoder.decode(text) for text in texts]
        assert [frame for frame in frames if tripwire.trips(frame, patterns)] == []
        checks: dict[str, Callable[[], object]] = {
            "typed decode": partial(each, texts, _decoder.decode),
            "tripwire": partial(each, frames, tripwire.trips),
            "tripwire and two numbers of the site": partial(each, frames, partial(tripwire.trips, patterns=patterns)),
        }
        repeats = max(1, 100_000 // sum(map(len, texts)))
        spent: dict[str, list[float]] = {check: [] for check in checks}
        for _ in range(ROUNDS):
            for check in random.sample(list(checks), len(checks)):
                spent[check].append(cpu_us(checks[check], repeats) / len(texts))
        rows += [{"frame": name, "check": check, "us_a_frame": statistics.median(spent[check])} for check in checks]
    publish("relay_checks", f"What the relay's checks cost a frame, medians of {ROUNDS} rounds", rows)


def each(many: Sequence[Any], work: Callable[[Any], object]) -> None:
    for one in many:
        work(one)


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
    return " ".join(_chance.choices(WORDS, k=count // 5))[:count]
