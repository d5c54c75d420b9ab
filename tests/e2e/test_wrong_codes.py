"""Wrong codes get a clear sentence; who guesses too often waits, and nobody else does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, expect

from tests.e2e.people import Agent, Places, Shopper

# Long enough to type the right code within.
LONG_S = 6
UNKNOWN = "This code is not known: a digit is wrong, or it was used already or has expired."


def wrong_codes(right: str) -> list[str]:
    return [f"{(int(right) + step) % 1_000_000:06d}" for step in range(1, 20)]


def retype(shopper: Shopper, code: str) -> None:
    """Types over what stands in the field, and waits for the relay's answer and the words for it."""
    with shopper.page.expect_response(lambda answer: "/join/redeem" in answer.url and answer.request.method == "POST"):
        shopper.page.keyboard.press("Control+A")
        shopper.page.keyboard.type(code)
    shopper.ui.wait(
        lambda: any(words in shopper.ui.text() for words in (UNKNOWN, "Too many", shopper.words.consent)), "an answer"
    )


def new_shopper(new_context: Callable[..., BrowserContext], places: Places, address: str | None = None) -> Shopper:
    """`address`: where a proxy before the relay says that the shopper comes from."""
    person = Shopper(new_context().new_page(), places)
    if address is not None:
        person.page.route(
            "**/join/*", lambda route: route.continue_(headers=route.request.headers | {"x-forwarded-for": address})
        )
    person.page.goto(f"{places.shop}/")
    return person


def test_unknown_code_is_said_and_the_right_one_still_works(
    start_demo: Callable[..., Places], new_context: Callable[..., BrowserContext]
) -> None:
    places = start_demo()
    agent, shopper = Agent(new_context(), places), new_shopper(new_context, places)
    agent.start()
    code = agent.share_code()
    shopper.open_help()

    shopper.type_code(wrong_codes(code)[0])
    shopper.ui.wait_for_text(UNKNOWN)
    agent.wait_for_state("Waiting for the shopper")
    retype(shopper, code)

    assert agent.name in shopper.read_consent()
    assert shopper.errors == []


def test_codes_are_longer_while_many_are_tried_and_typed_the_same_way(
    start_demo: Callable[..., Places], new_context: Callable[..., BrowserContext]
) -> None:
    places = start_demo(guess_alarm="1")
    agent, shopper = Agent(new_context(), places), new_shopper(new_context, places)
    agent.start()
    short = agent.share_code()
    shopper.open_help()
    shopper.type_code(wrong_codes(short)[0])
    shopper.ui.wait_for_text(UNKNOWN)

    agent.console.get_by_role("button", name="New code").click()
    expect(agent.console.locator(".code")).to_have_text(re.compile(r"^\d{3} \d{3} \d{3}$"))
    asked: list[dict[str, Any]] = []
    shopper.page.on("request", lambda request: "/join/redeem" in request.url and asked.append(request.post_data_json))
    # Six of its digits go by themselves and open nothing; the person types on.
    shopper.page.keyboard.press("Control+A")
    shopper.page.keyboard.type(agent.share_code())
    shopper.page.keyboard.press("Enter")

    assert agent.name in shopper.read_consent()
    # Each guess costs some work now; the page has done it by itself.
    assert asked[-1]["work"]["nonce"] >= 0
    assert shopper.errors == []


def test_used_code_opens_nothing_for_the_next(
    start_demo: Callable[..., Places], new_context: Callable[..., BrowserContext]
) -> None:
    places = start_demo()
    agent = Agent(new_context(), places)
    shopper, late = new_shopper(new_context, places), new_shopper(new_context, places)
    agent.start()
    code = agent.share_code()
    shopper.open_help()
    shopper.type_code(code)
    shopper.read_consent()

    late.open_help()
    late.type_code(code)

    late.ui.wait_for_text(UNKNOWN)
    shopper.allow()
    agent.wait_for_state("Live")


def test_expired_code_is_said_on_both_sides(
    start_demo: Callable[..., Places], new_context: Callable[..., BrowserContext]
) -> None:
    places = start_demo(code_ttl_s="2")
    agent, shopper = Agent(new_context(), places), new_shopper(new_context, places)
    agent.start()
    with agent.console.expect_response("**/code") as answer:
        agent.console.get_by_role("button", name="New code").click()
    code = re.sub(r"\D", "", answer.value.json()["code"])
    expect(agent.console.locator(".invite")).to_contain_text("The share code has expired.")

    shopper.open_help()
    shopper.type_code(code)

    shopper.ui.wait_for_text(UNKNOWN)


def test_who_guesses_too_often_waits_and_others_do_not(
    start_demo: Callable[..., Places], new_context: Callable[..., BrowserContext]
) -> None:
    # Both shoppers come through one proxy, which tells their addresses.
    places = start_demo(trusted_proxies="127.0.0.0/8")
    guesser = new_shopper(new_context, places, "203.0.113.7")
    other = new_shopper(new_context, places, "203.0.113.8")
    agent = Agent(new_context(), places)
    agent.start()
    code = agent.share_code()

    guesser.open_help()
    guesser.ui.press(guesser.words.code)
    for guess in wrong_codes(code):
        retype(guesser, guess)
        if seconds_left(guesser) >= LONG_S:
            break
        # The wait doubles with each wrong code: the first ones may be over before the next code is typed.
        if "Too many" in guesser.ui.text():
            guesser.ui.wait_for_text("You can try again now.")
    guesser.ui.wait_for_text("Too many attempts. You can try again in")

    # The right code does not help now: it is not even looked at.
    retype(guesser, code)
    assert "Too many" in guesser.ui.text()
    agent.wait_for_state("Waiting for the shopper")

    # Somebody else's right code works meanwhile, whatever the guesser waits for.
    other.open_help()
    other.type_code(code)
    assert agent.name in other.read_consent()

    # The guesser's wait is counted down, and then told to be over.
    guesser.ui.wait_for_text("You can try again now.")
    assert agent.received.frames == 0


def seconds_left(shopper: Shopper) -> int:
    found = re.search(r"try again in (\d+) s", shopper.ui.text())
    return int(found[1]) if found else 0
