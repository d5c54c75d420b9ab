"""The chart of a capture run as SVG: for each workload what each recorder adds in CPU, and what it sends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

NAME_PX, PANEL_PX, GAP_PX = 130, 330, 90
BAR_PX, ROW_GAP_PX, TOP_PX = 9, 9, 62
# Dark enough on white and on a dark page's own background: the chart has a white one.
COLOURS = {"Beside": "#1b6e53", "@rrweb/record": "#c4572d", "OpenReplay": "#8a8fa3"}
Row = Mapping[str, Any]


def draw(cost: Sequence[Row], sent: Sequence[Row]) -> str:
    cpu = [
        (
            row["workload"],
            {"Beside": row.get("ours"), "@rrweb/record": row.get("rrweb"), "OpenReplay": row.get("openreplay")},
        )
        for row in cost
    ]
    kb = [(row["workload"], {"Beside": row.get("ours"), "@rrweb/record": row.get("rrweb_best")}) for row in sent]
    left, height = panel(
        cpu, 0, "CPU added to the page's main thread, ms (square-root scale)", "{:,.0f}", scale=math.sqrt
    )
    right, _ = panel(
        kb, PANEL_PX + GAP_PX, "bytes on the WebSocket, kB (logarithmic)", "{:,.1f}", scale=kilobytes, unit=1000
    )
    width = NAME_PX + 2 * PANEL_PX + 2 * GAP_PX
    legend = "".join(
        f'<rect x="{NAME_PX + 150 * n}" y="12" width="12" height="12" fill="{colour}"/>'
        f'<text x="{NAME_PX + 150 * n + 18}" y="22">{escape(name)}</text>'
        for n, (name, colour) in enumerate(COLOURS.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="11" fill="#1d2433">'
        f"<title>What recorders cost a page, workload by workload; less is better</title>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>{legend}{left}{right}</svg>\n'
    )


def kilobytes(value: float) -> float:
    """Logarithmic from 100 bytes on."""
    return math.log10(max(1.0, value / 100))


def panel(
    rows: Sequence[tuple[str, Mapping[str, float | None]]],
    x: int,
    title: str,
    shape: str,
    *,
    scale: Any,
    unit: int = 1,
) -> tuple[str, int]:
    """Bars of one measure and the height that they need; names stand at the left of the first panel."""
    most = max((scale(max(0.0, value)) for _, bars in rows for value in bars.values() if value is not None), default=1)
    parts = [f'<text x="{NAME_PX + x}" y="46" font-weight="600">{escape(title)}</text>']
    row_px = len(COLOURS) * BAR_PX + ROW_GAP_PX
    for at, (workload, bars) in enumerate(rows):
        y = TOP_PX + at * row_px
        if not x:
            parts.append(f'<text x="{NAME_PX - 10}" y="{y + 12}" text-anchor="end">{escape(workload)}</text>')
        for name, value in bars.items():
            if value is None:
                continue
            length = scale(max(0.0, value)) / (most or 1) * PANEL_PX
            start, size = NAME_PX + x, f'height="{BAR_PX - 1}" fill="{COLOURS[name]}"'
            label = shape.format(value / unit)
            parts.append(
                f'<rect x="{start}" y="{y}" width="{length:.1f}" {size}/>'
                f'<text x="{start + length + 4:.1f}" y="{y + 8}" font-size="9">{label}</text>'
            )
            y += BAR_PX
    return "".join(parts), TOP_PX + len(rows) * row_px + 8
