"""What happens when somebody or something goes away and comes back: reload, navigation, the bank, a killed relay."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.people import BANK_CARD_NUMBER, Agent, Places, Shopper, meet
from tests.e2e.processes import ServerProcess


def test_reloaded_console_sees_the_page_at_once_and_costs_the_shopper_nothing(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")
    asked: list[str] = []
    shopper.page.on("websocket", lambda socket: asked.append("a new socket"))

    agent.console.reload()

    agent.wait_for_state("Live")
    agent.wait_for_picture("How can we reach you?")
    assert asked == []
    agent.end()


def test_shopper_goes_back_and_forth_between_pages_without_a_new_consent(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")

    shopper.page.goto(f"{shopper.places.shop}/basket")
    agent.wait_for_picture("Your basket")
    shopper.page.go_back()
    agent.wait_for_picture("How can we reach you?")
    shopper.page.reload()
    agent.wait_for_picture("How can we reach you?")
    shopper.ui.wait_for_text("can see this page")

    agent.wait_for_state("Live")
    agent.end()


def test_bank_page_is_away_and_the_view_goes_on_after_it(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper)
    shopper.fill_contact()
    shopper.go_on("/checkout/address")
    shopper.fill_address()
    shopper.go_on("/checkout/delivery")
    shopper.choose_delivery()
    shopper.go_on("/checkout/payment")
    shopper.fill_card(number=BANK_CARD_NUMBER)
    shopper.page.locator(".step-buttons button").click()
    shopper.page.wait_for_url(f"{shopper.places.bank}/**")

    agent.wait_for_state("Shopper away")
    shopper.page.fill("#code", "246810")
    shopper.page.locator("form button").first.click()
    shopper.page.wait_for_url("**/checkout/review*")

    agent.wait_for_state("Live")
    agent.wait_for_picture("Confirmed with your bank")
    agent.end()


def test_relay_is_killed_and_both_come_back_by_themselves(
    own_demo: ServerProcess, new_context: Callable[..., BrowserContext]
) -> None:
    places = Places(own_demo.port)
    agent = Agent(new_context(), places)
    shopper = Shopper(new_context().new_page(), places)
    shopper.fill_basket()
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")

    own_demo.kill()
    expect(agent.console.locator(".badge")).to_have_text("Reconnecting")
    shopper.ui.wait_for_text("Connection lost")
    own_demo.start()

    shopper.ui.wait_for_text("can see this page")
    agent.wait_for_state("Live")
    shopper.page.evaluate("document.querySelector('h1').textContent = 'after the restart'")
    agent.wait_for_picture("after the restart")
    agent.end()
    agent.wait_for_state("Ended")
    expect(agent.console.locator(".receipt")).to_contain_text("/checkout/contact")
