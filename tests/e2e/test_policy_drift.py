"""A shop whose page has lost what a rule of its signed policy names: the log, the metric and the console say so."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.own_page import OwnPage
from tests.e2e.people import Agent, Shopper
from tests.e2e.test_signed_policy import PolicedShop

RULES = """
[[rules]]
name = "cart-total"
pages = ["/cart/*"]
mask = ["#total-that-went"]

[[rules]]
name = "card step"
pages = ["/cart/*"]
mask = ["#card-step"]
"""
BADGE = "The shop’s page may have changed: a rule of its privacy policy found nothing."


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PolicedShop]:
    page = OwnPage()
    made = PolicedShop(tmp_path, page)
    made.sign(more=RULES)
    made.relay.start()
    yield made
    made.relay.stop()
    page.close()


def says_drift(sent: object) -> bool:
    return '"drift"' in str(sent)


def test_rule_that_found_nothing_on_a_page_is_told_once_the_page_is_left(
    agent: Agent, shopper: Shopper, shop: PolicedShop
) -> None:
    agent.open(shop.launch_link())
    shop.show(shopper, "/cart/4711", more="<p>CANARY-TOTAL</p>")
    with shopper.page.expect_websocket() as opened:
        shopper.accept(agent.share_code())
    told = [str(opened.value.wait_for_event("framesent", says_drift))]
    # The next step of the page: what the second rule names comes only now, and is no drift.
    with opened.value.expect_event("framesent", says_drift) as sent:
        shopper.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=card-step>CANARY-CARD</p>')")
    told.append(str(sent.value))
    badge = agent.console.get_by_text(BADGE)
    early = badge.count()

    shop.show(shopper, "/thanks", more="<p>Thanks</p>")

    agent.wait_for_picture("Thanks")
    expect(badge.last).to_be_visible()
    agent.console.locator(".drift summary").press("Enter")
    said = "Rule 2, “cart-total”, of version 2 found nothing to mask on /cart/:id."
    expect(agent.console.get_by_role("list", name="Rules that found nothing")).to_contain_text(said)
    assert agent.console.locator(".drift li").count() == 1
    assert early == 0
    # Neither what rules find nor their selectors, nor anything of the page.
    assert all(word not in message for message in told for word in ("total-that-went", "card-step", "CANARY"))
    lines = [json.loads(line) for line in shop.relay.log.read_text("utf-8").splitlines() if '"beside.drift"' in line]
    said = [[line[name] for name in ("rule", "kind", "rule_name", "path", "policy_version")] for line in lines]
    assert said == [[2, "mask", "cart-total", "/cart/:id", 2]]
    with urllib.request.urlopen(f"http://127.0.0.1:{shop.relay.port}/metrics") as answer:
        assert 'beside_policy_drift_total{kind="mask"} 1' in answer.read().decode()
