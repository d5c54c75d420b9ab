"""The console's socket and its end: lost and regained, taken over, closed for good, and the receipt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.unit.dom.axe import violations
from tests.unit.dom.console_edge import (
    ORIGIN,
    SESSION,
    Answer,
    RelayEdge,
    console_state,
    mara,
    problem,
    session_view,
    wait_until,
    wire,
)
from tests.unit.dom.console_page import keyframe

from beside import bodies, protocol

RECEIPT = bodies.Receipt(
    session=SESSION,
    site="fern",
    ticket="T-1042",
    subject="Card is declined at checkout",
    created_at="2026-05-04T09:12:00Z",
    consent_at="2026-05-04T09:14:10Z",
    ended_at="2026-05-04T09:21:45Z",
    end_reason="shopper-stopped",
    agents=[bodies.ReceiptPerson("Mara Okafor", "2026-05-04T09:14:10Z", None)],
    grants=["view", "point"],
    consent_locale="ar",
    consent_text_version="1",
    pages=[bodies.ReceiptPage("/checkout/payment/:id", "2026-05-04T09:15:31Z")],
    highlights=[
        bodies.ReceiptHighlight("Mara Okafor", "Card number", "All 16 digits", "2026-05-04T09:16:00Z", "dismissed")
    ],
    pauses=[bodies.ReceiptPause("shopper", "2026-05-04T09:18:00Z", "2026-05-04T09:18:20Z")],
    fields_masked=5,
    rating=4,
    snippet_version="0.1.0",
    policy_version=1,
)


@pytest.fixture
def relay(context: BrowserContext, page: Page) -> RelayEdge:
    """A console that shows the checkout."""
    edge = RelayEdge(context)
    edge.answer("GET", "state", console_state(state="live", offer=None, consent_age_s=61.0))
    edge.answer("GET", "receipt", RECEIPT)
    edge.view = session_view("live")
    page.goto(f"{ORIGIN}/s/{SESSION}")
    wait_until(page, lambda: bool(edge.hellos), "the console's connect")
    edge.send("frame", keyframe()[0])
    expect(page.get_by_role("list", name="Fields")).to_be_visible()
    return edge


# What a proxy before the relay answers whom it does not know any more, and what is left of an answer that was cut off.
SIGN_IN = "<!doctype html><title>Sign in</title>"
CUT_OFF = '{"token":"uuuu'


def passes(relay: RelayEdge) -> int:
    return sum(path.endswith("/pass") for _, path, _ in relay.asked)


def test_lost_socket_comes_back_with_a_fresh_pass_and_the_same_picture(page: Page, relay: RelayEdge) -> None:
    relay.answer("POST", "pass", bodies.SocketPass(token="u" * 40, protocol=protocol.PROTOCOL_VERSION))
    relay.drop()
    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")

    assert relay.hellos[1]["token"] == "u" * 40
    expect(page.locator(".badge", has_text="Resyncing")).to_be_visible()
    relay.send("frame", keyframe()[0])
    expect(page.locator(".badge")).to_have_count(0)
    expect(page.frame_locator("iframe").get_by_role("heading", name="Payment")).to_be_visible()


def test_relay_that_is_down_is_asked_again_until_it_is_back(page: Page, relay: RelayEdge) -> None:
    relay.reachable = False
    relay.drop()
    expect(page.get_by_role("status").filter(has_text="Reconnecting to the relay")).to_be_visible()
    assert violations(page) == []

    relay.reachable = True

    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")
    expect(page.get_by_role("status").filter(has_text="Reconnecting to the relay")).to_have_count(0)


@pytest.mark.parametrize("body", [SIGN_IN, CUT_OFF, ""], ids=["sign-in", "cut-off", "empty"])
def test_pass_that_is_none_is_asked_for_again(page: Page, relay: RelayEdge, body: str) -> None:
    good = relay.answers["POST", f"/s/{SESSION}/pass"]
    relay.answers["POST", f"/s/{SESSION}/pass"] = (200, body)
    asked = passes(relay)
    relay.drop()
    wait_until(page, lambda: passes(relay) >= asked + 2, "another try")

    relay.answers["POST", f"/s/{SESSION}/pass"] = good

    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")


def test_who_reconnects_reads_of_a_picture_only_where_there_is_one(page: Page, relay: RelayEdge) -> None:
    notice = page.get_by_role("status").filter(has_text="Reconnecting to the relay")
    relay.reachable = False
    relay.drop()
    expect(notice).to_contain_text("This is the last picture that arrived.")
    relay.reachable = True
    expect(notice).to_have_count(0)
    relay.send("blank", protocol.Blank("paused"))
    expect(page.frame_locator("iframe").get_by_role("heading", name="Payment")).to_have_count(0)

    relay.reachable = False
    relay.drop()

    expect(notice).to_contain_text("It goes on by itself.")


# In each of them the relay gives no picture. That the view says so is enough, without a blank.
TAKEN_AWAY = {
    "Paused": session_view("paused", pause_reason="shopper"),
    "The shopper did not let you in": session_view("live", agents=[mara(admission="refused")]),
    "Waiting for the shopper to let you in": session_view("live", agents=[mara(admission="waiting")]),
}


@pytest.mark.parametrize("heading", TAKEN_AWAY)
def test_picture_that_was_taken_away_while_the_socket_was_down_is_gone_when_it_is_back(
    page: Page, relay: RelayEdge, heading: str
) -> None:
    relay.view = TAKEN_AWAY[heading]
    relay.drop()
    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")

    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert page.frames[1].evaluate("document.childNodes.length") == 0
    expect(page.get_by_text("/checkout/payment/:id")).to_have_count(0)


def test_picture_that_is_withheld_while_the_view_is_live_is_gone_too(page: Page, relay: RelayEdge) -> None:
    relay.blanks = True
    relay.drop()
    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")

    expect(page.get_by_text("Waiting for the first picture")).to_be_visible()
    assert page.frames[1].evaluate("document.childNodes.length") == 0


def test_console_opened_in_another_tab_gives_way_until_asked_back(page: Page, relay: RelayEdge) -> None:
    asked = passes(relay)
    relay.send("refusal", protocol.Refusal("opened-elsewhere", "This session was opened in another tab."))
    relay.drop()

    expect(page.get_by_role("heading", name="This session is open in another tab")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_role("heading", name="Payment")).to_have_count(0)
    assert passes(relay) == asked
    assert violations(page) == []
    page.get_by_role("button", name="Use this tab").click()
    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")
    relay.send("frame", keyframe()[0])
    expect(page.frame_locator("iframe").get_by_role("heading", name="Payment")).to_be_visible()


def test_connect_that_the_relay_refuses_in_words_is_not_tried_again(page: Page, relay: RelayEdge) -> None:
    relay.refuses = protocol.Refusal("token-invalid", "This page's place in the session is not known here.")
    relay.drop()

    expect(page.get_by_text("This page's place in the session is not known here.")).to_be_visible()
    assert len(relay.hellos) == 2


def test_agent_who_finds_all_places_taken_comes_in_once_one_is_free(page: Page, relay: RelayEdge) -> None:
    relay.refuses = protocol.Refusal("session-full", "This session has all the agents it may have.")
    relay.drop()
    notice = page.get_by_role("status").filter(has_text="All places in this session are taken")
    expect(notice).to_contain_text("You are let in by itself once one is free.")

    relay.refuses = None

    expect(notice).to_have_count(0)


def test_message_that_the_protocol_does_not_know_closes_the_console(page: Page, relay: RelayEdge) -> None:
    assert relay.socket is not None
    relay.socket.send('42["view",{"state":"live"}]')

    expect(page.get_by_text("The relay sent a view message that this console cannot read.")).to_be_visible()


def test_relay_of_another_protocol_asks_for_a_reload(page: Page, relay: RelayEdge) -> None:
    relay.answer("POST", "pass", bodies.SocketPass(token="u" * 40, protocol=protocol.PROTOCOL_VERSION + 1))
    relay.drop()

    expect(page.get_by_text("This console is older than the relay.")).to_be_visible()
    expect(page.get_by_role("button", name="Reload")).to_be_visible()


def test_end_button_ends_with_one_click(page: Page, relay: RelayEdge) -> None:
    page.get_by_role("button", name="End session").click()

    wait_until(page, lambda: ("POST", f"/s/{SESSION}/end", {}) in relay.asked, "the end")


def test_end_that_fails_says_so(page: Page, relay: RelayEdge) -> None:
    relay.answers["POST", f"/s/{SESSION}/end"] = problem(503, "store-unavailable", "The store cannot take this now.")
    page.get_by_role("button", name="End session").click()

    expect(page.get_by_role("alert")).to_contain_text("The session could not be ended. The store cannot take this now.")


def test_end_that_something_else_answers_says_so(page: Page, relay: RelayEdge) -> None:
    relay.answers["POST", f"/s/{SESSION}/end"] = (200, SIGN_IN)
    page.get_by_role("button", name="End session").click()

    expect(page.get_by_role("alert")).to_contain_text("The session could not be ended. Something else than the relay")


def test_console_that_opens_on_something_else_than_the_relay_says_so(page: Page, relay: RelayEdge) -> None:
    good = relay.answers["GET", f"/s/{SESSION}/state"]
    relay.answers["GET", f"/s/{SESSION}/state"] = (200, SIGN_IN)
    page.reload()
    expect(page.get_by_text("Something else than the relay answers.")).to_be_visible()

    relay.answers["GET", f"/s/{SESSION}/state"] = good
    page.get_by_role("button", name="Try again").click()

    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")


def test_end_shows_reason_and_receipt_and_leaves_no_picture(page: Page, relay: RelayEdge, tmp_path: Path) -> None:
    relay.send("blank", protocol.Blank("ended"))
    relay.show(session_view("ended", end_reason="shopper-stopped"))

    expect(page.get_by_text("The shopper stopped sharing.")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.get_by_text("/checkout/payment/:id")).to_be_visible()
    expect(page.get_by_text("7:35")).to_be_visible()
    expect(page.get_by_text("“All 16 digits”")).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download as JSON").click()
    waiting.value.save_as(tmp_path / "receipt.json")
    assert json.loads((tmp_path / "receipt.json").read_text()) == wire(RECEIPT)


def test_session_that_ended_while_the_socket_was_down_shows_its_receipt(page: Page, relay: RelayEdge) -> None:
    relay.answer("GET", "state", console_state(state="ended", offer=None))
    relay.answers["POST", f"/s/{SESSION}/pass"] = problem(409, "wrong-state", "The session has ended.")
    relay.drop()

    expect(page.get_by_role("heading", name="The session has ended")).to_be_visible()
    expect(page.get_by_text("The shopper stopped sharing.")).to_be_visible()


NO_RECEIPT = [problem(503, "store-unavailable", "The store cannot take this now."), (200, SIGN_IN)]


@pytest.mark.parametrize("answer", NO_RECEIPT, ids=["refused", "sign-in"])
def test_receipt_that_does_not_load_can_be_asked_for_again(page: Page, relay: RelayEdge, answer: Answer) -> None:
    relay.answers["GET", f"/s/{SESSION}/receipt"] = answer
    relay.show(session_view("ended", end_reason="agent-ended"))
    expect(page.get_by_role("alert")).to_contain_text("The receipt could not be loaded.")

    relay.answer("GET", "receipt", RECEIPT)
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("7:35")).to_be_visible()


def test_ended_session_opens_on_its_receipt_without_a_socket(page: Page, relay: RelayEdge) -> None:
    relay.answer("GET", "state", console_state(state="ended", offer=None))
    connects = len(relay.hellos)
    page.reload()

    expect(page.get_by_text("7:35")).to_be_visible()
    assert len(relay.hellos) == connects


def test_console_lives_under_its_strict_policy(page: Page, relay: RelayEdge) -> None:
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text))
    page.reload()
    wait_until(page, lambda: len(relay.hellos) == 2, "the second connect")
    relay.send("frame", keyframe()[0])
    page.get_by_role("button", name="Highlight Card number").click()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Activity (1)").click()
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()

    assert [text for text in broken if "Content Security Policy" in text or "Trusted" in text] == []
