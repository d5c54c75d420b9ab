"""Pause, stop, end, loss and return, a second agent, and a reader who is slow, over real sockets."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.ports import free_port
from tests.unit.redis_server import redis_server
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import SHOP, Pair, RunningRelay, running_relay
from tests.unit.relay.sockets import LIMIT_S, Socket


async def live(relay: RunningRelay, **how: Any) -> tuple[Pair, Socket, Socket, int]:
    pair = await relay.pair(**how)
    agent = await relay.agent(pair)
    shopper = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await shopper.event("welcome")
    pair.shopper_token = welcome["nextToken"]
    await shopper.send("frame", keyframe(welcome["epoch"]))
    await agent.event("frame")
    return pair, shopper, agent, welcome["epoch"]


def in_state(state: str) -> Any:
    return lambda view: view["state"] == state


async def test_pause_blanks_before_it_is_told_and_resume_takes_a_new_keyframe(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)
    agent.events.clear()

    await shopper.send("pause", {"reason": "shopper"})
    await agent.event("view", in_state("paused"))
    told = agent.names()
    await shopper.send("frame", mutation(epoch, 1, "typed while paused"))
    await shopper.send("resume", None)
    await agent.event("view", in_state("live"))
    await shopper.send("frame", mutation(epoch, 2, "of the old epoch"))
    await shopper.send("frame", keyframe(epoch + 1, text="resumed"))
    frame = await agent.event("frame")

    assert told == ["blank"]
    assert frame == keyframe(epoch + 1, text="resumed")
    assert "refusal" not in shopper.names()


async def test_console_that_comes_while_paused_gets_no_picture(relay: RunningRelay) -> None:
    pair, shopper, agent, _ = await live(relay)
    await shopper.send("pause", {"reason": "bar-hidden"})
    await agent.event("view", in_state("paused"))
    await agent.close()

    again = await relay.agent(pair)
    await shopper.send("stop", None)
    view = await again.event("view", in_state("ended"))

    assert view["endReason"] == "shopper-stopped"
    assert "frame" not in again.names()


@pytest.mark.parametrize(("who", "reason"), [("shopper", "shopper-stopped"), ("agent", "agent-ended")])
async def test_end_blanks_first_and_both_see_why(relay: RunningRelay, who: str, reason: str) -> None:
    _, shopper, agent, _ = await live(relay)
    agent.events.clear()

    await (shopper.send("stop") if who == "shopper" else agent.send("end"))
    seen = [await side.event("view", in_state("ended")) for side in (shopper, agent)]

    assert [view["endReason"] for view in seen] == [reason, reason]
    assert agent.names()[:1] == ["blank"]


async def test_page_load_keeps_the_picture_and_the_next_page_goes_on(relay: RunningRelay) -> None:
    pair, shopper, agent, epoch = await live(relay)
    agent.events.clear()

    await shopper.send("leaving")
    await shopper.close()
    away = await agent.event("view", in_state("away"))
    before = list(agent.names())
    following = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await following.event("welcome")
    await agent.event("view", in_state("live"))
    await following.send("frame", keyframe(welcome["epoch"], path="/checkout/payment"))
    frame = await agent.event("frame")

    assert 0 < away["windowS"] <= relay.settings.away_window_s
    assert "blank" not in before
    assert welcome["epoch"] > epoch
    assert frame[3]["path"] == "/checkout/payment"


async def test_silent_loss_ends_after_its_window(relay: RunningRelay) -> None:
    _, shopper, agent, _ = await live(relay)
    shorten(relay, resume_window_s=0.3)

    await shopper.close()
    lost = await agent.event("view", in_state("lost"))
    ended = await agent.event("view", in_state("ended"))

    assert lost["windowS"] <= 0.3
    assert ended["endReason"] == "resume-window"


async def test_capture_stops_where_no_agent_watches_and_goes_on_when_one_is_back(relay: RunningRelay) -> None:
    pair, shopper, agent, _ = await live(relay)
    shorten(relay, no_agent_window_s=0.3)

    await agent.close()
    paused = await shopper.event("view", in_state("paused"))
    await relay.agent(pair)
    view = await shopper.event("view", in_state("live"))

    assert paused["pauseReason"] == "no-agent"
    assert view["pauseReason"] is None


async def test_idle_session_ends(relay: RunningRelay) -> None:
    _, shopper, _, _ = await live(relay)
    shorten(relay, idle_window_s=0.5)

    ended = await shopper.event("view", in_state("ended"))

    assert ended["endReason"] == "idle"


def shorten(relay: RunningRelay, **windows_s: float) -> None:
    """Once all is set up: a window that is short from the start may pass before a busy machine has come so far."""
    for name, window_s in windows_s.items():
        object.__setattr__(relay.settings, name, window_s)


async def second_agent(relay: RunningRelay) -> tuple[str, Socket]:
    made = relay.sign_launch("T-1", "Ines")
    session, cookie = await relay.launch(made)
    socket = await relay.socket(session, await relay.agent_token(session, cookie), relay.console)
    welcome = await socket.event("welcome")
    return welcome["agent"], socket


async def test_second_agent_sees_nothing_until_the_shopper_lets_them(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)
    joining, second = await second_agent(relay)
    asked = await shopper.event("view", lambda view: len(view["agents"]) == 2)
    await second.send("resync")
    refused = await second.event("refusal")
    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("frame")
    before = second.names()

    await shopper.send("admission", {"agent": joining, "admitted": True})
    frames = [await second.event("frame") for _ in range(2)]

    assert [entry["admission"] for entry in asked["agents"]] == ["admitted", "waiting"]
    assert asked["agents"][1]["name"] == "Ines"
    assert refused["code"] == "not-admitted"
    assert not {"frame", "chunk"} & set(before)
    assert frames == [keyframe(epoch), mutation(epoch, 1)]


async def test_agent_whom_the_kept_picture_did_not_help_gets_a_new_one(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)
    shopper.events.clear()

    await agent.send("resync")
    kept = await agent.event("frame")
    asked_at_first = shopper.names()
    await agent.send("resync")
    await shopper.event("keyframe-wanted")
    await shopper.send("frame", keyframe(epoch + 1))
    new = await agent.event("frame")

    assert (kept, asked_at_first) == (keyframe(epoch), [])
    assert new == keyframe(epoch + 1)


async def test_refused_agent_sees_nothing_and_can_end_nothing(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay)
    joining, second = await second_agent(relay)

    await shopper.send("admission", {"agent": joining, "admitted": False})
    await second.event("view", lambda view: any(entry["admission"] == "refused" for entry in view["agents"]))
    await second.send("end")
    await second.send("act", ["highlight", "x", epoch, 6, None])
    codes = [(await second.event("refusal"))["code"] for _ in range(2)]
    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("frame")

    assert codes == ["not-admitted", "not-admitted"]
    assert "frame" not in second.names()
    assert "act" not in shopper.names()


async def test_act_without_its_grant_is_refused(relay: RunningRelay) -> None:
    _, shopper, agent, epoch = await live(relay, grants=("view",))

    await agent.send("act", ["pointer", 1, 1])
    await agent.send("act", ["highlight", "a", epoch, 6, None])
    codes = [(await agent.event("refusal"))["code"] for _ in range(2)]

    assert codes == ["no-grant", "no-grant"]
    assert "act" not in shopper.names()


async def test_agents_pointer_reaches_the_shopper(relay: RunningRelay) -> None:
    _, shopper, agent, _ = await live(relay)

    await agent.send("act", ["pointer", 12.5, 30])
    delivery = await shopper.event("act")

    assert delivery["act"] == ["pointer", 12.5, 30.0]


async def test_keyframes_are_asked_of_the_shopper_at_a_bounded_rate(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), keyframe_interval_s=600.0) as relay:
        pair, shopper, _, epoch = await live(relay)

        for number in range(5):
            await shopper.send("frame", mutation(epoch, 50 + number))
            await relay.agent(pair)
        await shopper.send("stop")
        await shopper.event("view", in_state("ended"))

        # The page itself sent one as it came; within the interval no other is asked for.
        assert "keyframe-wanted" not in shopper.names()


async def test_slow_agent_is_dropped_to_the_next_keyframe_and_others_are_not_delayed(tmp_path: Path) -> None:
    bounds = {"max_queue_bytes": 300_000, "max_backlog_bytes": 600_000, "messages_per_s": 10_000.0}
    async with running_relay(tmp_path, free_port(), frame_bytes_per_s=1e9, **bounds) as relay:
        _, shopper, agent, epoch = await live(relay)
        joining, slow = await second_agent(relay)
        await shopper.send("admission", {"agent": joining, "admitted": True})
        await slow.event("frame")
        slow.raw.transport.pause_reading()
        before = _rss_kb()

        # 40 MB pass; kernel buffers and the lane hold a few.
        text = "x" * 200_000
        for seq in range(1, 201):
            await shopper.send("frame", mutation(epoch, seq, text))
            await agent.event("frame")
        grown_kb = _rss_kb() - before
        slow.raw.transport.resume_reading()
        async with asyncio.timeout(LIMIT_S):
            while "keyframe-wanted" not in shopper.names():
                await shopper.send("frame", mutation(epoch, seq := seq + 1, "small"))
                await agent.event("frame")
        await shopper.send("frame", keyframe(epoch + 1, text="for the slow one"))
        await slow.event("frame", lambda frame: frame == keyframe(epoch + 1, text="for the slow one"))

        seen = [payload for name, payload in slow.events if name == "frame"]
        assert len(seen) < 200
        assert grown_kb < 30_000


def _rss_kb() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("this system does not tell")


async def test_restarted_relay_takes_its_sessions_up_and_both_come_back(tmp_path: Path) -> None:
    port = free_port()
    async with running_relay(tmp_path, port) as relay:
        pair, _, _, epoch = await live(relay)
    async with running_relay(tmp_path, port) as relay:
        agent = await relay.socket(pair.session, pair.agent_token, relay.console)
        welcome = await agent.event("welcome")
        shopper = await relay.socket(pair.session, pair.shopper_token, SHOP)
        next_epoch = (await shopper.event("welcome"))["epoch"]
        await agent.event("view", in_state("live"))
        await shopper.send("frame", keyframe(next_epoch, text="back again"))
        frame = await agent.event("frame")

        assert welcome["view"]["state"] == "lost"
        assert next_epoch > epoch
        assert frame == keyframe(next_epoch, text="back again")


async def test_pause_while_redis_is_down_blanks_at_once_and_frames_wait_until_it_can_be_kept(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        running = running_relay(tmp_path, free_port(), store=url)
        relay = await running.__aenter__()
        _, shopper, agent, epoch = await live(relay)
    agent.events.clear()

    await shopper.send("frame", mutation(epoch, 1, "without Redis"))
    frame = await agent.event("frame")
    await shopper.send("pause", {"reason": "shopper"})
    await agent.event("blank")
    refusal = await shopper.event("refusal")
    await shopper.send("frame", keyframe(epoch + 1, text="after the pause was pressed"))
    ready = await relay.http.get("/readyz")
    with redis_server(tmp_path, port=int(url.rpartition(":")[2].partition("/")[0])):
        await shopper.send("pause", {"reason": "shopper"})
        await agent.event("view", in_state("paused"))
        await shopper.send("stop")
        ended = await agent.event("view", in_state("ended"))
        await running.__aexit__(None, None, None)

    assert frame == mutation(epoch, 1, "without Redis")
    assert refusal["code"] == "store-unavailable"
    assert (ready.status_code, ready.json()["code"]) == (503, "store-unavailable")
    assert ended["endReason"] == "shopper-stopped"
    assert "frame" not in agent.names()


async def test_messages_that_are_written_down_are_taken_at_a_bounded_rate(tmp_path: Path) -> None:
    # A slow rate: while a slow disk takes those that are allowed, as many more must not be earned back.
    async with running_relay(tmp_path, free_port(), controls_per_s=0.5) as relay:
        _, shopper, agent, epoch = await live(relay)
        allowed = int(4 * relay.settings.controls_per_s)

        for number in range(allowed + 5):
            await agent.send("act", ["highlight", f"a{number}", epoch, 6, None])
        refusal = await agent.event("refusal")
        acts = [await shopper.event("act") for _ in range(allowed)]

        assert refusal["code"] == "too-fast"
        assert acts[-1]["act"][1] == f"a{allowed - 1}"


async def test_shopper_may_rate_after_the_end_and_the_receipt_says_so(relay: RunningRelay) -> None:
    pair, shopper, agent, _ = await live(relay)
    await agent.send("end")
    await shopper.event("view", in_state("ended"))

    await shopper.send("rating", {"stars": 5})
    await shopper.event("view", in_state("ended"))
    receipt = (await relay.look(f"/s/{pair.session}/receipt", pair.cookie)).json()

    assert receipt["rating"] == 5


async def test_sockets_are_closed_after_the_farewell(tmp_path: Path) -> None:
    async with running_relay(tmp_path, free_port(), farewell_window_s=0.1) as relay:
        _, shopper, agent, _ = await live(relay)

        await shopper.send("stop")
        await shopper.closed()
        await agent.closed()

        assert [view["endReason"] for name, view in shopper.events if name == "view"][-1] == "shopper-stopped"
