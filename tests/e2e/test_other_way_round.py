"""The other way round: the shopper asks for a code and reads it out, the agent types it in."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.people import Agent, Shopper

TICKET = "T-1041"


def ask_for_code(shopper: Shopper) -> str:
    """The digits that the shopper reads out."""
    shopper.open_help()
    shopper.ui.press("No code? Get one to read out")
    shopper.ui.wait_for_text("Waiting for the support team…")
    return re.sub(r"\D", "", str(shopper.ui.evaluate("function () { return this.querySelector('.code').textContent }")))


def type_into_console(agent: Agent, code: str) -> None:
    if agent.console.get_by_role("button", name="The shopper has a code").is_visible():
        agent.console.get_by_role("button", name="The shopper has a code").click()
    agent.console.get_by_label("Code from the shopper").fill(code)
    agent.console.get_by_role("button", name="Connect").click()


def test_agent_types_the_code_that_the_shopper_reads_out(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    shopper.fill_basket()
    code = ask_for_code(shopper)
    assert len(code) == 6

    # A slip first: said in words, and nothing is opened or lost.
    type_into_console(agent, f"{(int(code) + 1) % 1_000_000:06d}")
    expect(agent.console.get_by_role("alert")).to_contain_text("This code is wrong, was used already, or has expired.")
    agent.wait_for_state("Waiting for the shopper")
    type_into_console(agent, f"{code[:3]} {code[3:]}")

    # The code alone shares nothing: the shopper is asked, with the same two words on both sides.
    consent = shopper.read_consent()
    assert agent.name in consent
    expect(agent.console.locator(".pair bdi")).to_have_count(2)
    assert " · ".join(agent.console.locator(".pair bdi").all_inner_texts()) in consent
    assert agent.received.frames == 0
    shopper.allow()
    agent.wait_for_state("Live")
    agent.wait_for_picture("How can we reach you?")
    agent.end()
    shopper.ui.wait_for_text("has ended the shared view")


def test_shopper_declines_what_the_agent_typed(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    shopper.page.goto(f"{shopper.places.shop}/")
    type_into_console(agent, ask_for_code(shopper))
    shopper.read_consent()

    shopper.ui.press("Decline")

    agent.wait_for_state("Waiting for the shopper")
    expect(agent.console.locator(".banner")).to_contain_text("The shopper declined")
    assert agent.received.frames == 0


def test_shopper_changes_their_mind_and_types_the_agents_code(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    shopper.page.goto(f"{shopper.places.shop}/")
    ask_for_code(shopper)

    shopper.ui.press("I have a code")
    shopper.type_code(agent.share_code())

    shopper.read_consent()
    shopper.allow()
    agent.wait_for_state("Live")


def test_code_that_the_shopper_gave_up_is_dead_at_once(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    shopper.page.goto(f"{shopper.places.shop}/")
    closed = ask_for_code(shopper)
    with shopper.page.expect_response("**/join/cancel"):
        shopper.ui.press("Close")

    type_into_console(agent, closed)

    expect(agent.console.get_by_role("alert")).to_contain_text("wrong, was used already, or has expired")
    agent.wait_for_state("Waiting for the shopper")
