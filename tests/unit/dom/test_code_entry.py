"""The dialog before the consent: typing a code, every way in which it can be wrong, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.unit.dom.conftest import Site
from tests.unit.dom.scripted_relay import ScriptedRelay, offer, scripted_relay
from tests.unit.dom.snippet_page import open_shop, told, wait_told

from beside.work import ROUNDS, is_proof


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with scripted_relay() as running:
        yield running


def open_help(page: Page, site: Site, relay: ScriptedRelay, secret: str | None = None) -> None:
    open_shop(page, site)
    page.evaluate("([relay, secret]) => beside.entrance(relay, secret)", [relay.origin, secret])


def refusal(code: str, status: int = 409, retry_after_s: float | None = None) -> tuple[int, object]:
    return status, {"code": code, "message": "In the relay's words.", "retryAfterS": retry_after_s}


def test_six_digits_go_by_themselves_and_lead_to_the_consent(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay)

    # The field has the focus from the start.
    page.keyboard.type("123456", delay=5)

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    assert [(path, body["code"], body["secret"]) for path, body in relay.asked] == [("redeem", "123456", None)]


@pytest.mark.parametrize("pasted", ["123 456", " 123456\n", "123-456", "١٢٣ ٤٥٦", "۱۲۳۴۵۶", "123456", "Code: 123 456"])
def test_a_pasted_code_is_read_however_it_is_written(page: Page, site: Site, relay: ScriptedRelay, pasted: str) -> None:
    open_help(page, site, relay)

    page.keyboard.insert_text(pasted)

    relay.wait_for(lambda relay: relay.asked, "the code")
    assert relay.asked[0][1]["code"] == "123456"
    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()


def test_the_field_asks_for_a_numeric_keypad_and_groups_what_is_typed(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    relay.answers["redeem"] = [refusal("wrong-code", 404)]
    open_help(page, site, relay)
    entry = page.get_by_label("Code from the support team")

    page.keyboard.type("12345")

    expect(entry).to_have_value("123 45")
    expect(entry).to_have_attribute("inputmode", "numeric")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("9")
    expect(entry).to_have_value("123 945")
    assert entry.evaluate("(field) => field.selectionStart") == 5


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (refusal("wrong-code", 404), "This code is not known"),
        (refusal("no-agent-yet", 429, 5.0), "The support agent is not there yet"),
        (refusal("unknown-site", 404), "Help is not set up for this site"),
        (refusal("wrong-origin", 403), "Help is not set up for this site"),
        (refusal("wrong-protocol", 409), "different versions"),
        (refusal("store-unavailable", 503), "cannot be reached"),
        ((502, "<html>Bad gateway</html>"), "cannot be reached"),
        ((200, {"words": []}), "different versions"),
    ],
)
def test_each_refusal_has_its_sentence_and_the_field_keeps_code_and_focus(
    page: Page, site: Site, relay: ScriptedRelay, answer: tuple[int, object], sentence: str
) -> None:
    relay.answers["redeem"] = [answer]
    open_help(page, site, relay)

    page.keyboard.type("123456")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(sentence)
    entry = page.get_by_label("Code from the support team")
    expect(entry).to_be_focused()
    expect(entry).to_have_value("123 456")
    expect(entry).to_have_attribute("aria-invalid", "true")


def test_after_a_wrong_code_the_right_one_can_be_typed(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.answers["redeem"] = [refusal("wrong-code", 404), (200, offer())]
    open_help(page, site, relay)
    page.keyboard.type("123456")
    expect(page.get_by_role("alert")).to_contain_text("not known")

    page.keyboard.press("Backspace")
    expect(page.get_by_role("alert")).to_be_empty()
    page.keyboard.type("7")

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    assert [body["code"] for _, body in relay.asked] == ["123456", "123457"]


def test_a_longer_code_goes_on_in_the_same_field(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.answers["redeem"] = [refusal("wrong-code", 404), (200, offer())]
    open_help(page, site, relay)

    page.keyboard.type("12345678")
    relay.wait_for(lambda relay: len(relay.asked) == 1, "the first six digits")
    page.keyboard.press("Enter")

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    assert relay.asked[-1][1]["code"] == "12345678"


def test_number_that_is_longer_than_any_code_goes_nowhere(page: Page, site: Site, relay: ScriptedRelay) -> None:
    """Somebody pastes their card number into the field that is open."""
    open_help(page, site, relay)

    page.keyboard.insert_text("4242 4242 4242 4242")
    expect(page.get_by_role("alert")).to_have_text("The code has 6 digits.")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Code from the support team")).to_have_value("")
    assert relay.asked == []


def test_too_few_digits_are_said_without_asking_the_relay(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay)

    page.keyboard.type("123")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("The code has 6 digits.")
    assert relay.asked == []


def test_a_guesser_sees_the_wait_count_down(page: Page, site: Site, relay: ScriptedRelay) -> None:
    # The page's clock stands still and is moved on by hand: no machine is too slow to see each second.
    page.clock.install()
    relay.answers["redeem"] = [refusal("too-soon", 429, 2.0)]
    open_help(page, site, relay)
    page.clock.pause_at(page.evaluate("Date.now() + 60_000"))

    page.keyboard.type("123456")

    alert = page.get_by_role("alert")
    expect(alert).to_have_text("Too many attempts. You can try again in 2 s.")
    page.clock.run_for(1000)
    expect(alert).to_have_text("Too many attempts. You can try again in 1 s.")
    page.clock.run_for(1000)
    expect(alert).to_have_text("You can try again now.")


def test_a_relay_that_is_down_is_said_in_words(page: Page, site: Site) -> None:
    with scripted_relay() as relay:
        origin = relay.origin
    open_shop(page, site)
    page.evaluate("(relay) => beside.entrance(relay, null)", origin)

    page.keyboard.type("123456")

    expect(page.get_by_role("alert")).to_contain_text("The help service cannot be reached.")


def test_a_shopper_link_leads_to_the_consent_and_never_past_it(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay, secret="s" * 22)

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    assert [(path, body["code"], body["secret"]) for path, body in relay.asked] == [("redeem", None, "s" * 22)]
    assert told(page, "allowed") == []


def test_a_dead_link_is_said_in_words(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.answers["redeem"] = [refusal("wrong-code", 404)]

    open_help(page, site, relay, secret="s" * 22)

    expect(page.get_by_role("alert")).to_contain_text("This link has expired or was used already.")


def test_a_link_can_be_tried_again_while_the_agent_is_not_there(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.answers["redeem"] = [refusal("no-agent-yet", 429, 5.0), (200, offer())]
    open_help(page, site, relay, secret="s" * 22)

    page.get_by_role("button", name="Try again").click()

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()


def test_the_other_way_round_shows_a_code_and_waits_for_the_agent(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay)

    page.get_by_role("button", name="No code?").click()

    page.get_by_text("123 456").wait_for()
    relay.wait_for(lambda relay: len(relay.asked) > 2, "the second time that it asks")
    relay.answers["wait"] = [(200, offer())]
    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    asked = [path for path, _ in relay.asked]
    assert asked == ["ask", *["wait"] * (len(asked) - 1)]


def test_waiting_can_be_given_up(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay)
    page.get_by_role("button", name="No code?").click()
    page.get_by_text("123 456").wait_for()

    page.get_by_role("button", name="I have a code").click()

    expect(page.get_by_label("Code from the support team")).to_be_focused()
    # What was on its way may still come; after that nobody asks any more.
    before = len(relay.asked)
    page.keyboard.type("123456")
    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    after = [path for path, _ in relay.asked[before:]]
    assert after.count("wait") <= 1


@pytest.mark.parametrize("way", ["back", "close", "another page"])
def test_an_asked_code_that_is_given_up_is_made_void(page: Page, site: Site, relay: ScriptedRelay, way: str) -> None:
    open_help(page, site, relay)
    page.get_by_role("button", name="No code? Get one to read out").click()
    page.get_by_text("123 456").wait_for()

    if way == "back":
        page.get_by_role("button", name="I have a code").click()
    elif way == "close":
        page.get_by_role("button", name="Close").click()
    else:
        page.goto("about:blank")

    relay.wait_for(lambda relay: ("cancel", {"token": "ask-token-ask-token"}) in relay.asked, "the cancel")


def test_an_asked_code_that_expires_is_said_and_another_can_be_had(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    relay.answers["wait"] = [refusal("ask-expired", 410), (200, offer())]
    open_help(page, site, relay)
    page.get_by_role("button", name="No code?").click()
    expect(page.get_by_role("status").filter(has_text="expired")).to_be_visible()

    page.get_by_role("button", name="No code?").click()

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()


def test_closing_the_dialog_leaves_nothing(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay)

    page.keyboard.press("Escape")

    wait_told(page, "left")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert relay.asked == []


def test_declining_tells_the_relay_and_shares_nothing(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.answers["answer"] = [(200, {"session": "session1", "token": None})]
    open_help(page, site, relay)
    page.keyboard.type("123456")

    page.get_by_role("button", name="Decline").click()

    wait_told(page, "left")
    relay.wait_for(lambda relay: relay.asked[-1][0] == "answer", "the answer")
    assert relay.asked[-1][1]["grants"] == []
    assert told(page, "allowed") == []


def test_allowing_tells_grants_language_and_text_version(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay)
    page.keyboard.type("123456")
    page.locator("button.primary[aria-disabled=false]").wait_for()

    page.get_by_role("button", name="Allow").click()

    wait_told(page, "allowed")
    answer = relay.asked[-1][1]
    assert answer == {
        "token": "consent-token-consent",
        "grants": ["view", "point"],
        "locale": "en",
        "textVersion": "1",
    }
    assert told(page, "allowed")[0][0]["token"] == "participant-token-1"


def test_a_consent_that_nobody_answers_lapses_in_words(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.answers["redeem"] = [(200, offer(expiresInS=0.3))]
    open_help(page, site, relay)

    page.keyboard.type("123456")

    expect(page.get_by_role("alert")).to_contain_text("The request has expired.")
    expect(page.get_by_role("button", name="Allow")).to_have_count(0)


def test_work_that_the_relay_asks_for_is_done_and_the_code_goes_again(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    relay.answers["redeem"] = [(200, {"challenge": "c" * 40, "rounds": ROUNDS}), (200, offer())]
    open_help(page, site, relay)

    page.keyboard.type("123456")

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    (_, first), (_, second) = relay.asked
    assert (first["code"], first["work"], second["code"]) == ("123456", None, "123456")
    assert second["work"]["challenge"] == "c" * 40
    assert is_proof("c" * 40, "123456", second["work"]["nonce"])


def test_a_relay_that_is_never_content_is_given_up(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.answers["redeem"] = [(200, {"challenge": f"{number}" * 40, "rounds": 1}) for number in range(9)]
    open_help(page, site, relay)

    page.keyboard.type("123456")

    expect(page.get_by_role("alert")).not_to_be_empty()
    expect(page.get_by_label("Code from the support team")).to_be_focused()
    assert len(relay.asked) == 4


def test_no_more_work_is_done_for_a_code_that_is_being_changed(page: Page, site: Site, relay: ScriptedRelay) -> None:
    # So many rounds that the first work would not end within the test.
    relay.answers["redeem"] = [(200, {"challenge": "c" * 40, "rounds": 1_000_000}), (200, offer())]
    open_help(page, site, relay)
    page.keyboard.type("123456")
    relay.wait_for(lambda relay: len(relay.asked) == 1, "the first code")

    page.keyboard.press("Backspace")
    page.keyboard.type("7")

    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()
    assert [(body["code"], body["work"]) for _, body in relay.asked] == [("123456", None), ("123457", None)]


def test_requests_before_the_consent_say_nothing_of_the_page(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_help(page, site, relay)
    page.evaluate("document.title = 'Order 4711'")
    page.keyboard.type("123456")
    page.get_by_role("dialog", name="Let Sam see this page?").wait_for()

    (path, body) = relay.asked[0]

    assert (path, sorted(body)) == ("redeem", ["code", "locale", "protocol", "secret", "site", "work"])
    assert "referer" not in relay.headers[0]
    assert "cookie" not in relay.headers[0]
    assert relay.headers[0]["origin"] == site.origin
