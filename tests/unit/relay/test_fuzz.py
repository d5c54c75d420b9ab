"""Whatever is said at the relay's doors breaks nothing, hangs nothing, and reaches the others only as the wire allows.

What is said begins as a good message, or as a request that its door takes, and is then changed at random. A few
thousand inputs here; `make fuzz` says a million, and others each time (`BESIDE_FUZZ_INPUTS`).
"""

from __future__ import annotations

import json
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests.ports import free_port
from tests.unit.relay.pages import keyframe
from tests.unit.relay.running import API_KEY, SHOP, Pair, RunningRelay, running_relay
from tests.unit.relay.sockets import Socket
from websockets.exceptions import ConnectionClosed

from beside.protocol.events import AGENT_EVENTS, SHOPPER_EVENTS, TO_AGENT_EVENTS, TO_SHOPPER_EVENTS

INPUTS = int(os.environ.get("BESIDE_FUZZ_INPUTS", "8000"))
# The same each run, unless more are asked for.
SEED = random.randrange(2**32) if "BESIDE_FUZZ_INPUTS" in os.environ else 20
BATCH = 50
# Of a relay that is spoken to by one process and answers it, on a busy machine.
SLOW_S = 5.0

_DECODERS = {
    role: {name: None if kind is None else msgspec.json.Decoder(kind) for name, kind in events.items()}
    for role, events in (("agent", TO_AGENT_EVENTS), ("shopper", TO_SHOPPER_EVENTS))
}

GOLDEN = [
    row["message"]
    for row in json.loads((Path(__file__).parents[1] / "golden/good_messages.json").read_text("utf-8"))
    if "message" in row
]
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**64, -(2**70), 0.5, 1e308, "", " ", "\x00", "\ud800", "x" * 3000,
    "٤", "🙂", "__proto__",
    "constructor", "javascript:x", "../../etc/passwd", "%00", "keyframe", "mutation", "el", "tx", "me",
    [], {}, [[]], [None] * 40, {"__proto__": {}}, {"": ""}, {"a": {"a": {"a": {}}}},
]  # fmt: skip


class Chance:
    """Everything that is left to chance, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def changed(self, value: Any, depth: int = 0) -> Any:
        """A value with one part of it changed."""
        r = self.random
        if isinstance(value, dict) and value and r.random() < 0.85:
            name = r.choice(list(value))
            how = r.random()
            rest = {key: part for key, part in value.items() if key != name}
            if how < 0.1:
                return rest
            if how < 0.2:
                return value | {r.choice(("more", "type", "__proto__", name + "2")): self.odd()}
            return rest | {name: self.changed(value[name], depth + 1)}
        if isinstance(value, list) and value and r.random() < 0.85:
            at = r.randrange(len(value))
            how = r.random()
            if how < 0.1:
                return [*value[:at], *value[at + 1 :]]
            if how < 0.2:
                return [*value, *value[: r.randrange(1, 4)]]
            if how < 0.3:
                return [*value[:at], self.odd(), *value[at:]]
            return [*value[:at], self.changed(value[at], depth + 1), *value[at + 1 :]]
        if isinstance(value, str) and value and r.random() < 0.4:
            at = r.randrange(len(value))
            return value[:at] + r.choice(("", "\u0000", "é", "x" * 50, value)) + value[at + 1 :]
        if isinstance(value, int) and not isinstance(value, bool) and r.random() < 0.5:
            return value + r.choice((-1, 1, 2**16, -(2**33)))
        return self.odd()

    def odd(self) -> Any:
        r = self.random
        if r.random() < 0.03:
            nest: Any = []
            for _ in range(r.randrange(2, 1500)):
                nest = [nest]
            return nest
        return r.choice(GOLDEN) if r.random() < 0.2 else r.choice(ODD)

    def often_changed(self, value: Any) -> Any:
        for _ in range(self.random.choice((0, 1, 1, 2, 4))):
            value = self.changed(value)
        return value

    def text(self, value: Any) -> str:
        """As JSON, and now and then not quite."""
        try:
            said = json.dumps(value, separators=(",", ":"))
        except (ValueError, RecursionError):
            said = "[" * 2000
        if self.random.random() < 0.08 and said:
            at = self.random.randrange(len(said))
            said = said[:at] + self.random.choice(("", '"', "}", "\\u", "9" * 400)) + said[at + 1 :]
        return said


@dataclass
class Talk:
    """A pair of sockets that are spoken on, and what came of it."""

    relay: RunningRelay
    chance: Chance
    number: int = 0
    pair: Pair | None = None
    shopper: Socket | None = None
    agent: Socket | None = None
    epoch: int = 0

    async def begin(self) -> None:
        """A live view with a picture; another one where the last has ended."""
        await self.leave()
        self.number += 1
        self.pair = await self.relay.pair(f"F-{self.number}")
        self.agent = await self.relay.agent(self.pair)
        self.shopper = await self.relay.socket(self.pair.session, self.pair.shopper_token, SHOP)
        self.epoch = (await self.shopper.event("welcome"))["epoch"]
        await self.shopper.send("frame", keyframe(self.epoch))
        await self.agent.event("frame")

    async def leave(self) -> None:
        for socket in (self.shopper, self.agent):
            if socket is not None:
                await socket.close()

    async def say(self) -> None:
        events, socket = self.chance.random.choice(
            ((SHOPPER_EVENTS, self.shopper),) * 3 + ((AGENT_EVENTS, self.agent),)
        )
        assert socket is not None
        r = self.chance.random
        name = (
            r.choice(list(events)) if r.random() < 0.9 else r.choice((*SHOPPER_EVENTS, *AGENT_EVENTS, "view", "x", ""))
        )
        payload = self._payload(name)
        with suppress(ConnectionClosed):
            if name in ("chunk", "asset") and r.random() < 0.8:
                header = self.chance.text([name, payload, {"_placeholder": True, "num": 0}])
                await socket.say(f"451-{header}")
                if r.random() < 0.9:
                    await socket.say(r.randbytes(r.randrange(0, 400)))
            elif r.random() < 0.03:
                await socket.say(r.choice(("", "4", "42", "43[]", "45", "2probe", "451-", "42/other,[]", '42["frame"')))
            else:
                await socket.say("42" + self.chance.text([name, payload] if payload is not None else [name]))

    def _payload(self, name: str) -> Any:
        if name == "frame":
            self.epoch += self.chance.random.choice((0, 0, 1))
            return self.chance.often_changed(keyframe(self.epoch))
        return self.chance.often_changed(self.chance.random.choice(GOLDEN))

    def check(self) -> None:
        """What the others got is what honest peers say."""
        for role, socket in (("agent", self.agent), ("shopper", self.shopper)):
            assert socket is not None
            for name, payload in socket.events:
                assert name in _DECODERS[role], f"a {role} got '{name}'"
                decoder = _DECODERS[role][name]
                header = payload[0] if name in ("chunk", "asset") and isinstance(payload, tuple) else payload
                if decoder is not None:
                    decoder.decode(json.dumps(header))
            socket.events.clear()


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[RunningRelay]:
    # Without the bounds on rates, or most of what is said would meet those.
    free = {"messages_per_s": 1e9, "controls_per_s": 1e9, "frame_bytes_per_s": 1e12, "max_offences": 10**9}
    async with running_relay(tmp_path, free_port(), keyframe_interval_s=0.001, **free) as running:
        yield running


@pytest.fixture
def errors() -> Iterator[list[str]]:
    """What the relay logs as a mistake of its own."""
    found: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    handler = Keep(logging.ERROR)
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


async def test_whatever_is_said_on_sockets_reaches_the_others_as_honest_peers_speak(
    relay: RunningRelay, errors: list[str]
) -> None:
    talk = Talk(relay, Chance(SEED))
    await talk.begin()
    for _ in range(INPUTS // 2 // BATCH):
        for _ in range(BATCH):
            await talk.say()
        began_at = time.monotonic()
        assert (await relay.http.get("/healthz")).status_code == 200
        assert time.monotonic() - began_at < SLOW_S, f"the relay hangs; seed {SEED}"
        talk.check()
        assert talk.shopper is not None
        assert talk.agent is not None
        if talk.shopper.is_closed or talk.agent.is_closed or talk.chance.random.random() < 0.1:
            await talk.begin()
    await talk.leave()
    # An honest pair is served as ever.
    await talk.begin()
    await talk.leave()
    assert errors == [], f"seed {SEED}"


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    body: Callable[[dict[str, Any]], Any]
    origin: bool = True


ASKS = {"site": "test", "protocol": 1, "locale": "en"}
DOORS = [
    Door("POST", "/join/redeem", lambda k: {**ASKS, "code": k["code"], "secret": None, "work": None}),
    Door("POST", "/join/ask", lambda _: ASKS),
    Door("POST", "/join/wait", lambda k: {"token": k["token"]}),
    Door("POST", "/join/cancel", lambda k: {"token": k["token"]}),
    Door("POST", "/join/answer", lambda k: {"token": k["token"], "grants": [], "locale": "en", "textVersion": "1"}),
    Door("POST", "/join/hand-over", lambda k: {"token": k["token"], "target": SHOP}),
    Door("POST", "/join/take-over", lambda k: {"site": "test", "protocol": 1, "secret": k["token"], "source": SHOP}),
    Door("POST", "/join/stop", lambda k: {"token": k["token"]}),
    Door("POST", "/launch/preview", lambda k: {"token": k["launch"]}),
    Door("POST", "/launch/redeem", lambda k: {"token": k["launch"]}),
    Door("POST", "/api/sessions", lambda _: {"ticket": "T-9", "subject": "s", "agentName": "Sam", "locale": "en"}),
    Door("GET", "/api/sessions/{session}", lambda _: None),
    Door("DELETE", "/api/sessions/{session}", lambda _: None),
    Door("GET", "/s/{session}", lambda _: None),
    Door("GET", "/s/{session}/state", lambda _: None),
    Door("GET", "/s/{session}/mirror", lambda _: None),
    Door("GET", "/s/{session}/assets/{token}", lambda _: None),
    Door("GET", "/s/{session}/receipt", lambda _: None),
    Door("POST", "/s/{session}/pass", lambda _: {}),
    Door("POST", "/s/{session}/code", lambda _: {}),
    Door("POST", "/s/{session}/claim", lambda k: {"code": k["code"]}),
    Door("POST", "/s/{session}/end", lambda _: {}),
    Door("GET", "/policy/{token}", lambda _: None),
    Door("GET", "/preview/{token}", lambda _: None),
    Door("GET", "/v/0/{token}", lambda _: None),
    Door("GET", "/socket.io/", lambda _: None),
    Door("GET", "/metrics", lambda _: None),
]  # fmt: skip
HEADERS = ("Origin", "Cookie", "Authorization", "Content-Type", "X-Forwarded-For", "Host", "Accept", "Sec-Fetch-Dest")


async def test_whatever_is_asked_by_http_is_answered_in_words(
    relay: RunningRelay, errors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(relay.settings, "wait_poll_s", 0.01)
    object.__setattr__(relay.settings, "trusted_proxies", ("127.0.0.1/32",))
    chance = Chance(SEED)
    known = await knowledge(relay, 0)
    for number in range(INPUTS // 2):
        if number % 500 == 499:
            known = await knowledge(relay, number)
        request = made(relay, chance, known)
        began_at = time.monotonic()
        answer = await relay.http.send(request)

        took_s = time.monotonic() - began_at
        what = f"{request.method} {request.url}: {answer.status_code} after {took_s:.1f} s; seed {SEED}, input {number}"
        assert answer.status_code < 500, what
        assert took_s < SLOW_S, what
        if answer.status_code >= 400 and request.method != "HEAD":
            problem = answer.json()
            assert problem["code"], what
            assert problem["message"].endswith((".", "s.")), what
    assert errors == [], f"seed {SEED}"


async def knowledge(relay: RunningRelay, number: int) -> dict[str, Any]:
    """What somebody knows who is let in, so that the random goes further than the first check."""
    # Not where the random's wrong codes came from.
    relay.http.headers["X-Forwarded-For"] = f"198.51.{number // 500 % 256}.{number // 128_000 % 256}"
    pair = await relay.pair(f"H-{number}")
    made = await relay.api(f"I-{number}")
    return {
        "session": pair.session,
        "cookie": pair.cookie,
        "token": pair.shopper_token,
        "code": made["code"],
        "launch": made["consoleLink"].partition("#")[2],
    }


def made(relay: RunningRelay, chance: Chance, known: dict[str, Any]) -> httpx.Request:
    r = chance.random
    door = r.choice(DOORS)
    path = door.path.format(session=known["session"], token=known["token"][:40])
    if r.random() < 0.15:
        at = r.randrange(1, len(path))
        path = path[:at] + r.choice(("%00", "/", "..", "%2e%2e/", "é", "?", "x" * 300)) + path[at:]
    headers = {
        "Origin": relay.console if path.startswith(("/s/", "/launch")) else SHOP,
        "Cookie": known["cookie"],
        "Authorization": f"Bearer {API_KEY}",
        "Content-Type": "application/json",
        "X-Forwarded-For": f"10.0.{r.randrange(256)}.{r.randrange(256)}",
    }
    if r.random() < 0.2:
        headers[r.choice(HEADERS)] = r.choice(
            ("", "x", "null", "a" * 2000, "Bearer", "beside_=;;=", "é".encode().decode("latin-1"))
        )
    body = door.body(known)
    content = (
        None
        if body is None and r.random() < 0.9
        else chance.text(chance.often_changed(body)).encode("utf-8", "replace")
    )
    if content is not None and r.random() < 0.03:
        content = r.randbytes(r.randrange(0, 100))
    method = (
        door.method if r.random() < 0.93 else r.choice(("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"))
    )
    # Bytes, for what is no text of ours.
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return relay.http.build_request(method, path, headers=raw, content=content)
