"""One view, one page: a duplicated tab takes it over, a token that was spent is worth nothing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tests.e2e.people import Agent, Shopper, meet

TICKET = "T-1041"
ELSEWHERE = "The shared view was opened in another tab, so it ended here."
READ_KEPT = "() => ({ ...sessionStorage })"
KEEP = "(kept) => { for (const [name, value] of Object.entries(kept)) sessionStorage.setItem(name, value); }"


def test_duplicated_tab_takes_the_view_over_and_the_older_says_so(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")

    # A window that a page opens gets a copy of its sessionStorage, as a duplicated tab does (HTML, 7.3.3.1).
    with shopper.page.context.expect_page() as opened:
        shopper.page.evaluate("() => void window.open('/basket')")
    duplicate = Shopper(opened.value, shopper.places)

    duplicate.wait_for_view()
    shopper.ui.wait_for_text(ELSEWHERE)
    agent.wait_for_state("Live")
    agent.wait_for_picture("Your basket")
    received = agent.received.frames
    shopper.page.evaluate("document.querySelector('h1').textContent = 'seen by nobody'")
    duplicate.page.evaluate("document.querySelector('h1').textContent = 'seen in the new tab'")
    agent.wait_for_picture("seen in the new tab")
    assert agent.received.frames > received
    assert not agent.received.holds("seen by nobody")
    # The older tab stays out of it, also when it is loaded again.
    shopper.page.reload()
    shopper.ui.wait(lambda: shopper.ui.find("Get help"), "the way to get help")
    agent.wait_for_state("Live")
    assert duplicate.errors == []


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

    thief.ui.wait_for_text(ELSEWHERE)
    agent.wait_for_state("Live")
    assert shopper.words.watched in shopper.ui.text()
    shopper.page.evaluate("document.querySelector('h1').textContent = 'still shared'")
    agent.wait_for_picture("still shared")
