"""What leaves the relay besides the wire: the signed receipt, and logs that hold nothing of a page."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ports import free_port
from tests.unit.relay.pages import keyframe
from tests.unit.relay.running import API_KEY, SHOP, receiving, running_relay
from tests.unit.relay.sockets import LIMIT_S

from beside import logs
from beside.sites import site_of
from beside.webhooks import SIGNATURE_HEADER, verify

WEBHOOK_SECRET = "the-webhook-secret-of-the-tests-and-no-other"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything logged at the lowest level, as the relay writes it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("debug")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


async def test_receipt_reaches_the_helpdesk_signed_once_a_session_ends(tmp_path: Path) -> None:
    port = free_port()
    site = site_of(
        "test",
        {
            "name": "Test shop",
            "origins": [SHOP],
            "shop_url": f"{SHOP}/",
            # No resolver is asked for a name under localhost.
            "webhook_url": f"http://desk.localhost:{port}/beside",
            "webhook_secret": WEBHOOK_SECRET,
        },
    )
    async with receiving(port) as came, running_relay(tmp_path, free_port(), sites=(site,)) as relay:
        pair = await relay.pair()
        await relay.ask(f"/s/{pair.session}/end", pair.cookie)
        async with asyncio.timeout(LIMIT_S):
            headers, body = await came.get()

        delivery = json.loads(body)
        assert headers["host"] == f"desk.localhost:{port}"
        assert verify(WEBHOOK_SECRET, headers[SIGNATURE_HEADER.lower()], body, time.time())
        assert delivery["kind"] == "session.ended"
        assert delivery["receipt"]["endReason"] == "agent-ended"
        assert delivery["receipt"]["session"] == pair.session


async def test_logs_hold_no_content_code_or_token(tmp_path: Path, logged: io.StringIO) -> None:
    async with running_relay(tmp_path, free_port()) as relay:
        made = await relay.api("T-1")
        pair = await relay.pair("T-2")
        agent, shopper_token = await relay.agent(pair), pair.shopper_token
        shopper = await relay.socket(pair.session, shopper_token, SHOP)
        epoch = (await shopper.event("welcome"))["epoch"]
        await shopper.send("frame", keyframe(epoch, text="a private sentence", path="/orders/:id"))
        await agent.event("frame")
        await shopper.send("frame", ["mutation", epoch, 1, 7, [["text", "a private sentence", "x"]]])
        await shopper.send("frame", keyframe(epoch + 1, text="4111 1111 1111 1111"))
        await agent.event("blank")
        await relay.redeem("999 999")
        await shopper.send("stop")
        await agent.event("view", lambda view: view["state"] == "ended")

    text = logged.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    secrets = (
        "private",
        "4111",
        "999 999",
        "999999",
        API_KEY,
        shopper_token,
        pair.agent_token,
        pair.cookie.partition("=")[2],
        made["code"],
        made["code"].replace(" ", ""),
        made["consoleLink"].partition("#")[2],
        made["shopperLink"].partition("=")[2],
    )
    assert {line["message"] for line in lines} >= {"Session changes state.", "The tripwire withheld a frame."}
    assert [secret for secret in secrets if secret in text] == []
