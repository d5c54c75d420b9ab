"""Writes what the fidelity suite saw: build/fidelity/index.html with both pictures of every step, and figures as JSON.

Each page leaves its own files; whoever finishes last has written the whole. Knows nothing of browsers.
"""

from __future__ import annotations

import html
import json
import os
from pathlib import Path
from typing import Any

from tests.e2e.fidelity.expected import CORE, STATED, bar_of
from tests.e2e.fidelity.walk import Walked

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "build" / "fidelity"
FIGURES = ROOT / "build" / "bench" / "fidelity.json"
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; color: #1d2430; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .25rem .6rem; text-align: start; vertical-align: top }
tr { border-bottom: 1px solid #dfe3ea; } .number { text-align: end; font-variant-numeric: tabular-nums; }
.missed { color: #b3261e; } .note { color: #5b6472; font-size: .85em; }
img { max-width: 100%; border: 1px solid #dfe3ea; } h2 { margin-top: 3rem; }
h3 { margin: 1.5rem 0 .3rem; font-size: 1rem }
"""


def keep(walked: Walked) -> None:
    """Keeps one page's figures and pictures."""
    pictures = FOLDER / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    steps: list[dict[str, Any]] = []
    for at, row in enumerate(walked.rows):
        picture = f"{walked.group}-{walked.name}-{at}.png"
        if row.picture:
            row.picture.save(pictures / picture)
        steps.append(
            {
                "step": row.step,
                "tiles": row.tiles,
                "good": row.good,
                "percent": round(row.percent, 2),
                "note": row.note,
                "picture": picture if row.picture else None,
            }
        )
    stated = STATED.get(walked.name)
    page = {
        "group": walked.group,
        "name": walked.name,
        "isCore": walked.name in CORE,
        "barPercent": bar_of(walked.name),
        "reason": stated.reason if stated else "",
        "seconds": round(walked.seconds, 2),
        "percent": round(walked.percent, 2),
        "isEqual": all(not row.note for row in walked.rows),
        "steps": steps,
    }
    rows = FOLDER / "rows"
    rows.mkdir(parents=True, exist_ok=True)
    replace(rows / f"{walked.group}-{walked.name}.json", json.dumps(page, indent=1))


def publish(known: set[tuple[str, str]]) -> None:
    """Puts what there is into one report; rows of pages that are no longer `known` (group and name) go."""
    pages: list[dict[str, Any]] = []
    for path in sorted((FOLDER / "rows").glob("*.json")):
        page = json.loads(path.read_text("utf-8"))
        if (page["group"], page["name"]) in known:
            pages.append(page)
        else:
            path.unlink(missing_ok=True)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    replace(FIGURES, json.dumps({"pages": pages}, indent=1) + "\n")
    replace(FOLDER / "index.html", page_of(pages))


def replace(path: Path, text: str) -> None:
    """By rename: another worker of the same run may be reading."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(text, "utf-8")
    new.replace(path)


def page_of(pages: list[dict[str, Any]]) -> str:
    good = sum(step["good"] for page in pages for step in page["steps"])
    tiles = sum(step["tiles"] for page in pages for step in page["steps"]) or 1
    steps = sum(len(page["steps"]) for page in pages)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Fidelity of the mirror</title>'
        f"<style>{STYLE}</style><h1>Fidelity of the mirror</h1>"
        f"<p>{len(pages)} pages, {steps} comparisons, {100 * good / tiles:.3f} % of {tiles} tiles. The page is on "
        "the left, its mirror on the right; what masks and Beside's own bar cover is painted over on both.</p>"
        "<table><tr><th>page<th class=number>worst step<th>trees<th class=number>bar<th class=number>seconds</tr>"
        f"{''.join(map(row_of, pages))}</table>{''.join(map(section_of, pages))}</html>"
    )


def row_of(page: dict[str, Any]) -> str:
    missed = page["percent"] < page["barPercent"] or not page["isEqual"]
    reason = f'<br><span class="note">{html.escape(page["reason"])}</span>' if page["reason"] else ""
    return (
        f'<tr{" class=missed" if missed else ""}><td><a href="#{page["group"]}-{page["name"]}">'
        f"{page['group']}: {page['name'].replace('_', ' ')}</a>{reason}<td class=number>{page['percent']:.2f} %"
        f"<td>{'equal' if page['isEqual'] else 'differ'}<td class=number>{page['barPercent']:g} %"
        f"<td class=number>{page['seconds']:.1f}</tr>"
    )


def section_of(page: dict[str, Any]) -> str:
    parts = [f'<h2 id="{page["group"]}-{page["name"]}">{page["group"]}: {page["name"].replace("_", " ")}</h2>']
    for step in page["steps"]:
        note = f'<p class="note">{html.escape(step["note"])}</p>' if step["note"] else ""
        parts.append(f"<h3>{html.escape(step['step'])}: {step['percent']:.2f} % of {step['tiles']} tiles</h3>{note}")
        if step["picture"]:
            parts.append(f'<img loading="lazy" alt="page and mirror" src="pictures/{step["picture"]}">')
    return "".join(parts)
