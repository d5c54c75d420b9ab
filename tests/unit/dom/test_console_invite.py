"""Before the view: share code and link, the shopper's own code, the two words, and what became of an offer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.unit.dom.axe import violations
from tests.unit.dom.console_edge import (
    ORIGIN,
    SESSION,
    Answer,
    RelayEdge,
    console_state,
    problem,
    session_view,
    wait_until,
    wire,
)

from beside import bodies

NEW_OFFER = bodies.ShareOffer(code="901234", link="https://shop.example/#beside=new", expires_in_s=600.0)


@pytest.fixture
def relay(context: BrowserContext) -> RelayEdge:
    edge = RelayEdge(context)
    edge.answer("POST", "code", NEW_OFFER)
    return edge


def open_console(page: Page, relay: RelayEdge, **facts: Any) -> None:
    if facts:
        relay.answer("GET", "state", console_state(**facts))
    page.goto(f"{ORIGIN}/s/{SESSION}")
    wait_until(page, lambda: bool(relay.hellos), "the console's connect")


def test_share_code_and_link_can_be_copied(page: Page, relay: RelayEdge, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=ORIGIN)
    open_console(page, relay)

    expect(page.get_by_text("428 197", exact=True)).to_be_visible()
    page.get_by_role("button", name="Copy code").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "428 197"
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("navigator.clipboard.readText().then((t) => t === 'https://shop.example/#beside=Zk3x9Qm')")
    assert violations(page) == []


def test_console_greets_the_relay_with_a_fresh_pass(page: Page, relay: RelayEdge) -> None:
    open_console(page, relay)

    assert relay.hellos[0]["token"] == "t" * 40
    assert relay.hellos[0]["protocol"] == 1


def test_expired_code_is_taken_away_and_a_new_one_made(page: Page, relay: RelayEdge) -> None:
    open_console(page, relay, offer=bodies.ShareOffer(code="428197", link="https://shop.example/#b", expires_in_s=0.4))

    expect(page.get_by_text("The share code has expired")).to_be_visible()
    expect(page.get_by_text("428 197", exact=True)).to_have_count(0)
    page.get_by_role("button", name="New code").click()

    expect(page.get_by_text("901 234", exact=True)).to_be_visible()


def test_code_that_cannot_be_made_says_why(page: Page, relay: RelayEdge) -> None:
    relay.answers["POST", f"/s/{SESSION}/code"] = problem(503, "store-unavailable", "The store cannot take this now.")
    open_console(page, relay)
    page.get_by_role("button", name="New code").click()

    expect(page.get_by_role("alert")).to_have_text("The store cannot take this now.")
    expect(page.get_by_text("428 197", exact=True)).to_be_visible()


def test_code_of_the_shopper_is_claimed(page: Page, relay: RelayEdge) -> None:
    relay.answers["POST", f"/s/{SESSION}/claim"] = (204, None)
    open_console(page, relay)
    page.get_by_role("button", name="The shopper has a code").click()
    page.get_by_label("Code from the shopper").press_sequentially("55 06-17")
    page.keyboard.press("Enter")

    wait_until(
        page, lambda: ("POST", f"/s/{SESSION}/claim", {"code": "550617"}) in relay.asked, "the claim to reach the relay"
    )


def test_wrong_code_says_so_and_waits_as_long_as_the_relay_asks(page: Page, relay: RelayEdge) -> None:
    answers: list[Answer] = [problem(429, "too-soon", "That code is not known.", 4.0), (204, None)]
    relay.answers["POST", f"/s/{SESSION}/claim"] = lambda _: answers.pop(0)
    open_console(page, relay)
    page.get_by_role("button", name="The shopper has a code").click()
    page.get_by_label("Code from the shopper").fill("550617")
    connect = page.get_by_role("button", name="Connect")
    connect.click()

    expect(page.get_by_role("alert")).to_contain_text("That code is not known.")
    expect(connect).to_be_disabled()
    expect(page.get_by_label("Code from the shopper")).to_have_value("550 617")
    assert violations(page) == []
    expect(connect).to_be_enabled()


def test_two_words_stand_in_both_languages_while_the_shopper_decides(page: Page, relay: RelayEdge) -> None:
    open_console(page, relay)
    relay.show(session_view("asking", words=["نهر", "قمر"], words_translated=["river", "moon"]))

    words = page.get_by_role("list", name="The two words")
    expect(words.get_by_role("listitem")).to_have_text(["نهرriver", "قمرmoon"])
    expect(page.get_by_text("You see nothing of their page until they press Allow.")).to_be_visible()
    expect(page.locator("[aria-live]").last).to_have_text("Shopper is deciding.")
    assert violations(page) == []


def test_words_in_english_are_not_repeated(page: Page, relay: RelayEdge) -> None:
    open_console(page, relay)
    relay.show(session_view("asking", words=["river", "moon"], words_translated=["river", "moon"]))

    expect(page.get_by_role("listitem").filter(has_text="river")).to_have_text(["river"])


@pytest.mark.parametrize(
    ("outcome", "words"), [("declined", "The shopper declined."), ("lapsed", "The shopper did not answer in time.")]
)
def test_offer_that_led_to_no_view_says_so_and_asks_for_a_new_code(
    page: Page, relay: RelayEdge, outcome: Any, words: str
) -> None:
    open_console(page, relay)
    relay.show(session_view("asking", words=["river", "moon"], words_translated=["river", "moon"]))
    relay.show(session_view("offered", offer_outcome=outcome))

    expect(page.get_by_text(words)).to_be_visible()
    # The code was spent by the shopper who was asked.
    expect(page.get_by_text("428 197", exact=True)).to_have_count(0)
    page.get_by_role("button", name="New code").click()
    expect(page.get_by_text("901 234", exact=True)).to_be_visible()


def test_session_of_another_browser_is_not_opened(page: Page, relay: RelayEdge) -> None:
    sentence = "This browser has not opened this session; use the ticket's launch link."
    relay.answers["GET", f"/s/{SESSION}/state"] = problem(401, "cookie-invalid", sentence)
    page.goto(f"{ORIGIN}/s/{SESSION}")

    expect(page.get_by_text(sentence)).to_be_visible()
    assert relay.hellos == []
    assert violations(page) == []


def test_relay_that_is_down_when_the_console_opens_can_be_tried_again(page: Page, relay: RelayEdge) -> None:
    relay.reachable = False
    page.goto(f"{ORIGIN}/s/{SESSION}")
    expect(page.get_by_role("heading", name="The relay does not answer")).to_be_visible()

    relay.reachable = True
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("428 197", exact=True)).to_be_visible()


def test_code_of_eight_digits_is_shown_in_groups(page: Page, relay: RelayEdge) -> None:
    relay.answers["POST", f"/s/{SESSION}/code"] = (
        200,
        wire(bodies.ShareOffer(code="12345678", link="https://shop.example/#b", expires_in_s=60.0)),
    )
    open_console(page, relay)
    page.get_by_role("button", name="New code").click()

    expect(page.get_by_text("123 456 78", exact=True)).to_be_visible()
