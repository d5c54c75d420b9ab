"""The whole path with a shopper on a phone, by finger."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.people import CARD_NUMBER, Agent, Places, Shopper

TICKET = "T-1048"
WIDTH, HEIGHT = 390, 844


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], places: Places) -> Iterator[Shopper]:
    context = new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=3, has_touch=True, is_mobile=True
    )
    person = Shopper(context.new_page(), places, has_touch=True)
    yield person
    assert person.errors == []


def fits_the_screen(shopper: Shopper, selector: str) -> bool:
    box = shopper.box_of(selector)
    return box.x >= 0 and box.y >= 0 and box.x + box.width <= WIDTH and box.y + box.height <= HEIGHT


def test_shopper_on_a_phone_is_helped_from_code_to_receipt(agent: Agent, phone: Shopper) -> None:
    agent.start(TICKET)
    phone.fill_basket()
    phone.open_help()
    assert fits_the_screen(phone, "dialog")
    keypad = phone.ui.evaluate("function () { return this.querySelector('#code').inputMode }")
    assert keypad == "numeric"
    phone.type_code(agent.share_code())
    phone.read_consent()
    assert fits_the_screen(phone, "dialog")
    assert fits_the_screen(phone, "dialog .answers button:last-child")
    phone.allow()

    # The bar stays on the screen, and the mirror is a phone's page.
    assert fits_the_screen(phone, ".bar")
    agent.wait_for_state("Live")
    agent.wait_for_picture("How can we reach you?")
    assert agent.console.evaluate("document.querySelector('iframe.mirror').offsetWidth") == WIDTH
    assert agent.mirror("(document) => document.documentElement.scrollWidth") <= WIDTH

    phone.walk_to_payment()
    agent.wait_for_picture("How would you like to pay?")
    agent.highlight("Security code", "The three digits on the back")
    phone.ui.wait_for_text("The three digits on the back")
    phone.page.wait_for_function(
        "() => { const { top, bottom } = document.querySelector('#card_cvc').getBoundingClientRect();"
        " return top >= 0 && bottom <= innerHeight; }"
    )
    assert fits_the_screen(phone, ".bubble")
    phone.ui.press("Dismiss")
    phone.ui.wait(lambda: not phone.ui.find("Dismiss"), "the message to go")

    phone.fill_card(number=CARD_NUMBER)
    phone.go_on("/checkout/review")
    agent.wait_for_picture("Everything right?")
    assert agent.received.traces(CARD_NUMBER) == []
    phone.ui.press("Stop")
    phone.ui.wait_for_text("You have stopped sharing.")
    assert fits_the_screen(phone, ".ending")
    phone.ui.press("4 of 5")
    phone.ui.wait_for_text("Thank you!")
    agent.wait_for_state("Ended")
    expect(agent.console.locator(".receipt")).to_contain_text("The shopper stopped sharing.")


def test_the_bar_does_not_stand_between_the_shopper_and_the_shop(agent: Agent, phone: Shopper) -> None:
    agent.start(TICKET)
    phone.page.goto(f"{phone.places.shop}/")
    phone.accept(agent.share_code())
    agent.wait_for_picture("Fern & Field")

    # What stands under the bar is reached by scrolling or by moving the bar; presses beside it reach the shop.
    bar = phone.box_of(".bar")
    phone.ui.press("Move this bar")
    phone.ui.wait(lambda: abs(phone.box_of(".bar").y - bar.y) > HEIGHT / 2, "the bar to go to the other edge")
    phone.page.locator("a[href^='/products/']").first.tap()
    phone.page.wait_for_url("**/products/*")
    agent.wait_for_picture("Add to basket")
