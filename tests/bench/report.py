"""One way to publish figures: a table on the terminal and the same figures as JSON under build/bench/."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/bench"


def publish(name: str, title: str, rows: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()) -> None:
    """Prints `rows` (all with the same keys) as a table and writes them to build/bench/NAME.json."""
    columns = list(rows[0])
    cells = [[show(row[column]) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[i]) for line in cells)) for i, column in enumerate(columns)]
    print(f"\n{title}")
    print("  ".join(column.ljust(width) for column, width in zip(columns, widths, strict=True)))
    for line in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    for note in notes:
        print(f"  {note}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    document = {"title": title, "machine": platform.machine(), "python": platform.python_version(), "rows": list(rows)}
    (FOLDER / f"{name}.json").write_text(json.dumps({**document, "notes": list(notes)}, indent=2) + "\n")


def show(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def percentile(values: Sequence[float], percent: float) -> float:
    """Of at least two values, by the inclusive method."""
    return statistics.quantiles(values, n=1000, method="inclusive")[min(998, round(percent * 10) - 1)]
