"""What time does: a shopper who is lost, away or idle, and an agent who has gone, each with a window that passes.

Each window is some times as long as what a story must see within it takes on a busy machine.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Error, expect

from tests.e2e.people import Agent, Places, Shopper, meet

People = Callable[..., tuple[Agent, Shopper]]


@pytest.fixture
def meet_in_haste(start_demo: Callable[..., Places], new_context: Callable[..., BrowserContext]) -> People:
    """An open view on a demo whose windows are short."""

    def make(**settings: str) -> tuple[Agent, Shopper]:
        places = start_demo(**settings)
        agent, shopper = Agent(new_context(), places), Shopper(new_context().new_page(), places)
        shopper.page.goto(f"{places.shop}/")
        meet(agent, shopper)
        agent.wait_for_picture("Fern & Field")
        return agent, shopper

    return make


def crash(shopper: Shopper) -> None:
    """The tab goes without a word, as where a phone's battery does."""
    with pytest.raises(Error):
        shopper.page.goto("chrome://crash")


def test_silent_loss_is_told_with_its_window_and_then_ends_the_session(meet_in_haste: People) -> None:
    agent, shopper = meet_in_haste(resume_window_s="8")

    crash(shopper)

    agent.wait_for_state("Shopper's connection lost")
    expect(agent.console.locator(".notice")).to_contain_text("The session ends in")
    agent.wait_for_state("Ended")
    expect(agent.console.locator(".receipt")).to_contain_text("connection was lost and did not come back in time")


def test_closed_tab_is_away_with_a_window_of_its_own_and_then_ends_the_session(meet_in_haste: People) -> None:
    agent, shopper = meet_in_haste(away_window_s="20", resume_window_s="2")

    shopper.page.close(run_before_unload=True)

    agent.wait_for_state("Loading a page")
    # Longer than any page load, and longer than the window of a loss: it was announced.
    agent.wait_for_state("Shopper away")
    expect(agent.console.locator(".notice")).to_contain_text("The session ends in")
    agent.wait_for_state("Ended")
    expect(agent.console.locator(".receipt")).to_contain_text("left the shop's page and did not come back in time")


def test_view_in_which_nothing_happens_ends_and_both_are_told(meet_in_haste: People) -> None:
    agent, shopper = meet_in_haste(idle_window_s="15")

    agent.wait_for_state("Ended")

    expect(agent.console.locator(".receipt")).to_contain_text("Nothing happened for a long time")
    shopper.ui.wait_for_text("The shared view has ended because of the time that passed.")
    assert shopper.page.evaluate("sessionStorage.length") == 0


def test_nobody_watching_pauses_the_capture_and_a_returning_agent_resumes_it(meet_in_haste: People) -> None:
    agent, shopper = meet_in_haste(no_agent_window_s="6")
    address = agent.console.url

    agent.console.goto("about:blank")

    shopper.ui.wait_for_text("Nobody is watching right now")
    shopper.ui.wait_for_text("Paused, because nobody is watching")
    sent: list[str | bytes] = []
    shopper.page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    shopper.page.evaluate("document.querySelector('h1').textContent = 'while nobody watched'")

    agent.console.goto(address)

    agent.wait_for_state("Live")
    agent.wait_for_picture("while nobody watched")
    shopper.wait_for_view()
    assert shopper.errors == []


def test_lost_network_is_told_on_both_sides_and_the_view_comes_back_by_itself(meet_in_haste: People) -> None:
    # A socket whose network is gone says nothing: the keepalive tells.
    agent, shopper = meet_in_haste(ping_interval_s="1", ping_timeout_s="5")

    shopper.page.context.set_offline(True)

    agent.wait_for_state("Shopper's connection lost")
    shopper.ui.wait_for_text("Connection lost. Trying again…")
    shopper.page.evaluate("document.querySelector('h1').textContent = 'changed in a tunnel'")
    shopper.page.context.set_offline(False)

    shopper.wait_for_view()
    agent.wait_for_state("Live")
    agent.wait_for_picture("changed in a tunnel")
