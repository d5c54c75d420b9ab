"""A launch link opens its ticket's session once, by the agent's click and by nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from beside.tokens import LaunchClaims, Signer
from tests.e2e.people import Agent, Places, Shopper
from tests.e2e.processes import ServerProcess

TICKET = "T-1044"


def token_of(link: str) -> str:
    return link.partition("#")[2]


def test_scanners_prefetch_and_previews_spend_nothing(
    agent: Agent, new_context: Callable[..., BrowserContext], places: Places
) -> None:
    link = agent.launch_link(TICKET)
    with places.http() as scanner:
        assert scanner.get("/launch").status_code == 200
        assert scanner.head("/launch").status_code == 200
        assert scanner.get("/launch", headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 200
        # What a scanner that runs scripts makes of the page: it looks, and does not click.
        assert scanner.get("/launch/redeem").is_client_error
        assert scanner.head("/launch/redeem").is_client_error
        preview = scanner.post(
            "/launch/preview", json={"token": token_of(link)}, headers={"Origin": places.console}
        ).json()
        assert (preview["ticket"], preview["agentName"]) == (TICKET, agent.name)
    previewer = new_context().new_page()
    previewer.goto(link)
    expect(previewer.get_by_role("button", name="Open session")).to_be_visible()
    previewer.close()

    agent.open(link)

    assert len(agent.share_code()) == 6


def test_token_leaves_the_address_bar_and_the_launch_page_says_what_it_opens(agent: Agent) -> None:
    link = agent.launch_link(TICKET)

    agent.console.goto(link)

    expect(agent.console.locator(".card")).to_contain_text(agent.name)
    expect(agent.console.locator(".card")).to_contain_text("Fern & Field")
    assert agent.console.url == f"{agent.places.console}/launch"
    agent.console.reload()
    expect(agent.console.get_by_role("heading")).to_have_text("No session in this address")


def test_used_link_says_so_in_words(agent: Agent, new_context: Callable[..., BrowserContext]) -> None:
    link = agent.launch_link(TICKET)
    agent.open(link)
    thief = new_context().new_page()
    thief.goto(link)

    thief.get_by_role("button", name="Open session").click()

    expect(thief.get_by_role("alert")).to_contain_text("This launch link was used before. Start again from the ticket.")
    assert "/s/" not in thief.url
    expect(agent.console.locator(".code")).to_be_visible()


def test_tampered_link_opens_nothing(agent: Agent) -> None:
    link = agent.launch_link(TICKET)
    at = len(link) - 10
    other = "A" if link[at] != "A" else "B"

    agent.console.goto(link[:at] + other + link[at + 1 :])

    expect(agent.console.get_by_role("heading")).to_have_text("This link does not open a session")
    expect(agent.console.get_by_role("alert")).to_contain_text("is not complete or was changed")
    expect(agent.console.get_by_role("button", name="Open session")).to_have_count(0)


def test_expired_link_says_so_in_words(agent: Agent, shared_demo: ServerProcess) -> None:
    keys = json.loads((shared_demo.log.parent / "relay-keys.json").read_text("utf-8"))
    six_minutes_ago = Signer((keys["launch"],), clock=lambda: time.time() - 360)
    claims = LaunchClaims(
        site="fern-field", ticket=TICKET, subject="", agent_name="Sam Rivera", locale=None, id="x" * 22, session=None
    )

    agent.console.goto(f"{agent.places.console}/launch#{six_minutes_ago.sign_launch(claims)}")

    expect(agent.console.get_by_role("alert")).to_contain_text(
        "This launch link is too old; start again from the ticket."
    )


def test_two_tickets_in_two_tabs_of_one_browser_work_side_by_side(agent: Agent, shopper: Shopper) -> None:
    agent.start("T-1041")
    other = Agent(agent.context, agent.places)
    other.start("T-1036")
    assert agent.share_code() != other.share_code()

    shopper.page.goto(f"{shopper.places.shop}/")
    shopper.accept(agent.share_code())
    agent.wait_for_state("Live")
    agent.wait_for_picture("Fern & Field")

    other.console.reload()
    other.wait_for_state("Waiting for the shopper")
    assert other.received.frames == 0
    other.end()
    other.wait_for_state("Ended")
    agent.console.reload()
    agent.wait_for_state("Live")
    agent.wait_for_picture("Fern & Field")


def test_a_browser_that_did_not_use_the_link_sees_no_session(
    agent: Agent, new_context: Callable[..., BrowserContext]
) -> None:
    agent.start(TICKET)
    stranger = new_context().new_page()

    stranger.goto(agent.console.url)

    expect(stranger.get_by_role("heading")).to_have_text("This session cannot be opened here")
    expect(stranger.locator("body")).not_to_contain_text(TICKET)
