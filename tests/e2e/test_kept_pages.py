"""Pages that the browser keeps, makes beforehand or hides, and an agent who follows all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import CHROMIUM_ARGS, system_chromium
from tests.e2e.people import Agent, Places, Shopper, meet

TICKET = "T-1047"
FIRST_PAGE = "Bring the outside in"
NOTE_KEPT = """addEventListener('pageshow', (event) => {
  if (event.persisted) document.documentElement.dataset.kept = 'yes';
})"""
# Headless Chromium calls every page visible, and refuses to prerender while DevTools drive it: told as pages hear it.
HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
PRERENDERING = "Object.defineProperty(document, 'prerendering', { configurable: true, value: true })"
ACTIVATE = """() => {
  delete document.prerendering;
  document.dispatchEvent(new Event('prerenderingchange'));
}"""


@pytest.fixture
def shopper(browser: Browser, places: Places) -> Iterator[Shopper]:
    """With a browser that keeps pages; Playwright's own default is not to."""
    keeping = browser.browser_type.launch(
        executable_path=system_chromium(),
        args=list(CHROMIUM_ARGS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    person = Shopper(keeping.new_page(), places)
    yield person
    assert person.errors == []
    keeping.close()


def open_two_pages(agent: Agent, shopper: Shopper) -> None:
    """A live view that has gone on from the basket to the first page: browsers are not to keep the checkout's."""
    shopper.page.add_init_script(NOTE_KEPT)
    shopper.fill_basket()
    shopper.page.goto(f"{shopper.places.shop}/basket")
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("Your basket")
    shopper.page.evaluate("document.querySelector('h1').textContent = 'as it was left'")
    agent.wait_for_picture("as it was left")
    shopper.page.evaluate("() => void (location.href = '/')")
    agent.wait_for_picture(FIRST_PAGE)


def go_kept(shopper: Shopper, by: int) -> None:
    """Back or forward, to a page that was kept whole."""
    shopper.page.evaluate("(by) => history.go(by)", by)
    expect(shopper.page.locator("html[data-kept=yes]")).to_be_attached()


def test_agent_follows_back_and_forward_over_kept_pages(agent: Agent, shopper: Shopper) -> None:
    open_two_pages(agent, shopper)

    go_kept(shopper, -1)
    agent.wait_for_picture("as it was left")
    shopper.wait_for_view()
    go_kept(shopper, 1)
    agent.wait_for_picture(FIRST_PAGE)

    shopper.wait_for_view()
    agent.wait_for_state("Live")
    shopper.page.evaluate("document.querySelector('h1').textContent = 'changed since'")
    agent.wait_for_picture("changed since")


def test_kept_page_stays_stopped_after_stop(agent: Agent, shopper: Shopper) -> None:
    open_two_pages(agent, shopper)
    shopper.ui.press("Stop")
    shopper.ui.wait_for_text("You have stopped sharing.")
    agent.wait_for_state("Ended")
    frames = agent.received.frames

    go_kept(shopper, -1)

    shopper.ui.wait_for_text("The shared view is over.")
    shopper.page.evaluate("document.querySelector('h1').textContent = 'seen by nobody'")
    expect(agent.console.locator("iframe.mirror")).to_have_count(0)
    assert agent.received.frames == frames


def test_page_made_beforehand_is_seen_once_the_shopper_sees_it(agent: Agent, shopper: Shopper) -> None:
    open_two_pages(agent, shopper)
    shopper.page.add_init_script(PRERENDERING)

    shopper.page.goto(f"{shopper.places.shop}/checkout/contact")

    agent.wait_for_state("Shopper away")
    shopper.page.evaluate(ACTIVATE)
    agent.wait_for_picture("How can we reach you?")
    shopper.wait_for_view()
    agent.wait_for_state("Live")


def test_agent_reads_that_the_shopper_looks_at_another_tab(agent: Agent, shopper: Shopper) -> None:
    open_two_pages(agent, shopper)

    shopper.page.evaluate(HIDE, True)

    expect(agent.console.locator(".badge")).to_have_text("In another tab or app")
    shopper.page.evaluate(HIDE, False)
    expect(agent.console.locator(".badge")).to_have_count(0)
    agent.wait_for_state("Live")
