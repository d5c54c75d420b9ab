"""The shopper's way in: codes, links, consent, asked codes, and what guessing costs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sqlite3
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from tests.unit.relay.running import API_KEY, OTHER_SHOP, SHOP, RunningRelay
from tests.unit.relay.sockets import LIMIT_S

from beside import sharecodes
from beside.sharecodes import FREE_GUESSES


def problem(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["message"].endswith((".", "s."))
    return answer.status_code, body["code"]


async def opened(relay: RunningRelay, ticket: str = "T-1") -> tuple[dict[str, Any], str, str]:
    made = await relay.api(ticket)
    session, cookie = await relay.launch(made["consoleLink"])
    return made, session, cookie


async def test_code_is_good_once(relay: RunningRelay) -> None:
    made, _, _ = await opened(relay)

    first = await relay.redeem(made["code"])
    second = await relay.redeem(made["code"])

    assert first.status_code == 200
    assert problem(second) == (404, "wrong-code")


async def test_shopper_link_carries_its_own_secret_and_still_asks_for_consent(relay: RunningRelay) -> None:
    made, session, cookie = await opened(relay)
    page, _, secret = made["shopperLink"].partition("#beside=")

    offer = await relay.redeem(None, secret=secret)
    state = await relay.look(f"/s/{session}/state", cookie)
    by_code = await relay.redeem(made["code"])

    assert page == f"{SHOP}/"
    assert made["code"].replace(" ", "") not in secret
    assert state.json()["state"] == "asking"
    assert state.json()["words"] == offer.json()["words"]
    assert problem(by_code) == (404, "wrong-code")


async def test_code_of_one_shop_is_nothing_at_another(relay: RunningRelay) -> None:
    made, _, _ = await opened(relay)

    answer = await relay.join(
        "redeem",
        {"site": "other", "protocol": 1, "locale": "en", "code": made["code"], "secret": None, "work": None},
        origin=OTHER_SHOP,
    )

    assert problem(answer) == (404, "wrong-code")


WRONG: dict[str, tuple[dict[str, Any], str, tuple[int, str]]] = {
    "an unknown site": ({"site": "nowhere"}, SHOP, (404, "unknown-site")),
    "another shop's origin": ({}, OTHER_SHOP, (403, "wrong-origin")),
    "an unlisted origin": ({}, "http://evil.example", (403, "wrong-origin")),
    "another protocol": ({"protocol": 2}, SHOP, (409, "wrong-protocol")),
    "a protocol of four thousand digits": ({"protocol": -int("9" * 4000)}, SHOP, (409, "wrong-protocol")),
    "another protocol in other words": ({"protocol": 2, "greeting": "x"}, SHOP, (409, "wrong-protocol")),
    "neither code nor secret": ({"code": None}, SHOP, (400, "malformed")),
    "letters": ({"code": "12a 456"}, SHOP, (400, "malformed")),
    "an unknown field": ({"more": 1}, SHOP, (400, "malformed")),
}


@pytest.mark.parametrize("what", WRONG)
async def test_wrong_requests_are_answered_in_words_that_the_page_can_read(relay: RunningRelay, what: str) -> None:
    changes, origin, expected = WRONG[what]
    body = {"site": "test", "protocol": 1, "locale": "en", "code": "123456", "secret": None, "work": None}

    answer = await relay.join("redeem", body | changes, origin=origin)

    assert problem(answer) == expected
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


async def test_preflight_allows_json_and_no_credentials(relay: RunningRelay) -> None:
    answer = await relay.http.options("/join/redeem", headers={"Origin": SHOP})

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert "access-control-allow-credentials" not in answer.headers


async def test_guessing_address_is_delayed_and_others_are_not(
    relay: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No machine is so slow that the delay is over before the last of them asks.
    monkeypatch.setattr(sharecodes, "FIRST_DELAY_S", 60.0)
    made, _, _ = await opened(relay)
    object.__setattr__(relay.settings, "trusted_proxies", ("127.0.0.1/32",))

    async def guess(code: str, address: str) -> httpx.Response:
        body = {"site": "test", "protocol": 1, "locale": "en", "code": code, "secret": None, "work": None}
        headers = {"Origin": SHOP, "X-Forwarded-For": address}
        return await relay.http.post("/join/redeem", json=body, headers=headers)

    wrong = "000000" if made["code"] != "000 000" else "111111"
    # The /64 is one guesser, whichever of its addresses asks; a burst counts like a row.
    answers = await asyncio.gather(*(guess(wrong, f"2001:db8::{n:x}") for n in range(1, 9)))
    delayed = await guess(made["code"], "2001:db8::ffff")
    other = await guess(made["code"], "2001:db8:0:1::1")

    codes = [answer.json()["code"] for answer in answers]
    # Also where several workers look at them at once.
    assert (codes.count("wrong-code"), codes.count("too-soon")) == (FREE_GUESSES + 1, 7 - FREE_GUESSES)
    assert problem(delayed) == (429, "too-soon")
    assert delayed.json()["retryAfterS"] > 0
    assert int(delayed.headers["retry-after"]) >= 1
    assert other.status_code == 200


async def test_decline_leads_back_and_the_agent_sees_it(relay: RunningRelay) -> None:
    made, session, cookie = await opened(relay)
    agent = await relay.socket(session, await relay.agent_token(session, cookie), relay.console)
    offer = (await relay.redeem(made["code"])).json()

    declined = await relay.answer(offer["token"])
    view = await agent.event("view", lambda view: view["offerOutcome"] is not None)
    late = await relay.answer(offer["token"], "view")

    assert declined.json() == {"session": session, "token": None}
    assert (view["state"], view["offerOutcome"], view["words"]) == ("offered", "declined", None)
    assert problem(late) == (409, "consent-lapsed")


async def test_old_question_cannot_be_answered_for_a_new_shopper(relay: RunningRelay) -> None:
    made, session, cookie = await opened(relay)
    first = (await relay.redeem(made["code"])).json()
    await relay.answer(first["token"])
    again = (await relay.ask(f"/s/{session}/code", cookie)).json()
    second = (await relay.redeem(again["code"])).json()

    stolen = await relay.answer(first["token"], "view")
    meant = await relay.answer(second["token"], "view")

    assert problem(stolen) == (409, "consent-lapsed")
    assert meant.status_code == 200


@pytest.mark.parametrize("grants", [("point",), ("view", "control")])
async def test_answer_holds_view_and_nothing_that_was_not_offered(relay: RunningRelay, grants: tuple[str, ...]) -> None:
    made, _, _ = await opened(relay)
    offer = (await relay.redeem(made["code"])).json()

    answer = await relay.answer(offer["token"], *grants)

    assert problem(answer) == (400, "malformed")


async def test_answer_that_was_lost_on_the_way_can_be_given_again(relay: RunningRelay) -> None:
    made, session, _ = await opened(relay)
    offer = (await relay.redeem(made["code"])).json()

    answers = [(await relay.answer(offer["token"], "view")).json() for _ in range(2)]
    shopper = await relay.socket(session, answers[1]["token"], SHOP)

    assert (await shopper.event("welcome"))["view"]["grants"] == ["view"]


async def test_consent_needs_the_shops_own_origin(relay: RunningRelay) -> None:
    made, _, _ = await opened(relay)
    offer = (await relay.redeem(made["code"])).json()

    body = {"token": offer["token"], "grants": ["view"], "locale": "en", "textVersion": "1"}
    answer = await relay.join("answer", body, origin=OTHER_SHOP)

    assert problem(answer) == (403, "wrong-origin")


async def test_shopper_asks_for_a_code_and_the_agent_types_it(relay: RunningRelay) -> None:
    _, session, cookie = await opened(relay)
    asked = (await relay.join("ask", {"site": "test", "protocol": 1, "locale": "zh-CN"})).json()
    waiting = asyncio.create_task(relay.join("wait", {"token": asked["token"]}))

    claimed = await relay.ask(f"/s/{session}/claim", cookie, {"code": asked["code"]})
    offer = (await waiting).json()
    state = (await relay.look(f"/s/{session}/state", cookie)).json()
    allowed = await relay.answer(offer["token"], "view")
    used = await relay.ask(f"/s/{session}/claim", cookie, {"code": asked["code"]})

    assert claimed.status_code == 204
    assert (offer["session"], offer["agentName"]) == (session, "Sam")
    assert offer["words"] == state["words"] != state["wordsTranslated"]
    assert allowed.json()["token"]
    assert problem(used) == (409, "wrong-state")


@pytest.mark.alone
async def test_shopper_who_asks_again_is_told_at_once_and_the_older_wait_ends(relay: RunningRelay) -> None:
    """The page's network dropped the first wait, which the relay still holds."""
    _, session, cookie = await opened(relay)
    asked = (await relay.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()
    older = asyncio.create_task(relay.join("wait", {"token": asked["token"]}))
    await asyncio.sleep(0)
    newer = asyncio.create_task(relay.join("wait", {"token": asked["token"]}))

    done, _ = await asyncio.wait([older, newer], timeout=LIMIT_S, return_when=asyncio.FIRST_COMPLETED)
    await relay.ask(f"/s/{session}/claim", cookie, {"code": asked["code"]})
    async with asyncio.timeout(LIMIT_S):
        answers = [(await waiting).json() for waiting in (older, newer)]

    assert len(done) == 1
    assert {"waiting": True} in answers
    assert session in [answer.get("session") for answer in answers]


async def test_cancelled_code_is_dead_at_once_and_its_wait_ends(relay: RunningRelay) -> None:
    _, session, cookie = await opened(relay)
    asked = (await relay.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()
    waiting = asyncio.create_task(relay.join("wait", {"token": asked["token"]}))

    cancelled = await relay.join("cancel", {"token": asked["token"]})
    claimed = await relay.ask(f"/s/{session}/claim", cookie, {"code": asked["code"]})

    assert cancelled.status_code == 204
    assert problem(claimed) == (404, "wrong-code")
    assert problem(await waiting) == (410, "ended")
    state = await relay.look(f"/s/{session}/state", cookie)
    assert (state.json()["state"], state.json()["offer"] is None) == ("offered", False)


async def test_code_cancelled_after_the_agent_typed_it_counts_as_declined(relay: RunningRelay) -> None:
    _, session, cookie = await opened(relay)
    asked = (await relay.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()
    await relay.ask(f"/s/{session}/claim", cookie, {"code": asked["code"]})

    cancelled = await relay.join("cancel", {"token": asked["token"]})

    assert cancelled.status_code == 204
    assert (await relay.look(f"/s/{session}/state", cookie)).json()["state"] == "offered"
    assert problem(await relay.join("cancel", {"token": "not-an-ask-token"}))[1] == "ask-invalid"


async def test_waiting_shopper_is_told_to_ask_again(relay: RunningRelay) -> None:
    object.__setattr__(relay.settings, "wait_poll_s", 0.05)
    asked = (await relay.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()

    answer = await relay.join("wait", {"token": asked["token"]})

    assert answer.json() == {"waiting": True}


@pytest.mark.alone
async def test_address_that_asks_for_many_codes_is_slowed_down(relay: RunningRelay) -> None:
    body = {"site": "test", "protocol": 1, "locale": "en"}

    answers = [await relay.join("ask", body) for _ in range(relay.settings.asks_per_minute + 1)]

    assert answers[-2].status_code == 200
    assert problem(answers[-1]) == (429, "too-soon")


async def test_page_without_a_socket_stops_the_view(relay: RunningRelay) -> None:
    pair = await relay.pair()

    stopped = [await relay.join("stop", {"token": pair.shopper_token}) for _ in range(2)]
    state = await relay.look(f"/s/{pair.session}/state", pair.cookie)

    assert [answer.status_code for answer in stopped] == [204, 204]
    assert state.json()["state"] == "ended"


async def test_only_the_shops_pages_are_told_that_a_view_has_ended(relay: RunningRelay) -> None:
    pair, other = await relay.pair("T-1"), await relay.pair("T-2")
    stopped = await relay.join("stop", {"token": pair.shopper_token})
    erased = await relay.http.delete(f"/api/sessions/{other.session}", headers={"Authorization": f"Bearer {API_KEY}"})

    answers = [
        await relay.join("stop", {"token": token}, origin=origin)
        for token in (pair.shopper_token, other.shopper_token)
        for origin in ("https://elsewhere.example", SHOP)
    ]

    assert (stopped.status_code, erased.status_code) == (204, 204)
    assert [answer.status_code for answer in answers] == [403, 204, 403, 204]


async def test_agents_token_stops_nothing(relay: RunningRelay) -> None:
    pair = await relay.pair()

    answer = await relay.join("stop", {"token": pair.agent_token})

    assert problem(answer) == (403, "wrong-role")


@pytest.mark.alone
async def test_address_of_who_typed_a_wrong_code_stands_nowhere_in_the_store(relay: RunningRelay) -> None:
    await relay.redeem("123456")

    with contextlib.closing(sqlite3.connect(relay.settings.store)) as file:
        counted = [name for (name,) in file.execute("SELECT address FROM guesses")]
    assert len(counted) == 2
    assert not any("127.0.0.1" in name for name in counted)


async def test_nothing_is_kept_of_requests_that_were_refused(relay: RunningRelay) -> None:
    """An error that is raised again and again would hold on to every frame that it went through, with all in it."""

    async def refused(times: int) -> None:
        for number in range(times):
            await relay.join("stop", {"token": "x" * 16}, origin=OTHER_SHOP)
            await relay.redeem(f"{number:06d}", site="other", secret="x" * 22)
            await relay.redeem("123456")

    def kept() -> int:
        gc.collect()
        return sum(isinstance(each, Request) for each in gc.get_objects())

    await refused(1)
    before = kept()
    await refused(5)

    assert kept() <= before
