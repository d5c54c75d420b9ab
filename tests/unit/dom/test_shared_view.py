"""A view on the shopper's page, from Allow to the end, with the built snippet and its real capture engine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tests.closed_root import ClosedRoot
from tests.unit.dom.conftest import Site
from tests.unit.dom.scripted_relay import AGENT, ScriptedRelay, view
from tests.unit.dom.shared_page import (
    allow,
    field_id,
    frames,
    keyframes,
    press_guarded,
    shop_page,
    snippet_relay,
)
from tests.unit.dom.snippet_page import frames_painted

# As many refused connects as a test can see: the relay's store is away.
AWAY = ["store-unavailable"] * 1000
STORED = "JSON.parse(sessionStorage.getItem('beside:demo'))"
# The second within which the relay is to answer does not pass.
NO_SECOND = "() => void (({ setTimeout }) => (window.setTimeout = (run, ms, ...values) =>"
NO_SECOND += " ms === 1000 ? 0 : setTimeout(run, ms, ...values)))(window)"
# Large enough to be deflated, which then waits for the test's word.
LARGE_EDIT_HELD_BACK = """() => {
  const { prototype } = WritableStreamDefaultWriter, { close } = prototype;
  const go = new Promise((resolve) => (window.go = resolve));
  prototype.close = function () { window.held = true; return go.then(() => close.call(this)); };
  document.getElementById('basket').textContent = 'Behind the end. '.repeat(200);
}"""
# What is deflated behind it is done later.
LET_GO = """() => {
  go();
  return new Response(new Blob(['x'.repeat(5000)]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}"""


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with snippet_relay() as running:
        yield running


def wait_keyframes(relay: ScriptedRelay, count: int) -> list[list[object]]:
    relay.wait_for(lambda relay: len(keyframes(relay)) >= count, f"{count} keyframes")
    return keyframes(relay)


def test_allow_opens_the_view_with_the_epoch_that_the_relay_gave(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.epoch = 17
    page.goto(shop_page(site, relay))
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))

    root = ClosedRoot(page)
    root.press("Get help")
    root.wait_for_text("Code from the support team")
    page.keyboard.type("123456")
    root.wait_for_text("Let Sam see this page?")
    assert sockets == []
    press_guarded(root, "Allow")

    keyframe = wait_keyframes(relay, 1)[0]
    assert keyframe[1:3] == [17, 0]
    root.wait_for_text("Sam can see this page")
    assert page.evaluate(STORED)["token"] == "participant-token-2"
    text = json.dumps(frames(relay))
    assert "Two plants" in text
    # The page's title names somebody, and our own elements are no part of the page.
    assert "Lovelace" not in text
    assert "can see this page" not in text


def test_private_mode_of_the_tag_masks_all_text(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay, attributes=" data-private"))
    allow(page, relay)

    wait_keyframes(relay, 1)

    assert '["mt"]' in json.dumps(frames(relay)).replace(" ", "")
    assert "Two plants" not in json.dumps(frames(relay))


def test_edits_follow_and_a_keyframe_on_demand(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    allow(page, relay)
    wait_keyframes(relay, 1)

    page.evaluate("document.getElementById('basket').textContent = 'Three plants'")

    relay.wait_for(lambda relay: "Three plants" in json.dumps(frames(relay)), "the edit")
    relay.send("keyframe-wanted", {"sheets": []})
    first, second = wait_keyframes(relay, 2)[:2]
    assert int(str(second[1])) > int(str(first[1]))


def test_pause_holds_everything_back_until_the_shopper_resumes(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)

    root.press("Pause")
    assert relay.wait_heard("pause") == {"reason": "shopper"}
    relay.send("view", view(state="paused", pauseReason="shopper"))
    root.wait_for_text("Paused. Nobody can see this page")
    page.evaluate("document.getElementById('basket').textContent = 'A secret present'")
    root.press("Resume")
    relay.wait_heard("resume")
    page.evaluate("document.getElementById('basket').textContent = 'Four plants'")
    relay.send("view", view())

    wait_keyframes(relay, 2)
    assert [name for name, _ in relay.heard if name in ("pause", "resume")] == ["pause", "resume"]
    text = json.dumps(frames(relay))
    assert "Four plants" in text
    assert "A secret present" not in text


def test_what_was_paused_without_a_connection_stays_paused_on_the_next_page(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    following = shop_page(site, relay)
    page.goto(shop_page(site, relay, following=following))
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    relay.refusals = list(AWAY)
    relay.drop()
    root.wait_for_text("Connection lost. Trying again")
    root.press("Pause")
    relay.refusals = []
    heard = len(relay.heard)

    page.click("#next")

    relay.wait_for(lambda relay: ("pause", {"reason": "shopper"}) in relay.heard[heard:], "the pause")
    root.wait_for_text("Paused. Nobody can see this page")
    assert [name for name, _ in relay.heard[heard:] if name in ("frame", "chunk")] == []


def test_what_was_paused_without_a_connection_does_not_go_along_to_another_origin(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    checkout = site.page("<h1>Checkout</h1>").replace("127.0.0.1", "localhost")
    relay.origins = [site.origin.replace("127.0.0.1", "localhost")]
    relay.answers["hand-over"] = [(200, {"secret": "secret-of-the-hand-over-to-it", "expiresInS": 60.0})]
    page.goto(shop_page(site, relay, following=checkout))
    root = allow(page, relay)

    def has_asked() -> bool:
        page.evaluate("document.activeElement.blur()")
        page.focus("#next")
        return any(path == "hand-over" for path, _ in relay.asked)

    root.wait(has_asked, "a secret for the checkout")
    relay.refusals = list(AWAY)
    relay.drop()
    root.wait_for_text("Connection lost. Trying again")
    root.press("Pause")
    went: list[str] = []
    page.on("framenavigated", lambda frame: went.append(frame.url))

    page.click("#next")

    page.wait_for_url(checkout)
    assert went == [checkout]


@pytest.mark.parametrize("is_told", [True, False])
def test_pause_goes_along_to_another_origin_once_the_relay_has_told_of_it(
    page: Page, site: Site, relay: ScriptedRelay, is_told: bool
) -> None:
    """A dead socket takes for half a minute what is said into it."""
    checkout = site.page("<h1>Checkout</h1>").replace("127.0.0.1", "localhost")
    relay.origins = [site.origin.replace("127.0.0.1", "localhost")]
    relay.answers["hand-over"] = [(200, {"secret": "secret-of-the-hand-over-to-it", "expiresInS": 60.0})]
    page.goto(shop_page(site, relay, following=checkout))
    root = allow(page, relay)

    def has_asked() -> bool:
        page.evaluate("document.activeElement.blur()")
        page.focus("#next")
        return any(path == "hand-over" for path, _ in relay.asked)

    root.wait(has_asked, "a secret for the checkout")
    root.press("Pause")
    relay.wait_heard("pause")
    # For want of an agent it was paused before; that pause ends by itself.
    relay.send("view", view(state="paused", pauseReason="shopper" if is_told else "no-agent"))
    # What is answered behind it.
    relay.send("act", {"agent": "agent1", "act": ["highlight", "a1", 1, 2, "Here"]})
    relay.wait_heard("outcome")
    went: list[str] = []
    page.on("framenavigated", lambda frame: went.append(frame.url))

    page.click("#next")

    page.wait_for_url(f"{checkout}*")
    assert went == [f"{checkout}#beside=secret-of-the-hand-over-to-it" if is_told else checkout]


def test_resume_that_is_pressed_without_a_connection_counts_once_there_is_one(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    root.press("Pause")
    relay.wait_heard("pause")
    relay.send("view", view(state="paused", pauseReason="shopper"))
    root.wait_for_text("Paused. Nobody can see this page")
    relay.refusals = list(AWAY)
    relay.drop()
    root.wait(lambda: len(relay.connects) >= 2, "an attempt to come back")

    root.press("Resume")
    root.wait_for_text("Connection lost. Trying again")
    # Who thinks better of it pauses, and has not pressed anything then.
    root.press("Pause")
    root.wait_for_text("Paused. Nobody can see this page")
    root.press("Resume")
    relay.view = view(state="paused", pauseReason="shopper")
    relay.refusals = []

    relay.wait_heard("resume")
    assert [name for name, _ in relay.heard if name in ("pause", "resume")] == ["pause", "resume"]
    assert len(keyframes(relay)) == 1
    relay.send("view", view())
    wait_keyframes(relay, 2)


def test_the_next_page_goes_on_without_a_new_consent(page: Page, site: Site, relay: ScriptedRelay) -> None:
    following = shop_page(site, relay)
    page.goto(shop_page(site, relay, following=following))
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    relay.epoch = 33

    page.click("#next")

    relay.wait_heard("leaving")
    assert wait_keyframes(relay, 2)[-1][1] == 33
    root.wait_for_text("Sam can see this page")
    assert [hello["token"] for hello in relay.connects] == ["participant-token-1", "participant-token-2"]
    assert [path for path, _ in relay.asked] == ["redeem", "answer"]


def test_a_prerendered_page_takes_nothing_over_before_it_is_shown(page: Page, site: Site, relay: ScriptedRelay) -> None:
    following = shop_page(site, relay)
    page.goto(shop_page(site, relay, following=following))
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    # As a prerendered document says it: Playwright's Chromium prerenders nothing.
    page.add_init_script("Object.defineProperty(document, 'prerendering', { configurable: true, value: true })")
    files = len(relay.files)

    page.goto(following)
    root.wait_for_text("Get help")

    assert [name for name, _ in relay.files[files:] if name != "beside.js"] == []
    assert page.evaluate(STORED)["token"] == "participant-token-2"
    assert len(relay.connects) == 1
    page.evaluate(
        """() => {
          delete document.prerendering;
          document.dispatchEvent(new Event('prerenderingchange'));
        }"""
    )
    wait_keyframes(relay, 2)
    root.wait_for_text("Sam can see this page")


def test_a_lost_connection_is_said_and_comes_back_with_a_keyframe(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    relay.refusals = list(AWAY)
    relay.drop()
    root.wait_for_text("Connection lost. Trying again")
    relay.epoch = 40

    relay.refusals = []

    assert wait_keyframes(relay, 2)[-1][1] == 40
    root.wait_for_text("Sam can see this page")


def test_stop_leaves_nothing_but_the_button(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)

    root.press("Stop")
    relay.wait_heard("stop")
    root.wait_for_text("You have stopped sharing.")
    root.wait_for_text("Sam saw this page for 1 min.")
    root.press("5 of 5")
    assert relay.wait_heard("rating") == {"stars": 5}
    root.press("Close")

    root.wait_for_text("Get help")
    assert root.text() == "Get help"
    assert page.evaluate("sessionStorage.length") == 0
    assert page.locator("iframe").count() == 0
    count = len(frames(relay))
    page.evaluate("document.getElementById('basket').textContent = 'Five plants'")
    root.press("Get help")
    root.wait_for_text("Code from the support team")
    assert len(frames(relay)) == count


def was_stopped_by_http(relay: ScriptedRelay) -> bool:
    return ("stop", {"token": "participant-token-2"}) in relay.asked


def test_stop_that_the_relay_answers_is_said_once(page: Page, site: Site, relay: ScriptedRelay) -> None:
    following = shop_page(site, relay)
    page.goto(shop_page(site, relay))
    root = allow(page, relay)

    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")
    relay.wait_heard("stop")

    # Longer than the page waits for the answer; nor does it say anything once it goes.
    page.wait_for_timeout(1200)
    page.goto(following)
    ClosedRoot(page).wait_for_text("Get help")
    assert not was_stopped_by_http(relay)


def test_stop_that_the_relay_does_not_answer_is_said_over_http(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.hears_stop = False
    page.goto(shop_page(site, relay))
    root = allow(page, relay)

    root.press("Stop")

    root.wait_for_text("You have stopped sharing.")
    relay.wait_for(was_stopped_by_http, "the stop over HTTP")
    assert len([path for path, _ in relay.asked if path == "stop"]) == 1


@pytest.mark.parametrize("what", ["socket is lost", "page goes"])
def test_stop_that_is_not_answered_yet_is_said_over_http_where(
    page: Page, site: Site, relay: ScriptedRelay, what: str
) -> None:
    relay.hears_stop = False
    following = site.page("<h1>The next page</h1>")
    page.goto(shop_page(site, relay, following=following))
    allow(page, relay)
    page.evaluate(NO_SECOND)

    page.keyboard.press("Alt+Shift+KeyS")
    relay.wait_heard("stop")
    assert not was_stopped_by_http(relay)
    if what == "page goes":
        page.goto(following)
    else:
        relay.drop()

    relay.wait_for(was_stopped_by_http, "the stop over HTTP")


def test_stop_while_a_popover_of_the_page_closes_leaves_nothing_either(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.goto(shop_page(site, relay))
    # A menu that closes at the very key: whether it lay over us is looked at before the next paint, behind the end.
    page.evaluate(
        """() => {
          window.menu = document.createElement('div');
          menu.popover = 'auto';
          document.body.append(menu);
          addEventListener('keydown', ({ code }) => code === 'KeyS' && menu.hidePopover(), { capture: true });
        }"""
    )
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    page.evaluate("menu.showPopover()")

    page.keyboard.press("Alt+Shift+S")

    root.wait_for_text("You have stopped sharing.")
    frames_painted(page, 12)
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]


def test_stop_without_a_connection_goes_over_http(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    relay.refusals = list(AWAY)
    relay.drop()
    root.wait_for_text("Connection lost. Trying again")

    page.keyboard.press("Alt+Shift+S")

    relay.wait_for(lambda relay: relay.asked[-1][0] == "stop", "the stop")
    assert relay.asked[-1][1] == {"token": "participant-token-2"}
    root.wait_for_text("You have stopped sharing.")
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize(("status", "code"), [(503, "store-unavailable"), (409, "conflict")])
def test_stop_that_the_relay_could_not_take_is_said_again(
    page: Page, site: Site, relay: ScriptedRelay, status: int, code: str
) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    relay.answers["stop"] = [(status, {"code": code, "message": "No.", "retryAfterS": None}), (204, None)]
    relay.refusals = list(AWAY)
    relay.drop()
    root.wait_for_text("Connection lost. Trying again")

    page.keyboard.press("Alt+Shift+S")
    root.wait_for_text("You have stopped sharing.")

    relay.wait_for(lambda relay: [path for path, _ in relay.asked].count("stop") == 2, "the second stop")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("agent-ended", "Sam has ended the shared view."),
        ("idle", "because of the time that passed"),
        ("opened-elsewhere", "opened in another tab"),
    ],
)
def test_an_end_from_the_other_side_is_said_in_words(
    page: Page, site: Site, relay: ScriptedRelay, reason: str, sentence: str
) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)

    relay.send("view", view(state="ended", endReason=reason))

    root.wait_for_text(sentence)
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("who", ["shopper", "agent"])
def test_a_frame_that_waits_to_be_deflated_does_not_leave_behind_the_end(
    page: Page, site: Site, relay: ScriptedRelay, who: str
) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    page.evaluate(LARGE_EDIT_HELD_BACK)
    page.wait_for_function("window.held")

    if who == "agent":
        relay.send("view", view(state="ended", endReason="agent-ended"))
        root.wait_for_text("Sam has ended the shared view.")
    else:
        root.press("Stop")
        root.wait_for_text("You have stopped sharing.")
    page.evaluate(f"async () => void await ({LET_GO})()")
    root.press("5 of 5")

    relay.wait_heard("rating")
    assert "Behind the end" not in json.dumps(frames(relay))


def test_a_spent_token_ends_the_view_in_words(page: Page, site: Site, relay: ScriptedRelay) -> None:
    following = shop_page(site, relay)
    page.goto(shop_page(site, relay, following=following))
    root = allow(page, relay)
    relay.refusals = ["opened-elsewhere"]

    page.click("#next")

    root.wait_for_text("You continue in another tab")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_removed_bar_pauses_at_once_and_only_a_press_resumes(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)

    page.evaluate(
        """() => {
          document.querySelector('beside-help').remove();
          document.getElementById('basket').textContent = 'Behind the back';
        }"""
    )

    assert relay.wait_heard("pause") == {"reason": "bar-hidden"}
    root.wait_for_text("Paused, because this bar was hidden or covered")
    relay.send("view", view(state="paused", pauseReason="bar-hidden"))
    page.evaluate("document.getElementById('basket').textContent = 'Six plants'")
    root.press("Resume")
    relay.wait_heard("resume")
    relay.send("view", view())
    wait_keyframes(relay, 2)
    assert "Behind the back" not in json.dumps(frames(relay))


def test_a_modal_dialog_does_not_pause(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)

    page.evaluate("document.getElementById('points').showModal()")
    relay.wait_for(lambda relay: '["layer"' in json.dumps(frames(relay)), "the dialog")
    root.press("Pause")

    assert relay.wait_heard("pause") == {"reason": "shopper"}


def test_a_highlight_lands_on_the_very_field(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    keyframe = wait_keyframes(relay, 1)[0]

    node = field_id(keyframe, "Name")
    relay.send("act", {"agent": "agent1", "act": ["highlight", "a1", keyframe[1], node, "Your full name"]})

    root.wait_for_text("Your full name")
    assert relay.wait_heard("outcome") == {"act": "a1", "outcome": "shown", "label": "Name"}

    def is_around_the_field() -> bool:
        ring = root.evaluate("function () { return this.querySelector('.ring')?.getBoundingClientRect().top ?? -1 }")
        field = page.locator("#name").bounding_box()
        return field is not None and abs(float(ring) - (field["y"] - 6)) <= 1

    root.wait(is_around_the_field, "the ring around the field")


def test_nobody_points_without_the_grant(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.view = view(grants=["view"])
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    keyframe = wait_keyframes(relay, 1)[0]

    node = field_id(keyframe, "Name")
    relay.send("act", {"agent": "agent1", "act": ["highlight", "a1", keyframe[1], node, "Your full name"]})

    assert relay.wait_heard("outcome") == {"act": "a1", "outcome": "refused", "label": ""}
    assert "Your full name" not in root.text()


def test_the_shopper_is_asked_before_another_agent_joins(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    kim = {"id": "agent2", "name": "Kim", "admission": "waiting", "connected": True}

    relay.send("view", view(agents=[AGENT, kim]))
    root.wait_for_text("Kim asks to see this page too.")
    press_guarded(root, "Let in")
    assert relay.wait_heard("admission") == {"agent": "agent2", "admitted": True}
    relay.send("view", view(agents=[AGENT, {**kim, "admission": "admitted"}]))

    root.wait_for_text("Sam and Kim can see this page")


def test_a_pause_for_want_of_an_agent_ends_by_itself(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    wait_keyframes(relay, 1)
    relay.send("view", view(state="paused", pauseReason="no-agent", agents=[{**AGENT, "connected": False}]))
    root.wait_for_text("Paused, because nobody is watching")

    relay.send("view", view())

    wait_keyframes(relay, 2)
    root.wait_for_text("Sam can see this page")
