"""What schemathesis is told of a running relay: sessions, cookies, tokens and codes that are good there now.

It makes what the description allows, and changes that; without these, nearly all of it would end at the first check.
Loaded by its command (`test_described_doors.py`), in a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.core.parameters import ParameterLocation
from tests.unit.relay.running import CHECKOUT, SHOP, RunningRelay, settings_for

PORT = int(os.environ["BESIDE_FUZZED_PORT"])
SETTINGS = settings_for(Path(), PORT)
# Tokens and codes are spent as they are used, sessions ended and erased.
RENEW_AFTER = 40
# How often what is good is put in place of what was made up.
GOOD = 0.8


@dataclass
class Known:
    """`cookies`: by session. `bodies`: by path, the fields that are known."""

    cookies: Mapping[str, str]
    bodies: Mapping[str, Mapping[str, Any]]

    @classmethod
    async def of(cls, relay: RunningRelay) -> Known:
        """Everything that each of the doors opens to, from the same requests that people's browsers make."""
        ticket = secrets.token_hex(6)
        live = await relay.pair(f"A-{ticket}")
        made = await relay.api(f"B-{ticket}")
        waiting, waiting_cookie = await relay.launch(made["consoleLink"])
        asked = (await relay.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()
        offered = await relay.api(f"C-{ticket}")
        await relay.launch(offered["consoleLink"])
        consent = (await relay.redeem(offered["code"])).json()
        launched = await relay.api(f"D-{ticket}")
        over = (await relay.join("hand-over", {"token": live.shopper_token, "target": CHECKOUT})).json()
        page = {"site": "test", "protocol": 1}
        return cls(
            cookies={live.session: live.cookie.partition("=")[2], waiting: waiting_cookie.partition("=")[2]},
            bodies={
                "/launch/preview": {"token": launched["consoleLink"].partition("#")[2]},
                "/launch/redeem": {"token": launched["consoleLink"].partition("#")[2]},
                "/s/{session}/claim": {"code": asked["code"]},
                "/join/redeem": {**page, "code": made["code"], "secret": None, "work": None},
                "/join/ask": page,
                "/join/wait": {"token": asked["token"]},
                "/join/cancel": {"token": asked["token"]},
                "/join/answer": {"token": consent["token"], "grants": ["view"]},
                "/join/hand-over": {"token": live.shopper_token, "target": SHOP},
                "/join/take-over": {**page, "secret": over["secret"], "source": SHOP},
                "/join/stop": {"token": live.shopper_token},
            },
        )


class Source:
    """Gives what is known, and asks for more where that has been used up. The same each run, but for the secrets."""

    def __init__(self) -> None:
        self.chance = random.Random(20)
        self._known: Known | None = None
        self._given = 0

    def give(self) -> Known:
        if self._known is None or self._given % RENEW_AFTER == 0:
            self._known = asyncio.run(self._ask())
        self._given += 1
        return self._known

    async def _ask(self) -> Known:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{PORT}", headers=self.somebody(), timeout=10, trust_env=False
        ) as http:
            return await Known.of(RunningRelay(SETTINGS, None, http))

    def somebody(self) -> dict[str, str]:
        """Another address each time: wrong codes of one are slowed down."""
        r = self.chance
        return {"X-Forwarded-For": f"10.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(256)}"}

    def is_good(self) -> bool:
        return self.chance.random() < GOOD


source = Source()


@schemathesis.hook
def before_call(_context: HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """Only where it is not the point of the case that something is wrong there."""
    known = source.give()
    case.headers.update(source.somebody())
    if source.is_good() and not _is_wrong(case, ParameterLocation.PATH):
        _put_session(case, known)
    is_body_wrong = _is_wrong(case, ParameterLocation.BODY)
    # A wrong body is one at the right Origin too, and is looked at there.
    if source.is_good() and (is_body_wrong or not _is_wrong(case, ParameterLocation.HEADER)):
        case.headers["Origin"] = _origin_of(case.path)
    if isinstance(case.body, dict) and not is_body_wrong:
        case.body = {name: _as_written(value) for name, value in case.body.items()}
        if source.is_good():
            case.body |= known.bodies.get(case.path, {})


@schemathesis.check
def a_console_needs_its_cookie(_context: CheckContext, response: Response, case: Case) -> None:
    """The description cannot name it: its name holds the session's."""
    if case.path.startswith("/s/") and response.status_code < 300:
        assert f"beside_{case.path_parameters['session']}=" in (response.request.headers.get("Cookie") or "")


@schemathesis.check
def a_refusal_has_a_described_code(_context: CheckContext, response: Response, case: Case) -> None:
    described = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    if "x-codes" in described and case.method == case.operation.method.upper():
        assert response.json()["code"] in described["x-codes"]


def _put_session(case: Case, known: Known) -> None:
    # Who has deleted one looks for that one again.
    if "session" not in case.path_parameters or (case.path.startswith("/api/") and _is_of_a_story(case)):
        return
    session = source.chance.choice(list(known.cookies))
    case.path_parameters["session"] = session
    if case.path.startswith("/s/") and source.is_good():
        case.cookies[f"beside_{session}"] = known.cookies[session]


def _is_of_a_story(case: Case) -> bool:
    return case.meta is not None and case.meta.phase.name == "stateful"


def _is_wrong(case: Case, where: ParameterLocation) -> bool:
    return case.meta is not None and case.meta.is_negative_at(where)


def _as_written(value: Any) -> Any:
    # To JSON Schema 1.0 is an integer too; to the wire it is none.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _origin_of(path: str) -> str:
    if path == "/join/take-over":
        return CHECKOUT
    return SHOP if path.startswith("/join/") else SETTINGS.public_url
