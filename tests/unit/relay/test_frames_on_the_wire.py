"""Frames over real sockets: order, chunks, late joiners, and what a broken or hostile page gets."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import msgspec
import pytest
from tests.ports import free_port
from tests.unit.relay.pages import field, keyframe, mutation
from tests.unit.relay.running import SHOP, Pair, RunningRelay, running_relay, settings_for
from tests.unit.relay.sockets import Socket

from beside.gateway import OWN_OFFENCES
from beside.protocol import SitePattern
from beside.relay import MAX_TRIPS_NOTED
from beside.sheets import hash_of
from beside.store import open_store


async def live(relay: RunningRelay) -> tuple[Pair, Socket, Socket, int]:
    """A session whose agent has the first keyframe."""
    pair = await relay.pair()
    agent = await relay.agent(pair)
    shopper = await relay.socket(pair.session, pair.shopper_token, "http://shop.localhost:5999")
    welcome = await shopper.event("welcome")
    pair.shopper_token = welcome["nextToken"]
    await shopper.send("frame", keyframe(welcome["epoch"]))
    await agent.event("frame")
    return pair, shopper, agent, welcome["epoch"]


async def test_large_frame_reaches_the_agent_in_the_very_chunks_that_came(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)
    frame = keyframe(epoch + 1, text="".join(f"product {n} costs {n * 7} " for n in range(40_000)))

    await shopper.send_chunks(frame, size=40_000)
    chunks = [await agent.event("chunk") for _ in range(2)]

    assert [header["index"] for header, _ in chunks] == [0, 1]
    assert all(header["epoch"] == epoch + 1 for header, _ in chunks)
    assert len(chunks[0][1]) == 40_000


async def test_reloading_console_gets_keyframe_and_mutations_at_no_cost_to_the_shopper(relay: RunningRelay) -> None:
    pair, shopper, agent, epoch = await live(relay)
    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("frame")
    await agent.close()

    again = await relay.agent(pair)
    frames = [await again.event("frame") for _ in range(2)]

    assert frames == [keyframe(epoch), mutation(epoch, 1)]
    assert "keyframe-wanted" not in shopper.names()


async def test_missing_frame_is_told_once_and_mended_by_a_keyframe(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)

    await shopper.send("frame", mutation(epoch, 2))
    await shopper.send("frame", mutation(epoch, 3))
    refusal = await shopper.event("refusal")
    await shopper.event("keyframe-wanted")
    await shopper.send("frame", keyframe(epoch + 1, text="whole again"))
    frame = await agent.event("frame")

    assert refusal["code"] == "sequence-gap"
    assert frame == keyframe(epoch + 1, text="whole again")
    assert "refusal" not in shopper.names()
    assert "refusal" not in agent.names()


BAD = {
    "not JSON": ('42["frame",["mutation"', "malformed"),
    "an unknown change": ('42["frame",["mutation",1,1,7,[["eval","x"]]]]', "malformed"),
    "two arguments": ('42["frame",["mutation",1,1,7,[]],1]', "malformed"),
    "an unknown event": ('42["frames",[]]', "malformed"),
    "no event": ("42[]", "malformed"),
    "deep nesting": ('42["pause",' + "[" * 50_000 + "]" * 50_000 + "]", "malformed"),
    "another namespace": ('42/admin,["stop"]', "malformed"),
    "an acknowledgement id": ('421["stop"]', "malformed"),
    "two attachments": ('452-["chunk",{"_placeholder":true,"num":0}]', "malformed"),
    "endless attachments": ('4599999-["chunk",{}]', "malformed"),
    "an attachment for a frame": ('451-["frame",[],{"_placeholder":true,"num":0}]', "malformed"),
    "a chunk without bytes": ('42["chunk",{"epoch":1,"seq":0,"index":0,"count":1,"rawBytes":9}]', "malformed"),
    "an unknown field": ('42["pause",{"reason":"shopper","x":1}]', "malformed"),
    "an agent's act": ('42["act",["pointer",1,1]]', "wrong-role"),
    "an agent's end": ('42["end"]', "wrong-role"),
    "a pause that is the relay's": ('42["pause",{"reason":"no-agent"}]', "wrong-role"),
}


@pytest.mark.parametrize("what", BAD)
async def test_bad_message_is_refused_in_words_and_others_notice_nothing(relay: RunningRelay, what: str) -> None:
    text, code = BAD[what]
    _, shopper, agent, epoch = await live(relay)

    await shopper.say(text)
    refusal = await shopper.event("refusal")
    await shopper.send("frame", keyframe(epoch + 1, text="goes on"))
    frame = await agent.event("frame")

    assert refusal["code"] == code
    assert refusal["message"].endswith(".")
    assert frame == keyframe(epoch + 1, text="goes on")
    assert "refusal" not in agent.names()


async def test_oversized_message_is_refused_in_words(relay: RunningRelay) -> None:
    _, shopper, _, epoch = await live(relay)

    await shopper.send("frame", keyframe(epoch + 1, text="x" * (relay.settings.max_message_bytes + 1)))
    refusal = await shopper.event("refusal")

    assert refusal["code"] == "too-large"


async def test_message_past_twice_the_bound_closes_only_its_own_socket(relay: RunningRelay) -> None:
    _, shopper, agent, _ = await live(relay)

    await shopper.say("x" * (2 * relay.settings.max_message_bytes + 10))
    await shopper.closed()
    view = await agent.event("view", lambda view: view["state"] == "lost")

    assert view["shopperConnected"] is False


LIES = {
    "more bytes than announced": {"rawBytes": 50},
    "fewer bytes than announced": {"rawBytes": 5_000_000},
    "a bomb": {"rawBytes": 64 * 1024 * 1024},
    "another seq": {"seq": 7},
    "another epoch": {"epoch": 999_999},
}


@pytest.mark.parametrize("lie", LIES)
async def test_chunk_that_lies_is_refused_and_nothing_of_it_goes_on(relay: RunningRelay, lie: str) -> None:
    _, shopper, agent, epoch = await live(relay)

    await shopper.send_chunks(keyframe(epoch + 1, text="lies"), **LIES[lie])
    refusal = await shopper.event("refusal")
    await shopper.event("keyframe-wanted")
    await shopper.send("frame", keyframe(epoch + 2, text="truth"))
    frame = await agent.event("frame")

    assert refusal["code"] in ("malformed", "too-large")
    assert frame == keyframe(epoch + 2, text="truth")
    assert "chunk" not in agent.names()


@pytest.mark.parametrize("junk", [b"\x00", b"\x03\x00", b"second member"])
async def test_bytes_after_the_deflate_stream_are_refused(relay: RunningRelay, junk: bytes) -> None:
    _, shopper, agent, epoch = await live(relay)
    raw = json.dumps(keyframe(epoch + 1)).encode()
    deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
    header = {"epoch": epoch + 1, "seq": 0, "index": 0, "count": 1, "rawBytes": len(raw)}

    await shopper.send_chunk(header, deflater.compress(raw) + deflater.flush() + junk)
    refusal = await shopper.event("refusal")

    assert refusal["code"] == "malformed"
    assert "chunk" not in agent.names()


async def test_page_that_keeps_on_is_disconnected_and_the_agent_keeps_the_picture(relay: RunningRelay) -> None:
    pair, shopper, agent, _ = await live(relay)

    for _ in range(relay.settings.max_offences + 1):
        await shopper.send("nonsense")
    await shopper.closed()
    again = await relay.shopper(pair)

    refusals = [payload["code"] for name, payload in shopper.events if name == "refusal"]
    assert len(refusals) >= relay.settings.max_offences
    assert "blank" not in agent.names()
    assert not again.is_closed


async def test_page_that_comes_back_has_some_offences_of_its_own(relay: RunningRelay) -> None:
    pair, shopper, _, _ = await live(relay)
    for _ in range(relay.settings.max_offences + 1):
        await shopper.send("nonsense")
    await shopper.closed()

    again = await relay.shopper(pair)
    for _ in range(OWN_OFFENCES):
        await again.send("nonsense")
        await again.event("refusal")
    was_closed = again.is_closed
    await again.send("nonsense")
    await again.closed()

    assert not was_closed


async def test_payment_number_trips_blanks_and_the_view_mends_itself(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)

    await shopper.send("frame", keyframe(epoch + 1, text="your card 4111 1111 1111 1111 was declined"))
    blank = await agent.event("blank")
    refusal = await shopper.event("refusal")
    tripped = await shopper.event("tripped")
    await shopper.send("frame", keyframe(epoch + 2, text="your card was declined"))
    frame = await agent.event("frame")

    assert blank == {"reason": "tripwire"}
    assert refusal["code"] == "tripwire"
    assert tripped == {"epoch": epoch + 1, "node": 5}
    assert frame == keyframe(epoch + 2, text="your card was declined")
    assert "4111 1111" not in json.dumps(agent.events)


async def test_field_and_pages_of_every_frame_stand_in_the_receipt(relay: RunningRelay) -> None:
    pair, shopper, agent, epoch = await live(relay)
    page = ["page", {"origin": "http://shop.localhost:5999", "path": "/checkout/:id", "quirks": False}]

    await shopper.send("frame", keyframe(epoch + 1, changes=(["field", 6, field()], ["field", 5, field("Name")])))
    await shopper.send("frame", ["mutation", epoch + 1, 1, 7, [page, ["field", 6, None]]])
    await agent.event("frame")
    await agent.event("frame")
    receipt = (await relay.look(f"/s/{pair.session}/receipt", pair.cookie)).json()

    assert [entry["path"] for entry in receipt["pages"]] == ["/checkout", "/checkout/:id"]
    assert receipt["fieldsMasked"] == 2


async def test_frames_are_charged_for_what_they_inflate_to(relay: RunningRelay) -> None:
    """Some kilobytes that inflate to megabytes, again and again, would take the time of every other session."""
    _, shopper, agent, epoch = await live(relay)
    sheet = ["sheet", 2, "a{}" * 1_500_000, None, "", False]

    for number in range(1, 9):
        await shopper.send_chunks(keyframe(epoch + number, changes=(sheet,)))
    refusal = await shopper.event("refusal")

    assert refusal["code"] == "too-fast"
    assert agent.names().count("chunk") < 8


async def test_page_that_comes_back_may_send_no_more_than_if_it_had_stayed(tmp_path: Path) -> None:
    bounds = {"frame_bytes_per_s": 100.0, "max_frame_bytes": 50_000, "max_deflated_bytes": 1_000}
    async with running_relay(tmp_path, free_port(), **bounds) as relay:
        pair, shopper, agent, epoch = await live(relay)
        await shopper.send("frame", keyframe(epoch + 1, text="x" * 40_000))
        await agent.event("frame")
        await shopper.close()

        shopper = await relay.socket(pair.session, pair.shopper_token, SHOP)
        epoch = (await shopper.event("welcome"))["epoch"]
        await shopper.send("frame", keyframe(epoch, text="x" * 40_000))
        refusal = await shopper.event("refusal")
        await shopper.send("frame", keyframe(epoch + 1, text="small"))

        assert refusal["code"] == "too-fast"
        assert (await agent.event("frame"))[4][3] == ["tx", "small"]


async def test_page_that_trips_again_and_again_fills_no_trail(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), messages_per_s=10_000.0) as relay:
        pair, shopper, agent, epoch = await live(relay)

        for number in range(1, MAX_TRIPS_NOTED + 20):
            await shopper.send("frame", keyframe(epoch + number, text="4111 1111 1111 1111"))
        await shopper.send("frame", keyframe(epoch + number + 1))
        await agent.event("frame")
        await relay.look(f"/s/{pair.session}/receipt", pair.cookie)

        store = open_store(relay.settings.store)
        await store.open()
        trail = await store.trail(pair.session)
        await store.close()

        assert [entry.kind for entry in trail].count("trip") == MAX_TRIPS_NOTED


RED = "p { color: red }"
KEPT = (["adopted", 1, [["keep", RED]]],)
NAMED = (["adopted", 1, [["named", hash_of(RED.encode())]]],)


async def test_next_page_names_the_style_sheet_that_the_last_one_sent(relay: RunningRelay) -> None:
    pair, shopper, agent, epoch = await live(relay)
    await shopper.send("frame", keyframe(epoch + 1, changes=KEPT))
    await agent.event("frame")

    following = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await following.event("welcome")
    await following.send("frame", keyframe(welcome["epoch"], changes=NAMED))
    await agent.event("frame")
    late = await relay.agent(pair)
    await late.until(lambda: "frame" in late.names())
    names = late.names()
    sheet = await late.event("sheet")
    frame = await late.event("frame")

    assert welcome["sheets"] == [hash_of(RED.encode())]
    assert "sheet" not in agent.names()
    assert (sheet, frame) == ({"text": RED}, keyframe(welcome["epoch"], changes=NAMED))
    assert names.index("sheet") < names.index("frame")


async def test_name_of_a_sheet_that_is_not_here_is_mended_by_a_keyframe(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)

    await shopper.send("frame", keyframe(epoch + 1, changes=NAMED))
    refusal = await shopper.event("refusal")
    wanted = await shopper.event("keyframe-wanted")
    await shopper.send("frame", keyframe(epoch + 2, changes=KEPT))
    frame = await agent.event("frame")

    assert (refusal["code"], wanted) == ("unknown-sheet", {"sheets": []})
    assert frame == keyframe(epoch + 2, changes=KEPT)


async def test_pause_and_trip_delete_style_sheets_with_the_picture(relay: RunningRelay) -> None:
    pair, shopper, agent, epoch = await live(relay)
    await shopper.send("frame", keyframe(epoch + 1, changes=KEPT))
    await agent.event("frame")
    await shopper.send("frame", keyframe(epoch + 2, text="4111 1111 1111 1111", changes=NAMED))
    await shopper.event("tripped")
    await shopper.send("frame", keyframe(epoch + 3, changes=NAMED))
    after_trip = await shopper.event("refusal", lambda refusal: refusal["code"] != "tripwire")
    await shopper.send("frame", keyframe(epoch + 4, changes=KEPT))
    await agent.event("frame")

    await shopper.send("pause", {"reason": "shopper"})
    await agent.event("blank", lambda blank: blank["reason"] == "paused")
    following = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await following.event("welcome")

    assert after_trip["code"] == "unknown-sheet"
    assert welcome["sheets"] == []


async def test_console_that_lost_the_thread_is_given_its_sheets_again(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)
    await shopper.send("frame", keyframe(epoch + 1, changes=KEPT))
    await shopper.send("frame", keyframe(epoch + 2, changes=NAMED))
    await agent.event("frame")
    await agent.event("frame")

    await agent.send("resync")

    assert await agent.event("sheet") == {"text": RED}
    assert await agent.event("frame") == keyframe(epoch + 2, changes=NAMED)


@pytest.mark.parametrize("way", ["frame", "chunks"])
async def test_number_of_the_sites_own_trips_by_its_name_and_the_view_mends_itself(tmp_path: Path, way: str) -> None:
    settings = settings_for(tmp_path, free_port())
    patterns = (SitePattern("customer number", "KD-######"),)
    sites = tuple(msgspec.structs.replace(site, patterns=patterns) for site in settings.sites)
    async with running_relay(tmp_path, settings.port, sites=sites) as relay:
        pair, shopper, agent, epoch = await live(relay)
        shown = keyframe(epoch + 1, text="welcome, kd 123456")

        await (shopper.send("frame", shown) if way == "frame" else shopper.send_chunks(shown))
        told = [await person.event("refusal") for person in (shopper, agent)]
        tripped = await shopper.event("tripped")
        await shopper.send("frame", keyframe(epoch + 2, text="welcome"))
        frame = await agent.event("frame")
        await relay.look(f"/s/{pair.session}/receipt", pair.cookie)

        store = open_store(relay.settings.store)
        await store.open()
        trail = [entry for entry in await store.trail(pair.session) if entry.kind == "trip"]
        await store.close()

    assert {refusal["message"] for refusal in told} == {
        "This page shows what the shop keeps private (“customer number”); it was not passed on."
    }
    assert tripped == {"epoch": epoch + 1, "node": 5}
    assert frame == keyframe(epoch + 2, text="welcome")
    assert "blank" in agent.names()
    assert [entry.detail for entry in trail] == [
        {"rule": "pattern", "pattern": "customer number", "path": "/checkout", "count": "1"}
    ]
    assert "123456" not in json.dumps(agent.events)


async def test_what_one_site_keeps_private_is_no_rule_of_another(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)

    await shopper.send("frame", keyframe(epoch + 1, text="welcome, KD-123456"))
    frame = await agent.event("frame")

    assert frame == keyframe(epoch + 1, text="welcome, KD-123456")


async def test_what_is_no_field_is_called_as_the_shoppers_page_says_it_unless_it_shows_a_number(
    relay: RunningRelay,
) -> None:
    pair, shopper, agent, epoch = await live(relay)
    said = {"a1": "Pay now", "a2": "Pay with 4111 1111 1111 1111"}

    for act, label in said.items():
        await agent.send("act", ["highlight", act, epoch, 3, None])
        await shopper.event("act")
        await shopper.send("outcome", {"act": act, "outcome": "shown", "label": label})
    told = [(await agent.event("outcome"))["label"] for _ in said]
    await agent.send("end")
    await shopper.event("view", lambda view: view["state"] == "ended")
    receipt = (await relay.look(f"/s/{pair.session}/receipt", pair.cookie)).json()

    assert told == ["Pay now", ""]
    assert [highlight["label"] for highlight in receipt["highlights"]] == ["Pay now", ""]
