"""What a fault did, in figures: how often it was tried, how soon all was well again, what was acknowledged and lost."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

# How often each fault is tried; more find what happens rarely.
ROUNDS = int(os.environ.get("BESIDE_FAULT_ROUNDS", "1"))


@dataclass
class Figures:
    """Of one test. `fault` and `store` name the line of the table that tests of one fault share."""

    fault: str
    store: str
    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    recovered_s: list[float] = field(default_factory=list)
    # What belongs to this fault alone: name, with its unit -> value, of which the table has the largest.
    more: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def recovery(self) -> Iterator[None]:
        """Measures from here to its end, which is where all is well again."""
        began_at = time.monotonic()
        yield
        self.recovered_s.append(time.monotonic() - began_at)

    def count(self, acknowledged: int, missing: Iterable[str]) -> None:
        """Notes what was acknowledged and what of it is not there, and fails where anything is not."""
        self.rounds += 1
        self.acknowledged += acknowledged
        gone = list(missing)
        self.lost += len(gone)
        assert gone == [], f"acknowledged, and lost: {gone}"

    def tell(self, **more: float) -> None:
        for name, value in more.items():
            self.more[name] = max(value, self.more.get(name, value))

    def as_property(self) -> dict[str, Any]:
        """Plain values, as pytest carries them from the process that ran the test to the one that reports."""
        return asdict(self)


def rows_of(properties: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a fault and store, over all tests of it."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in properties:
        groups.setdefault((each["fault"], each["store"]), []).append(each)
    rows = []
    for (fault, store), tests in sorted(groups.items()):
        recovered_s = sorted(value for each in tests for value in each["recovered_s"])
        more: dict[str, float] = {}
        for each in tests:
            for name, value in each["more"].items():
                more[name] = max(value, more.get(name, value))
        rows.append(
            {
                "fault": fault,
                "store": store,
                "tried": sum(each["rounds"] for each in tests),
                "acknowledged": sum(each["acknowledged"] for each in tests),
                "lost": sum(each["lost"] for each in tests),
                "median s": round(statistics.median(recovered_s), 3) if recovered_s else "",
                "longest s": round(recovered_s[-1], 3) if recovered_s else "",
                "more": ", ".join(f"{name} {value:.4g}" for name, value in more.items()),
            }
        )
    return rows
