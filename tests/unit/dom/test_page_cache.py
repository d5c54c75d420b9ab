"""A view on a page that the browser kept whole and brings back (back/forward cache)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import CHROMIUM_ARGS, system_chromium
from tests.closed_root import ClosedRoot
from tests.unit.dom.conftest import Site
from tests.unit.dom.scripted_relay import ScriptedRelay
from tests.unit.dom.shared_page import allow, keyframes, shop_page, snippet_relay

SHOWN = """addEventListener('pageshow', (event) => {
  if (event.persisted) document.documentElement.dataset.kept = 'yes';
})"""


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with snippet_relay() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that keeps pages; Playwright's own default is not to."""
    keeping = browser.browser_type.launch(
        executable_path=system_chromium(),
        args=list(CHROMIUM_ARGS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield keeping.new_page()
    keeping.close()


def open_two_pages(page: Page, site: Site, relay: ScriptedRelay) -> ClosedRoot:
    """A live view that has gone on to a second page."""
    following = shop_page(site, relay)
    page.add_init_script(SHOWN)
    page.goto(shop_page(site, relay, following=following))
    root = allow(page, relay)
    relay.wait_for(lambda relay: len(keyframes(relay)) == 1, "the first page")
    relay.epoch = 20
    page.click("#next")
    relay.wait_for(lambda relay: len(keyframes(relay)) == 2, "the second page")
    return root


def go_back(page: Page) -> None:
    page.evaluate("history.back()")
    page.wait_for_function("document.documentElement.dataset.kept === 'yes'")


def test_a_page_that_comes_back_goes_on_with_the_token_of_the_moment(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    root = open_two_pages(page, site, relay)
    relay.epoch = 40

    go_back(page)

    relay.wait_for(lambda relay: len(keyframes(relay)) == 3, "the first page again")
    assert keyframes(relay)[-1][1] == 40
    assert [hello["token"] for hello in relay.connects] == [f"participant-token-{n}" for n in (1, 2, 3)]
    root.wait_for_text("Sam can see this page")


def view_on_the_second_page(page: Page, site: Site, relay: ScriptedRelay) -> ClosedRoot:
    """A view that began behind a page which the browser keeps."""
    following = shop_page(site, relay)
    page.add_init_script(SHOWN)
    page.goto(shop_page(site, relay, following=following))
    page.click("#next")
    page.wait_for_url(following)
    return allow(page, relay)


def test_a_page_from_before_the_view_began_comes_back_into_the_view(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    root = view_on_the_second_page(page, site, relay)
    relay.wait_for(lambda relay: len(keyframes(relay)) == 1, "the second page")
    relay.epoch = 40

    go_back(page)

    relay.wait_for(lambda relay: len(keyframes(relay)) == 2, "the first page")
    root.wait_for_text("Sam can see this page")
    assert root.find("Get help") is None
    assert [hello["token"] for hello in relay.connects] == ["participant-token-1", "participant-token-2"]


def test_a_page_from_before_the_view_began_stays_as_it_was_where_the_view_is_over(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    root = view_on_the_second_page(page, site, relay)
    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")

    go_back(page)

    root.press("Get help")
    root.wait_for_text("Code from the support team")
    assert len(relay.connects) == 1


def test_a_page_that_comes_back_after_stop_shares_nothing(page: Page, site: Site, relay: ScriptedRelay) -> None:
    root = open_two_pages(page, site, relay)
    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")

    go_back(page)

    root.wait_for_text("The shared view is over.")
    assert len(relay.connects) == 2
    assert len(keyframes(relay)) == 2
