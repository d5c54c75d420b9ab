"""Many at once, and some who do not read: nobody else is kept waiting, and nothing grows."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from beside.session import Participant, Session
from beside.store import open_store
from beside.store.contract import Store
from beside.tokens import Signer
from tests.bench.report import percentile
from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import Journey, live
from tests.faults.running import LIMIT_S, RelayUnderFault
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import SHOP

Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]

SESSIONS = 500
# A neighbour's page changes this often while the crowd comes in.
FRAME_EVERY_S = 0.02


def rss_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise AssertionError("this system does not tell")


async def test_agent_who_stops_reading_is_let_go_and_delays_and_grows_nothing(
    start: Start, figures: MakeFigures
) -> None:
    told = figures("agent stops reading")
    bounds = {"max_queue_bytes": 300_000, "max_backlog_bytes": 600_000, "messages_per_s": 10_000.0}
    relay = await start(frame_bytes_per_s=1e9, ping_interval_s=2.0, ping_timeout_s=5.0, **bounds)
    journey = await live(relay, "T-1")
    await journey.admit_second_agent()
    await journey.second.here.event("frame")
    journey.shopper.here.events.clear()

    # 80 MB pass; what the kernel and the lane hold of them is a few.
    text = "x" * 200_000
    journey.epoch += 1
    await journey.shopper.here.send("frame", keyframe(journey.epoch))
    await journey.agent.here.event("frame")
    before = rss_bytes(relay.process.pid)
    journey.second.here.raw.transport.pause_reading()
    began_at, slowest_s, grown = time.monotonic(), 0.0, 0
    for seq in range(1, 401):
        sent_at = time.monotonic()
        await journey.shopper.here.send("frame", mutation(journey.epoch, seq, text))
        await journey.agent.here.event("frame")
        slowest_s = max(slowest_s, time.monotonic() - sent_at)
        grown = max(grown, rss_bytes(relay.process.pid) - before)
    with told.recovery():
        await journey.shopper.here.event("view", lambda view: not view["agents"][1]["connected"])
    gone_s = time.monotonic() - began_at
    journey.second.here.raw.transport.resume_reading()
    await journey.second.come(relay, journey.session)
    await journey.shopper.here.event("keyframe-wanted")
    await journey.shopper.here.send("frame", keyframe(journey.epoch + 1))
    await journey.second.here.event("frame")

    assert grown < 40_000_000
    told.tell(**{"the other's slowest frame ms": slowest_s * 1000, "grown MB": grown / 1e6, "let go after s": gone_s})
    told.count(len(journey.acknowledged), await journey.missing())


def session_of_crowd(number: int) -> Session:
    now = time.time()
    people = (
        Participant(id=f"agent-{number}", role="agent", name="Sam", admission="admitted", joined_at=now),
        Participant(id=f"shopper-{number}", role="shopper", name="", admission="admitted", joined_at=now),
    )
    return Session(
        id=f"crowd-{number}",
        site="test",
        ticket=f"C-{number}",
        subject="",
        locale=None,
        created_at=now,
        state="live",
        state_since=now,
        consent_at=now,
        grants=("view", "point"),
        participants=people,
    )


async def fill(store: Store) -> None:
    """Shared sessions, as a killed relay leaves them."""
    await store.open()
    for number in range(SESSIONS):
        await store.insert_session(session_of_crowd(number), [])
    await store.close()


@asynccontextmanager
async def crowd(relay: RelayUnderFault) -> AsyncIterator[Callable[[], Awaitable[dict[str, Any]]]]:
    """The process of `storm.py`; gives what waits for everybody to be there."""
    signer = Signer(relay.settings.secret_keys)
    people = []
    for number in range(SESSIONS):
        address = f"10.1.{number // 250}.{number % 250}"
        for role, origin in (("shopper", SHOP), ("agent", relay.console)):
            token = signer.sign_participant(f"crowd-{number}", f"{role}-{number}", role, 1)  # type: ignore[arg-type]
            people.append({"session": f"crowd-{number}", "token": token, "origin": origin, "address": address})
    words = [sys.executable, "-m", "tests.faults.storm", str(relay.settings.port)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, cwd=Path(__file__).parents[2])
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(json.dumps(person) + "\n" for person in people).encode() + b"\n")

    async def everybody() -> dict[str, Any]:
        async with asyncio.timeout(3 * LIMIT_S):
            line = await process.stdout.readline()
        told: dict[str, Any] = json.loads(line)
        assert told.get("here") == len(people), told
        return told

    try:
        yield everybody
    finally:
        process.stdin.close()
        await process.wait()


async def neighbour(journey: Journey, is_over: asyncio.Event) -> list[float]:
    """How long each frame of a page that changes all the time is on its way, until it is over."""
    journey.epoch += 1
    frames_s = []
    seq = 0
    while not is_over.is_set():
        frame = mutation(journey.epoch, seq) if seq else keyframe(journey.epoch)
        sent_at = time.monotonic()
        await journey.shopper.here.send("frame", frame)
        assert await journey.agent.here.event("frame") == frame
        frames_s.append(time.monotonic() - sent_at)
        seq += 1
        await asyncio.sleep(FRAME_EVERY_S)
    return frames_s


async def test_thousand_sockets_that_a_killed_relay_lost_are_all_back_and_delay_no_neighbour_for_long(
    start: Start, store: str, store_url: str, figures: MakeFigures
) -> None:
    told = figures("relay killed with 1,000 sockets open", store)
    kept = open_store(store_url)
    await fill(kept)
    relay = await start(store=store_url, messages_per_s=1000.0)
    async with crowd(relay) as everybody:
        await everybody()
        for number in range(ROUNDS):
            await relay.kill()
            began_at = time.monotonic()
            await relay.start()
            journey = await live(relay, f"T-{number}")
            is_over = asyncio.Event()
            watching = asyncio.create_task(neighbour(journey, is_over))
            back = await everybody()
            told.recovered_s.append(time.monotonic() - began_at)
            is_over.set()
            frames_s = await watching
            sockets = await open_sockets(relay)

            assert sockets == 2 * SESSIONS + 2
            told.tell(
                **{
                    "all let in within s": back["took_s"],
                    "a neighbour's p99 ms": percentile(frames_s, 99) * 1000,
                    "its slowest frame ms": max(frames_s) * 1000,
                }
            )
            told.count(len(journey.acknowledged), await journey.missing())
        # What each was told, that they are there and the view is on, is what another killed process leaves.
        relay.process.kill()
    await kept.open()
    sessions = {session.id: session for session in await kept.open_sessions()}
    await kept.close()
    missing = [
        f"crowd-{number}"
        for number in range(SESSIONS)
        if sessions[f"crowd-{number}"].state != "live"
        or [person.generation for person in sessions[f"crowd-{number}"].participants] != [1 + ROUNDS] * 2
    ]
    told.count(2 * SESSIONS, missing)


async def open_sockets(relay: RelayUnderFault) -> int:
    text = (await relay.http.get("/metrics")).text
    return next(int(float(line.split()[1])) for line in text.splitlines() if line.startswith("beside_sockets "))
