"""The shopper link: it opens the shop and the consent, once, and never skips it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route

from tests.e2e.people import Agent, Shopper

TICKET = "T-1036"


def test_link_leads_to_the_consent_and_to_no_more(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    link = agent.shopper_link()
    assert link.startswith(f"{agent.places.shop}/#beside=")
    assert agent.share_code() not in link

    shopper.page.goto(link)
    consent = shopper.read_consent()

    assert shopper.page.url == f"{shopper.places.shop}/"
    assert agent.name in consent
    agent.wait_for_state("Shopper is deciding")
    assert agent.received.frames == 0
    shopper.allow()
    agent.wait_for_state("Live")
    agent.wait_for_picture("Bring the outside in")


def test_secret_leaves_the_address_bar_before_anything_is_loaded(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    shopper.page.route("**/v/*/main.js", hold)

    shopper.page.goto(agent.shopper_link())

    assert held
    assert shopper.page.url == f"{shopper.places.shop}/"
    shopper.page.goto("about:blank")
    shopper.page.go_back()
    assert "#" not in shopper.page.url


def test_link_works_once(agent: Agent, shopper: Shopper, new_context: Callable[..., BrowserContext]) -> None:
    agent.start(TICKET)
    link = agent.shopper_link()
    shopper.page.goto(link)
    shopper.read_consent()
    late = Shopper(new_context().new_page(), shopper.places)

    late.page.goto(link)

    late.ui.wait_for_text("This link has expired or was used already. Please ask for a new one.")
    shopper.ui.press("Decline")
    agent.wait_for_state("Waiting for the shopper")


def test_link_works_in_a_tab_that_shows_the_shop_already(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    shopper.page.goto(f"{shopper.places.shop}/")
    shopper.ui.wait(lambda: shopper.ui.find("Get help"), "the way to get help")

    # Only the fragment changes: the page is not loaded again.
    shopper.page.goto(agent.shopper_link())

    assert agent.name in shopper.read_consent()
    assert "#" not in shopper.page.url
