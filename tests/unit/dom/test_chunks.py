"""The files that main.js loads: each when it is needed, and what is done where one does not come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route
from tests.closed_root import ClosedRoot
from tests.unit.dom.conftest import Site
from tests.unit.dom.scripted_relay import ScriptedRelay
from tests.unit.dom.shared_page import allow, press_guarded, shop_page, snippet_relay

EVIL = b"window.ran = true; export const startCapture = () => {};"


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with snippet_relay() as running:
        yield running


def loaded(relay: ScriptedRelay) -> list[str]:
    return [name for name, _ in relay.files]


def to_the_consent(page: Page) -> ClosedRoot:
    root = ClosedRoot(page)
    root.press("Get help")
    root.wait_for_text("Code from the support team")
    page.keyboard.type("123456")
    root.wait_for_text("Let Sam see this page?")
    return root


def hold_engine(page: Page) -> list[Route]:
    """The requests for the engine from now on: they wait until the test lets them go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/engine.js", hold)
    return held


def test_each_file_comes_when_it_is_needed(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    to_the_consent(page)
    relay.wait_for(lambda relay: "engine.js" in loaded(relay), "what is loaded while the shopper types")
    before = set(loaded(relay))

    press_guarded(ClosedRoot(page), "Allow")
    relay.wait_for(lambda relay: "ending.js" in loaded(relay), "the ending's file")
    relay.wait_connects(1)
    ClosedRoot(page).wait_for_text("Sam can see this page")
    relay.send("act", {"agent": "agent1", "act": ["highlight", "a1", 1, 2, "Here"]})
    relay.wait_heard("outcome")

    assert before == {"beside.js", "main.js", "en.js", "help.js", "engine.js"}
    assert set(loaded(relay)) - before == {"ending.js", "guidance.js"}
    assert len(loaded(relay)) == len(set(loaded(relay)))


def test_a_page_on_which_a_view_goes_on_loads_no_entrance(page: Page, site: Site, relay: ScriptedRelay) -> None:
    following = shop_page(site, relay)
    page.goto(shop_page(site, relay, following=following))
    allow(page, relay)
    relay.files.clear()

    page.click("#next")
    relay.wait_connects(2)
    ClosedRoot(page).wait_for_text("Sam can see this page")

    assert set(loaded(relay)) <= {"beside.js", "main.js", "en.js", "engine.js", "ending.js"}


def test_without_the_engine_nothing_is_allowed_and_it_is_said(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.broken_files["engine.js"] = EVIL
    page.goto(shop_page(site, relay))
    root = to_the_consent(page)

    press_guarded(root, "Allow")

    root.wait_for_text("The help service cannot be reached.")
    assert [path for path, _ in relay.asked] == ["redeem"]
    assert relay.connects == []
    assert page.evaluate("window.ran") is None
    # Tried again where it comes.
    relay.broken_files.clear()
    press_guarded(root, "Allow")
    root.wait_for_text("Sam can see this page")


def test_an_engine_that_comes_late_is_waited_for(page: Page, site: Site, relay: ScriptedRelay) -> None:
    held = hold_engine(page)
    page.goto(shop_page(site, relay))
    root = to_the_consent(page)
    press_guarded(root, "Allow")
    assert [path for path, _ in relay.asked] == ["redeem"]

    root.wait(lambda: held, "the request for the engine")
    held[0].continue_()

    root.wait_for_text("Sam can see this page")
    assert [path for path, _ in relay.asked] == ["redeem", "answer"]


def test_a_decline_while_the_engine_is_waited_for_allows_nothing(page: Page, site: Site, relay: ScriptedRelay) -> None:
    held = hold_engine(page)
    page.goto(shop_page(site, relay))
    root = to_the_consent(page)
    press_guarded(root, "Allow")
    root.wait(lambda: held, "the request for the engine")

    root.press("Decline")
    with page.expect_response("**/engine.js"):
        held[0].continue_()

    relay.wait_for(lambda relay: len(relay.asked) == 2, "the decline")
    root.wait_for_text("Get help")
    assert [body["grants"] for path, body in relay.asked if path == "answer"] == [[]]
    assert relay.connects == []


def test_the_end_is_said_even_where_its_file_never_came(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.broken_files["ending.js"] = b"window.ran = true;"
    page.goto(shop_page(site, relay))
    root = allow(page, relay)

    root.press("Stop")

    root.wait_for_text("Nobody sees this page any more. You have stopped sharing.")
    relay.wait_heard("stop")
    assert root.find("Get help") is not None
    assert page.evaluate("window.ran") is None
