"""What anybody on the network can open and say, before and after they are known: it costs little and breaks nothing."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ports import free_port
from tests.unit.relay.running import SHOP, RunningRelay, running_relay
from tests.unit.relay.sockets import LIMIT_S, ConnectRefused, Socket
from websockets.exceptions import InvalidStatus

from beside import bounded_protocols
from beside.bounded_protocols import BoundedHttp, BoundedWebSocket


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What a run logs at warning and above."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


GARBAGE = [
    "",
    "x",
    "9",
    "1",
    "2",
    "5",
    "b!!!",
    "bAAAA",
    "4",
    "٤",
    "\x00",
    "4[1",
    '4{"a":' + "[" * 100_000,
    "40",
    "40{",
    '40{"a":' + "[" * 3_000,
    '40{"a":' + "1" * 5_000 + "}",
    "40" + '{"a":"' + "x" * 100_000 + '"}',
    '40{"protocol":1,"version":"\\ud800","token":"x"}',
    "40/other,{}",
    "41",
    '42["frame",[]]',
    b"bytes",
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda text: repr(text[:12]))
async def test_socket_that_greets_with_garbage_is_closed_without_a_traceback(
    relay: RunningRelay, garbage: str | bytes, logged: io.StringIO
) -> None:
    socket = await Socket.dial(relay.settings.port, "x", SHOP)

    await socket.say(garbage)
    await socket.closed()

    assert "Traceback" not in logged.getvalue()


@pytest.mark.parametrize("garbage", ["", "x", "1", "b!!!", '4{"a":' + "[" * 100_000], ids=lambda text: repr(text[:9]))
async def test_shopper_who_ends_with_garbage_is_gone_at_once_and_leaves_no_ghost(
    relay: RunningRelay, garbage: str
) -> None:
    pair = await relay.pair()
    agent, shopper = await relay.agent(pair), await relay.shopper(pair)

    await shopper.say(garbage)
    await shopper.closed()
    view = await agent.event("view", lambda view: view["state"] == "lost")

    assert view["shopperConnected"] is False


async def test_half_a_surrogate_pair_in_a_greeting_is_refused(relay: RunningRelay) -> None:
    """It would pass as text until the store writes it down."""
    pair = await relay.pair()
    auth = {"protocol": 1, "version": "\ud800", "token": pair.shopper_token}

    with pytest.raises(ConnectRefused) as refused:
        await relay.socket(pair.session, "", SHOP, auth=auth)

    assert refused.value.data["data"]["code"] == "malformed"
    assert (await relay.shopper(pair)).connected


async def test_one_address_cannot_hold_every_socket_without_saying_who_it_is(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), max_waiting_sockets=3) as relay:
        pair = await relay.pair()
        silent = [await Socket.dial(relay.settings.port, "x", SHOP) for _ in range(3)]

        with pytest.raises(InvalidStatus) as refused:
            await Socket.dial(relay.settings.port, "x", SHOP)
        await silent[0].close()
        shopper = await relay.shopper(pair)
        agent = await relay.agent(pair)

        assert refused.value.response.status_code == 503
        assert (shopper.connected, agent.connected) == (True, True)
        for socket in silent:
            await socket.close()


async def test_silent_socket_is_closed_after_its_window(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), handshake_window_s=0.2) as relay:
        silent = await Socket.dial(relay.settings.port, "x", SHOP)

        await silent.closed()


async def _raw(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)


async def _is_dropped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    async with asyncio.timeout(LIMIT_S):
        try:
            return await reader.read() == b""
        except ConnectionError:
            return True
        finally:
            writer.close()


@pytest.mark.parametrize(
    "head", [b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000, b"GET /" + b"x" * 1_000_000], ids=["a header", "an address"]
)
async def test_head_without_end_is_cut_off(relay: RunningRelay, head: bytes) -> None:
    reader, writer = await _raw(relay.settings.port)

    writer.write(head)

    assert await _is_dropped(reader, writer)


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=["nothing said", "half a head"])
async def test_head_that_is_dripped_is_cut_off(
    relay: RunningRelay, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocols, "HEAD_WINDOW_S", 0.2)
    reader, writer = await _raw(relay.settings.port)

    writer.write(begun)

    assert await _is_dropped(reader, writer)


async def test_connection_between_two_requests_drips_nothing_either(
    relay: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocols, "HEAD_WINDOW_S", 0.2)
    reader, writer = await _raw(relay.settings.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"ok\n")

    # Blank lines before a request are nothing (RFC 9112, section 2.2), and would put off the end of keep-alive.
    writer.write(b"\r\n")

    assert await _is_dropped(reader, writer)


async def test_body_that_does_not_come_is_not_waited_for(relay: RunningRelay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beside.reading.BODY_WINDOW_S", 0.2)
    reader, writer = await _raw(relay.settings.port)

    writer.write(
        b"POST /join/redeem HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
    )
    answer = await asyncio.wait_for(reader.readuntil(b"}"), LIMIT_S)
    writer.close()

    assert b"408" in answer.split(b"\r\n")[0]
    assert b'"incomplete"' in answer


async def test_page_that_leaves_in_the_middle_of_its_request_leaves_no_traceback(
    relay: RunningRelay, logged: io.StringIO
) -> None:
    _, writer = await _raw(relay.settings.port)
    writer.write(
        b"POST /join/redeem HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    answer = await relay.http.get("/healthz")

    assert answer.status_code == 200
    assert "Traceback" not in logged.getvalue()


PING = b"\x89\xfd\x00\x00\x00\x00" + b"x" * 125


async def _deaf_websocket(port: int) -> asyncio.StreamWriter:
    """One whose client reads nothing but the handshake's answer."""
    reader, writer = await _raw(port)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
        b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: "
        + SHOP.encode()
        + b"\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return writer


async def _found(kind: type[Any], fits: Callable[[Any], bool]) -> Any:
    """The relay's side of a connection, once there is one that fits."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            for each in gc.get_objects():
                # Not `isinstance`, which asks what a dead weak proxy stood for.
                if issubclass(type(each), kind) and each in each.connections and fits(each):
                    return each
            await asyncio.sleep(0.01)


async def _until_cut_off(protocol: Any) -> None:
    async with asyncio.timeout(LIMIT_S):
        while protocol in protocol.connections:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


async def test_requests_that_wait_for_no_answer_end_the_connection(relay: RunningRelay) -> None:
    """Tens of thousands of them waited in some seconds, and hundreds of megabytes."""
    reader, writer = await _raw(relay.settings.port)

    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 5_000)
    answers = b""
    async with asyncio.timeout(LIMIT_S):
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                answers += piece
    writer.close()

    assert answers.count(b"HTTP/1.1 200") <= bounded_protocols.MAX_PIPELINED + 1


async def test_pings_whose_pongs_nobody_reads_end_the_connection(relay: RunningRelay) -> None:
    writer = await _deaf_websocket(relay.settings.port)

    async def flood() -> None:
        # Kernel buffers take some megabytes of pongs; what the relay would hold beyond them is what must not grow.
        for _ in range(400):
            writer.write(PING * 1_000)
            await writer.drain()

    async with asyncio.timeout(LIMIT_S):
        with pytest.raises(ConnectionError):
            await flood()
    writer.transport.abort()


async def test_pings_that_end_before_their_pongs_are_too_many_hold_nothing_either(
    relay: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TCP itself waits for as long as its probes are answered."""
    monkeypatch.setattr(bounded_protocols, "UNREAD_WINDOW_S", 0.2)
    writer = await _deaf_websocket(relay.settings.port)
    protocol = await _found(BoundedWebSocket, lambda _: True)
    # Until one more would be too many.
    while protocol.writable.is_set():
        writer.write(PING * (1 if protocol.transport.get_write_buffer_size() else 100))
        await writer.drain()
        for _ in range(3):
            await asyncio.sleep(0)
    assert protocol in protocol.connections

    await _until_cut_off(protocol)

    writer.transport.abort()


async def test_answers_that_nobody_reads_end_the_connection(
    relay: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocols, "UNREAD_WINDOW_S", 0.2)
    _, writer = await _raw(relay.settings.port)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    ask = b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    writer.write(ask)
    protocol = await _found(BoundedHttp, lambda protocol: protocol.cycle is not None)
    # Some megabytes, more than kernel buffers take.
    while not protocol.flow.write_paused:
        if protocol.cycle.response_complete:
            writer.write(ask)
        await asyncio.sleep(0)

    await _until_cut_off(protocol)

    writer.transport.abort()


@pytest.mark.parametrize(
    "path",
    [
        "/v/" + "a" * 3_000 + "/beside.js",
        "/v/%00/beside.js",
        "/console/" + "a" * 300 + ".js",
        "/console/%00.js",
        "/v/%ff/x.js",
    ],
    ids=lambda path: path[:12],
)
async def test_address_that_the_system_would_refuse_is_not_found(relay: RunningRelay, path: str) -> None:
    answer = await relay.http.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    "body", [b'{"token":"\xff\xfeaaaaaaaaaaaaaaaaaaa"}', b'{"token":"\\ud800aaaaaaaaaaaaaaaaaaa"}', b"[" * 60_000]
)
async def test_body_that_is_no_text_is_refused_in_words(relay: RunningRelay, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    answers = [
        await relay.http.post(door, content=body, headers=headers | {"Origin": origin})
        for door, origin in (("/launch/preview", relay.console), ("/join/wait", SHOP), ("/join/redeem", SHOP))
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(400, "malformed")}


async def test_numbers_of_the_relay_are_not_told_through_a_proxy_that_nobody_named(relay: RunningRelay) -> None:
    direct = await relay.http.get("/metrics")
    passed_on = [
        await relay.http.get("/metrics", headers={name: value})
        for name, value in (("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("Via", "1.1 proxy"))
    ]

    assert direct.status_code == 200
    assert {answer.json()["code"] for answer in passed_on} == {"no-metrics-key"}


@pytest.mark.alone
async def test_many_who_ask_whether_it_is_ready_cost_one_look_at_the_store(relay: RunningRelay) -> None:
    def beats() -> int:
        with contextlib.closing(sqlite3.connect(relay.settings.store)) as file:
            return int(file.execute("SELECT beats FROM heartbeat").fetchone()[0])

    before = beats()

    answers = [await relay.http.get("/readyz") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    # One each second; a busy machine may take several for twenty requests.
    assert beats() - before <= 10
