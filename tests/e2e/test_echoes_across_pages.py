"""What a shopper typed on one page stays masked where a later page prints it, by fingerprints that say nothing."""

from __future__ import annotations

import json

from tests.e2e.people import Agent, Shopper, meet

NAME = "Emma Clarke"


def test_review_page_shows_the_agent_nothing_of_what_was_typed_before(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, "T-1036")
    shopper.walk_to_payment()
    shopper.fill_card()
    shopper.go_on("/checkout/review")
    agent.wait_for_picture("Place order")
    assert shopper.page.locator("#review-name").inner_text() == NAME

    shopper.page.reload()
    agent.wait_for_picture("Place order")
    agent.console.wait_for_function(
        "document.querySelector('iframe.mirror').contentDocument.querySelector('.review-part')"
    )

    assert not agent.received.holds(NAME)
    kept = shopper.page.evaluate("JSON.stringify({ ...sessionStorage })")
    assert "echoes" in kept
    assert "Clarke" not in kept
    assert "larkspur" not in kept.lower()
    shopper.ui.press("Stop")
    shopper.ui.wait_for_text("Nobody sees this page any more")
    assert json.loads(shopper.page.evaluate("JSON.stringify({ ...sessionStorage })")) == {}
