"""A payment number that no mask knew: the relay withholds it, both sides read why, and the view goes on without it.

No page is known that gets one past the snippet, so the test puts it into the frame on its way to the relay.
"""

from __future__ import annotations

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.own_shop import OwnShop
from tests.e2e.people import Agent, Shopper

STANDS_FOR_IT = "a number stands here"
NUMBER = "4111 1111 1111 1111"
WITHHELD = "This page shows what looks like a payment number; it was not passed on."
ADD = f"document.body.insertAdjacentHTML('beforeend', '<p>Still shown</p><p>{STANDS_FOR_IT}</p>')"


def alter(socket: WebSocketRoute) -> None:
    relay = socket.connect_to_server()

    def pass_on(message: str | bytes) -> None:
        relay.send(message.replace(STANDS_FOR_IT, NUMBER) if isinstance(message, str) else message)

    socket.on_message(pass_on)


def test_number_on_its_way_is_withheld_told_and_the_view_goes_on(
    agent: Agent, shopper: Shopper, own_shop: OwnShop
) -> None:
    shopper.page.route_web_socket("**/socket.io/**", alter)
    agent.open(own_shop.launch_link())
    own_shop.show(shopper)
    shopper.accept(agent.share_code())
    agent.wait_for_picture("Own shop")

    shopper.page.evaluate(ADD)

    shopper.ui.wait_for_text(f"A number on this page was kept from {agent.name}")
    expect(agent.console.get_by_text(WITHHELD)).to_be_visible()
    # By itself, with the place boxed and all else as it is.
    agent.wait_for_picture("Still shown")
    agent.wait_for_state("Live")
    assert not agent.received.holds(NUMBER)
    assert NUMBER not in agent.mirror("(doc) => doc.documentElement.outerHTML")
    shopper.ui.wait_for_text(f"{agent.name} can see this page")
