"""One view, one page: a second tab asks the first, and only a press of the shopper moves the view."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import with_patience
from tests.e2e.people import Agent, Shopper, meet

TICKET = "T-1041"
HERE = "Continue here"
ELSEWHERE = "You are sharing this shop in another tab"
MOVED = "You continue in another tab"
READ_KEPT = "() => ({ ...sessionStorage })"
KEEP = "(kept) => { for (const [name, value] of Object.entries(kept)) sessionStorage.setItem(name, value); }"
# A window that a page opens gets a copy of its sessionStorage, as a duplicated tab does (HTML, 7.3.3.1); none with
# `noopener`, and what `target=_blank` opens has it by default.
WAYS = {
    "duplicate": "() => void window.open('/basket')",
    "noopener": "() => void window.open('/basket', '_blank', 'noopener')",
    "link": """() => {
      const link = Object.assign(document.createElement('a'), { href: '/basket', target: '_blank' });
      document.body.append(link);
      link.click();
      link.remove();
    }""",
}


# For which the snippet waits for another tab's word (tab_choice.ts).
ANSWER_MS = 300


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """As for every story, with tabs that wait longer for each other."""

    return lambda **options: with_patience(new_context(**options), ANSWER_MS)


def open_tab(shopper: Shopper, how: str) -> Shopper:
    with shopper.page.context.expect_page() as opened:
        shopper.page.evaluate(WAYS[how])
    return Shopper(opened.value, shopper.places)


def write_title(shopper: Shopper, text: str) -> None:
    shopper.page.evaluate("(text) => void (document.querySelector('h1').textContent = text)", text)


@pytest.mark.parametrize("how", WAYS)
def test_second_tab_takes_nothing_before_the_press_and_all_of_it_after(
    agent: Agent, shopper: Shopper, how: str
) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")

    second = open_tab(shopper, how)

    # Asked, not taken: the first tab goes on.
    second.ui.wait_for_text(ELSEWHERE)
    write_title(second, "seen by nobody")
    write_title(shopper, "still the first tab")
    agent.wait_for_picture("still the first tab")
    second.press_when_read(HERE)
    # Said for some seconds.
    expect(agent.console.locator(".badge")).to_have_text("Went on in another tab")
    second.wait_for_view()
    shopper.ui.wait_for_text(MOVED)
    agent.wait_for_picture("seen by nobody")
    agent.wait_for_state("Live")
    write_title(shopper, "Larkspur")
    write_title(second, "Delphinium")
    agent.wait_for_picture("Delphinium")
    assert not agent.received.holds("Larkspur")

    # And back again, from where it was left.
    shopper.press_when_read(HERE)
    shopper.wait_for_view()
    second.ui.wait_for_text(MOVED)
    agent.wait_for_picture("Larkspur")
    agent.wait_for_state("Live")
    assert second.errors == []


def test_the_tab_that_was_left_stays_out_of_it_when_it_is_loaded_again(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    second = open_tab(shopper, "duplicate")
    second.press_when_read(HERE)
    second.wait_for_view()
    agent.wait_for_picture("Your basket")

    shopper.page.reload()

    shopper.ui.wait_for_text(ELSEWHERE)
    shopper.ui.press("Close")
    shopper.ui.wait(lambda: shopper.ui.find("Get help"), "the way to get help")
    agent.wait_for_state("Live")
    write_title(second, "still the second tab")
    agent.wait_for_picture("still the second tab")


def test_duplicate_of_a_tab_that_was_closed_goes_on_by_itself(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    second = open_tab(shopper, "duplicate")
    second.ui.wait_for_text(ELSEWHERE)

    shopper.page.close()
    second.page.reload()

    second.wait_for_view()
    agent.wait_for_picture("Your basket")
    agent.wait_for_state("Live")


def test_paused_view_is_still_paused_in_the_tab_that_goes_on(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")
    shopper.ui.press("Pause")
    agent.wait_for_state("Paused")

    second = open_tab(shopper, "noopener")
    second.press_when_read(HERE)

    second.ui.wait_for_text("Paused. Nobody can see this page")
    agent.wait_for_state("Paused")
    second.ui.press("Resume")
    agent.wait_for_picture("Your basket")


def test_stopped_view_stays_stopped_in_every_tab(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    second = open_tab(shopper, "duplicate")
    second.ui.wait_for_text(ELSEWHERE)

    shopper.ui.press("Stop")
    shopper.ui.wait_for_text("You have stopped sharing.")
    second.page.reload()
    third = open_tab(shopper, "noopener")

    second.ui.wait_for_text("The shared view is over.")
    third.ui.wait(lambda: third.ui.find("Get help"), "the way to get help")
    agent.wait_for_state("Ended")


def test_spent_token_ends_in_words_and_the_view_goes_on(
    agent: Agent, shopper: Shopper, new_context: Callable[..., BrowserContext]
) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    stolen = shopper.page.evaluate(READ_KEPT)
    assert len(stolen) == 1
    # Two page loads later two newer tokens were used: the one that was copied is spent.
    for path, words in (("/basket", "Your basket"), ("/checkout/contact", "How can we reach you?")):
        shopper.page.goto(f"{shopper.places.shop}{path}")
        shopper.wait_for_view()
        agent.wait_for_picture(words)

    thief = Shopper(new_context().new_page(), shopper.places)
    thief.page.goto(f"{shopper.places.shop}/")
    thief.page.evaluate(KEEP, stolen)
    thief.page.reload()

    thief.ui.wait_for_text(MOVED)
    # Another browser: there is no other tab that could hand it over, and no way to go on.
    thief.press_when_read(HERE)
    thief.ui.wait_for_text(MOVED)
    agent.wait_for_state("Live")
    assert shopper.words.watched in shopper.ui.text()
    write_title(shopper, "still shared")
    agent.wait_for_picture("still shared")
