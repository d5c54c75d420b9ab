"""A shop's page with parts of the snippet on it, in an open root that locators pierce (bundles/ui.ts)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page
from tests.unit.dom.conftest import Site

# A page that styles everything it can reach, as shops do, and moves its content out of the first screen.
SHOP = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Checkout</title>
<style>
  * {{ letter-spacing: 1px; }}
  body {{ font: 18px serif; margin: 40px; height: 3000px; }}
  button, dialog, section, div {{ background: pink; font-size: 40px; }}
  beside-help {{ display: none !important; opacity: 0 !important; }}
</style>
<main><h1>Checkout</h1><label>Name <input id="node-1"></label><label>Postcode <input id="node-2"></label>
<p style="margin-top: 1500px"><label>Coupon <input id="node-3"></label></p></main>
<dialog id="points"><p>Pick-up points</p><button id="done">Done</button></dialog>
<div id="note" popover="manual">A note</div>
<script src="/build/ui.js"></script></html>"""

OFFER = {
    "token": "consent-token-consent",
    "session": "session1",
    "agentName": "Sam Rivera",
    "shopName": "Plant Shop",
    "words": ["amber", "river"],
    "expiresInS": 120,
}


def open_shop(page: Page, site: Site, lang: str = "en") -> None:
    """Opens the shop with an empty stage of the snippet."""
    page.goto(site.page(SHOP.format(lang=lang)))
    page.evaluate("lang => beside.stage(lang)", lang)


def told(page: Page, name: str) -> list[list[Any]]:
    """What a part has told under this name, in order: the values of each time."""
    every: list[list[Any]] = page.evaluate("beside.told")
    return [values[1:] for values in every if values[0] == name]


def wait_told(page: Page, name: str, count: int = 1) -> None:
    page.wait_for_function(
        "([name, count]) => beside.told.filter((values) => values[0] === name).length >= count", arg=[name, count]
    )


def frames_painted(page: Page, count: int = 3) -> None:
    """Lets the browser paint: what is to be noticed between two paints has been noticed by then."""
    page.evaluate(
        """async (count) => {
          for (let n = 0; n < count; n++) await new Promise((painted) => requestAnimationFrame(painted));
        }""",
        count,
    )
