"""Traces of a message's way: what a collector gets of them, what it never gets, and that nothing waits for it."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import redis
from tests.ports import free_port
from tests.unit.relay.collector import Collector, collecting, names_of
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import SHOP, Pair, RunningRelay, running_relay, settings_for
from tests.unit.relay.sockets import Socket

from beside.app import create_app
from beside.logs import configure
from beside.sites import SettingsError
from beside.traced.carried import ADDRESS
from beside.traces import CLOSE_WITHIN_S, MAX_STEPS, MOST_AT_ONCE, MOST_PER_S, About, Trace, Traces
from beside.tunnels import Tunnel

PUBLIC_URL = "http://console.localhost:5998"
# All that a trace may say.
KEYS = {
    *(f"beside.{name}" for name in ("session", "role", "message", "size_bytes", "epoch", "seq", "agents", "outcome")),
}
RESOURCE_KEYS = {
    "service.name",
    "service.instance.id",
    "telemetry.sdk.language",
    "telemetry.sdk.name",
    "telemetry.sdk.version",
}
FRAME_STEPS = ("check grant", "check sequence", "check tripwire", "backlog", "write")


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    async with collecting() as running:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{running.port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=shop")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
        yield running


@pytest.fixture(params=["fast-lane", "without"])
async def relay(request: pytest.FixtureRequest, tmp_path: Path, collector: Collector) -> AsyncIterator[RunningRelay]:
    is_fast = request.param == "fast-lane"
    async with running_relay(tmp_path, free_port(), fast_lane=is_fast, trace_share=1.0) as running:
        yield running


async def live(relay: RunningRelay, pair: Pair | None = None) -> tuple[Pair, Socket, Socket, int]:
    """A session whose agent has the first keyframe."""
    pair = pair or await relay.pair()
    agent = await relay.agent(pair)
    shopper = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await shopper.event("welcome")
    pair.shopper_token = welcome["nextToken"]
    await shopper.send("frame", keyframe(welcome["epoch"]))
    await agent.event("frame")
    return pair, shopper, agent, welcome["epoch"]


def is_of(session: str, seq: int) -> Any:
    return lambda span: span.about["beside.session"] == session and span.about.get("beside.seq") == seq


async def test_frame_is_one_trace_from_the_shopper_to_the_agent(relay: RunningRelay, collector: Collector) -> None:
    pair, shopper, agent, epoch = await live(relay)
    size_bytes = len('["mutation",1,1,7,[["text",5,"changed"]]]') - 1 + len(str(epoch))

    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("frame")
    root = await collector.root("frame", is_of(pair.session, 1))
    steps = await collector.steps(root, *FRAME_STEPS)

    assert root.parent == b""
    assert root.about == {
        "beside.session": pair.session,
        "beside.role": "shopper",
        "beside.message": "frame",
        "beside.size_bytes": size_bytes,
        "beside.epoch": epoch,
        "beside.seq": 1,
        "beside.agents": 1,
        "beside.outcome": "taken",
    }
    assert list(steps) == list(FRAME_STEPS)
    assert {span.trace for span in steps.values()} == {root.trace}
    assert steps["write"].about == {"beside.role": "agent"}
    assert not root.is_error


async def test_steps_follow_each_other_within_their_message(relay: RunningRelay, collector: Collector) -> None:
    pair, shopper, agent, epoch = await live(relay)

    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("frame")
    root = await collector.root("frame", is_of(pair.session, 1))
    steps = await collector.steps(root, *FRAME_STEPS)
    times = [root.began_at, *(at for name in FRAME_STEPS for at in (steps[name].began_at, steps[name].ended_at))]

    assert times == sorted(times)
    assert steps["write"].ended_at <= root.ended_at


async def test_each_watching_agent_is_a_write_of_its_own(relay: RunningRelay, collector: Collector) -> None:
    pair, shopper, agent, epoch = await live(relay)
    _, cookie = await relay.launch(relay.sign_launch("T-1", "Robin"))
    second = await relay.socket(pair.session, await relay.agent_token(pair.session, cookie), relay.console)
    joining = (await second.event("welcome"))["agent"]
    await shopper.send("admission", {"agent": joining, "admitted": True})
    await second.event("frame")

    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("frame")
    root = await collector.root("frame", is_of(pair.session, 1))
    await collector.until(lambda: [span.name for span in collector.parts(root)].count("write") == 2)

    assert root.about["beside.agents"] == 2


async def test_frame_in_chunks_is_one_trace_from_its_first_chunk(relay: RunningRelay, collector: Collector) -> None:
    pair, shopper, agent, epoch = await live(relay)
    frame = keyframe(epoch + 1, text="".join(f"product {n} costs {n * 7} " for n in range(40_000)))

    before = time.time_ns()
    await shopper.send_chunks(frame, size=40_000)
    await agent.event("chunk")
    root = await collector.root("chunk")
    steps = await collector.steps(root, *FRAME_STEPS)

    assert (root.about["beside.epoch"], root.about["beside.seq"]) == (epoch + 1, 0)
    assert root.about["beside.outcome"] == "taken"
    assert root.about["beside.size_bytes"] > 40_000
    # Each chunk is checked, and the frame is shown once.
    names = [span.name for span in collector.parts(root)]
    assert names.count("check sequence") == names.count("check grant") > 1
    assert names.count("write") == 1
    assert before < root.began_at < steps["write"].ended_at
    assert len([span for span in collector.spans if span.name == "chunk"]) == 1
    assert pair.session == root.about["beside.session"]


async def test_what_begins_between_chunks_is_a_trace_of_its_own(relay: RunningRelay, collector: Collector) -> None:
    _, shopper, agent, epoch = await live(relay)
    frame = keyframe(epoch + 1, text="".join(f"product {n} costs {n * 7} " for n in range(40_000)))
    header = {"epoch": epoch + 1, "seq": 0, "index": 0, "count": 2, "rawBytes": 1_000}

    # One that is never whole, a word between, and one that is.
    await shopper.send_chunk(header, b"x" * 100)
    await shopper.send("visibility", {"hidden": True})
    await shopper.send_chunks(frame, size=40_000)
    await agent.event("chunk")
    await collector.root("visibility")
    cut = await collector.root("chunk", lambda span: span.about["beside.outcome"] == "dropped")
    whole = await collector.root("chunk", lambda span: span.about["beside.outcome"] == "taken")

    assert cut.trace != whole.trace
    assert "beside.seq" not in cut.about


REFUSED = {
    "sequence-gap": lambda epoch: mutation(epoch, 7),
    "malformed": lambda epoch: ["mutation", epoch, 1, 7, [["eval", "x"]]],
    "tripwire": lambda epoch: mutation(epoch, 1, text="4111 1111 1111 1111"),
}


@pytest.mark.parametrize("code", REFUSED)
async def test_refused_frame_says_its_code(relay: RunningRelay, collector: Collector, code: str) -> None:
    _, shopper, agent, epoch = await live(relay)

    await shopper.send("frame", REFUSED[code](epoch))
    await shopper.event("refusal")
    root = await collector.root("frame", lambda span: span.about["beside.outcome"] != "taken")

    assert root.about["beside.outcome"] == code
    assert root.is_error
    assert "write" not in names_of(collector.parts(root))
    assert agent is not None


async def test_frame_that_was_on_its_way_into_a_pause_is_dropped(relay: RunningRelay, collector: Collector) -> None:
    _, shopper, agent, epoch = await live(relay)

    await shopper.send("pause", {"reason": "shopper"})
    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("blank")
    root = await collector.root("frame", lambda span: span.about["beside.outcome"] != "taken")

    assert root.about["beside.outcome"] == "dropped"
    assert not root.is_error


async def test_act_shows_how_long_the_store_took(relay: RunningRelay, collector: Collector) -> None:
    pair, shopper, agent, epoch = await live(relay)

    await agent.send("act", ["highlight", "a", epoch, 5, None])
    await shopper.event("act")
    root = await collector.root("act")
    steps = await collector.steps(root, "store commit_session", "write")

    assert (root.about["beside.role"], root.about["beside.outcome"]) == ("agent", "taken")
    assert steps["store commit_session"].about == {"beside.session": pair.session, "beside.outcome": "taken"}
    assert steps["write"].about == {"beside.role": "shopper"}
    assert steps["store commit_session"].ended_at <= steps["write"].began_at


async def test_what_is_stored_for_no_message_is_a_trace_of_its_own(relay: RunningRelay, collector: Collector) -> None:
    await relay.pair()

    stored = await collector.root("store insert_session")
    code = await collector.root("store take_code")

    assert stored.parent == code.parent == b""
    assert stored.about["beside.outcome"] == "taken"


async def test_collector_hears_who_speaks_as_its_variables_say(relay: RunningRelay, collector: Collector) -> None:
    await relay.pair()
    span = await collector.root("store insert_session")

    assert span.resource["service.name"] == "beside"
    assert all("x-tenant: shop" in head.lower() for head in collector.heads)
    assert all(head.startswith("POST /v1/traces ") for head in collector.heads)


async def test_nothing_of_a_page_or_a_person_is_in_a_trace(tmp_path: Path, collector: Collector) -> None:
    canary = "CANARY"
    async with running_relay(tmp_path, free_port(), trace_share=1.0) as relay:
        made = await relay.api(f"T-{canary}")
        session, cookie = await relay.launch(made["consoleLink"])
        offer = await relay.redeem(made["code"])
        allowed = await relay.answer(offer.json()["token"], "view", "point")
        pair = Pair(session, cookie, allowed.json()["token"], await relay.agent_token(session, cookie))
        secrets = [made["code"], allowed.json()["token"], pair.agent_token, cookie.partition("=")[2]]
        _, shopper, agent, epoch = await live(relay, pair)
        secrets += [pair.shopper_token, pair.agent_token]
        await shopper.send("frame", keyframe(epoch + 1, text=f"{canary} text", path=f"/{canary}"))
        await agent.event("frame")
        await shopper.send("frame", mutation(epoch + 1, 1, text=canary))
        await shopper.send("frame", ["mutation", epoch + 1, 2, 7, [[canary, canary]]])
        await shopper.send("frame", keyframe(epoch + 2, text=f"{canary} 4111 1111 1111 1111"))
        await shopper.send_chunks(keyframe(epoch + 3, text=f"{canary} in chunks"))
        await shopper.say(f'42["{canary}",["{canary}"]]')
        await shopper.say(f'451-["{canary}",{{"_placeholder":true,"num":0}}]')
        await agent.event("chunk")
        await agent.send("act", ["highlight", f"{canary}-id", epoch + 3, 5, canary])
        await shopper.event("act")
        await agent.send("end")
        await shopper.event("view", lambda view: view["state"] == "ended")

    keys = {key for span in collector.spans for key in span.about}
    assert keys <= KEYS
    assert {key for span in collector.spans for key in span.resource} <= RESOURCE_KEYS
    assert {"act", "chunk", "end", "frame", "message"} <= names_of(collector.spans)
    said = b"".join(collector.bodies)
    for secret in (canary, "Sam", "4111", "/checkout", "localhost", *secrets):
        assert secret.encode() not in said, secret
    assert made["code"].replace("-", "").encode() not in said


async def test_few_are_chosen_where_the_share_is_small(tmp_path: Path, collector: Collector) -> None:
    async with running_relay(tmp_path, free_port(), trace_share=1e-12) as relay:
        _, shopper, agent, epoch = await live(relay)
        await shopper.send("frame", mutation(epoch, 1))
        await agent.event("frame")

    assert collector.spans == []


async def test_no_more_are_chosen_in_a_second_than_a_relay_can_bear(collector: Collector) -> None:
    traces = Traces(1.0)
    began_at = time.monotonic()

    chosen = sum(traces.is_chosen() for _ in range(50_000))
    took_s = time.monotonic() - began_at
    await traces.close()

    assert MOST_AT_ONCE <= chosen <= MOST_AT_ONCE + took_s * MOST_PER_S + 1
    assert collector.spans == []


async def test_trace_that_does_not_end_grows_no_further(collector: Collector) -> None:
    traces = Traces(1.0)
    trace = Trace(traces, "chunk", About(message="chunk"))
    for _ in range(10 * MAX_STEPS):
        with trace.step("check grant"):
            pass
    trace.end()
    trace.add("write", trace.last_at)
    await traces.close()

    assert len(collector.spans) == MAX_STEPS + 1


async def test_frame_ends_the_trace_of_one_in_chunks_that_was_not_whole(
    relay: RunningRelay, collector: Collector
) -> None:
    _, shopper, agent, epoch = await live(relay)
    header = {"epoch": epoch + 1, "seq": 0, "index": 0, "count": 2, "rawBytes": 1_000}

    await shopper.send_chunk(header, b"x" * 100)
    await shopper.send("frame", keyframe(epoch + 2))
    await agent.event("frame", lambda frame: frame[1] == epoch + 2)
    cut = await collector.root("chunk")

    assert cut.about["beside.outcome"] == "dropped"


def test_what_the_exporter_says_by_itself_reaches_no_log() -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure("debug")
        loud = [
            name
            for name in ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "urllib3.connectionpool")
            if logging.getLogger(name).isEnabledFor(logging.CRITICAL)
        ]
    finally:
        root.handlers[:], root.level = before

    assert loud == []


async def test_step_that_ends_after_its_message_still_belongs_to_it(collector: Collector) -> None:
    traces = Traces(1.0)
    trace = Trace(traces, "frame", About(outcome="taken"))

    trace.end()
    trace.add("write", time.time_ns(), About(role="agent"))
    root = await collector.root("frame")
    steps = await collector.steps(root, "write")
    await traces.close()

    assert steps["write"].ended_at >= root.ended_at


# -- Two workers


@pytest.fixture
async def workers(
    tmp_path: Path, redis_url: str, collector: Collector
) -> AsyncIterator[tuple[RunningRelay, RunningRelay]]:
    redis.Redis.from_url(redis_url).flushall()
    words: dict[str, Any] = {"store": redis_url, "public_url": PUBLIC_URL, "trace_share": 1.0}
    async with (
        running_relay(tmp_path, free_port(), **words) as one,
        running_relay(tmp_path, free_port(), **words) as two,
    ):
        yield one, two


async def meet(one: RunningRelay, two: RunningRelay, pair: Pair, at_home: str) -> tuple[Socket, Socket, int]:
    """One of both comes to the session's home, the other one to the other worker."""
    # Who comes first: where nobody is connected a session goes along.
    if at_home == "agent":
        agent = await one.agent(pair)
    shopper = await (one if at_home == "shopper" else two).socket(pair.session, pair.shopper_token, SHOP)
    welcome = await shopper.event("welcome")
    if at_home == "shopper":
        agent = await two.agent(pair)
    await shopper.send("frame", keyframe(welcome["epoch"]))
    await agent.event("frame")
    return shopper, agent, welcome["epoch"]


async def test_trace_spans_both_workers_where_the_shopper_is_elsewhere(
    workers: tuple[RunningRelay, RunningRelay], collector: Collector
) -> None:
    one, two = workers
    pair = await one.pair()
    shopper, agent, epoch = await meet(one, two, pair, "agent")

    await shopper.send("frame", mutation(epoch, 1))
    await agent.event("frame")
    root = await collector.root("frame", is_of(pair.session, 1))
    await collector.until(lambda: any(span.id == root.parent for span in collector.spans))
    (carried,) = [span for span in collector.spans if span.id == root.parent]
    await collector.steps(root, *FRAME_STEPS)

    assert (carried.name, carried.parent, carried.trace) == ("carry in", b"", root.trace)
    assert carried.about["beside.session"] == pair.session
    # Chosen where it came in, and not once more at home.
    assert len([span for span in collector.spans if span.name == "frame" and is_of(pair.session, 1)(span)]) == 1


async def test_trace_spans_both_workers_where_the_agent_is_elsewhere(
    workers: tuple[RunningRelay, RunningRelay], collector: Collector
) -> None:
    one, two = workers
    pair = await one.pair()
    shopper = await one.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await shopper.event("welcome")
    agent = await two.agent(pair)
    epoch = welcome["epoch"]
    large = keyframe(epoch + 1, text="".join(f"product {n} costs {n * 7} " for n in range(40_000)))

    await shopper.send("frame", keyframe(epoch))
    await agent.event("frame")
    await shopper.send_chunks(large, size=40_000)
    await agent.event("chunk")
    for name in ("frame", "chunk"):
        root = await collector.root(name)
        steps = await collector.steps(root, *FRAME_STEPS, "carry out")

        assert steps["carry out"].about == {"beside.session": pair.session}
        assert steps["write"].began_at <= steps["carry out"].began_at


@pytest.mark.parametrize("at_home", ["agent", "shopper"])
async def test_act_that_is_carried_is_one_trace(
    workers: tuple[RunningRelay, RunningRelay], collector: Collector, at_home: str
) -> None:
    one, two = workers
    pair = await one.pair()
    shopper, agent, epoch = await meet(one, two, pair, at_home)

    await agent.send("act", ["highlight", "a", epoch, 5, None])
    await shopper.event("act")
    root = await collector.root("act")
    steps = await collector.steps(root, "store commit_session", "write", *(["carry out"] if at_home == "agent" else []))

    assert {span.trace for span in steps.values()} == {root.trace}
    assert "carry out" in steps or (await collector.root("carry in", lambda span: span.id == root.parent)).parent == b""


async def test_letters_of_what_is_not_traced_are_as_ever(
    tmp_path: Path, redis_url: str, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis.Redis.from_url(redis_url).flushall()
    words: dict[str, Any] = {"store": redis_url, "public_url": PUBLIC_URL, "trace_share": 1e-12}
    sent: list[set[str]] = []
    put = Tunnel.put

    async def watched(tunnel: Tunnel, message: dict[str, Any]) -> None:
        sent.append(set(message))
        await put(tunnel, message)

    monkeypatch.setattr(Tunnel, "put", watched)
    async with (
        running_relay(tmp_path, free_port(), **words) as one,
        running_relay(tmp_path, free_port(), **words) as two,
    ):
        pair = await one.pair()
        shopper, agent, epoch = await meet(one, two, pair, "agent")
        await shopper.send("frame", mutation(epoch, 1))
        await agent.event("frame")

    assert sent
    assert not any(ADDRESS in names for names in sent)


# -- A collector that is away


async def test_relay_goes_on_while_the_collector_hangs_and_keeps_no_more_than_its_queue(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "64")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "32")
    collector.answers.clear()
    frames = 400

    async with running_relay(tmp_path, free_port(), trace_share=1.0, messages_per_s=10_000.0) as relay:
        _, shopper, agent, epoch = await live(relay)
        for seq in range(1, frames + 1):
            await shopper.send("frame", mutation(epoch, seq))
        await agent.event("frame", lambda frame: frame[2] == frames)
        assert collector.spans == []
        collector.answers.set()

    # Of some hundreds: the batch that hung, what waited, and a few of the relay's end.
    assert 0 < len(collector.spans) < 2 * (32 + 64)


@pytest.mark.parametrize("kind", ["hangs", "refuses"])
async def test_relay_stops_soon_where_the_collector_does_not_answer(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    collector.answers.clear()
    if kind == "refuses":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")

    async with running_relay(tmp_path, free_port(), trace_share=1.0) as relay:
        _, shopper, agent, epoch = await live(relay)
        await shopper.send("frame", mutation(epoch, 1))
        await agent.event("frame")
        began_at = asyncio.get_running_loop().time()
        # In the relay's own words: its sockets close, then it waits for the collector as long as it may.
    took_s = asyncio.get_running_loop().time() - began_at

    assert took_s < CLOSE_WITHIN_S + 5.0


# -- Without


def in_a_process(code: str, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", code, *args]
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


MISSING = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(name)

"""
RUNS = """
import asyncio, sys
from pathlib import Path
from tests.ports import free_port
from tests.unit.relay.pages import keyframe
from tests.unit.relay.running import running_relay

async def run(folder):
    async with running_relay(Path(folder), free_port()) as relay:
        pair = await relay.pair()
        agent = await relay.agent(pair)
        shopper = await relay.shopper(pair)
        await shopper.send("frame", keyframe(1000))
        await agent.event("frame")
        print("shown")

asyncio.run(run(sys.argv[1]))
"""


def test_relay_without_traces_never_loads_what_makes_them(tmp_path: Path) -> None:
    # The Redis client loads OpenTelemetry's metrics where they are installed; nothing of traces.
    looks = 'print([name for name in sys.modules if name.startswith(("opentelemetry.sdk.trace", "opentelemetry.exp"))])'

    ran = in_a_process(RUNS + looks, str(tmp_path))

    assert ran.stdout.split("\n")[:2] == ["shown", "[]"], ran.stderr


def test_relay_without_traces_runs_where_opentelemetry_is_not_installed(tmp_path: Path) -> None:
    looks = 'print([name for name in sys.modules if name.startswith("opentelemetry")])'

    ran = in_a_process(f"{MISSING}sys.meta_path.insert(0, Missing()){RUNS}{looks}", str(tmp_path))

    assert ran.stdout.split("\n")[:2] == ["shown", "[]"], ran.stderr


def test_traces_that_nothing_is_there_to_make_are_refused_in_words(tmp_path: Path) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text('[sites.a]\nname="A"\norigins=["https://a.example"]\nshop_url="https://a.example/"\n')
    serves = """
sys.meta_path.insert(0, Missing())
from beside.cli import main
main()
"""
    ran = in_a_process(
        MISSING + serves,
        "serve",
        BESIDE_TRACE_SHARE="0.01",
        BESIDE_PUBLIC_URL="https://relay.example",
        BESIDE_SITES_FILE=str(sites),
        BESIDE_SECRET_KEYS="x" * 32,
        BESIDE_STORE=str(tmp_path / "relay.sqlite3"),
    )

    assert ran.returncode == 2
    assert "pip install 'beside[traces]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_variables_that_opentelemetry_cannot_use_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "-1")

    with pytest.raises(SettingsError, match="OTEL_"):
        create_app(settings_for(tmp_path, free_port(), trace_share=1.0))
