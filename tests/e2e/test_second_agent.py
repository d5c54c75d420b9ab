"""A second agent comes by a launch link of their own, and sees nothing until the shopper has let them in."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, WebSocket, expect

from tests.e2e.people import Agent, Shopper, meet

TICKET = "T-1048"
ASKS = "Noor Haddad asks to see this page too."


class Sent:
    """Counts the whole pictures that the shopper's page sends: each costs it a look at everything."""

    def __init__(self, shopper: Shopper) -> None:
        self.keyframes = 0
        shopper.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note)

    def _note(self, payload: str | bytes) -> None:
        # A keyframe goes in one message where it is small, else in chunks; it alone has seq 0, its first chunk index 0.
        if isinstance(payload, str):
            is_small = payload.startswith('42["frame",["keyframe"')
            self.keyframes += is_small or (payload.startswith('451-["chunk"') and '"seq":0,"index":0,' in payload)


def change_heading(shopper: Shopper, text: str) -> None:
    shopper.page.evaluate("text => { document.querySelector('h1').textContent = text }", text)


def test_second_agent_sees_nothing_before_the_shopper_lets_them_in(
    agent: Agent, shopper: Shopper, new_context: Callable[..., BrowserContext]
) -> None:
    sent = Sent(shopper)
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")
    noor = Agent(new_context(), agent.places, name="Noor Haddad")

    noor.start(TICKET)

    expect(noor.console.get_by_role("heading", name="Waiting for the shopper to let you in")).to_be_visible()
    shopper.ui.wait_for_text(ASKS)
    change_heading(shopper, "changed while she waits")
    agent.wait_for_picture("changed while she waits")
    assert noor.received.frames == 0
    assert "/checkout" not in noor.received.everything()
    assert "changed while" not in noor.received.everything()

    keyframes = sent.keyframes
    assert keyframes >= 1
    shopper.press_when_read("Let in")

    noor.wait_for_state("Live")
    noor.wait_for_picture("changed while she waits")
    shopper.ui.wait_for_text("Noor Haddad can see this page")
    # The relay had the page already: it asked the shopper for nothing.
    assert sent.keyframes == keyframes

    # From now on both see what happens.
    change_heading(shopper, "for both of you")
    agent.wait_for_picture("for both of you")
    noor.wait_for_picture("for both of you")


def test_refused_agent_never_sees_a_byte(
    agent: Agent, shopper: Shopper, new_context: Callable[..., BrowserContext]
) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")
    noor = Agent(new_context(), agent.places, name="Noor Haddad")
    noor.start(TICKET)
    shopper.ui.wait_for_text(ASKS)

    shopper.ui.press("Refuse")

    expect(noor.console.get_by_role("heading", name="The shopper did not let you in")).to_be_visible()
    shopper.ui.wait_for_no_text(ASKS)
    change_heading(shopper, "not for everybody")
    agent.wait_for_picture("not for everybody")
    noor.console.reload()
    expect(noor.console.get_by_role("heading", name="The shopper did not let you in")).to_be_visible()
    assert noor.received.frames == 0
    assert "not for everybody" not in noor.received.everything()
    # Whoever was not let in cannot end it either.
    assert noor.console.get_by_role("button", name="End session").count() == 0
    agent.wait_for_state("Live")

    # The receipt names who watched, and nobody else.
    agent.end()
    watched = agent.console.locator(".fact", has=agent.console.get_by_text("Agents", exact=True))
    expect(watched.locator("dd")).to_have_text("Sam Rivera")
