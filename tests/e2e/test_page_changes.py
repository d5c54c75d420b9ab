"""Page changes that load nothing: history and fragments."""

from __future__ import annotations

from tests.e2e.people import Agent, Shopper, meet

TICKET = "T-1036"


def test_history_and_fragments_cost_no_new_socket_and_the_path_follows(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")
    opened: list[str] = []
    shopper.page.on("websocket", lambda socket: opened.append(socket.url))

    for step in (
        "history.pushState({}, '', '/checkout/pushed')",
        "history.replaceState({}, '', '/checkout/replaced')",
        "location.hash = 'part'",
        "history.back()",
        "navigation.navigate('#other', { history: 'push' })",
    ):
        shopper.page.evaluate(f"() => void ({step})")
        shopper.page.evaluate("(text) => void (document.querySelector('h1').textContent = text)", step)
        agent.wait_for_picture(step)

    assert opened == []
    agent.wait_for_state("Live")
    agent.end()
