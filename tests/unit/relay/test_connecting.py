"""Who may open a socket: origins, versions, tokens, and what happens to the older of two."""

from __future__ import annotations

import asyncio
import gc
import socket

import pytest
from tests.unit.relay.running import OTHER_SHOP, SHOP, RunningRelay
from tests.unit.relay.sockets import LIMIT_S, ConnectRefused, Socket, kept_of_heads
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from beside.bounded_protocols import BoundedWebSocket
from beside.serving import listen


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
async def test_socket_from_an_unlisted_origin_is_refused_before_it_opens(
    relay: RunningRelay, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await Socket.dial(relay.settings.port, "x", origin)

    assert refused.value.response.status_code == 403
    assert b"wrong-origin" in (refused.value.response.body or b"")


@pytest.mark.parametrize("path", ["/", "/socket.io", "/socket.iox/", "/api/sessions"])
async def test_socket_at_another_address_is_refused(relay: RunningRelay, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{relay.settings.port}{path}", origin=Origin(SHOP), proxy=None)

    assert refused.value.response.status_code == 403


async def test_long_polling_is_refused_in_words(relay: RunningRelay) -> None:
    answer = await relay.http.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": SHOP})

    assert (answer.status_code, answer.json()["code"]) == (400, "websocket-only")


@pytest.mark.parametrize(
    ("version", "words"),
    [(2, "version 2"), (10**90, "an unknown version"), (-1, "an unknown")],
    ids=["2", "many digits", "-1"],
)
async def test_page_of_another_protocol_version_is_refused_in_words(
    relay: RunningRelay, version: int, words: str
) -> None:
    pair = await relay.pair()

    with pytest.raises(ConnectRefused) as refused:
        await relay.socket(pair.session, pair.shopper_token, SHOP, auth={"protocol": version, "greeting": "new"})

    assert refused.value.data["data"]["code"] == "wrong-protocol"
    assert words in refused.value.data["message"]


@pytest.mark.parametrize("auth", [{}, {"protocol": 1}, {"protocol": 1, "version": "1", "token": "t", "more": 1}])
async def test_malformed_greeting_is_refused(relay: RunningRelay, auth: object) -> None:
    with pytest.raises(ConnectRefused) as refused:
        await relay.socket("x", "t", SHOP, auth=auth)

    assert refused.value.data.get("data", {"code": "malformed"})["code"] == "malformed"


async def test_tampered_token_is_refused(relay: RunningRelay) -> None:
    pair = await relay.pair()

    with pytest.raises(ConnectRefused) as refused:
        await relay.socket(pair.session, pair.shopper_token[:-2] + "xx", SHOP)

    assert refused.value.data["data"]["code"] == "token-invalid"


async def test_token_opens_no_other_sessions_socket(relay: RunningRelay) -> None:
    one, two = await relay.pair("T-1"), await relay.pair("T-2")

    with pytest.raises(ConnectRefused) as refused:
        await relay.socket(two.session, one.shopper_token, SHOP)

    assert refused.value.data["data"]["code"] == "token-invalid"


async def test_each_role_connects_from_its_own_origin_only(relay: RunningRelay) -> None:
    pair = await relay.pair()
    wrong = [(pair.agent_token, SHOP), (pair.shopper_token, relay.console), (pair.shopper_token, OTHER_SHOP)]

    codes = []
    for token, origin in wrong:
        with pytest.raises(ConnectRefused) as refused:
            await relay.socket(pair.session, token, origin)
        codes.append(refused.value.data["data"]["code"])

    assert codes == ["wrong-origin"] * 3


async def test_newer_socket_takes_over_and_the_older_is_told(relay: RunningRelay) -> None:
    pair = await relay.pair()
    older = await relay.shopper(pair)

    newer = await relay.shopper(pair)
    refusal = await older.event("refusal")
    await older.closed()

    assert refusal["code"] == "opened-elsewhere"
    assert not newer.is_closed


async def test_spent_token_is_refused_once_the_next_was_used(relay: RunningRelay) -> None:
    pair = await relay.pair()
    first = pair.shopper_token
    await (await relay.shopper(pair)).close()
    # The next was never used: the one in use is good again.
    await (await relay.socket(pair.session, first, SHOP)).close()
    await relay.shopper(pair)

    with pytest.raises(ConnectRefused) as refused:
        await relay.socket(pair.session, first, SHOP)

    assert refused.value.data["data"]["code"] == "opened-elsewhere"


async def test_socket_that_says_nothing_is_closed(relay: RunningRelay) -> None:
    object.__setattr__(relay.settings, "handshake_window_s", 0.2)
    silent = await Socket.dial(relay.settings.port, "x", SHOP)
    relay.sockets.append(silent)

    await silent.closed()

    assert silent.events == []


async def test_ended_session_is_not_connected_to_again(relay: RunningRelay) -> None:
    pair = await relay.pair()
    ended = await relay.ask(f"/s/{pair.session}/end", pair.cookie)

    with pytest.raises(ConnectRefused) as refused:
        await relay.shopper(pair)

    assert ended.status_code == 204
    assert refused.value.data["data"]["code"] == "ended"


async def test_no_room_or_socket_is_left_behind(relay: RunningRelay) -> None:
    pair = await relay.pair()
    for _ in range(3):
        shopper, agent = await relay.shopper(pair), await relay.agent(pair)
        await shopper.close()
        await agent.close()
    await relay.agent(pair)

    assert await relay.gauge("beside_sockets") == 1


async def test_connection_that_ended_is_found_by_the_garbage_collector(relay: RunningRelay) -> None:
    pair = await relay.pair()
    for _ in range(3):
        shopper, agent = await relay.shopper(pair), await relay.agent(pair)
        assert count_sockets() >= 2
        await shopper.close()
        await agent.close()

    async with asyncio.timeout(LIMIT_S):
        while count_sockets():
            await relay.http.get("/healthz")


async def test_nothing_of_a_handshakes_head_is_kept_while_the_socket_is_open(relay: RunningRelay) -> None:
    pair = await relay.pair()

    dialled = await Socket.dial(relay.settings.port, pair.session, SHOP, user_agent_header="of a silent one")
    greeted = await relay.socket(pair.session, pair.shopper_token, SHOP, user_agent_header="of a greeted one")
    await greeted.event("welcome")

    # The clients of this test hold their own.
    assert len(kept_of_heads("of a silent one")) > 1
    assert kept_of_heads("of a greeted one") == [greeted.raw.request]
    await dialled.close()


def count_sockets() -> int:
    gc.collect()
    return sum(isinstance(found, BoundedWebSocket) for found in gc.get_objects())


async def test_answers_in_two_pieces_wait_for_no_acknowledgement() -> None:
    """Also where uvloop is not there, which turns Nagle's algorithm off by itself."""
    made: asyncio.Future[asyncio.BaseTransport] = asyncio.get_running_loop().create_future()

    class Accepted(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            made.set_result(transport)

    listener = listen("127.0.0.1", 0)
    async with await asyncio.get_running_loop().create_server(Accepted, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        transport = await made

        option = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
        transport.close()
    assert option == 1
