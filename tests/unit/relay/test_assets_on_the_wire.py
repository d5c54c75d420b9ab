"""Uploaded pictures over real doors: asked for first, checked, for the session's own agents, gone with the picture."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.ports import free_port
from tests.unit.pictures_made import NO_PICTURES, png, webp
from tests.unit.relay.pages import keyframe
from tests.unit.relay.running import SHOP, Pair, RunningRelay, running_relay
from tests.unit.relay.sockets import Socket

PICTURE = webp(30, 20)
NAME = hashlib.sha256(PICTURE).hexdigest()


async def live(relay: RunningRelay, ticket: str = "T-1") -> tuple[Pair, Socket]:
    pair = await relay.pair(ticket)
    return pair, await relay.shopper(pair)


async def upload(shopper: Socket, data: bytes = PICTURE, name: str | None = None) -> Any:
    await shopper.send_asset(name or hashlib.sha256(data).hexdigest(), data)
    return await shopper.event("asset")


async def look(relay: RunningRelay, pair: Pair, cookie: str | None = None, **headers: str) -> httpx.Response:
    given = {"Cookie": pair.cookie if cookie is None else cookie, **headers}
    return await relay.http.get(f"/s/{pair.session}/assets/{NAME}", headers=given)


async def test_a_picture_is_asked_for_once_and_served_as_an_image_that_runs_nothing(relay: RunningRelay) -> None:
    pair, shopper = await live(relay)

    await shopper.send("offer-asset", {"hash": NAME})
    first = await shopper.event("asset")
    taken = await upload(shopper)
    await shopper.send("offer-asset", {"hash": NAME})
    second = await shopper.event("asset")
    answer = await look(relay, pair, **{"Sec-Fetch-Dest": "image"})

    assert [first["state"], taken["state"], second["state"]] == ["wanted", "kept", "kept"]
    assert answer.content == PICTURE
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "set-cookie" not in answer.headers


async def test_pictures_of_the_page_before_make_room(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), max_assets=1) as relay:
        pair, shopper = await live(relay)
        answers = [await upload(shopper), await upload(shopper, png())]
        await shopper.close()

        loaded = await relay.shopper(pair)
        answers.append(await upload(loaded, png()))

        assert [answer["state"] for answer in answers] == ["kept", "refused", "kept"]
        assert (await look(relay, pair)).status_code == 404


EXPECTED = {
    "content-type": "image/webp",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "content-disposition": 'inline; filename="picture.webp"',
    "cache-control": "private, no-store",
    "access-control-allow-origin": None,
}


async def test_a_picture_is_for_the_sessions_own_agents_and_no_document(relay: RunningRelay) -> None:
    pair, shopper = await live(relay)
    other, other_shopper = await live(relay, "T-2")
    await upload(shopper)

    strangers = await look(relay, pair, cookie="")
    # Another session's cookie, under this one's name too.
    others = await look(relay, pair, cookie=other.cookie)
    renamed = await look(relay, pair, cookie=f"beside_{pair.session}={other.cookie.partition('=')[2]}")
    elsewhere = await relay.look(f"/s/{other.session}/assets/{NAME}", other.cookie)
    opened = await look(relay, pair, **{"Sec-Fetch-Dest": "document"})
    await other_shopper.send("offer-asset", {"hash": NAME})

    assert (strangers.status_code, strangers.json()["code"]) == (401, "no-cookie")
    assert (others.status_code, others.json()["code"]) == (401, "no-cookie")
    assert renamed.json()["code"] == "unknown-session"
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "not-found")
    assert (opened.status_code, opened.json()["code"]) == (403, "wrong-use")
    # What one session holds says nothing to another.
    assert (await other_shopper.event("asset"))["state"] == "wanted"


async def test_an_agent_who_was_not_let_in_sees_no_picture(relay: RunningRelay) -> None:
    pair, shopper = await live(relay)
    await upload(shopper)
    _, cookie = await relay.launch(relay.sign_launch("T-1", "Kim"))

    answer = await look(relay, pair, cookie=cookie)

    assert (answer.status_code, answer.json()["code"]) == (403, "not-admitted")


# One of a kind; what else is refused says tests/unit/test_assets.py.
REFUSED = ("a page", "a drawing with a script", "a page behind a PNG")


@pytest.mark.parametrize("data", [NO_PICTURES[name] for name in REFUSED], ids=REFUSED)
async def test_what_is_no_picture_is_refused_in_words(relay: RunningRelay, data: bytes) -> None:
    pair, shopper = await live(relay)

    answer = await upload(shopper, data)
    refusal = await shopper.event("refusal")
    served = await relay.look(f"/s/{pair.session}/assets/{answer['hash']}", pair.cookie)

    assert answer["state"] == "refused"
    assert refusal["code"] == "bad-asset"
    assert refusal["message"].startswith("The picture was not taken: ")
    assert served.status_code == 404


async def test_a_wrong_hash_and_too_much_at_once_are_refused_in_words(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), max_frame_bytes=1000, max_deflated_bytes=1000) as relay:
        _, shopper = await live(relay)

        lie = await upload(shopper, png(), name=NAME)
        refusals = [(await shopper.event("refusal"))["code"]]
        # Of the 3,000 bytes that may come at once.
        fast = await upload(shopper, b"\x89PNG\r\n\x1a\n" + b"x" * 3000)
        refusals.append((await shopper.event("refusal"))["code"])

    assert [lie["state"], fast["state"]] == ["refused"] * 2
    assert refusals == ["bad-asset", "too-fast"]


async def test_pictures_that_are_only_too_large_are_no_offences(relay: RunningRelay) -> None:
    """More of them than offences close a socket, and not one refusal in words, at which a page shows boxes."""
    _, shopper = await live(relay)
    many_pixels = NO_PICTURES["a PNG of four billion pixels"]

    answers = [await upload(shopper, data) for data in [many_pixels, b"x" * 300_000] * 7]
    taken = await upload(shopper)

    assert {answer["state"] for answer in answers} == {"refused"}
    assert taken["state"] == "kept"
    assert "refusal" not in shopper.names()


BAD = {
    "a hash that climbs": '42["offer-asset",{"hash":"../../etc/passwd"}]',
    "no hash": '42["offer-asset",{}]',
    "an address": f'42["offer-asset",{{"hash":"{NAME}","url":"https://internal.example/"}}]',
    "no attachment": f'42["asset",{{"hash":"{NAME}"}}]',
    "an attachment to an offer": f'451-["offer-asset",{{"hash":"{NAME}"}},{{"_placeholder":true,"num":0}}]',
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
async def test_a_broken_offer_is_refused(relay: RunningRelay, text: str) -> None:
    _, shopper = await live(relay)

    await shopper.say(text)

    assert (await shopper.event("refusal"))["code"] == "malformed"


async def test_an_agent_uploads_nothing(relay: RunningRelay) -> None:
    pair = await relay.pair()
    agent = await relay.agent(pair)

    await agent.send("offer-asset", {"hash": NAME})

    assert (await agent.event("refusal"))["code"] == "wrong-role"


async def test_a_pause_deletes_uploaded_pictures_and_none_is_taken_meanwhile(relay: RunningRelay) -> None:
    pair, shopper = await live(relay)
    await upload(shopper)

    await shopper.send("pause", {"reason": "shopper"})
    await shopper.event("view", lambda view: view["state"] == "paused")
    paused = await look(relay, pair)
    await shopper.send("offer-asset", {"hash": NAME})
    await shopper.send_asset(NAME, PICTURE)
    await shopper.send("resume")
    await shopper.event("view", lambda view: view["state"] == "live")
    resumed = await look(relay, pair)

    assert paused.status_code == resumed.status_code == 404
    assert "asset" not in shopper.names()


async def test_a_trip_deletes_uploaded_pictures(relay: RunningRelay) -> None:
    pair = await relay.pair()
    shopper = await relay.socket(pair.session, pair.shopper_token, SHOP)
    epoch = (await shopper.event("welcome"))["epoch"]
    await upload(shopper)

    await shopper.send("frame", keyframe(epoch, text="4242 4242 4242 4242"))
    await shopper.event("tripped")

    assert (await look(relay, pair)).status_code == 404


async def test_the_end_deletes_uploaded_pictures(relay: RunningRelay) -> None:
    pair, shopper = await live(relay)
    await upload(shopper)

    await relay.ask(f"/s/{pair.session}/end", pair.cookie)
    ended = await look(relay, pair)
    await shopper.send_asset(NAME, PICTURE)

    assert (ended.status_code, ended.json()["code"]) == (410, "ended")
    assert "asset_bytes 0" in (await relay.http.get("/metrics")).text


async def test_a_session_that_only_expires_leaves_no_picture_behind(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), resume_window_s=0.1) as relay:
        pair, shopper = await live(relay)
        await upload(shopper)
        held = (await relay.http.get("/metrics")).text

        await shopper.close()
        agent = await relay.agent(pair)
        await agent.event("view", lambda view: view["state"] == "ended")

        assert "asset_bytes 0" not in held
        assert "asset_bytes 0" in (await relay.http.get("/metrics")).text
        assert (await look(relay, pair)).json()["code"] == "ended"


# Of the SQLite store, with its log.
STORED = ("relay.sqlite3", "relay.sqlite3-wal")


async def test_no_store_holds_a_picture(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port()) as relay:
        _, shopper = await live(relay)
        await upload(shopper)
        files = {name: (tmp_path / name).read_bytes() for name in STORED}

    assert not [name for name, content in files.items() if PICTURE[:40] in content or NAME.encode() in content]
