"""`beside serve --workers N` as a process of its own: one port, several workers, one of them killed, all replaced."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.e2e.processes import ServerProcess, listening_at, running_relay, workers_of
from tests.unit.redis_server import RedisProcess, redis_server
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import LAUNCH_SECRET, SHOP, Pair, RunningRelay, keep_keys, settings_for, until
from tests.unit.relay.sockets import LIMIT_S, ConnectRefused, Socket
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

WORKERS = 3
SITES = f"""
[sites.test]
name = "Test shop"
origins = ["{SHOP}"]
shop_url = "{SHOP}/"
launch_secrets = ["{LAUNCH_SECRET}"]
"""


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def server(tmp_path: Path, redis_url: str) -> Iterator[ServerProcess]:
    running = running_relay(tmp_path, SITES, store=redis_url, workers=str(WORKERS))
    running.start()
    running.wait_until(lambda: listening_at(running.port) == WORKERS, "all workers")
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text()


@pytest.fixture
def apart(tmp_path: Path, redis_url: str) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Two workers as on two machines, under one address."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    one = running_relay(folders[0], SITES, store=redis_url)
    two = running_relay(folders[1], SITES, store=redis_url, public_url=f"http://console.localhost:{one.port}")
    one.start()
    two.start()
    yield one, two
    for each in (one, two):
        each.send(signal.SIGCONT)
        each.stop()


@asynccontextmanager
async def reached(server: ServerProcess, folder: Path, redis_url: str) -> AsyncIterator[RunningRelay]:
    settings = settings_for(folder, server.port, store=redis_url)
    await keep_keys(settings)
    # A connection for each request: the kernel gives it to whichever worker takes it.
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{server.port}", timeout=LIMIT_S, trust_env=False, limits=limits
    ) as http:
        relay = RunningRelay(settings, None, http)
        yield relay
        for opened in relay.sockets:
            await opened.close()


async def meet(relay: RunningRelay, pair: Pair) -> tuple[Socket, Socket, int]:
    agent = await relay.agent(pair)
    shopper = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await shopper.event("welcome")
    pair.shopper_token = welcome["nextToken"]
    await shopper.send("frame", keyframe(welcome["epoch"]))
    await agent.event("frame", lambda frame: frame[1] == welcome["epoch"])
    return shopper, agent, welcome["epoch"]


async def meet_again(relay: RunningRelay, pair: Pair) -> tuple[Socket, Socket, int]:
    """As browsers do: they try until it works."""
    async with asyncio.timeout(2 * LIMIT_S):
        while True:
            try:
                # A connection that the kernel gave to a worker that stands still is not waited for.
                return await asyncio.wait_for(meet(relay, pair), 6)
            except (
                TimeoutError,
                ConnectRefused,
                InvalidStatus,
                InvalidMessage,
                ConnectionClosed,
                OSError,
                AssertionError,
            ):
                await asyncio.sleep(0.1)


async def carried_by_kind(relay: RunningRelay) -> dict[str, set[float]]:
    """What the workers say of it, whichever of them were reached."""
    found: dict[str, set[float]] = {"passed": set(), "socket": set()}
    for _ in range(10 * WORKERS):
        text = (await relay.http.get("/metrics")).text
        for kind, number in re.findall(r'beside_carried_total\{kind="(\w+)"\} (\d+)', text):
            found.setdefault(kind, set()).add(float(number))
    return found


async def test_sockets_are_passed_to_the_worker_that_holds_their_session(
    server: ServerProcess, tmp_path: Path, redis_url: str
) -> None:
    async with reached(server, tmp_path, redis_url) as relay:
        pairs = [await relay.pair(f"T-{n}") for n in range(8)]
        met = [await meet(relay, pair) for pair in pairs]

        for (shopper, agent, epoch), seq in itertools.product(met, range(1, 4)):
            await shopper.send("frame", mutation(epoch, seq, text=f"change {seq}"))
            assert await agent.event("frame") == mutation(epoch, seq, text=f"change {seq}")

        carried = await carried_by_kind(relay)
        # Of sixteen sockets some came to another worker than their session's, and none goes by Redis.
        assert carried["passed"]
        assert carried["socket"] == set()


async def test_sessions_of_a_worker_that_is_killed_go_on(server: ServerProcess, tmp_path: Path, redis_url: str) -> None:
    async with reached(server, tmp_path, redis_url) as relay:
        pairs = [await relay.pair(f"K-{n}") for n in range(6)]
        met = [await meet(relay, pair) for pair in pairs]

        for victim in workers_of(server.pid):
            os.kill(victim, signal.SIGKILL)
            # Who was held by it notices at once; it may have held nobody.
            await asyncio.sleep(0.5)
            disturbed = [
                pair
                for pair, (shopper, agent, _) in zip(pairs, met, strict=True)
                if shopper.is_closed or agent.is_closed
            ]
            if disturbed:
                break
        began_at = asyncio.get_running_loop().time()
        again = await asyncio.gather(*(meet_again(relay, pair) for pair in disturbed))
        took_s = asyncio.get_running_loop().time() - began_at

        print(f"A worker was killed: {len(disturbed)} of {len(pairs)} sessions were back after {took_s:.2f} s.")
        for _, agent, _ in again:
            view = await agent.event("view", lambda view: view["shopperConnected"])
            # No question is asked again, and nothing that was allowed is lost.
            assert (view["state"], view["grants"]) == ("live", ["view", "point"])
        assert took_s < LIMIT_S
        # Others heard nothing of it.
        calm = [one for pair, one in zip(pairs, met, strict=True) if pair not in disturbed]
        assert all(not shopper.is_closed and not agent.is_closed for shopper, agent, _ in calm)

        async def are_all_there() -> bool:
            return len(workers_of(server.pid)) == WORKERS

        await until(are_all_there)


async def test_worker_that_stands_still_is_ended_and_its_sessions_go_on(
    server: ServerProcess, tmp_path: Path, redis_url: str
) -> None:
    async with reached(server, tmp_path, redis_url) as relay:
        pairs = [await relay.pair(f"S-{n}") for n in range(6)]
        met = [await meet(relay, pair) for pair in pairs]
        victim = workers_of(server.pid)[0]
        os.kill(victim, signal.SIGSTOP)
        held = [pair for pair, sockets in zip(pairs, met, strict=True) if not await answers(*sockets, within_s=1.0)]
        again = await asyncio.gather(*(meet_again(relay, pair) for pair in held))

        async def is_another_there() -> bool:
            now = workers_of(server.pid)
            return victim not in now and len(now) == WORKERS

        await until(is_another_there)
        for sockets in again:
            assert await answers(*sockets)
        calm = [sockets for pair, sockets in zip(pairs, met, strict=True) if pair not in held]
        assert all(not shopper.is_closed and not agent.is_closed for shopper, agent, _ in calm)


async def test_worker_that_slept_lets_go_of_what_others_took(
    apart: tuple[ServerProcess, ServerProcess], tmp_path: Path, redis_url: str
) -> None:
    """Of another machine, say: nobody ends it, and it has not heard that it was taken for dead."""
    one, two = apart
    async with reached(one, tmp_path, redis_url) as here, reached(two, tmp_path, redis_url) as there:
        there.settings = here.settings
        pair = await here.pair("L-1")
        shopper, agent, _ = await meet(here, pair)
        one.send(signal.SIGSTOP)

        began_at = asyncio.get_running_loop().time()
        there.ports = itertools.repeat(two.port)
        new_shopper, new_agent, epoch = await meet_again(there, pair)
        took_s = asyncio.get_running_loop().time() - began_at
        one.send(signal.SIGCONT)
        await asyncio.gather(shopper.closed(), agent.closed())

        print(f"A worker stood still: its session was back after {took_s:.2f} s.")
        assert await answers(new_shopper, new_agent, epoch)
        assert not new_shopper.is_closed
        assert not new_agent.is_closed


async def answers(shopper: Socket, agent: Socket, epoch: int, *, within_s: float = 8.0) -> bool:
    """Whether a frame gets through in time."""
    await shopper.send("frame", keyframe(epoch + 1))
    try:
        async with asyncio.timeout(within_s):
            await agent.event("frame", lambda frame: frame[1] == epoch + 1)
    except TimeoutError:
        return False
    return True


async def test_workers_are_replaced_one_by_one_and_sessions_go_on(
    server: ServerProcess, tmp_path: Path, redis_url: str
) -> None:
    async with reached(server, tmp_path, redis_url) as relay:
        pair = await relay.pair("R-1")
        shopper, agent, _ = await meet(relay, pair)
        before = workers_of(server.pid)

        os.kill(server.pid, signal.SIGHUP)
        await asyncio.wait_for(shopper.closed(), LIMIT_S)
        began_at = asyncio.get_running_loop().time()
        _, agent, _ = await meet_again(relay, pair)
        took_s = asyncio.get_running_loop().time() - began_at
        print(f"A worker was replaced: the session was back after {took_s:.2f} s.")
        view = await agent.event("view", lambda view: view["shopperConnected"])

        async def are_all_new() -> bool:
            now = workers_of(server.pid)
            return len(now) == WORKERS and not set(now) & set(before)

        await until(are_all_new)

    assert view["state"] == "live"
    # Half a second as measured; a busy machine takes longer, and the window of one who is lost (90 s) far longer.
    assert took_s < LIMIT_S


async def test_worker_that_cannot_start_again_does_not_end_the_others(tmp_path: Path) -> None:
    redis = RedisProcess(tmp_path)
    redis.start()
    server = running_relay(tmp_path, SITES, store=redis.url, workers=str(WORKERS))
    server.start()
    try:
        await until(lambda: _now(listening_at(server.port) == WORKERS))
        redis.send(signal.SIGSTOP)
        victim = workers_of(server.pid)[0]
        os.kill(victim, signal.SIGKILL)
        # The one that comes in its place waits for Redis in vain, and ends.
        await until(lambda: _now("did not start" in server.log.read_text() or _failed_starts(server) > 0))
        redis.send(signal.SIGCONT)

        await until(lambda: _now(listening_at(server.port) == WORKERS))
        assert victim not in workers_of(server.pid)
        assert server.is_ready()
    finally:
        redis.send(signal.SIGCONT)
        server.stop()
        redis.end()


def _failed_starts(server: ServerProcess) -> int:
    return server.log.read_text().count("ended by itself (exit code 1)")


async def _now(value: bool) -> bool:
    return value


async def test_worker_that_stood_still_while_it_asked_takes_nothing_from_who_answered(
    apart: tuple[ServerProcess, ServerProcess], tmp_path: Path, redis_url: str
) -> None:
    one, two = apart
    async with reached(one, tmp_path, redis_url) as here, reached(two, tmp_path, redis_url) as there:
        pair = await here.pair("Q-1")
        shopper, agent, epoch = await meet(here, pair)
        one.send(signal.SIGSTOP)
        asking = asyncio.create_task(there.look(f"/s/{pair.session}/state", pair.cookie))
        await asyncio.sleep(0.3)
        two.send(signal.SIGSTOP)
        one.send(signal.SIGCONT)
        await asyncio.sleep(3.5)
        two.send(signal.SIGCONT)
        await asking

        state = (await there.look(f"/s/{pair.session}/state", pair.cookie)).json()["state"]
        assert state == "live"
        assert await answers(shopper, agent, epoch)


async def test_what_comes_right_behind_a_handshake_is_no_request_of_its_own(
    server: ServerProcess, tmp_path: Path, redis_url: str
) -> None:
    """Behind a proxy it would carry whatever address its sender likes."""
    async with reached(server, tmp_path, redis_url) as relay:
        pair = await relay.pair("E-1")
        await meet(relay, pair)
        head = (
            f"GET /socket.io/?EIO=4&transport=websocket&session={pair.session} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Origin: {SHOP}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        told = []
        for _ in range(40):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(head.encode())
            await writer.drain()
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            try:
                async with asyncio.timeout(1):
                    told.append(await reader.read(4096))
            except (TimeoutError, ConnectionError):
                told.append(b"")
            writer.close()

        assert not any(answer.startswith(b"HTTP/1.1 200") for answer in told)
        assert (await carried_by_kind(relay))["passed"]
        assert (await relay.http.get("/healthz")).status_code == 200
