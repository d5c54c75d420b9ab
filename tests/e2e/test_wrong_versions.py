"""What a shopper reads where page and relay do not fit: versions, origins, keys, policies, a relay that is down."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, WebSocketRoute

from beside import __version__
from tests.e2e.own_shop import TICKET, OwnShop
from tests.e2e.people import Agent, Places, Shopper, meet
from tests.e2e.processes import ServerProcess

WRONG_VERSION = "This page and the help service are of different versions. Please reload the page."
NOT_OFFERED = "Help is not set up for this site. Please tell the shop."
UNREACHABLE_LOADER = "Help cannot be reached right now. Please try again in a moment."
UNREACHABLE = "The help service cannot be reached. Please check your connection and try again."
BLOCKED = "The security policy (CSP) of this page blocks the help service. Please tell the shop."
ANY_CODE = "123456"


def test_snippet_of_another_protocol_version_is_refused_in_words(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    # An older page's snippet, as the relay hears it.
    shopper.page.route(
        "**/join/redeem",
        lambda route: route.continue_(
            post_data=re.sub(r'"protocol":\d+', '"protocol":9999', route.request.post_data or "")
        ),
    )
    shopper.page.goto(f"{shopper.places.shop}/")
    shopper.open_help()

    shopper.type_code(agent.share_code())

    shopper.ui.wait_for_text(WRONG_VERSION)
    # The code was not spent on it.
    shopper.page.unroute("**/join/redeem")
    shopper.ui.press("Continue")
    shopper.read_consent()


def test_relay_that_was_replaced_by_another_version_ends_the_view_in_words(agent: Agent, shopper: Shopper) -> None:
    def older(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(
            lambda message: server.send(
                re.sub(r'^(40\{.*"protocol":)\d+', r"\g<1>9999", message) if isinstance(message, str) else message
            )
        )

    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")
    shopper.page.route_web_socket(re.compile("/socket.io/"), older)

    shopper.page.reload()

    shopper.ui.wait_for_text(WRONG_VERSION)
    assert shopper.page.evaluate("sessionStorage.length") == 0


def test_wrong_site_key_is_said(shopper: Shopper, own_shop: OwnShop) -> None:
    own_shop.show(shopper, site="other-shop")
    shopper.open_help()

    shopper.type_code(ANY_CODE)

    shopper.ui.wait_for_text(NOT_OFFERED)


def test_page_of_an_origin_that_is_not_the_sites_is_refused_in_words(
    agent: Agent, shopper: Shopper, own_shop: OwnShop
) -> None:
    agent.open(own_shop.launch_link())
    own_shop.show(shopper, host="copied-shop")
    shopper.open_help()

    shopper.type_code(agent.share_code())

    shopper.ui.wait_for_text(NOT_OFFERED)
    agent.wait_for_state("Waiting for the shopper")
    # The same page at its right address: the code is good still.
    own_shop.show(shopper)
    shopper.accept(agent.share_code())
    agent.wait_for_picture("Own shop")


def test_policy_that_forbids_the_scripts_is_said(shopper: Shopper, own_shop: OwnShop) -> None:
    # It names the tag's own file, and none of what that loads.
    own_shop.show(shopper, policy=f"script-src {{console}}/v/{__version__}/beside.js")

    shopper.open_help()

    shopper.ui.wait_for_text("security policy (CSP) blocks the help service. Please tell the shop.")


def test_policy_that_forbids_to_ask_the_relay_is_said(shopper: Shopper, own_shop: OwnShop) -> None:
    own_shop.show(shopper, policy="script-src {console}; connect-src 'self'")
    shopper.open_help()

    shopper.type_code(ANY_CODE)

    shopper.ui.wait_for_text(BLOCKED)


def test_policy_that_forgets_the_websocket_is_said_and_the_agent_is_told(
    agent: Agent, shopper: Shopper, own_shop: OwnShop
) -> None:
    agent.open(own_shop.launch_link())
    own_shop.show(shopper, policy="script-src {console}; connect-src {console}")
    shopper.open_help()
    shopper.type_code(agent.share_code())
    shopper.read_consent()

    shopper.press_when_read("Allow")

    shopper.ui.wait_for_text(BLOCKED)
    agent.wait_for_state("Ended")
    assert agent.received.frames == 0


@pytest.mark.parametrize("scripts", ["script-src {console}", "script-src 'nonce-once'"])
def test_strict_policy_that_names_what_the_snippet_needs_is_enough(
    agent: Agent, shopper: Shopper, own_shop: OwnShop, scripts: str
) -> None:
    agent.open(own_shop.launch_link())
    own_shop.show(shopper, policy=f"default-src 'none'; {scripts}; connect-src {{console}} {{socket}}")

    shopper.accept(agent.share_code())

    agent.wait_for_state("Live")
    agent.wait_for_picture("Own shop")


def test_relay_that_is_down_is_said_and_help_works_once_it_is_back(
    own_demo: ServerProcess, new_context: Callable[..., BrowserContext]
) -> None:
    places = Places(own_demo.port)
    early, late = Shopper(new_context().new_page(), places), Shopper(new_context().new_page(), places)
    early.page.goto(f"{places.shop}/")
    late.page.goto(f"{places.shop}/")
    late.open_help()
    late.ui.wait_for_text(late.words.code)

    own_demo.kill()
    early.open_help()
    early.ui.wait_for_text(UNREACHABLE_LOADER)
    late.type_code(ANY_CODE)
    late.ui.wait_for_text(UNREACHABLE)

    own_demo.start()
    agent = Agent(new_context(), places)
    agent.start()
    early.open_help()
    early.type_code(agent.share_code())
    early.read_consent()
    assert early.errors == []
    assert late.errors == []
