"""The same carriers under @rrweb/record at its strictest: prints the table of docs/privacy.md. Runs by `make leaks`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.report import publish
from tests.browser import without_mouse
from tests.leaks.carriers import Carrier
from tests.leaks.controls import CONTROLS
from tests.leaks.echoes import ECHOES
from tests.leaks.lives import Lives
from tests.leaks.places import PLACES
from tests.unit.dom.conftest import Site

TABLES = {"what holds a value": CONTROLS, "what never travels": PLACES, "what repeats a value": ECHOES}

TAKES_MINUTES = "takes minutes and tests no rule of ours: `make leaks` runs it"
pytestmark = pytest.mark.skipif("BESIDE_LEAK_TABLE" not in os.environ, reason=TAKES_MINUTES)


@pytest.fixture(scope="module")
def rrweb(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[Lives]:
    tabs = without_mouse(browser.new_context(viewport={"width": 400, "height": 300}, locale="en-GB"))
    yield Lives(tabs, web_server, "rrweb")
    tabs.close()


def judged(lives: Lives, table: Sequence[Carrier]) -> tuple[list[str], list[str]]:
    """The carriers that leak, and those that tell two values apart: by a leak, by their length, or otherwise."""
    leaking, telling = [], []
    for carrier in table:
        one, other = lives.of(carrier, table)
        if one.leaks() or other.leaks():
            leaking.append(carrier.name)
        if lives.told_apart(carrier, table):
            telling.append(carrier.name)
    return leaking, telling


def test_table_of_leaks_beside_rrweb(lives: Lives, rrweb: Lives) -> None:
    rows, notes = [], []
    for name, table in TABLES.items():
        row: dict[str, str | int] = {"carriers": name, "tried": len(table)}
        for recorder, these in (("Beside", lives), ("rrweb", rrweb)):
            leaking, telling = judged(these, table)
            row |= {f"{recorder}: leak": len(leaking), f"{recorder}: tell two apart": len(telling)}
            notes += [f"{recorder}, {name}, leak: {'; '.join(leaking) or 'none'}"]
        rows.append(row)
    sums = {key: sum(int(row[key]) for row in rows) for key in rows[0] if key != "carriers"}
    rows.append({"carriers": "all", **sums})

    publish("leaks", "Carriers that leave the page, of each kind", rows, notes)

    # Ours are those that are marked as known, and no others; and there is a difference to see.
    known = sum(bool(carrier.leaks) for table in TABLES.values() for carrier in table)
    assert sums["Beside: leak"] == known
    assert sums["rrweb: leak"] > known
