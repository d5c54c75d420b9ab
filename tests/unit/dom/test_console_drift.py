"""What the console says of rules of the shop's policy that found nothing."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from tests.unit.dom.axe import violations
from tests.unit.dom.console_edge import ORIGIN, SESSION, RelayEdge, console_state, session_view, wait_until, wire
from tests.unit.dom.console_page import keyframe

from beside import protocol

ONE = "The shop’s page may have changed: a rule of its privacy policy found nothing. Tell who looks after it."
RULES = "Rules that found nothing"


def alarm(rule: int = 2, kind: protocol.RuleKind = "mask", name: str | None = "loyalty points") -> Any:
    return wire(protocol.DriftAlarm(version=4, rule=rule, kind=kind, name=name, path="/orders/:id"))


def test_rules_that_found_nothing_are_one_line_that_opens_by_keyboard(context: BrowserContext, page: Page) -> None:
    edge = RelayEdge(context)
    edge.answer("GET", "state", console_state(state="live", offer=None, consent_age_s=61.0))
    edge.view = session_view("live")
    page.goto(f"{ORIGIN}/s/{SESSION}")
    wait_until(page, lambda: bool(edge.hellos), "the console's connect")
    edge.send("frame", keyframe()[0])
    expect(page.get_by_role("list", name="Fields")).to_be_visible()
    line = page.locator(".drift summary")
    before = line.count()

    edge.send("drift", alarm())
    # As each new picture brings it.
    edge.send("drift", alarm())

    expect(line).to_contain_text(ONE)
    expect(page.locator("[aria-live=polite]")).to_have_text(ONE.removesuffix(" Tell who looks after it."))
    rules = page.get_by_role("list", name=RULES)
    expect(rules).to_have_count(0)
    line.press("Enter")
    expect(rules.get_by_role("listitem")).to_have_text(
        "Rule 2, “loyalty points”, of version 4 found nothing to mask on /orders/:id. "
        "What the shop means to mask may be in plain sight."
    )
    edge.send("drift", alarm(9, "show", None))
    expect(line).to_contain_text("2 rules of its privacy policy found nothing")
    expect(rules.get_by_role("listitem").last).to_contain_text("Rule 9 of version 4 found nothing to show on")
    assert before == 0
    assert violations(page) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = line.bounding_box()
        assert box
        assert box["height"] >= 40
        assert box["width"] <= width
    assert violations(page) == []
