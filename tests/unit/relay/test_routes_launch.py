"""Launch links: what looks spends nothing, what is spent opens one session, and what is wrong is said."""

from __future__ import annotations

import asyncio

import pytest
from tests.unit.relay.running import RunningRelay, until

from beside.launching import MAX_AGENTS_KNOWN
from beside.store import open_store
from beside.tokens import LaunchClaims, Signer


async def redeem(relay: RunningRelay, token: str, **headers: str) -> tuple[int, dict[str, object]]:
    answer = await relay.http.post("/launch/redeem", json={"token": token}, headers={"Origin": relay.console} | headers)
    relay.http.cookies.clear()
    return answer.status_code, answer.json()


def token_of(link: str) -> str:
    return link.partition("#")[2]


async def test_looking_at_a_launch_link_spends_nothing(relay: RunningRelay) -> None:
    link = relay.sign_launch("T-1", "Ines")

    for method in ("GET", "HEAD", "GET"):
        page = await relay.http.request(method, "/launch")
        assert page.status_code == 200
    preview = await relay.http.post(
        "/launch/preview", json={"token": token_of(link)}, headers={"Origin": relay.console}
    )
    status, launched = await redeem(relay, token_of(link))

    assert preview.json() == {
        "siteName": "Test shop",
        "ticket": "T-1",
        "subject": "Card declined",
        "agentName": "Ines",
    }
    assert (status, launched["location"]) == (200, f"/s/{launched['session']}")


async def test_launch_link_is_good_once_also_for_two_at_the_same_moment(relay: RunningRelay) -> None:
    token = token_of(relay.sign_launch("T-1", "Ines"))

    outcomes = await asyncio.gather(redeem(relay, token), redeem(relay, token), redeem(relay, token))

    assert sorted(status for status, _ in outcomes) == [200, 410, 410]
    assert {body["code"] for status, body in outcomes if status == 410} == {"launch-used"}


async def test_two_tickets_in_two_tabs_have_each_their_own_cookie(relay: RunningRelay) -> None:
    one, first = await relay.launch(relay.sign_launch("T-1", "Ines"))
    two, second = await relay.launch(relay.sign_launch("T-2", "Ines"))

    own = await relay.look(f"/s/{one}/state", f"{first}; {second}")
    crossed = await relay.look(f"/s/{one}/state", second.replace(two, one))

    assert own.json()["ticket"] == "T-1"
    assert (crossed.status_code, crossed.json()["code"]) == (404, "unknown-session")


async def test_of_many_who_spend_one_link_at_once_one_gets_in(relay: RunningRelay) -> None:
    token = token_of(relay.sign_launch("T-1", "Ines"))

    answers = await asyncio.gather(*(redeem(relay, token) for _ in range(12)))

    assert [status for status, _ in answers].count(200) == 1
    assert {body["code"] for status, body in answers if status != 200} == {"launch-used"}


async def test_links_of_one_ticket_spent_at_once_open_one_session(relay: RunningRelay) -> None:
    links = [token_of(relay.sign_launch("T-1", f"Agent {n}")) for n in range(6)]

    answers = await asyncio.gather(*(redeem(relay, link) for link in links))

    assert {status for status, _ in answers} == {200}
    assert len({body["session"] for _, body in answers}) == 1


async def test_ticket_that_is_opened_again_and_again_keeps_the_agents_who_count(relay: RunningRelay) -> None:
    pair = await relay.pair("T-1")
    for number in range(MAX_AGENTS_KNOWN + 5):
        session, last = await relay.launch(relay.sign_launch("T-1", f"Agent {number}"))

    watching = await relay.look(f"/s/{session}/state", pair.cookie)
    newest = await relay.look(f"/s/{session}/state", last)
    store = open_store(relay.settings.store)
    await store.open()
    kept = await store.load_session(session)
    await store.close()

    assert (watching.status_code, newest.status_code) == (200, 200)
    assert kept is not None
    assert len([person for person in kept.participants if person.role == "agent"]) == MAX_AGENTS_KNOWN


async def test_second_link_of_a_ticket_joins_its_session(relay: RunningRelay) -> None:
    one, _ = await relay.launch(relay.sign_launch("T-1", "Ines"))
    two, _ = await relay.launch(relay.sign_launch("T-1", "Sam"))

    assert one == two


async def test_link_of_a_session_that_is_full_is_good_once_there_is_room(relay: RunningRelay) -> None:
    object.__setattr__(relay.settings, "max_agents", 1)
    pair = await relay.pair("T-1")
    agent = await relay.agent(pair)
    token = token_of(relay.sign_launch("T-1", "Ines"))

    full = await redeem(relay, token)
    await agent.close()
    outcomes: list[int] = []

    async def is_let_in() -> bool:
        outcomes.append((await redeem(relay, token))[0])
        return outcomes[-1] == 200

    await until(is_let_in)

    assert (full[0], full[1]["code"]) == (409, "session-full")
    assert 410 not in outcomes


async def test_cookie_is_kept_from_scripts_other_sites_and_other_sessions(relay: RunningRelay) -> None:
    token = token_of(relay.sign_launch("T-1", "Ines"))

    answer = await relay.http.post("/launch/redeem", json={"token": token}, headers={"Origin": relay.console})
    cookie = answer.headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert f"path=/s/{answer.json()['session'].lower()}" in cookie
    assert "domain" not in cookie


def forged(relay: RunningRelay, **changes: str) -> str:
    claims = {"site": "test", "ticket": "T", "subject": "s", "agent_name": "a", "locale": None, "id": "i"}
    return Signer(["a-key-that-is-nobodys-and-long-enough"]).sign_launch(
        LaunchClaims(**claims | changes, session=None)  # type: ignore[arg-type]
    )


async def test_tampered_foreign_and_expired_links_are_refused_in_words(relay: RunningRelay) -> None:
    good = token_of(relay.sign_launch("T-1", "Ines"))
    object.__setattr__(relay.settings, "launch_ttl_s", -1.0)
    expired = await redeem(relay, good)
    object.__setattr__(relay.settings, "launch_ttl_s", 300.0)
    tampered = await redeem(relay, good[:-3] + "AAA")
    foreign = await redeem(relay, forged(relay))
    # The other site has no launch secret of its own, and this one's opens no ticket of it.
    crossed = await redeem(relay, token_of(relay.sign_launch("T-1", "Ines", site="other")))

    assert (expired[0], expired[1]["code"]) == (410, "launch-expired")
    for status, body in (tampered, foreign, crossed):
        assert (status, body["code"]) == (400, "launch-invalid")
        assert str(body["message"]).endswith(".")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://shop.localhost:5999"])
async def test_other_origins_cannot_spend_a_link(relay: RunningRelay, origin: str) -> None:
    status, body = await redeem(relay, token_of(relay.sign_launch("T-1", "Ines")), Origin=origin)

    assert (status, body["code"]) == (403, "wrong-origin")


async def test_form_post_cannot_spend_a_link(relay: RunningRelay) -> None:
    answer = await relay.http.post("/launch/redeem", data={"token": "x"}, headers={"Origin": relay.console})

    assert (answer.status_code, answer.json()["code"]) == (415, "not-json")
