"""Two workers that share one Redis: whichever of them a person reaches, it is the same session."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio
from msgspec.structs import replace
from tests.ports import free_port
from tests.unit.redis_groups import flush, redis_with_sentinel
from tests.unit.redis_server import redis_server
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import API_KEY, CHECKOUT, SHOP, Pair, RunningRelay, running_relay, until
from tests.unit.relay.sockets import LIMIT_S, ConnectRefused, Socket, kept_of_heads
from websockets.exceptions import ConnectionClosed, InvalidStatus

from beside.errors import StoreUnavailable
from beside.store import open_store

PUBLIC_URL = "http://console.localhost:5998"


@asynccontextmanager
async def worker(folder: Path, redis_url: str, **changes: Any) -> AsyncIterator[RunningRelay]:
    async with running_relay(folder, free_port(), store=redis_url, public_url=PUBLIC_URL, **changes) as running:
        yield running


@pytest.fixture
async def workers(tmp_path: Path, redis_url: str) -> AsyncIterator[tuple[RunningRelay, RunningRelay]]:
    async with worker(tmp_path, redis_url) as one, worker(tmp_path, redis_url) as two:
        yield one, two


def gauge(text: str, name: str) -> float:
    return float(next(line for line in text.splitlines() if line.startswith(f"{name} ")).split()[1])


async def metric(relay: RunningRelay, name: str) -> float:
    return gauge((await relay.http.get("/metrics")).text, name)


async def meet(relay: RunningRelay, pair: Pair) -> tuple[Socket, Socket, int]:
    """Both come to this worker; the agent has the first keyframe of the epoch."""
    agent = await relay.agent(pair)
    shopper = await relay.socket(pair.session, pair.shopper_token, SHOP)
    welcome = await shopper.event("welcome")
    pair.shopper_token = welcome["nextToken"]
    await shopper.send("frame", keyframe(welcome["epoch"]))
    await agent.event("frame")
    return shopper, agent, welcome["epoch"]


async def test_session_goes_along_to_the_worker_that_both_reach(workers: tuple[RunningRelay, RunningRelay]) -> None:
    one, two = workers
    made = await one.api("T-along")
    session, cookie = await one.launch(made["consoleLink"])
    agent = await two.socket(session, await two.agent_token(session, cookie), two.console)
    await agent.event("welcome")

    state = (await one.look(f"/s/{session}/state", cookie)).json()
    offer = await one.redeem(made["code"])
    allowed = await one.answer(offer.json()["token"], "view")
    shopper = await two.socket(session, allowed.json()["token"], SHOP)
    await shopper.event("welcome")

    # The code that was shown goes on being shown, and opens.
    assert state["offer"]["code"] == made["code"]
    assert offer.status_code == 200
    assert [await metric(worker, "beside_sockets") for worker in workers] == [0, 2]
    assert await metric(one, "beside_carried_sockets") == 0


async def test_session_stays_where_somebody_is_and_sockets_are_carried(
    workers: tuple[RunningRelay, RunningRelay],
) -> None:
    one, two = workers
    pair = await one.pair("T-stays")
    agent = await one.agent(pair)
    shopper = await two.socket(pair.session, pair.shopper_token, SHOP)
    epoch = (await shopper.event("welcome"))["epoch"]

    await shopper.send("frame", keyframe(epoch))
    for seq in range(1, 200):
        await shopper.send("frame", mutation(epoch, seq, text=f"change {seq}"))
    large = keyframe(epoch + 1, text="".join(f"product {n} costs {n * 7} " for n in range(100_000)))
    await shopper.send_chunks(large, size=100_000)
    frames = [await agent.event("frame") for _ in range(200)]
    chunks = [await agent.event("chunk") for _ in range(2)]

    assert frames == [keyframe(epoch), *(mutation(epoch, seq, text=f"change {seq}") for seq in range(1, 200))]
    assert [header["index"] for header, _ in chunks] == [0, 1]
    assert [await metric(worker, "beside_sockets") for worker in workers] == [2, 0]
    assert [await metric(worker, "beside_carried_sockets") for worker in workers] == [1, 1]
    await shopper.close()
    await agent.event("view", lambda view: view["state"] == "lost")


async def test_nothing_of_a_carried_sockets_head_is_kept_at_either_end(
    workers: tuple[RunningRelay, RunningRelay],
) -> None:
    one, two = workers
    pair = await one.pair("T-head")
    await one.agent(pair)
    shopper = await two.socket(pair.session, pair.shopper_token, SHOP, user_agent_header="of a carried one")
    await shopper.event("welcome")

    assert await metric(two, "beside_carried_sockets") == 1
    assert kept_of_heads("of a carried one") == [shopper.raw.request]


async def test_drained_workers_sessions_go_on_at_the_other(tmp_path: Path, redis_url: str) -> None:
    async with worker(tmp_path, redis_url) as two, worker(tmp_path, redis_url) as one:
        pair = await one.pair("T-drain")
        shopper, agent, epoch = await meet(one, pair)
        assert one.app is not None
        started_at = asyncio.get_running_loop().time()
        await one.app.state.drain()
        await shopper.closed()
        await agent.closed()
        refused = await one.look(f"/s/{pair.session}/state", pair.cookie)
        # As a balancer that has taken it out sends them.
        shopper, agent, later = await meet(two, pair)
        took_s = asyncio.get_running_loop().time() - started_at
        view = await agent.event("view", lambda view: view["shopperConnected"])

    assert refused.status_code == 503
    assert refused.json()["code"] == "draining"
    # A keyframe, and no question: it is live as it was.
    assert later > epoch
    assert view["state"] == "live"
    # A tenth of a second on a machine that does nothing else; never the window of one who is lost.
    assert took_s < 10


async def test_stop_that_waits_as_its_worker_stops_is_kept(tmp_path: Path, redis_url: str) -> None:
    """The page that said it never says it again."""
    async with worker(tmp_path, redis_url) as one:
        pair = await one.pair("T-stop")
        shopper, agent, _ = await meet(one, pair)
        assert one.app is not None
        drain = one.app.state.drain
        store = drain.__self__._store
        committed, gate, waits = store.commit_session, asyncio.Event(), asyncio.Event()

        async def slow(*args: Any) -> None:
            waits.set()
            await gate.wait()
            await committed(*args)

        store.commit_session = slow
        for _ in range(3):
            await shopper.send("resume")
        await waits.wait()
        await shopper.send("stop")
        await agent.event("blank")
        draining = asyncio.create_task(drain())
        await asyncio.sleep(0)
        gate.set()
        await draining
        session = await store.load_session(pair.session)

    assert session.end_reason == "shopper-stopped"


async def test_end_that_was_not_kept_goes_to_no_other_worker_and_is_kept_as_its_own_stops(
    tmp_path: Path, redis_url: str
) -> None:
    async with worker(tmp_path, redis_url) as two, worker(tmp_path, redis_url) as one:
        pair = await one.pair("T-owed")
        assert one.app is not None
        store = one.app.state.drain.__self__._store
        committed = store.commit_session

        async def fail(*_: Any) -> None:
            raise StoreUnavailable("as Redis that does not answer")

        store.commit_session = fail
        refused = await one.ask(f"/s/{pair.session}/end", pair.cookie)
        # Nobody is connected: it would go along to where somebody comes.
        with pytest.raises(ConnectRefused):
            await two.agent(pair)
        stayed = one.app.state.drain.__self__._ledger.held(pair.session)
        store.commit_session = committed
        await one.app.state.drain()
        session = await store.load_session(pair.session)

    assert refused.status_code == 503
    assert stayed is not None
    assert session.end_reason == "agent-ended"


async def test_agent_left_when_their_worker_stopped_unless_they_come_back(tmp_path: Path, redis_url: str) -> None:
    async with worker(tmp_path, redis_url) as two, worker(tmp_path, redis_url) as one:
        pair = await one.pair("T-left")
        _, agent, _ = await meet(one, pair)
        assert one.app is not None
        await one.app.state.drain()
        await agent.closed()

        gone = (await two.look(f"/s/{pair.session}/receipt", pair.cookie)).json()
        await two.agent(pair)
        back = (await two.look(f"/s/{pair.session}/receipt", pair.cookie)).json()

    assert [person["leftAt"] is None for person in gone["agents"]] == [False]
    assert [person["leftAt"] is None for person in back["agents"]] == [True]


async def test_letters_that_are_lost_close_what_is_carried_and_it_comes_back(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str
) -> None:
    one, two = workers
    pair = await one.pair("T-cut")
    agent = await one.agent(pair)
    shopper = await two.shopper(pair)

    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    await shopper.closed()
    lost = await agent.event("view", lambda view: view["state"] == "lost")
    again = await until_it_works(lambda: two.shopper(pair))
    await agent.event("view", lambda view: view["state"] == "live" and view["shopperConnected"])

    assert lost["shopperConnected"] is False
    await again.send("frame", keyframe(10_000))
    # Who is at home there was never disturbed.
    assert not agent.is_closed


async def until_it_works(doing: Callable[[], Awaitable[Socket]]) -> Socket:
    """What browsers do: they try again, for a while."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            try:
                return await doing()
            except (ConnectRefused, InvalidStatus, ConnectionClosed, OSError, AssertionError):
                await asyncio.sleep(0.1)


async def test_session_whose_worker_is_gone_ends_by_its_windows_at_another(tmp_path: Path, redis_url: str) -> None:
    windows = {"resume_window_s": 0.5}
    async with worker(tmp_path, redis_url, **windows) as two:
        async with worker(tmp_path, redis_url, **windows) as one:
            pair = await one.pair("T-orphan")
            await meet(one, pair)
        # Stopped without being drained: its note in Redis still says that it is there.

        async def has_ended() -> bool:
            answer: dict[str, Any] = (await two.look(f"/s/{pair.session}/state", pair.cookie)).json()
            return answer["state"] == "ended"

        await until(has_ended)


@pytest.mark.parametrize("lost", ["subscribe", "publish"])
async def test_worker_that_hears_no_other_is_not_ready(tmp_path: Path, lost: str) -> None:
    with redis_server(tmp_path) as url:
        async with worker(tmp_path, url) as one, redis.asyncio.from_url(url) as direct:

            async def says(status: int) -> bool:
                answer = await one.http.get("/readyz")
                said["sentence"], said["after"] = answer.text, answer.headers.get("Retry-After")
                return answer.status_code == status

            said: dict[str, Any] = {}
            await until(lambda: says(200))
            # The store goes on taking what is written; only the letters stay away.
            await direct.execute_command("ACL", "SETUSER", "default", f"-{lost}", f"-s{lost}")
            await direct.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            await until(lambda: says(503))

            assert "letters of other workers do not come" in said["sentence"]
            assert said["after"] == "1"
            # Longer than it takes until it listens anew, which lets it hear no more than before.
            for _ in range(20):
                assert await says(503)
                await asyncio.sleep(0.2)
            await direct.execute_command("ACL", "SETUSER", "default", f"+{lost}", f"+s{lost}")
            await until(lambda: says(200))


async def test_code_is_typed_at_one_worker_and_waited_for_at_another(
    workers: tuple[RunningRelay, RunningRelay],
) -> None:
    one, two = workers
    made = await one.api("T-ask")
    session, cookie = await one.launch(made["consoleLink"])
    agent = await one.socket(session, await one.agent_token(session, cookie), one.console)
    await agent.event("welcome")
    asked = (await two.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()
    waiting = asyncio.create_task(two.join("wait", {"token": asked["token"]}))
    await asyncio.sleep(0)

    claimed = await one.ask(f"/s/{session}/claim", cookie, {"code": asked["code"]})
    async with asyncio.timeout(LIMIT_S):
        offer = (await waiting).json()
        if offer.get("waiting"):
            offer = (await two.join("wait", {"token": asked["token"]})).json()

    assert claimed.status_code == 204
    assert offer["session"] == session


async def test_names_that_nobody_opened_leave_no_note(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str
) -> None:
    one, _ = workers
    for n in range(5):
        with pytest.raises(ConnectRefused):
            await one.socket(f"nobody-opened-this-{n}", "no-token", SHOP)

    async with redis.asyncio.Redis.from_url(redis_url) as client:
        assert [key async for key in client.scan_iter("beside:{nobody*")] == []


async def test_name_of_a_session_that_was_never_written_goes_once_nobody_can_be_writing_it(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker was killed in between, or its store was away; it would be looked up for ever."""
    one, two = workers
    assert one.app is not None
    assert two.app is not None
    monkeypatch.setattr("beside.household.ADOPTION_PERIOD_S", 1e9)
    household, other = one.app.state.drain.__self__, two.app.state.drain.__self__._homes.worker
    homes = {"homeless": None, "of the dead": "a-worker-of-long-ago", "of the living": other}
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        for name, home in homes.items():
            await client.sadd("beside:open", name)  # type: ignore[misc]
            if home is not None:
                await client.set(f"beside:{{{name}}}:home", home)

        await household.adopt()
        before = {name for name in homes if await client.sismember("beside:open", name)}  # type: ignore[misc]
        await household.adopt()
        after = {name for name in homes if await client.sismember("beside:open", name)}  # type: ignore[misc]
        left = await client.get("beside:{of the dead}:home")

    assert before == set(homes)
    assert after == {"of the living"}
    assert left is None


async def test_ended_session_leaves_no_note(tmp_path: Path, redis_url: str) -> None:
    async with worker(tmp_path, redis_url, farewell_window_s=0.1) as one:
        pair = await one.pair("T-note")
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            name = f"beside:{{{pair.session}}}:home"
            assert await client.get(name) is not None
            await one.ask(f"/s/{pair.session}/end", pair.cookie)

            async def is_gone() -> bool:
                return await client.get(name) is None

            await until(is_gone)


# -- What goes wrong between workers


async def kill_ear(redis_url: str, which: int) -> None:
    """Cuts the connection by which one of the workers hears, the one that came first or last."""
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        ids = sorted(int(ear["id"]) for ear in await client.client_list(_type="pubsub"))
        await client.execute_command("CLIENT", "KILL", "ID", ids[which])


@pytest.mark.parametrize("which", [0, -1], ids=["the home's", "the other's"])
async def test_agent_whose_way_is_cut_at_one_end_is_not_left_with_the_picture(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str, which: int
) -> None:
    one, two = workers
    pair = await one.pair(f"T-ear {which}")
    shopper = await one.shopper(pair)
    agent = await two.agent(pair)
    await shopper.send("frame", keyframe(100))
    await agent.event("frame")

    await kill_ear(redis_url, which)
    await asyncio.sleep(0.2)
    await shopper.send("pause", {"reason": "shopper"})
    await shopper.event("view", lambda view: view["state"] == "paused")

    # It hears of the blank, or is cut off and comes again.
    await asyncio.wait_for(agent.until(lambda: agent.is_closed or "blank" in agent.names()), LIMIT_S)


async def lose_one_answer(relay: RunningRelay) -> None:
    assert relay.app is not None
    letters = relay.app.state.carrier._letters
    send = letters._send

    def lose(*words: Any, is_answer: bool = False) -> None:
        if is_answer:
            letters._send = send
        else:
            send(*words)

    letters._send = lose


async def test_answer_that_is_lost_is_not_taken_for_death(workers: tuple[RunningRelay, RunningRelay]) -> None:
    one, two = workers
    pair = await one.pair("T-lost")
    shopper, agent, epoch = await meet(one, pair)
    await lose_one_answer(one)

    state = await two.look(f"/s/{pair.session}/state", pair.cookie)
    await shopper.send("frame", mutation(epoch, 1))

    assert state.json()["state"] == "live"
    assert await agent.event("frame") == mutation(epoch, 1)
    assert await metric(one, "beside_sockets") == 2


async def test_home_that_cannot_give_up_keeps_its_session(workers: tuple[RunningRelay, RunningRelay]) -> None:
    one, two = workers
    made = await one.api("T-fails")
    assert one.app is not None
    homes = one.app.state.carrier._letters._answers["wanted"].__self__
    give_up = homes.give_up

    async def fail(*_: Any) -> None:
        raise StoreUnavailable("as Redis that does not answer")

    homes.give_up = fail
    with pytest.raises(InvalidStatus) as refused:
        await two.socket(made["session"], "no-token", SHOP)
    homes.give_up = give_up

    assert refused.value.response.status_code == 503
    assert (await one.redeem(made["code"])).json()["code"] == "no-agent-yet"


async def test_session_that_is_taken_over_is_let_go_of_at_once(workers: tuple[RunningRelay, RunningRelay]) -> None:
    """The worker that was taken for dead is told: it would find out with its next commit only."""
    one, two = workers
    pair = await one.pair("T-taken")
    shopper, agent, _ = await meet(one, pair)
    assert one.app is not None
    assert two.app is not None

    async def deaf(*_: Any) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    answers = one.app.state.carrier._letters._answers
    answers["wanted"], wanted = deaf, answers["wanted"]
    again = await two.agent(pair)
    answers["wanted"] = wanted

    await asyncio.gather(shopper.closed(), agent.closed())
    assert not again.is_closed
    assert await metric(one, "beside_sockets") == 0


async def test_worker_that_drains_eats_no_code_and_opens_nothing(workers: tuple[RunningRelay, RunningRelay]) -> None:
    one, two = workers
    made = await one.api("T-code")
    await one.launch(made["consoleLink"])
    pair = await one.pair("T-moves")
    await meet(one, pair)
    target = {"token": pair.shopper_token, "target": CHECKOUT}
    secret = (await one.join("hand-over", target)).json()["secret"]
    moved = {"site": "test", "protocol": 1, "secret": secret, "source": SHOP}
    assert two.app is not None
    await two.app.state.drain()

    refused = [
        await two.redeem(made["code"]),
        await two.join("take-over", moved, CHECKOUT),
        await two.http.post(
            "/api/sessions",
            json={"ticket": "T-new", "subject": "", "agentName": "Sam", "locale": None},
            headers={"Authorization": f"Bearer {API_KEY}"},
        ),
    ]
    at_another = [await one.redeem(made["code"]), await one.join("take-over", moved, CHECKOUT)]

    assert [answer.json()["code"] for answer in refused] == ["draining"] * 3
    # The shop's page can read it.
    assert [answer.headers["access-control-allow-origin"] for answer in refused[:2]] == ["*", "*"]
    assert [answer.status_code for answer in at_another] == [200, 200]


async def test_body_that_is_carried_has_the_same_bound(workers: tuple[RunningRelay, RunningRelay]) -> None:
    one, _ = workers
    pair = await one.pair("T-body")
    await meet(one, pair)
    headers = {"Origin": one.console, "Cookie": pair.cookie, "Content-Type": "application/json"}

    answers = [
        await relay.http.post(f"/s/{pair.session}/pass", content=b"x" * 100_000, headers=headers) for relay in workers
    ]

    assert [answer.status_code for answer in answers] == [413, 413]


async def test_request_that_fails_at_the_home_is_answered_at_once(
    workers: tuple[RunningRelay, RunningRelay], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = workers
    pair = await one.pair("T-500")
    await meet(one, pair)
    assert one.app is not None
    home = one.app.state.carrier

    async def fail(*_: Any) -> None:
        raise RuntimeError("as a mistake of ours")

    monkeypatch.setattr(home, "app", fail)
    # No door says of itself that it may fail so.
    two.http.event_hooks = {}
    answer = await asyncio.wait_for(two.look(f"/s/{pair.session}/state", pair.cookie), LIMIT_S)

    assert answer.status_code == 500


async def test_refusal_of_the_carrier_can_be_read_by_the_shops_page(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str
) -> None:
    one, two = workers
    pair = await one.pair("T-cors")
    await meet(one, pair)
    assert one.app is not None

    async def fail(*_: Any) -> bytes:
        raise RuntimeError("as a home that cannot answer")

    one.app.state.carrier._letters._answers["request"] = fail
    answer = await two.join("hand-over", {"token": pair.shopper_token, "target": CHECKOUT})

    assert answer.status_code == 503
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_session_that_is_erased_at_one_worker_is_gone_at_all(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str
) -> None:
    one, two = workers
    pair = await one.pair("T-erased")
    shopper, agent, _ = await meet(one, pair)
    await one.ask(f"/s/{pair.session}/end", pair.cookie)
    await agent.event("view", lambda view: view["state"] == "ended")

    erased = await two.http.delete(f"/api/sessions/{pair.session}", headers={"Authorization": f"Bearer {API_KEY}"})

    await asyncio.gather(shopper.closed(), agent.closed())
    state = await one.look(f"/s/{pair.session}/state", pair.cookie)
    assert erased.status_code == 204
    assert state.status_code == 404
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        assert [key async for key in client.scan_iter(f"beside:{{{pair.session}}}*")] == []


async def test_worker_that_stood_still_carries_nothing_before_it_has_looked_around(
    workers: tuple[RunningRelay, RunningRelay],
) -> None:
    one, _ = workers
    pair = await one.pair("T-stood")
    shopper, agent, epoch = await meet(one, pair)
    assert one.app is not None
    household = one.app.state.drain.__self__

    household._ran_at -= 10
    assert not household.is_sure()
    await shopper.send("frame", mutation(epoch, 1))
    # The page is asked for a keyframe once it is known whose session it is.
    await shopper.send("frame", mutation(epoch, 2))
    await until(lambda: _true(household.is_sure()))
    await shopper.send("frame", mutation(epoch, 3))
    await shopper.event("keyframe-wanted")
    await shopper.send("frame", keyframe(epoch + 1))

    assert await agent.event("frame") == keyframe(epoch + 1)


async def _true(value: bool) -> bool:
    return value


async def test_worker_that_sleeps_again_while_it_looks_around_looks_once_more(
    workers: tuple[RunningRelay, RunningRelay], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = workers
    pair = await one.pair("T-twice")
    await meet(one, pair)
    assert one.app is not None
    household = one.app.state.drain.__self__
    look = household._homes.look

    async def look_and_sleep(session_id: str) -> str:
        found: str = await look(session_id)
        household._ran_at -= 10
        return found

    household._ran_at -= 10
    assert not household.is_sure()
    monkeypatch.setattr(household._homes, "look", look_and_sleep)
    await household.look_around()
    monkeypatch.undo()

    assert not household.is_sure()

    async def is_sure_again() -> bool:
        await household.look_around()
        return bool(household.is_sure())

    # Its own timer has it look as well: such a look may be under way with what was put there, and end only now.
    await until(is_sure_again)


async def test_worker_that_was_busy_did_not_sleep(workers: tuple[RunningRelay, RunningRelay]) -> None:
    assert workers[0].app is not None
    household = workers[0].app.state.drain.__self__

    household._ran_at -= 10
    household._used_s -= 9

    assert household.is_sure()


async def test_what_was_decided_while_nobody_held_a_session_takes_the_picture_away(
    workers: tuple[RunningRelay, RunningRelay], redis_url: str
) -> None:
    """Another worker took it, was told to pause, and gave it up; the first one has heard nothing of all that."""
    one, _ = workers
    pair = await one.pair("T-between")
    shopper, agent, _ = await meet(one, pair)
    store = open_store(redis_url)
    await store.open()
    session = await store.load_session(pair.session)
    assert session is not None
    paused = replace(session, state="paused", pause_reason="shopper", version=session.version + 1)
    await store.commit_session(paused, [])
    await store.close()
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.delete(f"beside:{{{pair.session}}}:home")
    assert one.app is not None

    await one.app.state.drain.__self__.look_around()

    await agent.event("blank")
    await shopper.event("view", lambda view: view["state"] == "paused")
    # Who comes anew gets no picture either.
    await agent.close()
    again = await one.agent(pair)
    await again.event("view")
    assert "frame" not in again.names()


async def test_code_and_secret_are_good_again_where_what_they_open_could_not_be_kept(
    workers: tuple[RunningRelay, RunningRelay], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = workers
    made = await one.api("T-kept")
    await one.launch(made["consoleLink"])
    pair = await one.pair("T-moves on")
    await meet(one, pair)
    secret = (await one.join("hand-over", {"token": pair.shopper_token, "target": CHECKOUT})).json()["secret"]
    moved = {"site": "test", "protocol": 1, "secret": secret, "source": SHOP}
    waits, cookie = await one.launch((await one.api("T-asked"))["consoleLink"])
    asked = (await one.join("ask", {"site": "test", "protocol": 1, "locale": "en"})).json()
    assert one.app is not None
    ledger = one.app.state.drain.__self__._ledger

    async def fail(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("as Redis that does not answer")

    monkeypatch.setattr(ledger, "change", fail)
    refused = [
        await one.redeem(made["code"]),
        await one.join("take-over", moved, CHECKOUT),
        await one.ask(f"/s/{waits}/claim", cookie, {"code": asked["code"]}),
    ]
    monkeypatch.undo()

    assert [answer.status_code for answer in refused] == [503, 503, 503]
    again = [
        await one.redeem(made["code"]),
        await one.join("take-over", moved, CHECKOUT),
        await one.ask(f"/s/{waits}/claim", cookie, {"code": asked["code"]}),
    ]
    assert [answer.status_code for answer in again] == [200, 200, 204]


# -- Several servers of Redis


async def test_workers_share_a_cluster(tmp_path: Path, cluster_url: str) -> None:
    flush(cluster_url)
    async with worker(tmp_path, cluster_url) as one, worker(tmp_path, cluster_url) as two:
        pair = await one.pair("T-cluster")
        agent = await one.agent(pair)
        shopper = await two.shopper(pair)
        await shopper.send("frame", keyframe(100))

        assert await agent.event("frame") == keyframe(100)
        assert [await metric(each, "beside_carried_sockets") for each in (one, two)] == [1, 1]
    async with worker(tmp_path, cluster_url) as three:
        # What their end left behind is found by who comes next.
        view = (await three.look(f"/s/{pair.session}/state", pair.cookie)).json()
        assert view["state"] == "lost"


async def test_sessions_outlive_a_failover_to_a_replica(tmp_path: Path) -> None:
    with redis_with_sentinel(tmp_path) as watched:
        async with worker(tmp_path, f"{watched.url}?replicas=1") as one:
            pair = await one.pair("T-failover")
            shopper, agent, epoch = await meet(one, pair)

            watched.primary.end(signal.SIGKILL)
            await shopper.send("frame", mutation(epoch, 1))
            frame = await agent.event("frame")
            await asyncio.to_thread(watched.wait_for_another_primary)

            async def can_pause() -> bool:
                await shopper.send("pause", {"reason": "shopper"})
                name = await asyncio.wait_for(next_of(shopper, "view", "refusal"), LIMIT_S)
                return name == "view"

            await until(can_pause)

    # Frames need no store; what is written down waits for the new primary.
    assert frame == mutation(epoch, 1)


async def next_of(socket: Socket, *names: str) -> str:
    """Which of these events comes next; those that came before count."""
    await socket.until(lambda: any(name in socket.names() for name in names))
    found = next(name for name in socket.names() if name in names)
    await socket.event(found)
    return found
