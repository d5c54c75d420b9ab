"""The launch page: what a link opens is shown first, and only the agent's click spends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.unit.dom.axe import violations
from tests.unit.dom.console_edge import ORIGIN, SESSION, RelayEdge, problem, wire

from beside import bodies

PREVIEW = bodies.LaunchPreview(
    site_name="Fern & Pot", ticket="T-1042", subject="Card is declined at checkout", agent_name="Mara Okafor"
)
TOKEN = "eyJzaXRlIjoiZmVybiJ9.aSHYqA.0n3use"


@pytest.fixture
def relay(context: BrowserContext) -> RelayEdge:
    edge = RelayEdge(context)
    edge.answers["POST", "/launch/preview"] = (200, wire(PREVIEW))
    edge.answers["POST", "/launch/redeem"] = (200, wire(bodies.Launched(session=SESSION, location=f"/s/{SESSION}")))
    return edge


def test_link_shows_what_it_opens_and_leaves_the_address_bar(page: Page, relay: RelayEdge) -> None:
    page.goto(f"{ORIGIN}/launch#{TOKEN}")

    expect(page.get_by_role("heading", name="Card is declined at checkout")).to_be_visible()
    expect(page.get_by_text("Mara Okafor")).to_be_visible()
    assert page.url == f"{ORIGIN}/launch"
    assert [path for _, path, _ in relay.asked] == ["/launch/preview"]
    assert violations(page) == []


def test_click_redeems_the_link_and_goes_to_the_console(page: Page, relay: RelayEdge) -> None:
    page.goto(f"{ORIGIN}/launch#{TOKEN}")
    page.get_by_role("button", name="Open session").click()

    page.wait_for_url(f"{ORIGIN}/s/{SESSION}")
    assert ("POST", "/launch/redeem", {"token": TOKEN}) in relay.asked


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("launch-expired", "This launch link is too old; start again from the ticket."),
        ("launch-used", "This launch link was used already; start again from the ticket."),
        ("launch-invalid", "This launch link is not complete or was changed; start again from the ticket."),
    ],
)
def test_link_that_opens_nothing_says_why(page: Page, relay: RelayEdge, code: str, message: str) -> None:
    relay.answers["POST", "/launch/preview"] = problem(403, code, message)
    page.goto(f"{ORIGIN}/launch#{TOKEN}")

    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(page.get_by_role("button", name="Open session")).to_have_count(0)
    assert violations(page) == []


def test_link_used_between_look_and_click_says_so(page: Page, relay: RelayEdge) -> None:
    relay.answers["POST", "/launch/redeem"] = problem(403, "launch-used", "This launch link was used already.")
    page.goto(f"{ORIGIN}/launch#{TOKEN}")
    page.get_by_role("button", name="Open session").click()

    expect(page.get_by_role("alert")).to_contain_text("used already")
    assert page.url == f"{ORIGIN}/launch"


def test_relay_that_does_not_answer_can_be_tried_again(page: Page, relay: RelayEdge) -> None:
    relay.reachable = False
    page.goto(f"{ORIGIN}/launch#{TOKEN}")
    expect(page.get_by_role("alert")).to_contain_text("The relay does not answer")

    relay.reachable = True
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("button", name="Open session")).to_be_visible()


def test_address_without_a_link_says_how_to_open_one(page: Page, relay: RelayEdge) -> None:
    page.goto(f"{ORIGIN}/launch")

    expect(page.get_by_text("press “Start co-browsing” in your helpdesk")).to_be_visible()
    assert relay.asked == []


def test_second_link_in_the_same_tab_replaces_the_first(page: Page, relay: RelayEdge) -> None:
    page.goto(f"{ORIGIN}/launch#{TOKEN}")
    expect(page.get_by_role("button", name="Open session")).to_be_visible()
    page.goto(f"{ORIGIN}/launch#{TOKEN}2")
    page.get_by_role("button", name="Open session").click()

    page.wait_for_url(f"{ORIGIN}/s/{SESSION}")
    assert ("POST", "/launch/redeem", {"token": TOKEN + "2"}) in relay.asked


def test_page_on_a_phone_needs_no_sideways_scrolling(page: Page, relay: RelayEdge) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{ORIGIN}/launch#{TOKEN}")
    expect(page.get_by_role("button", name="Open session")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == 390
