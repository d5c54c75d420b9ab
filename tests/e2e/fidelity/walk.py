"""Walks one shopper and one agent from page to page of the fidelity suite, and compares both sides after each step.

A page names its steps itself, in `window.steps`: a function each, called in order. What one returns, if anything,
is what the shopper then does by mouse and keyboard: `[["click", "#pay"], ["type", "4242"], ["key", "Tab"]]`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from beside import __version__
from beside.tokens import LaunchClaims, Signer
from tests.e2e import pixels
from tests.e2e.fidelity.shop import FidelityShop
from tests.e2e.people import Agent, Places, Shopper
from tests.e2e.processes import running_relay

SITE = "fidelity"
LAUNCH_SECRET = "a-launch-secret-of-the-fidelity-suite-and-of-nobody-else"
SHOPPER: ViewportSize = {"width": 1000, "height": 700}
CONSOLE: ViewportSize = {"width": 1520, "height": 950}
# The page's own script may build it late; a step must not start before all are there.
_STEPS = "Object.keys(window.steps ?? {})"
# A step that waits for what never comes is to fail, and not to keep everybody waiting.
_TAKE = """step => Promise.race([steps[step](), new Promise((_, fail) => setTimeout(() => fail(step), 30_000))])"""
_REST = """async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}"""


@dataclass
class Row:
    """One comparison: a page after one of its steps. `note` says what else differed, or is empty."""

    step: str
    tiles: int
    good: int
    note: str
    picture: Image.Image | None

    @property
    def percent(self) -> float:
        return 100.0 * self.good / self.tiles if self.tiles else 0.0


@dataclass
class Walked:
    """A page driven through all its steps."""

    group: str
    name: str
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def percent(self) -> float:
        return min((row.percent for row in self.rows), default=0.0)

    def faults(self, bar_percent: float) -> list[str]:
        """A sentence for each step that misses the bar."""
        return [
            f"{self.name}, {row.step}: {row.percent:.2f} % of {row.tiles} tiles{'; ' * bool(row.note)}{row.note}"
            for row in self.rows
            if row.percent < bar_percent or row.note
        ]


class Walk:
    """One live session of two people, for as many pages as there are."""

    def __init__(self, shop: FidelityShop, places: Places, browser: Browser) -> None:
        self.shop = shop
        self.places = places
        self.browser = browser
        self.sessions = 0
        self.open()

    def open(self) -> None:
        """Brings the two together, each with a browser of their own."""
        self.sessions += 1
        self.contexts = [self.browser.new_context(viewport=size) for size in (SHOPPER, CONSOLE)]
        there, here = self.contexts
        self.shopper, self.agent = Shopper(there.new_page(), self.places), Agent(here, self.places)
        self.shopper.page.goto(f"{self.shop.origin('shop')}/start")
        self.agent.open(f"{self.places.console}/launch#{launch_token(self.sessions)}")
        self.shopper.accept(self.agent.share_code())
        self.agent.wait_for_state("Live")
        self.is_sound = True

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def visit(self, group: str, name: str, address: str) -> Walked:
        """Goes to a page, takes all its steps, and compares before the first and after each."""
        if not self.is_sound:
            self.close()
            self.open()
        # Until the page is done: what goes wrong on one must not be blamed on the next.
        self.is_sound = False
        walked = self.drive(Walked(group, name), address)
        self.is_sound = not walked.faults(0.0)
        return walked

    def drive(self, walked: Walked, address: str) -> Walked:
        page, start = self.shopper.page, time.monotonic()
        self.shopper.errors.clear()
        page.mouse.move(1, 1)
        page.goto(f"{self.shop.origin('shop')}{address}")
        page.wait_for_function("document.readyState === 'complete'")
        self.shopper.wait_for_view()
        walked.rows.append(self.compare("as it loads"))
        for step in page.evaluate(_STEPS):
            self.take(page, step)
            walked.rows.append(self.compare(step))
        walked.seconds = time.monotonic() - start
        return walked

    def take(self, page: Page, step: str) -> None:
        for act in page.evaluate(_TAKE, step) or []:
            match act:
                case ["click", selector]:
                    page.locator(selector).first.click()
                    # What is under the pointer is another technique's matter.
                    page.mouse.move(1, 1)
                case ["hover", selector]:
                    page.locator(selector).first.hover()
                case ["type", text]:
                    page.keyboard.type(text)
                case ["key", key]:
                    page.keyboard.press(key)
                case ["wait", condition]:
                    page.wait_for_function(condition)
                case ["scroll", selector, down]:
                    page.locator(selector).first.evaluate("(element, top) => element.scrollTo({ top })", down)
                case ["frame", selector, act]:
                    page.frame_locator(selector).locator(act).click()
                case _:
                    raise AssertionError(f"nobody knows how to {act}")
        page.evaluate(_REST)

    def compare(self, step: str) -> Row:
        result = pixels.Comparison(step)
        pixels.compare_screenful(self.shopper.page, self.agent.console, result)
        picture = result.pictures[0] if result.pictures else None
        return Row(step, result.tiles, result.good, "; ".join(dict.fromkeys(result.notes)), picture)


@contextmanager
def walking(browser: Browser, folder: Path) -> Iterator[Walk]:
    """Starts shop and relay, and brings two people together."""
    shop = FidelityShop()
    relay = running_relay(folder, sites_of(shop))
    relay.start()
    places = Places(relay.port)
    shop.carry(f"{places.console}/v/{__version__}/beside.js", SITE)
    try:
        walk = Walk(shop, places, browser)
        yield walk
        walk.close()
    finally:
        relay.stop()
        shop.close()


def sites_of(shop: FidelityShop) -> str:
    origin, cdn = shop.origin("shop"), shop.origin("cdn")
    return f"""
[sites.{SITE}]
name = "Fidelity"
origins = ["{origin}"]
asset_origins = ["{origin}", "{cdn}"]
shop_url = "{origin}/start"
launch_secrets = ["{LAUNCH_SECRET}"]
"""


def launch_token(number: int) -> str:
    """Of a ticket of its own, since a session that went wrong must not be joined again."""
    claims = LaunchClaims(
        site=SITE,
        ticket=f"T-{number}",
        subject="Help",
        agent_name="Sam Rivera",
        locale=None,
        id=f"{SITE}-{number}",
        session=None,
    )
    return Signer((LAUNCH_SECRET,)).sign_launch(claims)
