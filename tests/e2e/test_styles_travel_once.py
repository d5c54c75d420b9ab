"""A style sheet's text travels once a session: the next page names it, and so does the picture after a reload."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket

from tests.e2e.people import Agent, Shopper, meet

COLOUR = """(document) =>
    document.defaultView.getComputedStyle(document.querySelector(".step-buttons button")).backgroundColor"""


class Sent:
    """The bytes of everything that a page's sockets send."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note)

    def _note(self, payload: str | bytes) -> None:
        self.bytes += len(payload.encode() if isinstance(payload, str) else payload)


def test_second_page_costs_its_own_content_and_no_styles(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    sent = Sent(shopper.page)
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")
    first, sent.bytes = sent.bytes, 0

    shopper.page.reload()
    shopper.ui.wait_for_text("can see this page")
    agent.wait_for_state("Live")
    agent.wait_for_picture("How can we reach you?")
    shopper.page.wait_for_function("() => document.readyState === 'complete'")
    looks = agent.mirror(COLOUR)
    second = sent.bytes

    # Pointer and scroll may add some frames of a hundred bytes to either.
    print(f"the first page is {first} bytes, the same page again {second}")
    assert second < first / 3
    assert looks == shopper.page.evaluate(f"({COLOUR})(document)")
    agent.console.reload()
    agent.wait_for_picture("How can we reach you?")
    assert agent.mirror(COLOUR) == looks
    agent.end()
