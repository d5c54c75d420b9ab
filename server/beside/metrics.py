"""Counters and gauges, and their text form (Prometheus exposition format 0.0.4). Numbers only: no label names a person.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Counter:
    """A number that only grows, by the values of one label."""

    def __init__(self, name: str, says: str, label: str = "") -> None:
        self.name = name
        self.says = says
        self._label = label
        self._values: dict[str, float] = {} if label else {"": 0.0}
        COUNTERS.append(self)

    def add(self, amount: float = 1.0, label: str = "") -> None:
        """`label` must be of a small fixed set (a code, a role): each value is a series of its own, for ever."""
        self._values[label] = self._values.get(label, 0.0) + amount

    def value(self, label: str = "") -> float:
        return self._values.get(label, 0.0)

    def lines(self) -> list[str]:
        return [f"# HELP {self.name} {self.says}", f"# TYPE {self.name} counter"] + [
            _line(self.name, self._label, value, number) for value, number in sorted(self._values.items())
        ]


COUNTERS: list[Counter] = []

SESSIONS_CREATED = Counter("beside_sessions_created_total", "Sessions created.")
FRAMES = Counter("beside_frames_total", "Frames taken from shoppers' pages.")
FRAME_BYTES = Counter("beside_frame_bytes_total", "Bytes of those frames as they came.")
ASSET_BYTES = Counter("beside_asset_bytes_total", "Bytes of pictures that shoppers' pages uploaded.")
ACTS = Counter("beside_acts_total", "Acts taken from agents, by kind.", "kind")
REFUSALS = Counter("beside_refusals_total", "Messages and requests refused, by code.", "code")
TRIPS = Counter("beside_tripwire_total", "Frames that the tripwire withheld, by rule.", "rule")
CARRIED = Counter("beside_carried_total", "Requests and sockets carried to their session's worker.", "kind")
DRIFTS = Counter("beside_policy_drift_total", "Rules of policies that found nothing on a page they name.", "kind")


def exposition(gauges: Mapping[str, tuple[str, str, Callable[[], Mapping[str, float]]]]) -> str:
    """All counters, and `gauges`: name -> (what it says, its label, its values by label value)."""
    lines = [line for counter in COUNTERS for line in counter.lines()]
    for name, (says, label, values) in gauges.items():
        lines += [f"# HELP {name} {says}", f"# TYPE {name} gauge"]
        lines += [_line(name, label, value, number) for value, number in sorted(values().items())]
    return "\n".join(lines) + "\n"


def _line(name: str, label: str, value: str, number: float) -> str:
    return f'{name}{{{label}="{value}"}} {number:g}' if label else f"{name} {number:g}"
