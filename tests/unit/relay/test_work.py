"""What a guess costs while many wrong codes are typed at a site, and that a right code is refused to nobody."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.ports import free_port
from tests.unit.relay.running import RunningRelay, running_relay

from beside.sharecodes import FREE_GUESSES, normalise_code
from beside.tokens import Signer
from beside.work import CHALLENGE_WINDOW_S, ROUNDS, is_proof

ALARM = 2


@pytest.fixture
async def alarmed(tmp_path: Path) -> AsyncIterator[RunningRelay]:
    """A relay at which wrong codes were typed from two addresses; the tests come from others."""
    async with running_relay(tmp_path, free_port(), guess_alarm=ALARM, trusted_proxies=("127.0.0.1/32",)) as relay:
        for number in range(ALARM):
            answer = await redeem(relay, f"00000{number}", f"203.0.113.{number}")
            assert answer.json()["code"] == "wrong-code"
        yield relay


async def redeem(
    relay: RunningRelay, code: str, address: str = "198.51.100.1", work: dict[str, Any] | None = None
) -> httpx.Response:
    relay.http.headers["X-Forwarded-For"] = address
    try:
        return await relay.redeem(code, work=work)
    finally:
        del relay.http.headers["X-Forwarded-For"]


def prove(challenge: str, code: str) -> dict[str, Any]:
    """As a browser does it."""
    plain = normalise_code(code)
    nonce = next(nonce for nonce in range(100_000) if is_proof(challenge, plain, nonce))
    return {"challenge": challenge, "nonce": nonce}


async def offered(relay: RunningRelay) -> str:
    made = await relay.api("T-1")
    await relay.launch(made["consoleLink"])
    code: str = made["code"]
    return code


async def test_right_code_opens_once_the_work_is_done(alarmed: RunningRelay) -> None:
    code = await offered(alarmed)

    asked = await redeem(alarmed, code)
    opened = await redeem(alarmed, code, work=prove(asked.json()["challenge"], code))

    assert (asked.status_code, asked.json()["rounds"]) == (200, ROUNDS)
    assert opened.json()["agentName"] == "Sam"


async def test_what_is_asked_does_not_tell_whether_the_code_is_right(alarmed: RunningRelay) -> None:
    right = await redeem(alarmed, await offered(alarmed))
    wrong = await redeem(alarmed, "999 999 999")

    assert right.status_code == wrong.status_code
    assert right.json().keys() == wrong.json().keys()


async def test_work_is_good_for_one_guess_of_one_address(alarmed: RunningRelay) -> None:
    code = await offered(alarmed)
    challenge = (await redeem(alarmed, code)).json()["challenge"]
    work = prove(challenge, "123456789")

    others_code = await redeem(alarmed, code, work=work)
    elsewhere = await redeem(alarmed, code, "198.51.100.2", prove(challenge, code))
    own = await redeem(alarmed, "123456789", work=work)

    assert "challenge" in others_code.json()
    assert "challenge" in elsewhere.json()
    assert own.json()["code"] == "wrong-code"


async def test_wrong_and_late_proofs_are_asked_for_anew(alarmed: RunningRelay) -> None:
    code = await offered(alarmed)
    challenge = (await redeem(alarmed, code)).json()["challenge"]
    done = prove(challenge, code)
    keys = alarmed.settings.secret_keys
    late = Signer(keys, clock=lambda: time.time() - CHALLENGE_WINDOW_S - 5)
    claims = Signer(keys).read_work(challenge, CHALLENGE_WINDOW_S)
    old = late.sign_work(claims.site, claims.guesser)

    for work in (
        done | {"nonce": done["nonce"] + 1 + is_proof(challenge, normalise_code(code), done["nonce"] + 1)},
        done | {"challenge": "a" * len(challenge)},
        prove(old, code),
    ):
        assert "challenge" in (await redeem(alarmed, code, work=work)).json()
    assert (await redeem(alarmed, code, work=done)).json()["agentName"] == "Sam"


async def test_who_must_wait_is_told_so_before_any_work(alarmed: RunningRelay) -> None:
    answers: list[dict[str, Any]] = []
    for guess in range(6):
        code = f"10000000{guess}"
        answer = (await redeem(alarmed, code)).json()
        if "challenge" in answer:
            answer = (await redeem(alarmed, code, work=prove(answer["challenge"], code))).json()
        answers.append(answer)

    assert [answer["code"] for answer in answers] == 5 * ["wrong-code"] + ["too-soon"]
    assert (await redeem(alarmed, "100000009")).json()["code"] == "too-soon"


async def test_false_proofs_are_bounded_as_wrong_codes_are(alarmed: RunningRelay) -> None:
    code = await offered(alarmed)
    challenge = (await redeem(alarmed, code)).json()["challenge"]
    false = next(nonce for nonce in range(10) if not is_proof(challenge, normalise_code(code), nonce))

    answers = [
        (await redeem(alarmed, code, work={"challenge": challenge, "nonce": false})).json()
        for _ in range(FREE_GUESSES + 2)
    ]

    assert ["challenge" in answer for answer in answers] == [True] * (FREE_GUESSES + 1) + [False]
    assert answers[-1]["code"] == "too-soon"
    other = (await redeem(alarmed, code, "198.51.100.2")).json()
    assert "challenge" in other


async def test_link_costs_no_work(alarmed: RunningRelay) -> None:
    made = await alarmed.api("T-1")
    await alarmed.launch(made["consoleLink"])

    by_link = await alarmed.redeem(None, secret=made["shopperLink"].partition("#beside=")[2])

    assert by_link.json()["agentName"] == "Sam"
