"""The charts of docs/scaling.md as SVG: what each number of sessions needs, and where the walls stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.bench.scaling_model import Need
from tests.bench.scaling_walls import MORE, ONE, SETTING, Wall

NAME_PX, PANEL_PX, ROW_PX, TOP_PX, BAR_PX = 370, 560, 24, 56, 14
COLOURS = {SETTING: "#8a8fa3", MORE: "#1b6e53", ONE: "#c4572d"}
PARTS = {"workers' cores": "#1b6e53", "proxies' cores": "#8a8fa3", "Redis' cores": "#c4572d"}
LEAST, MOST = 100.0, 10_000_000.0


def draw_walls(walls: Sequence[Wall], sizes: Sequence[int]) -> str:
    height = TOP_PX + len(walls) * ROW_PX + 10
    lines = "".join(
        f'<line x1="{across(size):.1f}" x2="{across(size):.1f}" y1="{TOP_PX - 6}" y2="{height - 8}" stroke="#d9dce5"/>'
        f'<text x="{across(size):.1f}" y="{TOP_PX - 10}" text-anchor="middle" font-size="10">{size:,}</text>'
        for size in sizes
    )
    rows = []
    for at, wall in enumerate(walls):
        y, end = TOP_PX + at * ROW_PX, across(wall.sessions)
        rows.append(
            f'<text x="{NAME_PX - 8}" y="{y + 11}" text-anchor="end">{escape(shorten(wall.name))}</text>'
            f'<rect x="{NAME_PX}" y="{y}" width="{end - NAME_PX:.1f}" height="{BAR_PX}" fill="{COLOURS[wall.kind]}"/>'
            f'<text x="{end + 4:.1f}" y="{y + 11}" font-size="10">{round(wall.sessions):,} of {wall.of}</text>'
        )
    return page("How many sessions fit before each wall (logarithmic)", COLOURS, lines + "".join(rows), height)


def draw_needs(needs: Sequence[Need]) -> str:
    row_px = len(PARTS) * BAR_PX + 12
    height = TOP_PX + len(needs) * row_px + 6
    most = max(max(cores_of(need).values()) for need in needs)
    rows = []
    for at, need in enumerate(needs):
        y = TOP_PX + at * row_px
        rows.append(f'<text x="{NAME_PX - 8}" y="{y + 25}" text-anchor="end">{need.sessions:,} sessions</text>')
        for name, cores in cores_of(need).items():
            length = math.log10(max(1.0, cores / 0.01)) / math.log10(most / 0.01) * PANEL_PX
            rows.append(
                f'<rect x="{NAME_PX}" y="{y}" width="{length:.1f}" height="{BAR_PX - 2}" fill="{PARTS[name]}"/>'
                f'<text x="{NAME_PX + length + 4:.1f}" y="{y + 10}" font-size="10">{show(cores)}</text>'
            )
            y += BAR_PX
    return page("Cores that sessions need at the peak (logarithmic)", PARTS, "".join(rows), height)


def cores_of(need: Need) -> dict[str, float]:
    return {
        "workers' cores": float(need.workers),
        "proxies' cores": need.proxy_cores,
        "Redis' cores": need.redis_cores,
    }


def show(cores: float) -> str:
    return f"{cores:,.0f}" if cores >= 10 else f"{cores:.2g}"


def across(sessions: float) -> float:
    share = math.log10(min(max(sessions, LEAST), MOST) / LEAST) / math.log10(MOST / LEAST)
    return NAME_PX + share * PANEL_PX


def shorten(name: str) -> str:
    plain = name.replace("`", "")
    return plain if len(plain) <= 66 else f"{plain[:64]}…"


def page(title: str, colours: dict[str, str], content: str, height: int) -> str:
    width = NAME_PX + PANEL_PX + 130
    legend = "".join(
        f'<rect x="{NAME_PX + 150 * n}" y="10" width="12" height="12" fill="{colour}"/>'
        f'<text x="{NAME_PX + 150 * n + 18}" y="20">{escape(name)}</text>'
        for n, (name, colour) in enumerate(colours.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="11" fill="#1d2433">'
        f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="#fff"/>{legend}{content}</svg>\n'
    )
