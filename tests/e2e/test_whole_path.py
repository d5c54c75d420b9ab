"""The path that everything else hangs on: ticket, share code, consent, masked mirror, highlight, receipt."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.people import CARD_NUMBER, Agent, Shopper

SECRETS = {
    "card number": CARD_NUMBER,
    "e-mail": "wq.brandywine@quillmail.test",
    "street": "12 Larkspur Lane",
    "name on card": "Emmaline Featherstone",
}
# The delivery page prints it, as shops do; until then it is typed and nobody else's.
POSTCODE = "BS1 4ST"


def test_agent_helps_a_shopper_from_ticket_to_receipt(agent: Agent, shopper: Shopper) -> None:
    agent.start("T-1048")
    shopper.fill_basket()
    shopper.open_help()
    shopper.type_code(agent.share_code())
    consent = shopper.read_consent()

    # Both sides see the same two words, and before Allow nothing of the page has left it.
    words = agent.console.locator(".pair bdi").all_inner_texts()
    assert len(words) == 2
    assert " · ".join(words) in consent
    assert "Sam Rivera" in consent
    assert agent.received.frames == 0
    assert "/checkout" not in agent.received.everything()

    shopper.allow()
    agent.wait_for_state("Live")
    agent.wait_for_picture("How can we reach you?")
    shopper.ui.wait_for_text("Sam Rivera")

    # Typing, a validation error, and full page loads are followed without a new consent.
    shopper.page.fill("#name", "Emma Clarke")
    shopper.page.fill("#email", "not an address")
    shopper.page.locator(".step-buttons button").click()
    agent.field("E-mail").wait_for("Incomplete or malformed")
    shopper.page.fill("#email", SECRETS["e-mail"])
    shopper.page.locator("#name").focus()
    agent.field("E-mail").wait_for("Filled")
    shopper.go_on("/checkout/address")
    agent.wait_for_picture("Where shall it go?")
    shopper.fill_address(line1=SECRETS["street"], postcode=POSTCODE)
    shopper.page.locator("#city").focus()
    agent.field("Postcode").wait_for("Filled")
    assert agent.received.traces(POSTCODE) == []
    shopper.go_on("/checkout/delivery")
    shopper.choose_delivery()
    shopper.go_on("/checkout/payment")
    agent.wait_for_picture("How would you like to pay?")

    # The agent points at the very field that matters.
    agent.highlight("Security code", "The three digits on the back")
    shopper.ui.wait_for_text("The three digits on the back")
    shopper.fill_card(number=CARD_NUMBER, cvc="8472"[:3])
    shopper.page.fill("#card_name", SECRETS["name on card"])
    shopper.page.locator("#card_number").focus()
    agent.field("Security code").wait_for("Filled")
    agent.field("Card number").wait_for("card number, by autocomplete")
    for what, secret in SECRETS.items():
        assert agent.received.traces(secret) == [], f"the agent received the {what}"

    agent.end()
    agent.wait_for_state("Ended")
    shopper.ui.wait_for_text("has ended the shared view")
    expect(agent.console.locator(".receipt")).to_contain_text("/checkout/payment")
    expect(agent.console.locator(".receipt")).to_contain_text("Security code")
    # Other stories leave receipts on this ticket too; this one tells what was highlighted.
    expect(agent.written_receipt("T-1048", "Security code")).to_contain_text(re.compile("Sam Rivera"))
