"""The shopper's page in the console: shown, followed, caught up after a gap, and taken away at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, Route, expect
from tests.unit.dom.axe import violations
from tests.unit.dom.console_edge import (
    ORIGIN,
    SESSION,
    RelayEdge,
    console_state,
    mara,
    session_view,
    wait_until,
)
from tests.unit.dom.console_page import NARROW, PAGE, WIDE, keyframe, mutation

from beside import protocol


@pytest.fixture
def relay(context: BrowserContext, page: Page) -> RelayEdge:
    """A console in a live session, connected, before its first frame."""
    edge = RelayEdge(context)
    edge.answer("GET", "state", console_state(state="live", offer=None, consent_age_s=61.0))
    edge.view = session_view("live")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{ORIGIN}/s/{SESSION}")
    wait_until(page, lambda: bool(edge.hellos), "the console's connect")
    return edge


def mirror(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def sheet_width(page: Page) -> float:
    """The painted width of the picture, in the console's pixels."""
    box = page.locator(".sheet").bounding_box()
    return box["width"] if box else 0.0


def badge(page: Page, words: str) -> Locator:
    return page.locator(".badge", has_text=words)


def test_keyframe_shows_page_path_and_fields(page: Page, relay: RelayEdge) -> None:
    expect(page.get_by_role("heading", name="Waiting for the first picture")).to_be_visible()
    relay.send("frame", keyframe()[0])

    expect(mirror(page).get_by_role("heading", name="Payment")).to_be_visible()
    expect(page.get_by_text("/checkout/payment/:id")).to_be_visible()
    rows = page.get_by_role("list", name="Fields").get_by_role("listitem")
    expect(rows).to_have_count(6)
    expect(rows.nth(1)).to_contain_text("Card number")
    expect(rows.nth(1)).to_contain_text("Incomplete or malformed")
    expect(rows.nth(1)).to_contain_text("Masked: card number, by autocomplete")
    expect(rows.nth(1)).to_contain_text("Shopper is here")
    expect(page.get_by_text("6 fields, 5 masked")).to_be_visible()
    assert violations(page) == []


def test_what_the_shopper_has_zoomed_into_is_framed(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    relay.send("frame", mutation(1, protocol.ViewportChange(*WIDE, 2.0, 300.0, 150.0)))
    page.get_by_text("The shopper has zoomed in here").wait_for()
    sheet, seen = page.locator(".sheet").bounding_box(), page.locator(".seen").bounding_box()

    assert sheet
    assert seen
    scale = sheet["width"] / WIDE[0]
    assert [seen["x"] - sheet["x"], seen["y"] - sheet["y"]] == pytest.approx([300 * scale, 150 * scale], abs=1)
    assert [seen["width"], seen["height"]] == pytest.approx([sheet["width"] / 2, sheet["height"] / 2], abs=1)
    relay.send("frame", mutation(2, protocol.ViewportChange(*WIDE, 1.0, 0.0, 0.0)))
    expect(page.locator(".seen")).to_have_count(0)


def test_fields_can_be_narrowed_to_those_that_need_attention(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    page.get_by_role("button", name="2 need attention").click()

    rows = page.get_by_role("list", name="Fields").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Card number")


def test_large_frame_in_chunks_and_the_plain_ones_behind_it_are_shown_in_order(page: Page, relay: RelayEdge) -> None:
    frame, ids = keyframe()
    relay.send_chunks(frame, chunk_bytes=300)
    relay.send("frame", mutation(1, protocol.FocusChange(ids["cvc"])))

    expect(mirror(page).get_by_role("heading", name="Payment")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Shopper is here")).to_contain_text("Security code")
    assert relay.events("resync") == []


def test_frame_that_inflates_past_its_announcement_leads_to_a_resync(page: Page, relay: RelayEdge) -> None:
    relay.send_chunks(keyframe()[0], chunk_bytes=100_000, raw_bytes=64)

    wait_until(page, lambda: bool(relay.events("resync")), "a resync")
    expect(mirror(page).get_by_role("heading", name="Payment")).to_have_count(0)


def test_gap_keeps_the_picture_asks_once_and_heals_with_the_keyframe(page: Page, relay: RelayEdge) -> None:
    _, ids = keyframe()
    relay.send("frame", keyframe()[0])
    relay.send("frame", mutation(5, protocol.FocusChange(ids["cvc"])))
    relay.send("frame", mutation(6, protocol.FocusChange(ids["cvc"])))

    expect(badge(page, "Resyncing")).to_be_visible()
    expect(mirror(page).get_by_role("heading", name="Payment")).to_be_visible()
    wait_until(page, lambda: relay.events("resync") == [None], "one resync")
    relay.send("frame", keyframe(epoch=2)[0])
    relay.send("frame", mutation(1, protocol.FocusChange(ids["expiry"]), epoch=2))
    expect(badge(page, "Resyncing")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="Shopper is here")).to_contain_text("Expiry")
    assert relay.events("resync") == [None]


TROUBLE: dict[str, Callable[[Route], None]] = {
    "draining": lambda route: route.fulfill(status=503, json={"code": "draining", "message": "It is about to stop."}),
    "down": lambda route: route.abort("connectionrefused"),
    "sign-in": lambda route: route.fulfill(body="<!doctype html><form><input></form>", content_type="text/html"),
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_picture_waits_for_the_mirrors_own_document(
    page: Page, relay: RelayEdge, trouble: Callable[[Route], None]
) -> None:
    relay.mirror_trouble = trouble
    hellos, asked = len(relay.hellos), len(relay.mirrors)
    page.reload()
    wait_until(page, lambda: len(relay.hellos) > hellos, "the console's connect")
    relay.send("frame", keyframe()[0])
    wait_until(page, lambda: len(relay.mirrors) > asked + 1, "another try")
    expect(page.get_by_text("Waiting for the first picture")).to_be_visible()
    assert relay.events("resync") == []

    relay.mirror_trouble = None

    wait_until(page, lambda: bool(relay.events("resync")), "a resync for the frame that was missed")
    relay.send("frame", keyframe()[0])
    expect(mirror(page).get_by_role("heading", name="Payment")).to_be_visible()


def test_blank_takes_the_picture_away_before_the_view_says_why(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    expect(mirror(page).get_by_role("heading", name="Payment")).to_be_visible()

    relay.send("blank", protocol.Blank("paused"))

    expect(mirror(page).get_by_role("heading", name="Payment")).to_have_count(0)
    expect(page.get_by_role("list", name="Fields")).to_have_count(0)
    expect(page.get_by_text("/checkout/payment/:id")).to_have_count(0)


def test_blank_overtakes_a_frame_that_still_inflates(page: Page, relay: RelayEdge) -> None:
    relay.send_chunks(keyframe()[0], chunk_bytes=100_000)
    relay.send("blank", protocol.Blank("paused"))
    relay.show(session_view("paused", pause_reason="shopper"))

    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    expect(mirror(page).get_by_role("heading", name="Payment")).to_have_count(0)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("shopper", "The shopper paused the view."),
        ("bar-hidden", "covered or hidden"),
        ("no-agent", "Nobody was watching"),
        ("policy", "a page that the shop does not share"),
    ],
)
def test_pause_says_why(page: Page, relay: RelayEdge, reason: Any, words: str) -> None:
    relay.send("blank", protocol.Blank("paused"))
    relay.show(session_view("paused", pause_reason=reason))

    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
    assert violations(page) == []


def test_page_load_keeps_the_last_picture_under_a_badge(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    relay.show(session_view("away", window_s=900.0))

    expect(badge(page, "Navigating")).to_be_visible()
    expect(mirror(page).get_by_role("heading", name="Payment")).to_be_visible()
    relay.show(session_view("live"))
    expect(badge(page, "Navigating")).to_be_visible()
    relay.send("frame", keyframe(epoch=2)[0])
    expect(badge(page, "Navigating")).to_have_count(0)


def test_shopper_who_stays_away_is_told_with_what_is_left_of_the_window(page: Page, relay: RelayEdge) -> None:
    page.clock.install()
    relay.send("frame", keyframe()[0])
    relay.show(session_view("away", window_s=900.0))
    expect(badge(page, "Navigating")).to_be_visible()

    page.clock.run_for(60_000)

    notice = page.get_by_role("status").filter(has_text="The shopper is away")
    expect(notice).to_contain_text(re.compile(r"The session ends in (14:00|13:[0-5]\d)"))
    assert violations(page) == []


def test_shopper_whose_connection_is_lost_is_told_at_once(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    relay.show(session_view("lost", window_s=90.0))

    expect(page.get_by_role("status").filter(has_text=re.compile(r"The session ends in 1:[0-2]\d"))).to_be_visible()


def test_agent_who_waits_for_admission_sees_nothing_and_is_told_so(page: Page, relay: RelayEdge) -> None:
    other = protocol.AgentPresence("p-jonas", "Jonas Weber", "admitted", True)
    relay.show(session_view("live", agents=[other, mara(admission="waiting")]))

    expect(page.get_by_role("heading", name="Waiting for the shopper to let you in")).to_be_visible()
    expect(page.get_by_text("With them now: Jonas Weber")).to_be_visible()
    expect(page.get_by_role("button", name="End session")).to_have_count(0)
    assert violations(page) == []
    relay.show(session_view("live", agents=[other, mara()]))
    relay.send("frame", keyframe()[0])
    expect(mirror(page).get_by_role("heading", name="Payment")).to_be_visible()


def test_agent_who_was_not_let_in_is_told_so(page: Page, relay: RelayEdge) -> None:
    relay.show(session_view("live", agents=[mara(admission="refused")]))

    expect(page.get_by_role("heading", name="The shopper did not let you in")).to_be_visible()


def test_page_change_without_a_load_moves_the_address(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    moved = protocol.Page(origin=PAGE.origin, path="/checkout/review", quirks=False)
    relay.send("frame", mutation(1, protocol.PageChange(moved)))

    expect(page.get_by_text("/checkout/review")).to_be_visible()


def test_picture_fits_the_room_and_zooms_to_its_own_size(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "true")
    wait_until(page, lambda: 0 < sheet_width(page) < 900, "the picture to fit")

    page.get_by_role("button", name="100 %").click()

    wait_until(page, lambda: sheet_width(page) == 1180, "the picture's own size")


def test_picture_of_a_phone_is_not_blown_up(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe(size=NARROW)[0])

    wait_until(page, lambda: 300 < sheet_width(page) <= 390, "a phone's width")


def test_header_names_who_is_here_and_counts_the_time(page: Page, relay: RelayEdge) -> None:
    other = protocol.AgentPresence("p-jonas", "Jonas Weber", "waiting", True)
    relay.show(session_view("live", agents=[mara(), other]))

    people = page.get_by_role("list", name="Who is here").get_by_role("listitem")
    expect(people).to_have_text(
        [
            "SShopper: connected",
            "MOMara Okafor (you): watching",
            "JWJonas Weber: waiting for the shopper's permission",
        ]
    )
    expect(page.locator(".timer")).to_contain_text(re.compile(r"[12]:\d\d"))


def test_page_in_quirks_mode_gets_a_frame_of_that_mode(page: Page, relay: RelayEdge) -> None:
    relay.send("frame", keyframe()[0])
    frame = keyframe(epoch=2)[0]
    old = protocol.Page(origin=PAGE.origin, path=PAGE.path, quirks=True)
    relay.send("frame", protocol.Keyframe(2, 0, old, frame.entries, frame.changes))

    wait_until(page, lambda: any("quirks" in path for path in relay.mirrors), "the other frame document")
    wait_until(page, lambda: bool(relay.events("resync")), "a resync for the new frame")


def test_console_on_a_phone_needs_no_sideways_scrolling(page: Page, relay: RelayEdge) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    relay.send("frame", keyframe()[0])
    expect(page.get_by_role("list", name="Fields")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []


def test_field_that_the_page_does_not_show_stands_apart_and_cannot_be_highlighted(page: Page, relay: RelayEdge) -> None:
    frame, ids = keyframe()
    relay.send("frame", frame)
    expect(page.get_by_text("2 need attention")).to_be_visible()
    relay.send("frame", mutation(1, protocol.AttributesChange(ids["expiry"], {"style": "display: none"})))

    expect(page.get_by_text("1 need attention")).to_be_visible()
    page.get_by_text("1 not shown by the page now").click()
    expect(page.get_by_role("list", name="Fields not shown now")).to_contain_text("Expiry")
    expect(page.get_by_role("button", name="Highlight Expiry")).to_be_disabled()
    assert violations(page) == []
    relay.send("frame", mutation(2, protocol.AttributesChange(ids["expiry"], {"style": None})))
    expect(page.get_by_role("button", name="Highlight Expiry")).to_be_enabled()
