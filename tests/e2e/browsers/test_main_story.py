"""The path that everything hangs on, in Firefox and in WebKit on both sides: code, consent, mirror, highlight."""

from __future__ import annotations

from tests.e2e.browsers.people import OtherAgent, OtherShopper

EMAIL = "wq.brandywine@quillmail.test"
STREET = "12 Larkspur Lane"
CARD_NUMBER = "4242424242424242"


def test_agent_helps_a_shopper(other_agent: OtherAgent, other_shopper: OtherShopper) -> None:
    agent, shopper = other_agent, other_shopper
    agent.start("T-1046")
    shopper.fill_basket()
    shopper.open_help()
    shopper.tab.type(agent.share_code())
    agent.wait_for_text("The shopper is reading what they would share")
    shopper.press_blue()
    agent.wait_for_state("Live")
    agent.wait_for_picture("How can we reach you?")

    # A field that failed, one that is filled, and full page loads are followed without a new consent.
    shopper.tab.fill("#name", "Emma Clarke")
    shopper.tab.fill("#email", "not an address")
    shopper.tab.click_on(".step-buttons button")
    agent.wait_for_field("E-mail", "Incomplete or malformed")
    shopper.tab.fill("#email", EMAIL)
    shopper.tab.press("Tab")
    agent.wait_for_field("E-mail", "Filled")
    shopper.go_on("/checkout/address")
    agent.wait_for_picture("Where shall it go?")
    shopper.tab.fill("#line1", STREET)
    shopper.tab.fill("#city", "Bristol")
    shopper.tab.fill("#postcode", "BS1 4ST")
    shopper.go_on("/checkout/delivery")
    shopper.tab.click_on("#option-standard")
    shopper.go_on("/checkout/payment")
    agent.wait_for_picture("How would you like to pay?")
    shopper.tab.fill("#card_number", CARD_NUMBER)
    shopper.tab.press("Tab")
    agent.wait_for_field("Card number", "Filled")

    # The agent points at the very field that matters, and the shopper's key ends it.
    agent.highlight("Security code")
    agent.wait_for_text("Activity (1)")
    seen = agent.everything_seen()
    for secret in (EMAIL, STREET, CARD_NUMBER, "4242 4242 4242 4242"):
        assert secret not in seen
    shopper.tab.press("Alt+Shift+s")
    agent.wait_for_state("Ended")
    agent.wait_for_text("/checkout/payment")
