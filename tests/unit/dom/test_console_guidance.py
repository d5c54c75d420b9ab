"""What the agent does: highlights by mirror, list and keyboard, points, and follows what became of it."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.unit.dom.axe import violations
from tests.unit.dom.console_edge import (
    ORIGIN,
    SESSION,
    RelayEdge,
    console_state,
    session_view,
    wait_until,
)
from tests.unit.dom.console_page import keyframe, mutation

from beside import protocol

FRAME, IDS = keyframe()


@pytest.fixture
def relay(context: BrowserContext, page: Page) -> RelayEdge:
    """A console that shows the checkout."""
    edge = RelayEdge(context)
    edge.answer("GET", "state", console_state(state="live", offer=None, consent_age_s=61.0))
    edge.view = session_view("live")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{ORIGIN}/s/{SESSION}")
    wait_until(page, lambda: bool(edge.hellos), "the console's connect")
    edge.send("frame", FRAME)
    expect(page.get_by_role("list", name="Fields")).to_be_visible()
    return edge


def middle_of(page: Page, name: str) -> tuple[float, float]:
    """Where a node of the mirror is painted in the console's window."""
    box = page.frame_locator("iframe").locator("input, select, h1, button").nth(list_place(name)).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def list_place(name: str) -> int:
    return ["title", "name", "number", "expiry", "cvc", "country", "coupon", "submit"].index(name)


def sent_highlight(page: Page, relay: RelayEdge) -> list[object]:
    wait_until(page, lambda: bool(relay.acts("highlight")), "a highlight")
    act: list[object] = relay.acts("highlight")[-1]
    return act


def test_click_in_the_mirror_highlights_that_element_with_a_message(page: Page, relay: RelayEdge) -> None:
    page.mouse.click(*middle_of(page, "expiry"))
    page.get_by_label("Message").fill("Month and year")
    assert violations(page) == []
    page.keyboard.press("Enter")

    act = sent_highlight(page, relay)
    assert act[2:] == [1, IDS["expiry"], "Month and year"]
    expect(page.get_by_role("form")).to_have_count(0)


def test_click_reaches_nothing_of_the_mirrored_page(page: Page, relay: RelayEdge) -> None:
    page.mouse.click(*middle_of(page, "number"))
    page.keyboard.press("Escape")
    page.keyboard.type("4111")

    focused = page.frames[1].evaluate("document.activeElement === document.body || document.activeElement === null")
    assert focused


def test_hover_outlines_the_element_and_names_its_field(page: Page, relay: RelayEdge) -> None:
    page.mouse.move(*middle_of(page, "cvc"))

    expect(page.locator(".mark-name")).to_have_text("Security code")


def test_what_is_no_field_is_called_what_stands_in_it(page: Page, relay: RelayEdge) -> None:
    page.mouse.move(*middle_of(page, "submit"))
    expect(page.locator(".mark-name")).to_have_text("Review order")
    page.mouse.click(*middle_of(page, "title"))
    expect(page.locator(".mark-name")).to_have_count(0)
    expect(page.get_by_role("form", name="Highlight Payment")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Activity (1)").click()

    row = page.get_by_role("list", name="Highlights, newest first").get_by_role("listitem")
    expect(row).to_contain_text("Payment")


def test_field_list_highlights_by_keyboard_alone(page: Page, relay: RelayEdge) -> None:
    page.get_by_role("button", name="Highlight Name on card").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Highlight Card number")).to_be_focused()
    expect(page.locator(".mark-name")).to_have_text("Card number")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.type("All 16 digits")
    page.keyboard.press("Enter")

    assert sent_highlight(page, relay)[2:] == [1, IDS["number"], "All 16 digits"]
    expect(page.get_by_role("button", name="Highlight Card number")).to_be_focused()


@pytest.mark.parametrize("place", ["mirror", "list"])
def test_no_key_highlights_what_a_new_picture_has_under_the_id(page: Page, relay: RelayEdge, place: str) -> None:
    if place == "mirror":
        page.mouse.click(*middle_of(page, "expiry"))
    else:
        page.get_by_role("button", name="Highlight Expiry").click()
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.type("Month and year")
    relay.send("frame", keyframe(epoch=2)[0])

    expect(page.get_by_role("form")).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("Choose again: what you wrote is kept.")
    # What the agent goes on typing, as if nothing had been.
    page.keyboard.type(" on it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("form")).to_have_count(0)
    assert relay.acts("highlight") == []
    page.get_by_role("button", name="Highlight Card number").click()
    expect(page.get_by_label("Message optional")).to_have_value("Month and year")
    page.keyboard.press("Enter")
    assert sent_highlight(page, relay)[2:] == [2, IDS["number"], "Month and year"]
    page.get_by_role("button", name="Highlight Expiry").click()
    expect(page.get_by_label("Message optional")).to_have_value("")


def test_picture_that_comes_again_as_it_was_leaves_the_form_alone(page: Page, relay: RelayEdge) -> None:
    page.mouse.click(*middle_of(page, "expiry"))
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.type("Month and ")
    # As the relay gives it from what it kept, to a console that was gone for a moment.
    relay.send("frame", FRAME)
    relay.send("frame", mutation(1, protocol.AttributesChange(IDS["title"], {"title": "again"})))
    expect(page.frame_locator("iframe").get_by_title("again")).to_be_visible()
    page.keyboard.type("year")
    page.keyboard.press("Enter")

    assert sent_highlight(page, relay)[2:] == [1, IDS["expiry"], "Month and year"]


def test_escape_closes_the_form_and_sends_nothing(page: Page, relay: RelayEdge) -> None:
    page.get_by_role("button", name="Highlight Card number").click()
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_label("Message")).to_have_count(0)
    expect(page.get_by_role("button", name="Highlight Card number")).to_be_focused()
    assert relay.acts("highlight") == []


def test_crosshair_points_and_highlights_without_a_mouse(page: Page, relay: RelayEdge) -> None:
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowUp")
    # The middle of the page, one step up, stands on the field in the middle of the form.
    wait_until(page, lambda: bool(relay.acts("pointer")), "the pointer")
    assert relay.acts("pointer")[-1] == ["pointer", 590, 368]
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.press("Enter")

    assert sent_highlight(page, relay)[4] is None


def test_message_holds_no_more_than_the_wire_allows(page: Page, relay: RelayEdge) -> None:
    page.get_by_role("button", name="Highlight Card number").click()
    page.keyboard.insert_text("x" * 200)
    page.keyboard.press("Enter")

    assert sent_highlight(page, relay)[4] == "x" * 140


def test_outcome_is_told_and_an_open_highlight_can_be_taken_away(page: Page, relay: RelayEdge) -> None:
    page.get_by_role("button", name="Highlight Card number").click()
    page.keyboard.press("Enter")
    name = str(sent_highlight(page, relay)[1])
    relay.send("outcome", protocol.ActOutcome(name, "shown", ""))
    page.get_by_role("tab", name="Activity (1)").click()

    row = page.get_by_role("list", name="Highlights, newest first").get_by_role("listitem")
    expect(row).to_contain_text("On the shopper's page")
    expect(page.locator(".mark[data-kind=ring]")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Take away the highlight of Card number").click()
    wait_until(page, lambda: relay.acts("dismiss") == [["dismiss", name]], "the dismissal")
    relay.send("outcome", protocol.ActOutcome(name, "dismissed", ""))
    expect(row).to_contain_text("Closed")
    expect(page.locator(".mark[data-kind=ring]")).to_have_count(0)
    expect(page.locator("[aria-live]").last).to_have_text("Card number: Closed.")


def test_ring_follows_its_element_as_the_page_moves(page: Page, relay: RelayEdge) -> None:
    page.get_by_role("button", name="Highlight Expiry").click()
    page.keyboard.press("Enter")
    ring = page.locator(".mark[data-kind=ring]")
    expect(ring).to_be_visible()
    before = ring.bounding_box()
    assert before is not None

    relay.send("frame", mutation(1, protocol.AttributesChange(IDS["title"], {"style": "margin-top: 60px"})))

    wait_until(page, lambda: (ring.bounding_box() or before)["y"] > before["y"] + 10, "the ring to follow")


def test_pointer_is_sent_at_most_thirty_times_a_second_and_leaves(page: Page, relay: RelayEdge) -> None:
    x, y = middle_of(page, "number")
    page.mouse.move(x, y)
    wait_until(page, lambda: bool(relay.acts("pointer")), "the first pointer")
    began, sent = time.monotonic(), len(relay.acts("pointer"))
    for step in range(60):
        page.mouse.move(x + step, y)
    page.mouse.move(5, 5)

    wait_until(page, lambda: relay.acts("pointer")[-1] == ["pointer", None, None], "the pointer to leave")
    took_s = time.monotonic() - began
    assert 2 <= len(relay.acts("pointer")) - sent <= took_s * 30 + 2


def test_pointer_is_in_pixels_of_the_shoppers_page(page: Page, relay: RelayEdge) -> None:
    rect = page.frames[1].evaluate("document.querySelector('h1').getBoundingClientRect().toJSON()")
    page.mouse.move(*middle_of(page, "title"))

    wait_until(page, lambda: bool(relay.acts("pointer")), "the pointer")
    _, x, y = relay.acts("pointer")[-1]
    assert x == pytest.approx(rect["x"] + rect["width"] / 2, abs=2)
    assert y == pytest.approx(rect["y"] + rect["height"] / 2, abs=2)


def test_shoppers_pointer_is_drawn(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", mutation(1, protocol.PointerChange(590.0, 300.0)))
    expect(page.locator(".shopper-pointer")).to_be_visible()

    relay.send("frame", mutation(2, protocol.PointerChange(None, None)))

    expect(page.locator(".shopper-pointer")).to_have_count(0)


def test_without_the_grant_nothing_can_be_pointed_at(page: Page, relay: RelayEdge) -> None:
    relay.show(session_view("live", grants=["view"]))

    expect(page.get_by_role("button", name="Highlight Card number")).to_be_disabled()
    page.mouse.click(*middle_of(page, "number"))
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_text("The shopper allowed to look, not to point.")).to_be_visible()
    assert relay.events("act") == []


def test_refusal_is_shown_and_can_be_closed(page: Page, relay: RelayEdge) -> None:
    relay.send("refusal", protocol.Refusal("no-grant", "The shopper has not allowed 'point'."))
    expect(page.get_by_role("alert")).to_contain_text("The shopper has not allowed 'point'.")

    page.get_by_role("button", name="Close this message").click()

    expect(page.get_by_role("alert")).to_have_count(0)
