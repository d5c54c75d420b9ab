"""A page that outgrows the wire: the agent reads so in its place, and the shop's next page is shown again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tests.e2e.people import Agent, Places, Shopper, meet

GROW = """() => {
  const rows = Array.from({ length: 8000 }, (_, n) => `<p>Row ${n} of a price list without end</p>`);
  document.querySelector("main").insertAdjacentHTML("beforeend", rows.join(""));
}"""
BOX = """() => document.querySelector('iframe.mirror')?.contentDocument
  ?.querySelector('beside-box[beside-label="page too large"]')"""


def test_page_that_the_relay_refuses_is_a_box_that_says_so_and_the_next_page_is_shown(
    start_demo: Callable[..., Places], new_context: Callable[..., BrowserContext]
) -> None:
    places = start_demo(max_frame_bytes="300000")
    agent, shopper = Agent(new_context(), places), Shopper(new_context().new_page(), places)
    shopper.page.goto(f"{places.shop}/")
    meet(agent, shopper)
    agent.wait_for_picture("Fern & Field")

    shopper.page.evaluate(GROW)
    agent.console.wait_for_function(BOX)
    said = agent.mirror_text()
    agent.wait_for_state("Live")
    # A console that comes anew gets the same picture, from the relay.
    agent.console.reload()
    agent.console.wait_for_function(BOX)
    shopper.page.reload()

    agent.wait_for_picture("Fern & Field")
    assert "Row" not in said
    agent.end()
