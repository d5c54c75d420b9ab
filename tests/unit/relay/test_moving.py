"""A view that moves: to another tab, and to another origin of the same shop."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.unit.relay.running import CHECKOUT, OTHER_SHOP, SHOP, Pair, RunningRelay
from tests.unit.relay.sockets import ConnectRefused


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def hand_over(relay: RunningRelay, token: str, target: str, origin: str = SHOP) -> str:
    answer = await relay.join("hand-over", {"token": token, "target": target}, origin=origin)
    assert answer.status_code == 200, answer.text
    assert answer.json()["expiresInS"] == 60.0
    secret: str = answer.json()["secret"]
    return secret


async def take_over(relay: RunningRelay, secret: str, origin: str, **changes: Any) -> httpx.Response:
    body = {"site": "test", "protocol": 1, "secret": secret, "source": SHOP}
    return await relay.join("take-over", body | changes, origin=origin)


async def refusal(relay: RunningRelay, pair: Pair, token: str, origin: str) -> str:
    with pytest.raises(ConnectRefused) as refused:
        await relay.socket(pair.session, token, origin)
    code: str = refused.value.data["data"]["code"]
    return code


async def test_view_moves_to_another_tab_and_every_older_token_is_void(relay: RunningRelay) -> None:
    pair = await relay.pair()
    first = pair.shopper_token
    agent = await relay.agent(pair)
    await relay.shopper(pair)

    secret = await hand_over(relay, pair.shopper_token, SHOP)
    taken = await take_over(relay, secret, SHOP)
    there = await relay.socket(pair.session, taken.json()["token"], SHOP)

    await there.event("welcome")
    await agent.event("view", lambda view: view["moves"] == 1 and view["state"] == "live")
    for spent in (first, pair.shopper_token):
        assert await refusal(relay, pair, spent, SHOP) == "opened-elsewhere"
        again = await relay.join("hand-over", {"token": spent, "target": SHOP})
        assert code_of(again) == (409, "opened-elsewhere")
    assert code_of(await take_over(relay, secret, SHOP)) == (404, "wrong-code")


async def test_checkout_of_another_origin_goes_on_and_the_way_back_stays_open(relay: RunningRelay) -> None:
    pair = await relay.pair()
    shop = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await shop.event("welcome")
    assert welcome["origins"] == [CHECKOUT]

    secret = await hand_over(relay, welcome["nextToken"], CHECKOUT)
    await shop.send("leaving")
    await shop.close()
    taken = (await take_over(relay, secret, CHECKOUT)).json()
    assert 0 <= taken["ageS"] < 60
    assert taken["agents"] == ["Sam"]
    token = taken["token"]
    for _ in range(4):
        checkout = await relay.socket(pair.session, token, CHECKOUT)
        greeting = await checkout.event("welcome")
        assert greeting["origins"] == [SHOP]
        token = greeting["nextToken"]

    # The token of the checkout is nothing at the shop, and the one that waits at the shop is good as ever.
    assert await refusal(relay, pair, token, SHOP) == "wrong-origin"
    back = await relay.socket(pair.session, welcome["nextToken"], SHOP)
    await back.event("welcome")
    assert (await checkout.event("refusal"))["code"] == "opened-elsewhere"


async def test_secret_is_good_for_its_own_origin_and_site_alone(relay: RunningRelay) -> None:
    pair = await relay.pair()
    await relay.shopper(pair)
    secret = await hand_over(relay, pair.shopper_token, CHECKOUT)

    assert code_of(await take_over(relay, secret, SHOP)) == (404, "wrong-code")
    assert code_of(await take_over(relay, secret, OTHER_SHOP, site="other")) == (404, "wrong-code")
    assert code_of(await take_over(relay, secret, CHECKOUT, protocol=2)) == (409, "wrong-protocol")
    assert code_of(await relay.redeem(None, secret=secret)) == (404, "wrong-code")
    # Somebody else's link leads here: from a mail, or from another shop.
    for source in ("", CHECKOUT, OTHER_SHOP):
        assert code_of(await take_over(relay, secret, CHECKOUT, source=source)) == (404, "wrong-code")
    # None of these guesses has spent it.
    assert (await take_over(relay, secret, CHECKOUT)).status_code == 200


@pytest.mark.parametrize(("target", "origin"), [(OTHER_SHOP, SHOP), ("http://evil.example", SHOP), (SHOP, OTHER_SHOP)])
async def test_view_moves_between_origins_of_its_site_alone(relay: RunningRelay, target: str, origin: str) -> None:
    pair = await relay.pair()
    await relay.shopper(pair)

    answer = await relay.join("hand-over", {"token": pair.shopper_token, "target": target}, origin=origin)

    assert code_of(answer) == (403, "wrong-origin")


async def test_nobody_but_a_sharing_shopper_hands_over(relay: RunningRelay) -> None:
    pair = await relay.pair()
    shopper = await relay.shopper(pair)
    secret = await hand_over(relay, pair.shopper_token, SHOP)
    as_agent = await relay.join("hand-over", {"token": pair.agent_token, "target": SHOP})

    await shopper.send("stop")
    await shopper.event("view", lambda view: view["state"] == "ended")

    assert code_of(as_agent) == (409, "token-invalid")
    assert code_of(await relay.join("hand-over", {"token": pair.shopper_token, "target": SHOP})) == (410, "ended")
    # An end makes what was handed over void as well.
    assert code_of(await take_over(relay, secret, SHOP))[0] in (404, 410)


async def test_agent_is_told_when_the_shopper_looks_elsewhere(relay: RunningRelay) -> None:
    pair = await relay.pair()
    agent = await relay.agent(pair)
    shopper = await relay.shopper(pair)

    await shopper.send("visibility", {"hidden": True})
    await agent.event("view", lambda view: view["shopperHidden"])
    await shopper.send("visibility", {"hidden": False})

    await agent.event("view", lambda view: not view["shopperHidden"])
