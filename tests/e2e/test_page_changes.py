"""Page changes that load nothing: history and fragments."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.people import Agent, Shopper, meet

TICKET = "T-1036"


def test_history_and_fragments_cost_no_new_socket_and_the_path_follows(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")
    opened: list[str] = []
    shopper.page.on("websocket", lambda socket: opened.append(socket.url))

    for step, path in (
        ("history.pushState({}, '', '/checkout/pushed')", "/checkout/pushed"),
        ("history.replaceState({}, '', '/checkout/replaced')", "/checkout/replaced"),
        ("history.pushState({}, '', '/basket/pushed')", "/basket/pushed"),
        ("history.back()", "/checkout/replaced"),
        ("location.hash = 'part'", "/checkout/replaced"),
        ("history.back()", "/checkout/replaced"),
        ("navigation.navigate('#other', { history: 'push' })", "/checkout/replaced"),
        ("history.go(-2)", "/checkout/contact"),
    ):
        shopper.page.evaluate(f"() => void ({step})")
        shopper.page.evaluate("(text) => void (document.querySelector('h1').textContent = text)", step)
        agent.wait_for_picture(step)
        expect(agent.console.locator(".address-text bdi")).to_have_text(path)

    assert opened == []
    agent.wait_for_state("Live")
    agent.end()
