"""The fidelity suite's walk in another browser: one shopper and one agent, both in it, from page to page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from playwright.sync_api import Page

from beside import __version__
from tests.e2e import pixels
from tests.e2e.browsers.people import OtherAgent, OtherShopper
from tests.e2e.browsers.seen import Seen
from tests.e2e.browsers.tab import Tab
from tests.e2e.fidelity.shop import FidelityShop
from tests.e2e.fidelity.walk import CONSOLE, SHOPPER, SITE, Row, Walked, launch_token, sites_of
from tests.e2e.people import Places
from tests.e2e.processes import running_relay

# Beside's bar floats above the lower edge, with its shadow; where exactly is hidden from these browsers' drivers.
BAR_PX = 110


class OtherWalk:
    """One live session, for as many pages as there are."""

    def __init__(self, shop: FidelityShop, shopper: OtherShopper, agent: OtherAgent) -> None:
        self.shop = shop
        self.shopper = shopper
        self.agent = agent

    def visit(self, group: str, name: str, address: str) -> Walked:
        """Goes to a page, takes all its steps, and compares before the first and after each."""
        tab, walked = self.shopper.tab, Walked(group, name)
        tab.open(f"{self.shop.origin('shop')}{address}")
        walked.rows.append(self.compare("as it loads"))
        for step in tab.evaluate("() => Object.keys(window.steps ?? {})"):
            for act in tab.evaluate("async (step) => (await steps[step]()) ?? []", step):
                self.take(act)
            walked.rows.append(self.compare(step))
        return walked

    def take(self, act: list[str]) -> None:
        tab = self.shopper.tab
        match act:
            case ["click", selector]:
                tab.click_on(selector)
            case ["type", text]:
                tab.type(text)
            case ["key", key]:
                tab.press(key)
            case ["wait", condition]:
                tab.wait_for(f"() => ({condition})")
            case ["scroll", selector, down]:
                tab.evaluate(
                    "(selector, top) => { document.querySelector(selector).scrollTo({ top }) }", selector, down
                )
            case _:
                raise AssertionError(f"nobody knows how to {act} in this browser")

    def compare(self, step: str) -> Row:
        result = pixels.Comparison(step)
        # Both tools only evaluate and take pictures.
        page, console = (cast(Page, Seen(tab)) for tab in (self.shopper.tab, self.agent.tab))
        pixels.compare_screenful(page, console, result, own_ui=own_ui)
        picture = result.pictures[0] if result.pictures else None
        return Row(step, result.tiles, result.good, "; ".join(dict.fromkeys(result.notes)), picture)


def own_ui(_: Page, size: tuple[int, int]) -> list[pixels.Box]:
    width, height = size
    return [*pixels.own_frame(size), (0, height - BAR_PX, width, height)]


@contextmanager
def walking(start: Callable[[int, int], Tab], folder: Path) -> Iterator[OtherWalk]:
    """Starts shop and relay, and brings two people together."""
    shop = FidelityShop()
    relay = running_relay(folder, sites_of(shop))
    relay.start()
    places = Places(relay.port)
    shop.carry(f"{places.console}/v/{__version__}/beside.js", SITE)
    try:
        agent = OtherAgent(start(CONSOLE["width"] + 80, CONSOLE["height"] + 100), places)
        shopper = OtherShopper(start(SHOPPER["width"], SHOPPER["height"]), places)
        agent.open(f"{places.console}/launch#{launch_token(1)}")
        shopper.tab.open(f"{shop.origin('shop')}/start")
        shopper.open_help()
        shopper.tab.type(agent.share_code())
        agent.wait_for_text("The shopper is reading what they would share")
        shopper.press_blue()
        agent.wait_for_state("Live")
        yield OtherWalk(shop, shopper, agent)
    finally:
        relay.stop()
        shop.close()
