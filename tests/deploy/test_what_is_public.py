"""What the balancers let through, what they log of it, and whose they say that it is."""

from __future__ import annotations

import httpx
import pytest

from tests.deploy.deployment import Balancer, Deployment
from tests.deploy.people import SHOP, session_through
from tests.deploy.rendering import HOST, METRICS_KEY
from tests.unit.relay.pages import keyframe

KEY = f"Authorization: Bearer {METRICS_KEY}"


@pytest.mark.parametrize(
    "target",
    [
        "/metrics",
        "/metrics?",
        "/metrics?x=/launch",
        "/%6detrics",
        "/%6D%65trics",
        "//metrics",
        "/metrics/",
        "/x/../metrics",
        "/s/../metrics",
        "/./metrics",
        "/metrics#x",
        f"https://{HOST}/metrics",
        "/readyz",
        "/%72eadyz?x",
    ],
)
async def test_metrics_and_readiness_are_nobodys_outside(
    balancer: Balancer, deployment: Deployment, target: str
) -> None:
    # The very key opens them where a worker is asked directly.
    assert "beside_sockets" in deployment.metrics(0)

    status, answer = balancer.raw(f"GET {target} HTTP/1.1", KEY)

    assert status in (400, 404)
    assert "beside_" not in answer
    assert "ready" not in answer.partition("\r\n\r\n")[2]


async def test_log_names_what_was_asked_and_no_secret(balancer: Balancer, deployment: Deployment) -> None:
    secret = f"NobodyMayReadThis-{balancer.name}"
    async with session_through(balancer, deployment, f"log-{balancer.name}") as session:
        agent = await session.agent()
        shopper = await session.shopper()
        await shopper.say(["frame", keyframe(session.epoch)])
        await agent.event("frame")
    # What people and programs make of a link with a token in it, and of other addresses.
    for target in (
        f"/launch#{secret}",
        f"/launch%23{secret}",
        f"/launch/{secret}",
        f"/launch?token={secret}",
        f"/join/redeem?code={secret}",
        f"/socket.io/?session={secret}",
        f"/s/x/y/z/{secret}",
        f"/{secret}/../launch",
        f"/{secret}",
        f"//{secret}",
        f"https://{HOST}/{secret}?x",
    ):
        balancer.raw(
            f"GET {target} HTTP/1.1", f"Referer: {SHOP}/{secret}", f"User-Agent: {secret}", f"Cookie: x={secret}"
        )
    balancer.raw(f"GET /{secret}\x01 HTTP/1.1")
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.get(f"http://{HOST}:{balancer.plain_port}/launch?{secret}")

    for path in (f"/s/{session.id}/pass", "/join/answer", "/launch/redeem", "/api/sessions", "other"):
        assert balancer.lines_of({path}, 1)
    assert balancer.lines_of({"/socket.io/"}, 2, status=101)
    assert len(session.secrets) > 8
    for log in balancer.logs:
        text = log.read_text("utf-8")
        assert [word for word in [secret, *session.secrets] if word in text] == []
        assert [line for line in text.splitlines() if "?" in line or "session=" in line or SHOP in line] == []


async def test_whose_wrong_codes_are_counted_is_not_theirs_to_say(balancer: Balancer, deployment: Deployment) -> None:
    """The relay delays an address after four wrong codes: so it tells whose a request is to it."""
    # Each balancer's guessers have addresses of their own, for the store is one.
    guesser, other = ("127.9.1.1", "127.9.1.2") if balancer.name == "nginx" else ("127.9.2.1", "127.9.2.2")

    async def guess(address: str, claims: str) -> int:
        ask = {"site": "my-shop", "protocol": 1, "locale": "en", "code": "000 000", "secret": None, "work": None}
        headers = {"Origin": SHOP, "X-Forwarded-For": claims}
        async with balancer.client(address) as http:
            return (await http.post("/join/redeem", json=ask, headers=headers)).status_code

    by_the_guesser = [await guess(guesser, f"192.0.2.{n}") for n in range(9)]
    by_another = await guess(other, guesser)

    # The fifth wrong code begins a delay, whatever address the browser claims; nobody else has to wait for it.
    assert by_the_guesser[:5] == [404] * 5
    # Each guess behind it that comes too late for a delay begins one that is twice as long.
    assert set(by_the_guesser[5:]) <= {404, 429}
    assert 429 in by_the_guesser[5:]
    assert by_another == 404


async def test_too_large_a_body_is_refused_in_the_relays_words_and_a_huge_one_unread(balancer: Balancer) -> None:
    headers = {"Origin": SHOP, "Content-Type": "application/json"}

    async with balancer.client() as http:
        large = await http.post("/join/redeem", content=b"x" * 100_000, headers=headers)
        huge = await http.post("/join/redeem", content=b"x" * 200_000, headers=headers)

    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    assert huge.status_code == 413
    assert "too-large" not in huge.text


async def test_plain_http_leads_to_https(balancer: Balancer) -> None:
    async with balancer.client() as http:
        plain = await http.get(f"http://{HOST}:{balancer.plain_port}/launch")
        safe = await http.get("/launch")

    assert plain.status_code == 301
    assert plain.headers["location"].startswith(f"https://{HOST}")
    assert "max-age" in safe.headers["strict-transport-security"]
