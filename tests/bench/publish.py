"""Puts the figures of build/bench/*.json into docs/benchmarks.md, and draws its chart. Measures nothing itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.chart import draw
from tests.bench.report import FOLDER, ROOT, show

DOC = ROOT / "docs/benchmarks.md"
CHART = ROOT / "docs/benchmarks.svg"
# Where the figures of one table stand: between two comments that name it.
BLOCK = "<!-- figures: {name} -->\n{text}\n<!-- end -->"
EMPTY = "_Not measured yet: see “How to run”._"
Row = Mapping[str, Any]
ONE_TABLE = (
    "sizes",
    "relay",
    "relay_shares",
    "relay_fixed",
    "relay_rest",
    "relay_checks",
    "workers",
    "store",
    "store_rest",
    "paint",
    "echoes",
)


def run() -> None:
    capture, mirror = read("capture"), read("mirror")
    blocks = {name: table(read(name).get("rows", [])) for name in ONE_TABLE}
    blocks["run"] = machine(capture)
    blocks["chart"] = f"![CPU and bytes by workload]({CHART.name})" if capture else EMPTY
    for name in ("cost", "bytes", "details", "verdicts"):
        blocks[f"capture-{name}"] = table(capture.get(name, []))
    blocks["capture-workloads"] = table(
        [{"workload": name, "what happens": what} for name, what in capture.get("workloads", {}).items()]
    )
    if mirror:
        blocks["mirror-run"] = f"A run of {mirror['rounds']} rounds of its own."
    for name in ("speed", "memory", "verdicts"):
        blocks[f"mirror-{name}"] = table(mirror.get(name, []))
    text = DOC.read_text("utf-8")
    for name, figures in blocks.items():
        # What was not measured here keeps the figures that it has.
        if figures != EMPTY:
            text = put(text, name, figures)
    DOC.write_text(text, "utf-8")
    if capture:
        CHART.write_text(draw(capture["cost"], capture["bytes"]), "utf-8")
    written = [str(path.relative_to(ROOT)) for path in (DOC, CHART) if path.exists()]
    print(f"Wrote {' and '.join(written)}.")


def read(name: str) -> dict[str, Any]:
    path: Path = FOLDER / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def machine(capture: Mapping[str, Any]) -> str:
    if not capture:
        return EMPTY
    load = ", ".join(f"{one:.1f}" for one in capture["load"])
    return (
        f"{capture['rounds']} rounds, Chromium {capture['browser']}, {capture['machine']} with {capture['cores']} "
        f"cores; load averages when it began: {load}; @rrweb/record {capture['peers']['@rrweb/record']}, "
        f"@openreplay/tracker {capture['peers']['@openreplay/tracker']}; "
        f"measurements taken a second time: {len(capture['repeated'])}."
    )


def table(rows: Sequence[Row]) -> str:
    """A Markdown table; figures to the right. Columns are those of the first row."""
    if not rows:
        return EMPTY
    columns = list(rows[0])
    numeric = {column for column in columns if all(not isinstance(row[column], str) for row in rows)}
    lines = [columns, ["---:" if column in numeric else "---" for column in columns]]
    lines += [[cell(row[column]) for column in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: Any) -> str:
    if value is None:
        return "–"
    text = show(value)
    return f"**{text}**" if text == "NO" else text.replace("|", "\\|")


def put(text: str, name: str, figures: str) -> str:
    """The document with the figures between that table's comments; raises `LookupError` where it has none."""
    block = re.compile(re.escape(f"<!-- figures: {name} -->") + r"\n.*?\n<!-- end -->", re.DOTALL)
    if not block.search(text):
        raise LookupError(f"{DOC.name} has no place for the figures called {name}")
    return block.sub(lambda _: BLOCK.format(name=name, text=figures), text, count=1)
