"""The demo shop's pages beside their mirrors, pixel by pixel. The pictures are kept in build/pixels/."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e import pixels
from tests.e2e.people import Agent, Places, Shopper


@pytest.fixture
def agent(new_context: Callable[..., BrowserContext], places: Places) -> Iterator[Agent]:
    person = Agent(new_context(viewport=pixels.CONSOLE), places)
    yield person
    person.leave()


def test_every_page_of_the_demo_shop_looks_the_same_to_the_agent(
    new_context: Callable[..., BrowserContext], places: Places, agent: Agent
) -> None:
    shopper = Shopper(new_context(viewport=pixels.SHOPPER).new_page(), places)
    page = shopper.page
    results: list[pixels.Comparison] = []

    def look(name: str, text: str) -> None:
        agent.wait_for_picture(text)
        # Hover is not mirrored: nothing of the page is under the pointer.
        page.mouse.move(0, 0)
        results.append(pixels.compare(page, agent.console, name))
        results[-1].save("demo")

    page.goto(f"{places.shop}/")
    agent.start("T-1044")
    shopper.accept(agent.share_code())
    agent.wait_for_state("Live")
    look("products", "Fern")
    page.locator("a[href^='/products/']").first.click()
    page.wait_for_url("**/products/*")
    look("product", page.locator("h1").inner_text())
    page.locator("form[method=post] button.btn-primary").first.click()
    page.wait_for_url("**/basket*")
    look("basket", page.locator("h1").inner_text())
    page.goto(f"{places.shop}/checkout/contact")
    shopper.fill_contact()
    look("contact", "How can we reach you?")
    shopper.go_on("/checkout/address")
    shopper.fill_address()
    # What the page did as the first key came waits until the field is left.
    page.evaluate("document.activeElement?.blur()")
    look("address", "Where shall it go?")
    shopper.go_on("/checkout/delivery")
    shopper.choose_delivery()
    look("delivery", page.locator("h1").inner_text())
    page.locator("[data-opens=delivery-details]").click()
    look("delivery dialog", page.locator("#delivery-details-title").inner_text())
    page.locator("#delivery-details button").click()
    shopper.go_on("/checkout/payment")
    look("payment", "How would you like to pay?")
    shopper.fill_card()
    page.locator("#card_name").focus()
    look("payment filled", "How would you like to pay?")
    shopper.go_on("/checkout/review")
    look("review", page.locator("h1").inner_text())
    page.locator("#terms").check()
    page.locator("#place-order").click()
    page.wait_for_url("**/orders/*")
    look("thank you", page.locator("#order-number").inner_text())

    print(pixels.table(results))
    assert all(result.is_good for result in results), "\n" + pixels.table(results)
